"""The identity provider's keys: fetched seldom, found soon, kept through an outage, dropped when withdrawn."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from notalone_chassis.access.documents import DocumentMissing, HttpDocuments
from notalone_chassis.access.jwks import COOL_DOWN, FRESH_FOR, GOOD_FOR, MOST_UNKNOWN, UNKNOWN_FOR, JwksCache, read_keys
from notalone_chassis.clock import FixedClock
from notalone_chassis.errors import Unavailable

ISSUER = "https://id.example/realms/notalone"
KEYS = f"{ISSUER}/keys"
SECOND = timedelta(seconds=1)


def key(kid: str, **more) -> dict[str, object]:
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256", **more}).as_dict(private=False)


class Documents:
    """The provider's documents, and how often each was asked for."""

    def __init__(self, *kids: str):
        self.asked: list[str] = []
        self.down = False
        self.reached = asyncio.Event()
        self.hold: asyncio.Event | None = None
        self.issuer = ISSUER
        self.publish(*kids)

    def publish(self, *kids: str) -> None:
        self.keys = [key(kid) for kid in kids]

    @property
    def fetches(self) -> int:
        return self.asked.count(KEYS)

    async def get(self, url):
        self.asked.append(url)
        self.reached.set()
        if self.hold is not None:
            await self.hold.wait()
        if self.down:
            raise DocumentMissing("down")
        return {"keys": self.keys} if url == KEYS else {"issuer": self.issuer, "jwks_uri": KEYS}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 24, 3, 0, tzinfo=UTC))


@pytest.fixture
def documents() -> Documents:
    return Documents("one")


@pytest.fixture
def cache(documents, clock) -> JwksCache:
    return JwksCache(ISSUER, documents=documents, clock=clock)


async def test_keys_are_fetched_once_and_again_when_they_are_old(cache, documents, clock):
    for _ in range(5):
        assert (await cache.find("one")).kid == "one"
    assert documents.fetches == 1
    clock.advance(FRESH_FOR)
    assert (await cache.find("one")).kid == "one"
    assert documents.fetches == 2


async def test_many_at_once_share_one_fetch_that_outlives_each_of_them(cache, documents):
    documents.hold = asyncio.Event()
    waiting = [asyncio.create_task(cache.find("one")) for _ in range(20)]
    await documents.reached.wait()
    waiting.pop(0).cancel()
    documents.hold.set()
    assert {found.kid for found in await asyncio.gather(*waiting)} == {"one"}
    assert documents.fetches == 1


async def test_a_new_key_is_found_once_the_cool_down_is_over(cache, documents, clock):
    await cache.find("one")
    documents.publish("two", "one")
    assert await cache.find("two") is None
    clock.advance(COOL_DOWN)
    assert (await cache.find("two")).kid == "two"
    assert (await cache.find("one")).kid == "one", "the old key holds while it is published"


async def test_a_withdrawn_key_is_dropped_with_the_next_fetch(cache, documents, clock):
    await cache.find("one")
    documents.publish("two")
    clock.advance(FRESH_FOR - SECOND)
    assert await cache.find("one") is not None
    clock.advance(SECOND)
    assert await cache.find("one") is None


async def test_a_flood_of_made_up_ids_becomes_no_flood_of_fetches(cache, documents, clock):
    await cache.find("one")
    for number in range(3000):
        assert await cache.find(f"made-up-{number}") is None
        clock.advance(timedelta(milliseconds=10))
    # 30 seconds, so at most one in each five.
    assert documents.fetches <= 1 + timedelta(seconds=30) / COOL_DOWN
    assert len(cache._unknown) <= MOST_UNKNOWN
    assert await cache.find("one") is not None


async def test_an_id_asked_for_in_vain_is_not_asked_for_again_soon(cache, documents, clock):
    await cache.find("one")
    clock.advance(COOL_DOWN)
    assert await cache.find("gone") is None
    before = documents.fetches
    clock.advance(COOL_DOWN)
    assert await cache.find("gone") is None
    assert documents.fetches == before
    clock.advance(UNKNOWN_FOR)
    assert await cache.find("gone") is None
    assert documents.fetches == before + 1


