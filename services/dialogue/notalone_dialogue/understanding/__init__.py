"""Understands what a person wrote, in any of the twelve languages, and ranks what may help."""

from notalone_dialogue.understanding.mentions import mention
from notalone_dialogue.understanding.ranking import Ranked
from notalone_dialogue.understanding.recogniser import NeedScore, Understanding, load_understanding

__all__ = ["NeedScore", "Ranked", "Understanding", "load_understanding", "mention"]
