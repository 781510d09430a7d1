"""How the catalogue is kept true: drafts of staff, corrections and pauses of agencies, the import, the health sweep."""
