"""Rendering a memo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_chassis.clock import Clock
from notalone_kernel import languages

from notalone_pdf import fonts, memo, qr
from notalone_pdf.ports import Conversations
from notalone_pdf.printable import one_line, printable
from notalone_pdf.printer import Printer

_JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderMemo:
    """Makes the PDF of a conversation; keeps nothing."""

    conversations: Conversations
    printer: Printer
    clock: Clock

    async def __call__(self, request: pdf.RenderMemoRequest, *, accept_language: str, timeout: float) -> bytes:
        """Returns the PDF.

        Raises:
            InvalidArgument: the conversation is broken or too old.
            Unavailable: the dialogue service does not answer.
        """
        description = await self.conversations.describe(
            dialogue.DescribeConversationRequest(
                conversation=request.conversation, programme_ids=request.programme_ids, language=request.language
            ),
            accept_language=accept_language,
            timeout=timeout,
        )
        description.language = languages.resolve(description.language)
        day = _japan(self.clock.now()).date()
        content = self._content(request, description, day=day)
        return await self.printer.print(content, day=day, qr=qr.codes(memo.addresses(content)))

    def _content(
        self, request: pdf.RenderMemoRequest, description: dialogue.DescribeConversationResponse, *, day: date
    ) -> memo.Memo:
        covered = fonts.covered()
        note = printable(request.note, covered)
        if request.style == pdf.DISCREET:
            content = memo.discreet(description, note=note.lines, lost=note.lost, day=day)
        else:
            asked = bool(request.programme_ids)
            content = memo.standard(description, note=note.lines, lost=note.lost, asked=asked, day=day)
        # The other texts come from files that people write: they, too, may hold a character without a glyph.
        cleaned: memo.Memo = memo.mapped(content, _clean)
        return cleaned


def _clean(text: str) -> str:
    return one_line(text, fonts.covered())


def _japan(at: datetime) -> datetime:
    return at.astimezone(_JAPAN)
