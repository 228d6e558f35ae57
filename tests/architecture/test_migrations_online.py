"""No new migration is one that the previous release, which still serves while it is applied, could not live with."""

from __future__ import annotations

import inspect
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.architecture import online_migrations
from tests.services import databases, previous_release
from tests.services.addresses import Addresses, current_worker

RULES = "What to do instead: docs/operations/upgrade.md, Write a migration"


@pytest.fixture
def previous_database(transactional_db: None, services: Addresses) -> Iterator[None]:
    """The connection leads to a database as the previous release left it."""
    name = f"previous_{current_worker()}"
    previous_release.provide_template(services)
    databases.renew(services, name, previous_release.TEMPLATE)
    own_name = connection.settings_dict["NAME"]
    _point_to(name)
    yield
    _point_to(own_name)


def _point_to(name: str) -> None:
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def test_new_migrations_leave_the_previous_release_working(previous_database: None) -> None:
    known_tables = set(connection.introspection.table_names())
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    graph = executor.loader.graph
    state = executor.loader.project_state([node for node in executor.loader.applied_migrations if node in graph.nodes])
    complaints = []
    for migration, _backwards in plan:
        source = Path(inspect.getfile(type(migration)))
        findings = online_migrations.examine(migration, state, connection, known_tables)
        if source.is_relative_to(settings.BASE_DIR) and ".venv" not in source.parts:
            complaints += [
                f"{source.relative_to(settings.BASE_DIR)}: {complaint}"
                for complaint in online_migrations.judge(findings, source.read_text("utf-8"))
            ]
    assert not complaints, "\n".join([*complaints, RULES])


def test_no_migration_of_the_previous_release_was_changed() -> None:
    changed = [
        path
        for path, kind in previous_release.changed_files().items()
        if kind != "A" and "/migrations/0" in path and not path.startswith("tests/")
    ]
    assert not changed, f"Databases have these already; write a new one instead: {', '.join(changed)}"


def test_clone_without_the_previous_release_says_what_to_do(tmp_path: Path) -> None:
    for arguments in (
        ["init", "--quiet"],
        ["-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "--allow-empty", "-m", "only one"],
    ):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    with pytest.raises(previous_release.NoPreviousReleaseError, match=r"does not name a commit"):
        previous_release.commit(tmp_path)
    (tmp_path / ".previous-release").write_text("7b2635e273745c77315d72d3bf114fe7ebd420ed\n")
    with pytest.raises(previous_release.NoPreviousReleaseError, match=r"git fetch --unshallow --tags"):
        previous_release.commit(tmp_path)


def test_newest_tag_before_this_commit_is_the_previous_release(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        who = ["-c", "user.name=n", "-c", "user.email=e"]
        done = subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "--quiet")
    for tag in ("v0.1.0", "v0.2.0", "v0.3.0"):
        git("commit", "--quiet", "--allow-empty", "-m", tag)
        git("tag", "-a", tag, "-m", tag)
    assert previous_release.commit(tmp_path) == git("rev-parse", "v0.2.0^{commit}")
