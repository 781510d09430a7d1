"""Searching, browsing and getting, on a small catalogue and a fake index."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from notalone.catalog.v1 import catalog_service_pb2 as pb
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Hours, Provenance, TextList
from notalone.catalog.v1.programme_pb2 import MUNICIPALITY, NOTHING_TO_APPLY, Programme
from notalone.common.v1.common_pb2 import CHILD, GENERAL
from notalone.common.v1.contact_pb2 import Contact
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_catalog.domain.matching import browsing_order, fits, page
from notalone_catalog.domain.wording import Wording
from notalone_catalog.ports import Found, Hit, Question
from notalone_catalog.usecases import Catalogue
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import InvalidArgument, NotFound
from notalone_kernel.entry_shelf import Change, EntryShelf

NIGHT = datetime(2026, 4, 1, 18, 0, tzinfo=UTC)  # three in the morning in Japan
LABELS = {"housing.rent": {"ja": "家賃が払えない", "en": "Rent"}, "lonely.talk": {"ja": "話したい", "en": "Talk"}}
WORDING = Wording(LABELS, readings={"説明": "せつめい"}, synonyms=[["説明", "案内"]])
CHECKED = Provenance(sources=["a source"], as_of="2026-03", check_state=Contact.NEEDS_RECHECK)


def entry(id_: str, *, needs: dict[str, float], kind=Programme.SCHEME, **fields) -> Entry:
    return Entry(
        id=id_,
        kind=kind,
        status=fields.pop("status", Entry.ACTIVE),
        name={"ja": f"名前 {id_}", "en": f"name {id_}"},
        furigana=id_,
        summary={"ja": "説明"},
        needs=needs,
        audiences=fields.pop("audiences", [GENERAL]),
        apply_at=fields.pop("apply_at", MUNICIPALITY),
        provenance=CHECKED,
        **fields,
    )


def line(number: str, hours: Hours) -> Channel:
    return Channel(kind=Contact.PHONE, value=number, hours=hours, provenance=CHECKED)


ENTRIES = [
    entry("a-rent", needs={"housing.rent": 1.0}, questions={"ja": TextList(items=["対象になりますか"])}),
    entry("b-weak", needs={"housing.rent": 0.3}),
    entry("c-ended", needs={"housing.rent": 1.0}, status=Entry.DEFUNCT),
    entry("d-tokyo", needs={"housing.rent": 0.8}, prefectures=["13"]),
    entry(
        "e-night-line",
        kind=Programme.DESK,
        needs={"lonely.talk": 1.0},
        apply_at=NOTHING_TO_APPLY,
        audiences=[GENERAL, CHILD],
        channels=[line("0120-279-338", Hours(always=True))],
    ),
    entry(
        "f-unknown-hours",
        kind=Programme.DESK,
        needs={"lonely.talk": 0.9},
        apply_at=NOTHING_TO_APPLY,
        channels=[line("03-6745-5600", Hours())],
    ),
]


class EverythingIndex:
    """Finds all entries whose id holds the words; a careless one also what may not be shown."""

    def __init__(self, entries: Sequence[Entry] = ENTRIES, *, careless: bool = False):
        self.entries = entries
        self.careless = careless

    async def search(self, question: Question) -> Found:
        words = question.words or ""
        ordered = browsing_order(self.entries, question.best_for)
        hits = [Hit(one) for one in ordered if words in one.id and (self.careless or fits(one, question))]
        return page(hits, offset=question.offset, limit=question.limit)

    async def suggest(self, question: Question) -> Found:
        return await self.search(question)


def build(entries: Sequence[Entry], index: EverythingIndex | None = None, shelf: EntryShelf | None = None) -> Catalogue:
    return Catalogue(
        entries=shelf or EntryShelf(entries),
        index=index or EverythingIndex(entries),
        wording=WORDING,
        need_labels=LABELS,
        clock=FixedClock(NIGHT),
    )


@pytest.fixture
def catalogue() -> Catalogue:
    return build(ENTRIES)


def ids(answer) -> list[str]:
    return [programme.id for programme in answer.programmes]


async def search(catalogue: Catalogue, **fields) -> pb.SearchProgrammesResponse:
    return await catalogue.search(pb.SearchProgrammesRequest(**fields))


async def test_words_find_what_the_index_finds_but_never_what_has_ended(catalogue):
    assert ids(await search(catalogue, query="a-rent")) == ["a-rent"]
    assert ids(await search(catalogue, query="c-ended")) == []


async def test_what_an_index_finds_that_lags_behind_is_not_shown():
    index = EverythingIndex(careless=True)
    catalogue = Catalogue(
        entries=EntryShelf(ENTRIES), index=index, wording=WORDING, need_labels=LABELS, clock=FixedClock(NIGHT)
    )
    answer = await search(catalogue, audience=CHILD)
    assert ids(answer) == ["e-night-line"]
    assert answer.total_size == 1


async def test_no_words_browse_everything_in_the_order_of_its_reading(catalogue):
    assert ids(await search(catalogue)) == ["a-rent", "b-weak", "d-tokyo", "e-night-line", "f-unknown-hours"]


async def test_browsing_a_topic_gives_the_best_answer_to_it_first(catalogue):
    assert ids(await catalogue.browse(pb.ListProgrammesRequest(topic="housing.rent"))) == [
        "a-rent",
        "d-tokyo",
        "b-weak",
    ]


async def test_a_place_leaves_out_what_does_not_serve_it(catalogue):
    assert "d-tokyo" not in ids(await search(catalogue, municipality_code="012301"))
    assert "d-tokyo" in ids(await search(catalogue, municipality_code="131016"))


async def test_children_see_only_what_is_for_them(catalogue):
    assert ids(await search(catalogue, audience=CHILD)) == ["e-night-line"]


def written(kind: Contact.Kind.ValueType, value: str) -> Channel:
    return Channel(kind=kind, value=value, provenance=CHECKED)


@pytest.mark.parametrize(
    ("reach", "found", "ways"),
    [
        (pb.WITHOUT_SPEAKING, ["both-ways", "texts"], {Contact.CHAT, Contact.SMS}),
        (pb.INTERNET_ONLY, ["both-ways", "page"], {Contact.CHAT, Contact.WEB}),
    ],
)
async def test_who_cannot_speak_or_has_no_telephone_gets_only_ways_that_help(reach, found, ways):
    desks = {
        "both-ways": [line("0120-279-338", Hours(always=True)), written(Contact.CHAT, "https://example.jp/chat")],
        "page": [written(Contact.WEB, "https://example.jp/")],
        "texts": [written(Contact.SMS, "0120-279-889")],
        "voice": [line("0120-061-338", Hours(always=True))],
    }
    entries = [
        entry(id_, kind=Programme.DESK, needs={"lonely.talk": 1.0}, channels=channels, apply_at=NOTHING_TO_APPLY)
        for id_, channels in desks.items()
    ]
    catalogue = build(entries)

    answer = await search(catalogue, reach=reach)

    assert sorted(ids(answer)) == found
    assert {contact.kind for programme in answer.programmes for contact in programme.contacts} == ways
    # Where nothing is found, who listens can be reached so too.
    nothing = await search(catalogue, query="nothing", reach=reach)
    assert {contact.kind for programme in nothing.instead for contact in programme.contacts} == ways


async def test_who_will_not_say_their_name_finds_only_what_is_known_to_take_them():
    entries = [
        entry("asks", needs={"lonely.talk": 1.0}, anonymous_ok=False),
        entry("nameless", needs={"lonely.talk": 1.0}, anonymous_ok=True),
        entry("unknown", needs={"lonely.talk": 1.0}),
    ]
    answer = await search(build(entries), without_name=True)
    assert ids(answer) == ["nameless"]
    assert answer.programmes[0].anonymous_ok
    assert answer.total_size == 1
    assert len(ids(await search(build(entries)))) == 3


async def test_open_now_gives_only_desks_known_to_be_open(catalogue):
    assert ids(await search(catalogue, open_now=True)) == ["e-night-line"]


async def test_pages_follow_each_other_without_gap_or_repetition(catalogue):
    seen: list[str] = []
    token = ""
    for _ in range(10):
        page = await search(catalogue, page_size=2, page_token=token)
        assert page.total_size == 5
        seen += ids(page)
        token = page.next_page_token
        if not token:
            break
    assert seen == ids(await search(catalogue))


async def test_facets_count_all_results_not_only_the_page(catalogue):
    facets = {facet.name: facet.values for facet in (await search(catalogue, page_size=1, language="ja")).facets}
    assert [(value.value, value.label, value.count) for value in facets["kind"]] == [
        ("SCHEME", "支援制度", 3),
        ("DESK", "相談窓口", 2),
    ]
    assert [(value.value, value.label, value.count) for value in facets["topics"]] == [
        ("housing.rent", "家賃が払えない", 3),
        ("lonely.talk", "話したい", 2),
    ]


async def test_a_cry_for_help_in_a_search_is_answered_beside_the_results(catalogue):
    answer = await search(catalogue, query="死にたい", language="ja")
    assert Crisis.SUICIDE in answer.crisis.kinds
    assert answer.crisis.contacts
    assert not (await search(catalogue, query="家賃")).HasField("crisis")


async def test_where_nothing_is_found_there_is_somebody_to_reach(catalogue):
    nothing = await search(catalogue, query="zzz")
    assert ids(nothing) == []
    assert [programme.id for programme in nothing.instead] == ["e-night-line", "f-unknown-hours"]
    assert not (await search(catalogue, query="a-rent")).instead


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"topics": ["housing.rent", "no.such"]}, "topics[1]"),
        ({"municipality_code": "999999"}, "municipality_code"),
        ({"municipality_code": "131010"}, "municipality_code"),
        ({"page_token": "nonsense"}, "page_token"),
    ],
)
async def test_a_wrong_field_is_named(catalogue, fields, field):
    with pytest.raises(InvalidArgument) as caught:
        await search(catalogue, **fields)
    assert [violation.field for violation in caught.value.violations] == [field]


async def test_getting_one_shows_it_in_the_asked_language_beside_the_japanese_name(catalogue):
    programme = catalogue.get(pb.GetProgrammeRequest(id="a-rent", language="en-GB"))
    assert programme.display_name == "name a-rent"
    assert programme.display_name_ja == "名前 a-rent"
    assert programme.handoff_available


@pytest.mark.parametrize("id_", ["no-such", "c-ended"])
async def test_what_is_not_there_or_has_ended_is_not_found(catalogue, id_):
    with pytest.raises(NotFound):
        catalogue.get(pb.GetProgrammeRequest(id=id_))


def marked(text: str, spans) -> list[str]:
    return [text[span.start : span.end] for span in spans]


async def test_the_words_of_a_search_are_marked_in_the_texts_that_are_shown(catalogue):
    answer = await search(catalogue, query="a-rent")
    assert [one.programme_id for one in answer.highlights] == ["a-rent"]
    assert marked(answer.programmes[0].display_name, answer.highlights[0].display_name) == ["a-rent"]
    assert not (await search(catalogue)).highlights


async def test_only_schemes_or_only_desks(catalogue):
    assert ids(await search(catalogue, kind=Programme.DESK)) == ["e-night-line", "f-unknown-hours"]
    assert ids(await search(catalogue, kind=Programme.SCHEME)) == ["a-rent", "b-weak", "d-tokyo"]


async def test_what_is_being_typed_leads_to_names_in_the_asked_language(catalogue):
    answer = await catalogue.suggest(pb.SuggestProgrammesRequest(prefix="rent", language="en"))
    assert [(one.programme_id, one.display_name, one.display_name_ja) for one in answer.suggestions] == [
        ("a-rent", "name a-rent", "名前 a-rent")
    ]
    assert marked(answer.suggestions[0].display_name, answer.suggestions[0].typed) == ["rent"]
    assert not answer.HasField("crisis")


async def test_suggestions_never_show_what_has_ended_or_is_not_for_these_people():
    index = EverythingIndex(careless=True)
    catalogue = Catalogue(
        entries=EntryShelf(ENTRIES), index=index, wording=WORDING, need_labels=LABELS, clock=FixedClock(NIGHT)
    )
    request = pb.SuggestProgrammesRequest(prefix="e", audience=CHILD)
    assert [one.programme_id for one in (await catalogue.suggest(request)).suggestions] == ["e-night-line"]


async def test_a_cry_for_help_is_answered_while_it_is_typed(catalogue):
    answer = await catalogue.suggest(pb.SuggestProgrammesRequest(prefix="死にたい", language="ja"))
    assert Crisis.SUICIDE in answer.crisis.kinds
    assert answer.crisis.contacts


async def test_a_place_that_does_not_exist_is_named_in_suggestions_too(catalogue):
    with pytest.raises(InvalidArgument):
        await catalogue.suggest(pb.SuggestProgrammesRequest(prefix="a", municipality_code="999999"))


async def test_what_the_index_still_holds_is_shown_as_it_is_now_or_not_at_all():
    shelf = EntryShelf(ENTRIES)
    catalogue = build(ENTRIES, shelf=shelf)
    assert "a-rent" in ids(await search(catalogue, query="a-rent"))
    newer = entry("b-weak", needs={"housing.rent": 0.3}, revision=1)
    newer.name["ja"] = "新しい名前"
    shelf.apply([Change("a-rent", 1, None), Change("b-weak", 1, newer)])
    assert ids(await search(catalogue, query="a-rent")) == []
    (shown,) = (await search(catalogue, query="b-weak")).programmes
    assert shown.display_name_ja == "新しい名前"
    suggested = (await catalogue.suggest(pb.SuggestProgrammesRequest(prefix="-"))).suggestions
    assert ("b-weak", "新しい名前") in [(one.programme_id, one.display_name_ja) for one in suggested]
    assert "a-rent" not in [one.programme_id for one in suggested]


async def test_a_withdrawn_contact_of_the_floor_is_in_no_answer_to_a_cry():
    shelf = EntryShelf(ENTRIES)
    catalogue = build(ENTRIES, shelf=shelf)
    wrong = Entry(id="yorisoi-hotline", revision=1, floor=True, withdrawn=["0120-279-338"])
    shelf.apply([Change("yorisoi-hotline", 1, wrong)])
    crisis = (await search(catalogue, query="死にたい")).crisis
    values = {contact.value for contact in crisis.contacts}
    assert values
    assert "0120-279-338" not in values
