from string import Formatter

import pytest
from notalone.catalog.v1.entry_pb2 import Entry
from notalone.catalog.v1.programme_pb2 import MUNICIPALITY
from notalone.portal_link.v1.portal_link_service_pb2 import CreateHandoffRequest, Handoff
from notalone_chassis import wording as chassis_wording
from notalone_chassis.errors import InvalidArgument, NotFound
from notalone_kernel.languages import LANGUAGES
from notalone_portal_link.adapters import packaged_programmes, shared_procedures
from notalone_portal_link.usecases import PortalLinks
from notalone_portal_link.wording import Wording

NOBORIBETSU = "012301"


def hand_on(
    links: PortalLinks, programme_id: str, language: str = "ja", *, watched: bool = False, **place: str
) -> Handoff:
    request = CreateHandoffRequest(programme_id=programme_id, language=language, watched=watched, **place)
    return links.hand_on(request)


class TestWhereTheMunicipalityDecides:
    def test_the_person_goes_on_with_the_city_and_the_words_to_search_for(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "childcare-centres", municipality_code=NOBORIBETSU)
        assert handoff.available
        assert handoff.reason_code == Handoff.MUNICIPALITY_DECIDES
        assert handoff.search_phrase == "登別市 地域子育て支援拠点事業"
        assert handoff.municipality.code == NOBORIBETSU
        assert handoff.decided_by == "登別市"
        assert handoff.search_phrase in handoff.reason
        assert handoff.url.startswith("https://")

    def test_five_digits_and_other_widths_name_the_same_place(self, links: PortalLinks) -> None:
        whole = hand_on(links, "childcare-centres", municipality_code=NOBORIBETSU)
        assert hand_on(links, "childcare-centres", municipality_code="01230") == whole
        assert hand_on(links, "childcare-centres", postal_code="〒０５９－００１２") == whole

    def test_the_name_stands_in_where_there_is_no_phrase(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "without-phrase", municipality_code=NOBORIBETSU)
        assert handoff.search_phrase == "登別市 地域子育て支援拠点事業"

    def test_for_a_ward_of_a_designated_city_the_city_decides(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "childcare-centres", municipality_code="011011")
        assert handoff.search_phrase.startswith("札幌市 ")
        assert handoff.decided_by == "札幌市"
        assert handoff.municipality.name == "札幌市中央区"
        assert handoff.municipality.parent_code == "011002"

    def test_a_ward_of_tokyo_decides_itself(self, links: PortalLinks) -> None:
        assert hand_on(links, "childcare-centres", municipality_code="131016").decided_by == "千代田区"

    def test_it_always_says_that_others_may_see_it(self, links: PortalLinks) -> None:
        for language in LANGUAGES:
            handoff = hand_on(links, "childcare-centres", language, municipality_code=NOBORIBETSU)
            assert handoff.cautions[0] == Wording.packaged().say("caution.seen_by_others", language)

    def test_after_a_disaster_it_may_be_another_municipality(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "damage-certificate", municipality_code=NOBORIBETSU)
        assert Wording.packaged().say("caution.damaged_house", "ja") in handoff.cautions

    def test_readers_of_roman_letters_can_read_the_city_and_still_search_in_japanese(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "childcare-centres", "en-GB", municipality_code=NOBORIBETSU)
        assert handoff.decided_by == "Noboribetsu-shi (登別市)"
        assert handoff.search_phrase == "登別市 地域子育て支援拠点事業"


