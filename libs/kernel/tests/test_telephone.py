from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone_kernel.telephone import RETIRED, digits, problem, tel_uri

GOOD = [
    "110",
    "119",
    "189",
    "#8891",
    "＃8008",
    "#7119",
    "0120-279-338",
    "０１２０－２７９－３３８",
    "050-3655-0279",
    "0570-064-556",
]
GOOD += ["03-5774-0992", "0800-888-8025", "(03) 5774 0992", "0120-0-78310", "+81 3-5774-0992", "090-1234-5678"]


@pytest.mark.parametrize("number", GOOD)
def test_numbers_that_can_be_dialled_have_no_problem(number: str) -> None:
    assert problem(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "",
        " ",
        "12",
        "0120-279-33",
        "0120-279-3388",
        "8891",
        "# 889",
        "TEL 110",
        "0120-ABC-DEF",
        "9999",
        "03-5774-0992（代）",
    ],
)
def test_numbers_that_cannot_be_dialled_are_named(number: str) -> None:
    assert problem(number) in {"empty", "not_dialable"}


@pytest.mark.parametrize(
    "number", ["0570-046-556", "0570-0-78310", "0570-0-55210", "0570-783-189", "０５７０-０４６-５５６"]
)
def test_wrong_and_retired_numbers_are_refused(number: str) -> None:
    assert problem(number) == "retired"


@pytest.mark.parametrize(
    "number", ["0570-064-556", "0120-0-78310", "#8008", "0120-189-783", "189", "0120-783-556", "03-5774-0992"]
)
def test_the_numbers_that_replaced_them_are_not_on_the_list(number: str) -> None:
    assert digits(number) not in RETIRED


@pytest.mark.parametrize("number", GOOD)
def test_the_address_dials_the_displayed_keys(number: str) -> None:
    assert unquote(tel_uri(number).removeprefix("tel:")) == digits(number)


def test_the_hash_is_encoded_so_that_telephones_dial_it() -> None:
    assert tel_uri("#8891") == "tel:%238891"
    assert tel_uri("0120-279-338") == "tel:0120279338"
    assert digits("+81 3-5774-0992") == "0357740992"


@given(st.text())
def test_any_text_is_judged_and_its_address_is_plain(value: str) -> None:
    problem(value)
    assert tel_uri(value).isascii()
    assert " " not in tel_uri(value)
