from datetime import datetime

import pytest
from notalone.catalog.v1.entry_pb2 import Channel, Entry, Hours, Pause, Provenance, TextList, WeeklyPeriod
from notalone.catalog.v1.programme_pb2 import HELLO_WORK, MUNICIPALITY, NOTHING_TO_APPLY
from notalone.common.v1.common_pb2 import AUDIENCE_UNSPECIFIED, CHILD, GENERAL, TEEN
from notalone.common.v1.contact_pb2 import Contact
from notalone_kernel.hours import JAPAN
from notalone_kernel.programmes import for_all, present, present_contact, serves, visible

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=JAPAN)
EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
MORNING = Hours(weekly=[WeeklyPeriod(days=EVERY_DAY, opens="09:00", closes="10:00")], on_holidays=Hours.OPEN)
ALWAYS = Hours(always=True)
FRESH = Provenance(sources=["https://example.org"], as_of="2026-09", check_state=Contact.NEEDS_RECHECK)
OLD = Provenance(sources=["https://example.org"], as_of="2021-11", check_state=Contact.NEEDS_RECHECK)


def phone(value: str, **more) -> Channel:
    return Channel(**{"kind": Contact.PHONE, "value": value, "hours": ALWAYS, "provenance": FRESH, **more})


def entry(*channels: Channel, **more) -> Entry:
    fields = {
        "id": "desk",
        "status": Entry.ACTIVE,
        "name": {"ja": "相談窓口", "en": "Advice desk"},
        "summary": {"ja": "話を聞きます", "ja-x-child": "{話|はなし}をきくよ"},
        "apply_at": NOTHING_TO_APPLY,
        "needs": {"lonely.talk": 0.5, "mind.distress": 1.0, "crime.victim": 0.5},
        "audiences": [GENERAL, TEEN],
        "provenance": OLD,
        "channels": channels,
    }
    return Entry(**{**fields, **more})


def values(shown: Entry, *, language: str = "ja", prefecture: str = "", now: datetime = NOON) -> list[str]:
    programme = present(shown, language=language, now=now, prefecture=prefecture)
    return [contact.value for contact in programme.contacts]


class TestTexts:
    def test_they_are_in_the_asked_language_and_say_so_where_not(self) -> None:
        programme = present(entry(), language="en", now=NOON)
        assert programme.display_name == "Advice desk"
        assert programme.display_name_ja == "相談窓口"
        assert programme.summary == "話を聞きます"
        assert programme.text_language == "ja"
        assert programme.translation_unchecked

    def test_japanese_needs_no_warning(self) -> None:
        programme = present(entry(), language="ja", now=NOON)
        assert (programme.text_language, programme.translation_unchecked) == ("ja", False)

    def test_children_get_their_own_wording_without_marks_in_japanese_only(self) -> None:
        assert present(entry(), language="ja", now=NOON, audience=CHILD).summary == "話をきくよ"
        assert present(entry(), language="ja", now=NOON, audience=TEEN).summary == "話を聞きます"
        assert present(entry(), language="th", now=NOON, audience=CHILD).summary == "話を聞きます"

    def test_topics_come_most_fitting_first(self) -> None:
        assert list(present(entry(), language="ja", now=NOON).topics) == [
            "mind.distress",
            "crime.victim",
            "lonely.talk",
        ]

    def test_questions_come_in_one_language(self) -> None:
        asked = entry(questions={"ja": TextList(items=["何が必要ですか"]), "en": TextList(items=["What do I need?"])})
        assert list(present(asked, language="ko", now=NOON).questions) == ["What do I need?"]
        assert list(present(entry(), language="ko", now=NOON).questions) == []

    def test_the_check_of_the_entry_is_shown(self) -> None:
        programme = present(entry(), language="ja", now=NOON)
        assert (programme.checked_on, programme.check_state) == ("2021-11", Contact.NEEDS_RECHECK)

    @pytest.mark.parametrize(
        ("apply_at", "available"), [(MUNICIPALITY, True), (HELLO_WORK, False), (NOTHING_TO_APPLY, False)]
    )
    def test_a_handoff_makes_sense_only_where_the_municipality_decides(self, apply_at, available: bool) -> None:
        assert present(entry(apply_at=apply_at), language="ja", now=NOON).handoff_available is available


