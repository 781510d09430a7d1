"""Parts in process, each beside the bare library it stands on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import notalone_crisis
import notalone_data
import tantivy
from notalone.catalog.v1 import catalog_service_pb2 as catalogue_pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.common_pb2 import GENERAL
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import MAX_HITS, Question
from notalone_catalog.usecases import Catalogue
from notalone_chassis.clock import FixedClock
from notalone_chassis.seal import Sealer, SealKey
from notalone_dialogue.main import conversations
from notalone_dialogue.understanding import load_understanding
from notalone_kernel import text
from notalone_kernel.entry_shelf import EntryShelf

from bench.figures import Figure, medians_ms

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
WORDS = ["家賃が払えない", "仕事をやめたい", "子どもが学校に行かない", "介護", "借金", "話を聞いてほしい"]
TIMES = 200
# So many are asked in turn, each with a number of its own.
COMPARED = 4
NUMBERS = COMPARED * (TIMES + 10)


def figures() -> list[Figure]:
    """All figures of the parts."""
    # One loop for all: making one for each call would be measured with it. So would what `Runner.run` does of signals:
    # its handler is put into words, with the whole answer in it.
    with asyncio.Runner() as runner:
        return [*_search(runner.get_loop()), *_dialogue()]


def _entries() -> list[Entry]:
    return [*notalone_crisis.floor_entries(), *notalone_data.entries()]


def _search(loop: asyncio.AbstractEventLoop) -> list[Figure]:
    labels = notalone_data.needs()["needs"]
    readings = notalone_data.lexicon("ja")["readings"]
    wording, entries = Wording(labels, readings=readings, synonyms=notalone_data.synonyms()), _entries()
    index = TantivyProgrammeIndex(wording)
    loop.run_until_complete(index.replace(entries))
    catalogue = Catalogue(
        entries=EntryShelf(entries), index=index, wording=wording, need_labels=labels, clock=FixedClock(NOW)
    )

    def whole(number: int) -> object:
        return loop.run_until_complete(catalogue.search(catalogue_pb.SearchProgrammesRequest(query=_words(number))))

    def words_alone(number: int) -> object:
        return loop.run_until_complete(index.search(Question(now=NOW, words=_words(number))))

    ours, words, same, bare = medians_ms(whole, words_alone, _same_query(index), _bare_tantivy(), times=TIMES)
    one_field, same_query = "tantivy alone, the pairs in one field", "tantivy alone, the same query on the same index"
    return [
        Figure("index search in process", words, "ms", one_field, bare, aim="<= 2"),
        Figure("index search in process", words, "ms", same_query, same, aim="<= 2"),
        Figure("search in process, 20 programmes presented", ours, "ms", one_field, bare),
    ]


def _same_query(index: TantivyProgrammeIndex) -> Callable[[int], object]:
    """A search of ours without what we do before and after: the query is made beforehand, nothing is made of hits."""
    made = {word: index._query(word) for number in range(NUMBERS) if (word := _words(number))}  # noqa: SLF001
    searcher = index._held.index.searcher()  # noqa: SLF001

    def ask(number: int) -> object:
        query = made[_words(number)]
        assert query is not None  # noqa: S101 for the type checker
        return searcher.search(query, MAX_HITS).hits

    return ask


def _bare_tantivy() -> Callable[[int], object]:
    """The same texts and pairs in one field, asked directly."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("all", tokenizer_name="whitespace", index_option="position")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=15_000_000, num_threads=1)
    for entry in _entries():
        told = [*entry.name.values(), *entry.summary.values(), *entry.eligibility.values(), *entry.aliases]
        writer.add_document(tantivy.Document(id=entry.id, all=" ".join(text.bigrams(" ".join(told)))))
    writer.commit()
    index.reload()

    def ask(number: int) -> object:
        terms = text.bigrams(_words(number))
        query = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "all", term)) for term in terms]
        )
        searcher = index.searcher()
        return [searcher.doc(address)["id"] for _, address in searcher.search(query, MAX_HITS).hits]

    return ask


def _words(number: int) -> str:
    return f"{WORDS[number // COMPARED % len(WORDS)]} {number}"


def _dialogue() -> list[Figure]:
    understanding = load_understanding()
    talk = conversations(sealer=sealer(), clock=FixedClock(NOW), understanding=understanding)
    start = talk.start(language="ja", audience=GENERAL, municipality_code="").conversation

    def reply(number: int) -> object:
        request = dialogue.ReplyConversationRequest(conversation=start, text=_words(number))
        return talk.reply(request, language="ja")

    def understand(number: int) -> object:
        return understanding.understand(_words(number), audience=GENERAL)

    ours, alone = medians_ms(reply, understand, times=TIMES)
    return [Figure("free text turn in process", ours, "ms", "understanding alone", alone)]


def sealer() -> Sealer:
    """Of conversations."""
    return Sealer(lambda: [SealKey(key_id=b"test", secret=b"0" * 32, made=NOW)])
