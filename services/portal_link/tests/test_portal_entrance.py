from urllib.parse import urlsplit

import pytest
from notalone_portal_link.adapters import packaged_links
from notalone_portal_link.domain.portal import PortalLink, current


def link(version: int, state: str) -> PortalLink:
    address = "https://example.org/{municipality_code}"
    return PortalLink(id="portal", version=version, address=address, source="here", checked_on="", state=state)


def test_the_newest_entrance_that_is_not_dead_is_used() -> None:
    assert current([link(1, "CHECKED"), link(2, "UNCHECKED"), link(3, "DEAD")]) == link(2, "UNCHECKED")
    assert current([link(1, "DEAD")]) is None
    assert current([]) is None


def test_an_address_can_name_the_municipality() -> None:
    assert link(1, "CHECKED").url("012301") == "https://example.org/012301"


@pytest.mark.parametrize("packaged", packaged_links(), ids=lambda packaged: f"{packaged.id}-{packaged.version}")
def test_packaged_entrances_are_of_the_government_and_bear_their_source(packaged: PortalLink) -> None:
    address = urlsplit(packaged.url("012301"))
    assert address.scheme == "https"
    assert address.hostname is not None
    assert address.hostname.endswith(".go.jp")
    assert packaged.source
    assert packaged.checked_on or packaged.state != "CHECKED"
