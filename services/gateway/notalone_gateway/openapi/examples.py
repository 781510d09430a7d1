"""Requests to begin with, shown in the document; a test keeps them valid."""

from __future__ import annotations

from typing import Any, Final

_CONVERSATION = "(the `conversation` of the last turn)"

_SOURCE = {"sources": ["https://example.jp/"], "asOf": "2026-11-20", "checkState": "CHECKED"}
_ENTRY = {
    "id": "example-desk",
    "kind": "DESK",
    "status": "ACTIVE",
    "name": {"ja": "相談窓口の例", "en": "An example of a desk"},
    "furigana": "そうだんまどぐちのれい",
    "operator": {"ja": "ある団体"},
    "summary": {"ja": "どんなことでも話せます。", "en": "You can talk about anything."},
    "applyAt": "NOTHING_TO_APPLY",
    "needs": {"lonely.talk": 0.8},
    "audiences": ["GENERAL"],
    "provenance": _SOURCE,
    "channels": [
        {
            "kind": "PHONE",
            "value": "0120-279-338",
            "charge": "FREE",
            "languages": ["ja"],
            "hours": {"always": True},
            "provenance": _SOURCE,
        }
    ],
}
_AUTHORING = "notalone.catalog.v1.CatalogAuthoringService."
_REPORTS = "notalone.catalog.v1.ContactReportService."

REQUESTS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "notalone.catalog.v1.CatalogService.SearchProgrammes": {
        "words": {"query": "家賃が払えない", "language": "ja", "pageSize": 5},
        "topic": {"topics": ["childcare.meet"], "audience": "GENERAL", "municipalityCode": "012301"},
    },
    "notalone.catalog.v1.CatalogService.SuggestProgrammes": {
        "kana": {"prefix": "じゅうきょ", "language": "ja"},
    },
    _REPORTS + "ReportContact": {
        "throughInACrisis": {"value": "0120-279-338", "outcome": "GOT_THROUGH"},
        "wrong": {"value": "0120-279-338", "outcome": "LED_ELSEWHERE", "programmeId": "yorisoi-hotline"},
    },
    _REPORTS + "MarkReportsSeen": {
        "read": {"entryId": "yorisoi-hotline", "value": "0120-279-338", "newWrong": 3},
    },
    "notalone.dialogue.v1.DialogueService.StartConversation": {
        "japanese": {"language": "ja", "audience": "GENERAL"},
        "english": {"language": "en", "audience": "GENERAL", "municipalityCode": "131016"},
    },
    "notalone.dialogue.v1.DialogueService.ReplyConversation": {
        "choice": {"conversation": _CONVERSATION, "choiceId": "childcare"},
        "words": {"conversation": _CONVERSATION, "text": "子育ての仲間がほしい"},
        "back": {"conversation": _CONVERSATION, "back": True},
    },
    "notalone.pdf.v1.PdfService.RenderMemo": {
        "memo": {"conversation": _CONVERSATION, "style": "STANDARD"},
        "discreet": {"conversation": _CONVERSATION, "style": "DISCREET", "note": "手話でお願いします"},
    },
    "notalone.pdf.v1.PdfService.CreateMemo": {
        "memo": {"conversation": _CONVERSATION, "style": "STANDARD"},
    },
    "notalone.portal_link.v1.PortalLinkService.CreateHandoff": {
        "code": {"programmeId": "chiiki-kosodate-shien-kyoten", "municipalityCode": "012301"},
        "postalCode": {"programmeId": "chiiki-kosodate-shien-kyoten", "postalCode": "059-0012"},
    },
    _AUTHORING + "SaveDraft": {"new": {"entry": _ENTRY, "baseRevision": 0}},
    _AUTHORING + "SubmitDraft": {"newest": {"revision": 1}},
    _AUTHORING + "DiscardDraft": {"newest": {"revision": 1}},
    _AUTHORING + "ReturnDraft": {"why": {"revision": 1, "reason": "営業時間の出典がありません"}},
    _AUTHORING + "ApproveDraft": {"publish": {"revision": 1, "publish": True}, "only": {"revision": 1}},
    _AUTHORING + "PublishRevision": {"approved": {"revision": 1}},
    _AUTHORING + "ArchiveEntry": {"ended": {"revision": 1, "reason": "事業が終わりました"}},
    _AUTHORING + "WithdrawContact": {
        "wrong": {"entryId": "yorisoi-hotline", "value": "0120-279-338", "reason": "番号が変わりました"}
    },
    _AUTHORING + "RestoreContact": {
        "right": {"entryId": "yorisoi-hotline", "value": "0120-279-338", "reason": "確認しました"}
    },
    _AUTHORING + "AcceptCorrection": {"newest": {"baseRevision": 1}},
    _AUTHORING + "RejectCorrection": {"why": {"reason": "公式ページと違います"}},
    _AUTHORING + "ProposeCorrection": {"hours": {"entry": _ENTRY, "baseRevision": 1, "comment": "時間が変わりました"}},
    _AUTHORING + "PauseDesk": {"today": {"until": "2026-11-27T09:00:00+09:00", "reason": "OVERLOADED"}},
    _AUTHORING + "ResumeDesk": {"now": {}},
}
