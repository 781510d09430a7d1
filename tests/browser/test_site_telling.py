"""Telling what came of a call: in two taps, quietly, and in a crisis only for whoever unfolds it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

REPORT = "**/v1/contacts:report"
FOLD = "この連絡先について知らせる"
THANKS, OTHERS, FAILED = "知らせました。", "ほかの窓口も試してください。", "いまは送れませんでした。"


def found(person) -> Locator:
    """The first contacts that a search for a line shows; what is tapped dials nothing here."""
    person.arrive("/search/")
    person.page.evaluate(
        "addEventListener('click', (event) => event.target.closest('a.call') && event.preventDefault(), true)"
    )
    person.page.locator("#query").fill("よりそいホットライン")
    person.page.keyboard.press("Enter")
    # Until then the page shows the list as it was before the search.
    expect(person.page.locator("#count")).to_contain_text("件")
    expect(person.page.locator("#cards .contact").first).to_be_visible()
    return person.page.locator("#cards > li > .contact")


def in_crisis(person) -> Locator:
    person.arrive()
    person.page.evaluate(
        "addEventListener('click', (event) => event.target.closest('a.call') && event.preventDefault(), true)"
    )
    person.say("消えたい")
    return person.page.locator("#crisis > .contact")


def place_of(link: Locator) -> float:
    """How far down the page it stands, however far one has scrolled."""
    return link.evaluate("(one) => Math.round(one.getBoundingClientRect().top + scrollY)")


def sent(page) -> list[dict]:
    """What the page tells the backend from now on."""
    told: list[dict] = []
    page.on(
        "request", lambda request: told.append(request.post_data_json) if "contacts:report" in request.url else None
    )
    return told


def test_whoever_comes_back_from_a_call_is_asked_once_and_nothing_moves(visitor):
    person = visitor()
    first = found(person).first
    told = sent(person.page)
    link, question = first.locator("a.call"), first.locator(".asked")
    expect(question).to_be_hidden()
    before = place_of(link)

    link.click()

    expect(question).to_be_visible()
    expect(link).to_be_focused()
    assert place_of(link) == before
    assert told == []

    yes = question.get_by_role("button", name="はい")
    yes.click()

    expect(question.get_by_role("status")).to_have_text("知らせました。ありがとうございます。")
    expect(yes).to_be_focused()
    # What was told is told: the answers stay where they are and do nothing more.
    person.page.keyboard.press("Enter")
    expect(yes).to_have_attribute("aria-pressed", "true")
    question.get_by_role("button", name="ちがう所だった").click(force=True)
    [report] = told
    assert report["outcome"] == "GOT_THROUGH"
    assert report["value"] in link.inner_text()
    assert report["programmeId"]
    assert report.keys() == {"outcome", "value", "programmeId"}


def test_only_the_contact_that_was_tried_last_asks(visitor):
    person = visitor()
    person.arrive()
    contacts = found(person)
    expect(contacts.nth(1)).to_be_visible()
    for place in (0, 1):
        contacts.nth(place).locator("a.call").click()

    expect(person.page.locator(".asked").locator("visible=true")).to_have_count(1)
    expect(contacts.nth(1).locator(".asked")).to_be_visible()


def test_what_is_wrong_is_told_behind_a_fold_and_another_way_is_named(visitor):
    person = visitor()
    first = found(person).first
    told = sent(person.page)
    wrong = first.get_by_role("button", name="使われていない・開かない")
    expect(wrong).to_be_hidden()

    first.get_by_text(FOLD).click()
    wrong.click()

    expect(first.get_by_role("status").locator("visible=true")).to_contain_text(OTHERS)
    assert [one["outcome"] for one in told] == ["OUT_OF_SERVICE"]


def test_a_crisis_answer_asks_nothing_unless_it_is_unfolded(visitor):
    person = visitor()
    first = in_crisis(person).first
    told = sent(person.page)
    first.locator("a.call").click()
    expect(person.page.locator("#crisis .asked")).to_have_count(0)
    expect(person.page.locator("#crisis .tell button").locator("visible=true")).to_have_count(0)

    first.get_by_text(FOLD).click()
    first.get_by_role("button", name="話し中・返事がない").click()

    expect(first.get_by_role("status").locator("visible=true")).to_contain_text(THANKS)
    [report] = told
    assert (report["outcome"], report["programmeId"]) == ("NOT_ANSWERED", "")


def test_what_could_not_be_sent_is_said_in_one_line_and_can_be_sent_again(visitor):
    person = visitor()
    first = found(person).first
    first.get_by_text(FOLD).click()
    button, status = (
        first.get_by_role("button", name="時間がちがう"),
        first.get_by_role("status").locator("visible=true"),
    )
    person.page.route(REPORT, lambda route: route.abort())
    button.click()
    expect(status).to_have_text(FAILED)
    person.faults.clear()  # the browser reports the cut connection

    person.page.unroute(REPORT)
    button.click()

    expect(status).to_contain_text(THANKS)


def test_everything_is_done_by_keyboard_and_read_in_order(visitor):
    person = visitor()
    first = found(person).first
    first.locator(".tell summary").focus()
    person.page.keyboard.press("Enter")
    person.page.keyboard.press("Tab")
    expect(first.get_by_role("button", name="はい").locator("visible=true")).to_be_focused()
    person.page.keyboard.press("Enter")
    expect(first.get_by_role("status").locator("visible=true")).to_contain_text(THANKS)
    groups = first.get_by_role("group").locator("visible=true")
    assert [group.get_attribute("class") for group in groups.all()].count(None) == 2
    expect(first.get_by_role("group", name="つながりましたか").locator("visible=true")).to_have_count(1)


def test_the_numbers_without_scripts_have_nothing_to_tell_with(visitor):
    person = visitor().arrive("/help/")
    expect(person.page.locator(".contact").first).to_be_visible()
    expect(person.page.locator(".tell")).to_have_count(0)


@pytest.mark.parametrize("address", ["/child/", "/teen/"])
def test_the_young_are_asked_in_their_words(visitor, address):
    person = visitor()
    person.arrive(address)
    person.page.locator("#words").fill("消えたい")
    person.page.locator("#say button[type=submit]").click()
    first = person.page.locator("#crisis > .contact").first
    summary = first.locator(".tell summary")
    expect(summary).to_contain_text("知" if address == "/child/" else FOLD)
    expect(summary.locator("rt")).to_have_count(2 if address == "/child/" else 0)
