"""Staff keep the catalogue true: one writes, another approves, and the public pages follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

ENTRY = "jukyo-kakuho-kyufukin"
NAME = "住居確保給付金"
ADDED = "まずは電話で予約してください。"

SignedIn = Callable[[str], Page]


@pytest.fixture
def signed_in(chromium: Browser, base: str) -> Iterator[SignedIn]:
    """Pages of people who came in through the development sign-in; scripts without faults."""
    contexts, faults = [], []

    def make(person: str) -> Page:
        context = chromium.new_context(viewport={"width": 1100, "height": 900}, locale="ja", timezone_id="Asia/Tokyo")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{base}/staff/")
        page.get_by_role("button", name="ログイン").click()
        page.locator(f"button[value='{person}']").click()
        expect(page.locator("#views")).to_be_visible()
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def open_view(page: Page, address: str) -> None:
    page.evaluate("(address) => { location.hash = address; }", address)


def summary(base: str) -> str:
    return str(httpx2.get(f"{base}/v1/programmes/{ENTRY}?language=ja").json()["summary"])


def write(page: Page) -> None:
    open_view(page, f"#edit/{ENTRY}")
    field = page.get_by_label("説明（日本語）")
    expect(field).to_be_visible()
    field.fill(f"{field.input_value()}{ADDED}")
    page.get_by_role("button", name="保存して承認を依頼する").click()
    expect(page.locator("#done")).to_have_text("承認を依頼しました。")


def test_one_writes_another_sees_what_differs_and_approves_and_people_see_it(signed_in, base):
    write(signed_in("editor"))
    assert ADDED not in summary(base)

    approver = signed_in("approver")
    approver.get_by_role("link", name=NAME).click()
    expect(approver.locator("td.after")).to_contain_text(ADDED)
    # What was added stands out from what stays.
    expect(approver.locator("td.after ins")).to_have_text(ADDED)
    expect(approver.locator("td.before del")).to_have_count(0)
    expect(approver.get_by_role("rowheader", name="説明（日本語）")).to_be_visible()
    approver.get_by_role("button", name="承認して公開する").click()

    expect(approver.locator("#done")).to_have_text("公開しました。")
    approver.wait_for_function(
        "async ([address, added]) => (await (await fetch(address)).json()).summary.includes(added)",
        arg=[f"/v1/programmes/{ENTRY}?language=ja", ADDED],
    )
    open_view(approver, f"#entry/{ENTRY}")
    for step in ("取り込み", "承認を依頼", "承認", "公開"):
        expect(approver.get_by_role("cell", name=step, exact=True).first).to_be_visible()


def test_a_view_that_comes_late_does_not_take_the_place_of_a_newer_one(signed_in):
    page, held = signed_in("editor"), []

    def hold(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route)

    page.route("**/v1/staff/entries?*", hold)
    with page.expect_request("**/v1/staff/entries?*"):
        open_view(page, "#entries")
    open_view(page, "#withdrawn")
    expect(page.get_by_role("heading", name="止めた連絡先")).to_be_visible()

    # The list comes in two parts.
    with page.expect_response("**/v1/staff/entries?*pageToken=*") as late:
        held[0].continue_()
    late.value.finished()
    page.evaluate("(address) => fetch(address).then((answer) => answer.json()).catch(() => {})", late.value.url)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    expect(page.get_by_role("heading", name="止めた連絡先")).to_be_visible()
    expect(page.get_by_role("heading", name="すべての項目")).to_have_count(0)


def test_who_wrote_it_cannot_approve_it(signed_in):
    both = signed_in("editor-approver")
    open_view(both, "#edit/kogaku-ryoyohi")
    both.get_by_label("説明（日本語）").fill("高い医療費の一部が戻る制度です。")
    both.get_by_role("button", name="保存して承認を依頼する").click()
    expect(both.locator("#done")).to_have_text("承認を依頼しました。")

    open_view(both, "#review/kogaku-ryoyohi")

    expect(both.get_by_text("自分では承認できません")).to_be_visible()
    expect(both.get_by_role("button", name="承認して公開する")).to_have_count(0)


def test_a_draft_is_given_back_with_a_reason_that_stays_in_the_history(signed_in):
    editor = signed_in("second-editor")
    open_view(editor, "#edit/kokuho-genmen")
    editor.get_by_label("説明（日本語）").fill("国民健康保険の保険料が下がることがあります。")
    editor.get_by_role("button", name="保存して承認を依頼する").click()
    expect(editor.locator("#done")).to_have_text("承認を依頼しました。")

    approver = signed_in("approver")
    open_view(approver, "#review/kokuho-genmen")
    approver.get_by_label("理由（履歴に残ります）").fill("出典の日付が古いです")
    approver.get_by_role("button", name="差し戻す").click()

    expect(approver.locator("#done")).to_have_text("差し戻しました。")
    open_view(approver, "#entry/kokuho-genmen")
    expect(approver.get_by_role("cell", name="出典の日付が古いです")).to_be_visible()


def test_one_approver_stops_a_wrong_number_at_once_and_it_is_gone_from_the_public_pages(signed_in, base):
    approver = signed_in("approver")
    open_view(approver, "#entry/inochi-sos")
    approver.get_by_text("すぐに止める").first.click()
    approver.get_by_label("理由（履歴に残ります）").first.fill("つながらないと連絡があった")
    approver.get_by_role("button", name="0120-061-338 を止める").click()
    expect(approver.locator("#done")).to_contain_text("止めました。")

    approver.wait_for_function(
        "async (address) => !JSON.stringify(await (await fetch(address)).json()).includes('0120-061-338')",
        arg="/v1/programmes/inochi-sos?language=ja",
    )
    open_view(approver, "#withdrawn")
    expect(approver.get_by_role("cell", name="0120-061-338")).to_be_visible()


def test_what_people_told_of_a_contact_is_listed_and_marked_as_seen(signed_in, base):
    told = {"value": "0570-064-556", "programmeId": "kokoro-no-kenko-sodan"}
    for outcome in ("LED_ELSEWHERE", "LED_ELSEWHERE", "GOT_THROUGH"):
        assert httpx2.post(f"{base}/v1/contacts:report", json={**told, "outcome": outcome}).status_code == 200

    editor = signed_in("editor")
    open_view(editor, "#reported")
    row = editor.get_by_role("row").filter(has_text=told["value"])
    expect(row).to_contain_text("2件（1日）")
    expect(row).to_contain_text("つながった 1件")
    row.get_by_role("button", name="見ました").click()

    expect(editor.locator("#done")).to_have_text("見たことを記録しました。")
    expect(row).to_contain_text("ちがう所だった 2件")
    expect(row.get_by_role("button", name="見ました")).to_have_count(0)
    open_view(editor, f"#entry/{told['programmeId']}")
    expect(editor.get_by_role("cell", name="知らせを確認")).to_be_visible()


def test_an_auditor_sees_what_people_told_and_marks_nothing(signed_in, base):
    told = {"value": "0570-064-556", "outcome": "OUT_OF_SERVICE"}
    assert httpx2.post(f"{base}/v1/contacts:report", json=told).status_code == 200

    auditor = signed_in("auditor")
    open_view(auditor, "#reported")

    expect(auditor.get_by_role("row").filter(has_text=told["value"]).first).to_be_visible()
    expect(auditor.get_by_role("button", name="見ました")).to_have_count(0)


def test_what_is_wrong_in_a_draft_is_named_and_nothing_typed_is_lost(signed_in):
    editor = signed_in("editor")
    open_view(editor, "#edit/jido-teate")
    editor.get_by_label("名前（日本語）").fill("")
    editor.get_by_label("説明（日本語）").fill("書きかけの説明")

    editor.get_by_role("button", name="保存して承認を依頼する").click()

    expect(editor.locator("#problem")).to_be_visible()
    expect(editor.locator("#problem li")).to_contain_text("名前（日本語）：")
    expect(editor.get_by_label("説明（日本語）")).to_have_value("書きかけの説明")


def test_a_draft_that_was_not_fit_is_mended_and_submitted(signed_in):
    editor = signed_in("editor")
    open_view(editor, "#edit/mishikyu-nenkin")
    name = editor.get_by_label("名前（日本語）").input_value()
    editor.get_by_label("名前（日本語）").fill("")
    editor.get_by_role("button", name="保存して承認を依頼する").click()
    expect(editor.locator("#problem")).to_be_visible()
    expect(editor.locator("#done")).to_have_text("下書きは保存しました。")

    editor.get_by_label("名前（日本語）").fill(f"{name}（請求）")
    editor.get_by_role("button", name="保存して承認を依頼する").click()

    expect(editor.locator("#done")).to_have_text("承認を依頼しました。")
    expect(editor.locator("#problem")).to_be_hidden()


@pytest.mark.parametrize(
    "address", ["#reviews", "#entries/STALE", "#entry/inochi-sos", "#edit/jido-teate", "#reported"]
)
def test_nothing_is_wider_than_a_narrow_telephone(signed_in, address):
    page = signed_in("editor-approver")
    page.set_viewport_size({"width": 320, "height": 700})
    open_view(page, address)
    expect(page.locator("#view h1")).to_be_visible()

    wide = """() => [document.documentElement, ...document.querySelectorAll(".scroll")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""
    assert page.evaluate(wide) == []
    box = page.get_by_role("button", name="ログアウト").bounding_box()
    assert box is not None
    assert box["height"] < 60


def test_a_view_that_cannot_be_loaded_is_tried_again_by_a_button(signed_in):
    page = signed_in("auditor")
    page.route("**/v1/staff/**", lambda route: route.abort())
    open_view(page, "#withdrawn")
    expect(page.locator("#problem")).to_contain_text("いまつながりません")
    expect(page.get_by_text("読み込んでいます")).to_have_count(0)

    page.unroute("**/v1/staff/**")
    page.get_by_role("button", name="もう一度読み込む").click()

    expect(page.get_by_role("heading", name="止めた連絡先")).to_be_visible()


def test_whoever_opens_an_emergency_contact_learns_before_writing_that_it_is_not_written_here(signed_in):
    page = signed_in("editor-approver")
    open_view(page, "#entry/yorisoi-hotline")
    expect(page.get_by_text("この画面では書き直せません")).to_be_visible()
    expect(page.get_by_role("link", name="新しい案を書く")).to_have_count(0)

    open_view(page, "#edit/yorisoi-hotline")

    expect(page.get_by_text("この画面では書き直せません")).to_be_visible()
    expect(page.locator("form")).to_have_count(0)


def test_somebody_without_a_role_is_told_so(signed_in):
    newcomer = signed_in("newcomer")

    expect(newcomer.locator("#problem")).to_contain_text("権限")


def test_the_token_goes_with_the_page(signed_in):
    page = signed_in("auditor")
    assert page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])") == '[{},{},""]'

    page.reload()

    expect(page.get_by_role("button", name="ログイン")).to_be_visible()


@pytest.mark.parametrize(
    "address", ["#reviews", "#entries", "#entry/inochi-sos", "#edit/inochi-sos", "#withdrawn", "#reported"]
)
def test_axe_finds_nothing_on_the_staffs_pages(signed_in, address):
    page = signed_in("editor-approver")
    open_view(page, address)
    expect(page.locator("#view h1")).to_be_visible()

    found = Axe().run(page).response["violations"]

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_staff_sees_where_a_fact_that_may_hurt_comes_from(signed_in):
    page = signed_in("auditor")
    open_view(page, "#entry/muryo-teigaku-shinryo")

    told = page.locator("dd", has_text="jinken.ne.jp")
    expect(told).to_contain_text("いいえ（再確認が必要")
    expect(page.locator("dt", has_text="在留資格を確かめる")).to_be_visible()


def test_the_list_can_be_narrowed_to_pages_that_do_not_open(signed_in):
    page = signed_in("auditor")
    open_view(page, "#entries/DEAD_LINKS")

    expect(page.get_by_text("当てはまる項目はありません。")).to_be_visible()
    expect(page.locator("#freshness")).to_have_value("DEAD_LINKS")
