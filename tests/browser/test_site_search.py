"""Searching the list, the page of check dates, and the entrances of the young."""

from __future__ import annotations

import pytest
from notalone_kernel.languages import LANGUAGES
from playwright.sync_api import expect


@pytest.fixture
def searching(visitor):
    person = visitor().arrive("/search/")
    expect(person.page.locator("#cards > li").first).to_be_visible()
    return person


def ask(person, words: str) -> None:
    person.page.locator("#query").fill(words)
    person.page.locator("#query").press("Enter")


def test_words_find_programmes_and_stand_in_no_address(searching):
    ask(searching, "家賃が払えない")

    expect(searching.page.locator("#cards > li").first).to_contain_text("住居確保給付金")
    assert searching.page.url == f"{searching.base}/search/"


def test_a_cry_for_help_in_the_search_field_is_answered_first_with_focus(searching):
    ask(searching, "死にたい")

    crisis = searching.page.locator("#crisis")
    expect(crisis).to_be_focused()
    expect(crisis.locator("a[href='tel:0120279338']").first).to_be_visible()
    assert searching.page.evaluate(
        "!!(document.getElementById('crisis').compareDocumentPosition(document.getElementById('results'))"
        " & Node.DOCUMENT_POSITION_FOLLOWING)"
    )


def test_a_later_search_takes_the_answer_to_a_cry_away_only_when_there_is_none_any_more(searching):
    ask(searching, "死にたい")
    expect(searching.page.locator("#crisis")).to_be_visible()

    ask(searching, "家賃")

    expect(searching.page.locator("#crisis")).to_be_hidden()


def test_where_nothing_is_found_there_is_somebody_to_talk_to(searching):
    ask(searching, "ｑｚｘｗｖｋ")

    expect(searching.page.locator("#count")).to_contain_text("どんな悩みでも")
    expect(searching.page.locator("#cards > li").first).to_contain_text("相談窓口")


def test_a_topic_narrows_the_list_and_stays_chosen(searching):
    before = searching.page.locator("#count").text_content()
    searching.page.locator(".narrow summary").click()
    box = searching.page.locator("#topics input").first
    topic = box.get_attribute("value")

    box.check()

    expect(searching.page.locator("#count")).not_to_have_text(before or "")
    expect(searching.page.locator(f"#topics input[value='{topic}']")).to_be_checked()


def test_who_cannot_speak_safely_sees_only_ways_to_write(searching):
    searching.page.get_by_label("連絡のしかた").select_option(label="声を出さずに（文字で）")

    expect(searching.page.locator("#count")).not_to_have_text("さがしています…")
    expect(searching.page.locator("#cards a[href^='https:']").first).to_be_attached()
    assert searching.page.locator("#cards a[href^='tel:']").count() == 0


def test_who_will_not_say_their_name_sees_only_where_that_is_known_to_be_possible(searching):
    told = searching.page.locator("#cards > li", has=searching.page.get_by_text("名前を言わずに相談できます"))
    others = searching.page.locator("#cards > li", has_not=searching.page.get_by_text("名前を言わずに相談できます"))

    searching.page.get_by_label("名前を言わずに相談できるところだけ").check()

    expect(others).to_have_count(0)
    expect(told.first).to_be_visible()
    # A fact that may hurt says how well it is checked.
    expect(told.locator(".known .hint", has_text="確認")).to_have_count(told.count())


def test_whose_status_does_not_matter_is_said_in_the_language_of_the_person(visitor):
    person = visitor("vi").arrive("/search/")
    ask(person, "無料低額診療")

    expect(person.page.locator("#cards .known").first).to_contain_text("Không phụ thuộc vào tư cách lưu trú")


def test_the_next_page_is_added_and_the_focus_goes_to_it(searching):
    expect(searching.page.locator("#cards > li")).to_have_count(10)

    searching.page.get_by_role("button", name="もっと見る").click()

    expect(searching.page.locator("#cards > li")).to_have_count(20)
    expect(searching.page.locator("#cards > li").nth(10).locator("summary").first).to_be_focused()


def test_leaving_the_search_page_leaves_nothing_of_the_words(searching):
    ask(searching, "夫に殴られています")
    expect(searching.page.locator("#crisis")).to_be_visible()

    searching.page.locator("#exit").click()

    searching.page.wait_for_url("https://www.jma.go.jp/bosai/forecast/")
    searching.page.go_back()
    assert searching.base not in searching.page.url


def test_the_page_of_check_dates_holds_every_programme_the_oldest_check_first(visitor):
    person = visitor().arrive("/checked/")

    rows = person.page.locator("#rows tr")
    expect(rows.first).to_be_visible()
    said = person.page.locator("#count").text_content() or ""
    assert said == f"{rows.count()}件"
    assert rows.count() > 150
    states = [cell.text_content() or "" for cell in person.page.locator("#rows tr td:last-child").all()]
    last_unchecked = max(place for place, text in enumerate(states) if "未確認" in text)
    assert all("未確認" in text for text in states[: last_unchecked + 1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_and_check_dates_speak_every_language(visitor, language):
    person = visitor(language, viewport={"width": 320, "height": 640}).arrive("/search/")

    expect(person.page.locator("#cards > li").first).to_be_visible()
    assert person.page.evaluate("document.documentElement.lang") == language
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
    person.arrive("/checked/")
    expect(person.page.locator("#rows tr").first).to_be_visible()
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("entrance", "label"), [("/child/", "小学生"), ("/teen/", "10代")])
def test_the_young_come_in_by_their_own_door(visitor, entrance, label):
    person = visitor().arrive(entrance)

    expect(person.page.locator("#choices button").first).to_be_visible()
    expect(person.page.get_by_role("radio", name=label)).to_be_checked()
    expect(person.page).to_have_title("NotAlone")


def test_who_else_looks_is_asked_once_before_the_first_words_and_never_in_their_way(visitor):
    person = visitor().arrive()
    expect(person.page.locator("#shared-ask")).to_be_hidden()

    person.page.locator("#words").focus()

    expect(person.page.get_by_role("group", name="このスマホやパソコンは、ほかの人も見ますか")).to_be_visible()
    expect(person.page.locator("#words")).to_be_focused()
    person.page.keyboard.type("眠れない")
    person.page.get_by_role("button", name="自分だけ").click()
    expect(person.page.locator("#words")).to_be_focused()
    expect(person.page.locator("#words")).to_have_value("眠れない")
    person.page.locator("#language").focus()
    person.page.locator("#words").focus()
    expect(person.page.locator("#shared-ask")).to_be_hidden()


def test_who_shares_a_device_is_told_what_stays_and_gets_the_memo_that_tells_little(visitor):
    person = visitor().arrive()
    person.page.locator("#words").focus()

    person.page.get_by_role("button", name="見るかもしれない").click()

    expect(person.page.locator("#shared p")).to_be_visible()
    person.say("家賃が払えない")
    expect(person.page.locator("#discreet")).to_be_checked()
