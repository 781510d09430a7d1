"""The gateway's own sentences; the ones all services share come from the chassis."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from notalone_chassis import wording
from notalone_kernel import languages


def sentence(rule: str, *, language: str, params: Mapping[str, object] | None = None) -> str:
    """The sentence of a rule in a language."""
    texts = _table().get(rule)
    if texts is None:
        return wording.sentence(rule, language=language, params=params)
    text, _ = languages.pick(texts, language)
    return text.format_map(params or {})


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    text = files("notalone_gateway").joinpath("wording.yaml").read_text("utf-8")
    loaded: Mapping[str, Mapping[str, str]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded
