"""Events: what they are (`event`), the port (`ports`), and its adapters."""
