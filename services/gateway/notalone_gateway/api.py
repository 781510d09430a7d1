"""One call over HTTP: request in, the service asked, answer out."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import parse_qsl

import grpc
import orjson
from google.api.httpbody_pb2 import HttpBody
from google.protobuf import json_format
from google.protobuf.message import Message
from notalone.common.v1.contact_pb2 import Contact
from notalone_chassis.errors import FieldViolation
from notalone_kernel import languages
from starlette.requests import Request
from starlette.responses import Response

from notalone_gateway import along, errors, filling, pages, problems
from notalone_gateway.contract import Call
from notalone_gateway.problems import Problem
from notalone_gateway.reading import name_to_show, read_object
from notalone_gateway.settings import GatewaySettings
from notalone_gateway.upstream import Upstream

# Reads that are the same for everybody and tell nothing of who asks. What a person typed, or said, is never stored.
CACHEABLE = {
    "notalone.catalog.v1.CatalogService.ListProgrammes",
    "notalone.catalog.v1.CatalogService.GetProgramme",
    "notalone.dialogue.v1.DialogueService.GetFlow",
}
# Short: who is open now stands in the answers.
CACHE_CONTROL = "public, max-age=60"
_TALK = "notalone.dialogue.v1.DialogueService"
_MOST_PARAMETERS = 100
_LONGEST_TAG = 200
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


class Api:
    """Answers calls by asking the services."""

    def __init__(self, services: Upstream, settings: GatewaySettings, *, contacts: errors.HelpContacts) -> None:
        self._services = services
        self._settings = settings
        self._contacts = contacts

    async def answer(self, request: Request, call: Call, in_path: Mapping[str, str]) -> Response:
        """The answer to a call, errors of every kind included."""
        language = language_of_header(request)
        try:
            # First: whoever is not signed in is told nothing of what such a call takes.
            token = along.authorization(request, call)
            query = read_query(request)
            language = _asked(dict(query), language)
            values = await self._read_body(request) if call.body else {}
            language = _asked(values, language)
            message = to_message(call, values, query=query, in_path=in_path)
            passed_on = along.metadata(
                request, call, language=language, token=token, public_url=self._settings.public_url
            )
            return to_response(request, call, await self._services.call(call, message, passed_on))
        except Problem as problem:
            return errors.of_problem(problem, language=language, contacts=self._help(call, problem.http, language))
        except grpc.aio.AioRpcError as error:
            http = errors.HTTP_STATUS.get(error.code().value[0], 500)
            contacts = self._help(call, http, language)
            if call.raw and call.verb == "GET" and wants_page(request):
                # A link opened in a browser: whoever follows it is a person, and cannot read JSON.
                text = errors.sentence_of(error, language=language)
                return pages.problem(text, http=http, language=language, contacts=self._contacts(language))
            return errors.of_call(error, language=language, contacts=contacts, headers=challenge(http))

    def _help(self, call: Call, http: int, language: str) -> Sequence[Contact]:
        """Numbers to turn to: with every error of the conversation, else where asking again does not help."""
        return self._contacts(language) if call.service == _TALK or errors.needs_help(http) else ()

    async def _read_body(self, request: Request) -> dict[str, object]:
        if not declares_json(request):
            raise problems.wrong_content_type()
        limit = self._settings.max_body_bytes
        declared = request.headers.get("content-length", "")
        if declared.isdigit() and int(declared) > limit:
            raise problems.body_too_large(limit)
        body = bytearray()
        try:
            async with asyncio.timeout(self._settings.body_timeout):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > limit:
                        raise problems.body_too_large(limit)
        except TimeoutError:
            raise problems.body_too_slow() from None
        return read_object(bytes(body))


def challenge(http: int) -> Mapping[str, str]:
    """How a refused caller may come in (RFC 6750), for 401 and 403."""
    if http == HTTPStatus.FORBIDDEN:
        return {"WWW-Authenticate": problems.CHALLENGE + ', error="insufficient_scope"'}
    if http != HTTPStatus.UNAUTHORIZED:
        return {}
    return {"WWW-Authenticate": problems.CHALLENGE + ', error="invalid_token"'}


def language_of_header(request: Request) -> str:
    """The language of errors where the request itself names none."""
    return languages.resolve(request.headers.get("accept-language", "")[:_LONGEST_TAG])


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks."""
    return "text/html" in request.headers.get("accept", "")


def declares_json(request: Request) -> bool:
    """Whether the body says of itself that it is JSON in UTF-8, and plain."""
    media, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s\";]+)", parameters)
    plain = request.headers.get("content-encoding", "identity").lower() == "identity"
    return plain and media.strip() == "application/json" and (charset is None or charset[1] in {"utf-8", "utf8"})


def read_query(request: Request) -> list[tuple[str, str]]:
    """Names and values of the query.

    Raises:
        Problem: it is no percent-encoded UTF-8.
    """
    try:
        raw = request.scope["query_string"].decode("ascii")
        return parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise problems.address_unreadable() from None


def to_message(
    call: Call,
    values: Mapping[str, object],
    *,
    query: Sequence[tuple[str, str]],
    in_path: Mapping[str, str],
) -> Message:
    """The request message.

    Raises:
        Problem: some fields are wrong; all of them are named.
    """
    message = call.request()
    if call.body:
        # The whole message is the body; only the language of errors may stand in the query too.
        extra = [FieldViolation(name_to_show(name), "query.not_here") for name, _ in query if name != "language"]
        wrong = [*filling.fill(message, values, elsewhere=in_path), *extra]
        wrong += filling.fill_from_text(message, in_path.items())
    else:
        wrong = filling.fill_from_text(message, [*in_path.items(), *query])
    if wrong:
        raise problems.invalid_fields(wrong[: filling.MOST_VIOLATIONS])
    return message


def to_response(request: Request, call: Call, answer: Message) -> Response:
    """A service's answer as HTTP."""
    if isinstance(answer, HttpBody):
        return _raw(request, call, answer)
    body = orjson.dumps(json_format.MessageToDict(answer, always_print_fields_with_no_presence=True))
    if call.method.full_name not in CACHEABLE or getattr(answer, "degraded", None):
        return Response(body, media_type=errors.JSON, headers={"Cache-Control": "no-store"})
    return _kept_a_while(request, body, errors.JSON)


def _kept_a_while(request: Request, body: bytes, media_type: str) -> Response:
    """What is public anyway, or 304 where the caller already has it."""
    tag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"Cache-Control": CACHE_CONTROL, "ETag": tag}
    if matches(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def matches(if_none_match: str, tag: str) -> bool:
    """Whether a caller already holds what this tag stands for."""
    held = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return tag in held or "*" in held


def _asked(values: Mapping[str, object], otherwise: str) -> str:
    """The language a request names itself."""
    asked = values.get("language")
    return languages.resolve(asked[:_LONGEST_TAG]) if isinstance(asked, str) and asked else otherwise


def _raw(request: Request, call: Call, answer: HttpBody) -> Response:
    if call.open_data:
        return _kept_a_while(request, answer.data, f"{answer.content_type}; charset=utf-8")
    media = answer.content_type.partition(";")[0].strip().lower()
    known = media if _MEDIA_TYPE.fullmatch(media) else "application/octet-stream"
    # A neutral name: it stays in lists of downloads.
    name = "memo.pdf" if known == "application/pdf" else "download"
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "no-store",
        # Should a link get about, no search engine keeps what it leads to.
        "X-Robots-Tag": "noindex, nofollow, noarchive",
    }
    return Response(answer.data, media_type=known, headers=headers)
