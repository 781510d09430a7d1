"""Kept memos over gRPC, in a folder and in a bucket."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from notalone.crisis.v1.crisis_pb2 import Crisis
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_chassis.objects.sweeping import sweep
from notalone_pdf import main
from pydantic import SecretStr

LANGUAGES = ("ja", "en", "zh-Hans", "zh-Hant", "ko", "pt", "es", "tl", "th", "vi", "ne", "id")
ORIGIN = "https://hitori.example.jp"
MARKED = "しるしの言葉カワセミ"
DAY = timedelta(days=1)


@pytest.fixture
def in_folder(tmp_path) -> main.PdfSettings:
    return main.PdfSettings(data_dir=tmp_path)


@pytest.fixture
def in_bucket(minio_bucket, monkeypatch) -> main.PdfSettings:
    for name, value in minio_bucket.settings.items():
        monkeypatch.setenv(name, value)
    return main.PdfSettings()


async def keep(world, *, key: str = "", **fields: object) -> pdf.KeptMemo:
    request = pdf.CreateMemoRequest(**{"conversation": "sealed", **fields})
    along = (("origin", ORIGIN), *((("idempotency-key", key),) if key else ()))
    return await world.stub.CreateMemo(request, timeout=20, metadata=along)


async def fetch(world, kept: pdf.KeptMemo) -> bytes:
    memo_id, key = kept.download_url.removeprefix(f"{ORIGIN}/v1/memos/").split("/")
    body = await world.stub.GetMemo(pdf.GetMemoRequest(id=memo_id, key=key), timeout=20)
    assert body.content_type == "application/pdf"
    return body.data


async def failure(call) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


def reason(error: grpc.aio.AioRpcError) -> error_details_pb2.ErrorInfo:
    info = error_details_pb2.ErrorInfo()
    assert any(packed.Unpack(info) for packed in rpc_status.from_call(error).details)
    return info


class Contract:
    @pytest.fixture
    def settings(self) -> main.PdfSettings:
        raise NotImplementedError

    @pytest.fixture
    def stored(self) -> Callable[[], Awaitable[dict[str, bytes]]]:
        """Everything that lies in the store, as whoever runs it sees it."""
        raise NotImplementedError

    @pytest.fixture
    async def world(self, settings, served, samples) -> AsyncIterator:
        async with served(settings) as found:
            found.dialogue.answer = lambda _: samples.seed("vi")
            yield found

    async def test_a_kept_memo_is_the_memo_until_it_expires(self, world, read):
        kept = await keep(world, note=MARKED)
        now = world.clock.now()
        assert kept.expire_time.ToDatetime(tzinfo=now.tzinfo) - now == DAY
        assert kept.download_url.startswith(f"{ORIGIN}/v1/memos/{kept.id}/")
        rendered = await world.stub.RenderMemo(pdf.RenderMemoRequest(conversation="sealed", note=MARKED), timeout=20)
        assert await fetch(world, kept) == rendered.data
        world.clock.advance(DAY - timedelta(seconds=1))
        assert MARKED in read(await fetch(world, kept)).run
        world.clock.advance(timedelta(seconds=1))
        assert (await failure(fetch(world, kept))).code() == grpc.StatusCode.NOT_FOUND

    async def test_what_is_kept_holds_nothing_of_the_memo_or_its_key(self, world, stored, read):
        kept = await keep(world, note=MARKED, key=str(uuid.uuid4()))
        memo = await fetch(world, kept)
        # The control: the words are there to be found.
        assert MARKED in read(memo).run
        key = kept.download_url.rpartition("/")[2]
        names = []
        for name, content in (await stored()).items():
            names.append(name)
            everything = name.encode() + content
            for secret in (MARKED.encode(), MARKED.encode("utf-16-be"), key.encode(), memo[:64], b"%PDF"):
                assert secret not in everything
        assert sorted(name.partition("/")[0] for name in names) == ["claims", "memos"]

    async def test_whoever_has_the_id_deletes_it_for_good(self, world, stored):
        kept = await keep(world, key=str(uuid.uuid4()))
        for _ in range(2):
            await world.stub.DeleteMemo(pdf.DeleteMemoRequest(id=kept.id), timeout=20)
        assert (await failure(fetch(world, kept))).code() == grpc.StatusCode.NOT_FOUND
        assert await stored() == {}

    async def test_gone_never_there_and_half_a_link_all_look_the_same(self, world):
        kept, other = await keep(world), await keep(world)
        expired = await keep(world)
        key, foreign = (one.download_url.rpartition("/")[2] for one in (kept, other))
        answers = set()
        for memo_id, given in [
            (kept.id, foreign),
            (kept.id, key[:-1]),
            (kept.id, "x"),
            ("x", key),
            (other.id[::-1], key),
            ("../../keys", key),
            (kept.id, "鍵"),
        ]:
            error = await failure(world.stub.GetMemo(pdf.GetMemoRequest(id=memo_id, key=given), timeout=20))
            answers.add((error.code(), error.details(), str(reason(error))))
        await world.stub.DeleteMemo(pdf.DeleteMemoRequest(id=other.id), timeout=20)
        world.clock.advance(DAY)
        for gone in (other, expired):
            error = await failure(fetch(world, gone))
            answers.add((error.code(), error.details(), str(reason(error))))
        ((code, text, _),) = answers
        assert code == grpc.StatusCode.NOT_FOUND
        assert text.startswith("この紙は、もうここにはありません。")

    async def test_what_has_expired_is_swept_away_with_what_was_noted(self, world, stored):
        await keep(world, key=str(uuid.uuid4()))
        world.clock.advance(DAY)
        assert await sweep(world.store) == 2
        assert await stored() == {}

    async def test_the_same_request_with_the_same_key_gets_the_same_link(self, world, stored):
        key = str(uuid.uuid4())
        first = await keep(world, key=key, note="a")
        world.clock.advance(timedelta(hours=1))
        assert await keep(world, key=key.upper(), note="a") == first
        assert len(await stored()) == 2

    async def test_many_at_once_with_the_same_key_get_the_same_link(self, world):
        key = str(uuid.uuid4())
        answers = await asyncio.gather(*(keep(world, key=key) for _ in range(6)))
        assert len({answer.SerializeToString(deterministic=True) for answer in answers}) == 1
        assert (await fetch(world, answers[0])).startswith(b"%PDF")

    async def test_another_request_with_the_same_key_is_an_error(self, world, stored):
        key = str(uuid.uuid4())
        await keep(world, key=key, note="a")
        error = await failure(keep(world, key=key, note="b"))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "Idempotency-Key" in str(rpc_status.from_call(error))
        assert len(await stored()) == 2

    async def test_a_key_is_free_again_once_its_memo_is_gone(self, world):
        key = str(uuid.uuid4())
        first = await keep(world, key=key)
        await world.stub.DeleteMemo(pdf.DeleteMemoRequest(id=first.id), timeout=20)
        second = await keep(world, key=key, note="b")
        world.clock.advance(DAY)
        third = await keep(world, key=key)
        assert len({first.id, second.id, third.id}) == 3

    async def test_without_a_key_every_request_gets_a_memo_of_its_own(self, world):
        first, second = await keep(world), await keep(world)
        assert first.id != second.id

    async def test_an_answer_that_got_lost_before_the_memo_was_kept_is_made_up_for(self, world):
        key = str(uuid.uuid4())
        first = await keep(world, key=key)
        await world.store.delete(f"memos/{first.id}")
        assert await keep(world, key=key) == first
        assert (await fetch(world, first)).startswith(b"%PDF")

    @pytest.mark.parametrize("kind", [Crisis.VIOLENCE, Crisis.SEXUAL_VIOLENCE, Crisis.CHILD_ABUSE])
    async def test_after_signs_of_violence_nothing_is_kept(self, world, stored, samples, kind):
        description = samples.seed()
        description.crisis_kinds.extend([Crisis.SUICIDE, kind])
        world.dialogue.answer = lambda _: description
        error = await failure(keep(world, key=str(uuid.uuid4())))
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
        assert await stored() == {}
        assert "暴力" not in str(rpc_status.from_call(error))
        rendered = await world.stub.RenderMemo(pdf.RenderMemoRequest(conversation="sealed"), timeout=20)
        assert rendered.data.startswith(b"%PDF")

    async def test_signs_of_violence_in_the_note_count_too(self, world, stored):
        error = await failure(keep(world, note="夫に殴られています"))
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION
        assert await stored() == {}

    async def test_after_other_signs_it_is_kept(self, world, samples):
        description = samples.seed()
        description.crisis_kinds.append(Crisis.SUICIDE)
        world.dialogue.answer = lambda _: description
        assert (await fetch(world, await keep(world))).startswith(b"%PDF")


class TestFolder(Contract):
    @pytest.fixture
    def settings(self, in_folder) -> main.PdfSettings:
        return in_folder

    @pytest.fixture
    def stored(self, in_folder):
        root = in_folder.data_dir / "pdf" / "objects"

        async def found() -> dict[str, bytes]:
            return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}

        return found

    async def test_nothing_of_it_is_logged(self, world, capfd):
        kept = await keep(world, note=MARKED, key="2f1c8a54-7b0e-4f0d-9c57-5f3f3b1a9d10")
        await fetch(world, kept)
        await failure(fetch(world, pdf.KeptMemo(id=kept.id, download_url=f"{kept.download_url[:-1]}_")))
        await world.stub.DeleteMemo(pdf.DeleteMemoRequest(id=kept.id), timeout=20)
        logged = "".join(capfd.readouterr())
        for secret in ("カワセミ", kept.id, kept.download_url.rpartition("/")[2], "2f1c8a54"):
            assert secret not in logged

    @pytest.mark.parametrize("language", LANGUAGES)
    async def test_the_refusal_is_one_kind_sentence_in_every_language(self, world, samples, language):
        description = samples.seed()
        description.crisis_kinds.append(Crisis.VIOLENCE)
        world.dialogue.answer = lambda _: description
        error = await failure(keep(world, language=language))
        locale = error_details_pb2.LocalizedMessage()
        assert any(packed.Unpack(locale) for packed in rpc_status.from_call(error).details)
        assert locale.locale == language
        assert locale.message == error.details()

    @pytest.mark.parametrize("key", ["x", "123", "2f1c8a54-7b0e-4f0d-9c57-5f3f3b1a9d1", "?"])
    async def test_a_key_that_is_no_uuid_is_named(self, world, key):
        error = await failure(keep(world, key=key))
        assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert "idempotency.form" in str(rpc_status.from_call(error))

    @pytest.mark.parametrize("origin", ["", "javascript:alert(1)", "https://a b", "https://a/b"])
    async def test_an_address_that_is_none_is_left_out_of_the_link(self, world, origin):
        request = pdf.CreateMemoRequest(conversation="sealed")
        kept = await world.stub.CreateMemo(request, timeout=20, metadata=(("origin", origin),))
        assert kept.download_url.startswith(f"/v1/memos/{kept.id}/")

    async def test_the_lifetime_is_a_setting(self, served, samples, in_folder):
        async with served(in_folder.model_copy(update={"keep_hours": 2})) as world:
            world.dialogue.answer = lambda _: samples.seed()
            kept, now = await keep(world), world.clock.now()
            assert kept.expire_time.ToDatetime(tzinfo=now.tzinfo) - now == timedelta(hours=2)

    @pytest.mark.parametrize("hours", [0, 169])
    def test_the_lifetime_has_bounds(self, hours):
        with pytest.raises(ValueError, match="keep_hours"):
            main.PdfSettings(keep_hours=hours)


class TestBucket(Contract):
    @pytest.fixture
    def settings(self, in_bucket) -> main.PdfSettings:
        return in_bucket

    @pytest.fixture
    def stored(self, minio_bucket):
        return lambda: asyncio.to_thread(minio_bucket.stored)


async def test_while_the_store_is_away_memos_are_rendered_all_the_same(served, samples, in_folder):
    away = {"s3_endpoint": "http://127.0.0.1:1", "s3_access_key": "a", "s3_secret_key": SecretStr("b")}
    async with served(in_folder.model_copy(update={**away, "s3_timeout": 0.5})) as world:
        world.dialogue.answer = lambda _: samples.seed()
        error = await failure(keep(world))
        assert error.code() == grpc.StatusCode.UNAVAILABLE
        assert reason(error).metadata["part"] == "objects"
        assert error.details().startswith("いま、紙をお預かりする所につながりません。")
        rendered = await world.stub.RenderMemo(pdf.RenderMemoRequest(conversation="sealed"), timeout=20)
        assert rendered.data.startswith(b"%PDF")
        gone = await failure(world.stub.DeleteMemo(pdf.DeleteMemoRequest(id="A" * 32), timeout=20))
        assert gone.code() == grpc.StatusCode.UNAVAILABLE
