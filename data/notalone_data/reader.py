"""Reads the text files of this package.

The entries are read once a process; every other function reads its file anew, and whoever needs that often keeps it.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from google.protobuf import json_format
from notalone.catalog.v1.entry_pb2 import Entry

from notalone_data import translations

_PACKAGE = "notalone_data"
_NATIONAL = "national"
_FILE_NAME = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")


class DataError(Exception):
    """A file of this package cannot be used as it stands.

    Attributes:
        file: Path of the file within the package.
        problem: What is wrong with it, for the person who edits the file.
    """

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")
        self.file = file
        self.problem = problem


class _StrictLoader(yaml.CSafeLoader):
    """Refuses a key written twice: YAML would silently keep the second value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - signature of the base class
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key is written twice", node.start_mark)
        return mapping


def entries() -> list[Entry]:
    """All programmes and desks of all owners, in the order of their ids; the caller's own copies.

    Raises:
        DataError: A file is not valid YAML, holds a field the contract does not know, has an id that differs from
            its name, or two owners use one id.
    """
    return deepcopy(list(_entries(str(files(_PACKAGE)))))


@lru_cache(maxsize=1)
def _entries(_place: str) -> tuple[Entry, ...]:
    """Read once from one place: several services in one process need the same hundreds of files."""
    found: dict[str, Entry] = {}
    for owner, file in _entry_files():
        path = f"{owner}/entries/{file.name}"
        entry = _entry(path, _mapping(path, file))
        if entry.id in found:
            raise DataError(path, "another owner already uses this id")
        found[entry.id] = entry
    for language in translated():
        translations.apply(translation(language), found, language=language)
    return tuple(found[entry_id] for entry_id in sorted(found))


def translated() -> list[str]:
    """BCP 47 tags of the languages that have a file of translations."""
    folder = files(_PACKAGE).joinpath(f"{_NATIONAL}/translations")
    names = [file.name for file in folder.iterdir()] if folder.is_dir() else []
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def translation(language: str) -> dict[str, Any]:
    """The translations of one language, as written in `national/translations/<language>.yaml`.

    Raises:
        DataError: There are none for the language, or the file is not valid YAML.
    """
    return _named("translations/", language)


def needs() -> dict[str, Any]:
    """The closed list of needs, as written in `national/needs.yaml`.

    Raises:
        DataError: The file is missing or not valid YAML.
    """
    return _named("", "needs")


def synonyms() -> list[list[str]]:
    """Groups of words that lead to the same help, as written in `national/synonyms.yaml`.

    Raises:
        DataError: The file is missing or not valid YAML.
    """
    groups: list[list[str]] = _named("", "synonyms")["synonyms"]
    return groups


def flow(name: str) -> dict[str, Any]:
    """The questions of one guided conversation, as written in `national/flows/<name>.yaml`.

    Raises:
        DataError: There is no such flow, or it is not valid YAML.
    """
    return _named("flows/", name)


def lexicon(language: str) -> dict[str, Any]:
    """The words of one language that point to needs, as written in `national/lexicon/<language>.yaml`.

    Args:
        language: BCP 47 tag as the file is named, for instance `zh-Hans`.

    Raises:
        DataError: There is no lexicon for the language, or it is not valid YAML.
    """
    return _named("lexicon/", language)


def _named(folder: str, name: str) -> dict[str, Any]:
    path = f"{_NATIONAL}/{folder}{name}.yaml"
    # A name may come from a request: it must not lead out of its folder.
    if not _FILE_NAME.fullmatch(name):
        raise DataError(f"{_NATIONAL}/{folder}", "not a name of a file here")
    file = files(_PACKAGE).joinpath(path)
    if not file.is_file():
        raise DataError(path, "there is no such file")
    return _mapping(path, file)


def _entry_files() -> Iterator[tuple[str, Traversable]]:
    owners = sorted((item for item in files(_PACKAGE).iterdir() if item.is_dir()), key=lambda item: item.name)
    for owner in owners:
        folder = owner.joinpath("entries")
        if folder.is_dir():
            yaml_files = (file for file in folder.iterdir() if file.name.endswith(".yaml"))
            for file in sorted(yaml_files, key=lambda item: item.name):
                yield owner.name, file


def _mapping(path: str, file: Traversable) -> dict[str, Any]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise DataError(path, f"not valid YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise DataError(path, "must hold fields and their values")
    return content


def _entry(path: str, content: Mapping[str, Any]) -> Entry:
    try:
        entry = json_format.ParseDict(dict(content), Entry())
    except json_format.ParseError as error:
        raise DataError(path, str(error)) from error
    if not path.endswith(f"/{entry.id}.yaml"):
        raise DataError(path, "the id must be the name of the file")
    return entry
