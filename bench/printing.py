"""The memo in process, beside the bare typesetter, and beside WeasyPrint with a page of the same content.

WeasyPrint gets the same texts in the same fonts, with the same boxes, tables and codes, the text attached, tagged and
archivable (PDF/A-3a; ours is PDF/UA-1 as well). Its style sheet is read once, beforehand, and its fonts are made small.
"""

from __future__ import annotations

import asyncio
import json
import os
import string
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta, timezone
from html import escape
from pathlib import Path
from typing import Any

import typst
import weasyprint
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from notalone.common.v1.common_pb2 import GENERAL
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1.pdf_service_pb2 import RenderMemoRequest
from notalone_chassis.clock import FixedClock
from notalone_dialogue.main import conversations
from notalone_dialogue.understanding import load_understanding
from notalone_pdf import fonts, memo, qr
from notalone_pdf.plain_text import plain_text
from notalone_pdf.printer import Printer, template

from bench.figures import Figure, medians_ms
from bench.parts import NOW, sealer

PATH = ["childcare", "子ども・子育てについて相談したい", "子育て中の親子が交流する場を知りたい"]
PROGRAMME = "chiiki-kosodate-shien-kyoten"
TIMES = 30
STYLE = Path(__file__).with_name("memo.css")
_JAPAN = timezone(timedelta(hours=9))
# As long as the memo's own.
LETTER = """\
チャットボットは、質問に答えたり言葉を書いたりすると、支援制度や相談窓口の中から合いそうなものを自動で示すしくみです。\
人が内容を読んで判断したものではありません。会話の内容は保存していません。
窓口のご担当の方へのお願い
この紙は、悩みのある方が選んだ答えや書いた言葉をもとに、チャットボットが自動で作りました。ご本人の状況を窓口で説明しやすく\
するためのものです。お持ちになった方に、上の制度・窓口をご案内いただくか、もっと合うものがあれば、そちらをご案内くださいます\
ようお願いします。
申請書ではありません。ご本人であることや、対象の要件を満たすかどうかは確かめていません。「未確認」「要再確認」とある電話番号・\
時間・内容は、お使いになる前に確かめてください。""".splitlines()


def figures() -> list[Figure]:
    """The memo of a person who told in Japanese what is the matter, with one programme and a note."""
    with _prints() as (ours, bare, html_based):
        printed, typeset, other = medians_ms(ours, bare, html_based, times=TIMES)
    like = "WeasyPrint, the same content, fonts, tables and codes, PDF/A-3a"
    return [
        Figure("memo in process", printed, "ms", "bare typst, same template and data", typeset, aim="<= 1.5"),
        Figure("memo in process", printed, "ms", like, other, aim="<= 0.2"),
    ]


Print = Callable[[int], bytes]


@contextmanager
def _prints() -> Iterator[tuple[Print, Print, Print]]:
    """What prints a memo with this number in its note: ours, the bare typesetter, WeasyPrint."""
    description = _description()
    printer = Printer(threads=1)

    def content(number: int) -> memo.Memo:
        note = [f"{number} 回目。夜に話を聞いてほしいです。"]
        return memo.standard(description, RenderMemoRequest(), note=note, lost=0, asked=True, day=NOW.date())

    codes = qr.codes(memo.addresses(content(0)))
    with asyncio.Runner() as runner, _static_fonts("".join(_page(content(0), codes))):

        def ours(number: int) -> bytes:
            made = content(number)
            return runner.get_loop().run_until_complete(
                printer.print(made, plain=plain_text(made), day=NOW.date(), qr=codes)
            )

        try:
            yield ours, _bare_typst(content, codes), _weasyprint(content, codes)
        finally:
            printer.close()


def _bare_typst(content: Callable[[int], memo.Memo], codes: Mapping[str, str]) -> Print:
    whole = template()
    paths = [str(path) for path in fonts.directories()]
    shared = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    compiler = typst.Compiler(font_paths=shared, ignore_system_fonts=True)

    def compile_it(number: int) -> bytes:
        made = content(number)
        told = {
            "memo": json.dumps(made, ensure_ascii=False),
            "plain": plain_text(made),
            "qr": json.dumps(dict(codes)),
        }
        at = datetime.combine(NOW.date(), time(), tzinfo=_JAPAN)
        standards: Any = ["a-3a", "ua-1"]
        pdf = compiler.compile(input=whole, format="pdf", sys_inputs=told, pdf_standards=standards, timestamp=at)
        return bytes(pdf)  # type: ignore[arg-type]

    return compile_it


def _weasyprint(content: Callable[[int], memo.Memo], codes: Mapping[str, str]) -> Print:
    style = weasyprint.CSS(filename=str(STYLE))

    def print_it(number: int) -> bytes:
        made = content(number)
        attached = weasyprint.Attachment(string=plain_text(made), name="memo.txt", relationship="Alternative")
        page = weasyprint.HTML(string="".join(_page(made, codes)))
        pdf = page.write_pdf(stylesheets=[style], attachments=[attached], pdf_variant="pdf/a-3a")
        return bytes(pdf or b"")

    return print_it


