"""Entries, flows, lexicon and translations as reviewed text files, and the reader for them."""

from notalone_data.reader import DataError, entries, flow, lexicon, needs, synonyms, translated, translation

__all__ = ["DataError", "entries", "flow", "lexicon", "needs", "synonyms", "translated", "translation"]
