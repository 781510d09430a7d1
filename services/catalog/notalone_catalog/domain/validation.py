"""What an entry must hold before it may be submitted: the rules that the text files are held to as well."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from notalone.catalog.v1.entry_pb2 import Channel, Entry, Hours, Provenance
from notalone.common.v1.common_pb2 import CHILD
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import facts, ruby, telephone
from notalone_kernel.languages import LANGUAGES
from notalone_kernel.programmes import CHILD_WORDING

from notalone_catalog.domain.times import instant

# As much as the longest entry of today, some times over.
MAX_BYTES = 48 * 1024
_MUST_BE_IN = ("ja", "en")
_DIALLED = frozenset({Contact.PHONE, Contact.SMS})
_BY_ADDRESS = frozenset({Contact.CHAT, Contact.WEB})
_FREE, _CHARGED = ("0120", "0800"), ("0570",)
_HIRAGANA = re.compile(r"[ぁ-ゖー 　・、]+")
_KANJI = re.compile(r"[㐀-鿿々]")
_ADDRESS = re.compile(r"https?://[^\s/?#]+\.[^\s]+")
_MARK = re.compile(r"[{}|]")
_DAY = len("2026-11-26")


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that keeps an entry from being submitted, and the rule it breaks."""

    field: str
    rule: str


def problems(entry: Entry, *, needs: Collection[str], today: date) -> list[Problem]:
    """What is wrong; empty where nothing is.

    Args:
        entry: Holds the rules of the proto already.
        needs: The closed list of needs.
        today: In Japan; nothing has been read on a later day.
    """
    return [
        *_texts(entry),
        *(Problem(f"needs[{need}]", "enum.defined_only") for need in sorted(entry.needs) if need not in needs),
        *([] if entry.needs or entry.status != Entry.ACTIVE else [Problem("needs", "required")]),
        *_source(entry.provenance, "provenance", today, dated=False),
        *_facts(entry, today),
        *(
            problem
            for place, channel in enumerate(entry.channels)
            for problem in _channel(channel, f"channels[{place}]", today)
        ),
        *([] if not entry.url or _ADDRESS.fullmatch(entry.url) else [Problem("url", "address.form")]),
    ]


def _texts(entry: Entry) -> Iterator[Problem]:
    if not _HIRAGANA.fullmatch(entry.furigana):
        yield Problem("furigana", "text.hiragana")
    for name in ("name", "summary"):
        yield from _languages(name, getattr(entry, name), required=_MUST_BE_IN)
    yield from _languages("operator", entry.operator, required=("ja",))
    for name in ("eligibility", "application"):
        yield from _languages(name, getattr(entry, name), required=())
    if CHILD in entry.audiences and not _read_by_children(entry.summary.get(CHILD_WORDING, "")):
        yield Problem(f"summary[{CHILD_WORDING}]", "text.furigana")


def _languages(field: str, texts: Mapping[str, str], *, required: tuple[str, ...]) -> Iterator[Problem]:
    missing = [tag for tag in required if not texts.get(tag, "").strip()]
    blank = [tag for tag in sorted(texts) if tag not in missing and not texts[tag].strip()]
    yield from (Problem(f"{field}[{tag}]", "required") for tag in [*missing, *blank])
    known = {*LANGUAGES, CHILD_WORDING}
    yield from (Problem(f"{field}[{tag}]", "enum.defined_only") for tag in sorted(texts) if tag not in known)


def _read_by_children(wording: str) -> bool:
    """Whether every kanji has its reading."""
    told = ruby.parse(wording)
    read = {place for span in told.ruby for place in range(span.start, span.end)}
    marked = all(place in read for place, letter in enumerate(told.text) if _KANJI.match(letter))
    return bool(told.text.strip()) and marked and not _MARK.search(told.text)


def _channel(channel: Channel, path: str, today: date) -> Iterator[Problem]:
    yield from _source(channel.provenance, f"{path}.provenance", today, dated=True)
    if channel.kind in _DIALLED:
        yield from _number(channel, path)
    elif channel.kind in _BY_ADDRESS and not _ADDRESS.fullmatch(channel.value):
        yield Problem(f"{path}.value", "address.form")
    yield from _hours(channel.hours, f"{path}.hours")
    for name in ("valid_from", "valid_until"):
        if getattr(channel, name) and _date(getattr(channel, name)) is None:
            yield Problem(f"{path}.{name}", "date.wrong")


def _facts(entry: Entry, today: date) -> Iterator[Problem]:
    """Whoever relies on one of these may be hurt by it: it stands nowhere without a source."""
    for name in facts.FACTS:
        path = f"fact_provenance[{name}]"
        if name in entry.fact_provenance:
            yield from _source(entry.fact_provenance[name], path, today, dated=False)
        known = entry.HasField(name)  # type: ignore[arg-type]
        if known and facts.provenance(entry, name).check_state == Contact.UNCHECKED:
            yield Problem(path, "required")


def _number(channel: Channel, path: str) -> Iterator[Problem]:
    problem = telephone.problem(channel.value)
    if problem:
        yield Problem(f"{path}.value", "phone.retired" if problem == "retired" else "phone.not_dialable")
        return
    keys = telephone.digits(channel.value)
    told = {Contact.FREE: _FREE, Contact.CHARGED: _CHARGED}
    wrong = any(
        keys.startswith(prefixes) and channel.charge != charge
        for charge, prefixes in told.items()
        if channel.kind == Contact.PHONE
    )
    if wrong:
        yield Problem(f"{path}.charge", "phone.charge")
    if channel.provenance.check_state == Contact.UNCHECKED:
        yield Problem(f"{path}.provenance.check_state", "phone.unchecked")


def _source(provenance: Provenance, path: str, today: date, *, dated: bool) -> Iterator[Problem]:
    if not any(source.strip() for source in provenance.sources):
        yield Problem(f"{path}.sources", "required")
    if dated and not provenance.as_of:
        yield Problem(f"{path}.as_of", "required")
    elif provenance.as_of and not _read_by(provenance, today):
        yield Problem(f"{path}.as_of", "date.wrong")


def _read_by(provenance: Provenance, today: date) -> bool:
    """Whether it can have been read on that date; what is checked bears the day."""
    written = provenance.as_of
    day = _date(written)
    if day is None and (len(written) == _DAY or provenance.check_state == Contact.CHECKED):
        return False
    # A year or a month compares with the beginning of today's date.
    return written <= today.isoformat()[: len(written)]


def _hours(hours: Hours, path: str) -> Iterator[Problem]:
    periods = [(f"weekly[{place}]", each.opens, each.closes) for place, each in enumerate(hours.weekly)]
    periods += [(f"monthly[{place}]", each.opens, each.closes) for place, each in enumerate(hours.monthly)]
    yield from (Problem(f"{path}.{name}.closes", "hours.wrong") for name, opens, closes in periods if opens >= closes)
    if bool(hours.year_end_from) != bool(hours.year_end_until):
        yield Problem(f"{path}.year_end_until", "hours.wrong")
    for place, dated in enumerate(hours.dated):
        starts, ends = instant(dated.starts), instant(dated.ends)
        if starts is None or ends is None or starts >= ends:
            yield Problem(f"{path}.dated[{place}].ends", "hours.wrong")


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
