#!/bin/bash
# Makes the cluster and the database that POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB name, at the first start.
# Each of the three may come from a file: POSTGRES_PASSWORD_FILE.
set -euo pipefail

value() {
  local file="$1_FILE"
  if [ -n "${!file:-}" ]; then
    cat "${!file}"
  else
    printf '%s' "${!1:-$2}"
  fi
}

if [ "$1" = postgres ] && [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA"
  chown -R postgres "$PGDATA"
  chmod 700 "$PGDATA"
  exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=$(value POSTGRES_USER postgres)
  password=$(value POSTGRES_PASSWORD '')
  database=$(value POSTGRES_DB "$user")
  if [ -z "$password" ]; then
    echo "POSTGRES_PASSWORD is not set." >&2
    exit 1
  fi
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --auth-host=scram-sha-256 --auth-local=trust -E UTF8 >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  if [ "$database" != postgres ]; then
    pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start >/dev/null
    printf 'CREATE DATABASE :"name"' | psql -v ON_ERROR_STOP=1 -v "name=$database" --username="$user" --dbname=postgres >/dev/null
    pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
  fi
fi
if [ "$1" = postgres ]; then set -- "$@" -c "listen_addresses=*"; fi
exec "$@"
