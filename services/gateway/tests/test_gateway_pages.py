"""The static site, the gateway's own pages, and what is left in the log."""

import json
import re
from pathlib import Path

import pytest
import structlog
from notalone.common.v1.contact_pb2 import Contact
from notalone_chassis import logs
from notalone_gateway import pages

MARK = "しるし花子0312345678"


@pytest.fixture
def web(tmp_path: Path) -> Path:
    root = tmp_path / "web"
    (root / "help").mkdir(parents=True)
    (root / "index.html").write_text("<h1>ひとりじゃない</h1>", "utf-8")
    (root / "help" / "index.html").write_text("<h1>help</h1>" + "x" * 2000, "utf-8")
    (root / "app.mjs").write_text("export {}", "utf-8")
    (root / ".secret.txt").write_text("hidden", "utf-8")
    (root / "odd.exe").write_text("odd", "utf-8")
    (tmp_path / "outside.txt").write_text("outside", "utf-8")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    return root


async def test_the_site_is_served_with_types_tags_and_compression(world, web):
    http = await world.client(web_root=web)
    home = await http.get("/")
    assert home.headers["content-type"] == "text/html; charset=utf-8"
    assert home.headers["cache-control"] == "no-cache"
    assert "script-src" not in home.headers["content-security-policy"]
    assert "default-src 'self'" in home.headers["content-security-policy"]
    script = await http.get("/app.mjs")
    assert script.headers["content-type"].startswith("text/javascript")
    assert (await http.get("/", headers={"if-none-match": home.headers["etag"]})).status_code == 304
    page = await http.get("/help/", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert page.text.startswith("<h1>help")
    plain = await http.get("/help/", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == page.text
    assert (await http.get("/help")).headers["location"] == "/help/"


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/help/..%2f..%2foutside.txt",
        "/link.txt",
        "/.secret.txt",
        "/odd.exe",
        "//etc/passwd",
        "/index.html%00",
        "/%ff",
    ],
)
async def test_no_path_leads_out_of_the_site(world, web, path):
    http = await world.client(web_root=web)
    answer = await http.get("http://gateway" + path)
    assert answer.status_code == 404
    assert "outside" not in answer.text


@pytest.mark.parametrize("path", ["/docs", "/docs/docs.js", "/docs/docs.css", "/docs/page.css"])
async def test_the_page_to_try_calls_works_under_its_own_policy(http, path):
    answer = await http.get(path)
    assert answer.status_code == 200
    for foreign in ("http://", "https://", "//cdn", " style=", " onclick=", "<style", "innerHTML", "eval("):
        assert foreign not in answer.text
    for inline in re.findall(r"<script(.*?)</script>", answer.text):
        assert 'src="/docs/' in inline
        assert inline.endswith(">")


async def test_a_person_at_a_wrong_address_finds_numbers_and_the_way_back(http):
    answer = await http.get("/tasukete", headers={"accept": "text/html,*/*", "accept-language": "ja"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert '<html lang="ja">' in answer.text
    assert 'href="tel:' in answer.text
    assert "0120-279-338" in answer.text
    assert 'href="/"' in answer.text
    assert "tasukete" not in answer.text


def test_a_contact_on_a_page_is_whole_and_harmless():
    contact = Contact(
        name="<b>",
        value="0120-279-338",
        kind=Contact.PHONE,
        hours="24 h",
        keypad_path="2#",
        reachable_from="not from X",
    )
    page = pages.not_found(language="en", contacts=[contact]).body.decode()
    for part in ("&lt;b&gt;", "24 h", "2#", "not from X", ">0120-279-338</a>"):
        assert part in page


async def test_a_program_at_a_wrong_address_gets_json(http):
    answer = await http.get("/tasukete")
    assert answer.json()["error"]["status"] == "NOT_FOUND"


async def type_everywhere(world):
    http = await world.client()
    for method, path, body in [
        ("POST", "/v1/conversations", {}),
        ("POST", "/v1/programmes:search", {"query": MARK}),
        ("POST", "/v1/conversations:reply", {"conversation": MARK, "text": MARK}),
        ("POST", "/v1/conversations:reply", {MARK: MARK}),
        ("POST", "/v1/memos:render", {"conversation": "c", "note": MARK}),
        ("POST", "/v1/handoffs", {"programmeId": MARK, "postalCode": MARK}),
        ("POST", "/v1/conversations", {"language": MARK, "audience": MARK}),
        ("POST", f"/v1/programmes:search?query={MARK}", {}),
        ("GET", f"/v1/municipalities?query={MARK}", None),
        ("GET", f"/v1/programmes/{MARK}", None),
        ("GET", f"/{MARK}", None),
        ("GET", f"/v1/{MARK}?x={MARK}", None),
        (MARK.encode("ascii", "ignore").decode(), "/v1/programmes", None),
    ]:
        await http.request(method, path, json=body, headers={"user-agent": "hanako-browser", "traceparent": "hanako"})
    world.fakes.error = RuntimeError(MARK)
    await http.post("/v1/conversations:reply", json={"conversation": "c", "text": MARK})


async def test_what_a_person_types_is_in_no_log(capsys, world):
    before = structlog.get_config()
    logs.configure("DEBUG")
    # What the fakes said of themselves when they started is nobody's.
    capsys.readouterr()
    try:
        await type_everywhere(world)
    finally:
        structlog.configure(**before)
    text = capsys.readouterr().err
    lines = [json.loads(line) for line in text.splitlines()]
    mine = [line for line in lines if line.get("service") == "gateway"]
    # The log is really read: every call left its line.
    assert {line["route"] for line in mine if line["event"] == "request"} >= {
        "/v1/conversations",
        "/v1/conversations:reply",
        "/v1/programmes/{id}",
        "/v1/municipalities",
        "(unknown)",
    }
    assert {line["status"] for line in mine} >= {200, 400, 404, 405, 500}
    for part in ("しるし", "花子", "0312345678", "hanako", "127.0.0.1:"):
        assert part not in text


async def test_a_page_that_is_kept_keeps_its_policy(world, tmp_path):
    # A browser puts the headers of a 304 in place of those it kept: a stricter policy would leave the page blank.
    (tmp_path / "index.html").write_text("<!doctype html><title>page</title>", "utf-8")
    http = await world.client(web_root=tmp_path)
    first = await http.get("/")

    again = await http.get("/", headers={"if-none-match": first.headers["etag"]})

    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]
