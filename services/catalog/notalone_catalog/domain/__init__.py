"""Searching and browsing, without anything outside."""
