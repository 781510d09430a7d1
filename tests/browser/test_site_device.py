"""A copy of the memo for another device: offered where it is safe, opened by its link, deleted at once."""

from __future__ import annotations

import re

import httpx2
import pytest
from playwright.sync_api import expect
from talk import SEED_PATH

VIOLENCE = "夫に殴られています"


@pytest.fixture
def at_results(visitor):
    person = visitor().arrive()
    person.choose(*SEED_PATH)
    person.page.locator("#device summary").click()
    return person


def link(person) -> str:
    address = person.page.locator("#device-state bdi")
    expect(address).to_be_visible()
    return address.text_content() or ""


def make(person) -> str:
    person.page.get_by_role("button", name="リンクを作る").click()
    return link(person)


def opens(address: str) -> bool:
    answer = httpx2.get(address, timeout=30)
    assert answer.status_code in {200, 404}
    return answer.headers["content-type"] == "application/pdf"


def test_the_link_opens_the_memo_elsewhere_until_it_is_deleted(at_results):
    address = make(at_results)

    assert opens(address)
    state = at_results.page.locator("#device-state")
    expect(state).to_be_focused()
    # When it will be gone, in the person's language.
    expect(state.locator("p")).to_contain_text(re.compile(r"\d{1,2}月\d{1,2}日.*\d{1,2}:\d{2}"))

    at_results.page.get_by_role("button", name="いますぐ消す").click()

    expect(state).to_have_text("消しました。このリンクではもう開けません。")
    assert not opens(address)
    expect(at_results.page.get_by_role("button", name="リンクを作る")).to_be_visible()


def test_the_link_can_be_copied_and_stands_in_no_address(visitor):
    person = visitor(permissions=["clipboard-read", "clipboard-write"]).arrive()
    person.choose(*SEED_PATH)
    person.page.locator("#device summary").click()
    address = make(person)

    person.page.locator("#device-state").get_by_role("button", name="コピー").click()

    expect(person.page.get_by_text("コピーしました")).to_be_visible()
    assert person.page.evaluate("navigator.clipboard.readText()") == address
    assert person.page.url == f"{person.base}/"
    assert person.page.locator(f"a[href='{address}']").count() == 0


def test_where_the_device_can_pass_a_link_on_it_is_offered(visitor):
    person = visitor()
    person.page.add_init_script("navigator.share = (what) => { window.passed = what; return Promise.resolve(); }")
    person.arrive()
    person.choose(*SEED_PATH)
    person.page.locator("#device summary").click()
    address = make(person)

    person.page.get_by_role("button", name="リンクを送る").click()

    # Nothing but the link: no title, no words.
    assert person.page.evaluate("window.passed") == {"url": address}


def test_after_a_change_a_new_copy_takes_the_place_of_the_old_one(at_results):
    first = make(at_results)
    expect(at_results.page.get_by_role("button", name="リンクを作る")).to_be_hidden()

    at_results.page.get_by_label("伝えたいこと").fill("上の子のことも話したいです")
    at_results.page.get_by_role("button", name="リンクを作る").click()

    expect(at_results.page.locator("#device-state bdi")).not_to_have_text(first)
    assert opens(link(at_results))
    assert not opens(first)


def test_a_copy_can_still_be_deleted_after_the_memo_that_tells_little_was_chosen(at_results):
    address = make(at_results)

    at_results.page.locator("#discreet").check()
    at_results.page.get_by_role("button", name="いますぐ消す").click()

    expect(at_results.page.locator("#device-state")).to_contain_text("消しました")
    assert not opens(address)


def test_it_is_not_offered_beside_a_memo_that_tells_little(at_results):
    at_results.page.locator("#discreet").check()
    expect(at_results.page.locator("#device")).to_be_hidden()

    at_results.page.locator("#discreet").uncheck()
    expect(at_results.page.locator("#device")).to_be_visible()


def test_after_violence_it_is_not_offered_and_where_it_is_asked_for_all_the_same_it_is_kindly_refused(visitor):
    person = visitor().arrive()
    person.say(VIOLENCE)
    expect(person.page.locator("#make-memo")).to_be_visible()
    expect(person.page.locator("#device")).to_be_hidden()

    person.page.locator("#discreet").uncheck()
    person.page.locator("#device summary").click()
    person.page.get_by_role("button", name="リンクを作る").click()

    expect(person.page.locator("#device-problem")).to_contain_text("この紙はお預かりしません")
    expect(person.page.locator("#device-state bdi")).to_have_count(0)
    person.faults.clear()  # the browser reports the refusal


def test_what_is_begun_anew_shows_no_link_of_before(at_results):
    make(at_results)

    at_results.page.get_by_role("button", name="最初からやり直す").click()
    at_results.choose(*SEED_PATH)

    expect(at_results.page.locator("#make-memo")).to_be_visible()
    expect(at_results.page.locator("#device-state")).to_have_text("")


def test_an_answer_that_comes_after_all_was_forgotten_is_deleted_and_not_shown(at_results):
    held = []
    at_results.page.route("**/v1/memos", lambda route: held.append(route))  # noqa: PLW0108
    with at_results.page.expect_request("**/v1/memos"):
        at_results.page.get_by_role("button", name="リンクを作る").click()
    at_results.page.get_by_role("button", name="最初からやり直す").click()
    expect(at_results.page.locator("#results")).to_be_hidden()
    answer = held[0].fetch()
    with at_results.page.expect_response(lambda response: response.request.method == "DELETE"):
        held[0].fulfill(response=answer)

    expect(at_results.page.locator("#device-state")).to_have_text("")
    assert not opens(answer.json()["downloadUrl"])


def test_a_copy_that_could_not_be_deleted_keeps_its_button(at_results):
    make(at_results)
    at_results.page.route("**/v1/memos/*", lambda route: route.abort())

    at_results.page.get_by_role("button", name="いますぐ消す").click()

    expect(at_results.page.locator("#device-problem")).to_contain_text("いまつながりません")
    expect(at_results.page.get_by_role("button", name="いますぐ消す")).to_be_visible()
    at_results.faults.clear()  # the browser reports the cut connection
