"""Requests to begin with, shown in the document; a test keeps them valid."""

from __future__ import annotations

from typing import Any, Final

_CONVERSATION = "(the `conversation` of the last turn)"

REQUESTS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "notalone.catalog.v1.CatalogService.SearchProgrammes": {
        "words": {"query": "家賃が払えない", "language": "ja", "pageSize": 5},
        "topic": {"topics": ["childcare.meet"], "audience": "GENERAL", "municipalityCode": "012301"},
    },
    "notalone.catalog.v1.CatalogService.SuggestProgrammes": {
        "kana": {"prefix": "じゅうきょ", "language": "ja"},
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
}
