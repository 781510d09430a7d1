"""Remembers something small over restarts, so that a start does not depend on whoever told it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from notalone_chassis import logs
from notalone_chassis.shared_file import alone, replace

T = TypeVar("T")


class Form(Protocol[T]):
    """How a value stands in JSON; a module may be one."""

    def parse(self, found: object, /) -> T:
        """Reads what JSON gave.

        Raises:
            ValueError: it is no such value.
        """
        ...

    def dump(self, value: T, /) -> object:
        """What JSON can write."""
        ...

    def join(self, known: T, new: T, /) -> T:
        """What is to be remembered where both are: `known` stands in the file, maybe of another process."""
        ...


class Memory(Generic[T]):
    """One value as JSON in a file that the processes of a service share.

    It is a help for the bad day, and never a reason to fail: what cannot be read is not known, what cannot be written
    is tried again with the next value; both are logged.
    """

    def __init__(self, file: Path, form: Form[T], *, service: str) -> None:
        """Remembers in `file`, which is made where it is missing; `service` is the name in the logs."""
        self._file = file
        self._form = form
        self._log = logs.get(service)
        self._known = self._read()

    @property
    def known(self) -> T | None:
        """What was remembered at the start, and what has been since; None where that is nothing, or cannot be read."""
        return self._known

    def _read(self) -> T | None:
        try:
            return self._form.parse(json.loads(self._file.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            self._log.warning("memory_not_read", part="memory", reason=type(error).__name__)
            return None

    async def keep(self, value: T) -> None:
        """Remembers a value from now on; writes only where it is not the last one that was written."""
        if value == self._known:
            return
        try:
            await asyncio.to_thread(self._write, value)
        except OSError as error:
            self._log.warning("memory_not_written", part="memory", reason=type(error).__name__)
        else:
            self._known = value

    def _write(self, value: T) -> None:
        with alone(self._file):
            known = self._read()
            replace(self._file, json.dumps(self._form.dump(value if known is None else self._form.join(known, value))))
