"""What a person wants and needs comes onto the sheet, over HTTP."""

from __future__ import annotations

import pypdfium2
import pytest
from talk import violations

RENDER = "/v1/memos:render"


def attached(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    text = bytes(document.get_attachment(0).get_data()).decode("utf-8")
    document.close()
    return text


@pytest.mark.parametrize("path", [RENDER, "/v1/memos"])
def test_wants_and_needs_come_by_name(http, talk, path):
    sealed = talk.start(language="vi")["conversation"]
    wishes = {"wants": ["CONSULT", "DOCUMENTS"], "needs": ["PLAIN_JAPANESE", "PRIVATE_ROOM"]}
    answer = http.post(path, json={"conversation": sealed, **wishes})
    assert answer.status_code == 200
    content = answer.content if path == RENDER else http.get(answer.json()["downloadUrl"]).content
    text = attached(content)
    assert "用件: 相談、書類" in text
    assert "希望: やさしい日本語、個室" in text


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"wants": ["COFFEE"]}, "wants[0]"),
        ({"wants": ["MEMO_WANT_UNSPECIFIED"]}, "wants[0]"),
        ({"needs": "WRITING"}, "needs"),
        ({"needs": ["WRITING"] * 5}, "needs"),
    ],
)
def test_a_wrong_wish_is_named(http, talk, wishes, field):
    sealed = talk.start(language="ja")["conversation"]
    answer = http.post(RENDER, json={"conversation": sealed, **wishes})
    assert answer.status_code == 400
    assert field in violations(answer)
