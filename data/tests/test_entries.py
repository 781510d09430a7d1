"""What must hold for every entry, whoever wrote it: a wrong number costs more than a crash."""

import re
from collections import Counter
from datetime import UTC, datetime

import notalone_data
import protovalidate
import pytest
from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.catalog.v1.programme_pb2 import NOTHING_TO_APPLY, Programme
from notalone.common.v1.common_pb2 import CHILD, Audience
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import facts, programmes, ruby, telephone
from notalone_kernel.hours import status
from notalone_kernel.languages import LANGUAGES
from notalone_kernel.programmes import CHILD_WORDING

_ENTRIES = notalone_data.entries()
_NEEDS = set(notalone_data.needs()["needs"])
_LIVE = [entry for entry in _ENTRIES if entry.status == Entry.ACTIVE]
_CHANNELS = [(entry, channel) for entry in _ENTRIES for channel in entry.channels]
_NUMBERS = [pair for pair in _CHANNELS if pair[1].kind in (Contact.PHONE, Contact.SMS)]
# Spoken on some desk besides the twelve: Khmer, Burmese, Mongolian, French, Sinhala, Urdu, Bengali.
_FURTHER_LANGUAGES = {"km", "my", "mn", "fr", "si", "ur", "bn"}
_NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
_KANJI = re.compile(r"[㐀-鿿々]")
_HIRAGANA = re.compile(r"[ぁ-ゖー 　・、]+")

each_entry = pytest.mark.parametrize("entry", _ENTRIES, ids=lambda entry: entry.id)
each_channel = pytest.mark.parametrize(
    ("entry", "channel"), _CHANNELS, ids=[f"{entry.id}:{channel.value}" for entry, channel in _CHANNELS]
)
each_number = pytest.mark.parametrize(
    ("entry", "channel"), _NUMBERS, ids=[f"{entry.id}:{channel.value}" for entry, channel in _NUMBERS]
)


@each_entry
def test_an_entry_keeps_the_rules_of_the_contract(entry: Entry) -> None:
    protovalidate.validate(entry)


@each_entry
def test_needs_are_of_the_closed_list(entry: Entry) -> None:
    assert set(entry.needs) <= _NEEDS
    assert entry.needs or entry.status != Entry.ACTIVE


@each_entry
def test_name_operator_and_summary_are_there_in_japanese_and_english(entry: Entry) -> None:
    for texts in (entry.name, entry.summary):
        assert texts["ja"].strip()
        assert texts["en"].strip()
    assert entry.operator["ja"].strip()


@each_entry
def test_the_reading_of_the_name_is_in_hiragana(entry: Entry) -> None:
    assert _HIRAGANA.fullmatch(entry.furigana), entry.furigana


@each_entry
def test_texts_are_of_known_languages_and_not_empty(entry: Entry) -> None:
    for texts in (entry.name, entry.operator, entry.summary, entry.eligibility, entry.application):
        assert set(texts) <= {*LANGUAGES, CHILD_WORDING}
        assert all(text.strip() for text in texts.values())
    assert set(entry.questions) <= set(LANGUAGES)
    assert all(item.strip() for texts in entry.questions.values() for item in texts.items)


@each_entry
def test_children_meet_a_wording_with_furigana_over_every_kanji(entry: Entry) -> None:
    if CHILD in entry.audiences:
        wording = entry.summary[CHILD_WORDING]
        read = {place for span in ruby.parse(wording).ruby for place in range(span.start, span.end)}
        text = ruby.plain(wording)
        assert [text[place] for place in range(len(text)) if _KANJI.match(text[place]) and place not in read] == []
        assert not re.search(r"[{}|]", text)


@each_entry
def test_a_scheme_says_what_it_is_and_where_to_apply(entry: Entry) -> None:
    decided = entry.kind == Programme.SCHEME and entry.apply_at != NOTHING_TO_APPLY
    if decided and entry.status == Entry.ACTIVE:
        assert entry.application["ja"].strip()
        assert entry.application["en"].strip()


@each_entry
def test_a_live_desk_can_be_reached_or_found(entry: Entry) -> None:
    if entry.kind == Programme.DESK and entry.status == Entry.ACTIVE:
        assert entry.channels or entry.application["ja"]


@each_entry
def test_what_no_source_tells_says_where_to_ask(entry: Entry) -> None:
    if entry.status == Entry.ACTIVE and entry.provenance.check_state == Contact.UNCHECKED:
        assert entry.application["ja"].strip()
        assert entry.application["en"].strip()
    if entry.status == Entry.ACTIVE:
        assert entry.channels or entry.application["ja"].strip() or entry.url


