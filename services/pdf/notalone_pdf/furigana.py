"""Texts with readings over their kanji, as the template takes them: a list of pieces, [text, reading]. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
    # What desks say of their hours.
    "決められた日": "きめられたひ",
    "時間帯": "じかんたい",
    "外国語": "がいこくご",
    "要確認": "ようかくにん",
    "日にち": "ひにち",
    "曜日": "ようび",
    "休日": "きゅうじつ",
    "休み": "やすみ",
    "夜間": "やかん",
    "数日": "すうじつ",
    "原則": "げんそく",
    "除いて": "のぞいて",
    "地域": "ちいき",
    "言語": "げんご",
    "受付": "うけつけ",
    "返事": "へんじ",
    "相談": "そうだん",
    "違い": "ちがい",
    "変わ": "かわ",
    "書け": "かけ",
}
_DAYS = dict(zip("月火水木金土日", ("げつ", "か", "すい", "もく", "きん", "ど", "にち"), strict=True))
# Days of a month that are not read as their number with にち.
_DATES = {
    **dict(enumerate(("ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか"), start=1)),
    9: "ここのか",
    10: "とおか",
    14: "じゅうよっか",
    20: "はつか",
    24: "にじゅうよっか",
}
_WORDS = re.compile(
    "|".join(
        [
            r"(?P<month>[0-9]{1,2}月)(?P<date>[0-9]{1,2}日)",
            r"(?<![0-9])[月火水木金土日](?=[～〜・])|(?<=[～〜・])[月火水木金土日](?![0-9])",
            *map(re.escape, sorted(_FAMILIAR, key=len, reverse=True)),
        ]
    )
)


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
    """A text with readings over the words that stand on every memo, days and dates among them."""
    return with_readings(text, [reading for found in _WORDS.finditer(text) for reading in _over(found)])


def _over(found: re.Match[str]) -> Iterator[Ruby]:
    if found["month"]:
        yield Ruby(start=found.end("month") - 1, end=found.end("month"), reading="がつ")
        special = _DATES.get(int(found["date"][:-1]))
        start = found.start("date") if special else found.end() - 1
        yield Ruby(start=start, end=found.end(), reading=special or "にち")
    else:
        reading = _FAMILIAR.get(found[0]) or _DAYS[found[0]]
        yield Ruby(start=found.start(), end=found.end(), reading=reading)


def bare(said: Said) -> str:
    """The text without its readings."""
    return said if isinstance(said, str) else "".join(base for base, _ in said)


def _joined(pieces: Pieces) -> Said:
    kept = [piece for piece in pieces if piece[0]]
    return kept if any(reading for _, reading in kept) else "".join(base for base, _ in kept)
