"""Which processes there are, where each answers, and what each is told by its environment."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notalone_app.real.child import Program
from notalone_app.real.health import grpc_serves, http_is_ready
from notalone_app.real.ports import HOST
from notalone_app.real.supervisor import Planned

GATEWAY = "gateway"
# Each stage finds the one before it. The gateway is the last to come and the first to go.
STAGES = (("catalog", "dialogue", "portal_link", "notify"), ("pdf",), (GATEWAY,))
KINDS = tuple(kind for stage in STAGES for kind in stage)
# Of one kind, on one machine.
MOST = 16
# Who calls whom; each is told the addresses by `NOTALONE_<caller>_<called>_ADDRESS`.
CALLS = {"pdf": ("dialogue",), GATEWAY: ("catalog", "dialogue", "pdf", "portal_link", "notify")}
# Settings that only some need to know, by the beginning of their names; credentials are among them. A service's own
# (NOTALONE_CATALOG_…) are its alone; what stands nowhere here is told to all.
ONLY_FOR = {
    "NOTALONE_KAFKA_": ("catalog", "dialogue", "pdf", "portal_link", "notify"),
    "NOTALONE_ELASTICSEARCH_": ("catalog",),
    "NOTALONE_S3_": ("pdf",),
    "NOTALONE_KEYCLOAK_": (),
    "NOTALONE_INTERNAL_KEY": KINDS,
    "NOTALONE_METRICS_PORT": (),
    "NOTALONE_REPLICAS": (),
    "NOTALONE_HTTP_PORT": (GATEWAY,),
} | {f"NOTALONE_{kind.upper()}_": (kind,) for kind in KINDS}


def replicas(text: str) -> dict[str, int]:
    """How many processes of each kind, from "dialogue=2,catalog=3"; one of each that is not named.

    Raises:
        ValueError: it cannot be understood.
    """
    found = dict.fromkeys(KINDS, 1)
    for part in filter(None, (part.strip() for part in text.split(","))):
        kind, _, count = part.partition("=")
        if kind not in found or not count.isdecimal() or not 1 <= int(count) <= MOST:
            raise ValueError(f"NOTALONE_REPLICAS takes dialogue=2,catalog=2 (of {', '.join(KINDS)}; 1 to {MOST} each)")
        found[kind] = int(count)
    if found[GATEWAY] != 1:
        raise ValueError("NOTALONE_REPLICAS: there is one gateway here; several need a proxy in front of them")
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    kind: str
    address: str
    metrics: str


def stages(
    counts: Mapping[str, int], *, environment: Mapping[str, str], ports: Iterable[int], http_port: int
) -> list[list[Planned]]:
    """The processes in the order of their start.

    Args:
        counts: how many of each kind.
        environment: ours; each process gets what it may know of it.
        ports: free ones, two for each process.
        http_port: where the gateway listens.
    """
    free = iter(ports)
    places: dict[str, list[_Place]] = {}
    for kind in KINDS:
        own = [http_port] if kind == GATEWAY else [next(free) for _ in range(counts[kind])]
        names = [kind] if len(own) == 1 else [f"{kind}-{number}" for number in range(1, len(own) + 1)]
        places[kind] = [
            _Place(name, kind, f"{HOST}:{port}", f"{HOST}:{next(free)}") for name, port in zip(names, own, strict=True)
        ]
    return [[_planned(place, places, environment) for kind in stage for place in places[kind]] for stage in STAGES]


def _planned(place: _Place, places: Mapping[str, Sequence[_Place]], environment: Mapping[str, str]) -> Planned:
    told = told_to(place.kind, environment)
    own = f"NOTALONE_{place.kind.upper()}_"
    for called in CALLS.get(place.kind, ()):
        told[f"{own}{called.upper()}_ADDRESS"] = ",".join(one.address for one in places[called])
    told |= {
        f"{own}HOST": HOST,
        "NOTALONE_HTTP_PORT" if place.kind == GATEWAY else f"{own}PORT": _port(place.address),
        f"{own}METRICS_PORT": _port(place.metrics),
    }
    return Planned(
        program=Program(
            name=place.name, command=(sys.executable, "-m", f"notalone_{place.kind}.main"), environment=told
        ),
        kind=place.kind,
        address=place.address,
        metrics=place.metrics,
        serves=http_is_ready(place.address) if place.kind == GATEWAY else grpc_serves(place.address),
    )


def _port(address: str) -> str:
    return address.rpartition(":")[2]


def told_to(kind: str, environment: Mapping[str, str]) -> dict[str, str]:
    """Of an environment, what a kind of process may know."""
    hidden = tuple(start for start, kinds in ONLY_FOR.items() if kind not in kinds)
    return {name: value for name, value in environment.items() if not name.startswith(hidden)}