async def test_the_last_keys_hold_through_an_outage_and_not_for_ever(cache, documents, clock):
    await cache.find("one")
    documents.down = True
    clock.advance(GOOD_FOR - SECOND)
    assert (await cache.find("one")).kid == "one"
    clock.advance(SECOND)
    with pytest.raises(Unavailable):
        await cache.find("one")
    documents.down = False
    clock.advance(COOL_DOWN)
    assert (await cache.find("one")).kid == "one"


async def test_an_outage_is_not_asked_about_more_often_than_the_cool_down(cache, documents, clock):
    documents.down = True
    for _ in range(100):
        with pytest.raises(Unavailable):
            await cache.find("one")
    assert len(documents.asked) == 1
    clock.advance(COOL_DOWN)
    with pytest.raises(Unavailable):
        await cache.find("one")
    assert len(documents.asked) == 2


async def test_during_an_outage_an_unknown_key_may_be_a_new_one_so_nobody_can_tell(cache, documents, clock):
    await cache.find("one")
    documents.down = True
    clock.advance(COOL_DOWN)
    with pytest.raises(Unavailable):
        await cache.find("two")
    assert (await cache.find("one")).kid == "one"


async def test_an_empty_set_shuts_nobody_out(cache, documents, clock):
    await cache.find("one")
    documents.publish()
    clock.advance(FRESH_FOR)
    assert (await cache.find("one")).kid == "one"


async def test_a_document_of_another_issuer_is_not_believed(cache, documents):
    documents.issuer = "https://evil.example"
    with pytest.raises(Unavailable):
        await cache.find("one")
    assert documents.fetches == 0


async def test_a_known_address_of_the_keys_needs_no_discovery(documents, clock):
    cache = JwksCache(ISSUER, documents=documents, clock=clock, jwks_url=KEYS)
    assert (await cache.find("one")).kid == "one"
    assert documents.asked == [KEYS]


async def test_a_clock_set_back_does_not_make_old_keys_young(cache, documents, clock):
    await cache.find("one")
    documents.publish("two")
    clock.advance(timedelta(hours=-3))
    assert await cache.find("one") is None


def test_only_public_keys_that_verify_signatures_are_taken():
    secret = OctKey.generate_key(256, {"kid": "secret", "use": "sig", "alg": "HS256"}).as_dict()
    private = ECKey.generate_key("P-256", {"kid": "private"}).as_dict(private=True)
    rsa = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig", "alg": "RS256"}).as_dict(private=False)
    nameless = {name: value for name, value in key("x").items() if name != "kid"}
    rows = [
        secret,
        private,
        rsa,
        nameless,
        key("for-encryption", use="enc"),
        {"kty": "RSA", "kid": "broken"},
        None,
        "x",
    ]
    assert set(read_keys({"keys": rows})) == {"rsa"}
    for nothing in ({}, {"keys": None}, {"keys": {}}, {"keys": "x"}):
        assert read_keys(nothing) == {}


@pytest.fixture
async def web():
    """A server that answers each path with a status and a body of its own."""
    answers = {
        "/good": b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"a": [1]}',
        "/error": b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}",
        "/moved": b"HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n",
        "/list": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        "/text": b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwhat",
        "/deep": b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"[" * 200_000,
        "/large": b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + b" " * 400_000,
        "/short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    }

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(answers[head.split()[1].decode()])
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


async def test_a_document_is_a_small_json_object_from_exactly_its_address(web):
    assert await HttpDocuments().get(f"{web}/good") == {"a": [1]}


@pytest.mark.parametrize("path", ["error", "moved", "list", "text", "deep", "large", "short"])
async def test_anything_else_is_no_document(web, path):
    with pytest.raises(DocumentMissing):
        await HttpDocuments().get(f"{web}/{path}")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "ftp://127.0.0.1/", "http://[", "nonsense", ""])
async def test_an_address_where_nobody_answers_is_no_document(url):
    with pytest.raises(DocumentMissing):
        await HttpDocuments().get(url)
