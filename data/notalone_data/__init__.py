"""Entries, flows and lexicon as reviewed text files, and the reader for them."""

from notalone_data.reader import DataError, entries, flow, lexicon, needs, synonyms

__all__ = ["DataError", "entries", "flow", "lexicon", "needs", "synonyms"]
