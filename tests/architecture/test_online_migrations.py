"""The examination of migrations finds what it is there for: each dangerous kind is planted once."""

from __future__ import annotations

import importlib.util
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from tests.architecture.online_migrations import ALLOWANCE, Finding, examine, judge
from tests.architecture.sources import ROOT

HEAD = """
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Now
from django.contrib.postgres.functions import RandomUUID

"""
FIRST = """
operations = [
    migrations.CreateModel("Ward", [("id", models.BigAutoField(primary_key=True))]),
    migrations.CreateModel("Bin", [
        ("id", models.BigAutoField(primary_key=True)),
        ("colour", models.CharField(max_length=10)),
        ("size", models.IntegerField(null=True)),
        ("lid", models.CharField(max_length=10, db_default="flat")),
        ("code", models.CharField(max_length=10, unique=True)),
        ("ward", models.ForeignKey("planted.Ward", models.CASCADE, db_constraint=False)),
    ]),
]
"""

Plant = Callable[..., tuple[list[Finding], str]]


def _migration(folder: Path, name: str, text: str, atomic: bool = True) -> Migration:
    path = folder / f"{name}.py"
    path.write_text(HEAD + textwrap.dedent(text), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"planted_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    migration = Migration(name, "planted")
    migration.operations = module.operations
    migration.atomic = atomic
    return migration


@pytest.fixture
def plant(db: None, tmp_path: Path) -> Plant:
    """Apply a second migration to the tables of FIRST, which the previous release knows, and examine it."""

    def plant(text: str, atomic: bool = True) -> tuple[list[Finding], str]:
        state = ProjectState()
        examine(_migration(tmp_path, "m1", FIRST), state, connection, set())
        known = set(connection.introspection.table_names())
        source = textwrap.dedent(text)
        findings = examine(_migration(tmp_path, "m2", text, atomic), state, connection, known)
        return findings, source

    return plant


def _codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


DANGEROUS = {
    "a column is removed": ('migrations.RemoveField("bin", "size")', {"DROP_COLUMN"}),
    "a column is renamed": ('migrations.RenameField("bin", "size", "volume")', {"RENAME_COLUMN"}),
    "a column gets another type": (
        'migrations.AlterField("bin", "size", models.TextField(null=True))',
        {"ALTER_COLUMN"},
    ),
    "a table is removed": ('migrations.DeleteModel("Bin")', {"DROP_TABLE"}),
    "a table is renamed": ('migrations.AlterModelTable("Bin", "dustbin")', {"RENAME_TABLE"}),
    "a model is renamed": ('migrations.RenameModel("Bin", "Dustbin")', {"RENAME_TABLE", "RENAME_MODEL"}),
    "a model is renamed but not its table": (
        'migrations.SeparateDatabaseAndState(state_operations=[migrations.RenameModel("Bin", "Dustbin")])',
        {"RENAME_MODEL"},
    ),
    "a column must be filled": ('migrations.AddField("bin", "age", models.IntegerField(default=1))', {"NOT_NULL"}),
    "one of two columns must be filled": (
        'migrations.AddField("bin", "age", models.IntegerField(default=1)),'
        'migrations.AddField("bin", "weight", models.IntegerField(db_default=1))',
        {"NOT_NULL"},
    ),
    "an old column must be filled": (
        'migrations.AlterField("bin", "size", models.IntegerField(db_default=1))',
        {"NOT_NULL"},
    ),
    "an old column may be empty": (
        'migrations.AlterField("bin", "colour", models.CharField(max_length=10, null=True))',
        {"DROP_NOT_NULL"},
    ),
    "a default is taken away": (
        'migrations.AlterField("bin", "lid", models.CharField(max_length=10))',
        {"DROP_DEFAULT"},
    ),
    "values must be unique": (
        'migrations.AddConstraint("bin", models.UniqueConstraint(fields=["size"], name="once"))',
        {"ADD_UNIQUE"},
    ),
    "some values must be unique": (
        'migrations.AddConstraint("bin", models.UniqueConstraint('
        'fields=["size"], condition=models.Q(colour="red"), name="once"))',
        {"ADD_UNIQUE"},
    ),
    "values of an old column must be unique, after a new table's": (
        'migrations.CreateModel("Lid", [("id", models.BigAutoField(primary_key=True)),'
        ' ("code", models.CharField(max_length=9, unique=True))]),'
        'migrations.AlterField("bin", "size", models.IntegerField(null=True, unique=True))',
        {"ADD_UNIQUE"},
    ),
    "values are checked": (
        'migrations.AddConstraint("bin", models.CheckConstraint(condition=models.Q(size__gt=0), name="positive"))',
        {"ADD_CONSTRAINT"},
    ),
    "what a column names must exist": (
        'migrations.AlterField("bin", "ward", models.ForeignKey("planted.Ward", models.CASCADE))',
        {"ADD_CONSTRAINT"},
    ),
    "an index locks out writers": (
        'migrations.AddIndex("bin", models.Index(fields=["size"], name="by_size"))',
        {"CREATE_INDEX"},
    ),
    "an index is made in Python": (
        'migrations.RunPython(lambda apps, editor: editor.execute("create index by_size on planted_bin (size)"),'
        " migrations.RunPython.noop)",
        {"CREATE_INDEX"},
    ),
    "an index of a foreign key": (
        'migrations.AddField("bin", "lorry", models.ForeignKey("planted.Ward", models.CASCADE, null=True))',
        {"CREATE_INDEX"},
    ),
    "every row is written anew": (
        'migrations.AddField("bin", "key", models.UUIDField(db_default=RandomUUID()))',
        {"REWRITE"},
    ),
    "rows are changed while the table is locked": (
        'migrations.AddField("bin", "age", models.IntegerField(null=True)),'
        'migrations.RunSQL("UPDATE planted_bin SET age = 1", migrations.RunSQL.noop)',
        {"LOCKED_BACKFILL"},
    ),
    "no way back from Python": ("migrations.RunPython(lambda apps, schema_editor: None)", {"RUNPYTHON_REVERSIBLE"}),
    "no way back from SQL": ('migrations.RunSQL("SELECT 1")', {"RUNSQL_REVERSIBLE"}),
    "hand-written SQL in small letters": (
        'migrations.RunSQL("alter table planted_bin\\n  drop column size; -- gone", migrations.RunSQL.noop)',
        {"DROP_COLUMN"},
    ),
    "a table is emptied": ('migrations.RunSQL("TRUNCATE planted_bin", migrations.RunSQL.noop)', {"LOCK_TABLE"}),
    "a program in SQL": (
        "migrations.RunSQL(\"DO $$ BEGIN EXECUTE 'ALTER TABLE planted_bin DROP COLUMN size'; END $$\", "
        "migrations.RunSQL.noop)",
        {"UNKNOWN_SQL"},
    ),
    "a trigger": (
        'migrations.RunSQL("CREATE TRIGGER t BEFORE UPDATE ON planted_bin '
        'EXECUTE FUNCTION suppress_redundant_updates_trigger()", migrations.RunSQL.noop)',
        {"UNKNOWN_SQL"},
    ),
}

HARMLESS = {
    "a table": (
        'migrations.CreateModel("Lid", [("id", models.BigAutoField(primary_key=True)),'
        ' ("code", models.CharField(max_length=9, unique=True)),'
        ' ("bin", models.ForeignKey("planted.Bin", models.CASCADE))])'
    ),
    "a table that a later migration of the same release changes": (
        'migrations.CreateModel("Lid", [("id", models.BigAutoField(primary_key=True)),'
        ' ("old", models.IntegerField())]),'
        'migrations.AddField("lid", "age", models.IntegerField(default=1)), migrations.RemoveField("lid", "old")'
    ),
    "a column that may be empty": 'migrations.AddField("bin", "age", models.IntegerField(null=True))',
    "a column that the database fills": 'migrations.AddField("bin", "age", models.IntegerField(db_default=1))',
    "a column with the time": 'migrations.AddField("bin", "since", models.DateTimeField(db_default=Now()))',
    "other words": 'migrations.AlterField("bin", "size", models.IntegerField(null=True, verbose_name="litres"))',
    "changed rows": 'migrations.RunSQL("UPDATE planted_bin SET size = 1 WHERE size IS NULL", migrations.RunSQL.noop)',
}


@pytest.mark.parametrize(("operations", "codes"), DANGEROUS.values(), ids=DANGEROUS.keys())
def test_what_the_previous_release_cannot_live_with_is_found(plant: Plant, operations: str, codes: set[str]) -> None:
    findings, source = plant(f"operations = [{operations}]")
    assert codes <= _codes(findings), findings
    assert judge(findings, source)


@pytest.mark.parametrize("operations", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_only_adds_is_fine(plant: Plant, operations: str) -> None:
    findings, source = plant(f"operations = [{operations}]")
    assert judge(findings, source) == []


def test_index_that_is_made_concurrently_is_fine(transactional_db: None, plant: Plant) -> None:
    text = 'operations = [AddIndexConcurrently("bin", models.Index(fields=["size"], name="by_size"))]'
    findings, source = plant(text, atomic=False)
    assert judge(findings, source) == []


REMOVED = 'operations = [migrations.RemoveField("bin", "size")]'


def test_acknowledged_migration_passes(plant: Plant) -> None:
    findings, source = plant(f"# allow DROP_COLUMN from 0.1.0: nothing has read it since then\n{REMOVED}")
    assert judge(findings, source) == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("# allow CREATE_INDEX: the table has a row per site", "DROP_COLUMN: "),
        ("# allow CREATE_INDEX: the table has a row per site", "nothing of the kind"),
        ("# allow DROP_COLUMN from 0.1.0: fine", "without a reason"),
        ("# allow DROP_COLUMN: nothing has read it for years", "Since which release"),
        ("# Allow DROP_COLUMN since 0.1.0: nothing has read it for years", "is not read"),
        ("# allow DROP_COLUMN", "is not read"),
    ],
)
def test_acknowledgement_of_something_else_does_not_help(plant: Plant, line: str, complaint: str) -> None:
    findings, source = plant(f"{line}\n{REMOVED}")
    assert any(complaint in found for found in judge(findings, source))


LINES = """
# allow DROP_COLUMN from 0.10.0: nothing has read it since then
# allow CREATE_INDEX: the table has a row per site
  # allow DROP_TABLE from 9.0.0: not at the beginning of a line
# allow drop_table from 9.0.0: in small letters
# allow DROP_TABLE from 9.0: half a version
# allow RENAME_MODEL from 0.9.1: nothing has read it since then
"""


def test_deployment_reads_the_same_lines(tmp_path: Path) -> None:
    for folder in ("api", "documents", "pages/migrations", "site/cms"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "pages/migrations/0002_planted.py").write_text(LINES)
    functions = ROOT / "scripts" / "lib" / "versions.sh"
    command = f'source {functions}; contracting_migrations | cut -f 2; echo "oldest $(oldest_on_schema)"'
    done = subprocess.run(["bash", "-euc", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0.10.0", "0.9.1", "oldest", "0.10.0"]
    assert [found["version"] for found in ALLOWANCE.finditer(LINES) if found["version"]] == ["0.10.0", "0.9.1"]
