"""Parts that are down: said so, with numbers to turn to, and everything else goes on."""

import httpx2
import pytest
from backend import running
from talk import EMERGENCY_NUMBERS, Talk, answer_of, error_of, help_numbers

SERVING = r'"address": "([^"]+)".*"event": "serving"'
# Nobody answers there.
NOWHERE = "127.0.0.1:1"
PARTS = ("catalog", "dialogue", "pdf", "portal_link")
CALLS = {
    "catalog": ("/v1/programmes:search", {"query": "家賃"}),
    "dialogue": ("/v1/conversations", {"language": "ja"}),
    "pdf": ("/v1/memos:render", {"conversation": "x"}),
    "portal_link": ("/v1/handoffs", {"programmeId": "x", "municipalityCode": "012301"}),
}


def gateway(tmp_path, **addresses: str):
    settings = {f"NOTALONE_GATEWAY_{part.upper()}_ADDRESS": addresses.get(part, NOWHERE) for part in (*PARTS, "notify")}
    return running(tmp_path / "gateway", command=("-m", "notalone_gateway.main"), ready=SERVING, **settings)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A gateway with nobody behind it."""
    with gateway(tmp_path_factory.mktemp("alone")) as backend, httpx2.Client(base_url=backend.url, timeout=30) as http:
        yield http


@pytest.fixture(scope="module")
def with_dialogue(tmp_path_factory):
    """A gateway with nobody but the dialogue behind it, in a process of its own."""
    folder = tmp_path_factory.mktemp("dialogue")
    with (
        running(folder / "dialogue", command=("-m", "notalone_dialogue.main"), ready=SERVING) as dialogue,
        gateway(folder, dialogue=dialogue.url.removeprefix("http://")) as backend,
        httpx2.Client(base_url=backend.url, timeout=30) as http,
    ):
        yield http


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_down_is_told_with_numbers_to_turn_to(alone, part):
    path, body = CALLS[part]
    answer = alone.post(path, json=body)
    error = error_of(answer)
    assert answer.status_code == 503
    assert error["status"] == "UNAVAILABLE"
    assert help_numbers(error) >= EMERGENCY_NUMBERS
    assert answer.headers["cache-control"] == "no-store"
    assert NOWHERE not in answer.text


@pytest.mark.parametrize(("language", "name"), [("ja", "警察"), ("en", "police"), ("vi", "cảnh sát")])
def test_the_numbers_come_in_the_persons_language(alone, language, name):
    answer = alone.post("/v1/conversations", json={"language": language})
    assert name in answer.text
    assert error_of(answer)["message"]


def test_it_lives_but_is_not_ready_and_says_who_is_down(alone):
    assert alone.get("/healthz").status_code == 200
    answer = alone.get("/readyz")
    assert answer.status_code == 503
    assert sorted(answer.json()["down"]) == sorted(PARTS)


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json"])
def test_the_pages_are_there_all_the_same(alone, path):
    assert alone.get(path).status_code == 200


def test_the_conversation_goes_on_while_all_else_is_down(with_dialogue):
    talk = Talk(with_dialogue)
    turn = talk.say(talk.start(language="ja"), "死にたい")
    assert "SUICIDE" in turn["crisis"]["kinds"]
    assert turn["suggestions"]
    assert sorted(with_dialogue.get("/readyz").json()["down"]) == ["catalog", "pdf", "portal_link"]


def test_a_memo_that_cannot_be_printed_loses_nothing_of_the_conversation(with_dialogue):
    talk = Talk(with_dialogue)
    turn = talk.choose(talk.start(language="ja"), "子育て")
    answer = with_dialogue.post("/v1/memos:render", json={"conversation": turn["conversation"]})
    assert answer.status_code == 503
    assert help_numbers(error_of(answer)) >= EMERGENCY_NUMBERS
    assert talk.say(turn, "保育園に入れたい")["suggestions"]


def test_the_flow_can_still_be_read(with_dialogue):
    assert answer_of(with_dialogue.get("/v1/flows/GENERAL"))["nodes"]


def test_while_the_search_server_is_away_the_packaged_entries_are_searched_and_the_answer_says_so(tmp_path):
    settings = {"NOTALONE_ELASTICSEARCH_URL": f"http://{NOWHERE}"}
    with (
        running(tmp_path / "state", **settings) as backend,
        httpx2.Client(base_url=backend.url, timeout=30) as http,
    ):
        found = answer_of(http.post("/v1/programmes:search", json={"query": "家賃"}))
        assert found["degraded"] == ["search"]
        assert "住居確保給付金" in [programme["displayNameJa"] for programme in found["programmes"][:3]]
        cry = answer_of(http.post("/v1/programmes:search", json={"query": "死にたい"}))
        assert "SUICIDE" in cry["crisis"]["kinds"]
        suggested = answer_of(http.post("/v1/programmes:suggest", json={"prefix": "じゅうきょ"}))
        assert suggested["degraded"] == ["search"]
        assert suggested["suggestions"][0]["displayNameJa"] == "住居確保給付金"
