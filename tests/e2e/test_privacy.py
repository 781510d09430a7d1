"""What a person types is nowhere but where it is meant to be: not in logs, not on disk, not in errors."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import every_call
import httpx2
import kept
import pypdfium2
import pytest
import staff
from collector import collecting
from notalone_dialogue.usecases import PURPOSE
from notalone_gateway.contract import Call, all_services
from talk import Talk, answer_of
from typed import KEPT, LATIN, MARKERS, MEMO, OF_STAFF, REPLY, SEARCH, leaks, requests

# Where any text is taken, be it as an id that there is not; languages aside, of which the nearest is spoken. A new
# line here needs a look at what becomes of the text.
TAKEN = {
    ("ReplyConversation", "text"),
    ("SearchProgrammes", "query"),
    ("SuggestProgrammes", "prefix"),
    ("RenderMemo", "note"),
    ("CreateMemo", "note"),
    ("FindMunicipalities", "query"),
    ("DeleteMemo", "id"),
    ("ListHsdsServices", "taxonomyTermId"),
    ("ListHsdsServices", "organizationId"),
}
# Calls of staff and agencies whose text is kept, and who makes them.
STORED = (
    ("SaveDraft", "entry"),
    ("ReturnDraft", "reason"),
    ("ArchiveEntry", "reason"),
    ("WithdrawContact", "reason"),
    ("RestoreContact", "reason"),
    ("ProposeCorrection", "comment"),
    ("RejectCorrection", "reason"),
)
SECONDS = 60
DESK = "privacy-desk"
NUMBER = "03-6745-5600"
# Some hundred calls to a backend of its own, and a look at everything that is left.
pytestmark = pytest.mark.timeout(480)


def of_staff(method: str) -> str:
    """What staff writes in one of their calls."""
    return f"{OF_STAFF}-{method}"


@dataclass
class Told:
    """A backend that was told everything, then ended.

    Attributes:
        answers: What was called, with what it answered.
        taken: Methods and fields that took a marker.
        left: What it left behind, by where.
        said: What it reported of itself: logs, metrics, traces.
        memo: A kept memo as its link gave it.
        requested: The lines of its log, at its most talkative.
    """

    answers: list[tuple[str, httpx2.Response]] = field(default_factory=list)
    taken: set[tuple[str, str]] = field(default_factory=set)
    left: dict[str, bytes] = field(default_factory=dict)
    said: dict[str, bytes] = field(default_factory=dict)
    memo: bytes = b""
    lines: list[dict[str, object]] = field(default_factory=list)


@pytest.fixture(scope="module")
def told(environment, tmp_path_factory) -> Told:
    state = tmp_path_factory.mktemp("privacy") / "state"
    all_of_it = Told()
    with collecting() as collector:
        reporting = {
            "NOTALONE_LOG_LEVEL": "DEBUG",
            "NOTALONE_METRICS_PORT": "0",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address,
        }
        with (
            environment.running(state, **reporting) as backend,
            httpx2.Client(base_url=backend.url, timeout=30) as http,
        ):
            tell(http, environment.staff(backend), all_of_it)
            all_of_it.said |= dict(kept.metrics(backend))
            if environment.bucket:
                until_published(environment)
                all_of_it.left |= dict(kept.stores(environment))
        all_of_it.left |= dict(kept.files(backend))
        all_of_it.said |= dict(kept.logs(backend))
        if environment.bucket:
            all_of_it.said |= dict(kept.server_logs())
        all_of_it.said["traces"] = b"".join(collector.raw)
    all_of_it.lines = [json.loads(line) for line in backend.stderr.read_text("utf-8").splitlines() if line[0] == "{"]
    return all_of_it


def tell(http: httpx2.Client, people: staff.Staff, told: Told) -> None:
    """Says a marker in every place where text can be, and lets staff do all of its work."""
    sealed = Talk(http).start(language="ja")["conversation"]
    for marker in MARKERS:
        for method, path, more in requests(marker, sealed):
            told.answers.append((f"{method} {path} {more}", http.request(method, path, **more)))
    for call in every_call.CALLS:
        if not call.protected:
            told.answers += said(http, call, LATIN, sealed, told.taken)
    link = answer_of(http.post(KEPT, json={"conversation": sealed, "note": LATIN}))["downloadUrl"]
    told.memo = http.get(urlsplit(link).path).content
    for call in every_call.CALLS:
        if call.protected:
            said(http, call, OF_STAFF, sealed, set(), headers=people.headers_for(call))
    work(http, people)


def said(
    http: httpx2.Client, call: Call, marker: str, sealed: str, taken: set, **more: object
) -> Iterator[tuple[str, httpx2.Response]]:
    """The marker in each text field of a call, all else as it should be."""
    answers = []
    for one in every_call.fields(call):
        if one.text:
            verb, path, arguments = every_call.request(call, one, marker, sealed)
            answer = http.request(verb, path, **arguments, **more)
            answers.append((f"{every_call.title(call)} {one.path}", answer))
            if answer.status_code == 200:
                taken.add((call.method.name, one.path))
    return answers


def work(http: httpx2.Client, people: staff.Staff) -> None:
    """A desk is written, returned, published, corrected, withdrawn, shown again and archived."""

    def do(path: str, who: str, **body: object) -> dict:
        return answer_of(http.post(path, json=body, headers=people.headers(who)))

    entry = every_call.example(next(call for call in every_call.CALLS if call.method.name == "SaveDraft"), "")["entry"]
    channel = {**entry["channels"][0], "value": NUMBER, "charge": "CHARGE_UNSPECIFIED"}
    own = {"id": DESK, "organizationId": staff.ORGANIZATION, "needs": {"lonely.talk": 0.01}, "channels": [channel]}
    entry = {**entry, **own, "summary": {"ja": f"話せます。{of_staff('SaveDraft')}", "en": "Somebody listens."}}
    at, contact = f"/v1/staff/entries/{DESK}", {"entryId": DESK, "value": NUMBER}
    revision = do("/v1/staff/drafts", staff.EDITOR, entry=entry, baseRevision=0)["number"]
    do(f"{at}:submit", staff.EDITOR, revision=revision)
    do(f"{at}:return", staff.APPROVER, revision=revision, reason=of_staff("ReturnDraft"))
    revision = do("/v1/staff/drafts", staff.EDITOR, entry=entry, baseRevision=revision)["number"]
    do(f"{at}:submit", staff.EDITOR, revision=revision)
    do(f"{at}:approve", staff.APPROVER, revision=revision, publish=True)
    asked = {"entry": {**entry, "url": "https://example.jp/new"}, "baseRevision": revision}
    made = do("/v1/partner/corrections", staff.AGENCY, **asked, comment=of_staff("ProposeCorrection"))
    do(f"/v1/staff/corrections/{made['id']}:reject", staff.EDITOR, reason=of_staff("RejectCorrection"))
    do("/v1/staff/contacts:withdraw", staff.APPROVER, **contact, reason=of_staff("WithdrawContact"))
    do("/v1/staff/contacts:restore", staff.APPROVER, **contact, reason=of_staff("RestoreContact"))
    do(f"{at}:archive", staff.APPROVER, revision=revision, reason=of_staff("ArchiveEntry"))


def until_published(environment) -> None:
    """Until what staff published has come into the event log."""
    end = time.monotonic() + SECONDS
    while not any(leaks(content, of_staff("SaveDraft")) for _, content in kept.topics(environment.settings)):
        assert time.monotonic() < end
        time.sleep(0.5)


def test_nothing_that_a_person_typed_is_left_anywhere(told):
    places = {**told.left, **told.said}
    assert {where: leaks(content) for where, content in places.items() if leaks(content)} == {}


def test_what_staff_writes_is_in_no_log_no_metric_and_no_trace(told):
    assert {where: leaks(content, OF_STAFF) for where, content in told.said.items() if leaks(content, OF_STAFF)} == {}


@pytest.mark.parametrize(("method", "place"), STORED)
def test_what_staff_writes_is_found_where_it_is_kept(told, method, place):
    # The control for all of the above: the same search finds it.
    assert any(leaks(content, of_staff(method)) for where, content in told.left.items() if "table" in where), place


def test_every_place_was_looked_at(told, environment):
    kinds = {where.split()[0] for where in (*told.left, *told.said)}
    assert kinds == {"file", "table", "log", "metrics", "traces"} | (
        {"topic", "index", "mapping", "object"} if environment.bucket else set()
    )
    # A server that had nothing to say said nothing; ours always say something.
    assert all(content for where, content in told.said.items() if "log of" not in where or "backend" in where)
    assert any(b"lonely.talk" in content for where, content in told.left.items() if "table" in where)


def test_every_call_that_takes_text_was_told_some(told):
    called = {str(line["method"]).rpartition("/")[2] for line in told.lines if line["event"] == "call"}
    # Those between our services are reached by way of the others.
    taking = {
        method.name
        for service in all_services()
        for method in service.methods
        if any(one.text for one in every_call.fields_of(method.input_type))
    }
    assert len(taking) > 30
    assert taking - called == set()


def test_text_is_taken_where_the_table_says_and_nowhere_else(told):
    assert {one for one in told.taken if one[1] != "language"} == TAKEN


def test_the_words_stand_in_the_memo_that_was_kept_and_opened(told):
    assert LATIN in words_of(told.memo)


def test_no_answer_repeats_what_was_typed(told):
    for what, answer in told.answers:
        assert answer.status_code < 500, what
        assert leaks(str(answer.headers).encode()) == set(), what
        # A memo is where the words are meant to stand.
        if answer.headers["content-type"] != "application/pdf":
            assert leaks(answer.content) == set(), what


def words_of(content: bytes) -> str:
    """The text of a PDF: of its pages, and of what is attached."""
    document = pypdfium2.PdfDocument(content)
    pages = "".join(page.get_textpage().get_text_range() for page in document)
    attached = [bytes(document.get_attachment(at).get_data()) for at in range(document.count_attachments())]
    document.close()
    return pages + b"".join(attached).decode("utf-8")


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
    assert marker in words_of(answer.content)
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
