"""Partner agencies at the identity provider: one client each, with its organization and what it may do."""
