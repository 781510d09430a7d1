"""For every eye, hand and line: axe, narrow screens, weight, and the pages without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from notalone_kernel.languages import LANGUAGES
from playwright.sync_api import expect
from talk import SEED_PATH

WEB = Path(__file__).resolve().parents[2] / "web"
MOST_BYTES = 100_000
TARGET = 44


def at_start(person):
    person.arrive()


def at_results(person):
    person.arrive()
    person.choose(*SEED_PATH)
    for folded in person.page.locator("#cards summary").all():
        if folded.is_visible():
            folded.click()


def in_crisis(person):
    person.arrive()
    person.say("消えたい")


def telling_what_came_of_a_call(person):
    person.arrive("/search/")
    person.page.locator("#query").fill("よりそいホットライン")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#count")).to_contain_text("件")
    person.page.evaluate("addEventListener('click', (event) => event.target.closest('a') && event.preventDefault())")
    card = person.page.locator("#cards .contact").locator("visible=true").first
    card.locator("a.call").click()
    expect(card.locator(".asked")).to_be_visible()
    card.locator(".tell summary").click()
    card.get_by_role("button", name="使われていない・開かない").click()
    expect(card.get_by_role("status").locator("visible=true")).to_have_count(1)


def at_help(person):
    person.arrive()
    person.page.locator("#help").click()
    expect(person.page.locator("#help-content section").first).to_be_visible()


def at_municipality(person):
    person.arrive()
    person.choose(*SEED_PATH)
    person.page.get_by_role("button", name="市区町村の手続きへ").first.click()
    person.page.keyboard.type("登別市")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#handoff-result h3")).to_be_visible()


def with_a_link_for_another_device(person):
    at_results(person)
    person.page.locator("#device summary").click()
    person.page.locator("#keep-memo").click()
    expect(person.page.locator("#device-state bdi")).to_be_visible()


def as_child(person):
    person.arrive()
    person.page.get_by_role("radio", name="小学生").check()
    expect(person.page.locator("#choices ruby").first).to_be_visible()


def on_help_page(person):
    person.arrive("/help/")


def at_the_childrens_entrance(person):
    person.arrive("/child/")
    expect(person.page.locator("#choices ruby").first).to_be_visible()


def at_the_teenagers_entrance(person):
    person.arrive("/teen/")
    expect(person.page.locator("#choices button").first).to_be_visible()


def asked_who_else_looks(person):
    person.arrive()
    person.page.locator("#words").focus()
    expect(person.page.locator("#shared-ask")).to_be_visible()


def on_search_page(person):
    person.arrive("/search/")
    person.page.locator(".narrow summary").click()
    person.page.locator("#query").fill("家賃")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#cards > li").first).to_be_visible()


def searching_in_crisis(person):
    person.arrive("/search/")
    person.page.locator("#query").fill("消えたい")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#crisis")).to_be_visible()


def on_page_of_checks(person):
    person.arrive("/checked/")
    expect(person.page.locator("#rows tr").first).to_be_visible()


STATES = [
    at_start,
    at_results,
    in_crisis,
    at_help,
    at_municipality,
    with_a_link_for_another_device,
    as_child,
    on_help_page,
    at_the_childrens_entrance,
    at_the_teenagers_entrance,
    asked_who_else_looks,
    on_search_page,
    searching_in_crisis,
    on_page_of_checks,
    telling_what_came_of_a_call,
]


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visitor, state):
    person = visitor()
    state(person)

    found = Axe().run(person.page).response["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wider_than_a_narrow_telephone(visitor, state):
    person = visitor(viewport={"width": 320, "height": 640})
    state(person)

    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_fits_a_narrow_telephone_and_is_clean(visitor, language):
    person = visitor(language, viewport={"width": 320, "height": 640}).arrive()

    assert person.page.evaluate("document.documentElement.lang") == language
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert [one["id"] for one in Axe().run(person.page).response["violations"]] == []


@pytest.mark.parametrize(
    "state",
    [
        at_start,
        at_results,
        in_crisis,
        with_a_link_for_another_device,
        asked_who_else_looks,
        on_search_page,
        telling_what_came_of_a_call,
    ],
)
def test_what_is_tapped_is_large_enough(visitor, state):
    person = visitor()
    state(person)

    small = person.page.evaluate(
        """(least) => [...document.querySelectorAll("button, .call, .go, select, textarea, input[type=text], summary")]
            .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least)
            .map((one) => one.outerHTML)""",
        TARGET,
    )
    assert small == []


def test_the_fixed_button_hides_nothing_that_has_the_focus(visitor):
    person = visitor().arrive()
    page = person.page
    for _ in range(40):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => { const one = document.activeElement, bar = document.querySelector(".always");
                if (one === document.body || bar.contains(one) || one.closest(".top, .skip")) return "";
                const covered = one.getBoundingClientRect().bottom > bar.getBoundingClientRect().top;
                return covered ? one.outerHTML : ""; }"""
        )
        assert hidden == ""


def test_a_first_visit_weighs_little(visitor):
    person = visitor()
    sizes: list[int] = []
    person.page.on(
        "requestfinished",
        lambda request: sizes.append(sum(map(request.sizes().get, ("responseBodySize", "responseHeadersSize")))),
    )
    person.arrive()
    expect(person.page.locator("#help-content section").first).to_be_attached()

    assert len(sizes) > 10
    assert sum(sizes) < MOST_BYTES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_page_works_without_scripts(visitor, language):
    person = visitor(java_script_enabled=False).arrive("/help/" if language == "ja" else f"/help/{language}.html")

    links = person.page.locator("a[href^='tel:']")
    dialled = {(link.get_attribute("href") or "").removeprefix("tel:") for link in links.all()}
    assert {"110", "119", "189", "0120279338", "0120078310", "0120279889", "%238891"} <= dialled
    for link in links.all():
        assert re.sub(r"[^0-9#]", "", link.text_content() or "") == (link.get_attribute("href") or "")[4:].replace(
            "%23", "#"
        )
    # What saves a life comes first.
    assert links.nth(0).get_attribute("href") == "tel:119"
    assert person.page.locator("nav a").count() == len(LANGUAGES) - 1
    expect(person.page.locator("#exit")).to_have_attribute("href", "https://www.jma.go.jp/bosai/forecast/")
    assert person.page.locator("html").get_attribute("lang") == language


def test_the_way_out_is_the_same_on_all_pages():
    told = re.search(r'HARMLESS = "(.+)"', (WEB / "js" / "leave.js").read_text("utf-8"))
    assert told is not None
    for page in (WEB / "help").glob("*.html"):
        assert f'id="exit" href="{told[1]}"' in page.read_text("utf-8")


def test_without_scripts_the_first_page_leads_to_the_help_page(visitor):
    person = visitor(java_script_enabled=False)
    person.page.goto(person.base)

    person.page.locator("noscript a").first.click()

    expect(person.page.get_by_role("heading", level=1)).to_have_text("いますぐ話せるところ")