class TestWhereSomebodyMustNotKnow:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_after_signs_of_violence_it_warns_in_every_language_and_still_leads_on(
        self, links: PortalLinks, language: str
    ) -> None:
        handoff = hand_on(links, "childcare-centres", language, watched=True, municipality_code=NOBORIBETSU)
        assert handoff.warning == Wording.packaged().say("warning.watched", language)
        assert handoff.url
        assert handoff.search_phrase

    def test_it_says_so_once(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "childcare-centres", watched=True, municipality_code=NOBORIBETSU)
        assert Wording.packaged().say("caution.seen_by_others", "ja") not in handoff.cautions
        assert Wording.packaged().say("caution.link_unchecked", "ja") in handoff.cautions

    def test_a_programme_about_violence_warns_whoever_asks(self, links: PortalLinks) -> None:
        assert hand_on(links, "protection", municipality_code=NOBORIBETSU).warning

    def test_nobody_else_is_frightened(self, links: PortalLinks) -> None:
        assert not hand_on(links, "childcare-centres", municipality_code=NOBORIBETSU).warning

    @pytest.mark.parametrize("programme_id", ["unemployment-benefit", "talk"])
    def test_where_no_portal_is_offered_there_is_nothing_to_warn_of(
        self, links: PortalLinks, programme_id: str
    ) -> None:
        assert not hand_on(links, programme_id, watched=True, municipality_code=NOBORIBETSU).warning

    def test_it_names_what_gives_one_away_and_who_to_tell(self) -> None:
        text = Wording.packaged().say("warning.watched", "ja")
        for told in ("暗証番号", "この端末", "世帯主", "ここでは申請せず", "相談窓口"):
            assert told in text


class TestTheProcedureFirst:
    def test_it_is_named_in_both_languages_with_its_key(self, links: PortalLinks) -> None:
        procedure = hand_on(links, "childcare-centres", "en", municipality_code=NOBORIBETSU).procedure
        assert procedure.key == "childcare-centres"
        assert (procedure.name, procedure.name_ja) == ("Childcare support centres", "地域子育て支援拠点事業")

    def test_programmes_that_are_applied_for_by_one_procedure_share_its_key(self, links: PortalLinks) -> None:
        assert hand_on(links, "same-procedure", municipality_code=NOBORIBETSU).procedure.key == "childcare-centres"

    def test_it_is_the_same_whoever_offers_it_also_before_that_is_known(self, links: PortalLinks) -> None:
        known = hand_on(links, "childcare-centres", municipality_code=NOBORIBETSU)
        open_still = hand_on(links, "childcare-centres", postal_code=_several_municipalities(links))
        assert open_still.procedure == known.procedure
        assert hand_on(links, "unemployment-benefit", municipality_code=NOBORIBETSU).HasField("procedure")

    def test_a_desk_has_none(self, links: PortalLinks) -> None:
        assert not hand_on(links, "talk", municipality_code=NOBORIBETSU).HasField("procedure")

    def test_every_packaged_programme_of_municipalities_has_words_that_find_it_and_those_of_one_procedure_one_key(
        self,
    ) -> None:
        shared = shared_procedures()
        programmes = [entry for entry in packaged_programmes().all() if entry.apply_at == MUNICIPALITY]
        active = {entry.id: entry.search_phrase for entry in programmes if entry.status == Entry.ACTIVE}
        assert all(active.values())
        keys: dict[str, set[str]] = {}
        for entry_id, words in active.items():
            keys.setdefault(words, set()).add(shared.get(entry_id, entry_id))
        assert {words: found for words, found in keys.items() if len(found) > 1} == {}
        assert {active[entry_id] == active[key] for entry_id, key in shared.items()} == {True}


