"""What a frightened person reads: fixed texts in every language, and ways to reach somebody."""

import re
from datetime import UTC, datetime
from itertools import combinations

import pytest
from notalone.common.v1.common_pb2 import CHILD, GENERAL, TEEN
from notalone.common.v1.contact_pb2 import Contact
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone_crisis import NEVER_WITHDRAWN, contact_id, entry_ids, floor_entries, help_contacts, respond
from notalone_crisis.contacts import IN_WRITING, URGENCY
from notalone_kernel.languages import LANGUAGES

NIGHT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)  # 03:00 in Japan
AFTERNOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 14:00 in Japan
AUDIENCES = (GENERAL, TEEN, CHILD)
EVERY_ANSWER = [(kind, language, audience) for kind in URGENCY for language in LANGUAGES for audience in AUDIENCES]

AUTOMATIC = {
    "ja": "自動",
    "en": r"automatic|machine",
    "zh-Hans": "自动",
    "zh-Hant": "自動",
    "ko": "자동",
    "pt": r"automático|máquina",
    "es": r"automático|máquina",
    "tl": r"Awtomatiko|Makina",
    "th": "อัตโนมัติ",
    "vi": "tự động",
    "ne": r"स्वचालित|मेसिन",
    "id": r"otomatis|mesin",
}
NO_FAULT = {
    "ja": "せいじゃ|せいでは",
    "en": "not your fault",
    "zh-Hans": "不是你的错",
    "zh-Hant": "不是你的錯",
    "ko": "탓이 아|잘못이 아",
    "pt": "culpa não é sua",
    "es": "no es culpa tuya",
    "tl": "hindi mo",
    "th": "ไม่ใช่ความผิด",
    "vi": "không phải lỗi",
    "ne": "गल्ती होइन",
    "id": "bukan salahmu",
}
IN_WRITING_WORD = {
    "ja": "文字",
    "en": r"writ(e|ing)",
    "zh-Hans": "文字|打字",
    "zh-Hant": "文字|打字",
    "ko": "글로",
    "pt": r"escrito|escrever",
    "es": r"escrito|escribir",
    "tl": r"sulat|sumulat",
    "th": r"ข้อความ|พิมพ์",
    "vi": r"chữ|viết",
    "ne": r"लेख",
    "id": r"tulis|menulis",
}
TRUSTED = {
    "ja": "信頼できる|信じられる|話せそうな",
    "en": "trust|can talk to",
    "zh-Hans": "信得过|愿意说",
    "zh-Hant": "信得過|願意說",
    "ko": "믿을 수 있는|말할 수 있을",
    "pt": "de confiança|consegue falar",
    "es": "de confianza|puedas hablar",
    "tl": "pinagkakatiwalaan|makakausap",
    "th": "ไว้ใจ|คุยด้วยได้",
    "vi": "tin|có thể nói",
    "ne": "भरोसा|कुरा गर्न सकिने",
    "id": "percaya|ajak bicara",
}
# Promises, pep talk, jargon, blame, method: no text may hold any of these.
FORBIDDEN = re.compile(
    "頑張|がんば|約束|やくそく|命を粗末|自殺の方法|希死|念慮|成功した|心配いりません|必ず助|親に相談|お父さんやお母さんに|親に話"
    "|promise|cheer up|don't be silly|commit(ted)? suicide|ask your parents|tell your parents"
    "|promet|prometo|pangako|janji|สัญญา|hứa|वाचा|约定|保证|約定|保證|약속|힘내|加油|ânimo|semangat"
    r"|薬|ロープ|刃物|屋上|飛び降り|\bpills?\b|\brope\b|\bknife\b|\bbridge\b|药|刀|약을|칼|cuchillo|\bfaca\b|kutsilyo|มีด|\bdao\b|pisau",
    re.IGNORECASE,
)


def spoken(kind, language, audience, **more):
    return respond([kind], language=language, audience=audience, now=NIGHT, **more)


