"""`python -m chaos`: runs rounds on an installation of its own, goes on where it ended, and writes the table."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path

from backend import ROOT

from chaos import table
from chaos.installation import Installation, NotUp
from chaos.rounds import Rounds, read


def main() -> int:
    """Returns 1 where anything was found that must not be."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="faults whose name matches this, as 'kill' or '^pause (kafka|pdf)$'")
    default = Path(os.environ.get("NOTALONE_CHAOS_DIR", ROOT / ".state" / "chaos"))
    parser.add_argument("--folder", type=Path, default=default, help="data, journal, histories, logs")
    parser.add_argument("--table", action="store_true", help="writes docs/chaos.md from the journal, and runs nothing")
    parser.add_argument("--keep", action="store_true", help="leaves the servers running")
    given = parser.parse_args()
    if not given.table:
        try:
            asyncio.run(_run(given))
        except NotUp as error:
            sys.stderr.write(f"{error}\n")
            return 2
    lines = read(given.folder / "journal.jsonl")
    if not given.only:
        told = ROOT / "docs" / "chaos.md"
        told.write_text(table.page(lines, told.read_text("utf-8") if told.exists() else ""), "utf-8")
    return 1 if any(line["findings"] for line in lines if line["seed"] == given.seed) else 0


async def _run(given: argparse.Namespace) -> None:
    here = Installation(given.folder)
    running = asyncio.current_task()
    assert running is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        await here.start()
        rounds = Rounds(here, seed=given.seed, say=_say)
        await rounds.run(range(given.rounds), only=given.only)
    except asyncio.CancelledError:
        _say("Ended by a signal; the next run goes on with this round.")
    finally:
        await here.stop(servers=not given.keep)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
