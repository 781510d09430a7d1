"""Places, their names and postal codes, and whether a hand-off to one of them makes sense. Pure."""
