"""The garbage collector rests while a process starts, and works again whatever came of it."""

import gc

import pytest
from notalone_chassis.undisturbed import undisturbed


@pytest.fixture(autouse=True)
def _as_before():
    yield
    gc.unfreeze()
    gc.enable()


def test_it_rests_until_the_start_is_over_and_then_leaves_alone_what_is_there():
    with undisturbed():
        assert not gc.isenabled()
        made = [[]]
    assert gc.isenabled()
    assert not any(one is made for one in gc.get_objects())
    later = [[]]
    assert any(one is later for one in gc.get_objects())


def test_it_works_again_after_a_start_that_failed():
    with pytest.raises(OSError, match="port"), undisturbed():
        raise OSError("port")
    assert gc.isenabled()
