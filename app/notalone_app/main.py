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
from notalone_chassis.settings import SettingsError
from notalone_chassis.telemetry import Telemetry, report
from notalone_chassis.undisturbed import undisturbed
from pydantic import ValidationError

from notalone_app import catalog_command, development_token, events_command
from notalone_app.embedded import Backend, start
from notalone_app.partners import command as partners_command
from notalone_app.partners.settings import KeycloakSettings
from notalone_app.settings import AppSettings


def main() -> None:
    """Runs the command named in the arguments."""
    parser = argparse.ArgumentParser(prog="notalone", description="NotAlone: from a worry to help that fits.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="run all services in this process, without any server beside it")
    commands.add_parser("run-real", help="run every service as processes of their own, on real servers")
    commands.add_parser("prepare", help="make what is missing on the servers: databases and topics")
    token = commands.add_parser("token", help="print an access token of the development sign-in, for curl")
    development_token.add_arguments(token)
    partners = commands.add_parser("partners", help="agencies' clients at Keycloak: add, rotate, suspend, resume, list")
    partners_command.add_arguments(partners)
    events_command.add_to(commands)
    catalog_command.add_to(commands)
    given = parser.parse_args()
    match given.command:
        case "run":
            sys.exit(run(_run()))
        case "run-real":
            # With clients of servers that the other commands do not need.
            from notalone_app.real.command import run_real  # noqa: PLC0415

            sys.exit(run(run_real(os.environ)))
        case "partners":
            sys.exit(administer(given))
        case "prepare":
            sys.exit(run(_prepare()))
        case "catalog":
            sys.exit(run(catalog_command.run(given)))
        case "token":
            sys.exit(development_token.run(given, environment=os.environ, out=sys.stdout, err=sys.stderr))
        case _:
            sys.exit(run(events_command.run(given)))


def administer(given: argparse.Namespace) -> int:
    """Keeps agencies' clients; returns the exit code."""
    from notalone_app.partners.keycloak import KeycloakPartnerClients  # noqa: PLC0415 as with run-real

    try:
        # Read from the environment, which the type checker does not see.
        settings = KeycloakSettings()  # type: ignore[call-arg]
    except ValidationError as error:
        sys.stderr.write(f"{explain(error)}\n")
        return exit_code(error)
    return partners_command.run(given, clients=lambda: KeycloakPartnerClients(settings), out=sys.stdout, err=sys.stderr)


def run(backend: Coroutine[object, object, int]) -> int:
    """Runs a backend until SIGTERM or SIGINT, or a command; returns the exit code, and says why it could not start."""
    try:
        return asyncio.run(backend)
    except (ValidationError, SettingsError, OSError) as error:
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


async def _prepare() -> int:
    from notalone_app.real.prepare import NotPrepared, prepare  # noqa: PLC0415 as with run-real

    try:
        done = await prepare(os.environ)
    except NotPrepared as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join(done or ["nothing was missing"]) + "\n")
    return 0


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
    with undisturbed():
        backend: Backend = await start(clock=SystemClock(), telemetry=telemetry)
    sys.stdout.write(f"NotAlone is ready: http://{backend.address}  (Ctrl-C ends it)\n")
    if backend.issuer:
        sys.stdout.write(f"Development sign-in of staff and agencies: {backend.issuer}\n")
    sys.stdout.flush()
    await wait_for_signal()
    sys.stdout.write("Finishing what is under way ...\n")
    sys.stdout.flush()
    await backend.stop(GRACE_SECONDS)


if __name__ == "__main__":
    main()
