"""The reader refuses what a reviewer would have to guess about."""

from pathlib import Path

import notalone_data
import pytest
from notalone_data import DataError, reader

_GOOD = """
id: a-desk
kind: DESK
status: ACTIVE
name: {ja: 窓口}
furigana: まどぐち
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty data package with one owner."""
    monkeypatch.setattr(reader, "files", lambda _package: tmp_path)
    entries = tmp_path / "national" / "entries"
    entries.mkdir(parents=True)
    return entries


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_an_entry_is_read_as_written(folder: Path) -> None:
    _write(folder, "a-desk.yaml", _GOOD)
    (entry,) = notalone_data.entries()
    assert entry.id == "a-desk"
    assert entry.name["ja"] == "窓口"


def test_the_files_of_the_entries_are_read_once_and_everybody_has_copies_of_their_own(folder: Path) -> None:
    _write(folder, "a-desk.yaml", _GOOD)
    first = notalone_data.entries()
    first[0].name["ja"] = "変えた"
    _write(folder, "a-desk.yaml", "id: [")
    (again,) = notalone_data.entries()
    assert again.name["ja"] == "窓口"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a-desk.yaml", _GOOD + "phone: '0120'\n", "phone"),
        ("a-desk.yaml", _GOOD + "status: DEFUNCT\n", "written twice"),
        ("a-desk.yaml", _GOOD + "prefectures: [13]\n", "prefectures"),
        ("a-desk.yaml", _GOOD + "provenance: {sources: [x], as_of: 2021-11-27}\n", "as_of|asOf"),
        ("a-desk.yaml", _GOOD + "apply_at: TOWN_HALL\n", "TOWN_HALL"),
        ("other-desk.yaml", _GOOD, "name of the file"),
        ("a-desk.yaml", "- a\n- b\n", "fields"),
        ("a-desk.yaml", "", "fields"),
        ("a-desk.yaml", "id: [", "not valid YAML"),
    ],
    ids=[
        "unknown field",
        "key twice",
        "code not a text",
        "date not a text",
        "unknown choice",
        "id",
        "list",
        "empty",
        "cut off",
    ],
)
def test_a_doubtful_file_is_refused_and_named(folder: Path, name: str, text: str, problem: str) -> None:
    _write(folder, name, text)
    with pytest.raises(DataError, match=problem) as caught:
        notalone_data.entries()
    assert caught.value.file == f"national/entries/{name}"


def test_a_file_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "a-desk.yaml").write_bytes("id: 窓口".encode("shift_jis"))
    with pytest.raises(DataError, match="not valid YAML"):
        notalone_data.entries()


def test_two_owners_cannot_use_one_id(folder: Path) -> None:
    _write(folder, "a-desk.yaml", _GOOD)
    town = folder.parent.parent / "town" / "entries"
    town.mkdir(parents=True)
    _write(town, "a-desk.yaml", _GOOD)
    with pytest.raises(DataError, match="another owner"):
        notalone_data.entries()


def test_entries_come_in_the_order_of_their_ids() -> None:
    ids = [entry.id for entry in notalone_data.entries()]
    assert ids == sorted(ids)


@pytest.mark.parametrize("name", ["../needs", "a/b", "", ".", "needs.yaml", "/etc/passwd", "a\x00b"])
def test_a_name_cannot_lead_out_of_its_folder(name: str) -> None:
    with pytest.raises(DataError, match="not a name"):
        notalone_data.flow(name)
    with pytest.raises(DataError, match="not a name"):
        notalone_data.lexicon(name)


def test_what_is_not_there_is_said_to_be_missing(folder: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        notalone_data.lexicon("zh-Hans")
    with pytest.raises(DataError, match="no such file"):
        notalone_data.needs()


def test_lexicon_and_flow_and_needs_are_read_from_their_places(folder: Path) -> None:
    national = folder.parent
    for path in ("needs.yaml", "flows/general.yaml", "lexicon/ja.yaml"):
        (national / path).parent.mkdir(exist_ok=True)
        (national / path).write_text(f"from: {path}\n", encoding="utf-8")
    assert notalone_data.needs() == {"from": "needs.yaml"}
    assert notalone_data.flow("general") == {"from": "flows/general.yaml"}
    assert notalone_data.lexicon("ja") == {"from": "lexicon/ja.yaml"}
