"""Texts with readings over their kanji, as the template takes them: a list of pieces, [text, reading]. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from notalone.common.v1.common_pb2 import Ruby
from notalone_kernel import ruby

Pieces = list[list[str]]
Said = str | Pieces

# Words of the memo itself, which come from no file with readings.
_FAMILIAR = {
    "受付時間": "うけつけじかん",
    "通話料": "つうわりょう",
    "年末年始": "ねんまつねんし",
    "年中無休": "ねんじゅうむきゅう",
    "要再確認": "ようさいかくにん",
    "未確認": "みかくにん",
    "確認日": "かくにんび",
    "確認済み": "かくにんずみ",
    "連絡先": "れんらくさき",
    "情報項目": "じょうほうこうもく",
    "相談内容": "そうだんないよう",
    "詳細": "しょうさい",
    "電話": "でんわ",
    "窓口": "まどぐち",
    "手紙": "てがみ",
    "無料": "むりょう",
    "有料": "ゆうりょう",
    "料金": "りょうきん",
    "平日": "へいじつ",
    "毎日": "まいにち",
    "祝日": "しゅくじつ",
    "時間": "じかん",
    "情報": "じょうほう",
    "言葉": "ことば",
}
_WORDS = re.compile("|".join(map(re.escape, sorted(_FAMILIAR, key=len, reverse=True))))


def with_readings(text: str, readings: Iterable[Ruby]) -> Said:
    """A text with the readings that came with it."""
    pieces: Pieces = []
    end = 0
    for reading in readings:
        pieces += [[text[end : reading.start], ""], [text[reading.start : reading.end], reading.reading]]
        end = reading.end
    return _joined([*pieces, [text[end:], ""]])


def marked(text: str) -> Said:
    """A text of ours with marks, {相談|そうだん}."""
    message = ruby.parse(text)
    return with_readings(message.text, message.ruby)


def familiar(text: str) -> Said:
    """A text with readings over the words that stand on every memo."""
    return with_readings(
        text,
        [Ruby(start=m.start(), end=m.end(), reading=_FAMILIAR[m[0]]) for m in _WORDS.finditer(text)],
    )


def bare(said: Said) -> str:
    """The text without its readings."""
    return said if isinstance(said, str) else "".join(base for base, _ in said)


def _joined(pieces: Pieces) -> Said:
    kept = [piece for piece in pieces if piece[0]]
    return kept if any(reading for _, reading in kept) else "".join(base for base, _ in kept)
