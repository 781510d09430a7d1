"""The gRPC face."""

from __future__ import annotations

from typing import Any

import grpc
from google.api import httpbody_pb2
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone.pdf.v1 import pdf_service_pb2_grpc as pdf_grpc
from notalone_chassis.grpc_client import deadline

from notalone_pdf.usecases import RenderMemo

# What the dialogue service may take; it needs a few milliseconds.
_LONGEST_SECONDS = 3.0


class PdfServicer(pdf_grpc.PdfServiceServicer):
    """notalone.pdf.v1.PdfService."""

    def __init__(self, render: RenderMemo) -> None:
        self._render = render

    async def RenderMemo(
        self, request: pdf.RenderMemoRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> httpbody_pb2.HttpBody:
        """Renders at once; nothing is kept."""
        content = await self._render(
            request, accept_language=_accept_language(context), seconds=deadline(context, default=_LONGEST_SECONDS)
        )
        return httpbody_pb2.HttpBody(content_type="application/pdf", data=content)


def _accept_language(context: grpc.aio.ServicerContext[Any, Any]) -> str:
    value = dict(context.invocation_metadata() or ()).get("accept-language", "")
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
