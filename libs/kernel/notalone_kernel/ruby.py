"""Furigana in the texts under `data/`: `{相談|そうだん}`."""

from __future__ import annotations

import re

from notalone.common.v1.common_pb2 import Message, Ruby

_MARK = re.compile(r"\{([^{}|]+)\|([^{}|]+)\}")


def parse(marked: str) -> Message:
    """Returns the text with its readings as spans, counted in code points; what is no mark stays as it stands."""
    if "{" not in marked:
        return Message(text=marked)
    message = Message()
    text = ""
    end = 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        base, reading = mark.groups()
        message.ruby.append(Ruby(start=len(text), end=len(text) + len(base), reading=reading))
        text += base
        end = mark.end()
    message.text = text + marked[end:]
    return message


def plain(marked: str) -> str:
    """Returns the text without its readings."""
    return _MARK.sub(r"\1", marked) if "{" in marked else marked
