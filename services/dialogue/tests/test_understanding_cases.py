"""How often one text of a fresh conversation brings help that fits among the first three: floors over our own cases.

At first sight, before anything was mended by them, 365 of 389 (fresh), 138 of 178
(second) and 49 of 61 (third, written after mending by the first two) were met.
"""

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from notalone.common.v1.common_pb2 import Audience
from notalone.dialogue.v1 import dialogue_service_pb2 as pb
from notalone_chassis.clock import FixedClock
from notalone_chassis.seal import Sealer, SealKey
from notalone_dialogue.main import conversations
from notalone_dialogue.understanding import load_understanding
from notalone_dialogue.usecases import Conversations

HERE = Path(__file__).parent
# A weekday morning.
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
FLOORS = {"fresh_cases.jsonl": 0.97, "second_cases.jsonl": 0.96, "third_cases.jsonl": 0.93}
FLOOR_OF_A_LANGUAGE = 0.8


@cache
def service() -> Conversations:
    key = SealKey(b"1234", b"k" * 32, NOW)
    return conversations(sealer=Sealer(lambda: [key]), clock=FixedClock(NOW), understanding=load_understanding())


@cache
def cases(file: str) -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(line) for line in (HERE / file).read_text(encoding="utf-8").splitlines())


def reply(case: dict[str, Any]) -> pb.Turn:
    audience = Audience.Value(case["audience"].upper())
    start = service().start(language=case["lang"], audience=audience, municipality_code="")
    request = pb.ReplyConversationRequest(conversation=start.conversation, text=case["text"])
    return service().reply(request, language=case["lang"])


@cache
def misses(file: str) -> tuple[dict[str, Any], ...]:
    return tuple(case for case in cases(file) if not met(case))


def met(case: dict[str, Any]) -> bool:
    names = [suggestion.programme.display_name_ja for suggestion in reply(case).suggestions[:3]]
    return any(re.search(pattern, name) for pattern in case["expect"] for name in names)


@pytest.mark.parametrize("file", FLOORS)
def test_help_that_fits_is_among_the_first_three(file: str) -> None:
    missed = misses(file)
    assert 1 - len(missed) / len(cases(file)) >= FLOORS[file], "\n".join(case["text"] for case in missed)


def test_no_language_and_no_age_is_left_behind() -> None:
    for feature in ("lang", "audience"):
        for value in {case[feature] for file in FLOORS for case in cases(file)}:
            total = sum(case[feature] == value for file in FLOORS for case in cases(file))
            missed = [case["text"] for file in FLOORS for case in misses(file) if case[feature] == value]
            assert 1 - len(missed) / total >= FLOOR_OF_A_LANGUAGE, (value, missed)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("病児保育", "病児・病後児保育事業"),
        ("しょうびょうてあてきんについて", "傷病手当金"),
        ("住居かくほ給付金を使いたい", "住居確保給付金"),
        ("こうがくりょうようひって何", "高額療養費"),
        ("サポステに行ってみたい", "地域若者サポートステーション"),
        ("ファミサポを使いたい", "ファミリー・サポート・センター"),
    ],
)
def test_who_names_a_programme_meets_it_first_or_second(text: str, name: str) -> None:
    turn = reply({"lang": "ja", "audience": "general", "text": text})
    assert any(name in suggestion.programme.display_name_ja for suggestion in turn.suggestions[:2])


def test_a_worry_told_with_a_cry_for_help_has_a_place_among_the_first_three() -> None:
    turn = reply({"lang": "ja", "audience": "general", "text": "借金が返せなくて死にたい"})
    assert any(
        re.search("債務|法テラス|財務局", suggestion.programme.display_name_ja) for suggestion in turn.suggestions[:3]
    )


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ja", "オーバーステイです。けがをしたけど病院に行くのが怖い"),
        ("ja", "在留資格がない。入管に通報されるのが怖い"),
        ("en", "I overstayed my visa and I need a doctor"),
        ("zh-Hans", "签证过期了，怕被通报"),
        ("ko", "불법체류인데 병원에 못 가요"),
        ("pt", "estou sem visto e tenho medo"),
        ("es", "estoy sin papeles y tengo miedo"),
        ("tl", "overstay na ako, natatakot ako"),
        ("th", "วีซ่าหมดอายุแล้ว กลัวมาก"),
        ("vi", "tôi bị quá hạn visa, sợ bị báo"),
        ("ne", "मेरो भिसा सकिएको छ, डर लाग्छ"),
        ("id", "visa saya sudah habis, saya takut"),
    ],
)
def test_who_has_lost_their_status_is_not_sent_to_immigration_first(lang: str, text: str) -> None:
    ids = [one.programme.id for one in reply({"lang": lang, "audience": "general", "text": text}).suggestions]
    officials = {"nyukan-information-center", "fresc", "gaikokujin-ichigenteki-sodan"}
    assert not officials & set(ids[:3])
    assert {"muryo-teigaku-shinryo", "yorisoi-foreign-languages", "bengoshikai"} & set(ids[:3])


def test_who_only_wants_to_renew_a_visa_still_meets_those_who_know() -> None:
    turn = reply({"lang": "ja", "audience": "general", "text": "在留期限が近いのでビザを更新したい"})
    assert "nyukan-information-center" in [one.programme.id for one in turn.suggestions[:3]]


@pytest.mark.parametrize("audience", ["child", "teen"])
def test_the_young_are_never_sent_to_a_pension_or_tax_office(audience: str) -> None:
    for case in (case for file in FLOORS for case in cases(file) if case["audience"] == audience):
        for suggestion in reply(case).suggestions:
            assert not re.search("年金|納税|税の|介護休業|相続", suggestion.programme.display_name_ja), case["text"]
