"""Faults at random moments while people, staff and agencies are at work; then what must hold whatever happened.

`installation` is what is broken: servers of its own, and the backend by `run-real`. `load` uses it and keeps a
`history`; `faults` break and mend it; `invariants` judge the history; `rounds` puts that together; `table` tells of it.
"""