class TestOrderOfContacts:
    def test_open_ones_come_first_then_unknown_then_closed(self) -> None:
        shown = entry(phone("110", hours=MORNING), phone("119", hours=Hours()), phone("118"))
        assert values(shown) == ["118", "119", "110"]

    def test_stale_ones_come_after_fresh_ones_of_the_same_openness(self) -> None:
        undated = Provenance(sources=["x"], check_state=Contact.UNCHECKED)
        checked = Provenance(sources=["x"], as_of="2020", check_state=Contact.CHECKED)
        shown = entry(
            phone("110", provenance=OLD),
            phone("118", hours=MORNING),
            phone("119", provenance=undated),
            phone("188"),
            phone("189", provenance=checked),
        )
        assert values(shown) == ["188", "189", "110", "119", "118"]

    def test_two_years_are_counted_from_the_last_day_that_the_date_can_mean(self) -> None:
        year = Provenance(sources=["x"], as_of="2024", check_state=Contact.UNCHECKED)
        assert values(entry(phone("110", provenance=OLD), phone("119", provenance=year))) == ["119", "110"]
        later = datetime(2027, 1, 5, tzinfo=JAPAN)
        assert values(entry(phone("119", provenance=year), phone("118")), now=later) == ["118", "119"]

    def test_a_channel_in_the_language_of_the_person_comes_first(self) -> None:
        shown = entry(
            phone("110", languages=["ja"]), phone("119"), phone("118", languages=["en", "zh-Hans"], hours=MORNING)
        )
        assert values(shown, language="zh-Hant") == ["118", "119", "110"]
        assert values(shown, language="ja") == ["110", "119", "118"]

    def test_equal_ones_keep_the_order_of_the_file(self) -> None:
        assert values(entry(phone("119"), phone("110"), phone("118"))) == ["119", "110", "118"]


class TestWhatIsLeftOut:
    def test_channels_outside_their_dates(self) -> None:
        shown = entry(
            phone("110", valid_until="2026-11-23"),
            phone("118", valid_from="2026-11-25"),
            phone("119", valid_until="2026-11-24"),
        )
        assert values(shown) == ["119"]

    def test_the_dates_are_those_of_japan(self) -> None:
        just_after_midnight = datetime.fromisoformat("2026-11-23T15:30:00+00:00")
        assert values(entry(phone("110", valid_until="2026-11-23")), now=just_after_midnight) == []

    def test_channels_that_cannot_be_called_from_where_the_person_is(self) -> None:
        shown = entry(phone("110", prefectures=["13", "14"]), phone("119"))
        assert values(shown, prefecture="01") == ["119"]
        assert values(shown, prefecture="131016") == ["110", "119"]
        assert values(shown) == ["110", "119"]

    def test_numbers_known_to_be_wrong_even_on_the_floor(self) -> None:
        assert values(entry(phone("0570-046-556"), phone("0570-064-556"), floor=True)) == ["0570-064-556"]

    def test_nothing_of_the_floor(self) -> None:
        shown = entry(phone("110", prefectures=["13"], valid_until="2020-01-01", provenance=OLD), floor=True)
        assert values(shown, prefecture="47") == ["110"]


class TestContact:
    def test_a_closed_one_says_when_it_opens(self) -> None:
        channel = phone("0120-279-338", hours=MORNING, keypad_path="2", say_first={"ja": "話したいです"})
        contact = present_contact(entry(), channel, language="ja", now=NOON)
        assert contact.open_now is False
        assert contact.HasField("open_now")
        assert contact.next_open_time == "2026-11-25T09:00:00+09:00"
        assert (contact.keypad_path, contact.say_first, contact.hours) == (
            "2",
            "話したいです",
            "毎日 9:00～10:00、祝日も受付",
        )
        assert not contact.HasField("reachable_from")

    def test_unknown_hours_say_nothing(self) -> None:
        contact = present_contact(entry(), phone("110", hours=Hours()), language="ja", now=NOON)
        assert not contact.HasField("open_now")
        assert not contact.HasField("next_open_time")
        assert contact.hours == ""

    @pytest.mark.parametrize("told", [{"ip_phone_ok": True}, {"ip_phone_ok": False}, {}])
    def test_it_tells_whether_ip_phones_reach_it_only_where_that_is_known(self, told) -> None:
        shown = entry(phone("110", **told))
        contact = present_contact(shown, shown.channels[0], language="ja", now=NOON)
        known = {"ip_phone_ok": contact.ip_phone_ok} if contact.HasField("ip_phone_ok") else {}
        assert known == told

    def test_it_bears_the_name_of_the_channel_else_of_the_entry(self) -> None:
        named = phone("110", name={"ja": "外国語"})
        assert present_contact(entry(), named, language="en", now=NOON).name == "外国語"
        assert present_contact(entry(), phone("110"), language="en", now=NOON).name == "Advice desk"


