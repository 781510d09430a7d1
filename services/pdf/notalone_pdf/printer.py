"""Turns the memo's data into a PDF, on a few threads, with typst.

Text goes in as data and is never joined into the template: typst is a language, and people type `#` and `$`.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta, timezone
from importlib.resources import files
from typing import Any, cast

import typst

from notalone_pdf import fonts

_JAPAN = timezone(timedelta(hours=9))
# Readable by machines for decades, and by screen readers.
_STANDARDS: Any = ["a-3a", "ua-1"]
_PARTS = ("base", "programme", "answers", "letter", "memo")


def template() -> bytes:
    """The whole template, of its parts."""
    folder = files("notalone_pdf").joinpath("templates")
    return b"\n".join(folder.joinpath(f"{part}.typ").read_bytes() for part in _PARTS)


class Unprintable(Exception):
    """The typesetter refused the document; it says nothing of why, for the reason holds a person's words."""


class Printer:
    """Prints memos; close it at the end."""

    def __init__(self, *, threads: int) -> None:
        self._template = template()
        self._fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(path) for path in fonts.directories()],
        )
        # The template reads no file: its root holds nothing.
        self._root = tempfile.TemporaryDirectory(prefix="notalone-pdf-")
        self._own = threading.local()
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="memo")

    async def print(self, data: Mapping[str, object], *, plain: str, day: date, qr: Mapping[str, str]) -> bytes:
        """Returns the PDF. The same data on the same day give the same bytes.

        Args:
            data: What `memo.py` makes.
            plain: The same as text alone; goes along in the file.
            day: Printed into the file as its date, at midnight in Japan.
            qr: Address to the SVG of its QR code.

        Raises:
            Unprintable: some text cannot be set.
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._print, data, plain, day, qr)

    async def warm(self) -> None:
        """Reads the fonts' character maps, so that the first person need not wait for them."""
        await asyncio.get_running_loop().run_in_executor(self._pool, fonts.glyphs)

    def close(self) -> None:
        """Ends the threads; what is being printed is finished first."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._root.cleanup()

    def _print(self, data: Mapping[str, object], plain: str, day: date, qr: Mapping[str, str]) -> bytes:
        try:
            pdf, _warnings = self._compiler().compile_with_warnings(
                input=self._template,
                format="pdf",
                sys_inputs={"memo": json.dumps(data, ensure_ascii=False), "plain": plain, "qr": json.dumps(qr)},
                pdf_standards=_STANDARDS,
                timestamp=datetime.combine(day, time(), tzinfo=_JAPAN),
            )
        # A panic in the shaper is no Exception; this is a thread of ours, which no signal reaches.
        except BaseException:  # noqa: BLE001
            del self._own.compiler
            raise Unprintable from None
        return cast(bytes, pdf)

    def _compiler(self) -> typst.Compiler:
        # A compiler serves one thread only; the fonts are shared.
        if not hasattr(self._own, "compiler"):
            self._own.compiler = typst.Compiler(font_paths=self._fonts, ignore_system_fonts=True, root=self._root.name)
        compiler: typst.Compiler = self._own.compiler
        return compiler
