"""How a wrong field is named, wherever it stands."""

import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_chassis import validation
from notalone_chassis.errors import InvalidArgument


def named(entry: Entry) -> set[str]:
    with pytest.raises(InvalidArgument) as refused:
        validation.check(entry)
    return {violation.field for violation in refused.value.violations}


def test_a_value_of_a_map_is_named_by_its_key():
    entry = Entry(name={"ja": "a", "ja-x-child": "a" * 3001}, needs={"lonely.talk": 5})
    assert {"name[ja-x-child]", "needs[lonely.talk]"} <= named(entry)
    assert "name[ja]" not in named(entry)


def test_a_key_that_looks_like_words_is_not_repeated():
    assert "name[(unnamed)]" in named(Entry(name={"わたしは花子です": "a" * 3001}))


def test_an_item_of_a_list_is_named_by_its_place():
    assert "aliases[1]" in named(Entry(aliases=["a", "a" * 101]))
