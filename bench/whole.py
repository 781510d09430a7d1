"""The whole backend: from start to the first answer, its turns, searches and memos over HTTP, its memory and size."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import turns
from bench.backend import ROOT, Backend, running
from bench.figures import Figure, median_ms, medians_ms
from bench.turns import post

MB = 1_000_000
TEXTS = [
    "家賃が払えない",
    "仕事をやめたい",
    "子どもが学校に行かない",
    "話を聞いてほしい",
    "親の介護で疲れた",
    "借金が返せない",
]
SEARCHES = 200
MEMOS = 20


def figures() -> list[Figure]:
    """All figures of the whole."""
    with tempfile.TemporaryDirectory() as folder:
        # Compiled once, as on any machine after its first start, whatever this one is told of bytecode.
        compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(Path(folder, "bytecode"))}
        with running(Path(folder, "first"), **compiled) as backend:
            very_first = _first_turn(backend)
        with running(Path(folder, "whole"), **compiled) as backend:
            return _figures(backend, Path(folder), very_first)


def _figures(backend: Backend, folder: Path, very_first: float) -> list[Figure]:
    first = _first_turn(backend)
    return [
        Figure("start to first answered turn", first, "s", aim="< 5"),
        Figure("start to first answered turn, nothing compiled yet", very_first, "s"),
        *turns.figures(backend),
        *turns.beside_an_echo(backend, folder),
        *_more(backend),
        Figure("memory after load", backend.memory() / MB, "MB", aim="< 500"),
        Figure("environment on disk (with test tools)", _size(ROOT / ".venv") / MB, "MB"),
    ]


def _first_turn(backend: Backend) -> float:
    turn = post(backend, "/v1/conversations", {"language": "ja", "audience": "GENERAL"})
    post(backend, turns.REPLY, {"conversation": str(turn["conversation"]), "text": TEXTS[0]})
    return time.perf_counter() - backend.started


def _more(backend: Backend) -> list[Figure]:
    conversation = str(post(backend, "/v1/conversations", {"language": "ja"})["conversation"])

    def alive(_: int) -> object:
        return backend.client.get("/healthz").raise_for_status()

    def search(number: int) -> object:
        return post(backend, "/v1/programmes:search", {"query": f"{TEXTS[number % len(TEXTS)]} {number}"})

    def memo(number: int) -> object:
        body = {"conversation": conversation, "note": f"{number}: 夜に話を聞いてほしいです。"}
        return backend.client.post("/v1/memos:render", json=body).raise_for_status()

    found, alone = medians_ms(search, alive, times=SEARCHES)
    return [
        Figure("search over HTTP", found, "ms", "gateway alone (/healthz)", alone),
        Figure("memo over HTTP", median_ms(memo, times=MEMOS), "ms", "gateway alone (/healthz)", alone),
    ]


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
