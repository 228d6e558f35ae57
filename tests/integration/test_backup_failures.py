"""What goes wrong around a backup that runs: things are killed, gone, full, in use, or watched."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile

from tests.factories.documents import DocumentFactory
from tests.integration.installation import PASSWORD, Installation, contents, empty_place, installation
from tests.services import postgresql, s3
from tests.services.addresses import Addresses
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db(transaction=True)

WAIT_SECONDS = 120


@pytest.fixture
def here(services: Addresses, s3_bucket: Bucket, tmp_path: Path) -> Installation:
    """This worker's installation, with a file in it, and a folder before all others on PATH."""
    DocumentFactory.create(file=ContentFile(b"text", "text.txt"))
    programs = tmp_path / "programs"
    programs.mkdir()
    base = installation(services, str(tmp_path / "repository"))
    return base.where(PATH=f"{programs}{os.pathsep}{base.environment['PATH']}", TMPDIR=str(tmp_path))


def replace_program(here: Installation, program: str, script: str) -> None:
    """Put a shell script in the place of a program. It finds the real one as $REAL."""
    path = Path(here.environment["PATH"].split(os.pathsep)[0]) / program
    real = postgresql.binaries() / program
    found = real if real.exists() else subprocess.check_output(["which", program], text=True).strip()
    path.write_text(f"#!/bin/sh\nREAL={found}\n{script}\n")
    path.chmod(0o755)


