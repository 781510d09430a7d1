"""Cries for help, the way out, and what the page keeps to itself."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect
from talk import SEED_PATH

NEUTRAL = "https://www.jma.go.jp/bosai/forecast/"
SECRET = "夫に殴られています"


def test_a_cry_for_help_is_answered_first_with_focus_and_numbers(visitor):
    person = visitor().arrive()

    person.say("消えたい")

    crisis = person.page.locator("#crisis")
    expect(crisis).to_be_focused()
    expect(crisis).to_be_in_viewport()
    numbers = [link.get_attribute("href") for link in crisis.locator("a[href^='tel:']").all()]
    assert "tel:0120279338" in numbers
    assert {"tel:110", "tel:119"} <= set(numbers)
    # First on the page, before what was said and what is asked.
    assert person.page.evaluate(
        "!!(document.getElementById('crisis').compareDocumentPosition(document.getElementById('log'))"
        " & Node.DOCUMENT_POSITION_FOLLOWING)"
    )
    # And one way for who cannot speak.
    expect(crisis.locator(".contact:visible a[href^='https:']").first).to_be_visible()


def test_every_number_dials_what_it_shows(visitor):
    person = visitor().arrive()
    person.say("消えたい")

    for link in person.page.locator("a[href^='tel:']").all():
        shown = re.sub(r"[^0-9#]", "", link.text_content() or "")
        assert (link.get_attribute("href") or "").removeprefix("tel:").replace("%23", "#") == shown


def test_a_cry_for_help_stays_within_one_tap_and_does_not_take_the_focus_again(visitor):
    person = visitor().arrive()
    person.say("消えたい")

    person.choose("お金・生活")

    expect(person.page.locator("#question")).to_be_focused()
    person.page.locator("#crisis summary").first.click()
    expect(person.page.locator("#crisis a[href='tel:0120279338']").first).to_be_visible()


def test_after_violence_a_memo_that_tells_little_is_proposed_but_not_forced(visitor):
    person = visitor().arrive()
    person.say(SECRET)

    expect(person.page.locator("#discreet")).to_be_checked()
    expect(person.page.locator("#discreet-advice")).to_be_visible()
    person.page.locator("#discreet").uncheck()
    person.choose("お金・生活")
    expect(person.page.locator("#discreet")).not_to_be_checked()


WARNING = "あなたを傷つける人に知られそうなときは"


def go_to_the_municipality(person) -> None:
    for folded in person.page.locator("#cards summary").all():
        if folded.is_visible():
            folded.click()
    person.page.locator("#cards").get_by_role("button", name="市区町村の手続きへ").first.click()
    person.page.locator("#place").fill("登別市")
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#handoff-result h3")).to_be_visible()


def test_after_violence_the_portals_warning_comes_before_everything_else_of_the_way_there(visitor):
    person = visitor().arrive()
    person.say(SECRET)
    person.choose(*SEED_PATH)

    go_to_the_municipality(person)

    expect(person.page.locator("#handoff-result > :first-child")).to_contain_text(WARNING)
    expect(person.page.locator("#handoff-result a[href^='https:']")).to_be_visible()


@pytest.mark.parametrize(("words", "warned"), [("夫に殴られています。子育て支援", True), ("子育て支援", False)])
def test_a_search_that_tells_of_violence_warns_before_the_portal_too(visitor, words, warned):
    person = visitor().arrive("/search/")
    count = person.page.locator("#count")
    expect(count).to_contain_text("件")
    everything = count.text_content() or ""
    person.page.locator("#query").fill(words)
    person.page.keyboard.press("Enter")
    expect(count).to_contain_text("件")
    expect(count).not_to_have_text(everything)
    expect(person.page.locator("#crisis")).to_be_visible(visible=warned)

    go_to_the_municipality(person)

    expect(person.page.get_by_text(WARNING)).to_have_count(int(warned))


@pytest.mark.parametrize("address", ["/", "/child/", "/search/", "/help/"])
def test_a_page_seen_before_works_when_it_comes_from_the_browsers_cache(visitor, address):
    person = visitor().arrive(address)

    person.page.reload()

    expect(person.page.locator("#choices button, #cards > li, main a[href^='tel:']").first).to_be_visible()


def test_help_is_on_every_step_and_shows_whom_to_call(visitor):
    person = visitor().arrive()
    for label in (None, *SEED_PATH):
        if label:
            person.choose(label)
        expect(person.page.get_by_role("button", name="いますぐ助けがほしい").last).to_be_in_viewport()
        person.page.locator("#help").click()
        dialog = person.page.get_by_role("dialog", name="いますぐ話せるところ")
        for number in ("119", "110", "0120279338", "0120078310", "189", "0120279889", "%238891"):
            assert dialog.locator(f"a[href='tel:{number}']").count() >= 1, number
        dialog.get_by_role("button", name="もどる").click()
        expect(dialog).to_be_hidden()


def test_the_youngs_own_line_leads_their_help_after_the_numbers_for_now(visitor):
    person = visitor().arrive()
    person.page.get_by_role("radio", name="10代").check()
    expect(person.page.get_by_role("button", name="ネット・SNSのこと")).to_be_visible()

    person.page.locator("#help").click()

    expect(person.page.locator("#help-content > section").nth(1).locator("a[href='tel:0120078310']")).to_be_visible()


def leave_by_button(page):
    page.locator("#exit").click()


def leave_by_keys(page):
    for _ in range(3):
        page.keyboard.press("Escape")


def leave_by_keys_from_a_dialog(page):
    page.locator("#help").click()
    leave_by_keys(page)


def leave_from_a_dialog(page):
    page.locator("#help").click()
    page.get_by_role("dialog").get_by_role("button", name="すぐ閉じる").click()


@pytest.mark.parametrize("leave", [leave_by_button, leave_by_keys, leave_from_a_dialog, leave_by_keys_from_a_dialog])
def test_leaving_blanks_the_page_and_leaves_no_way_back(visitor, leave):
    person = visitor().arrive()
    person.say(SECRET)

    leave(person.page)

    person.page.wait_for_url(NEUTRAL)
    assert person.elsewhere == [NEUTRAL]
    person.page.go_back()
    assert SECRET not in person.page.content()
    assert person.base not in person.page.url


def test_coming_back_from_another_page_shows_nothing_of_the_conversation(visitor):
    person = visitor().arrive()
    person.say(SECRET)

    person.page.goto(f"{person.base}/help/")
    person.page.go_back()

    expect(person.page.locator("#choices button").first).to_be_visible()
    assert SECRET not in person.page.content()
    assert person.page.locator("#words").input_value() == ""


def test_a_page_that_the_browser_puts_aside_is_blank_and_begins_anew(visitor):
    person = visitor().arrive()
    person.say(SECRET)

    person.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    assert SECRET not in person.page.content()
    assert not person.page.locator("#crisis").is_visible()

    person.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(person.page.get_by_role("button", name="子育て", exact=True)).to_be_visible()
    expect(person.page.locator("#log > li")).to_have_count(0)


def test_nothing_is_kept_in_the_browser(visitor):
    person = visitor().arrive()
    person.say(SECRET)

    kept = person.page.evaluate(
        "async () => [localStorage.length, sessionStorage.length, document.cookie, (await caches.keys()).length,"
        " (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"
    )
    assert kept == [0, 0, "", 0, 0, 0]
    assert person.page.url == f"{person.base}/"
    assert person.page.title() == "NotAlone"


def test_a_whole_journey_asks_nothing_of_other_hosts(visitor):
    person = visitor().arrive()
    person.choose(*SEED_PATH)
    person.page.locator("#help").click()
    expect(person.page.locator("#help-content section").first).to_be_visible()
    person.page.keyboard.press("Escape")
    with person.page.expect_download():
        person.page.locator("#make-memo").click()

    assert person.elsewhere == []


def test_when_the_backend_does_not_answer_the_page_says_so_and_shows_whom_to_call(visitor):
    person = visitor().arrive()
    expect(person.page.locator("#help-content section").first).to_be_attached()
    person.page.route("**/v1/conversations:reply", lambda route: route.abort())

    person.page.get_by_role("button", name="子育て", exact=True).click()

    expect(person.page.get_by_role("alert").first).to_contain_text("いまつながりません")
    for number in ("119", "110", "0120279338"):
        expect(person.page.locator(f"#problem-contacts a[href='tel:{number}']").first).to_be_visible()
    person.faults.clear()  # the browser reports the cut connection


def test_a_broken_conversation_can_be_started_again(visitor):
    person = visitor().arrive()
    refusal = {"error": {"code": 400, "message": "broken", "details": []}}
    person.page.route("**/v1/conversations:reply", lambda route: route.fulfill(status=400, json=refusal))
    person.page.get_by_role("button", name="子育て", exact=True).click()
    expect(person.page.get_by_role("alert").first).to_have_text("broken")
    person.page.unroute("**/v1/conversations:reply")

    person.page.get_by_role("button", name="最初からやり直す").click()

    expect(person.page.get_by_role("alert").first).to_be_hidden()
    person.choose("子育て")
    person.faults.clear()  # the browser reports the refusal


def test_an_answer_that_is_thinner_than_usual_says_so(visitor):
    person = visitor().arrive()

    def without_ranking(route):
        turn = route.fetch().json()
        route.fulfill(json={**turn, "degraded": ["catalog"]})

    person.page.route("**/v1/conversations:reply", without_ranking)
    person.choose("子育て")

    expect(person.page.get_by_text("候補がいつもより少ないことがあります")).to_be_visible()


def test_words_of_ones_own_are_one_tap_away_on_every_step(visitor):
    person = visitor().arrive()
    for label in (None, *SEED_PATH):
        if label:
            person.choose(label)
        person.page.locator("#write").click()
        expect(person.page.locator("#words")).to_be_focused()
        expect(person.page.locator("#words")).to_be_in_viewport(ratio=1)


@pytest.fixture
def before_its_words(visitor):
    """A visitor to a page whose words have not arrived yet, and what lets them come."""

    def make(path):
        person = visitor()
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        person.page.route("**/i18n/*.json", hold)
        with person.page.expect_request("**/i18n/*.json"):
            person.page.goto(person.base + path, wait_until="domcontentloaded")

        def let_come():
            for route in held:
                route.continue_()

        return person, let_come

    return make


def test_who_writes_before_the_page_is_ready_is_heard(before_its_words):
    person, let_come = before_its_words("/")
    person.page.locator("#words").fill("死にたい")
    person.page.locator("#say button[type=submit]").click()

    let_come()

    expect(person.page.locator("#crisis a[href='tel:0120279338']").first).to_be_visible()
    expect(person.page.locator("#words")).to_have_value("")


def test_what_is_being_written_stays_while_the_page_gets_ready_and_when_its_language_changes(before_its_words):
    person, let_come = before_its_words("/")
    person.page.locator("#words").fill("ねむれない")

    let_come()
    expect(person.page.locator("#choices button").first).to_be_visible()
    person.page.unroute("**/i18n/*.json")
    person.page.locator("#language").select_option("en")
    expect(person.page.locator("#say button[type=submit]")).to_have_text("Send")

    expect(person.page.locator("#words")).to_have_value("ねむれない")


def test_who_searches_before_the_page_is_ready_is_heard(before_its_words):
    person, let_come = before_its_words("/search/")
    person.page.locator("#query").fill("消えたい")
    person.page.keyboard.press("Enter")

    let_come()

    expect(person.page.locator("#crisis")).to_be_focused()
    expect(person.page.locator("#query")).to_have_value("消えたい")


@pytest.mark.parametrize(("path", "field"), [("/", "#words"), ("/search/", "#query")])
def test_a_form_whose_script_never_comes_keeps_the_words_and_sends_nothing(visitor, path, field):
    person = visitor()
    person.page.route("**/js/**", lambda route: route.abort())
    person.page.goto(person.base + path)
    person.page.locator(field).fill("死にたい")

    person.page.locator(f"form:has({field}) button[type=submit]").click()

    expect(person.page.locator(field)).to_have_value("死にたい")
    assert person.page.url == person.base + path
    person.faults.clear()  # the browser reports the cut connections


def test_words_sent_while_an_answer_is_awaited_are_said_next(visitor):
    person, held = visitor().arrive(), []
    person.page.route("**/v1/conversations:reply", lambda route: route.continue_() if held else held.append(route))
    with person.page.expect_request("**/v1/conversations:reply"):
        person.page.get_by_role("button", name="子育て", exact=True).click()
    person.page.locator("#words").fill("死にたい")
    person.page.locator("#say button[type=submit]").click()

    held[0].continue_()

    expect(person.page.locator("#log > li")).to_have_count(2)
    expect(person.page.locator("#crisis")).to_be_focused()


def test_words_sent_while_the_language_changes_come_after_what_was_said_before(visitor):
    person, held = visitor().arrive(), []
    person.choose("住まい")
    person.page.route("**/v1/conversations", lambda route: route.continue_() if held else held.append(route))
    with person.page.expect_request("**/v1/conversations"):
        person.page.locator("#language").select_option("en")
    person.page.locator("#words").fill("I want to die")
    person.page.locator("#say button[type=submit]").click()

    held[0].continue_()

    expect(person.page.locator("#log > li")).to_have_count(2)
    expect(person.page.locator("#log > li").first).to_contain_text("Housing")
    expect(person.page.locator("#crisis")).to_be_focused()
