"""Words that a person may type anywhere, and the search for them where they must not be."""

from __future__ import annotations

import json
import unicodedata
from urllib.parse import quote

# Words of no text we ship.
LATIN = "zqx7-himitsu-kaki"
JAPANESE = "鵺の秘め言ヱヰ九十七"
MARKERS = (LATIN, JAPANESE)
# What staff writes about entries is kept by design; it stands in tables and topics, and in no log, metric or trace.
OF_STAFF = "zqx8-shokuin-kaki"
JSON = {"content-type": "application/json"}
SEARCH, REPLY, MEMO, KEPT = "/v1/programmes:search", "/v1/conversations:reply", "/v1/memos:render", "/v1/memos"
REPORT = "/v1/contacts:report"


def forms(marker: str) -> set[bytes]:
    """How a marker could stand in a file: as typed, escaped, percent-encoded, normalised, in other encodings."""
    texts = {
        marker,
        marker.upper(),
        marker.replace("-", ""),
        marker.replace("-", " "),
        unicodedata.normalize("NFKC", marker).casefold(),
        unicodedata.normalize("NFD", marker),
        quote(marker),
        quote(marker).lower(),
        json.dumps(marker).strip('"'),
        json.dumps(marker).strip('"').upper(),
        repr(marker.encode())[2:-1],
    }
    return {text.encode() for text in texts} | {marker.encode("utf-16-le"), marker.encode("cp932", "replace")}


def leaks(content: bytes, *markers: str) -> set[bytes]:
    """Forms of the markers that stand in some bytes: of those that a person typed, where none are named."""
    return {form for marker in markers or MARKERS for form in forms(marker) if form in content}


def requests(marker: str, sealed: str) -> list[tuple[str, str, dict[str, object]]]:
    """Everything a person, or a broken front end, could put a text into."""
    latin = quote(marker)
    # What looks like the name of a field is named in an error; what looks like words is not.
    return [
        ("POST", REPLY, {"json": {"conversation": sealed, "text": marker}}),
        ("POST", REPLY, {"json": {"conversation": sealed, "text": f"家賃が払えません {marker}"}}),
        ("POST", REPLY, {"json": {"conversation": sealed, "text": f"死にたい {marker}"}}),
        ("POST", REPLY, {"json": {"conversation": sealed, "text": marker * 300}}),
        ("POST", REPLY, {"json": {"conversation": sealed, "choiceId": marker}}),
        ("POST", REPLY, {"json": {"conversation": marker, "text": marker}}),
        ("POST", REPLY, {"json": {"conversation": sealed, "text": marker, f"{marker}!": marker}}),
        ("POST", REPLY, {"json": {"conversation": sealed, "text": [marker]}}),
        ("POST", REPLY, {"json": {"conversation": sealed, "text": marker, "back": True}}),
        ("POST", "/v1/conversations", {"json": {"language": marker}}),
        ("POST", "/v1/conversations", {"json": {"audience": marker}}),
        ("POST", "/v1/conversations", {"json": {"municipalityCode": marker}}),
        ("POST", SEARCH, {"json": {"query": marker}}),
        ("POST", "/v1/programmes:suggest", {"json": {"prefix": marker}}),
        ("POST", SEARCH, {"json": {"query": f"死にたい {marker}"}}),
        ("POST", SEARCH, {"json": {"query": marker * 100}}),
        ("POST", SEARCH, {"json": {"topics": [marker], "language": marker}}),
        ("POST", SEARCH, {"json": {"pageToken": marker}}),
        ("POST", SEARCH, {"json": {"pageSize": marker}}),
        ("POST", f"{SEARCH}?query={latin}", {"json": {}}),
        ("POST", MEMO, {"json": {"conversation": sealed, "note": marker, "style": marker}}),
        ("POST", MEMO, {"json": {"conversation": sealed, "note": marker * 500}}),
        ("POST", MEMO, {"json": {"conversation": marker, "note": marker}}),
        ("POST", MEMO, {"json": {"conversation": sealed, "programmeIds": [marker]}}),
        ("POST", KEPT, {"json": {"conversation": sealed, "note": f"死にたい {marker}"}}),
        ("POST", KEPT, {"json": {"conversation": sealed, "note": f"夫に殴られています {marker}"}}),
        ("POST", KEPT, {"json": {"conversation": sealed}, "headers": {"idempotency-key": LATIN}}),
        ("GET", f"/v1/memos/{latin}/{latin}", {}),
        ("DELETE", f"/v1/memos/{latin}", {}),
        ("POST", "/v1/handoffs", {"json": {"programmeId": marker, "municipalityCode": "012301"}}),
        ("POST", "/v1/handoffs", {"json": {"programmeId": "chiiki-kosodate-shien-kyoten", "postalCode": marker}}),
        ("POST", REPORT, {"json": {"value": marker, "outcome": "GOT_THROUGH"}}),
        ("POST", REPORT, {"json": {"value": "0120-279-338", "outcome": marker, "programmeId": marker}}),
        ("POST", REPORT, {"json": {"value": "110", "outcome": "GOT_THROUGH", "programmeId": marker}}),
        ("GET", f"/v1/municipalities?query={latin}", {}),
        ("GET", f"/v1/municipalities?postalCode={latin}", {}),
        ("GET", f"/v1/programmes?topic={latin}", {}),
        ("GET", f"/v1/programmes?{latin}!=1", {}),
        ("GET", f"/v1/programmes/{latin}", {}),
        ("GET", f"/v1/flows/{latin}", {}),
        ("GET", f"/v1/{latin}", {}),
        ("GET", f"/{latin}", {"headers": {"accept": "text/html"}}),
        ("GET", f"/docs/{latin}", {}),
        ("GET", f"/healthz?{latin}", {}),
        ("POST", SEARCH, {"content": f'{{"query": "{marker}"'.encode(), "headers": JSON}),
        ("POST", SEARCH, {"content": f'{{"query": "{marker}", "query": 1}}'.encode(), "headers": JSON}),
        ("POST", SEARCH, {"content": f'{{"query": "{marker}"}}'.encode() + b"\xff", "headers": JSON}),
        ("POST", SEARCH, {"content": f'"{marker}"'.encode(), "headers": JSON}),
        ("POST", SEARCH, {"content": marker.encode(), "headers": {"content-type": "text/plain"}}),
        ("POST", SEARCH, {"content": (marker * 9000).encode(), "headers": JSON}),
        ("PUT", SEARCH, {"content": marker.encode(), "headers": JSON}),
        ("GET", "/v1/flows/GENERAL", {"headers": dict.fromkeys(HEADERS, LATIN)}),
        ("ZQX7-HIMITSU-KAKI", "/v1/flows/GENERAL", {}),
    ]


HEADERS = (
    "accept-language",
    "user-agent",
    "referer",
    "origin",
    "cookie",
    "authorization",
    "x-forwarded-for",
    "x-request-id",
    "traceparent",
    "tracestate",
    "idempotency-key",
    "if-none-match",
)
