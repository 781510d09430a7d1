"""Databases for contract tests: a file, or a database of this test session on the real PostgreSQL."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator

import psycopg
import servers


def _connect(server: servers.Server, name: str) -> psycopg.Connection:
    host, _, port = server.address.partition(":")
    return psycopg.connect(
        host=host, port=port, user="notalone", password=server.secrets["password"], dbname=name, autocommit=True
    )


@contextlib.contextmanager
def postgres_database(server: servers.Server) -> Iterator[str]:
    """A database of a name of its own; gives its address, and drops it afterwards."""
    name = f"notalone_test_{secrets.token_hex(6)}"
    with _connect(server, "notalone") as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql+psycopg://notalone:{server.secrets['password']}@{server.address}/{name}"
    finally:
        drop(server, name)


def drop(server: servers.Server, name: str) -> None:
    """Takes a database away, if it is there, whoever uses it."""
    with _connect(server, "notalone") as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def empty(server: servers.Server, url: str) -> None:
    """Takes everything out of such a database."""
    with _connect(server, url.rpartition("/")[2]) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