def text_of(crisis):
    return "\n".join(message.text for message in crisis.messages)


@pytest.mark.parametrize(("kind", "language", "audience"), EVERY_ANSWER)
def test_every_answer_says_what_it_must(kind, language, audience):
    crisis = spoken(kind, language, audience)
    text = text_of(crisis)
    assert 3 <= len(crisis.messages) <= 6
    assert "110" in text
    assert "119" in text
    for part in (AUTOMATIC, NO_FAULT, IN_WRITING_WORD, TRUSTED):
        assert re.search(part[language], text, re.IGNORECASE), part[language]
    assert not FORBIDDEN.search(text), FORBIDDEN.search(text)
    # Numbers that can be withdrawn stand among the contacts, never in the texts.
    assert set(re.findall(r"\d{3,}", text)) == {"110", "119"}


@pytest.mark.parametrize(("kind", "language", "audience"), EVERY_ANSWER)
def test_it_asks_about_safety_once(kind, language, audience):
    questions = [message for message in spoken(kind, language, audience).messages if _asks(message.text, language)]
    assert len(questions) == 1


def _asks(text, language):
    if language == "th":
        return "ไหม" in text
    if language == "ja":
        return bool(re.search("ですか。|ますか。|？", text))
    return bool(re.search(r"[?？]", text))


@pytest.mark.parametrize(("kind", "language", "audience"), EVERY_ANSWER)
def test_messages_are_short(kind, language, audience):
    longest = max(len(message.text) for message in spoken(kind, language, audience).messages)
    assert longest <= (140 if language in {"ja", "zh-Hans", "zh-Hant"} else 170 if language == "ko" else 330)


@pytest.mark.parametrize("kind", URGENCY)
@pytest.mark.parametrize("language", LANGUAGES)
def test_children_and_teenagers_are_sent_to_a_person_of_their_own(kind, language):
    by_audience = {audience: text_of(spoken(kind, language, audience)) for audience in AUDIENCES}
    assert len(set(by_audience.values())) == 3


@pytest.mark.parametrize("kind", URGENCY)
def test_children_read_kanji_with_its_reading(kind):
    for message in spoken(kind, "ja", CHILD).messages:
        covered = {place for ruby in message.ruby for place in range(ruby.start, ruby.end)}
        kanji = [place for place, letter in enumerate(message.text) if "一" <= letter <= "鿿" or letter == "々"]
        assert set(kanji) <= covered, message.text
        assert not any(mark in message.text for mark in "{}|")


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_are_marked_and_shown_beside_the_japanese(language):
    crisis = spoken(Crisis.SUICIDE, language, TEEN)
    japanese = spoken(Crisis.SUICIDE, "ja", TEEN)
    assert crisis.translation_unchecked == (language != "ja")
    assert list(crisis.messages_ja) == ([] if language == "ja" else list(japanese.messages))


def test_signs_of_violence_add_how_to_stay_unseen_wherever_they_stand():
    alone = text_of(spoken(Crisis.VIOLENCE, "ja", GENERAL))
    second = respond([Crisis.VIOLENCE, Crisis.SUICIDE], language="ja", audience=GENERAL, now=NIGHT)
    assert "履歴" in alone
    assert "履歴" in text_of(second)
    assert list(second.kinds) == [Crisis.SUICIDE, Crisis.VIOLENCE]


@pytest.mark.parametrize("pair", list(combinations(URGENCY, 2)))
@pytest.mark.parametrize("audience", AUDIENCES)
def test_two_kinds_are_both_answered_most_urgent_first(pair, audience):
    crisis = respond(reversed(pair), language="ja", audience=audience, now=NIGHT)
    assert list(crisis.kinds) == list(pair)
    assert len(crisis.messages) <= 7
    assert crisis.messages[0] == spoken(pair[0], "ja", audience).messages[0]


def test_without_a_crisis_there_is_no_answer():
    assert respond([], language="ja", now=NIGHT) == Crisis()
    assert entry_ids([], audience=GENERAL) == []


