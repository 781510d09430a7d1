"""By which ways somebody can reach a desk who cannot speak, or has no telephone."""

from __future__ import annotations

from collections.abc import Mapping

from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.contact_pb2 import Contact

WAYS: Mapping[pb.Reach.ValueType, frozenset[Contact.Kind.ValueType]] = {
    pb.WITHOUT_SPEAKING: frozenset({Contact.CHAT, Contact.SNS, Contact.SMS, Contact.EMAIL}),
    pb.INTERNET_ONLY: frozenset({Contact.CHAT, Contact.SNS, Contact.EMAIL, Contact.WEB}),
}


def reachable(programme: Programme, reach: pb.Reach.ValueType) -> bool:
    """Whether one of its ways is one of these; anything is, where nothing was asked."""
    return reach not in WAYS or any(contact.kind in WAYS[reach] for contact in programme.contacts)


def keep_only(programme: Programme, reach: pb.Reach.ValueType) -> Programme:
    """The programme with only the ways that were asked for: a number to call is no help to who cannot speak."""
    if reach in WAYS:
        kept = [contact for contact in programme.contacts if contact.kind in WAYS[reach]]
        del programme.contacts[:]
        programme.contacts.extend(kept)
    return programme
