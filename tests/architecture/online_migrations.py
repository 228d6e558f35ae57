"""Which migrations the previous release could not live with while both releases run: docs/decisions/0013.

Each migration is really applied, and what it executes is looked at, so nothing hides in RunPython.
django-migration-linter knows most of what is dangerous; `_own_findings` adds what it misses: its checks of NOT NULL,
unique constraints and indexes stop at the first statement that matches, and it does not look at other constraints,
defaults and locks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlparse
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import Migration, RunPython, RunSQL
from django.db.migrations.operations import RenameModel, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django_migration_linter.migration_linter import MigrationLinter
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements

ALWAYS_BREAKS = {"DROP_COLUMN", "DROP_TABLE", "RENAME_COLUMN", "RENAME_TABLE", "RENAME_MODEL"}
"""Some release still used it, so the acknowledgement must say since which one nothing does."""

_REPLACED = {"NOT_NULL", "ADD_UNIQUE", "CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE"}

ALLOWANCE = re.compile(
    r"^# allow (?P<code>[A-Z_]+)(?: from (?P<version>\d+\.\d+\.\d+))?: (?P<reason>.*)$", re.MULTILINE
)
_LOOKS_LIKE_ALLOWANCE = re.compile(r"^\s*#\s*allow\s+[A-Z_]{4,}.*$", re.MULTILINE | re.IGNORECASE)
_SHORTEST_REASON = 15

_NAME = r'(?:"?\w+"?\.)?"?(\w+)"?'
_TARGET = re.compile(
    r"(?:ALTER TABLE|TRUNCATE(?: TABLE)?|LOCK(?: TABLE)?|UPDATE|DELETE FROM|INSERT INTO)"
    rf"(?: IF EXISTS)?(?: ONLY)? {_NAME}"
    rf"|(?:CREATE TABLE|DROP TABLE)(?: IF(?: NOT)? EXISTS)? {_NAME}"
    rf"|CREATE (?:UNIQUE )?INDEX .*? ?ON(?: ONLY)? {_NAME}"
)
_HARMLESS = re.compile(
    r"SELECT|WITH|SAVEPOINT|RELEASE|ROLLBACK TO|SET |SHOW|INSERT|UPDATE|DELETE|COMMENT|ANALYZE|CREATE EXTENSION"
    r"|CREATE TABLE|CREATE SEQUENCE|COPY"
)
_ACTIONS = re.compile(
    r"ADD COLUMN|ADD CONSTRAINT|ALTER COLUMN|DROP COLUMN|DROP CONSTRAINT|VALIDATE CONSTRAINT|RENAME |SET \(|RESET \("
)
_VOLATILE = re.compile(
    r"DEFAULT .*\b(gen_random_uuid|random|clock_timestamp|nextval|uuid_generate_v\d)\b|GENERATED .*STORED",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """One reason why the previous release could not live with a migration."""

    code: str
    message: str


def examine(
    migration: Migration, before: ProjectState, connection: BaseDatabaseWrapper, known_tables: set[str]
) -> list[Finding]:
    """Apply `migration` to the database, and say what in it the previous release could not live with.

    `before` is changed to the state after it. `known_tables` are those that the previous release has: whatever happens
    to others does not concern it.
    """
    executed: list[str] = []

    def note(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        executed.extend(_readable(str(sql)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note), connection.schema_editor(atomic=migration.atomic) as editor:
        migration.apply(before, editor)
    concerned = [statement for statement in executed if _concerns(statement, known_tables)]
    findings = [*_of_linter(concerned), *_own_findings(concerned, in_one_transaction=bool(migration.atomic))]
    for operation in _flat(migration.operations):
        findings += _of_operation(operation)
    return list(dict.fromkeys(findings))


def judge(findings: list[Finding], source: str) -> list[str]:
    """What is left to complain about, given the acknowledgements in the migration's source."""
    allowed = {found["code"]: found for found in ALLOWANCE.finditer(source)}
    complaints = [
        f"'{line.strip()}' is not read. Write: # allow CODE: reason, or # allow CODE from 1.2.3: reason"
        for line in _LOOKS_LIKE_ALLOWANCE.findall(source)
        if not ALLOWANCE.fullmatch(line)
    ]
    for code, found in allowed.items():
        if len(found["reason"].strip()) < _SHORTEST_REASON:
            complaints.append(f"{code} is allowed without a reason that a colleague would understand")
        if code in ALWAYS_BREAKS and not found["version"]:
            complaints.append(
                f"Since which release does nothing use it? Write: # allow {code} from 1.2.3: {found['reason']}"
            )
        if code not in {finding.code for finding in findings}:
            complaints.append(f"{code} is allowed, but nothing of the kind is done. Take the line out")
    return complaints + [f"{finding.code}: {finding.message}" for finding in findings if finding.code not in allowed]


def _readable(script: str) -> list[str]:
    """The statements of a script in one spelling: one line each, no comments, keywords in capitals."""
    statements = sqlparse.split(sqlparse.format(script, keyword_case="upper", strip_comments=True))
    return [" ".join(statement.split()).rstrip("; ") for statement in statements if statement.strip("; \n")]


def _target(statement: str) -> str | None:
    found = _TARGET.match(statement)
    return next((name for name in found.groups() if name), None) if found else None


def _concerns(statement: str, known_tables: set[str]) -> bool:
    target = _target(statement)
    return target is None or target in known_tables


def _of_linter(statements: list[str]) -> Iterator[Finding]:
    errors, _, warnings = analyse_sql_statements(PostgresqlAnalyser, statements)
    for issue in [*errors, *warnings]:
        if issue.code not in _REPLACED:
            where = ".".join(filter(None, (issue.table, issue.column)))
            yield Finding(issue.code, f"{issue.message} {where}".strip())


