import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_portal_link.domain.places import Places
from notalone_portal_link.domain.postal import PostalTable, parse

WIDTHS = [str.maketrans("", ""), str.maketrans("0123456789", "０１２３４５６７８９")]


@pytest.mark.parametrize(
    "typed",
    [
        "0590012",
        "059-0012",
        "〒059-0012",
        "０５９－００１２",
        "059 0012",
        " 059ー0012 ",
        "〒０５９−００１２",
        "059‐0012",
        "059–0012",
    ],
)
def test_one_postal_code_is_typed_in_many_ways(typed: str) -> None:
    assert parse(typed) == "0590012"


@pytest.mark.parametrize("typed", ["", "05", "05900123", "059-001a", "٠٥٩٠٠١٢", "登別市", "-", "059.0012"])
def test_other_things_are_no_postal_code(typed: str) -> None:
    with pytest.raises(ValueError, match="postal code"):
        parse(typed)


@given(
    st.from_regex(r"[0-9]{3,7}", fullmatch=True),
    st.sampled_from(WIDTHS),
    st.sampled_from(["", "-", "ー", "－", " ", "−"]),
    st.sampled_from(["", "〒", " "]),
)
def test_width_hyphen_and_sign_make_no_difference(digits: str, width, hyphen: str, sign: str) -> None:
    assert parse(sign + digits[:3].translate(width) + hyphen + digits[3:].translate(width)) == digits


@given(st.text())
def test_any_text_is_read_as_digits_or_refused(typed: str) -> None:
    try:
        digits = parse(typed)
    except ValueError:
        return
    assert digits.isascii()
    assert digits.isdigit()
    assert 3 <= len(digits) <= 7


@pytest.mark.parametrize(
    ("digits", "names"),
    [
        ("0590012", ["登別市"]),
        ("1000001", ["千代田区"]),
        # 浜松市 without a town: all of its wards.
        ("4320000", ["浜松市中央区", "浜松市浜名区", "浜松市天竜区"]),
        ("0640941", ["札幌市中央区"]),
        # A large office's own: 登別市役所.
        ("0598701", ["登別市"]),
        ("9999999", []),
        ("0000000", []),
    ],
)
def test_postal_codes_belong_to_their_places(places: Places, digits: str, names: list[str]) -> None:
    assert [place.name for place in places.with_postal_code(digits)] == names


def test_the_first_digits_give_all_places_of_the_area(places: Places) -> None:
    names = [place.name for place in places.with_postal_code("059")]
    assert {"登別市", "白老町"} <= set(names)
    assert len(names) == len(set(names))


@given(st.integers(0, 10**7 - 1), st.integers(3, 7))
def test_more_digits_never_give_more_places(number: int, length: int) -> None:
    table = PLACES.postal
    digits = f"{number:07}"
    assert set(table.find(digits)) <= set(table.find(digits[:length]))


PLACES = Places.packaged()


def test_a_table_that_is_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="cut off"):
        PostalTable.inflate(zlib.compress(b"12345"))
