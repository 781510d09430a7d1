"""The sentences of a hand-off in twelve languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

import yaml
from notalone_kernel.languages import pick


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences by key and language."""

    texts: Mapping[str, Mapping[str, str]]

    @classmethod
    def packaged(cls) -> Wording:
        """Reads the sentences in the package."""
        text = files("notalone_portal_link").joinpath("wording.yaml").read_text("utf-8")
        return cls(yaml.load(text, Loader=yaml.CSafeLoader))

    def say(self, key: str, language: str, **filled: str) -> str:
        """Returns a sentence with its blanks filled in.

        Raises:
            KeyError: No such sentence, or a blank without a word.
        """
        return pick(self.texts[key], language)[0].format_map(filled)
