"""Comments of the protos, by full name of what they stand above."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

Path = tuple[int, ...]

# Field numbers in descriptor.proto: where a location path leads.
_FILE_MESSAGES, _FILE_ENUMS, _FILE_SERVICES = 4, 5, 6
_MESSAGE_FIELDS, _MESSAGE_MESSAGES, _MESSAGE_ENUMS = 2, 3, 4
_ENUM_VALUES = 2
_SERVICE_METHODS = 2


def read(files: FileDescriptorSet) -> Mapping[str, str]:
    """All comments of these files. They must have been compiled with `--include_source_info`."""
    return {name: text for file in files.file for name, text in _file(file)}


def _file(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    texts = {
        tuple(place.path): _tidy(place.leading_comments)
        for place in file.source_code_info.location
        if place.leading_comments
    }
    for name, path in _names(file):
        if path in texts:
            yield name, texts[path]


def _names(file: FileDescriptorProto) -> Iterator[tuple[str, Path]]:
    yield from _messages(file.message_type, (_FILE_MESSAGES,), file.package)
    yield from _enums(file.enum_type, (_FILE_ENUMS,), file.package)
    for index, service in enumerate(file.service):
        yield from _service(service, (_FILE_SERVICES, index), file.package)


def _messages(messages: Sequence[DescriptorProto], path: Path, scope: str) -> Iterator[tuple[str, Path]]:
    for index, message in enumerate(messages):
        name, place = f"{scope}.{message.name}", (*path, index)
        yield name, place
        for number, field in enumerate(message.field):
            yield f"{name}.{field.name}", (*place, _MESSAGE_FIELDS, number)
        yield from _messages(message.nested_type, (*place, _MESSAGE_MESSAGES), name)
        yield from _enums(message.enum_type, (*place, _MESSAGE_ENUMS), name)


def _enums(enums: Sequence[EnumDescriptorProto], path: Path, scope: str) -> Iterator[tuple[str, Path]]:
    for index, enum in enumerate(enums):
        name, place = f"{scope}.{enum.name}", (*path, index)
        yield name, place
        for number, value in enumerate(enum.value):
            yield f"{name}.{value.name}", (*place, _ENUM_VALUES, number)


def _service(service: ServiceDescriptorProto, path: Path, scope: str) -> Iterator[tuple[str, Path]]:
    name = f"{scope}.{service.name}"
    yield name, path
    for index, method in enumerate(service.method):
        yield f"{name}.{method.name}", (*path, _SERVICE_METHODS, index)


def _tidy(comment: str) -> str:
    return " ".join(line.strip() for line in comment.strip().splitlines())
