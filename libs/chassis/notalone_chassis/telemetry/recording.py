"""Refuses what would make a library write down what people typed.

Nothing of ours records a body. But client libraries, and agents that an operator puts round a process, do so when an
environment variable asks them to, past our allow-lists of log keys, spans and attributes.
"""

from __future__ import annotations

from collections.abc import Mapping

from notalone_chassis.settings import SettingsError

_AGENTS = ("OTEL_", "ELASTIC_APM_")
# Searches, headers, parameters of SQL, bodies: every one of them is switched on by a name with this in it.
_CAPTURES = "CAPTURE"
# The list of what is to be made unreadable is no switch.
_PROTECTS = "SANITIZE"
# gRPC writes the bytes of messages to the standard error.
_TRACES = frozenset({"GRPC_TRACE", "GRPC_EXPERIMENTAL_TRACE"})
_OFF = frozenset({"", "0", "false", "no", "off", "none", "omit", "no_content"})


def refuse(environment: Mapping[str, str]) -> None:
    """Ends a start under which words of people could reach a trace or a log.

    Raises:
        SettingsError: names the variables, never their values.
    """
    found = sorted(name for name, value in environment.items() if _records(name) and value.strip().lower() not in _OFF)
    if found:
        raise SettingsError(
            f"{', '.join(found)}: makes a library record what people typed or who they are; unset it."
            " What may be recorded stands in the telemetry registry (libs/chassis)"
        )


def _records(name: str) -> bool:
    upper = name.upper()
    return upper in _TRACES or (upper.startswith(_AGENTS) and _CAPTURES in upper and _PROTECTS not in upper)
