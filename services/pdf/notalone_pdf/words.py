"""The memo's own words: Japanese in the template, the person's language, or a child's wording, beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

CHILD = "ja-x-child"


def _read(name: str) -> Any:  # noqa: ANN401 as the file has it
    text = files("notalone_pdf").joinpath(f"templates/{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.CSafeLoader)


@cache
def _all() -> dict[str, dict[str, str]]:
    loaded: dict[str, dict[str, str]] = _read("words")
    return loaded


@cache
def _answers() -> dict[str, Any]:
    loaded: dict[str, Any] = _read("answers")
    return loaded


def sheet(language: str) -> dict[str, Any]:
    """The sheet to point at: each text in Japanese, with the person's language beside it."""

    def beside_it(texts: Mapping[str, str]) -> dict[str, str]:
        return {"ja": texts["ja"], "own": "" if language == "ja" else texts.get(language, "")}

    return {
        name: [beside_it(texts) for texts in found] if isinstance(found, list) else beside_it(found)
        for name, found in _answers().items()
    }


def beside(language: str) -> Mapping[str, str]:
    """The words in the person's language; none for Japanese, whose words stand there anyway."""
    return _all().get(language, {})
