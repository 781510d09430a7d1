"""All services in one process on the embedded adapters: the notalone command."""