class TestVisible:
    @pytest.mark.parametrize(
        "status", [Entry.INACTIVE, Entry.DEFUNCT, Entry.TEMPORARILY_CLOSED, Entry.STATUS_UNSPECIFIED]
    )
    def test_only_active_entries_are_shown(self, status) -> None:
        assert not visible(entry(status=status), NOON)
        assert not visible(entry(status=status, floor=True), NOON)

    def test_an_entry_whose_every_channel_has_ended_is_not_shown(self) -> None:
        assert not visible(entry(phone("110", valid_until="2024-01-04")), NOON)
        assert visible(entry(phone("110", valid_until="2024-01-04"), phone("119")), NOON)
        assert visible(entry(), NOON)
        assert visible(entry(phone("110", valid_until="2024-01-04"), floor=True), NOON)


def test_an_entry_serves_its_people_and_places() -> None:
    tokyo = entry(prefectures=["13"])
    assert serves(tokyo, audience=GENERAL)
    assert serves(tokyo, audience=GENERAL, prefecture="13")
    assert serves(tokyo, audience=GENERAL, prefecture="131016")
    assert not serves(tokyo, audience=GENERAL, prefecture="27")
    assert not serves(tokyo, audience=CHILD)
    assert serves(entry(), audience=AUDIENCE_UNSPECIFIED, prefecture="47")


class TestPausedAndWithdrawn:
    def test_a_paused_desk_is_shown_as_closed_until_its_agency_opens_it(self) -> None:
        paused = entry(phone("110"), pause=Pause(until="2026-11-25T00:00:00Z"))
        programme = present(paused, language="ja", now=NOON)
        assert programme.paused_until == "2026-11-25T09:00:00+09:00"
        (contact,) = programme.contacts
        assert (contact.open_now, contact.next_open_time) == (False, "2026-11-25T09:00:00+09:00")

    def test_after_a_pause_the_hours_say_when_it_opens_again(self) -> None:
        paused = entry(phone("110", hours=MORNING), pause=Pause(until="2026-11-25T03:00:00Z"))
        (contact,) = present(paused, language="ja", now=NOON).contacts
        assert contact.next_open_time == "2026-11-26T09:00:00+09:00"
        unknown = entry(phone("110", hours=Hours()), pause=Pause(until="2026-11-25T03:00:00Z"))
        (contact,) = present(unknown, language="ja", now=NOON).contacts
        assert (contact.open_now, contact.HasField("next_open_time")) == (False, False)

    @pytest.mark.parametrize("until", ["2026-11-24T03:00:00Z", "2026-11-25T00:00:00", "soon", ""])
    def test_a_pause_that_is_over_or_cannot_be_read_changes_nothing(self, until: str) -> None:
        shown = present(entry(phone("110"), pause=Pause(until=until)), language="ja", now=NOON)
        assert not shown.HasField("paused_until")
        assert shown.contacts[0].open_now

    @pytest.mark.parametrize("floor", [False, True])
    def test_a_withdrawn_contact_is_not_shown_nor_a_desk_without_any_other(self, floor: bool) -> None:
        both = entry(phone("110"), phone("119"), withdrawn=["110"], floor=floor)
        assert values(both) == ["119"]
        assert visible(both, NOON)
        assert not visible(entry(phone("110"), withdrawn=["110"], floor=floor), NOON)


def test_what_is_handed_out_holds_only_ways_that_may_be_shown_wherever_one_is() -> None:
    whole = entry(phone("03-1111-1111"), phone("03-2222-2222", prefectures=["13"]))
    assert for_all(whole, NOON) is whole
    hidden = entry(phone("03-1111-1111"), phone("0570-078-310"), phone("03-3333-3333", valid_until="2001-01-01"))
    hidden.channels.append(phone("03-4444-4444"))
    hidden.withdrawn.append("03-4444-4444")
    assert [each.value for each in for_all(hidden, NOON).channels] == ["03-1111-1111"]
    assert len(hidden.channels) == 4
