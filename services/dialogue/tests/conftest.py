"""The use cases on the packaged data: what a language is understood by is built once."""

import pytest
from conversing import NOW, SEALER, Talk
from notalone_chassis.clock import FixedClock
from notalone_dialogue.main import conversations
from notalone_dialogue.understanding import load_understanding


@pytest.fixture(scope="session")
def understanding():
    return load_understanding()


@pytest.fixture(scope="session")
def service(understanding):
    return conversations(sealer=SEALER, clock=FixedClock(NOW), understanding=understanding)


@pytest.fixture
def talk(service):
    return Talk(service)