@contextmanager
def stopped_in_the_middle(here: Installation, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A backup of which half the dump is written. It goes on when the block ends, if it still lives."""
    half, go = tmp_path / "half", tmp_path / "go"
    waiting = f"touch {half}; while [ ! -e {go} ] && kill -0 $PPID; do sleep 0.05; done"
    replace_program(
        here, "pg_dump", f'[ "$1" = --version ] && exec $REAL "$@"\n$REAL "$@" | {{ head -c 100000; {waiting}; cat; }}'
    )
    process = here.start("backup", start_new_session=True)
    try:
        wait_until(lambda: half.exists() or process.poll() is not None)
        assert half.exists(), process.communicate()
        yield process
    finally:
        go.touch()
        process.communicate(timeout=WAIT_SECONDS)
        (Path(here.environment["PATH"].split(os.pathsep)[0]) / "pg_dump").unlink()
        half.unlink()
        go.unlink()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def listed(here: Installation) -> list[str]:
    return re.findall(r"^\d{8}T\d{6}Z-\w{4}", here.succeed("backup", "--list"), re.MULTILINE)


def kept_in(repository: str) -> str:
    """Everything that restic knows of, whether it is a backup or not."""
    return subprocess.check_output(
        ["restic", "snapshots", "--json", "--no-lock", "--no-cache", "-r", repository],
        env={"PATH": os.environ["PATH"], "RESTIC_PASSWORD": PASSWORD},
        text=True,
    )


def test_killed_backup_is_none_and_the_next_one_works(here: Installation, tmp_path: Path) -> None:
    with stopped_in_the_middle(here, tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert listed(here) == []
    assert "Made the backup" in here.succeed("backup")
    assert len(listed(here)) == 1
    assert "succeeded" in here.succeed("restore_drill")


def test_stopped_backup_leaves_nothing_behind(here: Installation, tmp_path: Path) -> None:
    with stopped_in_the_middle(here, tmp_path) as process:
        process.terminate()
        process.wait(WAIT_SECONDS)
        assert process.returncode == 128 + signal.SIGTERM
    assert kept_in(here.environment["BACKUP_REPOSITORY"]).strip() in ("[]", "null")
    assert not list(tmp_path.glob("cms-backup-*"))


def test_second_backup_is_refused_while_one_runs(here: Installation, tmp_path: Path) -> None:
    with stopped_in_the_middle(here, tmp_path):
        assert "Another backup is running" in here.fail("backup")
    assert len(listed(here)) == 1


def test_what_is_written_meanwhile_is_in_the_next_backup(here: Installation, tmp_path: Path) -> None:
    with stopped_in_the_middle(here, tmp_path):
        # Rows of tables that pg_dump has read already, and of those it has not.
        before = contents(here.database)
        with psycopg.connect(here.database) as connection:
            connection.execute("INSERT INTO auth_group (name) SELECT 'new ' || n FROM generate_series(1, 500) n")
            connection.execute("INSERT INTO wagtailcore_locale (language_code) VALUES ('fr')")
            connection.execute("DELETE FROM documents_customdocument")
        DocumentFactory.create(file=ContentFile(b"written meanwhile", "new.txt"))
    with empty_place(here, "meanwhile") as there:
        assert "no difference" in there.succeed("restore_backup", "--to-this-installation")
        assert contents(there.database) == before
        assert {Path(key).name for key in there.bucket.keys("private/documents/")} == {"text.txt", "new.txt"}


def test_secrets_are_in_no_list_of_processes_and_in_no_output(here: Installation, tmp_path: Path) -> None:
    secrets = [PASSWORD, here.services.secret]
    log = tmp_path / "commands"
    for program in ("restic", "pg_dump", "pg_restore", "psql"):
        replace_program(here, program, f'printf "%s\\n" "{program} $*" >>{log}\nexec $REAL "$@"')
    printed = [here.succeed("backup"), here.succeed("restore_drill")]
    with stopped_in_the_middle(here, tmp_path) as process:
        running = [_command_line(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
        variables = _environment_of_children(process.pid)
    commands = log.read_text()
    assert {line.split()[0] for line in commands.splitlines()} == {"restic", "pg_dump", "pg_restore", "psql"}
    assert any("restic backup" in line for line in running)
    for secret in secrets:
        assert secret not in commands
        assert not [line for line in running if secret in line]
        assert not [text for text in printed if secret in text]
    # Programs get what they need and no more.
    assert PASSWORD in variables
    assert here.environment["SMTP_PASS"] == here.services.secret
    assert "SMTP_PASS" not in variables
    assert "SECRET_KEY" not in variables


def _command_line(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""  # ended meanwhile


def _environment_of_children(pid: int) -> str:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    pids = " ".join(path.read_text() for path in children).split()
    return "\n".join(Path(f"/proc/{child}/environ").read_text(errors="replace").replace("\0", "\n") for child in pids)


def test_bucket_that_goes_in_the_middle_fails_the_backup(here: Installation, s3_bucket: Bucket) -> None:
    for _ in range(60):
        DocumentFactory.create()

    def remove_bucket() -> None:
        s3_bucket.empty()
        s3_bucket.client.delete_bucket(Bucket=s3_bucket.name)

    try:
        with proxied(here.services.s3_port, when=b"GET /%s/private/" % s3_bucket.name.encode(), times=20) as proxy:
            proxy.then(remove_bucket)
            errors = here.where(AWS_S3_ENDPOINT_URL=proxy.url).fail("backup")
    finally:
        s3.create_bucket(here.services, s3_bucket.name)
    assert "The store of private files failed" in errors
    assert kept_in(here.environment["BACKUP_REPOSITORY"]).strip() in ("[]", "null")


def test_broken_connection_to_the_files_is_made_anew(here: Installation, s3_bucket: Bucket) -> None:
    content = bytes(range(32, 127)) * 50_000
    document = DocumentFactory.create(file=ContentFile(content, "long.txt"))
    when = b"GET /%s/private/%s" % (s3_bucket.name.encode(), str(document.file.name).encode())
    with proxied(here.services.s3_port, when=when, times=1, break_after=1_000_000) as proxy:
        here.where(AWS_S3_ENDPOINT_URL=proxy.url).succeed("backup")
        assert proxy.broken
    with empty_place(here, "broken") as there:
        there.succeed("restore_backup", "--to-this-installation")
        assert there.bucket.read(f"private/{document.file.name}") == content


def test_backup_to_a_bucket_with_a_key_of_its_own(here: Installation) -> None:
    name = f"{here.bucket.name}-backups"
    s3.create_bucket(here.services, name)
    there = here.where(BACKUP_REPOSITORY=f"s3:{here.services.s3_url}/{name}/cms")
    try:
        there.succeed("backup")
        assert "succeeded" in there.succeed("restore_drill")
        wrong = there.where(BACKUP_AWS_SECRET_ACCESS_KEY="wrong")
        assert "refuses the key" in wrong.fail("backup")
        for key in Bucket(here.services, name).keys("cms/data/")[:1]:
            here.bucket.client.delete_object(Bucket=name, Key=key)
        assert "restore drill failed" in there.fail("restore_drill")
    finally:
        bucket = Bucket(here.services, name)
        bucket.empty()
        bucket.client.delete_bucket(Bucket=name)


def test_repository_that_cannot_be_reached_is_said(here: Installation) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"s3:http://127.0.0.1:{unused.getsockname()[1]}/backups/cms"
        assert "cannot be reached" in here.where(BACKUP_REPOSITORY=address).fail("backup")


def test_lists_and_restores_need_no_main_database(here: Installation, services: Addresses) -> None:
    here.succeed("backup")
    gone = here.where(DATABASE_URL=services.database_url("test_that_is_not_there"))
    assert len(listed(gone)) == 1
    assert "does not exist" in gone.fail("restore_backup", "--to-this-installation")
    with empty_place(here, "away") as there:
        elsewhere = gone.where(RESTORE_DATABASE_URL=there.database)
        assert "no difference" in elsewhere.succeed("restore_backup", "--into-database")


def test_only_the_temporary_folder_needs_to_be_writable(here: Installation, tmp_path: Path) -> None:
    """As in the image: no home, another user, nothing else to write to."""
    nowhere = {name: value for name, value in here.environment.items() if name != "HOME"}
    here = Installation(here.services, nowhere)
    here.succeed("backup")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"programs", "repository"}


def test_disk_that_is_full_fails_the_backup(here: Installation, tmp_path: Path) -> None:
    text = os.urandom(1_500_000).hex().encode()
    DocumentFactory.create(file=ContentFile(text, "long.txt"))
    limit = 500_000
    # As good as a full disk for whoever writes: no file may grow beyond this.
    process = here.start(
        "backup", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    )
    _, errors = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 1, errors
    assert "CommandError" in errors
    assert listed(here) == []
    assert "Made the backup" in here.succeed("backup")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"BACKUP_REPOSITORY": "backups"}, "BACKUP_REPOSITORY is 'something else'"),
        ({"BACKUP_REPOSITORY": "s3:https://user:pass@host/bucket"}, "without a key in it"),
        ({"BACKUP_REPOSITORY": "rest:http://user:pass@host/"}, "BACKUP_REPOSITORY"),
        ({"BACKUP_PASSWORD": "short"}, "BACKUP_PASSWORD is 'a secret of 5 bytes'"),
        ({"BACKUP_PASSWORD": ""}, "BACKUP_PASSWORD is not set"),
        ({"BACKUP_AWS_SECRET_ACCESS_KEY": ""}, "both BACKUP_AWS_ACCESS_KEY_ID and"),
        ({"BACKUP_KEEP_DAYS": "-1"}, "BACKUP_KEEP_DAYS"),
        ({"DATABASE_URL": "sqlite:///:memory:"}, "copy the folder VAR_DIR"),
        ({"TMPDIR": "/dev/null"}, ""),
    ],
)
def test_wrong_setting_is_named(here: Installation, variables: dict[str, str], words: str) -> None:
    if not words:
        # Python looks for another folder, so that works.
        here.where(**variables).succeed("backup", "--dry-run")
        return
    errors = here.where(**variables).fail("backup")
    assert words in errors
    assert "pass@" not in errors


class Proxy:
    """Hands on connections to a server, and does something when a certain request comes by."""

    def __init__(self, port: int, when: bytes, times: int, break_after: int) -> None:
        self._target = ("127.0.0.1", port)
        self._when, self._left, self._break_after = when, times, break_after
        self._action: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self.broken = False
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def then(self, action: Callable[[], None]) -> None:
        self._action = action

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        upstream = socket.create_connection(self._target)
        limit = [0]  # bytes of answers that are still let through; 0: all
        answers = threading.Thread(target=self._answer, args=[upstream, client, limit], daemon=True)
        answers.start()
        with client, upstream:
            try:
                while data := client.recv(65536):
                    if self._when in data:
                        self._seen(limit)
                    upstream.sendall(data)
            except OSError:
                return

    def _seen(self, limit: list[int]) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._action()
                limit[0] = self._break_after

    def _answer(self, upstream: socket.socket, client: socket.socket, limit: list[int]) -> None:
        try:
            while data := upstream.recv(65536):
                client.sendall(data)
                if limit[0]:
                    limit[0] = max(limit[0] - len(data), 1)
                    if limit[0] == 1:
                        self.broken = True
                        client.shutdown(socket.SHUT_RDWR)
                        return
        except OSError:
            return


@contextmanager
def proxied(port: int, *, when: bytes, times: int, break_after: int = 0) -> Iterator[Proxy]:
    proxy = Proxy(port, when, times, break_after)
    try:
        yield proxy
    finally:
        proxy.close()
