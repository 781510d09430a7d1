"""The memo as text alone: goes along in the PDF, for machines and for whoever cannot see it laid out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from notalone_pdf.breaks import ZERO_WIDTH_SPACE
from notalone_pdf.furigana import bare

_WANTS = {"consult": "相談", "apply": "申請", "papers": "書類"}
_NEEDS = {"interpreter": "通訳", "plain": "やさしい日本語", "writing": "筆談", "room": "個室"}
_NOT_A_FORM = "申請書ではありません。本人・要件は未確認です。"
_PRIVATE = "人に聞こえない所で話したいです。家に電話・郵便をしないでください。"


def plain_text(memo: dict[str, Any]) -> str:
    """The words of a memo, line by line, Japanese first and the person's language after a slash."""
    lines = list(_head(memo))
    if not memo["discreet"]:
        lines += ["", *(f"{_both(row['label'])}: {'、'.join(map(_both, row['texts']))}" for row in memo["rows"])]
        for one in memo["programmes"]:
            lines += ["", *_programme(one)]
    if memo["note"]:
        lines += ["", "メモ", *memo["note"]]
    return "\n".join(line.rstrip() for line in lines).replace(ZERO_WIDTH_SPACE, "").strip() + "\n"


def _head(memo: dict[str, Any]) -> Iterator[str]:
    if memo["discreet"]:
        yield f"メモ　{memo['day']}"
        yield _PRIVATE
        if private := bare(memo["own"].get("private", "")):
            yield private
    else:
        yield f"相談メモ（NotAlone）　{memo['day']}"
        yield _both(memo["wish"])
        yield f"用件: {_ticked(memo['wants'], _WANTS)}"
    needs = _ticked(memo["needs"], {**_NEEDS, "interpreter": _interpreter(memo)})
    yield f"希望: {needs}"
    yield _NOT_A_FORM


def _interpreter(memo: dict[str, Any]) -> str:
    return f"通訳（{memo['language_ja']}）" if memo["language_ja"] else "通訳"


def _ticked(ticks: dict[str, bool], names: dict[str, str]) -> str:
    return "、".join(names[key] for key, on in ticks.items() if on) or "（書かれていません）"


def _programme(one: dict[str, Any]) -> Iterator[str]:
    yield _both(one["name"])
    yield _both(one["summary"])
    yield f"対象者: {_both(one['eligibility'])}"
    yield f"{'相談先' if one['desk'] else '申請先・相談先'}: {_both(one['application'])}"
    for contact in one["contacts"]:
        parts: Iterable[str] = (bare(contact[part]) for part in ("kind", "name", "value", "facts", "checked"))
        yield "　".join(part for part in parts if part)
    for question in one["questions"]:
        yield f"・{_both(question)}"
    if one["url"]:
        yield one["url"]


def _both(texts: dict[str, Any]) -> str:
    ja, own = bare(texts["ja"]), bare(texts["own"])
    return f"{ja} / {own}" if own else ja
