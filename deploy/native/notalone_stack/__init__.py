"""Real servers for development and tests, started natively on this machine: no containers, loopback only."""
