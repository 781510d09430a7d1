"""Writes the mails: plain Japanese, English below, links to the staff pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal
from urllib.parse import quote

import yaml
from notalone.notify.v1 import events_pb2 as pb
from notalone_kernel.hours import JAPAN

from notalone_notify.domain.mail import Mail
from notalone_notify.domain.notices import Notice

Language = Literal["ja", "en"]
# Longer lists nobody reads; the staff pages show all.
MOST_LINES = 30


class LetterWriter:
    """Writes for one office."""

    def __init__(self, *, sender: str, staff_url: str) -> None:
        """`sender` is an address; `staff_url` the address of the staff pages, without links where it is empty."""
        self._sender = sender
        self._staff_url = staff_url

    def write(self, mail: Mail, notices: Sequence[Notice], *, to: str, now: datetime) -> EmailMessage:
        """The message; the same mail has the same Message-ID, however often it is sent.

        Headers hold fixed words, numbers and addresses from the settings: nothing that came with an event.
        """
        message = EmailMessage()
        message["From"] = Address("NotAlone", addr_spec=self._sender)
        message["To"] = Address(addr_spec=to)
        message["Date"] = format_datetime(now.astimezone(JAPAN))
        message["Message-ID"] = f"<{mail.id}@{self._sender.rpartition('@')[2]}>"
        message["Subject"] = _subject(mail)
        message["Auto-Submitted"] = "auto-generated"
        # Base64: servers that know seven bits only take it too.
        message.set_content("\n".join(self._lines(mail, notices)), charset="utf-8", cte="base64")
        return message

    def _lines(self, mail: Mail, notices: Sequence[Notice]) -> Iterator[str]:
        languages: tuple[Language, ...] = ("ja", "en")
        for language in languages:
            if mail.repeats:
                yield from (_common("repeated", language), "")
            for notice in notices[:MOST_LINES]:
                yield from self._notice(notice, language)
            if len(notices) > MOST_LINES:
                yield _common("others", language).format(count=len(notices) - MOST_LINES)
            yield from ("", _of(mail.kind)["action"][language], "")
            if language == "ja":
                yield from ("----", "")
        yield from ("----", _common("end", "ja"), _common("end", "en"))

    def _notice(self, notice: Notice, language: Language) -> Iterator[str]:
        texts = _of(notice.kind)
        line = texts["line"][language].format(entry=notice.entry_id, value=notice.value)
        if notice.date and "more" in texts:
            line += f" {texts['more'][language].format(date=notice.date)}"
        yield f"・{line}" if language == "ja" else f"- {line}"
        if self._staff_url:
            yield f"  {_common('open', language)}: {self._staff_url}#{texts['view']}/{quote(notice.entry_id, safe='')}"


def _subject(mail: Mail) -> str:
    subject, marks = _of(mail.kind)["subject"], ""
    if mail.urgent:
        marks += _common("urgent", "ja")
    if mail.repeats:
        marks += _common("repeat", "ja")
    return f"{marks}[NotAlone] {subject['ja']}（{mail.notices}）/ {subject['en']}"


def _of(kind: pb.NoticeKind.ValueType) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _texts()[pb.NoticeKind.Name(kind)]
    return found


def _common(name: str, language: Language) -> str:
    return str(_texts()["common"][name][language])


@cache
def _texts() -> Mapping[str, Any]:
    text = files("notalone_notify").joinpath("texts.yaml").read_text("utf-8")
    loaded: Mapping[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded
