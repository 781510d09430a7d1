"""The conversation's own sentences, and how a text is chosen for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml
from notalone.common.v1 import common_pb2
from notalone.common.v1.common_pb2 import Audience, Message
from notalone_kernel.languages import pick
from notalone_kernel.ruby import parse

from notalone_dialogue.domain.flow import Texts

CHILD = "ja-x-child"
"""Tag of the Japanese wording for children."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: language and audience decide the wording."""

    language: str
    audience: Audience.ValueType

    def marked(self, texts: Texts) -> str:
        """The fitting text with its furigana marks."""
        if self.language == "ja" and self.audience == common_pb2.CHILD and texts.get(CHILD):
            return texts[CHILD]
        return pick(texts, self.language)[0]

    def message(self, texts: Texts) -> Message:
        """The fitting text with its readings beside it."""
        return parse(self.marked(texts))

    def line(self, texts: Texts) -> str:
        """The fitting text as one string; for children the readings stand in place of the kanji."""
        return self.plain(self.marked(texts))

    def plain(self, marked: str) -> str:
        """A marked text as one string for this reader."""
        message = parse(marked)
        if self.audience != common_pb2.CHILD:
            return message.text
        text = message.text
        for ruby in reversed(message.ruby):
            text = text[: ruby.start] + ruby.reading + text[ruby.end :]
        return text


class Wording:
    """The sentences by their name."""

    def __init__(self, sentences: Mapping[str, Texts]) -> None:
        self._sentences = sentences

    def message(self, name: str, reader: Reader, **filled: str) -> Message:
        """A sentence as a message; what is filled in may bear furigana marks."""
        return parse(_fill(reader.marked(self._sentences[name]), filled))

    def line(self, name: str, reader: Reader, **filled: str) -> str:
        """A sentence as one string."""
        return reader.plain(_fill(reader.marked(self._sentences[name]), filled))

    def quoted(self, labels: Iterable[Texts], reader: Reader) -> str:
        """Several labels in quotation marks, one after the other, with their furigana marks."""
        mark = reader.marked(self._sentences["quote"])
        between = self._sentences["between"].get(reader.language, ", ")
        return between.join(_fill(mark, {"label": reader.marked(label)}) for label in labels)


def load_wording() -> Wording:
    """Reads the sentences that ship with the package."""
    text = files("notalone_dialogue").joinpath("wording.yaml").read_text("utf-8")
    return Wording(yaml.load(text, Loader=yaml.CSafeLoader))


def _fill(text: str, filled: Mapping[str, str]) -> str:
    # str.format would stumble over the braces of furigana marks.
    for name, value in filled.items():
        text = text.replace("{" + name + "}", value)
    return text
