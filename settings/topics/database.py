"""The database: PostgreSQL through psycopg's pool, or SQLite where the environment allows it."""

from __future__ import annotations

from typing import Any

import dj_database_url

from settings import env

_WANTED = "postgresql://user:password@host:port/name"

DATABASE_URL = env.url(
    "DATABASE_URL",
    schemes=("postgresql", "postgres", "sqlite"),
    secret=True,
    help="The database, as postgresql://user:password@host:5432/name. Options of libpq may follow as a query.",
)
DATABASE_POOL_MIN = env.integer(
    "DATABASE_POOL_MIN", default=5, minimum=0, maximum=1000, help="Connections that each process keeps open."
)
DATABASE_POOL_MAX = env.integer(
    "DATABASE_POOL_MAX",
    default=20,
    minimum=1,
    maximum=1000,
    help="The most connections a process opens. Pods times workers times this must stay below the server's limit.",
)
DATABASE_POOL_TIMEOUT = env.duration(
    "DATABASE_POOL_TIMEOUT",
    default="5s",
    help="How long a request waits for a free connection before it is answered with 503.",
)

if DATABASE_POOL_MIN > DATABASE_POOL_MAX:
    raise env.ConfigurationError(
        "DATABASE_POOL_MIN", str(DATABASE_POOL_MIN), f"a number no larger than DATABASE_POOL_MAX ({DATABASE_POOL_MAX})"
    )


_LIBPQ_DEFAULTS = {
    # A database whose machine or network has gone answers nothing, not even a refusal. Without these limits each
    # request would wait for a quarter of an hour. Options in DATABASE_URL come first.
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}


def _postgresql_options() -> dict[str, Any]:
    return {
        "pool": {
            "min_size": DATABASE_POOL_MIN,
            "max_size": DATABASE_POOL_MAX,
            "timeout": DATABASE_POOL_TIMEOUT.total_seconds(),
            # Attempts to connect come ever more slowly. After so many seconds they begin anew with the next request:
            # else the service would need as long to notice that the database is back as it was away.
            "reconnect_timeout": 10,
        }
    }


def _sqlite_options() -> dict[str, Any]:
    # Writers queue for the lock at BEGIN instead of failing in the middle of a transaction.
    return {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }


def _database() -> dict[str, Any]:
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL))
    except (dj_database_url.ParseError, ValueError):
        raise env.ConfigurationError("DATABASE_URL", "not a database URL", _WANTED) from None
    sqlite = config["ENGINE"].endswith("sqlite3")
    if not sqlite:
        _refuse_misread(str(config["NAME"]))
    options = config.get("OPTIONS", {}) | _sqlite_options()
    if not sqlite:
        config["ENGINE"] = "cms.operations.postgresql"
        options = _LIBPQ_DEFAULTS | config.get("OPTIONS", {}) | _postgresql_options()
    # The pool replaces Django's persistent connections, which must be off (django/db/backends/postgresql/base.py).
    # A connection that died in a failover is noticed before a request gets it, by cms.operations.postgresql. Django's
    # health checks would be a second round trip.
    return config | {
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": False,
        "OPTIONS": options,
    }


def _refuse_misread(name: str) -> None:
    if not name:
        raise env.ConfigurationError("DATABASE_URL", "a URL without the name of a database", _WANTED)
    if "@" in name:
        # An unescaped / in the password ends the host, and a part of the password would be taken for the name.
        raise env.ConfigurationError(
            "DATABASE_URL", "a URL with an @ in the name of the database", f"{_WANTED}, with / in a password as %2F"
        )


DATABASES = {"default": _database()}
