"""What somebody who is afraid wants to know before they ask.

Must I say my name, does my status of residence matter, does my employer learn of it: each is known, with its source,
or unknown; unknown is never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notalone.catalog.v1.entry_pb2 import Entry, Provenance
from notalone.catalog.v1.programme_pb2 import FactCheck
from notalone.common.v1.common_pb2 import CHILD, GENERAL, Audience

from notalone_kernel.languages import pick

FACTS: Mapping[str, str] = {
    "anonymous_ok": "anonymousOk",
    "asks_residence_status": "asksResidenceStatus",
    "tells_employer": "tellsEmployer",
}
"""Names of the fields of `Entry`, and how JSON calls them."""

# Where a worry is one that others must not hear of, the first thing to ask is who will.
_OFFICES_MATTER = "foreign."
_EMPLOYER_MATTERS = frozenset({"work.unpaid_wages", "work.conditions", "work.harassment"})
_MATTERS_FROM = 0.6
# Says nothing of what the person is afraid of: it is printed on a memo that an official reads.
_WHO_HEARS = {
    "ja": "ここで話したことは、ほかの役所や勤め先に伝わりますか。名前を言わずに聞けることは何ですか",
    "en": "Is what I say passed on to other offices or to an employer? What can I ask without giving my name?",
    "zh-Hans": "我说的内容会告诉其他机关或工作单位吗？不说名字可以问哪些事？",
    "zh-Hant": "我說的內容會告訴其他機關或工作單位嗎？不說名字可以問哪些事？",
    "ko": "여기서 말한 내용이 다른 관청이나 직장에 전해지나요? 이름을 말하지 않고 물어볼 수 있는 것은 무엇인가요?",
    "pt": "O que eu disser é passado a outros órgãos ou ao empregador? O que posso perguntar sem dizer meu nome?",
    "es": "¿Lo que diga se comunica a otras oficinas o al empleador? ¿Qué puedo preguntar sin dar mi nombre?",
    "tl": "Ipapaalam ba sa ibang opisina o employer ang sasabihin ko? Ano ang maitatanong nang hindi nagpapakilala?",
    "th": "สิ่งที่ฉันพูดจะถูกแจ้งไปยังหน่วยงานอื่นหรือนายจ้างไหม ถามเรื่องใดได้บ้างโดยไม่บอกชื่อ",
    "vi": "Điều tôi nói có được báo cho cơ quan khác hoặc nơi làm việc không? Tôi có thể hỏi gì mà không cần nói tên?",
    "ne": "मैले भनेको कुरा अरू कार्यालय वा काम गर्ने ठाउँमा जान्छ? नाम नभनी के सोध्न सकिन्छ?",
    "id": "Apakah kata-kata saya disampaikan ke kantor lain atau majikan? Apa yang bisa ditanya tanpa menyebut nama?",
}


def known(entry: Entry) -> dict[str, Any]:
    """The fields of a `Programme` for the facts that are known of an entry, with how well each is checked."""
    told: dict[str, Any] = {name: getattr(entry, name) for name in FACTS if entry.HasField(name)}  # type: ignore[arg-type]
    checks = {}
    for name in told:
        source = provenance(entry, name)
        checks[FACTS[name]] = FactCheck(checked_on=source.as_of, check_state=source.check_state)
    return {**told, "fact_checks": checks}


def provenance(entry: Entry, name: str) -> Provenance:
    """Where a fact comes from: its own source, else the entry's."""
    return entry.fact_provenance.get(name, entry.provenance)


def to_ask(entry: Entry, language: str, audience: Audience.ValueType = GENERAL) -> list[str]:
    """What to ask first where it matters and nobody knows: who else will hear of it.

    Nobody in a crisis, and no child, is given one more thing to think of.
    """
    if entry.floor or audience == CHILD:
        return []
    offices = not entry.HasField("asks_residence_status") and any(
        need.startswith(_OFFICES_MATTER) and weight >= _MATTERS_FROM for need, weight in entry.needs.items()
    )
    employer = not entry.HasField("tells_employer") and any(
        entry.needs[need] >= _MATTERS_FROM for need in _EMPLOYER_MATTERS if need in entry.needs
    )
    return [pick(_WHO_HEARS, language)[0]] if offices or employer else []
