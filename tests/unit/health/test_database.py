"""Asking the database never waits for requests that keep the pool busy."""

from __future__ import annotations

import contextlib

import psycopg
import pytest
from django.db import connection

from cms.health import database

pytestmark = pytest.mark.django_db(transaction=True)


def test_answer_comes_although_requests_hold_all_connections_of_the_pool():
    connection.close()
    pool = connection.pool
    pool.open()
    with contextlib.ExitStack() as held:
        for _ in range(pool.max_size):
            held.enter_context(pool.connection())
        assert database.read("SELECT 1") == [(1,)]
    assert pool.get_stats()["pool_size"] <= pool.max_size


def test_pool_gets_its_connection_back():
    connection.close()
    for _ in range(connection.pool.max_size + 1):
        assert database.read("SELECT 1") == [(1,)]
    with pytest.raises(psycopg.errors.UndefinedTable):
        database.read("SELECT * FROM not_there")
    assert database.read("SELECT 1") == [(1,)]


def test_server_that_is_full_is_told_apart_from_one_that_is_away(services):
    place = {"host": "127.0.0.1", "port": services.postgresql_port, "dbname": connection.settings_dict["NAME"]}
    password = services.secret
    with psycopg.connect(**place, user="postgres", password=password, autocommit=True) as administrator:
        administrator.execute("CREATE ROLE lonely LOGIN PASSWORD 'x' CONNECTION LIMIT 1")
        try:
            options = place | {"user": "lonely", "password": "x"}
            with psycopg.connect(**options), pytest.raises(database.DatabaseFullError):
                database._beside_the_pool("SELECT 1", options)
        finally:
            administrator.execute("DROP ROLE lonely")
    with pytest.raises(psycopg.OperationalError):
        database._beside_the_pool("SELECT 1", place | {"port": 1})
