"""Generates the Python stubs from `proto/` into a folder (default `gen/python`); `--check` fails where they differ."""

from __future__ import annotations

import argparse
import filecmp
import shutil
import sys
import tempfile
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
TARGET = ROOT / "gen" / "python"
# Vendored contracts without a Python package of their own.
VENDORED = ["buf/validate/validate.proto"]
PACKAGES = ["notalone", "buf"]
# google/protobuf/*.proto come with the compiler.
WELL_KNOWN = Path(grpc_tools.__file__).parent / "_proto"


def generate(target: Path) -> None:
    """Writes the stubs of every contract below `target`."""
    own = [str(path.relative_to(PROTO)) for path in sorted((PROTO / "notalone").rglob("*.proto"))]
    services = [name for name in own if "\nservice " in (PROTO / name).read_text("utf-8")]
    include = ["protoc", f"-I{PROTO}", f"-I{PROTO / 'third_party'}", f"-I{WELL_KNOWN}"]
    run([*include, f"--python_out={target}", f"--mypy_out=quiet:{target}", *own, *VENDORED])
    run([*include, f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet:{target}", *services])


def run(arguments: list[str]) -> None:
    """Runs protoc in this process."""
    if protoc.main(arguments) != 0:
        sys.exit("protoc failed")


def files(folder: Path) -> set[Path]:
    """Generated files below `folder`, relative to it."""
    return {
        path.relative_to(folder)
        for package in PACKAGES
        for path in (folder / package).rglob("*")
        if path.suffix in {".py", ".pyi"}
    }


def main() -> None:
    """Generates, or checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with what is committed instead of writing")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary)
        generate(fresh)
        if check:
            expected, present = files(fresh), files(TARGET)
            _, different, errors = filecmp.cmpfiles(fresh, TARGET, [str(f) for f in expected & present], shallow=False)
            stale = sorted({*different, *errors, *(str(f) for f in expected ^ present)})
            if stale:
                sys.exit("Stubs differ from proto/, run `make stubs`:\n  " + "\n  ".join(stale))
            print("stubs match proto/")
            return
        for package in PACKAGES:
            shutil.rmtree(TARGET / package, ignore_errors=True)
            shutil.copytree(fresh / package, TARGET / package)


if __name__ == "__main__":
    main()
