"""Tells staff what waits for them."""
