"""The memo's own words: Japanese in the template's data, the person's language beside it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml


@cache
def _all() -> dict[str, dict[str, str]]:
    text = files("notalone_pdf").joinpath("templates/words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


def beside(language: str) -> Mapping[str, str]:
    """The words in the person's language; none for Japanese, whose words stand there anyway."""
    return _all().get(language, {})
