"""The site's own words as HTML, for the pages that are written beforehand."""

from __future__ import annotations

import json
import re
from html import escape

from generated import ROOT
from notalone.common.v1.common_pb2 import Message
from notalone_kernel import ruby

WEB = ROOT / "web"


class Words:
    """The words of one sheet of web/i18n; a later sheet has some in another wording."""

    def __init__(self, *sheets: str) -> None:
        self._texts: dict[str, str] = {}
        for sheet in sheets:
            self._texts |= json.loads((WEB / "i18n" / f"{sheet}.json").read_text("utf-8"))

    def __call__(self, key: str, **blanks: str) -> str:
        """The words with readings over marked kanji; blanks may hold HTML.

        Raises:
            KeyError: there are no such words, or one of their blanks is not filled.
        """
        text = html(ruby.parse(self._texts[key]))
        return re.sub(r"\{(\w+)\}", lambda blank: blanks[blank[1]], text)


def html(message: Message) -> str:
    """The text with its readings, which screen readers pass over: they would say the word twice."""
    parts, at = [], 0
    for span in message.ruby:
        base = escape(message.text[span.start : span.end])
        parts += [escape(message.text[at : span.start])]
        parts += [f'<ruby>{base}<rt aria-hidden="true">{escape(span.reading)}</rt></ruby>']
        at = span.end
    return "".join([*parts, escape(message.text[at:])])
