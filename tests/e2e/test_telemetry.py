"""What the whole backend records: one trace from the front to the last service, and nothing anybody typed."""

import re
import time

import httpx2
import pytest
from backend import running
from collector import collecting
from notalone_chassis.telemetry import registry
from sign_in import bearer, token
from talk import Talk
from typed import LATIN, MARKERS, leaks, requests

# Which service passes a trace on to which, and by what.
EDGES = {
    ("gateway", "notalone.dialogue.v1.DialogueService/StartConversation", "dialogue"),
    ("gateway", "notalone.dialogue.v1.DialogueService/ReplyConversation", "dialogue"),
    ("gateway", "notalone.catalog.v1.CatalogService/SearchProgrammes", "catalog"),
    ("gateway", "notalone.pdf.v1.PdfService/RenderMemo", "pdf"),
    ("pdf", "notalone.dialogue.v1.DialogueService/DescribeConversation", "dialogue"),
    ("gateway", "notalone.portal_link.v1.PortalLinkService/CreateHandoff", "portal_link"),
    ("gateway", "notalone.catalog.v1.CatalogAuthoringService/WithdrawContact", "catalog"),
    # From the outbox over the event log.
    ("catalog", "process notalone.catalog.notices.v1", "notify"),
}
# Read models follow the entries; a batch of them may come from a call, or from the start.
FOLLOWING = {("catalog", "dialogue"), ("catalog", "portal_link")}
# Which service leaves which signal.
SIGNALS = {
    "gateway": ("notalone_http_request_seconds_count", "notalone_rpc_client_seconds_count"),
    "catalog": ("notalone_rpc_server_seconds_count", None),
    "dialogue": ("notalone_rpc_server_seconds_count", None),
    "pdf": ("notalone_rpc_server_seconds_count", "notalone_rpc_client_seconds_count"),
    "portal_link": ("notalone_rpc_server_seconds_count", None),
    "notify": ("notalone_events_handled_total", "notalone_outbox_relay_active"),
}
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
FROM_A_BROWSER = {
    "traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-00",
    "tracestate": f"vendor={LATIN}",
    "baggage": f"who={LATIN}",
}
METRICS = r'"address": "([^"]+)", "event": "metrics"'


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """The whole backend, used and told everything, then ended: its spans and its metrics."""
    state = tmp_path_factory.mktemp("telemetry") / "state"
    with collecting() as collector:
        with running(
            state,
            NOTALONE_LOG_LEVEL="INFO",
            NOTALONE_METRICS_PORT="0",
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.address,
        ) as backend:
            with httpx2.Client(base_url=backend.url, timeout=30) as http:
                use(http)
                withdraw(http, backend.url)
            until_notified(f"http://{metrics_address(backend)}/metrics")
            metrics = httpx2.get(f"http://{metrics_address(backend)}/metrics", timeout=30).text
        yield collector, metrics


def metrics_address(backend) -> str:
    found = re.search(METRICS, backend.logged())
    assert found
    return found[1]


def withdraw(http: httpx2.Client, url: str) -> None:
    """A number of the crisis floor is wrong: staff are told at once."""
    wrong = {"entryId": "yorisoi-hotline", "value": "0120-279-338", "reason": f"番号が変わりました {LATIN}"}
    approver = bearer(token(url, "--role", "catalog-approver"))
    answer = http.post("/v1/staff/contacts:withdraw", json=wrong, headers=approver)
    answer.raise_for_status()


def until_notified(metrics: str) -> None:
    """Until notify has handled what the withdrawal said."""
    handled = re.compile(r'^notalone_events_handled_total\{group="notify".*\} [1-9]', re.MULTILINE)
    give_up = time.monotonic() + 30
    while not handled.search(httpx2.get(metrics, timeout=30).text):
        assert time.monotonic() < give_up
        time.sleep(0.1)


def use(http: httpx2.Client) -> None:
    """One worry from start to end, then everything a person could type."""
    talk = Talk(http)
    turn = talk.choose(talk.start(language="ja"), "子育て")
    http.post("/v1/memos:render", json={"conversation": turn["conversation"]}).raise_for_status()
    http.post("/v1/programmes:search", json={"query": "家賃"}).raise_for_status()
    hand_off = {"programmeId": "chiiki-kosodate-shien-kyoten", "municipalityCode": "012301"}
    http.post("/v1/handoffs", json=hand_off, headers=FROM_A_BROWSER).raise_for_status()
    for marker in MARKERS:
        for method, path, more in requests(marker, turn["conversation"]):
            http.request(method, path, **more)


@pytest.mark.parametrize("edge", sorted(EDGES), ids=lambda edge: f"{edge[0]}→{edge[2]}:{edge[1].rpartition('/')[2]}")
def test_the_trace_goes_on_from_service_to_service(watched, edge):
    collector, _ = watched
    assert edge in collector.edges()


def test_there_is_no_edge_that_the_architecture_does_not_have(watched):
    collector, _ = watched
    found = {(before, after) for before, _, after in collector.edges()}
    assert found - FOLLOWING == {(before, after) for before, _, after in EDGES}


def test_one_memo_is_one_trace_through_three_services(watched):
    collector, _ = watched
    assert {"gateway", "pdf", "dialogue"} in collector.traces_through("gateway", "pdf")


def test_the_trace_of_a_browser_is_continued_and_nothing_else_of_it(watched):
    collector, _ = watched
    theirs = [one for one in collector.seen if one.span.trace_id.hex() == TRACE_ID]
    # Though it asked for none of it to be kept: that is for us to decide.
    assert {one.service for one in theirs} == {"gateway", "portal_link"}
    assert {one.span.trace_state for one in collector.seen} == {""}


@pytest.mark.parametrize("service", sorted(SIGNALS))
def test_every_service_leaves_its_signals(watched, service):
    collector, metrics = watched
    assert service in {one.service for one in collector.seen}
    for name in filter(None, SIGNALS[service]):
        lines = [line for line in metrics.splitlines() if line.startswith(f"{name}{{")]
        own = ('route="/v1/' if service == "gateway" else f"notalone.{service}.v1", f'"{service}"')
        assert any(part in line for line in lines for part in own), name


def test_every_name_in_every_span_is_declared(watched):
    collector, _ = watched
    declared = registry.packaged()
    assert collector.seen
    for one in collector.seen:
        assert {pair.key for pair in one.span.attributes} <= set(declared.attributes)
        assert not one.span.events
        assert not one.span.status.message


def test_no_span_and_no_metric_holds_what_was_typed(watched):
    collector, metrics = watched
    assert leaks(b"".join(collector.raw)) == set()
    assert leaks(metrics.encode()) == set()
    # The control: the calls that held it are there.
    routes = {pair.value.string_value for one in collector.seen for pair in one.span.attributes}
    assert {"/v1/programmes:search", "/v1/conversations:reply", "(unknown)"} <= routes