class TestWhereItDoesNot:
    def test_hello_work_is_named_and_the_portal_is_not_offered(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "unemployment-benefit", municipality_code=NOBORIBETSU)
        assert not handoff.available
        assert handoff.reason_code == Handoff.DECIDED_ELSEWHERE
        assert "ハローワーク" in handoff.decided_by
        assert handoff.decided_by in handoff.reason
        assert not handoff.HasField("url")
        assert (handoff.search_phrase, list(handoff.cautions)) == ("", [])

    def test_the_prefecture_is_named(self, links: PortalLinks) -> None:
        assert "北海道" in hand_on(links, "intractable-diseases", municipality_code=NOBORIBETSU).decided_by
        assert "Hokkaido" in hand_on(links, "intractable-diseases", "th", municipality_code=NOBORIBETSU).decided_by

    def test_others_stand_in_the_words_of_the_entry(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "fund", municipality_code=NOBORIBETSU)
        assert handoff.reason_code == Handoff.DECIDED_ELSEWHERE
        assert handoff.decided_by == "基金の事務局"
        assert handoff.decided_by in handoff.reason

    def test_where_nothing_is_known_nothing_is_said(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "nobody-knows", municipality_code=NOBORIBETSU)
        assert handoff.reason_code == Handoff.DECIDED_ELSEWHERE
        assert handoff.decided_by == ""
        assert "まだ確かめられていません" in handoff.reason

    @pytest.mark.parametrize("office", ["welfare_office", "labour_office", "pension_office", "insurer", "school"])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_office_has_its_words(self, links: PortalLinks, office: str, language: str) -> None:
        handoff = hand_on(links, f"at-{office}", language, municipality_code=NOBORIBETSU)
        assert handoff.decided_by
        assert handoff.decided_by in handoff.reason

    def test_a_desk_needs_no_application(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "talk", municipality_code=NOBORIBETSU)
        assert not handoff.available
        assert handoff.reason_code == Handoff.NOTHING_TO_APPLY
        assert handoff.decided_by == ""

    def test_which_of_several_places_does_not_matter_then(self, links: PortalLinks) -> None:
        several = _several_municipalities(links)
        handoff = hand_on(links, "unemployment-benefit", postal_code=several)
        assert handoff.reason_code == Handoff.DECIDED_ELSEWHERE
        assert not handoff.HasField("municipality")


class TestPostalCodes:
    def test_one_of_several_municipalities_has_to_be_chosen(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "childcare-centres", postal_code=_several_municipalities(links))
        assert not handoff.available
        assert handoff.reason_code == Handoff.SEVERAL_MUNICIPALITIES
        assert len(handoff.candidates) > 1
        assert handoff.reason
        assert not handoff.HasField("municipality")

    def test_several_wards_of_one_city_are_that_city(self, links: PortalLinks) -> None:
        handoff = hand_on(links, "childcare-centres", postal_code="432-0000")
        assert handoff.available
        assert handoff.municipality.name == "浜松市"

    @pytest.mark.parametrize("postal_code", ["059", "9999999", "登別", "059-00123", " "])
    def test_an_unknown_one_is_named(self, links: PortalLinks, postal_code: str) -> None:
        with pytest.raises(InvalidArgument) as error:
            hand_on(links, "childcare-centres", postal_code=postal_code)
        [violation] = error.value.violations
        assert (violation.field, violation.rule) == ("postal_code", "postal_code.unknown")
        assert chassis_wording.known(violation.rule)


@pytest.mark.parametrize("code", ["010006", "01000", "012302", "999999", "13999", "221317"])
def test_prefectures_wrong_and_abolished_codes_are_named(links: PortalLinks, code: str) -> None:
    with pytest.raises(InvalidArgument) as error:
        hand_on(links, "childcare-centres", municipality_code=code)
    [violation] = error.value.violations
    assert (violation.field, violation.rule) == ("municipality_code", "municipality.unknown")
    assert chassis_wording.known(violation.rule)


@pytest.mark.parametrize("programme_id", ["no-such-programme", "ended"])
def test_programmes_that_are_not_shown_are_not_found(links: PortalLinks, programme_id: str) -> None:
    with pytest.raises(NotFound):
        hand_on(links, programme_id, municipality_code=NOBORIBETSU)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_there_in_every_language(language: str) -> None:
    for key, texts in Wording.packaged().texts.items():
        assert set(texts) == set(LANGUAGES), key
        assert blanks(texts[language]) == blanks(texts["ja"]), key


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _several_municipalities(links: PortalLinks) -> str:
    """A postal code that two municipalities share, found in the table itself."""
    table = links.places.postal
    for one, other in zip(range(len(table.places)), range(1, len(table.places)), strict=False):
        if table.postal_codes[one] == table.postal_codes[other]:
            cities = {
                links.places.deciding(links.places.municipalities[table.places[number]]).code for number in (one, other)
            }
            if len(cities) > 1:
                return f"{table.postal_codes[one]:07}"
    raise AssertionError("no postal code is shared")
