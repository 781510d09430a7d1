"""The gRPC face."""

from __future__ import annotations

import re
from typing import Any

import grpc
from google.api import httpbody_pb2
from google.protobuf import empty_pb2
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone.pdf.v1 import pdf_service_pb2_grpc as pdf_grpc
from notalone_chassis import idempotency
from notalone_chassis.grpc_client import deadline

from notalone_pdf.keeping import KeepMemo, Kept, KeptMemos
from notalone_pdf.usecases import RenderMemo

# What the dialogue service may take; it needs a few milliseconds.
_LONGEST_SECONDS = 3.0
_PDF = "application/pdf"
# The address under which our caller was reached, as the gateway tells it.
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]{1,255}")


class PdfServicer(pdf_grpc.PdfServiceServicer):
    """notalone.pdf.v1.PdfService."""

    def __init__(self, render: RenderMemo, keep: KeepMemo, kept: KeptMemos) -> None:
        self._render = render
        self._keep = keep
        self._kept = kept

    async def RenderMemo(
        self, request: pdf.RenderMemoRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> httpbody_pb2.HttpBody:
        """Renders at once; nothing is kept."""
        content = await self._render(
            request,
            accept_language=_metadata(context, "accept-language"),
            seconds=deadline(context, default=_LONGEST_SECONDS),
        )
        return httpbody_pb2.HttpBody(content_type=_PDF, data=content)

    async def CreateMemo(
        self, request: pdf.CreateMemoRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pdf.KeptMemo:
        """Renders and keeps."""
        found = await self._keep(
            # The same fields by the same numbers.
            pdf.RenderMemoRequest.FromString(request.SerializeToString()),
            key=idempotency.uuid_of(context),
            accept_language=_metadata(context, "accept-language"),
            seconds=deadline(context, default=_LONGEST_SECONDS),
        )
        origin = _metadata(context, "origin")
        return _answer(found, origin if _ORIGIN.fullmatch(origin) else "")

    async def GetMemo(
        self, request: pdf.GetMemoRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> httpbody_pb2.HttpBody:
        """Opens what is kept."""
        return httpbody_pb2.HttpBody(content_type=_PDF, data=await self._kept.open(request.id, request.key))

    async def DeleteMemo(
        self, request: pdf.DeleteMemoRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> empty_pb2.Empty:
        """Deletes what is kept."""
        await self._kept.delete(request.id)
        return empty_pb2.Empty()


def _answer(kept: Kept, origin: str) -> pdf.KeptMemo:
    answer = pdf.KeptMemo(id=kept.link.id, download_url=f"{origin}/v1/memos/{kept.link.id}/{kept.link.key_text}")
    answer.expire_time.FromDatetime(kept.expire_time)
    return answer


def _metadata(context: grpc.aio.ServicerContext[Any, Any], name: str) -> str:
    value = dict(context.invocation_metadata() or ()).get(name, "")
    return value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
