"""`notalone run-real`: starts every service as processes of their own, and ends them at a signal."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Mapping
from random import SystemRandom

from notalone_catalog.settings import CatalogSettings
from notalone_chassis import logs
from notalone_chassis.service import GRACE_SECONDS, wait_for_signal
from notalone_chassis.telemetry import recording
from notalone_dialogue.settings import DialogueSettings
from notalone_gateway.settings import GatewaySettings
from notalone_pdf.main import PdfSettings
from notalone_portal_link.settings import PortalLinkSettings

from notalone_app.real import plan, ports
from notalone_app.real.keeper import NotStarted
from notalone_app.real.prepare import NotPrepared, prepare
from notalone_app.real.supervisor import Supervisor
from notalone_app.settings import AppSettings

STATE_FILE = "processes.json"
# A service drains by itself; longer means that it hangs.
DRAIN_SECONDS = GRACE_SECONDS + 5.0


async def run_real(environment: Mapping[str, str]) -> int:
    """Runs until SIGTERM or SIGINT, then drains; a second signal ends all at once. Returns the exit code.

    Raises:
        pydantic.ValidationError: a setting is wrong.
        SettingsError: the environment asks a library to record what people typed.
        OSError: the HTTP port is taken, or the data folder cannot be used.
    """
    recording.refuse(environment)
    settings, gateway = AppSettings(), GatewaySettings()
    logs.configure(settings.log_level)
    for service in (CatalogSettings, DialogueSettings, PdfSettings, PortalLinkSettings):
        # A wrong one is told before anything has started.
        service()
    free = ports.free(SystemRandom())
    http_port = gateway.port or next(free)
    ports.must_be_free(http_port)
    told = {
        # What the services know each other by; a new one at each start does.
        "NOTALONE_INTERNAL_KEY": secrets.token_urlsafe(),
        **environment,
        "NOTALONE_LOG_LEVEL": settings.log_level,
        "NOTALONE_DATA_DIR": str(settings.data_dir),
    }
    try:
        await prepare(told)
    except NotPrepared as error:
        # Nobody waits for a server: what needs none starts all the same, and the rest says what it lacks.
        _tell(str(error))
    supervisor = Supervisor(
        plan.stages(settings.replicas, environment=told, ports=free, http_port=http_port),
        file=settings.data_dir / STATE_FILE,
        out=_pass_on,
        tell=_tell,
    )
    return await _run(supervisor, f"http://{ports.HOST}:{http_port}")


async def _run(supervisor: Supervisor, address: str) -> int:
    try:
        try:
            await supervisor.start()
        except NotStarted as error:
            sys.stderr.write(f"{error}\n")
            await supervisor.stop(DRAIN_SECONDS)
            return 1
        _say(f"NotAlone is ready: {address}  (Ctrl-C ends it)")
        await wait_for_signal()
        _say("Finishing what is under way ...")
        return await _drain(supervisor)
    finally:
        supervisor.kill()


async def _drain(supervisor: Supervisor) -> int:
    """Ends in order, unless a second signal comes."""
    stopping = asyncio.create_task(supervisor.stop(DRAIN_SECONDS))
    impatient = asyncio.create_task(wait_for_signal())
    await asyncio.wait({stopping, impatient}, return_when=asyncio.FIRST_COMPLETED)
    impatient.cancel()
    if stopping.done():
        return 0
    stopping.cancel()
    return 1


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def _tell(sentence: str) -> None:
    logs.get("run-real").warning(sentence)


def _pass_on(line: bytes) -> None:
    sys.stderr.buffer.write(line)
    sys.stderr.buffer.flush()
