"""What conversations come to, for the tests of the memo."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace

import grpc
import pypdfium2
import pypdfium2.raw as raw
import pytest
from notalone.catalog.v1 import programme_pb2
from notalone.common.v1 import common_pb2, contact_pb2
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.dialogue.v1 import dialogue_service_pb2_grpc as dialogue_grpc
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone.pdf.v1 import pdf_service_pb2_grpc as pdf_grpc
from notalone_chassis.clock import FixedClock
from notalone_chassis.counting import Counting, uncounted
from notalone_chassis.grpc_server import GrpcServer
from notalone_chassis.objects.ports import ObjectStore
from notalone_chassis.settings import ServiceSettings
from notalone_pdf import main
from notalone_pdf.printer import Printer
from notalone_pdf.usecases import RenderMemo

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)

Contact = contact_pb2.Contact
Programme = programme_pb2.Programme

CENTRE_JA = Programme(
    id="chiiki-kosodate-shien-kyoten",
    kind=Programme.SCHEME,
    display_name="地域子育て支援拠点事業",
    display_name_ja="地域子育て支援拠点事業",
    operator="市区町村（こども家庭庁）",
    summary="小さな子どもと親が気軽に立ち寄り、一緒に遊んだり、ほかの親子と知り合ったりできる場所です。",
    eligibility="小さな子ども（就学前まで）と、その親や家族",
    application="お住まいの市区町村（子育て支援の課）",
    apply_at=programme_pb2.MUNICIPALITY,
    topics=["childcare.meet"],
    text_language="ja",
    questions=["家から近い所と、開いている曜日・時間を教えてください", "予約や登録は要りますか。お金はかかりますか"],
    checked_on="2021-11",
    check_state=Contact.NEEDS_RECHECK,
    handoff_available=True,
)
_PHONE_JA = Contact(
    name="みほん相談ダイヤル",
    name_ja="みほん相談ダイヤル",
    kind=Contact.PHONE,
    value="0120-000-000",
    charge=Contact.FREE,
    hours="平日 9時〜17時",
    checked_on="2026-11-20",
    check_state=Contact.CHECKED,
)
_CHAT_JA = Contact(name="みほんチャット", name_ja="みほんチャット", kind=Contact.CHAT, value="https://chat.example.jp/")
DESK_JA = Programme(
    id="mihon-desk",
    kind=Programme.DESK,
    display_name="みほん相談窓口",
    display_name_ja="みほん相談窓口",
    operator="みほん法人",
    summary="どんなことでも話せる電話の窓口です。",
    apply_at=programme_pb2.NOTHING_TO_APPLY,
    topics=["lonely.talk"],
    text_language="ja",
    contacts=[_PHONE_JA, _CHAT_JA],
    url="https://www.example.jp/soudan?a=1&b=2",
)
NAMES = {
    "en": ("Community childcare support centres", "Places where parents with small children can drop in."),
    "vi": ("Cơ sở hỗ trợ nuôi dạy trẻ tại cộng đồng", "Nơi cha mẹ có con nhỏ có thể ghé vào và gặp gỡ người khác."),
    "th": ("ศูนย์สนับสนุนการเลี้ยงดูเด็กในชุมชน", "สถานที่ที่พ่อแม่ที่มีลูกเล็กสามารถแวะมาเล่นและทำความรู้จักกับครอบครัวอื่นได้"),
    "ne": ("सामुदायिक बालबालिका हेरचाह सहायता केन्द्र", "साना बच्चा भएका अभिभावक सजिलै आउन सक्ने ठाउँ।"),
    "ko": ("지역 육아 지원 거점", "어린 자녀와 부모가 편하게 들러 함께 놀 수 있는 곳입니다."),
    "zh-Hans": ("地区育儿支援中心", "带小孩的家长可以随时来玩、认识其他家庭的地方。"),
    "zh-Hant": ("地區育兒支援中心", "帶小孩的家長可以隨時來玩、認識其他家庭的地方。"),
}


def answer(question: str, label: str, own: str = "") -> dialogue.ChosenAnswer:
    return dialogue.ChosenAnswer(
        node_id=question, choice_id="c", question_ja=question, label_ja=label, question=question, label=own or label
    )


def described(programme_ja: Programme, language: str = "ja") -> dialogue.DescribedProgramme:
    own = Programme()
    own.CopyFrom(programme_ja)
    if language in NAMES:
        own.display_name, own.summary = NAMES[language]
        own.text_language = language
    return dialogue.DescribedProgramme(programme=own, programme_ja=programme_ja)


def seed(language: str = "ja") -> dialogue.DescribeConversationResponse:
    """The path 子育て → … → 地域子育て支援拠点事業."""
    own = NAMES.get(language, ("",))[0]
    return dialogue.DescribeConversationResponse(
        language=language,
        audience=common_pb2.GENERAL,
        answers=[
            answer("どんなことで困っていますか", "子育て", own),
            answer("どんなことですか", "子ども・子育てについて相談したい", own),
            answer("くわしく教えてください", "子育て中の親子が交流する場を知りたい", own),
        ],
        programmes=[described(CENTRE_JA, language)],
    )


def spoken() -> dialogue.DescribeConversationResponse:
    """Own words only, no choice."""
    return dialogue.DescribeConversationResponse(
        language="ja",
        needs=[
            dialogue.UnderstoodNeed(id="money.living", label="生活費が足りない", label_ja="生活費が足りない"),
            dialogue.UnderstoodNeed(id="housing.rent", label="家賃が払えない", label_ja="家賃が払えない"),
        ],
        programmes=[described(DESK_JA)],
    )


class FakeConversations:
    """Knows one conversation."""

    def __init__(self, description: dialogue.DescribeConversationResponse) -> None:
        self.description = description
        self.asked: list[dialogue.DescribeConversationRequest] = []

    async def describe(self, request, *, accept_language: str, seconds: float):
        self.asked.append(request)
        answer = dialogue.DescribeConversationResponse()
        answer.CopyFrom(self.description)
        return answer


Render = Callable[..., Awaitable[bytes]]


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    one = Printer(threads=1)
    yield one
    one.close()


@pytest.fixture(scope="session")
def render(printer: Printer) -> Render:
    """Renders a memo of a conversation: `render(description, note="…", at=…)`."""

    async def rendered(
        description: dialogue.DescribeConversationResponse, *, at: datetime = NOON, **fields: object
    ) -> bytes:
        use_case = RenderMemo(
            conversations=FakeConversations(description), printer=printer, clock=FixedClock(at), count=uncounted
        )
        request = pdf.RenderMemoRequest(conversation="sealed", **fields)
        return await use_case(request, accept_language="", seconds=1)

    return rendered


class Paper:
    """A PDF as a reader finds it."""

    def __init__(self, content: bytes) -> None:
        document = pypdfium2.PdfDocument(content)
        self.pages = len(document)
        texts = [page.get_textpage().get_text_range() for page in document]
        self.text = "\n".join(texts).replace("\r\n", "\n").replace("\u200b", "")
        # Without line ends, as they fall where the paper ends.
        self.run = "".join(self.text.split("\n"))
        self.metadata = document.get_metadata_dict()
        self.drawings = sum(thing.type == raw.FPDF_PAGEOBJ_PATH for page in document for thing in page.get_objects())
        document.close()


@pytest.fixture(scope="session")
def read() -> Callable[[bytes], Paper]:
    return Paper


Handler = Callable[[dialogue.DescribeConversationRequest], dialogue.DescribeConversationResponse]


class FakeDialogue(dialogue_grpc.DialogueServiceServicer):
    """Answers as it is told to."""

    def __init__(self) -> None:
        self.answer: Handler | None = None
        self.asked: dialogue.DescribeConversationRequest | None = None
        self.seconds_left = 0.0

    async def DescribeConversation(self, request, context):
        self.asked = request
        self.seconds_left = context.time_remaining()
        assert self.answer is not None
        return self.answer(request)


@dataclass
class World:
    dialogue: FakeDialogue
    stub: pdf_grpc.PdfServiceStub
    clock: FixedClock
    store: ObjectStore
    counting: Counting
    settings: main.PdfSettings
    stop_dialogue: Callable[[], Awaitable[None]]

    async def failure(self, **fields: object) -> grpc.aio.AioRpcError:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self.stub.RenderMemo(pdf.RenderMemoRequest(**{"conversation": "sealed", **fields}), timeout=5)
        return caught.value


@pytest.fixture(scope="session")
def served() -> Callable[[main.PdfSettings], AbstractAsyncContextManager[World]]:
    """The service with these settings, and a dialogue that answers as it is told to."""
    return _served


@asynccontextmanager
async def _served(settings: main.PdfSettings) -> AsyncIterator[World]:
    fake = FakeDialogue()
    server = GrpcServer("dialogue", settings=ServiceSettings())
    server.add(
        dialogue_grpc.add_DialogueServiceServicer_to_server,
        fake,
        dialogue.DESCRIPTOR.services_by_name["DialogueService"],
    )
    address = await server.start()
    clock = FixedClock(NOON)
    service = await main.start(settings.model_copy(update={"dialogue_address": address}), clock=clock)
    channel = grpc.aio.insecure_channel(service.address)
    yield World(
        fake, pdf_grpc.PdfServiceStub(channel), clock, service.store, service.counting, settings, lambda: server.stop(0)
    )
    await channel.close()
    await service.stop(0)
    await server.stop(0)


@pytest.fixture
async def world(tmp_path) -> AsyncIterator[World]:
    async with _served(main.PdfSettings(data_dir=tmp_path)) as found:
        yield found


@pytest.fixture(scope="session")
def samples() -> SimpleNamespace:
    return SimpleNamespace(
        seed=seed, spoken=spoken, described=described, answer=answer, CENTRE_JA=CENTRE_JA, DESK_JA=DESK_JA, NAMES=NAMES
    )
