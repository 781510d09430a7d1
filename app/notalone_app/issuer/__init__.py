"""A small OpenID provider for development, on loopback only: it asks nobody for a password."""
