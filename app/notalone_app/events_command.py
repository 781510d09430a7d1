"""`notalone topics create` and `notalone dead-letters`: what an operator does with events."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from notalone_chassis import logs
from notalone_chassis.clock import SystemClock
from notalone_chassis.errors import NotFound, Unavailable
from notalone_chassis.events import topics
from notalone_chassis.events.dead_letters import DeadLetterDesk
from notalone_chassis.events.kafka.provisioning import create_topics
from notalone_chassis.events.letters import Letter
from notalone_chassis.events.opening import UnsafeInProduction, kafka_options, open_bus
from notalone_chassis.events.payloads import described
from notalone_chassis.events.settings import EventSettings
from notalone_chassis.events.topics import UnknownTopic

NAMES = ("topics", "dead-letters")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands of `NAMES`."""
    of_topics = commands.add_parser("topics", help="look after the topics on Kafka").add_subparsers(
        dest="action", required=True
    )
    create = of_topics.add_parser("create", help="make and set them as the list says; deletes nothing")
    create.add_argument("--replicas", type=int, default=3, help="copies of each new topic (default 3)")
    letters = commands.add_parser("dead-letters", help="events that could not be handled").add_subparsers(
        dest="action", required=True
    )
    listing = letters.add_parser("list", help="those that wait")
    listing.add_argument("topic", nargs="?", help="of this topic only")
    for action, what in (("show", "one, with its payload"), ("discard", "settle one without handling it")):
        one = letters.add_parser(action, help=what)
        one.add_argument("topic")
        one.add_argument("letter", help="as listed: group/partition/offset")
    replay = letters.add_parser("replay", help="have those of a key handled again, in order; frees the key")
    replay.add_argument("topic")
    replay.add_argument("--group", required=True)
    replay.add_argument("--key", required=True)
    replay.add_argument("--wait", type=float, default=30.0, help="seconds to wait for the consumer (default 30)")


async def run(given: argparse.Namespace) -> int:
    """Does what the arguments say; returns the exit code."""
    logs.configure("WARNING")
    settings = EventSettings()
    try:
        if given.command == "topics":
            return _create(settings, given.replicas)
        bus = await open_bus(settings, clock=SystemClock())
        try:
            return await _ACTIONS[given.action](bus.dead_letters, given)
        finally:
            await bus.close()
    except NotFound as error:
        return _fail(f"There is no {error.resource} {error.name}.")
    except UnknownTopic as error:
        return _fail(f"There is no topic {error}.")
    except Unavailable as error:
        return _fail(f"The {error.part} does not answer.")
    except UnsafeInProduction as error:
        return _fail(f"{error}.")


def _create(settings: EventSettings, replicas: int) -> int:
    if not settings.kafka_bootstrap:
        return _fail("NOTALONE_KAFKA_BOOTSTRAP names no brokers; the embedded log makes its topics itself.")
    done = create_topics(kafka_options(settings), topics.load(), replicas=replicas)
    _say(*(done or ["All is as it should be."]))
    return 0


async def _list(desk: DeadLetterDesk, given: argparse.Namespace) -> int:
    _say(*map(_line, await desk.list(given.topic)))
    return 0


async def _show(desk: DeadLetterDesk, given: argparse.Namespace) -> int:
    letter = await desk.letter(given.topic, given.letter)
    _say(json.dumps(described(letter, topics.load()), ensure_ascii=False, indent=2))
    return 0


async def _replay(desk: DeadLetterDesk, given: argparse.Namespace) -> int:
    left = await desk.replay(given.topic, group=given.group, key=given.key, patience=given.wait)
    if not left:
        _say("All are handled; the key is free.")
        return 0
    _say(*map(_line, left))
    return _fail("These still wait: they failed again, or no consumer of the group runs; then the next one does it.")


async def _discard(desk: DeadLetterDesk, given: argparse.Namespace) -> int:
    await desk.discard(await desk.letter(given.topic, given.letter))
    _say("Discarded.")
    return 0


_ACTIONS = {"list": _list, "show": _show, "replay": _replay, "discard": _discard}


def _line(letter: Letter) -> str:
    told: Sequence[object] = (
        letter.topic,
        letter.name,
        letter.record.key,
        letter.reason,
        letter.tries,
        letter.time.isoformat(timespec="seconds"),
    )
    return "\t".join(map(str, told))


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1
