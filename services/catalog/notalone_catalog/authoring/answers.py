"""Records as staff and agencies see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from notalone.catalog.v1 import authoring_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry, Pause
from notalone_kernel import ruby
from notalone_kernel.hours import JAPAN

from notalone_catalog.authoring.ports import CorrectionRecord
from notalone_catalog.domain import freshness, health
from notalone_catalog.domain.health import Mark
from notalone_catalog.domain.records import EntryRecord, Revision, public_entry
from notalone_catalog.domain.times import instant, iso


def summary(record: EntryRecord, now: datetime, links: Mapping[str, Mark] = MappingProxyType({})) -> pb.EntrySummary:
    """An entry in a list; `links` are the marks of the pages that were opened."""
    public = public_entry(record)
    newest = record.open or record.live
    told = pb.EntrySummary(
        id=record.id,
        name_ja=ruby.plain(newest.entry.name.get("ja", "")) if newest else "",
        organization_id=record.organization_id,
        floor=record.floor,
        archived=record.archived_by is not None,
        freshness=freshness.of_entry(public, now.astimezone(JAPAN).date()) if public else pb.NO_CONTACTS,
        withdrawn=sorted(record.withdrawn),
        checked_on=freshness.checked_on(public) if public else "",
        links=_links(public, links) if public and links else (),
    )
    if record.live:
        told.live_revision, told.live_origin = record.live.number, record.live.origin
    if record.open:
        told.open_revision, told.open_state = record.open.number, record.open.state
    if record.pause and pauses(record.pause, now):
        told.pause.CopyFrom(record.pause)
    return told


def _links(public: Entry, marks: Mapping[str, Mark]) -> Iterator[pb.LinkHealth]:
    for url in health.links(public):
        mark = marks.get(health.link_key(url))
        if mark is None:
            continue
        failing = health.failing(mark)
        yield pb.LinkHealth(
            url=url,
            check_time=iso(mark.at),
            failures=failing.times,
            failing_since=iso(failing.since) if failing.since else "",
            dead=failing.dead,
        )


def pauses(pause: Pause, now: datetime) -> bool:
    """Whether a pause lasts still."""
    until = instant(pause.until)
    return until is not None and now < until


def revision(found: Revision) -> pb.Revision:
    """A revision with what it says."""
    return pb.Revision(
        number=found.number,
        state=found.state,
        origin=found.origin,
        based_on=found.based_on,
        author=found.author,
        submitter=found.submitter,
        approver=found.approver,
        create_time=iso(found.created),
        entry=found.entry,
    )


def correction(found: CorrectionRecord) -> pb.Correction:
    """A correction with what it says."""
    return pb.Correction(
        id=found.id,
        entry_id=found.entry_id,
        organization_id=found.organization_id,
        state=found.state,
        entry=found.entry,
        based_on=found.based_on,
        comment=found.comment,
        reason=found.reason,
        revision=found.revision,
        create_time=iso(found.created),
        decide_time=iso(found.decided) if found.decided else "",
    )


def corrections(found: Sequence[CorrectionRecord]) -> list[pb.Correction]:
    """Several of them, in their order."""
    return [correction(each) for each in found]
