"""From what a conversation came to, to what stands on the memo. Pure.

The rows follow the memo that municipal counters know: topic, what the person wants to talk about, programme, summary,
whom it is for and where to ask, note.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from notalone.catalog.v1 import programme_pb2
from notalone.common.v1 import common_pb2
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf

from notalone_pdf import child, contacts, fonts, furigana, words
from notalone_pdf.discretion import answers_to_tell, needs_to_tell, programmes_to_tell
from notalone_pdf.furigana import Said, bare, with_readings

Description = dialogue.DescribeConversationResponse
Programme = programme_pb2.Programme
Answer = dialogue.ChosenAnswer
Need = dialogue.UnderstoodNeed
Memo = dict[str, Any]

MOST_PROGRAMMES = 5
# Nobody reads five where none was asked for.
_MOST_UNASKED = 3
# An address must stay as it is, and the note is printable already.
_AS_IT_IS = ("url", "href", "note")

_WHERE = {
    programme_pb2.MUNICIPALITY: "お住まいの市区町村の窓口",
    programme_pb2.PREFECTURE: "都道府県の窓口",
    programme_pb2.WELFARE_OFFICE: "福祉事務所",
    programme_pb2.HELLO_WORK: "ハローワーク",
    programme_pb2.LABOUR_OFFICE: "労働局・労働基準監督署",
    programme_pb2.PENSION_OFFICE: "年金事務所",
    programme_pb2.INSURER: "加入している健康保険（保険証などに書かれている保険者）",
    programme_pb2.SCHOOL: "通っている学校",
}
_UNKNOWN = "未確認です。窓口でおたずねください。"


class Wishes(Protocol):
    """A request, as far as it says what the person came for and how they can be met."""

    @property
    def wants(self) -> Collection[pdf.MemoWant.ValueType]:
        """To be ticked."""
        ...

    @property
    def needs(self) -> Collection[pdf.MemoNeed.ValueType]:
        """To be ticked; what the language and a crisis tell, where empty."""
        ...


def standard(
    description: Description, asked_for: Wishes, *, note: Sequence[str], lost: int, asked: bool, day: date
) -> Memo:
    """The whole memo.

    Args:
        description: From the dialogue service.
        asked_for: What the person came for, and how they can be met.
        note: Lines of the person's note, printable.
        lost: Characters of the note that could not be printed.
        asked: True where the person chose the programmes.
        day: Of printing, in Japan.
    """
    answers, needs = answers_to_tell(description), needs_to_tell(description)
    shown = _programmes(description, asked=asked)
    frame = _frame(description, note=note, lost=lost, day=day)
    programmes = [_programme(one, description.language) for one in shown]
    return {
        **frame,
        "discreet": False,
        "wants": _wants(asked_for),
        # Whoever is in a crisis may want to say so where nobody listens; the tick tells no more than that.
        "needs": _needs(description, asked_for, room=bool(description.crisis_kinds)),
        "wish": _wish(answers, needs, frame["own"]),
        "rows": _rows(answers, needs, frame["own"]),
        "programmes": [child.programme(one, made) for one, made in zip(shown, programmes, strict=True)]
        if frame["child"]
        else programmes,
        "degraded": bool(description.degraded),
    }


def discreet(description: Description, asked_for: Wishes, *, note: Sequence[str], lost: int, day: date) -> Memo:
    """The memo that tells nobody at home anything: no topic, no programme, no address."""
    frame = _frame(description, note=note, lost=lost, day=day)
    return {**frame, "discreet": True, "needs": _needs(description, asked_for, room=True)}


def addresses(memo: Memo) -> list[str]:
    """The pages that get a QR code."""
    return [one["url"] for one in memo.get("programmes", []) if one["url"]]


def mapped(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 a tree of JSON
    """The same tree with every text changed that is there to be read."""
    match value:
        case str():
            return change(value)
        case list():
            return [mapped(item, change) for item in value]
        case dict():
            return {key: item if key in _AS_IT_IS else mapped(item, change) for key, item in value.items()}
        case _:
            return value


def _frame(description: Description, *, note: Sequence[str], lost: int, day: date) -> Memo:
    language = description.language or "ja"
    kid = description.audience == common_pb2.CHILD
    # Furigana help where the Japanese is what the child reads.
    with_furigana = kid and language == "ja"
    own = words.beside(words.CHILD if with_furigana else language)
    return {
        "language": language,
        "language_ja": own.get("name_ja", ""),
        "own": {key: furigana.marked(text) for key, text in own.items()} if with_furigana else dict(own),
        "kid": kid,
        "child": with_furigana,
        # Who reads and speaks with a child does so aloud.
        "sheet": None if with_furigana else words.sheet(language),
        "fonts": fonts.stack("ja"),
        "own_fonts": fonts.stack(language),
        "day": f"{day.year}年{day.month}月{day.day}日",
        "young": description.audience in (common_pb2.CHILD, common_pb2.TEEN),
        "note": list(note),
        "lost": lost,
    }


def _wants(asked_for: Wishes) -> dict[str, bool]:
    return {
        "consult": pdf.CONSULT in asked_for.wants,
        "apply": pdf.APPLY in asked_for.wants,
        "papers": pdf.DOCUMENTS in asked_for.wants,
    }


def _needs(description: Description, asked_for: Wishes, *, room: bool) -> dict[str, bool]:
    named = asked_for.needs
    return {
        "interpreter": pdf.INTERPRETER in named if named else description.language not in ("", "ja"),
        "plain": pdf.PLAIN_JAPANESE in named,
        "writing": pdf.WRITING in named,
        "room": room or pdf.PRIVATE_ROOM in named,
    }


def _pair(ja: Said, own: Said) -> dict[str, Said]:
    return {"ja": ja or own, "own": "" if bare(own) == bare(ja) else own}


def _told(answer: Answer) -> dict[str, Said]:
    return _pair(with_readings(answer.label_ja, answer.label_ja_ruby), answer.label)


def _programmes(description: Description, *, asked: bool) -> list[dialogue.DescribedProgramme]:
    if asked:
        return list(description.programmes[:MOST_PROGRAMMES])
    # What fits a person who has told nothing yet is a guess: not for the counter.
    told = bool(description.answers or description.needs)
    return programmes_to_tell(description)[:_MOST_UNASKED] if told else []


def _wish(answers: Sequence[Answer], needs: Sequence[Need], own: Mapping[str, Said]) -> dict[str, Said]:
    """The one line that the staff read first."""
    if answers:
        return _told(answers[-1])
    if needs:
        return _pair(needs[0].label_ja, needs[0].label)
    return _pair("これからお話しします", own.get("will_tell", ""))


def _rows(answers: Sequence[Answer], needs: Sequence[Need], own: Mapping[str, Said]) -> list[dict[str, Any]]:
    topic, details = ("情報項目", own.get("topic", "")), ("相談内容（詳細）", own.get("details", ""))
    # Every answer to the first question opens a worry of its own.
    rows = [_row(topic if answer.node_id == answers[0].node_id else details, _told(answer)) for answer in answers]
    if needs and not rows:
        rows.append(_row(topic, _pair(needs[0].label_ja, needs[0].label)))
    if needs:
        texts = [_pair(need.label_ja, need.label) for need in needs]
        label = _pair("お伝えいただいた言葉から", own.get("words", ""))
        rows.append({**_row(details, *texts), "source": label})
    return rows or [_row(topic, _pair("窓口でお話しします", own.get("at_counter", "")))]


def _row(label: tuple[str, Said], *texts: dict[str, Said]) -> dict[str, Any]:
    return {"label": {"ja": label[0], "own": label[1]}, "texts": list(texts), "source": {"ja": "", "own": ""}}


def _programme(described: dialogue.DescribedProgramme, language: str) -> Memo:
    own = described.programme
    japanese = described.programme_ja if described.HasField("programme_ja") else own
    other = None if language in ("", "ja") or own.text_language == "ja" else own
    name = japanese.display_name_ja or japanese.display_name
    reached = japanese.contacts[: contacts.MOST]
    return {
        "reading": "",
        "where": True,
        "name": _pair(name, other.display_name if other else ""),
        "own_language": other.text_language if other else "",
        "operator": japanese.operator,
        "summary": _pair(japanese.summary or _UNKNOWN, other.summary if other else ""),
        "eligibility": _pair(japanese.eligibility or _UNKNOWN, other.eligibility if other else ""),
        "desk": japanese.apply_at == programme_pb2.NOTHING_TO_APPLY,
        "application": _pair(_application(japanese), other.application if other else ""),
        "phrase": _phrase(japanese, name),
        "contacts": [
            contacts.present(contact, contacts.matching(contact, other.contacts) if other else None)
            for contact in reached
        ],
        "more_contacts": len(japanese.contacts) - len(reached),
        "questions": _questions(japanese, other),
        "checked": contacts.checked(japanese.check_state, japanese.checked_on),
        "url": japanese.url if japanese.url.isascii() and japanese.url.startswith(("https://", "http://")) else "",
    }


def _application(programme: Programme) -> str:
    where = programme.application or _WHERE.get(programme.apply_at)
    return where or ("下の連絡先" if programme.contacts else _UNKNOWN)


def _phrase(programme: Programme, name: str) -> str:
    if programme.apply_at != programme_pb2.MUNICIPALITY:
        return ""
    return f"くわしくは「（お住まいの市区町村の名前） {name}」で検索してください。"


def _questions(japanese: Programme, other: Programme | None) -> list[dict[str, Said]]:
    # Beside each other only where each has its counterpart.
    if other is not None and len(other.questions) == len(japanese.questions):
        return [_pair(ja, own) for ja, own in zip(japanese.questions, other.questions, strict=True)]
    return [_pair(question, "") for question in japanese.questions]
