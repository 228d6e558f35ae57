"""The command `backup`: what it makes, notes, keeps and removes, and what it refuses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from cms.operations.backups.configuration import main_database
from cms.operations.backups.locks import Work, only_one
from cms.operations.models import LastSuccess
from documents.models import CustomDocument
from tests.factories.documents import DocumentFactory
from tests.services.bucket import Bucket
from tests.unit.operations.backups.commands import Backups, real_program

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def document(s3_bucket: Bucket) -> Iterator[CustomDocument]:
    """One file."""
    return DocumentFactory.create(file=ContentFile(b"text", "text.txt"))


def test_backup_is_made_noted_and_listed(backups: Backups) -> None:
    printed = backups.make()

    (name,) = backups.names()
    assert f"Made the backup {name}" in printed
    assert "Warning" not in printed
    assert {part.name for part in backups.parts()} == {"database.dump", "files.tar", "files.jsonl", "manifest.json"}
    assert backups.make("--list").startswith(f"{name}  0 days 0 hours old")
    note = LastSuccess.objects.get(name="backup")
    assert (note.details["run"], note.details["files"], note.details["file_bytes"]) == (name, 1, 4)
    assert note.details["rows"] > 100
    assert note.seconds > 0


def test_unchanged_content_is_kept_once(backups: Backups, document: CustomDocument) -> None:
    DocumentFactory.create(file=ContentFile(random.Random(1).randbytes(2_000_000).hex().encode(), "long.txt"))
    backups.make()
    size = _size(backups.folder)
    backups.make()
    assert _size(backups.folder) < 1.5 * size


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_dry_run_changes_nothing(backups: Backups) -> None:
    printed = backups.make("--dry-run")
    assert "Would back up 1 private files, 4 bytes." in printed
    assert f"Would make a new repository at {backups.folder}" in printed
    assert not backups.folder.exists()
    assert not LastSuccess.objects.exists()


def test_backups_older_than_is_wanted_are_removed(backups: Backups) -> None:
    now = datetime.now(UTC)
    backups.settings.BACKUP_KEEP_DAYS = 0
    for days in (50, 31, 29):
        backups.make(at=now - timedelta(days=days))
    assert len(backups.names()) == 3

    backups.settings.BACKUP_KEEP_DAYS = 30
    assert backups.make("--dry-run").count("Would remove") == 2
    kept = backups.names()[2]
    assert "Removed 2 old backups" in backups.make()
    assert backups.names()[0] == kept
    assert len(backups.names()) == 2


def test_backup_stands_when_old_ones_cannot_be_removed(backups: Backups) -> None:
    backups.make(at=datetime.now(UTC) - timedelta(days=40))
    with (
        backups.in_place_of("restic", '[ "$1" = forget ] && echo "Fatal: not today" >&2 && exit 1'),
        pytest.raises(CommandError, match=r"was made, but old ones could not be removed.*not today"),
    ):
        backups.make()
    assert len(backups.names()) == 2
    assert LastSuccess.objects.get(name="backup").details["run"] == backups.names()[-1]


def test_locked_repository_only_puts_off_the_removal(backups: Backups) -> None:
    backups.make(at=datetime.now(UTC) - timedelta(days=40))
    script = '[ "$1" = forget ] && echo "Fatal: unable to create lock: repository is already locked" >&2 && exit 1'
    with backups.in_place_of("restic", script):
        assert "removed by the next run" in backups.make()
    assert len(backups.names()) == 2


def test_two_backups_do_not_run_at_once(backups: Backups) -> None:
    with only_one(main_database(), Work.BACKUP), pytest.raises(CommandError, match="Another backup is running"):
        backups.make()
    assert not backups.folder.exists()
    backups.make()


def test_lost_repository_is_not_silently_begun_anew(backups: Backups) -> None:
    backups.make()
    backups.folder.rename(backups.folder.with_name("stolen"))
    with pytest.raises(CommandError, match="though backups were made before"):
        backups.make()
    assert not backups.folder.exists()
    assert "new repository" in backups.make("--new-repository")
    assert len(backups.names()) == 1


def test_lost_file_is_named_and_does_not_stop_the_backup(
    backups: Backups, document: CustomDocument, s3_bucket: Bucket
) -> None:
    other = DocumentFactory.create()
    s3_bucket.client.delete_object(Bucket=s3_bucket.name, Key=f"private/{document.file.name}")
    printed = backups.make()
    assert (
        f"Warning: 1 files that the database names were not there to be backed up, such as private/{document.file}"
        in printed
    )
    assert str(other.file) not in printed
    assert LastSuccess.objects.get(name="backup").details["missing_files"] == 1


def test_stores_without_any_file_are_taken_for_the_wrong_ones(backups: Backups, s3_bucket: Bucket) -> None:
    s3_bucket.empty()
    with pytest.raises(CommandError, match="Is it the right bucket"):
        backups.make()
    assert backups.parts() == []


FAILURES = [
    ("pg_dump", '[ "$1" = --version ] || { $REAL "$@" | head -c 20000; kill -9 $$; }'),
    ("pg_dump", '[ "$1" = --version ] || { echo "pg_dump: error: out of luck" >&2; exit 1; }'),
    ("restic", 'case "$*" in *files.tar*) head -c 100000 >/dev/null; echo "Fatal: no luck" >&2; exit 1;; esac'),
    ("restic", 'case "$*" in *manifest.json*) echo "Fatal: no luck" >&2; exit 1;; esac'),
]


def test_nothing_is_left_of_a_backup_that_failed(backups: Backups) -> None:
    backups.make()
    before, noted = backups.names(), LastSuccess.objects.get().details
    for program, script in FAILURES:
        script = f"REAL={real_program(program)}\n{script}"
        with backups.in_place_of(program, script), pytest.raises(CommandError, match=r"luck|-9"):
            backups.make()
        assert {part.run for part in backups.parts()} == set(before)
    assert backups.names() == before
    assert LastSuccess.objects.get().details == noted


def test_old_pg_dump_is_refused_before_anything_is_done(backups: Backups) -> None:
    with (
        backups.in_place_of("pg_dump", '[ "$1" = --version ] && echo "pg_dump (PostgreSQL) 9.6.24" && exit'),
        pytest.raises(CommandError, match=r"pg_dump is pg_dump \(PostgreSQL\) 9.6.24, and must be \d+ or newer"),
    ):
        backups.make()
    assert backups.parts() == []


def test_program_that_is_not_installed_is_named(backups: Backups, tmp_path: Path) -> None:
    backups.settings.BACKUP_PROCESS_ENVIRONMENT = {"PATH": str(tmp_path)}
    with pytest.raises(CommandError, match="The program restic is not installed"):
        backups.make()


def test_wrong_password_is_said(backups: Backups) -> None:
    backups.make()
    backups.settings.BACKUP_PASSWORD = "not-the-password-at-all"
    with pytest.raises(CommandError, match="BACKUP_PASSWORD is not the password") as refusal:
        backups.make()
    assert "not-the-password-at-all" not in str(refusal.value)


def test_without_a_place_there_are_no_backups(backups: Backups) -> None:
    backups.settings.BACKUP_REPOSITORY = ""
    with pytest.raises(CommandError, match="BACKUP_REPOSITORY is not set"):
        backups.make()


def test_lock_is_given_back_when_its_holder_is_gone(backups: Backups) -> None:
    with only_one(main_database(), Work.BACKUP):
        with psycopg.connect(**main_database().parameters, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'cms backup lock' AND datname = current_database()"
            )
        backups.make()


def test_command_needs_no_database_to_list(backups: Backups) -> None:
    backups.make()
    call_command("backup", "--list")
