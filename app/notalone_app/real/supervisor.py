"""All processes: started in stages, watched, written down in a file, and ended in reverse."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from notalone_app.real.child import Out, Program
from notalone_app.real.health import Check
from notalone_app.real.keeper import Keeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A process that shall run: its program, its kind ("dialogue"), where it answers and where its metrics are."""

    program: Program
    kind: str
    address: str
    metrics: str
    serves: Check


class Supervisor:
    """Keeps the processes of a plan running.

    The file tells other programs who runs:
    `{"pid", "processes": [{"name", "kind", "pid", "address", "metrics", "restarts"}]}`;
    `pid` of a process is 0 between two runs. To renew one, send it SIGTERM; it is started again on its address.
    """

    def __init__(
        self, stages: Sequence[Sequence[Planned]], *, file: Path, out: Out, tell: Callable[[str], None]
    ) -> None:
        """`stages` start one after another; `file` is written at every change; `tell` is given sentences."""
        self._file = file
        self._tell = tell
        self._stages = [
            [(plan, Keeper(plan.program, serves=plan.serves, out=out, changed=self._changed)) for plan in stage]
            for stage in stages
        ]

    async def start(self) -> None:
        """Returns when all serve.

        Raises:
            NotStarted: one does not; the others still run, until they are stopped.
            OSError: the file cannot be written.
        """
        self._write()
        for stage in self._stages:
            await asyncio.gather(*(keeper.start() for _, keeper in stage))
            self._write()

    async def stop(self, grace: float) -> None:
        """Ends all, the last stage first; each stage may take `grace` seconds."""
        for stage in reversed(self._stages):
            await asyncio.gather(*(keeper.stop(grace) for _, keeper in stage))
        self._file.unlink(missing_ok=True)

    def kill(self) -> None:
        """Ends all at once."""
        for stage in self._stages:
            for _, keeper in stage:
                keeper.kill()

    def _changed(self, sentence: str) -> None:
        self._tell(sentence)
        try:
            self._write()
        except OSError as error:
            # A full disk must not end what watches over the services.
            self._tell(f"{self._file} cannot be written: {error}")

    def _write(self) -> None:
        processes = [
            {
                "name": plan.program.name,
                "kind": plan.kind,
                "pid": keeper.pid,
                "address": plan.address,
                "metrics": plan.metrics,
                "restarts": keeper.restarts,
            }
            for stage in self._stages
            for plan, keeper in stage
        ]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps({"pid": os.getpid(), "processes": processes}, indent=2) + "\n", "utf-8")
        draft.replace(self._file)
