"""How much of what people write is understood: floors over sentences of our own."""

from functools import cache
from pathlib import Path

import pytest
import yaml
from notalone.common.v1.common_pb2 import Audience
from notalone_dialogue.understanding import Understanding, load_understanding

HERE = Path(__file__).parent
# Known sentences, which helped to write the lexicon, and sentences written after it was frozen.
FLOORS = {"understanding_sentences.yaml": 0.95, "understanding_held_out.yaml": 0.88}
FEWEST = {"ja": 150, "en": 60}


@cache
def understanding() -> Understanding:
    return load_understanding()


def understood(text: str, language: str) -> list[str]:
    audience = Audience.CHILD if text.startswith("young:") else Audience.GENERAL
    found = understanding().understand(text.removeprefix("young:"), audience=audience, language=language)
    return [score.need for score in found[:3]]


def misses(language: str, rows: list[list[str]]) -> list[str]:
    return [
        f"{language} {text} -> {found}, wanted {wanted}"
        for text, wanted in rows
        if not set(wanted.split()) & set(found := understood(text, language))
    ]


@pytest.mark.parametrize("file", FLOORS)
def test_a_right_need_is_among_the_first_three_for_most_sentences(file: str) -> None:
    content = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    missed = [miss for language, rows in content.items() for miss in misses(language, rows)]
    total = sum(len(rows) for rows in content.values())
    assert 1 - len(missed) / total >= FLOORS[file], "\n".join(missed)


def test_every_language_is_measured_and_useful() -> None:
    content = yaml.safe_load((HERE / "understanding_sentences.yaml").read_text(encoding="utf-8"))
    assert len(content) == 12
    for language, rows in content.items():
        assert len(rows) >= FEWEST.get(language, 10)
        missed = misses(language, rows)
        assert len(missed) <= 0.2 * len(rows), "\n".join(missed)
