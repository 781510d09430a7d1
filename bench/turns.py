"""A conversation's turns over HTTP: how long one takes, and how many there are in a second beside a bare echo."""

from __future__ import annotations

import http.client
import itertools
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from bench.backend import ROOT, Backend, running
from bench.figures import Figure, in_turn, percentile

REPLY = "/v1/conversations:reply"
# What people might say, in twelve languages, cries for help among it.
SAID = ROOT / "tests" / "e2e" / "utterances.jsonl"
# Enough for six to be slower than p99.
WORDS = 644
CHOICES = 400
CLIENTS = 4
ROUNDS, PER_ROUND = 10, 160

_Rate = tuple[float, float]


def post(backend: Backend, path: str, body: Mapping[str, str]) -> dict[str, object]:
    """The answer to a call."""
    answer: dict[str, object] = backend.client.post(path, json=body).raise_for_status().json()
    return answer


def figures(backend: Backend) -> list[Figure]:
    """One after another: median and p99 of a turn by choice and of one by words, beside the gateway alone."""
    choice, _ = in_turn(_choosing(backend), _alive(backend), times=CHOICES)
    words, alone = in_turn(_talking(backend), _alive(backend), times=WORDS)
    base = statistics.median(alone)
    return [
        Figure("turn by choice over HTTP, p50", statistics.median(choice), "ms", "gateway alone (/healthz)", base),
        Figure("turn by choice over HTTP, p99", percentile(choice, 99), "ms"),
        Figure("turn by free text over HTTP, p50", statistics.median(words), "ms", "gateway alone (/healthz)", base),
        Figure("turn by free text over HTTP, p99", percentile(words, 99), "ms", aim="< 50 ms"),
    ]


def beside_an_echo(backend: Backend, state: Path) -> list[Figure]:
    """Turns by choice in a second, of a few clients at once, taken by turns from the backend and from the echo."""
    bodies = _choices(backend)
    turns = state / "turns.json"
    turns.write_text(json.dumps([post(backend, REPLY, body) for body in bodies]), "utf-8")
    sent = [json.dumps(body).encode() for body in bodies]
    with running(state / "echo", ("bench.echo", str(turns))) as echo:
        taken: tuple[list[_Rate], list[_Rate]] = ([], [])
        for number in range(-2, ROUNDS):
            for kept, one in list(zip(taken, (backend, echo), strict=True))[:: 1 if number % 2 else -1]:
                rate = _throughput(one, sent)
                if number >= 0:
                    kept.append(rate)
    name, echoed = f"turns by choice, {CLIENTS} at once", "the same gateway over a bare echo"
    ours, bare = ([statistics.median(rates) for rates in zip(*kept, strict=True)] for kept in taken)
    return [
        Figure(f"{name}, in a second", ours[0], "/s", echoed, bare[0], aim=">= 0.7"),
        Figure(f"{name}, in a second of processor time", ours[1], "/s", echoed, bare[1], aim=">= 0.7"),
    ]


def _throughput(backend: Backend, bodies: Sequence[bytes]) -> _Rate:
    """By the clock, and by the second of the backend's processor time, which other programs do not lengthen much.

    Each client has a connection of its own, and no library that costs as much as what is measured.
    """
    numbers = iter(range(PER_ROUND))
    address = urlsplit(backend.url).netloc

    def client(_: int) -> None:
        connection = http.client.HTTPConnection(address, timeout=30)
        for number in numbers:
            body = bodies[number % len(bodies)]
            connection.request("POST", REPLY, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.OK:
                raise RuntimeError(f"a turn ended with {answer.status}")
        connection.close()

    begun, worked = time.perf_counter(), backend.worked()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    return PER_ROUND / (time.perf_counter() - begun), PER_ROUND / (backend.worked() - worked)


def _choices(backend: Backend) -> list[dict[str, str]]:
    """A reply for each answer to the first question."""
    turn = post(backend, "/v1/conversations", {"language": "ja"})
    choices, conversation = turn["choices"], turn["conversation"]
    assert isinstance(choices, list)  # noqa: S101 for the type checker
    return [{"conversation": str(conversation), "choiceId": choice["id"]} for choice in choices]


def _choosing(backend: Backend) -> Callable[[int], object]:
    bodies = itertools.cycle(_choices(backend))
    return lambda _: post(backend, REPLY, next(bodies))


def _talking(backend: Backend) -> Callable[[int], object]:
    """Says each of what people might say in a conversation of their language and age, never the same twice."""
    said = [json.loads(line) for line in SAID.read_text("utf-8").splitlines()]
    begun: dict[tuple[str, str], str] = {}
    for one in said:
        who = {"language": one["lang"], "audience": one["audience"].upper()}
        if tuple(who.values()) not in begun:
            begun[one["lang"], who["audience"]] = str(post(backend, "/v1/conversations", who)["conversation"])
    lines = itertools.cycle(said)

    def say(number: int) -> object:
        one = next(lines)
        conversation = begun[one["lang"], one["audience"].upper()]
        return post(backend, REPLY, {"conversation": conversation, "text": f"{one['text']} {number}"})

    return say


def _alive(backend: Backend) -> Callable[[int], object]:
    return lambda _: backend.client.get("/healthz").raise_for_status()
