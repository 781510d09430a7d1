"""What keeps an entry from being submitted."""

from datetime import date

import notalone_data
import pytest
from notalone.catalog.v1.entry_pb2 import Channel, DatedPeriod, Entry, Hours, Provenance, WeeklyPeriod
from notalone.common.v1.common_pb2 import CHILD
from notalone.common.v1.contact_pb2 import Contact
from notalone_catalog.domain.validation import problems

TODAY = date(2026, 11, 26)
NEEDS = set(notalone_data.needs()["needs"])
SOURCE = Provenance(sources=["https://example.jp/"], as_of="2026-11-20", check_state=Contact.CHECKED)


def whole() -> Entry:
    return Entry(
        id="a-desk",
        status=Entry.ACTIVE,
        name={"ja": "相談窓口", "en": "A desk"},
        furigana="そうだんまどぐち",
        operator={"ja": "ある団体"},
        summary={"ja": "話を聞きます。", "en": "Somebody listens."},
        needs={"lonely.talk": 1.0},
        url="https://example.jp/",
        provenance=SOURCE,
        channels=[
            Channel(kind=Contact.PHONE, value="0120-279-338", charge=Contact.FREE, provenance=SOURCE),
            Channel(kind=Contact.CHAT, value="https://example.jp/chat", provenance=SOURCE),
        ],
    )


def found(entry: Entry) -> set[tuple[str, str]]:
    return {(problem.field, problem.rule) for problem in problems(entry, needs=NEEDS, today=TODAY)}


def test_a_whole_entry_has_no_problem():
    assert found(whole()) == set()


CASES = [
    (lambda e: e.name.pop("en"), "name[en]", "required"),
    (lambda e: e.summary.update({"ja": " "}), "summary[ja]", "required"),
    (lambda e: e.eligibility.update({"xx": "…"}), "eligibility[xx]", "enum.defined_only"),
    (lambda e: setattr(e, "furigana", "相談"), "furigana", "text.hiragana"),
    (lambda e: e.needs.update({"no.such": 1.0}), "needs[no.such]", "enum.defined_only"),
    (lambda e: e.needs.clear(), "needs", "required"),
    (lambda e: setattr(e, "url", "example.jp"), "url", "address.form"),
    (lambda e: e.audiences.append(CHILD), "summary[ja-x-child]", "text.furigana"),
    (lambda e: setattr(e.channels[0], "value", "0570-046-556"), "channels[0].value", "phone.retired"),
    (lambda e: setattr(e.channels[0], "value", "12"), "channels[0].value", "phone.not_dialable"),
    (lambda e: setattr(e.channels[0], "charge", Contact.CHARGED), "channels[0].charge", "phone.charge"),
    (lambda e: setattr(e.channels[1], "value", "javascript:alert(1)"), "channels[1].value", "address.form"),
    (lambda e: e.channels[0].provenance.ClearField("sources"), "channels[0].provenance.sources", "required"),
    (lambda e: setattr(e.channels[0].provenance, "as_of", ""), "channels[0].provenance.as_of", "required"),
    (lambda e: setattr(e.channels[0].provenance, "as_of", "2026-11-27"), "channels[0].provenance.as_of", "date.wrong"),
    (lambda e: setattr(e.channels[0].provenance, "as_of", "2026-11"), "channels[0].provenance.as_of", "date.wrong"),
    (lambda e: setattr(e.provenance, "as_of", "2026-02-30"), "provenance.as_of", "date.wrong"),
    (
        lambda e: setattr(e.channels[0].provenance, "check_state", Contact.UNCHECKED),
        "channels[0].provenance.check_state",
        "phone.unchecked",
    ),
    (
        lambda e: (
            setattr(e, "tells_employer", False),
            setattr(e.provenance, "check_state", Contact.UNCHECKED),
        ),
        "fact_provenance[tells_employer]",
        "required",
    ),
    (
        lambda e: e.fact_provenance["anonymous_ok"].CopyFrom(
            Provenance(sources=["x"], as_of="2999", check_state=Contact.CHECKED)
        ),
        "fact_provenance[anonymous_ok].as_of",
        "date.wrong",
    ),
    (lambda e: setattr(e.channels[0], "valid_until", "soon"), "channels[0].valid_until", "date.wrong"),
    (
        lambda e: e.channels[0].hours.CopyFrom(Hours(weekly=[WeeklyPeriod(days=[1], opens="17:00", closes="09:00")])),
        "channels[0].hours.weekly[0].closes",
        "hours.wrong",
    ),
    (
        lambda e: e.channels[0].hours.CopyFrom(Hours(always=True, year_end_from="12-29")),
        "channels[0].hours.year_end_until",
        "hours.wrong",
    ),
    (
        lambda e: e.channels[0].hours.CopyFrom(Hours(dated=[DatedPeriod(starts="2026-01-01", ends="x")])),
        "channels[0].hours.dated[0].ends",
        "hours.wrong",
    ),
]


@pytest.mark.parametrize(("spoil", "field", "rule"), CASES, ids=[f"{field} {rule}" for _, field, rule in CASES])
def test_what_is_wrong_is_named_and_nothing_else(spoil, field, rule):
    entry = whole()
    spoil(entry)
    assert found(entry) == {(field, rule)}


def test_an_ended_entry_needs_no_needs():
    entry = whole()
    entry.needs.clear()
    entry.status = Entry.DEFUNCT
    assert found(entry) == set()


def test_a_wording_for_children_needs_a_reading_over_every_kanji():
    entry = whole()
    entry.audiences.append(CHILD)
    entry.summary["ja-x-child"] = "{話|はな}せるよ。夜も。"
    assert found(entry) == {("summary[ja-x-child]", "text.furigana")}
    entry.summary["ja-x-child"] = "{話|はな}せるよ。"
    assert found(entry) == set()


def test_every_packaged_entry_has_texts_numbers_and_hours_that_could_be_submitted():
    # Dates and checks are what staff is for: most packaged contacts have not been compared with their operator's page.
    later = {"as_of", "check_state", "sources"}
    wrong = {
        (entry.id, problem.field, problem.rule)
        for entry in notalone_data.entries()
        for problem in problems(entry, needs=NEEDS, today=TODAY)
        if problem.field.rpartition(".")[2] not in later
    }
    assert wrong == set()
