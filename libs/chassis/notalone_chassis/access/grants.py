"""The closed list of what staff and agencies can be allowed. A grant in a proto that names another fails a test."""

from __future__ import annotations

from typing import Final

# Roles of staff, as the identity provider writes them into `realm_access.roles`.
ROLES: Final = frozenset({"catalog-editor", "catalog-approver", "campaign-manager", "auditor"})
# Capabilities of partner agencies, as they stand in `scope`. An agency reaches only what it owns, whatever the scope.
SCOPES: Final = frozenset({"catalog:read", "catalog:correct", "catalog:pause"})
