"""Search inside the process with tantivy.

Tantivy knows no Japanese, so texts and queries are cut beforehand into characters and pairs (`notalone_kernel.text`);
a phrase of these is the exact run of characters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import tantivy
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_kernel import text
from notalone_kernel.entry_shelf import Change

from notalone_catalog.domain.matching import browsing_order, fits, page, suggesting_order
from notalone_catalog.domain.wording import FIELDS, AskedWord, Wording, telling, typed
from notalone_catalog.ports import MAX_HITS, Found, Hit, Question

# An exact run of characters against its scattered parts.
PHRASE_BOOST = 4.0
# What a match in a field beside the best one adds.
OTHER_FIELDS = 0.3
# A word that means the same against the typed one.
SYNONYM = 0.5
# Hits that score less than this part of the best one share only common characters with the query.
CUT = 0.22
PLACE = "place"
HEAP_BYTES = 15_000_000


@dataclass(frozen=True, slots=True)
class _Held:
    """What is searched together; `revisions` also of what is withdrawn."""

    index: tantivy.Index
    writer: tantivy.IndexWriter
    # A document bears its place in here, which is read faster than an id; withdrawn entries keep theirs.
    ids: Sequence[str]
    entries: Mapping[str, Entry]
    starts: Mapping[str, tuple[list[str], list[str]]]
    revisions: Mapping[str, int]


class TantivyProgrammeIndex:
    """An index in memory."""

    def __init__(self, wording: Wording, *, holds: Callable[[Entry], bool] = lambda _: True) -> None:
        """Makes an empty index.

        Args:
            wording: What entries are found by.
            holds: Which entries it takes; the others count as withdrawn.
        """
        self._wording = wording
        self._holds = holds
        self._schema = _schema()
        self._held = self._built([])
        self._changing = asyncio.Lock()

    async def replace(self, entries: Iterable[Entry]) -> None:
        """See the port."""
        async with self._changing:
            self._held = await asyncio.to_thread(self._built, [entry for entry in entries if self._holds(entry)])

    async def apply(self, changes: Sequence[Change]) -> None:
        """See the port."""
        async with self._changing:
            newest = _newest([self._taken(change) for change in changes], self._held.revisions)
            if newest:
                self._held = await asyncio.to_thread(self._changed, self._held, newest)

    def _taken(self, change: Change) -> Change:
        held = change.entry is None or self._holds(change.entry)
        return change if held else Change(change.entry_id, change.revision, None)

    async def search(self, question: Question) -> Found:
        """See the port."""
        held = self._held
        if question.words is None:
            hits = [Hit(entry) for entry in browsing_order(held.entries.values(), question.best_for)]
        else:
            hits = self._hits(held, question.words)
        fitting = [hit for hit in hits if fits(hit.entry, question)]
        return page(fitting, offset=question.offset, limit=question.limit)

    async def suggest(self, question: Question) -> Found:
        """See the port."""
        held = self._held
        begun = typed(question.words or "")
        if not begun:
            return Found()
        within = self._within(held, begun)
        scored = ((entry, _likeness(begun, held.starts[id_], id_ in within)) for id_, entry in held.entries.items())
        hits = suggesting_order(Hit(entry, score) for entry, score in scored if score and fits(entry, question))
        return Found(hits[question.offset : question.offset + question.limit])

    def _within(self, held: _Held, begun: str) -> set[str]:
        """Ids of the entries that have these letters anywhere in their names or other words."""
        terms = text.bigrams(begun)
        if not terms:
            return set()
        runs = [(tantivy.Occur.Should, self._run(field, terms)) for field in ("name", "alias")]
        return {id_ for id_, _ in self._found(held, tantivy.Query.boolean_query(runs))}

    def _hits(self, held: _Held, words: str) -> list[Hit]:
        query = self._query(words)
        if query is None:
            return []
        scored = self._found(held, query)
        return [Hit(held.entries[id_], score) for id_, score in scored if score >= CUT * scored[0][1]]

    def _found(self, held: _Held, query: tantivy.Query) -> list[tuple[str, float]]:
        """Entries and their scores, best first."""
        searcher = held.index.searcher()
        found = searcher.search(query, MAX_HITS, count=False).hits
        places = searcher.fast_field_values(PLACE, [address for _, address in found])
        # Between a commit and the change-over one that is new or withdrawn may already, or still, be found.
        scored = zip(places, (float(score) for score, _ in found), strict=True)
        ids = ((held.ids[place], score) for place, score in scored if isinstance(place, int) and place < len(held.ids))
        return [(id_, score) for id_, score in ids if id_ in held.entries]

    def _built(self, entries: Sequence[Entry]) -> _Held:
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
        by_id = {entry.id: entry for entry in entries}
        for place, entry in enumerate(by_id.values()):
            writer.add_document(self._document(entry, place))
        writer.commit()
        index.reload()
        starts = {id_: self._wording.starts(entry) for id_, entry in by_id.items()}
        revisions = {id_: entry.revision for id_, entry in by_id.items()}
        return _Held(index, writer, list(by_id), by_id, starts, revisions)

    def _changed(self, held: _Held, changes: Mapping[str, Change]) -> _Held:
        places = {id_: place for place, id_ in enumerate(held.ids)}
        coming = [change.entry for change in changes.values() if change.entry is not None]
        # All are cut before the first is written: what fails leaves nothing behind for the next commit.
        documents = [self._document(entry, places.setdefault(entry.id, len(places))) for entry in coming]
        for id_ in changes:
            held.writer.delete_documents_by_term("id", id_)
        for document in documents:
            held.writer.add_document(document)
        held.writer.commit()
        held.index.reload()
        entries = {id_: entry for id_, entry in held.entries.items() if id_ not in changes}
        entries |= {entry.id: entry for entry in coming}
        starts = {**held.starts, **{entry.id: self._wording.starts(entry) for entry in coming}}
        revisions = {**held.revisions, **{id_: change.revision for id_, change in changes.items()}}
        return _Held(held.index, held.writer, list(places), entries, starts, revisions)

    def _document(self, entry: Entry, place: int) -> tantivy.Document:
        document = tantivy.Document(id=entry.id)
        document.add_unsigned(PLACE, place)
        for field, values in self._wording.texts(entry).items():
            for value in values:
                for terms in self._wording.cut(value):
                    document.add_text(field, terms)
        return document

    def _query(self, words: str) -> tantivy.Query | None:
        asked = self._wording.asked(words)
        if not asked:
            return None
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, self._word(word)) for word in asked])

    def _word(self, word: AskedWord) -> tantivy.Query:
        """One word, as typed, and for less the words that say the same, each only as a whole."""
        parts = telling(word.terms)
        as_typed = self._best_field([(field, self._written(field, word.terms, parts)) for field in FIELDS])
        if not word.others:
            return as_typed
        said_too = [
            tantivy.Query.boost_query(self._best_field([(f, self._run(f, terms)) for f in FIELDS]), SYNONYM * counts)
            for terms, counts in word.others
        ]
        return tantivy.Query.disjunction_max_query([as_typed, *said_too], OTHER_FIELDS)

    def _best_field(self, queries: list[tuple[str, tantivy.Query]]) -> tantivy.Query:
        boosted = [tantivy.Query.boost_query(query, FIELDS[field]) for field, query in queries]
        return tantivy.Query.disjunction_max_query(boosted, OTHER_FIELDS)

    def _written(self, field: str, terms: list[str], parts: list[str]) -> tantivy.Query:
        """In one field: the exact run, and more weakly its parts."""
        asked = [(tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term)) for term in parts]
        if len(terms) > 1:
            asked.append((tantivy.Occur.Should, self._run(field, terms)))
        return tantivy.Query.boolean_query(asked)

    def _run(self, field: str, terms: list[str]) -> tantivy.Query:
        if len(terms) == 1:
            return tantivy.Query.term_query(self._schema, field, terms[0])
        run = tantivy.Query.phrase_query(self._schema, field, list(terms))
        return tantivy.Query.boost_query(run, PHRASE_BOOST)


def _likeness(begun: str, starts: tuple[list[str], list[str]], within: bool) -> float:  # noqa: FBT001
    names, others = starts
    if any(name.startswith(begun) for name in names):
        return 3.0
    if any(other.startswith(begun) for other in others):
        return 2.0
    return float(within)


def _newest(changes: Sequence[Change], known: Mapping[str, int]) -> dict[str, Change]:
    """Of each entry the newest change, where it is newer than what is known."""
    newest: dict[str, Change] = {}
    for change in changes:
        before = newest[change.entry_id].revision if change.entry_id in newest else known.get(change.entry_id)
        if before is None or change.revision > before:
            newest[change.entry_id] = change
    return newest


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw")
    builder.add_unsigned_field(PLACE, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    return builder.build()
