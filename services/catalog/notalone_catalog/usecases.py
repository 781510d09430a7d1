"""Search, browse and get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import notalone_crisis
from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import GENERAL, Audience
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_chassis.clock import Clock
from notalone_chassis.errors import FieldViolation, InvalidArgument, NotFound
from notalone_kernel import languages, municipality
from notalone_kernel.programmes import present, serves, visible

from notalone_catalog.domain import paging
from notalone_catalog.domain.facets import facets
from notalone_catalog.ports import Entries, ProgrammeIndex

# The need of somebody who only wants to be heard, and how many desks for it make a choice.
LISTENING, AT_LEAST = "lonely.talk", 3


@dataclass(frozen=True, slots=True)
class _Page:
    programmes: list[Programme]
    facets: Sequence[pb.Facet]
    total: int
    next_token: str


class Catalogue:
    """The public questions to the catalogue."""

    def __init__(
        self,
        *,
        entries: Entries,
        index: ProgrammeIndex,
        need_labels: Mapping[str, Mapping[str, str]],
        clock: Clock,
    ) -> None:
        self._entries = entries
        self._index = index
        self._need_labels = need_labels
        self._clock = clock
        self._by_id = {entry.id: entry for entry in entries.all()}
        self._index.replace(entries.all())

    def search(self, request: pb.SearchProgrammesRequest) -> pb.SearchProgrammesResponse:
        """Finds by words and filters; a cry for help among the words is answered first.

        Raises:
            InvalidArgument: an unknown topic, place or page token.
        """
        prefecture = _prefecture(request.municipality_code)
        self._check_topics(request.topics, "topics")
        found = [self._by_id[hit.entry_id] for hit in self._index.search(request.query)]
        candidates = found if request.query.strip() else self._browsing_order()
        shown = self._shown(candidates, request.audience, request.topics, prefecture)
        if request.open_now:
            shown = [entry for entry in shown if self._open(entry, request.language, prefecture)]
        page = self._page(shown, request, prefecture)
        response = pb.SearchProgrammesResponse(
            programmes=page.programmes, facets=page.facets, total_size=page.total, next_page_token=page.next_token
        )
        if not shown:
            response.instead.extend(self._listening(request, prefecture))
        crisis = self._crisis(request, prefecture)
        if crisis is not None:
            response.crisis.CopyFrom(crisis)
        return response

    def browse(self, request: pb.ListProgrammesRequest) -> pb.ListProgrammesResponse:
        """Browses, by topic where one is given: what answers it best first.

        Raises:
            InvalidArgument: an unknown topic or page token.
        """
        topics = [request.topic] if request.topic else []
        self._check_topics(topics, "topic")
        candidates = self._browsing_order()
        if topics:
            candidates = sorted(candidates, key=lambda entry: -entry.needs.get(request.topic, 0))
        shown = self._shown(candidates, request.audience, topics, "")
        page = self._page(shown, request, "")
        return pb.ListProgrammesResponse(
            programmes=page.programmes, facets=page.facets, total_size=page.total, next_page_token=page.next_token
        )

    def get(self, request: pb.GetProgrammeRequest) -> Programme:
        """One programme.

        Raises:
            NotFound: there is none of this id, or it is not shown any more.
        """
        entry = self._by_id.get(request.id)
        now = self._clock.now()
        if entry is None or not visible(entry, now):
            raise NotFound("programme", request.id)
        return present(entry, language=languages.resolve(request.language), now=now)

    def _browsing_order(self) -> list[Entry]:
        return sorted(self._entries.all(), key=lambda entry: entry.furigana)

    def _shown(
        self, entries: Iterable[Entry], audience: Audience.ValueType, topics: Iterable[str], prefecture: str
    ) -> list[Entry]:
        wanted = set(topics)
        now = self._clock.now()
        return [
            entry
            for entry in entries
            if visible(entry, now)
            and serves(entry, audience=audience, prefecture=prefecture)
            and (not wanted or wanted & set(entry.needs))
        ]

    def _open(self, entry: Entry, language: str, prefecture: str) -> bool:
        programme = present(entry, language=language, now=self._clock.now(), prefecture=prefecture)
        return any(contact.HasField("open_now") and contact.open_now for contact in programme.contacts)

    def _page(
        self,
        entries: list[Entry],
        request: pb.SearchProgrammesRequest | pb.ListProgrammesRequest,
        prefecture: str,
    ) -> _Page:
        language = languages.resolve(request.language)
        try:
            start = paging.offset_of(request.page_token, request)
        except paging.BrokenToken as error:
            raise InvalidArgument(FieldViolation("page_token", "value.invalid")) from error
        end = start + paging.size_of(request.page_size)
        now = self._clock.now()
        audience = request.audience or GENERAL
        return _Page(
            programmes=[
                present(entry, language=language, now=now, audience=audience, prefecture=prefecture)
                for entry in entries[start:end]
            ],
            facets=facets(entries, language=language, need_labels=self._need_labels),
            total=len(entries),
            next_token=paging.token(end, request) if end < len(entries) else "",
        )

    def _listening(self, request: pb.SearchProgrammesRequest, prefecture: str) -> list[Programme]:
        """Desks that listen to any worry, best first."""
        open_to = self._shown(self._entries.all(), request.audience, [LISTENING], prefecture)
        best = sorted(open_to, key=lambda entry: -entry.needs[LISTENING])[:AT_LEAST]
        language, now = languages.resolve(request.language), self._clock.now()
        return [
            present(entry, language=language, now=now, audience=request.audience or GENERAL, prefecture=prefecture)
            for entry in best
        ]

    def _crisis(self, request: pb.SearchProgrammesRequest, prefecture: str) -> Crisis | None:
        kinds = notalone_crisis.recognise(request.query)
        if not kinds:
            return None
        return notalone_crisis.respond(
            kinds,
            language=languages.resolve(request.language),
            audience=request.audience or GENERAL,
            now=self._clock.now(),
            prefecture=prefecture,
        )

    def _check_topics(self, topics: Iterable[str], field: str) -> None:
        unknown = [
            FieldViolation(f"topics[{place}]" if field == "topics" else field, "enum.defined_only")
            for place, topic in enumerate(topics)
            if topic not in self._need_labels
        ]
        if unknown:
            raise InvalidArgument(*unknown)


def _prefecture(municipality_code: str) -> str:
    """The prefecture of a place code; empty where no place is given."""
    if not municipality_code:
        return ""
    try:
        code = municipality.six(municipality_code)
    except ValueError as error:
        raise InvalidArgument(FieldViolation("municipality_code", "municipality.unknown")) from error
    if code[:2] not in municipality.PREFECTURES:
        raise InvalidArgument(FieldViolation("municipality_code", "municipality.unknown"))
    return code[:2]
