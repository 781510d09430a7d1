"""What every keeper of agencies' clients promises, and one in memory for tests of the command."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

import pytest
from notalone_app.partners.ports import AlreadyThere, NoSuchPartner, Partner


class PartnersInMemory:
    """`PartnerClients` that forget everything at the end."""

    def __init__(self, *taken: str) -> None:
        self._partners: dict[str, Partner] = {}
        self._secrets: dict[str, str] = {}
        self._taken = set(taken)

    def add(self, partner: Partner) -> str:
        if partner.client_id in self._partners or partner.client_id in self._taken:
            raise AlreadyThere(f"There is a client {partner.client_id} already.")
        self._partners[partner.client_id] = partner
        return self.rotate(partner.client_id)

    def rotate(self, client_id: str) -> str:
        self._find(client_id)
        self._secrets[client_id] = secrets.token_urlsafe(24)
        return self._secrets[client_id]

    def set_active(self, client_id: str, *, active: bool) -> None:
        self._partners[client_id] = replace(self._find(client_id), active=active)

    def all(self) -> Sequence[Partner]:
        return [self._partners[name] for name in sorted(self._partners)]

    def signs_in(self, client_id: str, secret: str) -> bool:
        """Whether an agency would be given a token."""
        partner = self._partners.get(client_id)
        return partner is not None and partner.active and secrets.compare_digest(self._secrets[client_id], secret)

    def _find(self, client_id: str) -> Partner:
        if client_id not in self._partners:
            raise NoSuchPartner(f"No agency has the client {client_id}.")
        return self._partners[client_id]


class PartnersContract:
    """Subclasses give `clients`, and `signs_in(client_id, secret)`. A client named "notalone-staff" is no agency's."""

    @pytest.fixture
    def agency(self) -> Partner:
        name = f"agency-{secrets.token_hex(4)}"
        return Partner(client_id=name, organization="agency-a", scopes=frozenset({"catalog:read", "catalog:pause"}))

    def test_an_agency_that_was_added_signs_in_and_is_listed_without_its_secret(self, clients, signs_in, agency):
        secret = clients.add(agency)
        assert len(secret) >= 24
        assert signs_in(agency.client_id, secret)
        assert not signs_in(agency.client_id, secret[::-1])
        [listed] = [one for one in clients.all() if one.client_id == agency.client_id]
        assert listed == agency
        assert secret not in repr(clients.all())

    def test_a_name_is_taken_once(self, clients, signs_in, agency):
        secret = clients.add(agency)
        for name in (agency.client_id, "notalone-staff"):
            with pytest.raises(AlreadyThere, match=name):
                clients.add(replace(agency, client_id=name, organization="another"))
        assert signs_in(agency.client_id, secret)
        assert agency in clients.all()

    def test_a_new_secret_ends_the_old_one(self, clients, signs_in, agency):
        old = clients.add(agency)
        new = clients.rotate(agency.client_id)
        assert signs_in(agency.client_id, new)
        assert not signs_in(agency.client_id, old)
        assert agency in clients.all()

    def test_a_suspended_agency_does_not_sign_in_until_it_is_resumed(self, clients, signs_in, agency):
        secret = clients.add(agency)
        clients.set_active(agency.client_id, active=False)
        assert not signs_in(agency.client_id, secret)
        assert replace(agency, active=False) in clients.all()
        clients.set_active(agency.client_id, active=True)
        assert signs_in(agency.client_id, secret)
        assert agency in clients.all(), "what it may do has not changed"

    @pytest.mark.parametrize("name", ["nobody", "notalone-staff"])
    def test_what_is_no_agencys_client_is_left_alone(self, clients, name):
        with pytest.raises(NoSuchPartner, match=name):
            clients.rotate(name)
        with pytest.raises(NoSuchPartner, match=name):
            clients.set_active(name, active=False)

    def test_the_list_is_in_order_and_holds_nothing_but_agencies(self, clients, agency):
        clients.add(agency)
        clients.add(replace(agency, client_id=f"a-{agency.client_id}"))
        names = [one.client_id for one in clients.all()]
        assert names == sorted(names)
        assert not any(name.startswith("notalone-") for name in names)
