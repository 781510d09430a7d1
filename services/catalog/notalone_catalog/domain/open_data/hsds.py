"""Entries as Open Referral HSDS 3.1 (Human Services Data Specification): services, organizations, taxonomies.

HSDS knows one language for each text: the Japanese one, which is the checked one. Its ids are UUIDs: made from our own
ids, so they stay the same from export to export. What is unknown is left out, never filled in.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from notalone.catalog.v1.entry_pb2 import Channel, Entry
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel import municipality, ruby
from notalone_kernel.languages import DEFAULT

from notalone_catalog.domain.open_data import schedules

Json = dict[str, object]

VERSION = "3.1"
TAXONOMY = "notalone-needs"
FACTS_TAXONOMY = "notalone-facts"
_TAXONOMIES = {
    TAXONOMY: "What a person may be in need of, in words a person would say.",
    FACTS_TAXONOMY: "What somebody who is afraid wants to know before asking; true or false, left out where unknown.",
}
_FACTS = {
    "anonymous_ok": "名前を言わずに相談できる",
    "asks_residence_status": "在留資格を確かめる",
    "tells_employer": "使うと勤め先に伝わる",
}
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "hsds.notalone")
_STATUS = {
    Entry.ACTIVE: "active",
    Entry.INACTIVE: "inactive",
    Entry.DEFUNCT: "defunct",
    Entry.TEMPORARILY_CLOSED: "temporarily closed",
}
_PHONE_TYPES = {Contact.PHONE: "voice", Contact.SMS: "text"}
_ADDRESSES = {Contact.WEB, Contact.CHAT, Contact.SNS}
_FULL_DATE = len("2026-01-31")
_UNCHECKED = "電話番号や時間は、運営元のページとまだ照らし合わせていません。"


def identifier(kind: str, name: str) -> str:
    """The lasting UUID of a thing of ours: kind "service", "organization", "taxonomy_term", … and our own id."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def service(entry: Entry, *, need_labels: Mapping[str, Mapping[str, str]]) -> Json:
    """An entry as an HSDS service with everything that hangs on it."""
    own = identifier("service", entry.id)
    operator = _japanese(entry.operator)
    return _known(
        {
            "id": own,
            "organization_id": identifier("organization", operator) if operator else None,
            "name": _japanese(entry.name),
            "alternate_name": entry.furigana,
            "description": _japanese(entry.summary),
            "url": entry.url or None,
            "status": _STATUS[entry.status],
            "application_process": _japanese(entry.application),
            "eligibility_description": _japanese(entry.eligibility),
            "minimum_age": entry.minimum_age if entry.HasField("minimum_age") else None,
            "maximum_age": entry.maximum_age if entry.HasField("maximum_age") else None,
            "assured_date": entry.provenance.as_of if len(entry.provenance.as_of) == _FULL_DATE else None,
            "alert": None if entry.provenance.check_state == Contact.CHECKED else _UNCHECKED,
            "phones": [_phone(entry, channel, own) for channel in entry.channels if channel.kind in _PHONE_TYPES],
            "schedules": [
                row
                for place, channel in enumerate(entry.channels)
                for row in schedules.rows(channel.hours, owner=f"{entry.id}/{place}", service_id=own, named=identifier)
            ],
            "service_areas": list(_areas(entry, own)),
            "languages": _languages(entry.channels, owner=entry.id, link={"service_id": own}),
            "additional_urls": [
                _url(entry, channel)
                for channel in entry.channels
                if channel.kind in _ADDRESSES and channel.value.startswith("https://")
            ],
            "attributes": [
                *(_attribute(entry, need, own, need_labels) for need in sorted(entry.needs)),
                *(_fact(entry, name, own) for name in _FACTS if entry.HasField(name)),  # type: ignore[arg-type]
            ],
        }
    )


def organizations(entries: Iterable[Entry]) -> list[Json]:
    """Whoever runs an entry, by name."""
    names = {operator for entry in entries if (operator := _japanese(entry.operator))}
    return [
        # HSDS wants a description; ours say nothing of operators but their names.
        {"id": identifier("organization", name), "name": name, "description": name}
        for name in sorted(names)
    ]


def taxonomies() -> list[Json]:
    """What people are in need of, and what is known of how a desk treats them."""
    return [
        {"id": identifier("taxonomy", name), "name": name, "description": told} for name, told in _TAXONOMIES.items()
    ]