@pytest.mark.parametrize(("kind", "language", "audience"), EVERY_ANSWER)
@pytest.mark.parametrize("now", [NIGHT, AFTERNOON])
def test_there_are_always_three_ways_one_by_text_and_some_answer_now(kind, language, audience, now):
    contacts = respond([kind], language=language, audience=audience, now=now).contacts
    others = [contact for contact in contacts if contact.value not in {"110", "119"}]
    assert len(others) >= 2
    assert len(contacts) >= 4
    assert any(contact.kind in IN_WRITING and contact.open_now for contact in others)
    assert any(
        contact.kind == Contact.PHONE and contact.open_now and contact.charge == Contact.FREE for contact in others
    )
    assert {"110", "119"} <= {contact.value for contact in contacts}
    assert not any("9999" in contact.value for contact in contacts)


@pytest.mark.parametrize(("kind", "language", "audience"), EVERY_ANSWER)
def test_closed_ways_come_after_open_ones_and_say_when_they_open(kind, language, audience):
    others = [c for c in spoken(kind, language, audience).contacts if c.value not in {"110", "119"}]
    closed = [contact.HasField("open_now") and not contact.open_now for contact in others]
    assert closed == sorted(closed)
    assert all(contact.next_open_time for contact, shut in zip(others, closed, strict=True) if shut)


def test_the_numbers_for_now_stand_before_desks_that_have_closed():
    # Ten in the evening: the chat of the desk for violence has just closed, the police has not.
    late = datetime(2026, 11, 26, 13, 5, tzinfo=UTC)
    contacts = respond([Crisis.VIOLENCE], language="ja", now=late).contacts
    openness = [contact.open_now for contact in contacts if contact.HasField("open_now")]
    assert False in openness
    assert openness == sorted(openness, reverse=True)


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        ([Crisis.EMERGENCY], ["119", "110"]),
        ([Crisis.EMERGENCY, Crisis.SUICIDE], ["119", "110"]),
        ([Crisis.EMERGENCY, Crisis.VIOLENCE], ["110", "119"]),
        ([Crisis.EMERGENCY, Crisis.SEXUAL_VIOLENCE], ["110", "119"]),
    ],
)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_in_an_emergency_the_numbers_for_now_come_first(kinds, first, audience):
    contacts = respond(kinds, language="ja", audience=audience, now=NIGHT).contacts
    assert [contact.value for contact in contacts[:2]] == first


@pytest.mark.parametrize(
    ("kind", "audience", "value"),
    [
        (Crisis.SUICIDE, GENERAL, "0120-279-338"),
        (Crisis.SUICIDE, CHILD, "0120-0-78310"),
        (Crisis.CHILD_ABUSE, GENERAL, "189"),
        (Crisis.CHILD_ABUSE, CHILD, "189"),
        (Crisis.CHILD_ABUSE, TEEN, "0120-0-78310"),
        (Crisis.SEXUAL_VIOLENCE, TEEN, "#8891"),
        (Crisis.SEXUAL_VIOLENCE, CHILD, "189"),
        (Crisis.VIOLENCE, GENERAL, "0120-279-889"),
        (Crisis.VIOLENCE, TEEN, "0120-279-889"),
        (Crisis.VIOLENCE, CHILD, "0120-0-78310"),
        (Crisis.EMERGENCY, CHILD, "0120-0-78310"),
    ],
)
def test_the_desk_for_it_is_there(kind, audience, value):
    assert value in {contact.value for contact in spoken(kind, "ja", audience).contacts}


def test_against_violence_writing_comes_before_calling():
    contacts = spoken(Crisis.VIOLENCE, "ja", GENERAL).contacts
    assert contacts[0].kind in IN_WRITING


