"""A memo kept for another device: over HTTP, through its link, until it expires or is deleted."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit

import httpx2
import pypdfium2
import pytest
from backend import settings
from notalone_app import embedded
from notalone_chassis.clock import FixedClock
from talk import LANGUAGES, SEED_PATH, SEED_PROGRAMME, answer_of, error_of

MEMOS = "/v1/memos"
MARKED = "HIMITSU7KAWASEMI"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def sealed(talk) -> str:
    return talk.follow(SEED_PATH, language="ja")["conversation"]


@pytest.fixture
def stored(backend, environment) -> Callable[[], dict[str, bytes]]:
    """Everything that lies in the store by name, as whoever runs it sees it."""
    root = backend.state / "pdf" / "objects"

    def in_folder() -> dict[str, bytes]:
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

    return environment.bucket.stored if environment.bucket else in_folder


def keep(http: httpx2.Client, sealed: str, *, key: str = "", **more: object) -> dict:
    headers = {"idempotency-key": key} if key else {}
    return answer_of(http.post(MEMOS, json={"conversation": sealed, **more}, headers=headers))


def words(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return "".join(text.split())


def test_the_link_opens_the_same_memo_on_another_device(http, sealed):
    kept = keep(http, sealed, note=MARKED)
    assert set(kept) == {"id", "downloadUrl", "expireTime"}
    with httpx2.Client() as other_device:
        answer = other_device.get(kept["downloadUrl"], headers=BROWSER)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    # A neutral name, and nothing of the link.
    assert answer.headers["content-disposition"] == 'inline; filename="memo.pdf"'
    assert kept["id"] not in str(answer.headers)
    assert SEED_PROGRAMME in words(answer.content)
    assert MARKED in words(answer.content)
    assert answer.content == http.post("/v1/memos:render", json={"conversation": sealed, "note": MARKED}).content


def test_the_link_names_the_host_it_was_asked_at(http, sealed):
    kept = keep(http, sealed)
    assert urljoin(str(http.base_url), kept["downloadUrl"]) == kept["downloadUrl"]
    elsewhere = http.post(MEMOS, json={"conversation": sealed}, headers={"host": "hitori.example.jp"})
    assert answer_of(elsewhere)["downloadUrl"].startswith("http://hitori.example.jp/v1/memos/")


@pytest.mark.parametrize("host", ["a b", "a/../b", "x" * 400, "ex\xe4mple"])
def test_a_host_that_is_none_comes_into_no_link(http, sealed, host):
    answer = http.post(MEMOS, json={"conversation": sealed}, headers={"host": host.encode("latin-1")})
    assert answer.status_code == 400 or answer_of(answer)["downloadUrl"].startswith("/v1/memos/")


def test_it_lives_for_a_day(http, sealed):
    left = datetime.fromisoformat(keep(http, sealed)["expireTime"]) - datetime.now(UTC)
    assert timedelta(hours=23, minutes=55) < left <= timedelta(hours=24)


def test_deleting_is_for_good_and_may_be_asked_twice(http, sealed):
    kept = keep(http, sealed)
    for _ in range(2):
        assert answer_of(http.delete(f"{MEMOS}/{kept['id']}")) == {}
    answer = http.get(kept["downloadUrl"])
    assert answer.status_code == 404
    assert error_of(answer)["status"] == "NOT_FOUND"


def test_gone_and_never_there_look_the_same(http, sealed):
    kept, deleted = keep(http, sealed), keep(http, sealed)
    http.delete(f"{MEMOS}/{deleted['id']}")
    key = urlsplit(kept["downloadUrl"]).path.rpartition("/")[2]
    paths = [
        urlsplit(deleted["downloadUrl"]).path,
        f"{MEMOS}/{kept['id']}/{key[:-2]}",
        f"{MEMOS}/{kept['id']}/{key[::-1]}",
        f"{MEMOS}/{kept['id'][::-1]}/{key}",
        f"{MEMOS}/x/%E9%8D%B5",
    ]
    answers = [http.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    for path in paths:
        assert path.encode() not in answers[0].content


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_follows_an_old_link_in_a_browser_reads_a_sentence_in_their_language(http, language):
    path = f"{MEMOS}/{'A' * 32}/{'A' * 43}"
    said = error_of(http.get(path, headers={"accept-language": language}))["message"]
    page = http.get(path, headers={**BROWSER, "accept-language": language})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert said in page.text
    assert f'lang="{language}"' in page.text
    assert "0120" in page.text
    assert path not in page.text


def test_asking_twice_with_the_same_key_gives_the_same_link(http, sealed):
    key = str(uuid.uuid4())
    first = keep(http, sealed, key=key, note="a")
    assert keep(http, sealed, key=key, note="a") == first
    other = http.post(MEMOS, json={"conversation": sealed, "note": "b"}, headers={"idempotency-key": key})
    assert other.status_code == 400
    assert "Idempotency-Key" in other.text


@pytest.mark.parametrize("key", ["x", "é", "1" * 200, "2f1c8a54-7b0e-4f0d-9c57-5f3f3b1a9d1"])
def test_a_key_that_is_no_uuid_is_named(http, sealed, key):
    answer = http.post(MEMOS, json={"conversation": sealed}, headers={"idempotency-key": key.encode("latin-1")})
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.text
    assert key not in answer.text


@pytest.mark.parametrize("said", ["夫に殴られています", "親にたたかれて家に入れてもらえない"])
def test_after_violence_it_is_printed_at_once_and_not_kept(http, talk, stored, said):
    turn = talk.say(talk.start(language="ja"), said)
    # Later turns, about something else, do not make it forgotten.
    turn = talk.say(turn, "家賃が払えません")
    before = stored().keys()
    answer = http.post(MEMOS, json={"conversation": turn["conversation"]})
    error = error_of(answer)
    assert (answer.status_code, error["status"]) == (400, "FAILED_PRECONDITION")
    assert error["message"].startswith("安全のため、この紙はお預かりしません。いますぐ印刷するか")
    assert stored().keys() == before
    assert http.post("/v1/memos:render", json={"conversation": turn["conversation"]}).content.startswith(b"%PDF")


def test_a_broken_conversation_is_told_with_the_help_that_comes_with_it(http):
    answer = http.post(MEMOS, json={"conversation": "broken"})
    assert answer.status_code == 400
    assert "110" in answer.text


def test_no_trace_of_it_anywhere(http, sealed, backend, stored):
    key = str(uuid.uuid4())
    kept = keep(http, sealed, note=MARKED, key=key)
    secret = urlsplit(kept["downloadUrl"]).path.rpartition("/")[2]
    content = http.get(kept["downloadUrl"]).content
    http.get(kept["downloadUrl"] + "x")
    # The control: it is there to be found where it may be.
    assert MARKED in words(content)
    files = stored()
    assert any(kept["id"] in name for name in files)
    for name, stored_bytes in files.items():
        for hidden in (MARKED, secret, key, key.replace("-", "")):
            assert hidden not in name
            assert hidden.encode() not in stored_bytes
        assert MARKED.encode("utf-16-be") not in stored_bytes
        assert b"%PDF" not in stored_bytes
    logged = backend.logged()
    assert "/v1/memos/{id}/{key}" in logged
    for hidden in (MARKED, secret, key, kept["id"]):
        assert hidden not in logged


@pytest.fixture
async def timed(tmp_path, monkeypatch) -> AsyncIterator[tuple[FixedClock, httpx2.AsyncClient]]:
    """The whole backend in this process, under a clock that we set."""
    for name, value in settings(tmp_path / "state").items():
        monkeypatch.setenv(name, value)
    clock = FixedClock(datetime(2026, 11, 24, 3, tzinfo=UTC))
    whole = await embedded.start(clock=clock)
    async with httpx2.AsyncClient(base_url=f"http://{whole.address}", timeout=30) as client:
        yield clock, client
    await whole.stop(0)


async def test_at_its_expire_time_it_is_gone(timed):
    clock, client = timed
    sealed = (await client.post("/v1/conversations", json={"language": "en"})).json()["conversation"]
    kept = answer_of(await client.post(MEMOS, json={"conversation": sealed}))
    assert kept["expireTime"] == "2026-11-25T03:00:00Z"
    clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert (await client.get(kept["downloadUrl"])).content.startswith(b"%PDF")
    clock.advance(timedelta(seconds=1))
    answer = await client.get(kept["downloadUrl"], headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert error_of(answer)["message"].startswith("This sheet is no longer here.")
