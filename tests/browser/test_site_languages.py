"""What must read right in every language: dates, names of languages and places, words that stay whole."""

from __future__ import annotations

import re

import pytest
from notalone_kernel.languages import LANGUAGES
from playwright.sync_api import expect
from talk import SEED_PATH


def test_who_does_not_read_japanese_is_told_which_desk_speaks_nothing_else(visitor):
    person = visitor("vi").arrive()
    person.say("Tôi muốn chết")

    # Which desk stands first depends on the hour.
    facts = person.page.locator("#crisis .facts").filter(has_text="Tiếng Nhật")
    expect(facts.first).to_be_visible()
    expect(facts.first).not_to_contain_text("日本語")


@pytest.mark.parametrize(("language", "address"), [("vi", "/help/vi.html"), ("ja", "/help/")])
def test_the_help_page_calls_other_languages_as_their_speakers_do(visitor, language, address):
    person = visitor(language, java_script_enabled=False).arrive(address)

    assert person.page.locator(".facts [lang]").count() == (0 if language == "ja" else 10 + 9)
    for spoken in person.page.locator(".facts [lang='ne']").all():
        expect(spoken).to_have_text("नेपाली")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_moment_is_told_in_the_pages_language_with_digits_one_can_dial(visitor, language):
    person = visitor(language).arrive()

    told = person.page.evaluate("import('/js/contact.js').then(({ moment }) => moment('2026-11-12T00:05:00Z'))")

    assert {"12", "05"} <= set(re.findall(r"\d+", told))
    # 11/12 is the twelfth of November to some and the eleventh of December to others.
    assert not re.search(r"\b11[/.] ?12\b|\b12[/.]11\b", told)
    # Nepali is not known to every browser: then no English stands in.
    assert language != "ne" or not re.search(r"[A-Za-z]", told)


def test_a_place_is_told_with_its_prefecture_in_letters_that_are_read(visitor):
    person = visitor("en").arrive()
    for _ in SEED_PATH:
        steps = person.page.locator("#log > li").count()
        person.page.locator("#choices button").first.click()
        expect(person.page.locator("#log > li")).to_have_count(steps + 1)
    person.page.locator("#results").get_by_role("button", name="Go on to your municipality").first.click()
    person.page.locator("#place").fill("Chuo-ku")
    person.page.keyboard.press("Enter")

    expect(person.page.locator("#places")).to_contain_text("札幌市中央区 (Sapporo-shi Chuo-ku, Hokkaido)")


def test_korean_words_are_not_cut_at_the_end_of_a_line(visitor):
    person = visitor("ko", viewport={"width": 320, "height": 640}).arrive()

    cut = person.page.evaluate(
        """() => {
            const cut = [], walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            for (let node; (node = walker.nextNode());) {
                for (const word of node.data.matchAll(/\\p{Script=Hangul}{2,9}/gu)) {
                    range.setStart(node, word.index);
                    range.setEnd(node, word.index + word[0].length);
                    const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top / 8)));
                    if (lines.size > 1) cut.push(word[0]);
                }
            }
            return cut;
        }"""
    )
    assert cut == []


def test_whom_to_call_while_nothing_answers_is_shown_as_on_the_help_page(visitor):
    person = visitor().arrive()
    person.page.route("**/v1/**", lambda route: route.abort())
    person.page.locator("#choices button").first.click()

    urgent = person.page.locator("#problem-contacts")
    expect(urgent.locator(".call").first).to_be_visible()
    # Addresses are for paper.
    expect(urgent.locator(".address").first).to_be_hidden()
    person.faults.clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chosen_language_is_written_out_beside_the_way_out(visitor, language):
    person = visitor(language, viewport={"width": 320, "height": 640}).arrive()

    room, needed = person.page.evaluate(
        """() => {
            const select = document.getElementById("language"), pen = document.createElement("canvas").getContext("2d");
            const style = getComputedStyle(select);
            pen.font = `${style.fontSize} ${style.fontFamily}`;
            pen.letterSpacing = style.letterSpacing === "normal" ? "0px" : style.letterSpacing;
            // What the arrow takes, measured in Chromium.
            return [select.clientWidth - 28, pen.measureText(select.selectedOptions[0].text).width];
        }"""
    )
    assert needed <= room


def test_a_button_with_readings_is_one_line_of_words(visitor):
    person = visitor(viewport={"width": 320, "height": 640}).arrive("/child/")
    person.say("しにたい")

    chat = person.page.locator("#crisis .call[target]").first
    expect(chat.locator("ruby").first).to_be_visible()
    assert chat.evaluate("(link) => [...link.childNodes].filter(({ nodeName }) => nodeName === 'RUBY').length") == 0
