"""Migrations of the catalogue's database."""
