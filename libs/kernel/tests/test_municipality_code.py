import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_kernel.municipality import PREFECTURES, check_digit, six

# Codes that the ministry publishes with their check digits.
PUBLISHED = ["131016", "011002", "271004", "131130", "472018"]


@pytest.mark.parametrize("code", PUBLISHED)
def test_check_digits_are_those_of_the_ministry(code: str) -> None:
    assert check_digit(code[:5]) == code[5]
    assert six(code[:5]) == six(code) == code


def test_width_and_surrounding_space_make_no_difference() -> None:
    assert six(" １３１０１ ") == "131016"
    assert six("１３１０１６") == "131016"


@pytest.mark.parametrize(
    "code", ["", "1310", "1310167", "131017", "00100", "48101", "abcde", "13-101", "1310１ ２", "٠١١٠٠"]
)
def test_other_things_are_no_code(code: str) -> None:
    with pytest.raises(ValueError, match="municipality code"):
        six(code)


@given(st.from_regex(r"(0[1-9]|[1-3][0-9]|4[0-7])[0-9]{3}", fullmatch=True), st.integers(0, 4), st.integers(1, 9))
def test_one_mistyped_digit_is_never_taken_for_another_place(five: str, place: int, step: int) -> None:
    whole = six(five)
    wrong = whole[:place] + str((int(whole[place]) + step) % 10) + whole[place + 1 :]
    # Remainders 0 and 10 of the checksum both give 1 or 0: the scheme itself cannot tell these apart.
    if check_digit(wrong[:5]) != wrong[5]:
        with pytest.raises(ValueError, match="municipality code"):
            six(wrong)


def test_there_are_forty_seven_prefectures_in_order() -> None:
    assert list(PREFECTURES) == [f"{number:02}" for number in range(1, 48)]
    assert PREFECTURES["13"].ja == "東京都"
    assert {names.ja[-1] for names in PREFECTURES.values()} == set("都道府県")
