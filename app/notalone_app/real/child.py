"""One process: started, read and ended."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
CHUNK_BYTES = 64 * 1024
# A line without an end is passed on in pieces.
LONGEST_LINE = 1024 * 1024

# Takes whole lines with their ends.
Out = Callable[[bytes], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to start.

    Attributes:
        name: what it is called in logs and in the state file, as "dialogue-2".
        command: program and arguments; never a secret, for everybody on the machine can read them.
        environment: all of it; nothing is inherited.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


class Child:
    """A running process, whose output goes on to ours."""

    def __init__(self, process: asyncio.subprocess.Process, copying: Sequence[asyncio.Task[None]]) -> None:
        self._process = process
        self._copying = copying

    @classmethod
    async def start(cls, program: Program, out: Out) -> Child:
        """Starts the program in a session of its own, so that Ctrl-C reaches us alone.

        Raises:
            OSError: the system has no process to give.
        """
        tether = (sys.executable, "-I", "-S", str(TETHER), str(os.getpid()))
        process = await asyncio.create_subprocess_exec(
            *tether,
            *program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(program.environment),
            start_new_session=True,
        )
        streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
        return cls(process, [asyncio.create_task(_copy(stream, program.name, out)) for stream in streams])

    @property
    def pid(self) -> int:
        """Its number; the same before and after it became the program."""
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal, if it still runs."""
        if self._process.returncode is None:
            self._process.send_signal(number)

    async def ended(self) -> int:
        """Its exit code, or the signal that killed it as a negative number, once all it wrote has been passed on."""
        code = await self._process.wait()
        await asyncio.gather(*self._copying)
        return code


async def _copy(stream: asyncio.StreamReader, name: str, out: Out) -> None:
    async for line in _lines(stream):
        out(named(line, name))


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    rest = b""
    while part := await stream.read(CHUNK_BYTES):
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            yield line
        if len(rest) > LONGEST_LINE:
            yield rest
            rest = b""
    if rest:
        yield rest


def named(line: bytes, name: str) -> bytes:
    """The line with the name of its process in front; a line of JSON stays one."""
    if line.startswith(b"{") and line.rstrip().endswith(b"}"):
        return b'{"process": "' + name.encode() + b'", ' + line[1:] + b"\n"
    return name.encode() + b" | " + line + b"\n"
