import pytest
from notalone.portal_link.v1.portal_link_service_pb2 import FindMunicipalitiesRequest
from notalone_chassis.errors import InvalidArgument
from notalone_portal_link.usecases import PortalLinks


def found(links: PortalLinks, **fields) -> list[str]:
    return [place.name for place in links.find(FindMunicipalitiesRequest(**fields)).municipalities]


def test_a_name_finds_the_place_with_all_that_is_known_of_it(links: PortalLinks) -> None:
    [place] = links.find(FindMunicipalitiesRequest(query="登別")).municipalities
    assert (place.code, place.name, place.furigana) == ("012301", "登別市", "のぼりべつし")
    assert (place.prefecture, place.prefecture_code, place.name_en) == ("北海道", "01", "Noboribetsu-shi")
    assert place.prefecture_en == "Hokkaido"


def test_postal_codes_are_taken_in_either_field(links: PortalLinks) -> None:
    assert found(links, postal_code="059-0012") == ["登別市"]
    assert found(links, query="〒059-0012") == ["登別市"]


def test_both_together_give_what_fits_both(links: PortalLinks) -> None:
    assert found(links, query="登別", postal_code="059") == ["登別市"]
    assert found(links, query="札幌", postal_code="059") == []


def test_pages_are_of_the_asked_size(links: PortalLinks) -> None:
    assert len(found(links, query="町")) == 20
    assert len(found(links, query="町", page_size=3)) == 3
    assert len(found(links, query="町", page_size=100)) == 100


def test_nothing_asked_is_nothing_found(links: PortalLinks) -> None:
    assert found(links) == []
    assert found(links, query=" 　", postal_code=" ") == []


def test_a_postal_code_of_nowhere_finds_nothing(links: PortalLinks) -> None:
    assert found(links, postal_code="9999999") == []


@pytest.mark.parametrize("postal_code", ["05", "abc", "05900123"])
def test_what_is_no_postal_code_is_named(links: PortalLinks, postal_code: str) -> None:
    with pytest.raises(InvalidArgument) as error:
        found(links, postal_code=postal_code)
    assert [violation.field for violation in error.value.violations] == ["postal_code"]
