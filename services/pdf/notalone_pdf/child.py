"""How a found desk stands on a child's sheet: simple words, furigana, and no row that says only "unknown". Pure."""

from __future__ import annotations

from typing import Any

from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue

from notalone_pdf.furigana import familiar, with_readings


def programme(described: dialogue.DescribedProgramme, made: dict[str, Any]) -> dict[str, Any]:
    """The same with readings.

    Args:
        described: What was found.
        made: How it stands on other sheets.
    """
    summary = described.programme_ja.summary
    return {
        **made,
        "where": bool(described.programme_ja.eligibility or not made["desk"]),
        "reading": described.name_ja_reading,
        "summary": {"ja": with_readings(summary, described.summary_ja_ruby), "own": ""} if summary else made["summary"],
        "checked": familiar(made["checked"]),
        "contacts": [
            {**contact, **{part: familiar(contact[part]) for part in ("kind", "facts", "checked")}}
            for contact in made["contacts"]
        ],
    }
