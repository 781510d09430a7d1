"""全国地方公共団体コード: five digits of JIS X 0401 and X 0402, and a check digit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_WEIGHTS = (6, 5, 4, 3, 2)
_FIVE = re.compile(r"(?:0[1-9]|[1-3][0-9]|4[0-7])[0-9]{3}")


@dataclass(frozen=True, slots=True)
class PrefectureNames:
    """A prefecture's name in kanji, hiragana and Roman letters."""

    ja: str
    kana: str
    en: str


def check_digit(five: str) -> str:
    """Returns the sixth digit of a code: 11 less the weighted sum modulo 11, its last digit."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, five, strict=True))
    return str((11 - total % 11) % 10)


def six(code: str) -> str:
    """Returns the code with six digits.

    Args:
        code: Five or six digits in any width. Whether such a place exists is not looked at, only its prefecture.

    Raises:
        ValueError: Not a code: another length, no such prefecture, or a wrong check digit.
    """
    digits = unicodedata.normalize("NFKC", code).strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) not in {5, 6} or not _FIVE.fullmatch(digits[:5]):
        raise ValueError("not a municipality code")
    whole = digits[:5] + check_digit(digits[:5])
    if len(digits) == len(whole) and digits != whole:
        raise ValueError("wrong check digit in a municipality code")
    return whole


_NAMES = """
01 北海道 ほっかいどう Hokkaido
02 青森県 あおもりけん Aomori
03 岩手県 いわてけん Iwate
04 宮城県 みやぎけん Miyagi
05 秋田県 あきたけん Akita
06 山形県 やまがたけん Yamagata
07 福島県 ふくしまけん Fukushima
08 茨城県 いばらきけん Ibaraki
09 栃木県 とちぎけん Tochigi
10 群馬県 ぐんまけん Gunma
11 埼玉県 さいたまけん Saitama
12 千葉県 ちばけん Chiba
13 東京都 とうきょうと Tokyo
14 神奈川県 かながわけん Kanagawa
15 新潟県 にいがたけん Niigata
16 富山県 とやまけん Toyama
17 石川県 いしかわけん Ishikawa
18 福井県 ふくいけん Fukui
19 山梨県 やまなしけん Yamanashi
20 長野県 ながのけん Nagano
21 岐阜県 ぎふけん Gifu
22 静岡県 しずおかけん Shizuoka
23 愛知県 あいちけん Aichi
24 三重県 みえけん Mie
25 滋賀県 しがけん Shiga
26 京都府 きょうとふ Kyoto
27 大阪府 おおさかふ Osaka
28 兵庫県 ひょうごけん Hyogo
29 奈良県 ならけん Nara
30 和歌山県 わかやまけん Wakayama
31 鳥取県 とっとりけん Tottori
32 島根県 しまねけん Shimane
33 岡山県 おかやまけん Okayama
34 広島県 ひろしまけん Hiroshima
35 山口県 やまぐちけん Yamaguchi
36 徳島県 とくしまけん Tokushima
37 香川県 かがわけん Kagawa
38 愛媛県 えひめけん Ehime
39 高知県 こうちけん Kochi
40 福岡県 ふくおかけん Fukuoka
41 佐賀県 さがけん Saga
42 長崎県 ながさきけん Nagasaki
43 熊本県 くまもとけん Kumamoto
44 大分県 おおいたけん Oita
45 宮崎県 みやざきけん Miyazaki
46 鹿児島県 かごしまけん Kagoshima
47 沖縄県 おきなわけん Okinawa
"""


def _prefectures() -> Mapping[str, PrefectureNames]:
    rows = (line.split() for line in _NAMES.strip().splitlines())
    return MappingProxyType({code: PrefectureNames(ja, kana, en) for code, ja, kana, en in rows})


PREFECTURES: Mapping[str, PrefectureNames] = _prefectures()
"""JIS X 0401 code to names, in the order of the codes."""
