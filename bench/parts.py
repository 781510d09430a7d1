"""Parts in process, each beside the bare library it stands on."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import Callable
from datetime import UTC, datetime

import notalone_crisis
import notalone_data
import tantivy
import typst
import weasyprint
from notalone.catalog.v1 import catalog_service_pb2 as catalogue_pb
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.common.v1.common_pb2 import GENERAL
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1.pdf_service_pb2 import RenderMemoRequest
from notalone_catalog.adapters.tantivy_index import TantivyProgrammeIndex
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import Question
from notalone_catalog.usecases import Catalogue
from notalone_chassis.clock import FixedClock
from notalone_chassis.seal import Sealer, SealKey
from notalone_dialogue.main import conversations
from notalone_dialogue.understanding import load_understanding
from notalone_kernel import text
from notalone_kernel.entry_shelf import EntryShelf
from notalone_pdf import fonts, memo
from notalone_pdf.plain_text import plain_text
from notalone_pdf.printer import Printer, template

from bench.figures import Figure, median_ms

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
WORDS = ["家賃が払えない", "仕事をやめたい", "子どもが学校に行かない", "介護", "借金", "話を聞いてほしい"]
PATH = ["childcare", "子ども・子育てについて相談したい", "子育て中の親子が交流する場を知りたい"]
TIMES = 200
MEMOS = 20


def figures() -> list[Figure]:
    """All figures of the parts."""
    return [*_search(), *_dialogue(), *_memo()]


def _entries() -> list[Entry]:
    return [*notalone_crisis.floor_entries(), *notalone_data.entries()]


def _search() -> list[Figure]:
    labels = notalone_data.needs()["needs"]
    wording, entries = Wording(labels), _entries()
    index = TantivyProgrammeIndex(wording)
    asyncio.run(index.replace(entries))
    catalogue = Catalogue(
        entries=EntryShelf(entries), index=index, wording=wording, need_labels=labels, clock=FixedClock(NOW)
    )

    def whole(number: int) -> object:
        return asyncio.run(catalogue.search(catalogue_pb.SearchProgrammesRequest(query=_words(number))))

    def words_alone(number: int) -> object:
        return asyncio.run(index.search(Question(now=NOW, words=_words(number))))

    ours = median_ms(whole, times=TIMES)
    words = median_ms(words_alone, times=TIMES)
    bare = median_ms(_bare_tantivy(), times=TIMES)
    return [
        Figure("index search in process", words, "ms", "tantivy alone, one field", bare, aim="<= 2"),
        Figure("search in process, 20 programmes presented", ours, "ms", "tantivy alone, one field", bare),
    ]


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
        return [searcher.doc(address)["id"] for _, address in searcher.search(query, 1000).hits]

    return ask


def _words(number: int) -> str:
    return f"{WORDS[number % len(WORDS)]} {abs(number)}"


def _dialogue() -> list[Figure]:
    understanding = load_understanding()
    talk = conversations(sealer=_sealer(), clock=FixedClock(NOW), understanding=understanding)
    start = talk.start(language="ja", audience=GENERAL, municipality_code="").conversation

    def reply(number: int) -> object:
        request = dialogue.ReplyConversationRequest(conversation=start, text=_words(number))
        return talk.reply(request, language="ja")

    alone = median_ms(lambda number: understanding.understand(_words(number), audience=GENERAL), times=TIMES)
    return [Figure("free text turn in process", median_ms(reply, times=TIMES), "ms", "understanding alone", alone)]


def _memo() -> list[Figure]:
    description = _description()
    printer = Printer(threads=1)

    def content(number: int) -> memo.Memo:
        note = [f"{number} 回目。夜に話を聞いてほしいです。"]
        return memo.standard(description, RenderMemoRequest(), note=note, lost=0, asked=True, day=NOW.date())

    def ours(number: int) -> object:
        made = content(number)
        return asyncio.run(printer.print(made, plain=plain_text(made), day=NOW.date(), qr={}))

    with_ours = median_ms(ours, times=MEMOS)
    bare = median_ms(_bare_typst(content), times=MEMOS)
    html_based = median_ms(lambda number: _weasyprint(content(number)), times=MEMOS // 2, warm=2)
    printer.close()
    return [
        Figure("memo in process", with_ours, "ms", "bare typst, same template and data", bare, aim="<= 1.5"),
        Figure(
            "memo in process", with_ours, "ms", "WeasyPrint, the same text in a plain page", html_based, aim="<= 0.2"
        ),
    ]


def _bare_typst(content: Callable[[int], memo.Memo]) -> Callable[[int], object]:
    whole = template()
    paths = [str(path) for path in fonts.directories()]
    shared = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    compiler = typst.Compiler(font_paths=shared, ignore_system_fonts=True)

    def compile_it(number: int) -> object:
        inputs = {"memo": json.dumps(content(number), ensure_ascii=False), "plain": "", "qr": "{}"}
        return compiler.compile(input=whole, format="pdf", sys_inputs=inputs)

    return compile_it


def _weasyprint(content: memo.Memo) -> object:
    texts: list[str] = []

    def collect(value: str) -> str:
        texts.append(value)
        return value

    memo.mapped(content, collect)
    rows = "".join(f"<p>{html.escape(one)}</p>" for one in texts)
    return weasyprint.HTML(
        string=f"<html lang=ja><body style='font-family: sans-serif'>{rows}</body></html>"
    ).write_pdf()


def _description() -> dialogue.DescribeConversationResponse:
    """The seed's path, as the memo sees it."""
    talk = conversations(sealer=_sealer(), clock=FixedClock(NOW), understanding=load_understanding())
    turn = talk.start(language="ja", audience=GENERAL, municipality_code="")
    for wanted in PATH:
        chosen = next(choice.id for choice in turn.choices if wanted in (choice.id, choice.label))
        request = dialogue.ReplyConversationRequest(conversation=turn.conversation, choice_id=chosen)
        turn = talk.reply(request, language="ja")
    return talk.describe(turn.conversation, programme_ids=["chiiki-kosodate-shien-kyoten"], language="ja")


def _sealer() -> Sealer:
    return Sealer(lambda: [SealKey(key_id=b"test", secret=b"0" * 32, made=NOW)])
