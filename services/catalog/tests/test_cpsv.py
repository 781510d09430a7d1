"""CPSV-J CSV, out and in."""

import csv
import io

import notalone_data
import protovalidate
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Entry, Provenance
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.domain.open_data import cpsv, cpsv_reading
from notalone_catalog.domain.open_data.cpsv_reading import NotCpsv, Problem
from notalone_kernel.municipality import PREFECTURES

ENTRIES = notalone_data.entries()
NEEDS = frozenset(notalone_data.needs()["needs"])
HEADER = "service_id,name,abstract,detail_url,contact\r\n"
# What a person may write: what spreadsheets and CSV stumble over among it, without what only separates words.
LETTERS = '相談窓口かなカナabcXYZ019=+-@"#&<>・。：（）ー㈱髙😭é'
WORDS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=30)
TEXTS = st.text(st.sampled_from(LETTERS + "、,; \n"), max_size=60).map(str.strip)


def read(text: str, **more):
    drafts, problems = cpsv_reading.read(text, **{"source": "a file", "needs": NEEDS, **more})
    return [draft.entry for draft in drafts], problems


def test_every_entry_is_one_line_with_all_columns():
    rows = list(csv.DictReader(io.StringIO(cpsv.write(ENTRIES), newline="")))

    assert [row["service_id"] for row in rows] == [entry.id for entry in ENTRIES]
    assert all(tuple(row) == cpsv.COLUMNS and row["name"] and row["abstract"] for row in rows)


def carried(entry: Entry) -> dict[str, object]:
    """What the profile has a place for."""
    return {
        "id": entry.id,
        "kind": entry.kind,
        "name": entry.name["ja"],
        "summary": entry.summary["ja"],
        "operator": entry.operator.get("ja", ""),
        "eligibility": entry.eligibility.get("ja", ""),
        "application": entry.application.get("ja", ""),
        "url": entry.url,
        "aliases": list(entry.aliases),
        "needs": set(entry.needs),
        "prefectures": list(entry.prefectures) if len(entry.prefectures) == 1 else [],
        "as_of": entry.provenance.as_of if len(entry.provenance.as_of) == len("2026-01-31") else "",
    }


def test_the_whole_catalogue_can_be_read_again():
    entries, problems = read(cpsv.write(ENTRIES))

    assert problems == []
    assert [carried(entry) for entry in entries] == [carried(entry) for entry in ENTRIES]


@st.composite
def written_entries(draw):
    def texts(text: str) -> dict[str, str]:
        return {"ja": text} if text else {}

    return Entry(
        id=draw(st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,20}){0,2}", fullmatch=True)),
        kind=draw(st.sampled_from([Programme.SCHEME, Programme.DESK])),
        name={"ja": draw(WORDS)},
        summary={"ja": draw(WORDS)},
        operator=texts(draw(TEXTS)),
        eligibility=texts(draw(TEXTS)),
        application=texts(draw(TEXTS)),
        url=draw(st.sampled_from(["", "https://example.jp/a?b=1"])),
        aliases=draw(st.lists(WORDS, max_size=5, unique=True)),
        needs=dict.fromkeys(draw(st.sets(st.sampled_from(sorted(NEEDS)), max_size=5)), 1.0),
        prefectures=draw(st.lists(st.sampled_from(sorted(PREFECTURES)), max_size=1)),
        provenance=Provenance(sources=["x"], as_of=draw(st.sampled_from(["", "2026-01-31"]))),
    )


@given(written_entries())
def test_whatever_an_entry_says_that_the_profile_has_a_place_for_comes_back(entry):
    text = cpsv.write([entry])

    ((again,), problems) = read(text)

    assert problems == []
    assert carried(again) == carried(entry)
    assert carried(read(cpsv.write([again]))[0][0]) == carried(again)


@given(written_entries())
def test_no_cell_begins_a_formula(entry):
    (row,) = csv.DictReader(io.StringIO(cpsv.write([entry]), newline=""))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


@given(written_entries())
def test_a_draft_holds_the_rules_of_the_contract_but_for_the_reading_that_no_column_has(entry):
    ((draft,), _) = read(cpsv.write([entry]))
    draft.furigana = "よみ"
    protovalidate.validate(draft)


def test_a_number_read_from_a_file_never_becomes_a_contact_and_nothing_is_shown():
    ((entry,), problems) = read(HEADER + "a,名前,説明,https://example.jp/,0120-000-000\r\n")

    assert problems == []
    assert not entry.channels
    assert "0120-000-000" in entry.provenance.note
    assert entry.provenance.check_state == Contact.UNCHECKED
    assert entry.status == Entry.INACTIVE


def test_the_files_of_the_government_have_lines_above_and_below_the_names_of_the_columns_and_no_ids():
    text = (
        "\ufeff本文,,\r\n"
        "from the sheet,service_id,name,abstract,prefecture_id,issue_type\r\n"
        "本文,サービスID,タイトル,概要,都道府県,タグ\r\n"
        ",xsd:string,ic:名称型,ic:記述型,ic:コード型,xsd:string\r\n"
        "x,,住まいの給付,説明,,給付・助成\r\n"
        ",,,,,\r\n"
        "y,,町の給付,説明,東京都,\r\n"
        "z,,県の給付,説明,230006,\r\n"
    )

    entries, problems = read(text)

    assert problems == []
    assert [list(entry.prefectures) for entry in entries] == [[], ["13"], ["23"]]
    assert len({entry.id for entry in entries}) == 3
    assert [entry.id for entry in read(text)[0]] == [entry.id for entry in entries]
    assert "issue_type: 給付・助成" in entries[0].provenance.note