@each_entry
def test_sources_are_public_and_nothing_counts_as_checked_without_a_date(entry: Entry) -> None:
    of_channels = (channel.provenance for channel in entry.channels)
    for provenance in (entry.provenance, *of_channels, *entry.fact_provenance.values()):
        for source in provenance.sources:
            assert source == source.strip()
            assert not re.search(r"memory|corpus|find_string|localhost", source)
        if provenance.check_state == Contact.CHECKED:
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", provenance.as_of)
        assert not provenance.as_of or "2010" <= provenance.as_of <= f"{_NOW:%Y-%m-%d}"


@each_entry
def test_what_somebody_is_afraid_of_is_known_from_a_source_or_not_at_all(entry: Entry) -> None:
    for name in facts.FACTS:
        source = facts.provenance(entry, name)
        assert not entry.HasField(name) or source.check_state != Contact.UNCHECKED
        assert name not in entry.fact_provenance or entry.HasField(name)


@each_number
def test_a_number_can_be_dialled_as_it_stands_and_is_not_retired(entry: Entry, channel: Channel) -> None:
    assert telephone.problem(channel.value) is None
    assert re.fullmatch(r"#?[0-9]+(-[0-9]+)*", channel.value), "only what is dialled may be shown"
    assert telephone.digits(channel.value) == channel.value.replace("-", "")


@each_number
def test_the_charge_fits_the_numbering_plan(entry: Entry, channel: Channel) -> None:
    keys = telephone.digits(channel.value)
    if keys.startswith(("0120", "0800")):
        assert channel.charge == Contact.FREE
    if keys.startswith("0570"):
        assert channel.charge == Contact.CHARGED


@each_channel
def test_languages_of_a_channel_are_known_tags(entry: Entry, channel: Channel) -> None:
    assert set(channel.languages) <= {*LANGUAGES, *_FURTHER_LANGUAGES}
    assert len(set(channel.languages)) == len(channel.languages)


@each_channel
def test_a_channel_on_the_web_is_an_address(entry: Entry, channel: Channel) -> None:
    if channel.kind in (Contact.WEB, Contact.CHAT):
        assert re.fullmatch(r"https?://[^\s]+", channel.value)


@each_channel
def test_hours_can_be_told_and_do_not_run_backwards(entry: Entry, channel: Channel) -> None:
    status(channel.hours, _NOW)
    for period in (*channel.hours.weekly, *channel.hours.monthly):
        assert period.opens < period.closes
    assert bool(channel.hours.year_end_from) == bool(channel.hours.year_end_until)
    assert not (channel.hours.year_end_unknown and channel.hours.year_end_from)


@each_entry
def test_only_active_entries_are_shown(entry: Entry) -> None:
    if entry.status != Entry.ACTIVE:
        assert not programmes.visible(entry, _NOW)
    elif not entry.channels:
        assert programmes.visible(entry, _NOW)


@each_entry
def test_an_entry_can_be_presented_to_everyone_it_is_for(entry: Entry) -> None:
    for audience in entry.audiences:
        for language in ("ja", "en", "vi"):
            shown = programmes.present(entry, language=language, now=_NOW, audience=Audience.ValueType(audience))
            assert shown.display_name
            assert shown.summary


def test_no_two_entries_bear_the_same_name() -> None:
    for language in ("ja", "en"):
        names = Counter(entry.name[language] for entry in _ENTRIES)
        assert [name for name, times in names.items() if times > 1] == []


def test_there_is_a_live_entry_for_every_need() -> None:
    answered = {need for entry in _LIVE for need in entry.needs}
    assert _NEEDS - answered == set()


def test_there_are_enough_live_entries_and_the_well_known_ones_among_them() -> None:
    names = {entry.name["ja"] for entry in _LIVE}
    assert len(names) >= 150
    assert "地域子育て支援拠点事業" in names
    assert "いのちの電話" in names
    assert "労働条件相談ほっとライン" in names


def test_the_line_of_limited_duration_never_seems_open() -> None:
    (entry,) = (entry for entry in _ENTRIES if any(channel.value == "#9999" for channel in entry.channels))
    assert not programmes.visible(entry, _NOW)
    assert all(status(channel.hours, _NOW).open is not True for channel in entry.channels)


def test_a_number_of_doubtful_digits_is_not_published() -> None:
    # The open data set gives this line two numbers; until someone compares them, neither is shown.
    shown = {telephone.digits(channel.value) for _, channel in _NUMBERS}
    assert not shown & {"0368588609", "0368588689"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_need_has_words_in_every_language(language: str) -> None:
    assert [need for need, texts in notalone_data.needs()["needs"].items() if not texts.get(language)] == []