def taxonomy_terms(need_labels: Mapping[str, Mapping[str, str]]) -> list[Json]:
    """Every need and every fact as a term."""
    needs = [_term(need, labels) for need, labels in sorted(need_labels.items())]
    return [*needs, *(_term_of(FACTS_TAXONOMY, name, label) for name, label in _FACTS.items())]


def page(items: Sequence[Json], *, number: int, size: int) -> Json:
    """A page of a list in the frame that HSDS gives it; the first page is 1."""
    total = -(-len(items) // size)
    contents = list(items[(number - 1) * size : number * size])
    return {
        "total_items": len(items),
        "total_pages": total,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= total,
        "empty": not contents,
        "contents": contents,
    }


def _phone(entry: Entry, channel: Channel, service_id: str) -> Json:
    own = f"{entry.id}/{channel.kind}/{channel.value}/{channel.keypad_path}"
    said = [_label(entry, channel)] if channel.name else []
    said += [f"ガイダンスのあとに{channel.keypad_path}"] if channel.keypad_path else []
    said += [_japanese(channel.reachable_from)] if channel.reachable_from else _ip_phones(channel)
    phone_id = identifier("phone", own)
    return _known(
        {
            "id": phone_id,
            "service_id": service_id,
            "number": channel.value,
            "type": _PHONE_TYPES[channel.kind],
            "description": "。".join(said),
            "languages": _languages([channel], owner=own, link={"phone_id": phone_id}),
        }
    )


def _ip_phones(channel: Channel) -> list[str]:
    if not channel.HasField("ip_phone_ok"):
        return []
    return ["IP電話からかけられます" if channel.ip_phone_ok else "IP電話からは、つながらないことがあります"]


def _url(entry: Entry, channel: Channel) -> Json:
    return {
        "id": identifier("url", f"{entry.id}/{channel.value}"),
        "label": _label(entry, channel),
        "url": channel.value,
    }


def _languages(channels: Iterable[Channel], *, owner: str, link: Mapping[str, str]) -> list[Json]:
    tags = dict.fromkeys(tag for channel in channels for tag in channel.languages)
    return [{"id": identifier("language", f"{owner}/{tag}"), **link, "code": tag} for tag in tags]


def _areas(entry: Entry, service_id: str) -> Iterator[Json]:
    names = [municipality.PREFECTURES[code].ja for code in entry.prefectures] or ["日本全国"]
    for name in names:
        yield {"id": identifier("service_area", f"{entry.id}/{name}"), "service_id": service_id, "name": name}


def _attribute(entry: Entry, need: str, service_id: str, need_labels: Mapping[str, Mapping[str, str]]) -> Json:
    term = _term(need, need_labels.get(need, {}))
    return _link(entry, need, service_id, value=f"{entry.needs[need]:g}", term=term)


def _fact(entry: Entry, name: str, service_id: str) -> Json:
    value = "true" if getattr(entry, name) else "false"
    return _link(entry, name, service_id, value=value, term=_term_of(FACTS_TAXONOMY, name, _FACTS[name]))


def _link(entry: Entry, name: str, service_id: str, *, value: str, term: Json) -> Json:
    return {
        "id": identifier("attribute", f"{entry.id}/{name}"),
        "link_id": service_id,
        "link_type": term["taxonomy"],
        "link_entity": "service",
        "value": value,
        "taxonomy_term_id": term["id"],
        "taxonomy_term": term,
    }


def _term(need: str, labels: Mapping[str, str]) -> Json:
    return _term_of(TAXONOMY, need, _japanese(labels) or need)


def _term_of(taxonomy: str, code: str, label: str) -> Json:
    return {
        "id": identifier("taxonomy_term", code),
        "code": code,
        "name": label,
        "description": label,
        "taxonomy": taxonomy,
        "language": DEFAULT,
        "taxonomy_id": identifier("taxonomy", taxonomy),
    }


def _label(entry: Entry, channel: Channel) -> str:
    return _japanese(channel.name) or _japanese(entry.name)


def _japanese(texts: Mapping[str, str]) -> str:
    return ruby.plain(texts.get(DEFAULT, ""))


def _known(row: Mapping[str, object]) -> Json:
    """Without what is unknown: HSDS has no word for it."""
    return {key: value for key, value in row.items() if value not in (None, "", [])}
