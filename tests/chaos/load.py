"""People, staff and an agency at work, a few calls a second, each noted in the history."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import httpx2
from talk import help_numbers

from chaos.history import Call, History
from chaos.ledger import DESK, LINE, NUMBER, TEXTS, Ledger, entry
from chaos.tokens import Tokens

SECONDS = 25.0
# More processes for each core than this: that a call took too long says nothing.
TOO_BUSY = 3.0
LATE_SECONDS = 3.0
EMERGENCY = {"110", "119"}
ROUND_THE_CLOCK = {"0120-279-338", "0120-279-226"}
CRIES = ("もう死にたい", "消えてしまいたい。死ぬ方法を考えています")
WORRIES = ("家賃が払えません", "ひとりぼっちで話す相手がいない")
PROGRAMME = "jukyo-kakuho-kyufukin"


class Load:
    """Works until it is stopped. Each worker waits for its answer before it asks again, so load is bounded."""

    def __init__(self, url: str, tokens: Tokens, *, chance: Random) -> None:
        self.history = History()
        self.ledger = Ledger()
        self.kept: list[str] = []
        self._tokens = tokens
        self._chance = chance
        self._http = httpx2.AsyncClient(base_url=url, timeout=SECONDS)
        self._tasks: list[asyncio.Task[None]] = []
        # Grows from run to run, so that a newer text is known from an older one.
        self._marker = int(time.time() * 10)

    async def prepare(self) -> None:
        """Brings every entry into a known state, as far as that can be done now."""
        for id_ in (*TEXTS, DESK, LINE):
            await self.publish(id_)
        await self.pause(paused=False)
        await self.withdraw(hidden=False)

    def start(self) -> None:
        """Begins."""
        workers: list[tuple[Callable[[], Awaitable[object]], float]] = [
            (self._staff, 0.4),
            (self._agency, 1.5),
            (self._person, 0.5),
            (self._in_need, 0.5),
            (self._searcher, 0.5),
            (self._printer, 1.5),
            (self._keeper, 2.0),
            (self._applicant, 1.0),
        ]
        self._tasks = [asyncio.create_task(self._again(work, pause)) for work, pause in workers]

    async def stop(self) -> None:
        """Ends after what is under way."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        for error in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(error, Exception):
                raise error

    async def close(self) -> None:
        """Closes its connections."""
        await self._http.aclose()

    async def _again(self, work: Callable[[], Awaitable[object]], pause: float) -> None:
        while True:
            # What has begun is seen through: its outcome counts.
            doing = asyncio.ensure_future(work())
            try:
                await asyncio.shield(doing)
            except asyncio.CancelledError:
                await doing
                raise
            await asyncio.sleep(pause * self._chance.uniform(0.5, 1.5))

    # What staff and agencies do.

    async def _staff(self) -> None:
        lot = self._chance.random()
        if lot < 0.15:
            await self.withdraw(hidden=self._chance.random() < 0.5)
        elif lot < 0.25:
            await self._archive(self._chance.choice(TEXTS))
        else:
            await self.publish(self._chance.choice(TEXTS))

    async def publish(self, id_: str) -> Call:
        """Writes, submits, and approves by a second person; the call is the last one that was made."""
        self._marker += 1
        marker = str(self._marker)
        read = await self._post("GET", f"/v1/staff/entries/{id_}", kind="staff.read", who="editor")
        if read.outcome != "done" and not read.note.startswith("404"):
            return read
        base = read.about.get("answer", {}).get("newestRevision", 0)
        draft = {"entry": entry(id_, marker), "baseRevision": base}
        made = await self._post("POST", "/v1/staff/drafts", draft, kind="staff.draft", who="editor", once=True)
        if made.outcome != "done":
            return made
        told = {"revision": made.about["answer"]["number"]}
        sent = await self._post("POST", f"/v1/staff/entries/{id_}:submit", told, kind="staff.submit", who="editor")
        if sent.outcome != "done":
            return sent
        live = await self._post(
            "POST",
            f"/v1/staff/entries/{id_}:approve",
            {**told, "publish": True},
            kind="staff.publish",
            who="approver",
            entry=id_,
            state=marker,
        )
        if id_ in TEXTS:
            self.ledger.add(id_, marker, live)
        return live

    async def _archive(self, id_: str) -> None:
        read = await self._post("GET", f"/v1/staff/entries/{id_}", kind="staff.read", who="approver")
        live = read.about.get("answer", {}).get("live")
        if read.outcome != "done" or live is None:
            return
        told = {"revision": live["number"], "reason": "ためし"}
        done = await self._post(
            "POST", f"/v1/staff/entries/{id_}:archive", told, kind="staff.archive", who="approver", entry=id_, state=""
        )
        self.ledger.add(id_, "", done)

    async def withdraw(self, *, hidden: bool) -> None:
        """Takes the number away, or shows it again."""
        state, verb = ("hidden", "withdraw") if hidden else ("shown", "restore")
        told = {"entryId": LINE, "value": NUMBER, "reason": "ためし"}
        done = await self._post(
            "POST",
            f"/v1/staff/contacts:{verb}",
            told,
            kind=f"staff.{verb}",
            who="approver",
            entry=LINE,
            state=state,
        )
        self.ledger.add(LINE, state, done)

    async def _agency(self) -> None:
        await self.pause(paused=self._chance.random() < 0.5)

    async def pause(self, *, paused: bool) -> None:
        """Closes the desk, or opens it again."""
        state, verb = ("paused", "pause") if paused else ("open", "resume")
        until = (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ")
        told = {"until": until, "reason": "OVERLOADED"} if paused else {}
        path = f"/v1/partner/desks/{DESK}:{verb}"
        done = await self._post("POST", path, told, kind=f"partner.{verb}", who="agency", entry=DESK, state=state)
        self.ledger.add(DESK, state, done)

    async def _post(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        kind: str,
        who: str,
        once: bool = False,
        **about: Any,
    ) -> Call:
        headers = {"authorization": f"Bearer {self._tokens.of(who)}"}
        if once:
            headers["idempotency-key"] = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        return await self._ask(kind, method, path, body, headers=headers, **about)

    # What people do.

    async def _person(self) -> None:
        started = await self._ask("talk.start", "POST", "/v1/conversations", {"language": "ja"})
        await self._said(started, "talk.say", self._chance.choice(WORRIES), lambda turn: bool(turn["suggestions"]))

    async def _in_need(self) -> None:
        started = await self._ask("talk.start", "POST", "/v1/conversations", {"language": "ja"})
        await self._said(started, "cry", self._chance.choice(CRIES), answers_a_cry)

    async def _said(self, started: Call, kind: str, text: str, right: Callable[[dict[str, Any]], bool]) -> Call | None:
        if started.outcome != "done":
            return None
        told = {"conversation": started.about["answer"]["conversation"], "text": text}
        return await self._ask(kind, "POST", "/v1/conversations:reply", told, right=right)

    async def _searcher(self) -> None:
        await self._ask(
            "search", "POST", "/v1/programmes:search", {"query": "家賃"}, right=lambda found: bool(found["programmes"])
        )

    async def _printer(self) -> None:
        await self._with_conversation("memo.render", "/v1/memos:render")

    async def _keeper(self) -> None:
        made = await self._with_conversation("memo.keep", "/v1/memos")
        if made is not None and made.outcome == "done":
            self.kept.append(made.about["answer"]["downloadUrl"])

    async def _with_conversation(self, kind: str, path: str) -> Call | None:
        started = await self._ask("talk.start", "POST", "/v1/conversations", {"language": "ja"})
        if started.outcome != "done":
            return None
        return await self._ask(kind, "POST", path, {"conversation": started.about["answer"]["conversation"]})

    async def _applicant(self) -> None:
        told = {"programmeId": PROGRAMME, "municipalityCode": "012301", "language": "ja"}
        await self._ask("handoff", "POST", "/v1/handoffs", told)

    async def read_kept(self) -> None:
        """Opens every memo whose keeping was told as done."""
        for url in self.kept:
            await self._ask("memo.read", "GET", url)

    async def _ask(
        self,
        kind: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        headers: dict[str, str] | None = None,
        right: Callable[[dict[str, Any]], bool] = lambda _answer: True,
        **about: Any,
    ) -> Call:
        with self.history.call(kind, **about) as call:
            try:
                response = await self._http.request(method, path, json=body, headers=headers)
            except httpx2.HTTPError as error:
                call.ended("unknown", type(error).__name__)
                return call
            _judge(call, response, right)
        return call


def _judge(call: Call, response: httpx2.Response, right: Callable[[dict[str, Any]], bool]) -> None:
    if response.status_code == 200 and response.headers["content-type"] == "application/pdf":
        call.ended("done" if response.content.startswith(b"%PDF-") else "wrong")
        return
    answer = response.json()
    if response.status_code == 200:
        # Kept in memory for the next step; what is written down is whether it was degraded.
        call.about |= {"answer": answer, "degraded": answer.get("degraded", [])}
        call.ended("done" if right(answer) else "wrong", "" if right(answer) else "not what was asked for")
        return
    error = answer["error"]
    call.about["help"] = sorted(help_numbers(error))
    note = f"{response.status_code} {error['status']}"
    if response.status_code < 500:
        call.ended("refused", note)
    elif error["status"] not in {"UNAVAILABLE", "DEADLINE_EXCEEDED"}:
        call.ended("wrong", note)
    else:
        # A part that waited in vain for another says that it is unavailable.
        waited = error["status"] == "DEADLINE_EXCEEDED" or time.time() - call.start > LATE_SECONDS
        call.ended("late" if waited and busy() > TOO_BUSY else "failed", note)


def busy() -> float:
    """Processes that want a core, for each core there is, over the last minute: others work on this machine too."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def answers_a_cry(turn: dict[str, Any]) -> bool:
    """Whether a turn holds the crisis answer with 110, 119 and a number that answers round the clock."""
    values = {contact["value"] for contact in turn.get("crisis", {}).get("contacts", [])}
    return values >= EMERGENCY and bool(values & ROUND_THE_CLOCK)
