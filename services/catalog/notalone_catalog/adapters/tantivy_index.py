"""Search inside the process with tantivy.

Tantivy knows no Japanese, so texts and queries are cut beforehand into characters and pairs (`notalone_kernel.text`);
a phrase of these is the exact run of characters.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import tantivy
from notalone.catalog.v1.entry_pb2 import Entry
from notalone_kernel import ruby, text

from notalone_catalog.domain.matching import browsing_order, fits, page
from notalone_catalog.ports import MAX_HITS, Change, Found, Hit, Question

# What a match in a field counts.
FIELDS: Mapping[str, float] = {"name": 6.0, "alias": 5.0, "need": 3.0, "summary": 2.0, "detail": 1.0}
# An exact run of characters against its scattered parts.
PHRASE_BOOST = 4.0
# Hits that score less than this part of the best one share only common characters with the query.
CUT = 0.22
HEAP_BYTES = 15_000_000


@dataclass(frozen=True, slots=True)
class _Held:
    """What is searched together; `revisions` also of what is withdrawn."""

    index: tantivy.Index
    writer: tantivy.IndexWriter
    entries: Mapping[str, Entry]
    revisions: Mapping[str, int]


class TantivyProgrammeIndex:
    """An index in memory."""

    def __init__(
        self, need_labels: Mapping[str, Mapping[str, str]], *, readings: Mapping[str, str] | None = None
    ) -> None:
        """Makes an empty index.

        Args:
            need_labels: Need id to its words by language; they help to find what answers the need.
            readings: Words with kanji to their kana, so that やちん finds 家賃.
        """
        self._need_labels = need_labels
        self._readings = readings or {}
        longest_first = sorted(self._readings, key=len, reverse=True)
        self._with_kanji = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        self._schema = _schema()
        self._held = self._built([])
        self._changing = asyncio.Lock()

    async def replace(self, entries: Iterable[Entry]) -> None:
        """See the port."""
        async with self._changing:
            self._held = await asyncio.to_thread(self._built, list(entries))

    async def apply(self, changes: Sequence[Change]) -> None:
        """See the port."""
        async with self._changing:
            newest = _newest(changes, self._held.revisions)
            if newest:
                self._held = await asyncio.to_thread(self._changed, self._held, newest)

    async def search(self, question: Question) -> Found:
        """See the port."""
        held = self._held
        if question.words is None:
            hits = [Hit(entry) for entry in browsing_order(held.entries.values(), question.best_for)]
        else:
            hits = self._hits(held, question.words)
        fitting = [hit for hit in hits if fits(hit.entry, question)]
        return page(fitting, offset=question.offset, limit=question.limit)

    def _hits(self, held: _Held, words: str) -> list[Hit]:
        query = self._query(words)
        if query is None:
            return []
        searcher = held.index.searcher()
        found = searcher.search(query, MAX_HITS).hits
        scored = [(str(searcher.doc(address)["id"][0]), float(score)) for score, address in found]
        # Between a commit and the change-over a withdrawn entry may still be found, never shown.
        return [
            Hit(held.entries[id_], score)
            for id_, score in scored
            if score >= CUT * scored[0][1] and id_ in held.entries
        ]

    def _built(self, entries: Sequence[Entry]) -> _Held:
        index = tantivy.Index(self._schema)
        writer = index.writer(heap_size=HEAP_BYTES, num_threads=1)
        for entry in entries:
            writer.add_document(self._document(entry))
        writer.commit()
        index.reload()
        revisions = {entry.id: entry.revision for entry in entries}
        return _Held(index, writer, {entry.id: entry for entry in entries}, revisions)

    def _changed(self, held: _Held, changes: Mapping[str, Change]) -> _Held:
        entries = dict(held.entries)
        for change in changes.values():
            held.writer.delete_documents_by_term("id", change.entry_id)
            entries.pop(change.entry_id, None)
            if change.entry is not None:
                held.writer.add_document(self._document(change.entry))
                entries[change.entry_id] = change.entry
        held.writer.commit()
        held.index.reload()
        revisions = {**held.revisions, **{id_: change.revision for id_, change in changes.items()}}
        return _Held(held.index, held.writer, entries, revisions)

    def _document(self, entry: Entry) -> tantivy.Document:
        labels = [label for need in entry.needs for label in self._need_labels.get(need, {}).values()]
        texts = {
            "name": [*entry.name.values(), entry.furigana],
            "alias": [*entry.aliases, *(channel.value for channel in entry.channels)],
            "need": labels,
            "summary": [*entry.summary.values()],
            "detail": [*entry.eligibility.values(), *entry.application.values(), *entry.operator.values()],
        }
        document = tantivy.Document(id=entry.id)
        for field, values in texts.items():
            for value in values:
                plain = ruby.plain(value)
                for written in dict.fromkeys((plain, self._in_kana(plain))):
                    document.add_text(field, " ".join(text.bigrams(written)))
        return document

    def _in_kana(self, written: str) -> str:
        """The text as somebody writes it who writes no kanji, as far as the readings go."""
        if self._with_kanji is None:
            return written
        return self._with_kanji.sub(lambda word: self._readings[word[0]], written)

    def _query(self, words: str) -> tantivy.Query | None:
        parts = [terms for word in text.normalise(words).split() if (terms := text.bigrams(word))]
        if not parts:
            return None
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, self._word(terms)) for terms in parts])

    def _word(self, terms: list[str]) -> tantivy.Query:
        """One word: in each field its exact run, and more weakly its parts; the best field counts."""
        scattered = _telling(terms)
        fields = []
        for field, boost in FIELDS.items():
            parts = [self._term(field, term) for term in scattered]
            if len(terms) > 1:
                run = tantivy.Query.phrase_query(self._schema, field, list(terms))
                parts.append((tantivy.Occur.Should, tantivy.Query.boost_query(run, PHRASE_BOOST)))
            fields.append(tantivy.Query.boost_query(tantivy.Query.boolean_query(parts), boost))
        return tantivy.Query.disjunction_max_query(fields, 0.3)

    def _term(self, field: str, term: str) -> tuple[tantivy.Occur, tantivy.Query]:
        return tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, term)


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
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    return builder.build()


def _telling(terms: list[str]) -> list[str]:
    """The terms that say something: pairs rather than single characters, and not pairs of hiragana between kanji."""
    longer = [term for term in terms if len(term) > 1] or terms
    distinct = list(dict.fromkeys(longer))
    telling = [term for term in distinct if not all("ぁ" <= character <= "ゖ" for character in term)]
    return telling or distinct