def test_in_other_languages_the_desk_that_speaks_them_comes_first_while_it_is_open():
    contacts = respond([Crisis.VIOLENCE], language="ne", audience=GENERAL, now=AFTERNOON).contacts
    assert contacts[0].kind == Contact.CHAT
    assert "ne" in contacts[0].languages
    line = [
        c for c in respond([Crisis.SUICIDE], language="vi", audience=GENERAL, now=AFTERNOON).contacts if c.keypad_path
    ]
    assert [contact.keypad_path for contact in line] == ["2"]


def test_people_in_tohoku_get_the_number_that_answers_there_first():
    values = [c.value for c in respond([Crisis.SUICIDE], language="ja", now=NIGHT, prefecture="04").contacts]
    assert values.index("0120-279-226") < values.index("0120-279-338")
    elsewhere = [c.value for c in respond([Crisis.SUICIDE], language="ja", now=NIGHT, prefecture="13").contacts]
    assert "0120-279-226" not in elsewhere


def test_a_folded_answer_keeps_everything():
    open_answer = spoken(Crisis.SUICIDE, "en", GENERAL)
    folded = spoken(Crisis.SUICIDE, "en", GENERAL, folded=True)
    assert folded.folded
    open_answer.folded = True
    assert folded == open_answer


WITHDRAWABLE = sorted({entry.id for entry in floor_entries()} - NEVER_WITHDRAWN)


@pytest.mark.parametrize("gone", list(combinations(WITHDRAWABLE, 2)))
@pytest.mark.parametrize("kind", URGENCY)
def test_when_two_entries_are_withdrawn_two_ways_to_talk_remain(gone, kind):
    withdrawn = frozenset(gone)
    kept = {channel.value for entry in floor_entries(withdrawn=withdrawn) for channel in entry.channels}
    for audience in AUDIENCES:
        crisis = spoken(kind, "ja", audience, withdrawn=withdrawn)
        assert {contact.value for contact in crisis.contacts} <= kept
        assert len({contact.value for contact in crisis.contacts}) >= 2
        assert not withdrawn & set(entry_ids([kind], audience=audience, withdrawn=withdrawn))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_help_for_errors_holds_the_floor(language, audience):
    contacts = help_contacts(language=language, now=NIGHT, audience=audience)
    values = {contact.value for contact in contacts}
    assert {"110", "119", "189", "0120-279-338", "0120-0-78310"} <= values
    assert any(contact.kind in IN_WRITING and contact.open_now for contact in contacts)
    assert all(contact.name and contact.name_ja for contact in contacts)
    gone = frozenset({contact_id("yorisoi-hotline", "0120-279-338")})
    left = {contact.value for contact in help_contacts(language=language, now=NIGHT, audience=audience, withdrawn=gone)}
    assert left == values - {"0120-279-338"}


def test_the_numbers_for_now_stay_whatever_anybody_withdraws():
    everything = frozenset(
        name
        for entry in floor_entries()
        for name in (entry.id, *(contact_id(entry.id, channel.value) for channel in entry.channels))
    )
    left = help_contacts(language="ja", now=NIGHT, withdrawn=everything)
    assert {contact.value for contact in left} == {"110", "119"}
    assert {entry.id for entry in floor_entries(withdrawn=everything)} == NEVER_WITHDRAWN


def test_one_contact_of_a_desk_is_withdrawn_without_the_others():
    desk = next(entry for entry in floor_entries() if len({channel.value for channel in entry.channels}) > 1)
    value = desk.channels[0].value
    gone = frozenset({contact_id(desk.id, value)})
    left = next(entry for entry in floor_entries(withdrawn=gone) if entry.id == desk.id)
    assert {channel.value for channel in left.channels} == {channel.value for channel in desk.channels} - {value}
    assert next(entry for entry in floor_entries() if entry.id == desk.id) == desk


@pytest.mark.parametrize("kind", URGENCY)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_entries_to_suggest_are_floor_entries_for_these_people(kind, audience):
    floor = {entry.id: entry for entry in floor_entries()}
    ids = entry_ids([kind], audience=audience)
    assert len(ids) >= 2
    assert len(ids) == len(set(ids))
    assert all(audience in floor[entry_id].audiences for entry_id in ids)
