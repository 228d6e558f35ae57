"""The command `restore_backup`: what it gives back, what it leaves alone, and what it refuses."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.management import CommandError
from psycopg import sql
from wagtail.models import Page

from cms.accounts.models import User
from cms.operations.backups.configuration import main_database
from documents.models import CustomDocument
from tests.factories.documents import DocumentFactory
from tests.services.addresses import Addresses
from tests.services.bucket import Bucket
from tests.unit.operations.backups.commands import Backups, real_program

pytestmark = pytest.mark.django_db(transaction=True)

BESIDE = "restored_beside"


@pytest.fixture(autouse=True)
def document(s3_bucket: Bucket) -> Iterator[CustomDocument]:
    """One file."""
    return DocumentFactory.create(file=ContentFile(b"text", "text.txt"))


@pytest.fixture
def beside() -> Iterator[str]:
    """An empty database on the same server."""
    name = f"{main_database().name}_{BESIDE}"
    with psycopg.connect(**main_database().parameters, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def here(*arguments: str) -> tuple[str, ...]:
    return ("--to-this-installation", *arguments)


def replacing() -> tuple[str, ...]:
    return here("--replace-database", main_database().name)


def tables(name: str) -> list[str]:
    with psycopg.connect(**main_database().beside(name).parameters) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [table for (table,) in rows]


def test_installation_that_has_no_files_yet_comes_back_too(
    backups: Backups, document: CustomDocument, s3_bucket: Bucket
) -> None:
    document.delete()
    s3_bucket.empty()
    backups.make()
    assert "The restore drill succeeded" in backups.drill()
    User.objects.create_user("later")
    backups.restore(*replacing())
    assert not User.objects.filter(username="later").exists()


def test_database_is_replaced_when_its_name_is_said(backups: Backups, document: CustomDocument) -> None:
    backups.make()
    document.delete()
    Page.objects.filter(depth=1).update(title="changed since")
    User.objects.create_user("since", password="since")
    caches["default"].set("kept", "answer")

    printed = backups.restore(*replacing())

    assert "no difference" in printed
    assert "migrate_database" in printed
    assert CustomDocument.objects.get().file.read() == b"text"
    assert Page.objects.get(depth=1).title == "Root"
    assert not User.objects.filter(username="since").exists()
    assert caches["default"].get("kept") is None


def test_database_with_something_in_it_is_refused(backups: Backups) -> None:
    backups.make()
    with pytest.raises(CommandError, match="is not empty") as refusal:
        backups.restore(*here())
    assert f"--replace-database {main_database().name}" in str(refusal.value)
    with pytest.raises(CommandError, match="says other, but the database is"):
        backups.restore(*here("--replace-database", "other"))


def test_database_in_use_is_refused(backups: Backups) -> None:
    backups.make()
    with (
        psycopg.connect(**main_database().parameters, application_name="worker-7"),
        pytest.raises(CommandError, match=r"in use by 1 sessions \(worker-7.*Stop web"),
    ):
        backups.restore(*replacing())


FAILURES = [
    # The dump is cut off, though whoever hands it on says that all went well.
    ("restic", 'case "$*" in dump*database.dump*) $REAL "$@" | head -c 150000; exit 0;; esac'),
    ("restic", 'case "$*" in dump*database.dump*) $REAL "$@" | head -c 150000; kill -9 $$;; esac'),
    ("pg_restore", '[ "$1" = --version ] || { $REAL "$@" | head -c 90000; kill -9 $$; }'),
    ("pg_restore", '[ "$1" = --version ] || { $REAL "$@" | sed "s/^CREATE INDEX/CREATE INDEKS/"; exit; }'),
    ("psql", 'head -c 90000 | $REAL "$@"; kill -9 $$'),
]


def test_database_stays_as_it_is_when_it_cannot_be_restored(backups: Backups) -> None:
    backups.make()
    Page.objects.filter(depth=1).update(title="changed since")
    for program, script in FAILURES:
        with backups.in_place_of(program, f"REAL={real_program(program)}\n{script}"), pytest.raises(CommandError):
            backups.restore(*replacing(), "--only", "database")
        assert Page.objects.get(depth=1).title == "changed since", script
        assert CustomDocument.objects.exists()


def test_error_of_the_database_shows_no_row(backups: Backups, beside: str) -> None:
    User.objects.create_user("jane", email="jane@example.org", password="x")
    backups.make()
    damage = '$REAL "$@" | sed "s/jane@example.org/jane@example.org\\tone column too many/"; exit'
    script = f'REAL={real_program("pg_restore")}\n[ "$1" = --version ] || {{ {damage}; }}'
    with backups.in_place_of("pg_restore", script), pytest.raises(CommandError, match="psql failed") as error:
        backups.restore("--into-database", beside)
    assert "jane" not in str(error.value)
    assert tables(beside) == []


def test_only_files_that_are_missing_or_different_are_written(
    backups: Backups, document: CustomDocument, s3_bucket: Bucket
) -> None:
    other = DocumentFactory.create(file=ContentFile(b"other", "other.txt"))
    kept = DocumentFactory.create(file=ContentFile(b"kept", "kept.txt"))
    backups.make()
    keys = [f"private/{each.file.name}" for each in (document, other, kept)]
    s3_bucket.client.delete_object(Bucket=s3_bucket.name, Key=keys[0])
    s3_bucket.client.put_object(Bucket=s3_bucket.name, Key=keys[1], Body=b"OTHER")
    s3_bucket.client.put_object(Bucket=s3_bucket.name, Key="private/documents/since.txt", Body=b"since")
    at = s3_bucket.client.head_object(Bucket=s3_bucket.name, Key=keys[2])["LastModified"]

    with pytest.raises(CommandError, match="2 differences") as differences:
        backups.restore(*here("--verify-only", "--only", "files"))
    assert f"File {keys[0]} is missing." in str(differences.value)
    assert f"File {keys[1]} is different." in str(differences.value)
    assert "Would write" in backups.restore(*here("--dry-run", "--only", "files"))
    assert keys[0] not in s3_bucket.keys("private/")

    assert "2 written, 1 were there already" in backups.restore(*here("--only", "files"))
    assert [s3_bucket.read(key) for key in keys] == [b"text", b"other", b"kept"]
    assert s3_bucket.client.head_object(Bucket=s3_bucket.name, Key=keys[2])["LastModified"] == at
    assert "private/documents/since.txt" in s3_bucket.keys("private/")


def test_exact_deletes_what_is_not_in_the_backup(backups: Backups, s3_bucket: Bucket) -> None:
    backups.make()
    before = s3_bucket.keys()
    s3_bucket.client.put_object(Bucket=s3_bucket.name, Key="media/images/withdrawn.webp", Body=b"since")
    s3_bucket.client.put_object(Bucket=s3_bucket.name, Key="elsewhere.txt", Body=b"not ours")
    assert "1 deleted" in backups.restore(*here("--only", "files", "--exact"))
    assert s3_bucket.keys() == sorted([*before, "elsewhere.txt"])


def test_one_file_is_restored(backups: Backups, document: CustomDocument, s3_bucket: Bucket) -> None:
    other = DocumentFactory.create(file=ContentFile(b"other", "other.txt"))
    backups.make()
    s3_bucket.empty()
    pattern = f"private/{other.file.name}".replace("ther", "?he*")
    assert "1 written, 0 were" in backups.restore(*here("--only", "files", "--match", pattern))
    assert s3_bucket.keys() == [f"private/{other.file.name}"]


def test_files_on_the_local_disk_are_restored(backups: Backups, s3_bucket: Bucket, tmp_path) -> None:
    private = {"BACKEND": "documents.storages.local.PrivateFileSystemStorage"}
    public = {"BACKEND": "documents.storages.local.PublicFileSystemStorage"}
    folders = {"private": tmp_path / "private", "media": tmp_path / "media"}
    backups.settings.STORAGES = {
        **backups.settings.STORAGES,
        "private": private | {"OPTIONS": {"location": str(folders["private"])}},
        "media": public | {"OPTIONS": {"location": str(folders["media"]), "base_url": "/media/"}},
    }
    document = DocumentFactory.create(file=ContentFile(b"local", "local.txt"))
    backups.make()
    path = folders["private"] / str(document.file.name)
    path.unlink()
    backups.restore(*here("--only", "files"))
    assert path.read_bytes() == b"local"
    assert [entry.name for entry in path.parent.iterdir()] == ["local.txt"]
    assert not folders["media"].exists()


def test_another_database_is_filled_and_this_one_left_alone(backups: Backups, beside: str) -> None:
    backups.make()
    Page.objects.filter(depth=1).update(title="changed since")
    assert "no difference" in backups.restore("--into-database", beside)
    with psycopg.connect(**main_database().beside(beside).parameters) as connection:
        assert connection.execute("SELECT title FROM wagtailcore_page WHERE depth = 1").fetchone() == ("Root",)
    assert Page.objects.get(depth=1).title == "changed since"

    with psycopg.connect(**main_database().beside(beside).parameters) as connection:
        connection.execute("DELETE FROM wagtailcore_locale WHERE false")
        connection.execute("DROP TABLE django_session")
        connection.execute("INSERT INTO taggit_tag (name, slug) VALUES ('new', 'new')")
    with pytest.raises(CommandError, match="2 differences") as differences:
        backups.restore("--into-database", beside, "--verify-only")
    assert "Table public.taggit_tag: 1 instead of 0 rows." in str(differences.value)
    assert "Table public.django_session: no table instead of 0 rows." in str(differences.value)


def test_database_of_the_environment_is_filled(backups: Backups, beside: str, services: Addresses) -> None:
    backups.make()
    backups.settings.RESTORE_DATABASE_URL = services.database_url(beside)
    backups.restore("--into-database")
    assert "wagtailcore_page" in tables(beside)


def test_password_in_a_command_is_refused(backups: Backups, services: Addresses) -> None:
    backups.make()
    with pytest.raises(CommandError, match="shown to everybody on this machine") as refusal:
        backups.restore("--into-database", services.database_url("x"))
    assert services.secret not in str(refusal.value)


def test_newer_database_is_announced(backups: Backups, beside: str) -> None:
    with psycopg.connect(**main_database().parameters) as connection:
        connection.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('pages', '9999_from_tomorrow', now())"
        )
    backups.make()
    assert "does not know 1 migrations of that database, such as pages.9999_from_tomorrow" in backups.restore(
        "--into-database", beside
    )


def test_what_does_not_go_together_is_refused(backups: Backups) -> None:
    backups.make()
    for arguments, words in [
        (here("--only", "files", "--match", "x", "--exact"), "nothing else"),
        (here("--match", "x"), "nothing else"),
        (("--into-database", "x", "--only", "files"), "Files go to this installation"),
        (("--into-database", "x", "--exact"), "about files"),
        (("--into-database",), "Say which database"),
        (("20200101T000000Z-0000", *here()), "There is no backup 20200101T000000Z-0000"),
    ]:
        with pytest.raises(CommandError, match=words):
            backups.restore(*arguments)


def test_restore_without_a_repository_is_refused(backups: Backups) -> None:
    with pytest.raises(CommandError, match="There is no repository of backups"):
        backups.restore(*here())


def test_restore_of_a_damaged_repository_is_refused(backups: Backups, beside: str) -> None:
    backups.make()
    for pack in (backups.folder / "data").rglob("*"):
        if pack.is_file():
            pack.chmod(0o600)
            content = bytearray(pack.read_bytes())
            content[len(content) // 3] ^= 1
            pack.write_bytes(content)
    with pytest.raises(CommandError):
        backups.restore("--into-database", beside)
    assert tables(beside) == []
