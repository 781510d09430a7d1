"""Recognises cries for help and answers them with fixed texts and contacts.

Pure: reads nothing but the files of its own package, so that it works while everything else is down.
"""

from notalone_crisis.contacts import entry_ids, help_contacts
from notalone_crisis.floor import NEVER_WITHDRAWN, contact_id, floor_entries, floor_problems
from notalone_crisis.recogniser import recognise
from notalone_crisis.response import respond

__all__ = [
    "NEVER_WITHDRAWN",
    "contact_id",
    "entry_ids",
    "floor_entries",
    "floor_problems",
    "help_contacts",
    "recognise",
    "respond",
]
