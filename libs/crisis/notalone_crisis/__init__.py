"""Recognises cries for help and answers them with fixed texts and contacts. Pure, no I/O beyond its own package."""
