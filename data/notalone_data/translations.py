"""Translations of the entries' names and summaries, kept beside the entries: one file a language.

Each says of which wording it was made. Once that has changed, the translation is left out and the English stands in:
an outdated sentence about who may call, or when, is worse than one in another language.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from notalone.catalog.v1.entry_pb2 import Entry

FIELDS = ("name", "summary")


def wording_of(entry: Entry) -> str:
    """Eight hexadecimal digits that stand for the Japanese and English wording that a translation is made of."""
    texts = [getattr(entry, field)[tag] for field in FIELDS for tag in ("ja", "en") if tag in getattr(entry, field)]
    return hashlib.blake2b("\n".join(texts).encode(), digest_size=4).hexdigest()


def apply(content: Mapping[str, Any], entries: Mapping[str, Entry], *, language: str) -> None:
    """Adds a language's texts to the entries; what an entry says itself stays."""
    for entry_id, row in content.items():
        entry = entries.get(entry_id)
        if entry is None or row.get("of") != wording_of(entry):
            continue
        for field in FIELDS:
            texts = getattr(entry, field)
            if row.get(field) and language not in texts:
                texts[language] = row[field]
