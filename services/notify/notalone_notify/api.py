"""The calls of staff."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import grpc
from notalone.notify.v1 import notify_service_pb2 as pb
from notalone.notify.v1 import notify_service_pb2_grpc
from notalone_chassis.errors import FieldViolation, InvalidArgument
from notalone_chassis.sql.database import Database

from notalone_notify import store
from notalone_notify.domain.mail import Mail

USUAL_SIZE = 50


class NotifyApi(notify_service_pb2_grpc.NotifyServiceServicer):
    """See notify_service.proto."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ListNotices(
        self, request: pb.ListNoticesRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> pb.ListNoticesResponse:
        """What was told to which role and when."""
        size = request.page_size or USUAL_SIZE
        async with self._database.read() as connection:
            found = await store.told(connection, before=_place(request.page_token), limit=size + 1)
        shown = found[:size]
        token = str(shown[-1].seq) if len(found) > size else ""
        return pb.ListNoticesResponse(notices=[_notice(told) for told in shown], next_page_token=token)


def _place(token: str) -> int | None:
    if not token:
        return None
    # As long as a number of the database can be.
    if not (token.isascii() and token.isdecimal() and len(token) <= 18):
        raise InvalidArgument(FieldViolation("page_token", "value.invalid"))
    return int(token)


def _notice(told: store.Told) -> pb.Notice:
    notice = told.notice
    return pb.Notice(
        id=str(told.seq),
        kind=notice.kind,
        role=notice.role,
        entry_id=notice.entry_id,
        value=notice.value,
        urgent=notice.urgent,
        create_time=_time(told.created),
        deliveries=[_delivery(mail) for mail in told.mails],
    )


def _delivery(mail: Mail) -> pb.Delivery:
    return pb.Delivery(
        state=mail.state, attempts=mail.attempts, state_time=_time(mail.since), possible_repeat=mail.repeats > 0
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
