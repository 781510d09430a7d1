"""Events: what they are (`event`), the port (`ports`), the bus (`bus`) over a log (`embedded`, `kafka`).

`opening.open_bus` gives the one that the settings ask for.
"""
