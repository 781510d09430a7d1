"""Programmes and desks: search, browse, get."""
