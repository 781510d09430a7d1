"""From a worry to the memo and the municipality, as people go."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import expect
from talk import SEED_PATH

HELP = "いますぐ助けがほしい"


@pytest.fixture
def at_results(visitor):
    person = visitor().arrive()
    person.choose(*SEED_PATH)
    return person


def test_the_seeds_path_leads_to_the_programme_first(at_results):
    cards = at_results.page.locator("#cards > li")

    expect(cards.first).to_contain_text("地域子育て支援拠点事業")
    # Two whole, the others folded.
    assert cards.count() > 2
    expect(cards.nth(0).get_by_role("button", name="市区町村の手続きへ")).to_be_visible()
    expect(cards.nth(2).get_by_role("button", name="市区町村の手続きへ")).to_be_hidden()


def test_the_memo_is_saved_as_pdf_under_a_neutral_name(at_results):
    with at_results.page.expect_download() as download:
        at_results.page.get_by_role("button", name="メモを作る（PDF）").click()

    assert download.value.suggested_filename == "memo.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    expect(at_results.page.get_by_role("link", name="メモを保存する")).to_be_focused()


def test_a_memo_of_earlier_answers_cannot_be_saved_for_later_ones(at_results):
    with at_results.page.expect_download():
        at_results.page.get_by_role("button", name="メモを作る（PDF）").click()
    expect(at_results.page.get_by_role("link", name="メモを保存する")).to_be_visible()

    at_results.page.get_by_label("伝えたいこと").fill("上の子のことも話したいです")

    expect(at_results.page.get_by_role("link", name="メモを保存する")).to_have_count(0)


def test_what_is_wanted_and_needed_comes_onto_the_memo(at_results):
    at_results.page.get_by_text("窓口で見せたいこと").click()
    at_results.page.get_by_label("相談", exact=True).check()
    at_results.page.get_by_label("個室", exact=True).check()
    with at_results.page.expect_download() as download:
        at_results.page.get_by_role("button", name="メモを作る（PDF）").click()

    text = words_alone(Path(download.value.path()).read_bytes())
    assert "用件: 相談\n" in text
    assert "希望: 個室\n" in text


def test_who_reads_another_language_wants_an_interpreter_until_they_say_otherwise(visitor):
    person = visitor(language="vi").arrive()
    person.say("tôi không trả được tiền nhà")
    interpreter = person.page.locator("#need-interpreter")
    expect(interpreter).to_be_checked()
    person.page.locator("#wishes summary").click()
    interpreter.uncheck()
    person.say("tôi mất việc")
    expect(interpreter).not_to_be_checked()


def words_alone(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = bytes(document.get_attachment(0).get_data()).decode("utf-8")
    document.close()
    return text


def test_the_memo_takes_at_most_five(at_results):
    picks = at_results.page.locator("#picks input")
    for place in range(5):
        picks.nth(place).check()

    picks.nth(5).click()

    expect(picks.nth(5)).not_to_be_checked()
    expect(at_results.page.locator("#pick-problem")).to_have_text("5つまで入れられます。")


def test_the_way_to_the_municipality_names_place_and_programme(at_results):
    page = at_results.page
    page.locator("#cards > li").first.get_by_role("button", name="市区町村の手続きへ").click()
    dialog = page.get_by_role("dialog", name="お住まいの市区町村の手続きへ")
    expect(dialog.get_by_label("市区町村の名前、または郵便番号")).to_be_focused()

    page.keyboard.type("登別市")
    page.keyboard.press("Enter")

    expect(dialog.get_by_role("heading", name="北海道 登別市")).to_be_visible()
    expect(dialog.locator(".phrase")).to_contain_text("登別市 地域子育て支援拠点事業")
    expect(page.locator("#handoff-result")).to_be_focused()


@pytest.mark.parametrize("typed", ["ｘｙｚ町", "0000000"])
def test_a_place_nobody_knows_is_said_to_be_unknown(at_results, typed):
    page = at_results.page
    page.locator("#cards > li").first.get_by_role("button", name="市区町村の手続きへ").click()

    page.keyboard.type(typed)
    page.keyboard.press("Enter")

    expect(page.locator("#place-problem")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [("ja", "家賃が払えなくて追い出されそう", "住居"), ("en", "I cannot pay my rent", "Rent")],
)
def test_free_words_lead_to_results_and_the_memo_is_near(visitor, language, words, expected):
    person = visitor(language).arrive()

    person.say(words)

    expect(person.page.locator("#log .theirs")).to_have_text(words)
    cards = person.page.locator("#cards > li")
    expect(cards.first).to_be_visible()
    # What was found follows at once, before more choices.
    assert person.page.locator("#results ~ #choices").count() == 1
    assert expected.lower() in " ".join(cards.all_text_contents()).lower()
    expect(person.page.locator("#make-memo")).to_be_visible()


def test_back_takes_the_last_answer_away(visitor):
    person = visitor().arrive()
    person.choose(*SEED_PATH[:2])

    person.page.get_by_role("button", name="ひとつ戻る").click()

    expect(person.page.locator("#log > li")).to_have_count(1)
    expect(person.page.get_by_role("button", name=SEED_PATH[1])).to_be_visible()


def test_starting_again_shows_the_first_question_and_nothing_said(at_results):
    at_results.page.get_by_role("button", name="最初からやり直す").click()

    expect(at_results.page.get_by_role("button", name="子育て", exact=True)).to_be_visible()
    expect(at_results.page.locator("#log > li")).to_have_count(0)
    expect(at_results.page.locator("#results")).to_be_hidden()


def test_a_new_language_says_the_same_conversation_once_more(visitor):
    person = visitor().arrive()
    person.choose(*SEED_PATH[:2])

    person.page.locator("#language").focus()
    person.page.locator("#language").select_option("en")

    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    expect(person.page.locator("#log > li")).to_have_count(2)
    expect(person.page.locator("#help")).to_have_text("I need help right now")
    expect(person.page.locator("#language")).to_be_focused()


def test_the_keyboard_alone_is_enough(visitor):
    person = visitor().arrive()
    page = person.page

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        pytest.fail(f"{name} is not reached by Tab")

    for steps, label in enumerate(SEED_PATH, start=1):
        tab_to(label)
        page.keyboard.press("Enter")
        expect(page.locator("#log > li")).to_have_count(steps)
        expect(page.locator("#question")).to_be_focused()
    tab_to("市区町村の手続きへ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    tab_to("メモを作る（PDF）")
    with page.expect_download():
        page.keyboard.press("Enter")


def test_children_read_readings_over_every_question(visitor):
    person = visitor().arrive()

    person.page.get_by_role("radio", name="小学生").check()

    expect(person.page.locator("#choices ruby").first).to_be_visible()
    # Said once: the reading is for the eyes.
    assert person.page.locator("ruby rt:not([aria-hidden=true])").count() == 0
    person.page.locator("#choices button").first.click()
    expect(person.page.locator("#log > li")).to_have_count(1)
    expect(person.page.locator("#question ruby").first).to_be_visible()
    expect(person.page.locator("#help")).to_have_text("いますぐ たすけて")
