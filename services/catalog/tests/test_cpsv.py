"""CPSV-J CSV, out and in."""

import csv
import io

import notalone_data
import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.domain.open_data import cpsv

ENTRIES = notalone_data.entries()
HEADER = "service_id,name,abstract,detail_url,contact\r\n"


def test_every_entry_is_one_line_with_all_columns():
    rows = list(csv.DictReader(io.StringIO(cpsv.write(ENTRIES), newline="")))

    assert [row["service_id"] for row in rows] == [entry.id for entry in ENTRIES]
    assert all(tuple(row) == cpsv.COLUMNS and row["name"] and row["abstract"] for row in rows)


def test_what_was_written_can_be_read_again():
    read, problems = cpsv.read(cpsv.write(ENTRIES), source="test")

    assert problems == []
    for before, after in zip(ENTRIES, read, strict=True):
        assert (after.id, after.name["ja"], after.summary["ja"]) == (before.id, before.name["ja"], before.summary["ja"])


def test_a_number_read_from_a_file_never_becomes_a_contact():
    text = HEADER + "a,名前,説明,https://example.jp/,0120-000-000\r\n"

    ((entry,), problems) = cpsv.read(text, source="a file")

    assert problems == []
    assert not entry.channels
    assert "0120-000-000" in entry.provenance.note
    assert entry.provenance.check_state == Contact.UNCHECKED
    assert entry.status == Entry.INACTIVE


def test_lines_above_the_names_of_the_columns_and_empty_lines_are_passed_over():
    text = "\ufeff本文,サービスID\r\n" + HEADER + ",,,,\r\na,名前,説明,,\r\n"

    ((entry,), problems) = cpsv.read(text, source="x")

    assert (entry.id, problems) == ("a", [])


@pytest.mark.parametrize(
    ("line", "column", "rule"),
    [
        (",名前,説明,,", "service_id", "required"),
        ("a,,説明,,", "name", "required"),
        ("a,名前,,,", "abstract", "required"),
        ("A b,名前,説明,,", "service_id", "value.invalid"),
        ("a,名前,説明,javascript:x,", "detail_url", "value.invalid"),
        ("a,名前,説\0明,,", "abstract", "text.form"),
        ("a," + "長" * 10_001 + ",説明,,", "name", "text.form"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_are_read(line, column, rule):
    entries, problems = cpsv.read(f"{HEADER}{line}\r\nb,名前,説明,,\r\n", source="x")

    assert [entry.id for entry in entries] == ["b"]
    assert problems == [cpsv.Problem(2, column, rule)]


def test_an_id_used_twice_is_named():
    _, problems = cpsv.read(f"{HEADER}a,名前,説明,,\r\na,名前,説明,,\r\n", source="x")

    assert problems == [cpsv.Problem(3, "service_id", "value.invalid")]


@pytest.mark.parametrize("text", ["", "a,b\r\n1,2\r\n", '"never closed'])
def test_a_text_without_the_columns_is_refused(text):
    with pytest.raises(cpsv.NotCpsv):
        cpsv.read(text, source="x")


@given(st.text(max_size=300))
def test_whatever_somebody_uploads_is_read_or_refused(text):
    try:
        entries, _ = cpsv.read(HEADER + text, source="x")
    except cpsv.NotCpsv:
        return
    assert all(entry.id and entry.name["ja"] for entry in entries)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=50))
def test_no_cell_begins_a_formula_and_reading_gives_the_text_back(name):
    entry = Entry(id="a", name={"ja": name}, summary={"ja": "説明"})

    written = cpsv.write([entry])

    (row,) = csv.DictReader(io.StringIO(written, newline=""))
    assert not row["name"].startswith(("=", "+", "-", "@"))
    (read,), _ = cpsv.read(written, source="x") if name.strip().strip("'") else ([entry], [])
    assert read.name["ja"].lstrip("'") == name.strip().lstrip("'")
