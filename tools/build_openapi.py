"""Writes the gateway's OpenAPI document from `proto/`; `--check` fails where the committed one differs."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import grpc_tools
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc
from notalone_gateway import contract
from notalone_gateway.openapi import comments, document

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
GOLDEN = ROOT / "services" / "gateway" / "notalone_gateway" / "assets" / "openapi.json"
WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"


def build() -> str:
    """The document as it is committed."""
    services = contract.all_services()
    told = comments.read(descriptors())
    built = document.build(contract.calls(services), services, told)
    return json.dumps(built, ensure_ascii=False, indent=1) + "\n"


def descriptors() -> FileDescriptorSet:
    """Our protos, compiled with their comments."""
    own = [str(path.relative_to(PROTO)) for path in sorted((PROTO / "notalone").rglob("*.proto"))]
    include = [f"-I{PROTO}", f"-I{PROTO / 'third_party'}", f"-I{WELL_KNOWN}"]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "descriptors.bin"
        if protoc.main(["protoc", *include, "--include_source_info", f"--descriptor_set_out={target}", *own]) != 0:
            sys.exit("protoc failed")
        return FileDescriptorSet.FromString(target.read_bytes())


def main() -> None:
    """Writes, or checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with what is committed instead of writing")
    fresh = build()
    if parser.parse_args().check:
        if not GOLDEN.is_file() or GOLDEN.read_text("utf-8") != fresh:
            sys.exit("openapi.json differs from proto/, run `python tools/build_openapi.py`")
        print("openapi.json matches proto/")
        return
    GOLDEN.write_text(fresh, "utf-8")


if __name__ == "__main__":
    main()