def _of_operation(operation: Operation) -> list[Finding]:
    if isinstance(operation, RunPython):
        issues = MigrationLinter.get_runpython_model_import_issues(operation.code)
        findings = [Finding(issue.code, issue.message) for issue in issues]
        if not operation.reversible:
            findings.append(Finding("RUNPYTHON_REVERSIBLE", "there is no function for the way back, be it a noop"))
        return findings
    if isinstance(operation, RunSQL) and not operation.reversible:
        return [Finding("RUNSQL_REVERSIBLE", "there is no SQL for the way back")]
    if isinstance(operation, RenameModel):
        # Also where the table keeps its name: Wagtail finds the class of a page by the name in its content type.
        return [Finding("RENAME_MODEL", f"the previous release looks for the model {operation.old_name}")]
    return []


def _flat(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        yield operation
        if isinstance(operation, SeparateDatabaseAndState):
            yield from _flat([*operation.database_operations, *operation.state_operations])


def _own_findings(statements: list[str], *, in_one_transaction: bool) -> Iterator[Finding]:
    added = {(_target(statement), column) for statement in statements for column in _columns("ADD COLUMN", statement)}
    keeps_default = _columns_with_default(statements)
    locked: set[str | None] = set()
    for statement in statements:
        table = _target(statement)
        if statement.startswith("ALTER TABLE"):
            yield from _of_new_columns(statement, table, keeps_default)
            yield from _of_old_columns(statement, table, added)
            yield from _of_constraints(statement, table)
            locked.add(table)
        elif re.match(r"CREATE (UNIQUE )?INDEX", statement):
            yield from _of_index(statement, table)
        elif re.match(r"UPDATE|DELETE", statement) and table in locked and in_one_transaction:
            yield Finding("LOCKED_BACKFILL", f"{table} stays locked while its rows are changed: use two migrations")
        if re.match(r"TRUNCATE|LOCK", statement):
            yield Finding("LOCK_TABLE", f"{table} is locked for everybody")
        elif not _is_understood(statement):
            yield Finding("UNKNOWN_SQL", f"nobody can say what this does to the previous release: {statement[:120]}")


def _is_understood(statement: str) -> bool:
    if statement.startswith("ALTER TABLE"):
        return _ACTIONS.search(statement) is not None
    known = r"DROP TABLE|DROP INDEX|REINDEX|CREATE (UNIQUE )?INDEX"
    return _HARMLESS.match(statement) is not None or re.match(known, statement) is not None


def _columns(action: str, statement: str) -> list[str]:
    return re.findall(rf'{action}(?: IF(?: NOT)? EXISTS)? "?(\w+)"?', statement)


def _columns_with_default(statements: list[str]) -> set[tuple[str | None, str]]:
    """Columns that have a default of the database's own when all is done. Django's drops the one it fills rows with."""
    columns: set[tuple[str | None, str]] = set()
    for statement in statements:
        table = _target(statement)
        for column in _columns("ADD COLUMN", statement):
            if re.search(r"\bDEFAULT (?!NULL\b)|GENERATED ", statement):
                columns.add((table, column))
        for column in re.findall(r'ALTER COLUMN "?(\w+)"? SET DEFAULT (?!NULL\b)', statement):
            columns.add((table, column))
        for column in re.findall(r'ALTER COLUMN "?(\w+)"? DROP DEFAULT', statement):
            columns.discard((table, column))
    return columns


def _of_new_columns(statement: str, table: str | None, keeps_default: set[tuple[str | None, str]]) -> Iterator[Finding]:
    for column in _columns("ADD COLUMN", statement):
        if "NOT NULL" in statement and (table, column) not in keeps_default:
            yield Finding("NOT_NULL", f"the previous release writes {table} without {column}: give it a db_default")
        if re.search(r"\bUNIQUE\b", statement):
            yield Finding("ADD_UNIQUE", f"{table} is locked while all rows are checked for {column}")
        if _VOLATILE.search(statement):
            yield Finding("REWRITE", f"{table} is written anew to give each row its {column}, and locked meanwhile")


def _of_old_columns(statement: str, table: str | None, added: set[tuple[str | None, str]]) -> Iterator[Finding]:
    dangers = {
        "SET NOT NULL": ("NOT_NULL", "the previous release may write NULL into"),
        "DROP NOT NULL": ("DROP_NOT_NULL", "the previous release would read NULL where it expects a value, in"),
        "DROP DEFAULT": ("DROP_DEFAULT", "the previous release may rely on the default of"),
    }
    for column, change in re.findall(r'ALTER COLUMN "?(\w+)"? (SET NOT NULL|DROP NOT NULL|DROP DEFAULT)', statement):
        if (table, column) not in added:
            code, message = dangers[change]
            yield Finding(code, f"{message} {table}.{column}")


def _of_constraints(statement: str, table: str | None) -> Iterator[Finding]:
    found = re.search(r'ADD CONSTRAINT "?(\w+)"? (UNIQUE|PRIMARY KEY|CHECK|FOREIGN KEY|EXCLUDE)', statement)
    if found is None:
        return
    if found[2] in ("UNIQUE", "PRIMARY KEY"):
        yield Finding("ADD_UNIQUE", f"the previous release may write what {found[1]} forbids in {table}")
    else:
        yield Finding("ADD_CONSTRAINT", f"the previous release may write what {found[1]} forbids in {table}")


def _of_index(statement: str, table: str | None) -> Iterator[Finding]:
    if "UNIQUE INDEX" in statement:
        yield Finding("ADD_UNIQUE", f"the previous release may write what this index forbids in {table}")
    if "CONCURRENTLY" not in statement:
        yield Finding("CREATE_INDEX", f"nobody can write to {table} until the index is made: use AddIndexConcurrently")
