"""What a memo does not tell.

Never, that somebody has no status of residence: the official who reads it may be bound to report that. Where a crisis
showed, nothing of it: a partner, a parent or a neighbour may see the sheet.
"""

from __future__ import annotations

import re

from notalone.dialogue.v1 import dialogue_service_pb2 as dialogue

Description = dialogue.DescribeConversationResponse

# Need ids that name a crisis, or come close.
_NEEDS = ("mind.suicide", "mind.distress", "violence.", "emergency.", "crime.")
# Of a need, and of the choice that leads to it.
_NO_STATUS_NEED, _NO_STATUS_CHOICE = "foreign.no_status", "no_status"
# What choices that bring the crisis answer say in Japanese; a test holds it against every flow.
_WORDS = re.compile(
    "死|自殺|消え|きえ|自分を傷|暴力|虐待|DV|被害|性的|裸|さわられ|触られ|たたかれ|叩かれ|殴|なぐ|手をあげ|こわい|怖い|束縛|脅|危険|危ない|いますぐ|今すぐ|命|救急|ほうってお|もらえない|苦しい|意識|けが"
)


def answers_to_tell(description: Description) -> list[dialogue.ChosenAnswer]:
    """The chosen answers, without those that must not be told."""
    crisis = bool(description.crisis_kinds)
    told = (answer for answer in description.answers if answer.choice_id != _NO_STATUS_CHOICE)
    return [answer for answer in told if not (crisis and _WORDS.search(answer.label_ja))]


def needs_to_tell(description: Description) -> list[dialogue.UnderstoodNeed]:
    """What was understood from the person's own words, without what must not be told."""
    crisis = bool(description.crisis_kinds)
    told = (need for need in description.needs if need.id != _NO_STATUS_NEED)
    return [need for need in told if not (crisis and need.id.startswith(_NEEDS))]


def programmes_to_tell(description: Description) -> list[dialogue.DescribedProgramme]:
    """The programmes, without those made for the crisis; one that the person asked to print does not come here."""
    crisis = bool(description.crisis_kinds)
    return [one for one in description.programmes if not (crisis and _for_crisis(one))]


def _for_crisis(described: dialogue.DescribedProgramme) -> bool:
    programme = described.programme_ja
    return (
        programme.topics[:1] == [] or programme.topics[0].startswith(_NEEDS) or bool(_WORDS.search(programme.summary))
    )
