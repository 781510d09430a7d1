"""The `notalone` command."""

from __future__ import annotations

import argparse
import asyncio
import errno
import os
import sys
from collections.abc import Coroutine

from notalone_chassis import logs
from notalone_chassis.clock import SystemClock
from notalone_chassis.service import GRACE_SECONDS, exit_code, explain, wait_for_signal
from notalone_chassis.telemetry import Telemetry, report
from pydantic import ValidationError

from notalone_app.embedded import Backend, start
from notalone_app.real.command import run_real
from notalone_app.settings import AppSettings


def main() -> None:
    """Runs the command named in the arguments."""
    parser = argparse.ArgumentParser(prog="notalone", description="NotAlone: from a worry to help that fits.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run all services in this process, without any server beside it")
    commands.add_parser("run-real", help="run every service as processes of their own, on real servers")
    match parser.parse_args().command:
        case "run":
            sys.exit(run(_run()))
        case "run-real":
            sys.exit(run(run_real(os.environ)))


def run(backend: Coroutine[object, object, int]) -> int:
    """Runs a backend until SIGTERM or SIGINT; returns the exit code, and says why it could not start."""
    try:
        return asyncio.run(backend)
    except (ValidationError, OSError) as error:
        sys.stderr.write(f"{explain(error)}\n")
        if isinstance(error, OSError):
            sys.stderr.write(f"{_advice(error)}\n")
        return exit_code(error)


def _advice(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "Another program uses the port: NOTALONE_HTTP_PORT=8081 make run"
    if error.filename:
        return "State must be kept in a folder that can be written: NOTALONE_DATA_DIR=/some/folder make run"
    return "NOTALONE_HTTP_PORT and NOTALONE_DATA_DIR say where to listen and where to keep state."


async def _run() -> int:
    settings = AppSettings()
    logs.configure(settings.log_level)
    reporting = report(settings)
    try:
        await _serve(reporting.telemetry)
    finally:
        await reporting.stop()
    return 0


async def _serve(telemetry: Telemetry) -> None:
    backend: Backend = await start(clock=SystemClock(), telemetry=telemetry)
    sys.stdout.write(f"NotAlone is ready: http://{backend.address}  (Ctrl-C ends it)\n")
    sys.stdout.flush()
    await wait_for_signal()
    sys.stdout.write("Finishing what is under way ...\n")
    sys.stdout.flush()
    await backend.stop(GRACE_SECONDS)


if __name__ == "__main__":
    main()
