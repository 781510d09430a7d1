"""Entries, flows and lexicon as reviewed text files, and the reader for them."""
