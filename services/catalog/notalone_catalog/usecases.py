"""Search, browse and get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import notalone_crisis
from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import Programme
from notalone.common.v1.common_pb2 import GENERAL
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_chassis.clock import Clock
from notalone_chassis.errors import FieldViolation, InvalidArgument, NotFound
from notalone_kernel import languages, municipality
from notalone_kernel.presented import Presented
from notalone_kernel.programmes import visible

from notalone_catalog.domain import paging
from notalone_catalog.domain.facets import facets
from notalone_catalog.domain.highlights import Marker
from notalone_catalog.domain.matching import fits, page
from notalone_catalog.domain.reach import keep_only, reachable
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import MAX_HITS, Entries, Found, Hit, ProgrammeSearch, Question

# The need of somebody who only wants to be heard, and how many desks for it make a choice.
LISTENING, AT_LEAST = "lonely.talk", 3
SUGGESTIONS = 8


class Catalogue:
    """The public questions to the catalogue."""

    def __init__(
        self,
        *,
        entries: Entries,
        index: ProgrammeSearch,
        wording: Wording,
        need_labels: Mapping[str, Mapping[str, str]],
        clock: Clock,
    ) -> None:
        self._index = index
        self._wording = wording
        self._need_labels = need_labels
        self._clock = clock
        self._entries = entries
        self._presented = Presented()

    async def search(self, request: pb.SearchProgrammesRequest) -> pb.SearchProgrammesResponse:
        """Finds by words and filters; a cry for help among the words is answered first.

        Raises:
            InvalidArgument: an unknown topic, place or page token.
        """
        prefecture = _prefecture(request.municipality_code)
        self._check_topics(request.topics, "topics")
        question = Question(
            now=self._clock.now(),
            words=request.query if request.query.strip() else None,
            topics=frozenset(request.topics),
            audience=request.audience,
            prefecture=prefecture,
            kind=request.kind,
            offset=_offset(request),
            limit=paging.size_of(request.page_size),
        )
        looked_at = request.open_now or request.reach or request.without_name
        found = await (self._looked_at(question, request) if looked_at else self._found(question))
        response = pb.SearchProgrammesResponse(**self._page(found, question, request))
        response.highlights.extend(self._highlights(found, response.programmes, request.query))
        if not found.total:
            response.instead.extend(await self._listening(question, request))
        crisis = self._crisis(request.query, request, prefecture)
        if crisis is not None:
            response.crisis.CopyFrom(crisis)
        return response

    async def suggest(self, request: pb.SuggestProgrammesRequest) -> pb.SuggestProgrammesResponse:
        """Names of programmes for what is being typed; a cry for help typed there is answered first.

        Raises:
            InvalidArgument: an unknown place.
        """
        prefecture = _prefecture(request.municipality_code)
        question = Question(
            now=self._clock.now(),
            words=request.prefix,
            audience=request.audience,
            prefecture=prefecture,
            limit=SUGGESTIONS,
        )
        found = await self._index.suggest(question)
        marker = Marker(self._wording.pieces(request.prefix))
        response = pb.SuggestProgrammesResponse(degraded=["search"] if found.degraded else [])
        for hit in self._current(found, question):
            response.suggestions.append(self._suggestion(hit.entry, question, request.language, marker))
        crisis = self._crisis(request.prefix, request, prefecture)
        if crisis is not None:
            response.crisis.CopyFrom(crisis)
        return response

    async def browse(self, request: pb.ListProgrammesRequest) -> pb.ListProgrammesResponse:
        """Browses, by topic where one is given: what answers it best first.

        Raises:
            InvalidArgument: an unknown topic or page token.
        """
        topics = [request.topic] if request.topic else []
        self._check_topics(topics, "topic")
        question = Question(
            now=self._clock.now(),
            topics=frozenset(topics),
            audience=request.audience,
            best_for=request.topic,
            offset=_offset(request),
            limit=paging.size_of(request.page_size),
        )
        return pb.ListProgrammesResponse(**self._page(await self._found(question), question, request))

    def get(self, request: pb.GetProgrammeRequest) -> Programme:
        """One programme.

        Raises:
            NotFound: there is none of this id, or it is not shown any more.
        """
        entry = self._entries.get(request.id)
        now = self._clock.now()
        if entry is None or not visible(entry, now):
            raise NotFound("programme", request.id)
        return self._presented.programme(entry, language=languages.resolve(request.language), now=now)

    async def _found(self, question: Question) -> Found:
        """What the index finds, held against the entries once more: an index may lag behind."""
        found = await self._index.search(question)
        hits = self._current(found, question)
        return replace(found, hits=hits, total=found.total - len(found.hits) + len(hits))

    def _current(self, found: Found, question: Question) -> list[Hit]:
        current = [(hit, self._entries.current(hit.entry)) for hit in found.hits]
        return [replace(hit, entry=entry) for hit, entry in current if entry is not None and fits(entry, question)]

    async def _looked_at(self, question: Question, request: pb.SearchProgrammesRequest) -> Found:
        """Hours, ways and what one need not say are in no index: the best are looked at one by one."""
        whole = await self._found(replace(question, offset=0, limit=MAX_HITS))
        hits = [hit for hit in whole.hits if self._answers(hit.entry, question, request)]
        return page(hits, offset=question.offset, limit=question.limit, degraded=whole.degraded)

    def _answers(self, entry: Entry, question: Question, request: pb.SearchProgrammesRequest) -> bool:
        if request.without_name and not entry.anonymous_ok:
            return False
        programme = self._presented.programme(
            entry, language=languages.DEFAULT, now=question.now, prefecture=question.prefecture
        )
        if not reachable(programme, request.reach):
            return False
        contacts = keep_only(programme, request.reach).contacts
        return not request.open_now or any(contact.HasField("open_now") and contact.open_now for contact in contacts)

    def _page(
        self, found: Found, question: Question, request: pb.SearchProgrammesRequest | pb.ListProgrammesRequest
    ) -> dict[str, Any]:
        end = question.offset + question.limit
        more = end < min(found.total, MAX_HITS)
        return {
            "programmes": [
                keep_only(self._shown(hit.entry, question, request.language), _reach(request)) for hit in found.hits
            ],
            "facets": facets(found, language=languages.resolve(request.language), need_labels=self._need_labels),
            "total_size": found.total,
            "next_page_token": paging.token(end, request) if more else "",
            "degraded": ["search"] if found.degraded else [],
        }

    async def _listening(self, question: Question, request: pb.SearchProgrammesRequest) -> list[Programme]:
        """Desks that listen to any worry, best first; those that can be reached as was asked before others."""
        asked = Question(
            now=question.now,
            topics=frozenset([LISTENING]),
            audience=question.audience,
            prefecture=question.prefecture,
            best_for=LISTENING,
            limit=MAX_HITS,
        )
        desks = [self._shown(hit.entry, asked, request.language) for hit in (await self._found(asked)).hits]
        near = [keep_only(desk, request.reach) for desk in desks if reachable(desk, request.reach)]
        return (near or desks)[:AT_LEAST]

    def _shown(self, entry: Entry, question: Question, language: str) -> Programme:
        return self._presented.programme(
            entry,
            language=languages.resolve(language),
            now=question.now,
            audience=question.audience or GENERAL,
            prefecture=question.prefecture,
        )

    def _highlights(self, found: Found, shown: Sequence[Programme], words: str) -> Iterator[pb.Highlight]:
        if not words.strip():
            return
        matched = frozenset[str]().union(*(hit.matched for hit in found.hits))
        marker = Marker([*self._wording.pieces(words), *matched])
        for programme in shown:
            name, summary = marker.spans(programme.display_name), marker.spans(programme.summary)
            if name or summary:
                yield pb.Highlight(programme_id=programme.id, display_name=name, summary=summary)

    def _suggestion(self, entry: Entry, question: Question, language: str, marker: Marker) -> pb.ProgrammeSuggestion:
        programme = self._shown(entry, question, language)
        return pb.ProgrammeSuggestion(
            programme_id=programme.id,
            kind=programme.kind,
            display_name=programme.display_name,
            display_name_ja=programme.display_name_ja,
            typed=marker.spans(programme.display_name),
        )

    def _crisis(
        self, words: str, request: pb.SearchProgrammesRequest | pb.SuggestProgrammesRequest, prefecture: str
    ) -> Crisis | None:
        kinds = notalone_crisis.recognise(words)
        if not kinds:
            return None
        return notalone_crisis.respond(
            kinds,
            language=languages.resolve(request.language),
            audience=request.audience or GENERAL,
            now=self._clock.now(),
            prefecture=prefecture,
            withdrawn=self._entries.withdrawn,
        )

    def _check_topics(self, topics: Iterable[str], field: str) -> None:
        unknown = [
            FieldViolation(f"topics[{place}]" if field == "topics" else field, "enum.defined_only")
            for place, topic in enumerate(topics)
            if topic not in self._need_labels
        ]
        if unknown:
            raise InvalidArgument(*unknown)


def _reach(request: pb.SearchProgrammesRequest | pb.ListProgrammesRequest) -> pb.Reach.ValueType:
    return request.reach if isinstance(request, pb.SearchProgrammesRequest) else pb.REACH_UNSPECIFIED


def _offset(request: pb.SearchProgrammesRequest | pb.ListProgrammesRequest) -> int:
    try:
        return paging.offset_of(request.page_token, request)
    except paging.BrokenToken as error:
        raise InvalidArgument(FieldViolation("page_token", "value.invalid")) from error


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
