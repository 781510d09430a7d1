import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notalone.common.v1.common_pb2 import Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_dialogue.domain.state import MAX_BYTES, BadState, Chosen, Said, State, decode, encode, fit

IDS = st.text(alphabet=string.ascii_lowercase + "._", min_size=1, max_size=24)
NEEDS = st.dictionaries(IDS, st.floats(min_value=0.01, max_value=1), max_size=8)
STEPS = st.one_of(st.builds(Chosen, IDS, IDS), NEEDS.map(Said.of))
STATES = st.builds(
    State,
    language=st.sampled_from(["ja", "zh-Hans"]),
    audience=st.sampled_from([Audience.GENERAL, Audience.CHILD]),
    municipality_code=st.sampled_from(["", "012301"]),
    flow_version=st.just("2026-11-24"),
    issued_hour=st.integers(0, 2**31),
    steps=st.lists(STEPS, max_size=120).map(tuple),
    carried=st.just(()),
    seen=st.frozensets(st.sampled_from([Crisis.SUICIDE, Crisis.VIOLENCE])),
)


@given(STATES)
def test_what_is_encoded_comes_back(state):
    assert decode(encode(state)) == state


@given(STATES)
def test_a_state_of_any_length_fits_and_keeps_the_newest_step(state):
    fitted = fit(state, needs_of={})
    assert len(encode(fitted)) <= MAX_BYTES
    assert fitted.steps == state.steps[len(state.steps) - len(fitted.steps) :]
    assert bool(fitted.steps) == bool(state.steps)
    assert fitted.seen == state.seen


def test_steps_that_give_way_leave_their_needs():
    steps = (Chosen("start", "money"), Said.of({"money.debt": 1.0}), *(Chosen("start", "x" * 40) for _ in range(80)))
    state = State("ja", Audience.GENERAL, "", "1", 0, steps=steps)
    carried = fit(state, needs_of={"start/money": {"money.living": 0.5}}).carried_weights()
    assert carried == {"money.debt": 0.6, "money.living": 0.3}


@given(st.binary(max_size=200))
def test_garbage_is_refused(data):
    with pytest.raises(BadState):
        decode(data)


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b"null", b'[2,"ja",1,"","",0,[],{},[]]', b'[1,"ja",1,"","",0,[[1]],{},[]]']
)
def test_json_of_another_shape_is_refused(data):
    with pytest.raises(BadState):
        decode(data)
