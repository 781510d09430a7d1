"""All servers, in the order in which their lines are shown."""

from __future__ import annotations

from notalone_stack.elasticsearch import Elasticsearch
from notalone_stack.kafka import Kafka
from notalone_stack.keycloak import Keycloak
from notalone_stack.minio import Minio
from notalone_stack.postgres import Postgres
from notalone_stack.server import Server

SERVERS: tuple[Server, ...] = (Postgres(), Kafka(), Keycloak(), Elasticsearch(), Minio())
NAMES = tuple(server.name for server in SERVERS)