@contextmanager
def _static_fonts(page: str) -> Iterator[None]:
    """The memo's Japanese font, where fontconfig finds it for WeasyPrint: two weights, of this page's characters alone.

    The memo's own file holds all weights and characters: of these WeasyPrint takes seconds, every time, to make a font.
    """
    collection = next(path for folder in fonts.directories() for path in folder.glob("*CJK*.ttc"))
    with tempfile.TemporaryDirectory(prefix="notalone-bench-") as folder:
        cut = TTFont(collection, fontNumber=0)
        subsetter = Subsetter(Options(name_IDs=["*"]))
        subsetter.populate(text=page + string.digits)
        subsetter.subset(cut)
        cut.save(Path(folder, "cut"))
        for weight in (400, 700):
            static = instantiateVariableFont(TTFont(Path(folder, "cut")), {"wght": weight})
            static.save(Path(folder, f"{weight}.otf"))
        Path(folder, "cut").unlink()
        settings = Path(folder, "fonts.conf")
        settings.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir></fontconfig>\n", "utf-8")
        # Read once, before the first page.
        os.environ["FONTCONFIG_FILE"] = str(settings)
        yield


def _page(made: memo.Memo, codes: Mapping[str, str]) -> Iterator[str]:
    yield "<html lang=ja><head><title>相談メモ</title></head><body>"
    yield f"<p class=day>{made['day']} 作成</p><h1>相談メモ</h1><p class=small>チャットボット利用結果（NotAlone）</p>"
    yield "<div class=first><p class=small>窓口の方へ</p>"
    yield f"<p class=wish>{_both(made['wish'])}</p><p>{_ticks(made['wants'], ['相談', '申請', '書類'])}</p>"
    yield f"<p>{_ticks(made['needs'], ['通訳（　　　　語）', 'やさしい日本語', '筆談', '個室'])}</p>"
    yield "<p class=small>チャットボットが自動で選んだ候補です。"
    yield "下の支援か、もっと合う支援へのご案内をお願いします。<br>"
    yield "<b>申請書ではありません。本人・要件は未確認です。</b></p></div>"
    yield _table((_both(row["label"]), "<br>".join(map(_both, row["texts"]))) for row in made["rows"])
    for one in made["programmes"]:
        yield _table(_programme(one, codes))
    yield _table([("メモ", "".join(f"<p>{escape(line)}</p>" for line in made["note"]))])
    yield f"<div class=letter>{''.join(f'<p>{text}</p>' for text in LETTER)}</div>"
    sheet = made["sheet"]
    yield f"<div class=sheet><h2>{_both(sheet['title'])}</h2>{_grid(sheet['clerk'], sheet['answers'])}"
    yield f"{_grid(sheet['person'], sheet['says'])}</div></body></html>"


def _programme(one: Mapping[str, Any], codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    code = f"<div class=code>{codes[one['url']]}</div>" if one["url"] in codes else ""
    operator = f"<p class=small>{_said(one['operator'])}　{_said(one['checked'])}</p>"
    yield "支援制度・相談窓口", f"{code}<h2>{_both(one['name'])}</h2>{operator}"
    yield "概要", _both(one["summary"])
    where = f"<p><b>【対象者】</b><br>{_both(one['eligibility'])}</p>"
    phrase = f"<br>{_said(one['phrase'])}" if one["phrase"] else ""
    yield "対象者・申請先・相談先", f"{where}<p><b>【申請先・相談先】</b><br>{_both(one['application'])}{phrase}</p>"
    if one["contacts"]:
        yield "連絡先", "".join(map(_contact, one["contacts"]))
    if one["questions"]:
        yield "窓口で聞くこと", "".join(f"<p>{_tick(on=False)} {_both(text)}</p>" for text in one["questions"])


def _contact(one: Mapping[str, Any]) -> str:
    shown = f"<b class=value>{_said(one['value'])}</b>"
    reached = f'<a href="{escape(one["href"])}">{shown}</a>' if one["href"] else shown
    head = f"<span class=small>{_said(one['kind'])}　{_said(one['name'])}</span>"
    return f"<p>{head}<br>{reached} <span class=small>{_said(one['checked'])}</span><br>{_said(one['facts'])}</p>"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    return f"<table>{''.join(f'<tr><th scope=row>{label}</th><td>{told}</td></tr>' for label, told in rows)}</table>"


def _grid(head: Mapping[str, Any], texts: list[Mapping[str, Any]]) -> str:
    cells = [f"<td>{_both(one)}</td>" for one in texts]
    rows = "".join(f"<tr>{''.join(cells[at : at + 2])}</tr>" for at in range(0, len(cells), 2))
    return f"<p class=small><b>{_both(head)}</b></p><table class=grid>{rows}</table>"


def _ticks(on: Mapping[str, bool], names: list[str]) -> str:
    return "　".join(f"{_tick(on=ticked)} {name}" for ticked, name in zip(on.values(), names, strict=True))


def _tick(*, on: bool) -> str:
    return f"<span class=tick>{'✓' if on else ''}</span>"


def _both(texts: Mapping[str, Any]) -> str:
    return _said(texts["ja"]) + (f"<br><small>{_said(texts['own'])}</small>" if texts["own"] else "")


def _said(words: Any) -> str:  # noqa: ANN401 text, or pieces with their readings
    return escape(words) if isinstance(words, str) else "".join(escape(base) for base, _ in words)


def _description() -> dialogue.DescribeConversationResponse:
    """The seed's path, as the memo sees it."""
    talk = conversations(sealer=sealer(), clock=FixedClock(NOW), understanding=load_understanding())
    turn = talk.start(language="ja", audience=GENERAL, municipality_code="")
    for wanted in PATH:
        chosen = next(choice.id for choice in turn.choices if wanted in (choice.id, choice.label))
        request = dialogue.ReplyConversationRequest(conversation=turn.conversation, choice_id=chosen)
        turn = talk.reply(request, language="ja")
    return talk.describe(turn.conversation, programme_ids=[PROGRAMME], language="ja")
