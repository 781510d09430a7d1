"""Every kind of memo keeps PDF/UA-1 (readable by screen readers) and PDF/A (readable in decades), as veraPDF finds."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pypdfium2
import pytest
from notalone.common.v1 import common_pb2
from notalone.crisis.v1 import crisis_pb2
from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue
from notalone.pdf.v1 import pdf_service_pb2 as pdf
from notalone_kernel.languages import LANGUAGES

PDF_A = "3a"
# All scripts at once, and what no font has.
MIXED = "家賃が払えません。Không có việc làm. ไม่มีงานทำ काम छैन 没有工作 일이 없습니다 لا عمل 😀 \U00013000 \x07"

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="session")
def memos(render, samples, tmp_path_factory) -> list[Path]:
    """One of each kind."""
    folder = tmp_path_factory.mktemp("memos")
    for name, content in asyncio.run(kinds(render, samples)).items():
        (folder / f"{name}.pdf").write_bytes(content)
    return sorted(folder.iterdir())


async def kinds(render, samples) -> dict[str, bytes]:
    child, teen, crisis, five = samples.seed(), samples.seed(), samples.spoken(), samples.seed("vi")
    child.audience, teen.audience = common_pb2.CHILD, common_pb2.TEEN
    crisis.crisis_kinds.append(crisis_pb2.Crisis.VIOLENCE)
    five.programmes.extend([samples.described(samples.DESK_JA)] * 4)
    return {
        **{f"{language}": await render(samples.seed(language), note=MIXED) for language in LANGUAGES},
        **{f"discreet-{language}": await render(samples.seed(language), style=pdf.DISCREET) for language in LANGUAGES},
        "child": await render(child, needs=[pdf.WRITING], wants=[pdf.CONSULT]),
        "discreet-child": await render(child, style=pdf.DISCREET),
        "teen": await render(teen),
        "crisis": await render(crisis),
        "five": await render(five, programme_ids=["a", "b", "c", "d", "e"]),
        "long": await render(samples.seed(), note="困っています。\n" * 714),
        "empty": await render(dialogue.DescribeConversationResponse()),
    }


@pytest.mark.parametrize("flavour", ["ua1", PDF_A])
def test_every_kind_of_memo_keeps_the_standard(verapdf, memos, flavour):
    assert len(memos) == 2 * len(LANGUAGES) + 7
    assert verapdf.failures(memos, flavour=flavour) == []


@pytest.mark.parametrize("flavour", ["ua1", PDF_A])
def test_a_file_that_does_not_keep_it_is_found(verapdf, tmp_path, flavour):
    document = pypdfium2.PdfDocument.new()
    document.new_page(100, 100)
    document.save(tmp_path / "bare.pdf")
    document.close()
    assert any(line.startswith("FAIL ") for line in verapdf.failures([tmp_path / "bare.pdf"], flavour=flavour))
