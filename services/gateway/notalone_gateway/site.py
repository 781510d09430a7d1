"""Static files, all read at start: what is not in the table does not exist, so no path can lead out of the folder."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from notalone_gateway.api import matches

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_COMPRESSED = {".css", ".html", ".ico", ".js", ".json", ".mjs", ".svg", ".txt", ".webmanifest"}
# Below this, gzip's own bytes eat what it saves.
_WORTH_COMPRESSING = 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file as it goes out."""

    body: bytes
    zipped: bytes | None
    media_type: str
    tag: str


class Site:
    """Files by the path they are asked for."""

    def __init__(self, files: Mapping[str, File]) -> None:
        self._whole = files
        self._files = files

    @classmethod
    def read(cls, root: Path | None, *, prefix: str = "/") -> Site:
        """Reads a folder; hidden files, links that lead out and types without a name are left out."""
        if root is None or not root.is_dir():
            return cls({})
        base = root.resolve()
        found: dict[str, File] = {}
        for path in sorted(base.rglob("*")):
            relative = path.relative_to(base)
            hidden = any(part.startswith(".") for part in relative.parts)
            inside = path.resolve().is_relative_to(base)
            if path.is_file() and inside and not hidden and path.suffix in TYPES:
                found[prefix + relative.as_posix()] = file_of(path.read_bytes(), path.suffix)
        return cls(found)

    def leave_out(self, contacts: Collection[str]) -> None:
        """Serves the pages without these contacts from now on: those marked up as tools/build_help_page.py does."""
        marks = [f'data-contact="{escape(contact)}"'.encode() for contact in contacts]
        touched = {
            path: file_of(_without(file.body, contacts), ".html")
            for path, file in self._whole.items()
            if path.endswith(".html") and any(mark in file.body for mark in marks)
        }
        self._files = {**self._whole, **touched}

    def answer(self, request: Request, path: str) -> Response | None:
        """The file at a path, the index of a folder, or None."""
        if path.endswith("/"):
            path += "index.html"
        file = self._files.get(path)
        if file is not None:
            return respond(request, file)
        if f"{path}/index.html" in self._files:
            return RedirectResponse(f"{path}/", status_code=308)
        return None


def _without(body: bytes, contacts: Collection[str]) -> bytes:
    named = b"|".join(re.escape(escape(contact).encode()) for contact in contacts)
    return re.sub(
        rb'<div class="contact" data-contact="(?:' + named + rb')">.*?\n</div>\n?', b"", body, flags=re.DOTALL
    )


def file_of(body: bytes, suffix: str) -> File:
    """Prepares a file: type, tag, compressed form."""
    zipped = gzip.compress(body, mtime=0) if suffix in _COMPRESSED and len(body) > _WORTH_COMPRESSING else None
    return File(body, zipped, TYPES[suffix], blake2b(body, digest_size=12).hexdigest())


def respond(request: Request, file: File) -> Response:
    """A file, or 304 where the caller already has it."""
    zipped = file.zipped if "gzip" in request.headers.get("accept-encoding", "") else None
    tag = f'"{file.tag}-gzip"' if zipped else f'"{file.tag}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    if file.zipped:
        headers["Vary"] = "Accept-Encoding"
    if matches(request.headers.get("if-none-match", ""), tag):
        # With its type, so that it bears the policy of a page: browsers put these headers in place of those they kept.
        return Response(status_code=304, headers=headers, media_type=file.media_type)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(zipped or file.body, media_type=file.media_type, headers=headers)
