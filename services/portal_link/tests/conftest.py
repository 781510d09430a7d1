from datetime import UTC, datetime

import pytest
from notalone.catalog.v1.entry_pb2 import Entry, Provenance
from notalone.catalog.v1.programme_pb2 import ApplyAt
from notalone.common.v1.contact_pb2 import Contact
from notalone_chassis.clock import FixedClock
from notalone_chassis.counting import uncounted
from notalone_portal_link.adapters import packaged_links
from notalone_portal_link.domain.places import Places
from notalone_portal_link.domain.portal import current
from notalone_portal_link.handoffs import HandoffWriter
from notalone_portal_link.usecases import PortalLinks
from notalone_portal_link.wording import Wording


def programme(programme_id: str, apply_at: str, **more) -> Entry:
    fields = {
        "id": programme_id,
        "status": Entry.ACTIVE,
        "name": {"ja": "地域子育て支援拠点事業", "en": "Childcare support centres"},
        "apply_at": ApplyAt.Value(apply_at),
        "search_phrase": "地域子育て支援拠点事業" if apply_at == "MUNICIPALITY" else "",
        "application": {"ja": "{基金|ききん}の事務局", "en": "The fund's office"},
        "needs": {"childcare.meet": 1.0},
        "provenance": Provenance(sources=["x"], check_state=Contact.UNCHECKED),
    }
    return Entry(**{**fields, **more})


ENTRIES = [
    programme("childcare-centres", "MUNICIPALITY"),
    programme("without-phrase", "MUNICIPALITY", search_phrase=""),
    programme("damage-certificate", "MUNICIPALITY", needs={"disaster.rebuild": 1.0}),
    programme("same-procedure", "MUNICIPALITY"),
    programme("protection", "MUNICIPALITY", needs={"violence.partner": 1.0}),
    programme("ended", "MUNICIPALITY", status=Entry.DEFUNCT),
    programme("unemployment-benefit", "HELLO_WORK"),
    programme("intractable-diseases", "PREFECTURE"),
    programme("fund", "OTHER"),
    programme("nobody-knows", "OTHER", application={}),
    programme("talk", "NOTHING_TO_APPLY"),
    *(programme(f"at-{name.lower()}", name) for name in ("WELFARE_OFFICE", "LABOUR_OFFICE", "PENSION_OFFICE")),
    *(programme(f"at-{name.lower()}", name) for name in ("INSURER", "SCHOOL")),
]


class FakeProgrammes:
    def __init__(self, entries: list[Entry]) -> None:
        self._entries = {entry.id: entry for entry in entries}

    def get(self, programme_id: str) -> Entry | None:
        return self._entries.get(programme_id)


@pytest.fixture(scope="session")
def places() -> Places:
    return Places.packaged()


@pytest.fixture(scope="session")
def links(places: Places) -> PortalLinks:
    return PortalLinks(
        places=places,
        programmes=FakeProgrammes(ENTRIES),
        writer=HandoffWriter(
            places=places,
            wording=Wording.packaged(),
            link=current(packaged_links()),
            procedures={"same-procedure": "childcare-centres"},
        ),
        clock=FixedClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)),
        count=uncounted,
    )
