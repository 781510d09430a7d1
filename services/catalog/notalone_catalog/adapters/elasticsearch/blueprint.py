"""What the index is: the reviewed file beside this one, and the synonyms of the data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml
from notalone_kernel import text


@dataclass(frozen=True, slots=True)
class Blueprint:
    """Settings and mappings of an index to create.

    Attributes:
        version: Higher where the code indexes otherwise.
        fingerprint: Differs where anything of it differs, the synonyms too.
    """

    version: int
    fingerprint: str
    settings: dict[str, Any]
    mappings: dict[str, Any]


def read(synonyms: Iterable[Sequence[str]]) -> Blueprint:
    """Reads the file and fills in the synonyms.

    Kuromoji would cut some of these words into pieces (スマホ inside a sentence), so each also enters its dictionary.
    """
    file = files("notalone_catalog.adapters.elasticsearch").joinpath("index.yaml").read_text("utf-8")
    content = yaml.safe_load(file)
    groups = [list(dict.fromkeys(text.normalise(word) for word in group)) for group in synonyms]
    analysis = content["settings"]["analysis"]
    words = sorted({word for group in groups for word in group if " " not in word})
    for tokenizer in ("ja", "ja_parts"):
        analysis["tokenizer"][tokenizer]["user_dictionary_rules"] = [
            f"{word},{word},{word},カスタム名詞" for word in words
        ]
    analysis["filter"]["same"]["synonyms"] = [", ".join(group) for group in groups]
    whole = json.dumps(content, sort_keys=True, ensure_ascii=False)
    fingerprint = hashlib.blake2b(whole.encode(), digest_size=6).hexdigest()
    version = int(content["version"])
    mappings = {**content["mappings"], "_meta": {"version": version, "fingerprint": fingerprint}}
    return Blueprint(version, fingerprint, content["settings"], mappings)
