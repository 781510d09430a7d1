"""The whole backend: from start to the first answer, its memory and size, a turn against the bare gateway."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.backend import ROOT, Backend, running
from bench.figures import Figure, median_ms

MB = 1_000_000
TEXTS = [
    "家賃が払えない",
    "仕事をやめたい",
    "子どもが学校に行かない",
    "話を聞いてほしい",
    "親の介護で疲れた",
    "借金が返せない",
]
TURNS = 200
MEMOS = 20


def figures() -> list[Figure]:
    """All figures of the whole."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as backend:
        first = _first_turn(backend)
        return [
            Figure("start to first answered turn", first, "s", aim="< 5"),
            *_turns(backend),
            Figure("memory after load", backend.memory() / MB, "MB", aim="< 500"),
            Figure("environment on disk (with test tools)", _size(ROOT / ".venv") / MB, "MB"),
        ]


def _first_turn(backend: Backend) -> float:
    turn = _post(backend, "/v1/conversations", {"language": "ja", "audience": "GENERAL"})
    _post(backend, "/v1/conversations:reply", {"conversation": turn["conversation"], "text": TEXTS[0]})
    return time.perf_counter() - backend.started


def _turns(backend: Backend) -> list[Figure]:
    conversation = _post(backend, "/v1/conversations", {"language": "ja"})["conversation"]

    def alive(_: int) -> object:
        return backend.client.get("/healthz").raise_for_status()

    def choice(_: int) -> object:
        return _post(backend, "/v1/conversations:reply", {"conversation": conversation, "choiceId": "childcare"})

    def words(number: int) -> object:
        text = f"{TEXTS[number % len(TEXTS)]} {number}"
        return _post(backend, "/v1/conversations:reply", {"conversation": conversation, "text": text})

    def search(number: int) -> object:
        return _post(backend, "/v1/programmes:search", {"query": f"{TEXTS[number % len(TEXTS)]} {number}"})

    def memo(number: int) -> object:
        body = {"conversation": conversation, "note": f"{number}: 夜に話を聞いてほしいです。"}
        return backend.client.post("/v1/memos:render", json=body).raise_for_status()

    bare = median_ms(alive, times=TURNS)
    return [
        Figure(name, median_ms(work, times=times), "ms", "gateway alone (/healthz)", bare)
        for name, work, times in [
            ("turn by choice over HTTP", choice, TURNS),
            ("turn by free text over HTTP", words, TURNS),
            ("search over HTTP", search, TURNS),
            ("memo over HTTP", memo, MEMOS),
        ]
    ]


def _post(backend: Backend, path: str, body: dict[str, str]) -> dict[str, str]:
    answer: dict[str, str] = backend.client.post(path, json=body).raise_for_status().json()
    return answer


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
