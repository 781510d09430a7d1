#!/bin/sh
# Runs once, when the cluster is made: a database and an owner for each service that keeps truth.
set -eu
psql -v ON_ERROR_STOP=1 -v catalog="$CATALOG_DATABASE_PASSWORD" -v notify="$NOTIFY_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE notalone_catalog LOGIN PASSWORD :'catalog';
CREATE DATABASE notalone_catalog OWNER notalone_catalog;
CREATE ROLE notalone_notify LOGIN PASSWORD :'notify';
CREATE DATABASE notalone_notify OWNER notalone_notify;
SQL
