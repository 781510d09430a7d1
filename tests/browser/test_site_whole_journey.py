"""The whole way through the site in several languages and as a child, on each kind of backend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from backend import Backend
from playwright.sync_api import expect
from talk import SEED_PROGRAMME

NEUTRAL = "https://www.jma.go.jp/bosai/forecast/"
NOTE = "Kawasemi 7"
SEED = ("childcare", "talk", "meet")
# The backend may have to be started first.
pytestmark = pytest.mark.timeout(240)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Who comes, and what they find.

    Attributes:
        language: What the browser asks for.
        entrance: Where they come in.
        choices: Their answers, by id.
        chosen: What stands first after these, in Japanese.
        words: What they say then.
        found: What stands among the first after that: in Japanese, and as they read it.
        cry: A cry for help.
        number: A line for them that answers it.
    """

    language: str
    entrance: str = "/"
    choices: Sequence[str] = SEED
    chosen: str = SEED_PROGRAMME
    words: str
    found: tuple[str, str]
    cry: str
    number: str = "0120279338"


JOURNEYS = {
    "ja": Journey(
        language="ja",
        words="家賃が払えなくて追い出されそう",
        found=("住居確保給付金", "住居確保給付金"),
        cry="もう死にたい",
    ),
    "en": Journey(
        language="en",
        words="I cannot pay my rent",
        found=("住居確保給付金", "Housing security benefit"),
        cry="I want to die",
    ),
    "vi": Journey(
        language="vi",
        words="Tôi không trả được tiền nhà",
        found=("住居確保給付金", "Trợ cấp giữ chỗ ở"),
        cry="Tôi muốn chết",
    ),
    "child": Journey(
        language="ja",
        entrance="/child/",
        choices=("school", "bullying"),
        chosen="24時間子供SOSダイヤル",
        words="おうちに ごはんがない",
        found=("フードバンク・こども食堂", "フードバンク・こども食堂"),
        cry="きえたい",
        number="0120078310",
    ),
}


@pytest.fixture
def base(backend: Backend) -> str:
    return backend.url


@pytest.fixture
def came(visitor, journey):
    person = visitor(journey.language).arrive(journey.entrance)
    expect(person.page.locator("#choices button").first).to_be_visible()
    expect(person.page.locator("html")).to_have_attribute("lang", journey.language)
    return person


@pytest.fixture(params=JOURNEYS.values(), ids=JOURNEYS.keys())
def journey(request: pytest.FixtureRequest) -> Journey:
    return request.param


def choose(person, *ids: str) -> None:
    for steps, id_ in enumerate(ids, start=1):
        person.page.locator(f"#choices button[value='{id_}']").click()
        expect(person.page.locator("#log > li")).to_have_count(steps)


def memo_of(person) -> tuple[str, str]:
    """The words of the memo: of its pages, without spaces; and of what is attached."""
    with person.page.expect_download() as download:
        person.page.locator("#make-memo").click()
    assert download.value.suggested_filename == "memo.pdf"
    document = pypdfium2.PdfDocument(Path(download.value.path()).read_bytes())
    pages = "".join(page.get_textpage().get_text_range() for page in document)
    attached = bytes(document.get_attachment(0).get_data()).decode("utf-8")
    document.close()
    return "".join(pages.split()), attached


def test_a_worry_leads_by_choices_and_words_to_a_memo_and_the_municipality(came, journey):
    page = came.page
    cards = page.locator("#cards > li")

    choose(came, *journey.choices)
    expect(cards.first).to_contain_text(journey.chosen)
    expect(cards.first.locator(".why li").first).to_be_visible()

    came.say(journey.words)
    japanese, own = journey.found
    folded = cards.filter(has_text=own)
    expect(folded.first).to_be_attached()
    # The memo takes what was found: the first ones, unless others are chosen.
    box = page.locator("#picks label").filter(has_text=own).locator("input")
    box.check()
    page.locator("#note").fill(NOTE)
    pages, attached = memo_of(came)
    assert "".join(NOTE.split()) in pages
    for words in (NOTE, japanese, own):
        assert words in attached, words

    # What needs the municipality leads there; the others name whom to call.
    onward = page.locator("#cards button.primary.wide")
    expect(onward.first).to_be_attached()
    onward.first.evaluate("button => button.closest('details')?.setAttribute('open', '')")
    onward.first.click()
    page.locator("#place").fill("059-0012")
    page.keyboard.press("Enter")
    expect(page.locator("#handoff-result h3")).to_contain_text("登別市")
    expect(page.locator("#handoff-result")).to_be_focused()
    assert came.elsewhere == []


def test_a_cry_for_help_comes_first_and_the_way_out_leaves_nothing(came, journey):
    page = came.page

    came.say(journey.cry)

    crisis = page.locator("#crisis")
    expect(crisis).to_be_focused()
    expect(crisis.locator(f"a[href='tel:{journey.number}']").first).to_be_visible()
    for number in ("110", "119"):
        expect(crisis.locator(f"a[href='tel:{number}']").first).to_be_attached()
    # It stands before everything that was said and is asked.
    assert page.evaluate(
        "!!(document.getElementById('crisis').compareDocumentPosition(document.getElementById('log'))"
        " & Node.DOCUMENT_POSITION_FOLLOWING)"
    )
    assert crisis.locator("h2").text_content()

    page.locator("#exit").click()
    page.wait_for_url(NEUTRAL)
    page.go_back()
    assert came.base not in page.url
    assert journey.cry not in page.content()
    assert came.elsewhere[:1] == [NEUTRAL]
