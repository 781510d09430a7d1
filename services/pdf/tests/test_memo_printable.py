from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_pdf import fonts
from notalone_pdf.breaks import ZERO_WIDTH_SPACE, breakable
from notalone_pdf.printable import MARK, one_line, plain, printable

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def lines(text: str) -> list[str]:
    return [line.replace(ZERO_WIDTH_SPACE, "") for line in printable(text, fonts.glyphs()).lines]


@pytest.mark.parametrize(
    "text",
    [
        "家賃が払えません。",
        "𠮷﨑髙",
        "葛\U000e0100城",
        "#set text(red) $x^2$ *b* @ref \\ ```raw``` <l> // c /* d",
        "Xin chào, tôi tên là Nguyễn Thị Hương",
        "ที่นี่ น้ำ ผู้ใหญ่",
        "क्षेत्र प्रार्थना",
        "안녕하세요",
        "العربية",
        "עברית",
        "မြန်မာ",
        "☎️ 😀 👨‍👩‍👧 🇯🇵 👍🏽",
        "①㈱㍻〒♪★",
        MARK,
    ],
)
def test_what_people_write_stays_as_it_is(text):
    found = printable(text, fonts.glyphs())
    assert lines(text) == [text]
    assert found.lost == 0


@pytest.mark.parametrize(
    ("text", "shown", "lost"),
    [
        ("a\ue000b", f"a{MARK}b", 1),
        ("𓀀", MARK, 1),
        ("\x00\x07\ufeffa\u202eb\u2066c\u2069", "abc", 0),
        ("a\tb", "a    b", 0),
        ("π≒3", "π≈3", 0),
        ("か\u3099", "が", 0),
        ("あ\u05b0\u05b1い", f"あ{MARK}い", 2),
        ("\U000fe4e5", MARK, 1),
    ],
)
def test_what_cannot_be_printed_is_marked_and_the_invisible_left_out(text, shown, lost):
    found = printable(text, fonts.glyphs())
    assert (lines(text), found.lost) == ([shown], lost)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\rc\vd\u2028e", ["a", "b", "c", "d", "e"]),
        ("\n\n a\n\n\n\n\nb\n\n", [" a", "", "", "b"]),
        ("\n" * 5000, []),
        ("", []),
    ],
)
def test_lines_are_kept_and_emptiness_is_not(text, shown):
    assert lines(text) == shown


@given(TEXT)
def test_nothing_is_left_that_no_font_has(text):
    found = printable(text, fonts.glyphs())
    visible = "".join(found.lines).translate(dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x61C]))
    assert all(c in fonts.glyphs() or "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef" for c in visible)
    assert not any("\n" in line for line in found.lines)


@given(TEXT)
def test_printable_text_stays_the_same_when_filtered_again(text):
    once = one_line(text, fonts.glyphs())
    assert one_line(once, fonts.glyphs()) == once


@given(TEXT)
def test_the_last_resort_holds_only_everyday_characters(text):
    assert all(
        ord(c) < 0x250 or c in {ZERO_WIDTH_SPACE, MARK} or "\u3000" <= c <= "～" for c in "".join(plain(text).lines)
    )


@given(st.integers(1, 200), st.sampled_from(["a", "ก", "ا", "-", "…", "म्", "a\u0301", "0", "\u0301"]))
def test_a_run_without_spaces_always_gets_places_to_break(times, unit):
    longest = max(len(piece) for piece in breakable(unit * times).split(ZERO_WIDTH_SPACE))
    assert longest <= 42


@pytest.mark.parametrize(
    "word", ["Rindfleischetikettierung"[:20], "家賃が払えません" * 20, "a b " * 30, "😀" * 50, "🇯🇵" * 30]
)
def test_text_that_breaks_by_itself_is_left_alone(word):
    assert breakable(word) == word


def test_thai_is_not_broken_between_a_consonant_and_its_vowel():
    broken = breakable("ทำไมเราต้องไปที่สำนักงานเขตเพื่อขอความช่วยเหลือเรื่องค่าเช่าบ้าน" * 3).split(ZERO_WIDTH_SPACE)
    assert len(broken) > 3
    assert not any(piece[-1] in "เแโใไ" or piece[0] in "ะาำ่้" for piece in broken)
