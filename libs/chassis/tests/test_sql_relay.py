"""The relay over both databases."""

import pytest
from relay_contract import RelayContract


class TestRelayOnSqlite(RelayContract):
    @pytest.fixture
    def url(self, sqlite_url):
        return sqlite_url


class TestRelayOnPostgres(RelayContract):
    @pytest.fixture
    def url(self, postgres_url):
        return postgres_url
