from __future__ import annotations

from datetime import UTC, datetime

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from notalone.common.v1 import common_pb2
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_kernel.languages import LANGUAGES
from notalone_pdf import usecases
from notalone_pdf.printable import MARK, Printable

EVENING = datetime(2026, 11, 24, 13, tzinfo=UTC)
FIELDS = [
    "情報項目",
    "相談内容（詳細）",
    "支援制度・相談窓口",
    "概要",
    "対象者・申請先・相談先",
    "窓口で聞くこと",
    "メモ",
]


def in_order(text: str, parts: list[str]) -> bool:
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


async def test_the_seeds_fields_stand_on_paper_in_the_seeds_order(render, read, samples):
    paper = read(await render(samples.seed()))
    assert paper.text.startswith("相談メモ")
    assert in_order(paper.text, FIELDS)
    assert in_order(paper.text, ["子育て", "子ども・子育てについて相談したい", "子育て中の親子が交流する場を知りたい"])
    assert "2026年11月24日" in paper.text
    assert "申請書ではありません。本人・要件は未確認です。" in paper.text
    assert "窓口のご担当の方へのお願い" in paper.text
    # The sheet to point at is the second page.
    assert "1/2" in paper.text
    assert paper.pages == 2


async def test_contacts_bear_number_hours_charge_and_check(render, read, samples):
    paper = read(await render(samples.spoken()))
    assert in_order(paper.text, ["みほん相談ダイヤル", "0120-000-000", "確認日 2026-11-20", "平日 9時〜17時／無料"])
    assert in_order(paper.text, ["https://chat.example.jp/", "未確認"])


async def test_a_code_is_drawn_only_where_an_address_is_known(render, read, samples):
    without = samples.spoken()
    without.programmes[0].programme_ja.url = ""
    assert read(await render(samples.spoken())).drawings > read(await render(without)).drawings


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_language_can_be_printed(render, read, samples, language):
    paper = read(await render(samples.seed(language)))
    assert "地域子育て支援拠点事業" in paper.text
    assert "通訳（" in paper.text


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("vi", "Tôi cần phiên dịch"),
        ("ko", "통역이 필요합니다"),
        ("en", "I need an interpreter"),
        ("zh-Hant", "我需要口譯"),
    ],
)
async def test_the_wish_for_an_interpreter_stands_in_both_languages(render, read, samples, language, word):
    assert word in read(await render(samples.seed(language))).text


async def test_the_same_memo_on_the_same_day_is_the_same_file(render, samples):
    one = await render(samples.seed("th"), note="今日は晴れ")
    again = await render(samples.seed("th"), note="今日は晴れ", at=EVENING)
    assert one == again
    assert one != await render(samples.seed("th"), note="今日は雨")


async def test_a_discreet_memo_tells_nobody_anything(render, read, samples):
    content = await render(samples.seed(), style=pdf.DISCREET)
    paper = read(content)
    assert paper.text.startswith("メモ")
    assert "人に聞こえない所で話したいです。" in paper.text
    assert "家に電話・郵便をしないでください。" in paper.text
    for word in ["子育て", "相談内容", "チャットボット", "NotAlone", "支援制度", "孤独"]:
        assert word not in paper.text
    assert paper.metadata["Title"] == "メモ"
    assert not any(paper.metadata[key] for key in ("Author", "Subject", "Keywords"))


async def test_an_empty_conversation_gives_a_memo_to_write_on(render, read):
    paper = read(await render(dialogue.DescribeConversationResponse()))
    assert "これからお話しします" in paper.text


async def test_an_empty_conversation_says_in_the_persons_language_too_that_they_will_tell(render, read):
    paper = read(await render(dialogue.DescribeConversationResponse(language="vi")))
    assert in_order(paper.text, ["これからお話しします", "Tôi xin kể ngay bây giờ", "Tôi sẽ kể tại quầy"])


async def test_five_programmes_are_all_printed(render, read, samples):
    description = samples.seed()
    description.programmes.extend([samples.described(samples.DESK_JA) for _ in range(4)])
    paper = read(await render(description, programme_ids=["a", "b", "c", "d", "e"]))
    assert paper.run.count("みほん相談窓口") == 4
    assert paper.pages <= 4


async def test_the_sheet_to_point_at_stands_in_both_languages(render, read, samples):
    paper = read(await render(samples.seed("vi")))
    assert in_order(paper.text, ["指でさして話すシート", "はい", "Vâng / Có", "もう一度言ってください", "Xin nói lại"])


