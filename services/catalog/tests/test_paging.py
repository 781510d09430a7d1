"""Page tokens fit only the question they were given for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.catalog.v1.catalog_service_pb2 import SearchProgrammesRequest
from notalone_catalog.domain import paging


def question(**fields) -> SearchProgrammesRequest:
    return SearchProgrammesRequest(**fields)


@given(st.integers(0, 2**31), st.text(max_size=50))
def test_a_token_leads_back_to_its_place(offset, words):
    asked = question(query=words)
    assert paging.offset_of(paging.token(offset, asked), asked) == offset


def test_another_page_size_or_language_may_go_on_with_the_same_token():
    token = paging.token(20, question(query="家賃", language="ja", page_size=20))
    assert paging.offset_of(token, question(query="家賃", language="en", page_size=5)) == 20


def test_a_token_of_another_question_is_broken():
    token = paging.token(20, question(query="家賃"))
    with pytest.raises(paging.BrokenToken):
        paging.offset_of(token, question(query="介護"))


@given(st.text(min_size=1, max_size=100))
def test_any_other_text_is_a_broken_token(text):
    with pytest.raises(paging.BrokenToken):
        paging.offset_of(text, question(query="家賃"))


def test_a_token_holds_nothing_of_what_was_typed():
    assert len(paging.token(20, question(query="あ" * 400))) < 20
