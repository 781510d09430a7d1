"""What a person types is nowhere but where it is meant to be: not in logs, not on disk, not in errors."""

import json
from pathlib import Path
from urllib.parse import quote

import httpx2
import pypdfium2
import pytest
from notalone_dialogue.usecases import PURPOSE
from talk import Talk
from typed import LATIN, MARKERS, MEMO, REPLY, SEARCH, leaks, requests


@pytest.fixture(scope="module")
def spoken(environment, tmp_path_factory):
    """A backend of its own, told everything, then ended: its answers, its logs, its files."""
    state = tmp_path_factory.mktemp("privacy") / "state"
    answers: list[tuple[str, httpx2.Response]] = []
    with (
        environment.running(state, NOTALONE_LOG_LEVEL="DEBUG") as backend,
        httpx2.Client(base_url=backend.url, timeout=30) as http,
    ):
        sealed = Talk(http).start(language="ja")["conversation"]
        for marker in MARKERS:
            for method, path, more in requests(marker, sealed):
                answers.append((f"{method} {path} {more}", http.request(method, path, **more)))
    return backend, answers


def test_no_log_line_holds_what_was_typed(spoken):
    backend, answers = spoken
    logged = backend.logged()
    assert leaks(logged.encode()) == set()
    # The controls: the log is there, at its most talkative, and holds a line for each of these calls.
    lines = [json.loads(line) for line in backend.stderr.read_text("utf-8").splitlines()]
    requested = [line for line in lines if line["event"] == "request"]
    # Whoever starts the backend may ask whether it is ready.
    assert len([line for line in requested if line["route"] != "/readyz"]) == len(answers) + 1
    assert {"/v1/conversations:reply", "/v1/memos:render"} <= {line["route"] for line in requested}
    assert any(line["event"] == "call" for line in lines)


def test_no_file_holds_what_was_typed(spoken):
    backend, _ = spoken
    files = [path for path in backend.state.rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert leaks(path.read_bytes()) == set(), path
        assert leaks(str(path).encode()) == set()


def test_no_answer_repeats_what_was_typed(spoken):
    _, answers = spoken
    for what, answer in answers:
        # The words stand in a memo only where they were sent as its note; those requests were wrong otherwise.
        assert leaks(answer.content) == set(), what
        assert leaks(str(answer.headers).encode()) == set(), what
        assert answer.status_code < 500, what


def test_the_search_for_leaks_finds_them():
    for marker in MARKERS:
        for found in (marker, marker.upper(), quote(marker), json.dumps({"query": marker})):
            assert leaks(f"… {found} …".encode())


@pytest.mark.parametrize("marker", MARKERS)
def test_the_sealed_state_holds_no_word_that_was_typed(talk, own_sealer, marker):
    turn = talk.say(talk.start(language="ja"), f"家賃が払えません。{marker}")
    opened = own_sealer.open(turn["conversation"], purpose=PURPOSE)
    assert leaks(opened) == set()
    assert b"housing.rent" in opened
    assert leaks(turn["conversation"].encode()) == set()


@pytest.mark.parametrize("marker", MARKERS)
def test_the_note_stands_in_the_memo_and_nowhere_else(backend, http, talk, marker):
    sealed = talk.start(language="ja")["conversation"]
    answer = http.post(MEMO, json={"conversation": sealed, "note": marker})
    document = pypdfium2.PdfDocument(answer.content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    assert marker in text
    assert leaks(backend.logged().encode()) == set()
    assert leaks(str(answer.headers).encode()) == set()


def test_nothing_is_written_while_people_talk(backend, talk, http):
    before = contents(backend.state)
    turn = talk.say(talk.start(language="ja"), "家賃が払えません")
    http.post(MEMO, json={"conversation": turn["conversation"], "note": LATIN})
    http.post(SEARCH, json={"query": "家賃"})
    assert contents(backend.state) == before


def contents(folder: Path) -> dict[str, bytes]:
    """Files and what is in them, the databases of staff's work and the event log aside: these renew their leases."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".db" not in path.name)
    return {str(path): path.read_bytes() for path in files}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/conversations", {}),
        ("POST", REPLY, {"conversation": "x", "text": "a"}),
        ("POST", SEARCH, {"query": "家賃"}),
        ("GET", "/v1/municipalities?postalCode=0590012", None),
        ("POST", "/v1/handoffs", {"programmeId": "chiiki-kosodate-shien-kyoten", "postalCode": "0590012"}),
    ],
)
def test_what_tells_of_a_person_is_never_stored_on_the_way(http, method, path, body):
    answer = http.request(method, path, json=body) if body is not None else http.request(method, path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "etag" not in answer.headers


def test_the_keys_can_be_read_by_their_owner_alone(backend, talk):
    talk.start()
    assert (backend.state / "dialogue" / "keys").stat().st_mode & 0o077 == 0
