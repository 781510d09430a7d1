"""Rendering a memo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, timezone

from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_chassis.clock import Clock
from notalone_chassis.counting import Count
from notalone_kernel import languages

from notalone_pdf import fonts, memo, qr
from notalone_pdf.plain_text import plain_text
from notalone_pdf.ports import Conversations
from notalone_pdf.printable import Printable, one_line, plain, printable
from notalone_pdf.printer import Printer, Unprintable

_JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderMemo:
    """Makes the PDF of a conversation; keeps nothing."""

    conversations: Conversations
    printer: Printer
    clock: Clock
    count: Count

    async def __call__(self, request: pdf.RenderMemoRequest, *, accept_language: str, seconds: float) -> bytes:
        """Returns the PDF.

        Raises:
            InvalidArgument: the conversation is broken or too old.
            Unavailable: the dialogue service does not answer.
        """
        description = await self.describe(request, accept_language=accept_language, seconds=seconds)
        return await self.print(request, description)

    async def describe(
        self, request: pdf.RenderMemoRequest, *, accept_language: str, seconds: float
    ) -> dialogue.DescribeConversationResponse:
        """What the conversation came to; see `Conversations.describe`."""
        description = await self.conversations.describe(
            dialogue.DescribeConversationRequest(
                conversation=request.conversation, programme_ids=request.programme_ids, language=request.language
            ),
            accept_language=accept_language,
            seconds=seconds,
        )
        description.language = languages.resolve(description.language)
        return description

    async def print(self, request: pdf.RenderMemoRequest, description: dialogue.DescribeConversationResponse) -> bytes:
        """The PDF of a conversation that has been described."""
        day = self.clock.now().astimezone(_JAPAN).date()
        try:
            content = await self._print(request, description, note=printable(request.note, fonts.glyphs()), day=day)
        except Unprintable:
            content = await self._print(request, description, note=plain(request.note), day=day)
        style = pdf.MemoStyle.Name(request.style or pdf.STANDARD)
        self.count(description.municipality_code[:2], style, description.language)
        return content

    async def _print(
        self,
        request: pdf.RenderMemoRequest,
        description: dialogue.DescribeConversationResponse,
        *,
        note: Printable,
        day: date,
    ) -> bytes:
        if request.style == pdf.DISCREET:
            content = memo.discreet(description, request, note=note.lines, lost=note.lost, day=day)
        else:
            asked = bool(request.programme_ids)
            content = memo.standard(description, request, note=note.lines, lost=note.lost, asked=asked, day=day)
        # The other texts come from files that people write: they, too, may hold a character without a glyph.
        cleaned: memo.Memo = memo.mapped(content, _clean)
        return await self.printer.print(
            cleaned, plain=plain_text(cleaned), day=day, qr=qr.codes(memo.addresses(cleaned))
        )


def _clean(text: str) -> str:
    return one_line(text, fonts.glyphs())