async def test_a_childs_sheet_begins_with_the_letter_to_teachers_and_clerks(render, read, samples):
    description = samples.seed()
    description.audience = common_pb2.CHILD
    paper = read(await render(description))
    assert in_order(
        paper.run,
        [
            "先生・窓口の方へ",
            "子ども本人の相談です。",
            "はじめに安全を。",
            "保護者へ先に連絡しないでください。",
            "だいじょうぶ。",
            "こまっていること",
        ],
    )
    assert "指でさして話すシート" not in paper.text
    assert "かみ" in paper.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", [common_pb2.GENERAL, common_pb2.CHILD, common_pb2.TEEN])
async def test_what_the_clerk_needs_stands_in_the_first_third_of_page_one(render, samples, language, audience):
    description = samples.seed(language)
    description.audience = audience
    document = pypdfium2.PdfDocument(await render(description))
    page = document[0]
    words = page.get_textpage()
    # The last line of the box.
    index, _ = words.search("申請書ではありません").get_next()
    bottom = words.get_charbox(index)[1]
    assert bottom > page.get_height() * 2 / 3
    document.close()


async def test_a_teenagers_sheet_is_no_childs_sheet(render, read, samples):
    description = samples.seed()
    description.audience = common_pb2.TEEN
    paper = read(await render(description))
    assert "10代の本人の相談です。" in paper.text
    assert "保護者へ先に連絡しないでください。" in paper.text
    assert "こまっていること" not in paper.text


async def test_the_words_alone_go_along_in_the_file(render, samples, attached):
    text = attached(await render(samples.seed("vi"), note="しるしの言葉"))
    assert "地域子育て支援拠点事業" in text
    assert samples.NAMES["vi"][0] in text
    assert "しるしの言葉" in text


async def test_the_words_alone_of_a_discreet_memo_tell_nobody_anything(render, samples, attached):
    text = attached(await render(samples.seed(), style=pdf.DISCREET))
    assert text.startswith("メモ")
    assert "子育て" not in text
    assert "NotAlone" not in text


@pytest.fixture
def attached():
    """The text that goes along in a PDF."""

    def found(content: bytes) -> str:
        document = pypdfium2.PdfDocument(content)
        (attachment,) = [document.get_attachment(index) for index in range(document.count_attachments())]
        assert attachment.get_name() == "memo.txt"
        text = bytes(attachment.get_data()).decode("utf-8")
        document.close()
        return text

    return found


@pytest.mark.parametrize(
    "note",
    [
        "#set text(red) $x^2$ *b* _i_ @ref \\ ```raw``` <l> // c /* d */ ]) #panic()",
        "𠮷﨑髙 ①㈱",
        "Nguyễn Thị Hương",
        "☎ 😀 🇯🇵",
        "한국어 简体 繁體",
        '{"a": "\\u0041"}',
    ],
)
async def test_the_persons_own_words_are_printed_as_they_are(render, read, samples, note):
    assert note in read(await render(samples.seed(), note=note)).text


async def test_a_long_note_is_printed_to_its_end(render, read, samples):
    lines = [f"{number}行目。家賃のことで困っています。" for number in range(1, 250)]
    found = read(await render(samples.seed(), note="\n".join(lines))).run
    assert in_order(found, lines)


@pytest.mark.parametrize(
    "unit", ["a", "あ", "ก", "ا", "😀", "म्", "\u0301", "-", "…", "\u00a0", "\n", "\n.", "\ue000", "\u200d", "🇯🇵"]
)
async def test_five_thousand_characters_without_a_space_are_printed(render, read, samples, unit):
    note = (unit * 5000)[:5000]
    assert read(await render(samples.seed(), note=note)).pages >= 1


async def test_what_cannot_be_printed_is_marked_and_counted(render, read, samples):
    paper = read(await render(samples.seed(), note="名前は\ue000です"))
    assert f"名前は{MARK}です" in paper.text
    assert f"{MARK}は、印刷できなかった文字です（1字）。" in paper.text


async def test_a_note_that_the_typesetter_refuses_is_printed_letter_by_letter(render, read, samples, monkeypatch):
    monkeypatch.setattr(usecases, "printable", lambda text, glyphs: Printable(lines=("\x00" + text,), lost=0))
    assert "助けてほしい" in read(await render(samples.seed(), note="助けてほしい")).text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(note=st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
async def test_any_text_a_person_can_type_gives_a_memo(render, samples, note):
    assert (await render(samples.seed(), note=note, style=pdf.DISCREET)).startswith(b"%PDF-")
