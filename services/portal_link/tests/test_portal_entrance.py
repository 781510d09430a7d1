from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from notalone_chassis.clock import SystemClock
from notalone_chassis.settings import SettingsError
from notalone_portal_link.adapters import links_of, packaged_links, read_links
from notalone_portal_link.domain.portal import PortalLink, current
from notalone_portal_link.main import PortalLinkSettings, start


def link(version: int, state: str) -> PortalLink:
    address = "https://example.org/{municipality_code}?procedure={procedure_key}"
    return PortalLink(
        id="portal", version=version, address=address, source="here", checked_on="2026-11-01", state=state
    )


def test_the_newest_entrance_that_is_not_dead_is_used() -> None:
    assert current([link(1, "CHECKED"), link(2, "UNCHECKED"), link(3, "DEAD")]) == link(2, "UNCHECKED")
    assert current([link(1, "DEAD")]) is None
    assert current([]) is None


def test_an_address_can_name_the_municipality_and_the_procedure_and_nothing_else() -> None:
    assert link(1, "UNCHECKED").url("012301", "jido-teate") == "https://example.org/012301?procedure=jido-teate"
    with pytest.raises(ValueError, match="fills in"):
        replace(link(1, "UNCHECKED"), address="https://example.org/{answers}")


@pytest.mark.parametrize("packaged", packaged_links(), ids=lambda packaged: f"{packaged.id}-{packaged.version}")
def test_packaged_entrances_are_of_the_government_and_bear_their_source(packaged: PortalLink) -> None:
    address = urlsplit(packaged.url("012301", "jido-teate"))
    assert address.scheme == "https"
    assert address.hostname is not None
    assert address.hostname.endswith(".go.jp")
    assert packaged.source
    assert packaged.checked_on or packaged.state != "CHECKED"


WRITTEN = {
    "id": "portal",
    "version": 7,
    "address": "https://example.go.jp/{municipality_code}",
    "source": "read there",
    "checked_on": "2026-11-20",
    "state": "CHECKED",
}
WRONG = [
    [{**WRITTEN, "address": "http://example.go.jp/"}],
    [{**WRITTEN, "address": "https://user@example.go.jp/"}],
    [{**WRITTEN, "address": "https://example.go.jp/{needs}"}],
    [{**WRITTEN, "address": "https://example.go.jp/{"}],
    [{**WRITTEN, "address": "https:///"}],
    [{**WRITTEN, "address": "https://[/"}],
    [{**WRITTEN, "address": 5}],
    [{**WRITTEN, "state": "ALIVE"}],
    [{**WRITTEN, "checked_on": ""}],
    [{**WRITTEN, "checked_on": "yesterday"}],
    [{**WRITTEN, "source": " "}],
    [{**WRITTEN, "version": "7"}],
    [{**WRITTEN, "more": ""}],
    [{"id": "portal"}],
    ["portal"],
    {"id": "portal"},
    None,
]


def test_an_operator_can_change_the_entrances_without_a_release(tmp_path) -> None:
    file = tmp_path / "entrances.yaml"
    file.write_text(yaml.safe_dump([WRITTEN, {**WRITTEN, "version": 8, "state": "DEAD"}]))
    found = current(links_of(file))
    assert found is not None
    assert found.url("012301", "x") == "https://example.go.jp/012301"
    file.write_text("[]")
    assert current(links_of(file)) is None
    assert links_of(None) == packaged_links()


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_is_wrong_stops_the_start_and_is_named(tmp_path, wrong) -> None:
    file = tmp_path / "entrances.yaml"
    file.write_text(yaml.safe_dump(wrong))
    with pytest.raises(SettingsError, match=r"NOTALONE_PORTAL_LINK_ENTRANCES.*entrances\.yaml"):
        links_of(file)


async def test_a_file_that_is_not_there_stops_the_start(tmp_path) -> None:
    settings = PortalLinkSettings(data_dir=tmp_path, entrances=tmp_path / "none.yaml")
    with pytest.raises(SettingsError, match=r"none\.yaml"):
        await start(settings, clock=SystemClock())


@given(st.text())
def test_whatever_stands_in_the_file_is_read_or_refused(text: str) -> None:
    try:
        found = read_links(text)
    except ValueError:
        return
    assert isinstance(found, list)
