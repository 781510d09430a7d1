"""The reviewed sentences of the answers, one file per language under `texts/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

import yaml
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN, Audience
from notalone.crisis.v1.crisis_pb2 import Crisis

_AUDIENCES: Mapping[str, Audience.ValueType] = {"GENERAL": GENERAL, "TEEN": TEEN, "CHILD": CHILD}


class Text(StrEnum):
    """What a sentence is for."""

    # It has been heard, and it matters.
    HEARD = "heard"
    # Asks about safety once; what to do if it is now.
    SAFETY = "safety"
    # A person they trust, and a professional.
    PERSON = "person"
    # How to leave no traces where somebody may look.
    UNSEEN = "unseen"
    # An automatic system that nobody watches; lines that do not connect.
    ABOUT = "about"
    # The search for help goes on.
    STAY = "stay"


_OF_A_KIND = (Text.HEARD, Text.SAFETY, Text.PERSON)
_SHARED = (Text.UNSEEN, Text.ABOUT, Text.STAY)


@dataclass(frozen=True, slots=True)
class TextSheet:
    """The sentences of one language; furigana are marked `{相談|そうだん}`.

    Attributes:
        unchecked: True where no native speaker has read them.
        lines: By kind (0 for those that all kinds share), purpose and audience.
    """

    unchecked: bool
    lines: Mapping[tuple[int, Text, int], str]

    def line(self, kind: Crisis.Kind.ValueType, text: Text, audience: Audience.ValueType) -> str:
        """A sentence of one kind."""
        return self._of(kind, text, audience)

    def shared(self, text: Text, audience: Audience.ValueType) -> str:
        """A sentence that all kinds share."""
        return self._of(0, text, audience)

    def _of(self, kind: int, text: Text, audience: int) -> str:
        # Teenagers are spoken to as adults are, unless a sentence of their own stands in the file.
        return self.lines.get((kind, text, audience)) or self.lines[kind, text, GENERAL]


@cache
def text_sheet(language: str) -> TextSheet:
    """Reads the sentences of one of the twelve languages.

    Raises:
        ValueError: the file lacks a sentence, or holds one that has no place.
    """
    content = yaml.load(
        files("notalone_crisis").joinpath("texts", f"{language}.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader
    )
    if set(content) != {"unchecked", "shared", "kinds"}:
        raise ValueError(f"{language}: top level")
    lines = _lines(content["shared"], 0, _SHARED, language)
    names = {Crisis.Kind.Name(kind) for kind in Crisis.Kind.values() if kind}
    if set(content["kinds"]) != names:
        raise ValueError(f"{language}: kinds")
    for name, texts in content["kinds"].items():
        lines |= _lines(texts, Crisis.Kind.Value(name), _OF_A_KIND, language)
    return TextSheet(unchecked=bool(content["unchecked"]), lines=lines)


def _lines(
    texts: Mapping[str, Mapping[str, str]], kind: int, wanted: tuple[Text, ...], language: str
) -> dict[tuple[int, Text, int], str]:
    if set(texts) != set(wanted):
        raise ValueError(f"{language}: sentences of kind {kind}")
    lines = {}
    for text in wanted:
        by_audience = texts[text]
        if not {"GENERAL", "CHILD"} <= set(by_audience) <= set(_AUDIENCES):
            raise ValueError(f"{language}: audiences of {text} of kind {kind}")
        for name, line in by_audience.items():
            lines[kind, text, int(_AUDIENCES[name])] = line
    return lines