def test_rows_are_counted_as_a_spreadsheet_does_also_where_cells_hold_lines():
    _, problems = read(HEADER + 'a,名前,"説\n明\n",,\r\nb,,"説\n明",,\r\n')
    assert problems == [Problem(3, "name", "required")]


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        ("a,,説明,,", "name", "required"),
        ("a,名前,,,", "abstract", "required"),
        ("A b,名前,説明,,", "service_id", "value.invalid"),
        ("a,名前,説明,javascript:x,", "detail_url", "value.invalid"),
        ("a,名前,説\0明,,", "abstract", "text.form"),
        ("a,名前,説明,,\x1b[2J", "contact", "text.form"),
        ("a," + "長" * 3_001 + ",説明,,", "name", "text.too_long"),
        ("a,名前,説明,,=HYPERLINK(1)", "contact", "text.formula"),
        ("a,@SUM(1),説明,,", "name", "text.formula"),
        ("a,名前, =1+1,,", "abstract", "text.formula"),
        ("a,名前,+cmd|' /C calc'!A0,,", "abstract", "text.formula"),
        ("a,名前,説明,,,多すぎる", "", "cells.too_many"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_read(line, column, rule):
    entries, problems = read(f"{HEADER}{line}\r\nb,名前,説明,,\r\n")

    assert [entry.id for entry in entries] == ["b"]
    assert problems == [Problem(2, column, rule)]


@pytest.mark.parametrize("cell", ["- 18歳まで", "+81-3-0000-0000", "-", "'=guarded", "－対象"])
def test_what_only_looks_like_a_formula_is_read(cell):
    ((entry,), problems) = read(f"{HEADER}a,名前,{cell},,\r\n")
    assert problems == []
    assert entry.summary["ja"] == cell.removeprefix("'")


def test_an_id_used_twice_and_a_place_that_does_not_exist_are_named():
    _, twice = read(f"{HEADER}a,名前,説明,,\r\na,名前,説明,,\r\n")
    _, nowhere = read("service_id,name,abstract,prefecture_id\r\na,名前,説明,99\r\n")

    assert twice == [Problem(3, "service_id", "value.invalid")]
    assert nowhere == [Problem(2, "prefecture_id", "value.invalid")]


def test_words_that_name_no_need_are_passed_over():
    ((entry,), _) = read("service_id,name,abstract,tags\r\na,名前,説明,housing.rent、給付\r\n")
    assert set(entry.needs) == {"housing.rent"}


def test_what_does_not_fit_the_note_is_cut_and_says_so():
    ((entry,), _) = read(f"{HEADER}a,名前,説明,,{'電' * 5_000}\r\n")
    assert len(entry.provenance.note) == 1_000
    assert entry.provenance.note.endswith("…（続きは出典に）")


@pytest.mark.parametrize(
    "text", ["", "a,b\r\n1,2\r\n", '"never closed', "service_id,name,name\r\na,b,c\r\n", HEADER + '"never closed']
)
def test_a_text_without_the_columns_or_that_is_no_csv_is_refused(text):
    with pytest.raises(NotCpsv):
        read(text)


def test_a_cell_of_ten_megabytes_is_refused_with_its_row():
    with pytest.raises(NotCpsv) as caught:
        read(f"{HEADER}a,名前,説明,,\r\nb,{'x' * 10_000_000},説明,,\r\n")
    assert caught.value.row == 3


def test_more_rows_than_anybody_can_check_are_refused():
    with pytest.raises(NotCpsv) as caught:
        read(HEADER + "".join(f"a{number},名前,説明,,\r\n" for number in range(cpsv_reading.MAX_ROWS)))
    assert caught.value.row == cpsv_reading.MAX_ROWS + 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "shift_jis", "cp932"])
def test_files_come_in_the_encodings_that_offices_write(encoding):
    text = HEADER + "a,相談窓口,電話で話せます,,\r\n"
    assert cpsv_reading.decode(text.encode(encoding)).removeprefix("\ufeff") == text


@pytest.mark.parametrize(
    "raw", ["窓口".encode("utf-16"), b"\x81\xff", "窓口".encode("euc_jp"), b"x" * (cpsv_reading.MAX_BYTES + 1)]
)
def test_other_encodings_and_files_too_large_are_refused(raw):
    with pytest.raises(NotCpsv):
        cpsv_reading.decode(raw)


@given(st.text(max_size=300))
def test_whatever_somebody_uploads_is_read_or_refused(text):
    try:
        entries, _ = read(HEADER + text)
    except NotCpsv:
        return
    assert all(entry.id and entry.name["ja"] for entry in entries)


@given(st.binary(max_size=300))
def test_whatever_bytes_somebody_uploads_are_a_text_or_refused(raw):
    try:
        text = cpsv_reading.decode(raw)
    except NotCpsv:
        return
    assert isinstance(text, str)
