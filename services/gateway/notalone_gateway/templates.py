"""Path templates of `google.api.http`: `/v1/programmes/{id}`, `/v1/programmes:search`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

_VARIABLE = re.compile(r"\{([a-z0-9_.]+)(?:=\*)?\}")


@dataclass(frozen=True, slots=True)
class Template:
    """A path with variables, each standing for one segment."""

    text: str
    variables: tuple[str, ...]
    pattern: re.Pattern[bytes]

    def match(self, raw_path: bytes) -> Mapping[str, str] | None:
        """The variables' values in a path as it came over the wire (percent-encoded), or None.

        Raises:
            UnicodeDecodeError: a value is not UTF-8.
        """
        found = self.pattern.fullmatch(raw_path)
        if found is None:
            return None
        values = (unquote_to_bytes(value).decode("utf-8") for value in found.groups())
        return dict(zip(self.variables, values, strict=True))


def parse(text: str) -> Template:
    """Reads a template.

    Raises:
        ValueError: it uses syntax that this gateway does not know, such as `{name=shelves/*}` or `**`.
    """
    rest = _VARIABLE.sub("", text)
    if not text.startswith("/") or set(rest) & set("{}*"):
        raise ValueError(f"path template {text!r} is not understood")
    pieces = _VARIABLE.split(text)
    pattern = b"".join(
        b"([^/]+)" if index % 2 else re.escape(piece).encode("ascii") for index, piece in enumerate(pieces)
    )
    return Template(text=text, variables=tuple(pieces[1::2]), pattern=re.compile(pattern))
