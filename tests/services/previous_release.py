"""The release before this one: which commit it is, its code, and a database as it left it.

While a new release is rolled out, pods of the one before still serve, on the new schema. The tests prove that they can.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

from tests.services import databases, postgresql
from tests.services.addresses import Addresses, current_worker

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / ".previous-release"
"""The commit, as long as no release is tagged. A tag `v…` before HEAD counts more."""

TEMPLATE = "template_previous_release"


class NoPreviousReleaseError(Exception):
    """The previous release is not in this clone. The message says what to do."""


def commit(root: Path = ROOT) -> str:
    """The previous release's full commit id. Raises NoPreviousReleaseError."""
    described = _git(root, "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^")
    named = described.stdout.decode().strip() if described.returncode == 0 else _named_in_file(root)
    found = _git(root, "rev-parse", "--verify", "--quiet", f"{named}^{{commit}}")
    if found.returncode != 0:
        raise NoPreviousReleaseError(
            f"The previous release, {named}, is not in this clone, so nobody can say whether it could live with the "
            f"new migrations. Get the whole history: git fetch --unshallow --tags (in a workflow: fetch-depth: 0). "
            f"{found.stderr.decode().strip()}".strip()
        )
    return found.stdout.decode().strip()


def _named_in_file(root: Path) -> str:
    try:
        return (root / FILE.name).read_text(encoding="ascii").split()[0]
    except (OSError, IndexError):
        raise NoPreviousReleaseError(
            f"No release is tagged v…, and {FILE.name} does not name a commit. Write the commit that runs now into it."
        ) from None


def changed_files(root: Path = ROOT) -> dict[str, str]:
    """Files of today's working tree that the previous release has otherwise: path to A(dded), M(odified), D(eleted).

    What is not yet in git counts as added: the tests run before the commit too.
    """
    compared = _checked(root, "diff", "--no-renames", "--name-status", "-z", commit(root), "--").split("\0")
    changes = dict(zip(compared[1::2], compared[0::2], strict=False))
    untracked = _checked(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return changes | {path: "A" for path in untracked if path}


def unpack(folder: Path) -> Path:
    """Write the previous release's code below `folder`, and return where."""
    place = folder / "previous-release"
    archive = _git(ROOT, "archive", "--format=tar", commit())
    if archive.returncode != 0:
        raise NoPreviousReleaseError(archive.stderr.decode())
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
        tar.extractall(place, filter="data")
    return place


def provide_template(addresses: Addresses) -> None:
    """Make the database TEMPLATE, migrated by the previous release's own code, unless another worker has."""
    databases.provide_template(addresses, lambda name: _migrate(addresses, name), _dump_path(), TEMPLATE)


def _migrate(addresses: Addresses, database: str) -> None:
    folder = Path(addresses.folder) / "previous-release-for-migrating"
    code = unpack(folder) if not folder.exists() else folder / "previous-release"
    run(code, addresses, database, "migrate", "--verbosity=0")


def environment(addresses: Addresses, database: str) -> dict[str, str]:
    """What a process of either release is started with, on that database."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    own = {"DJANGO_SETTINGS_MODULE": "settings.test", "DATABASE_URL": addresses.database_url(database)}
    return inherited | addresses.variables(current_worker()) | own


def run(code: Path, addresses: Addresses, database: str, *arguments: str) -> str:
    """Run a command of the release in `code` to its end, and return what it printed. Fails with its output."""
    done = subprocess.run(
        [sys.executable, str(code / "manage.py"), *arguments],
        cwd=code,
        env=environment(addresses, database),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, f"manage.py {' '.join(arguments)} of {code.name}: {done.stdout}{done.stderr}"
    return done.stdout


def _dump_path() -> Path | None:
    if os.environ.get("CI", "").lower() in ("1", "true"):
        return None
    state = commit() + (ROOT / "requirements" / "test.txt").read_text("utf-8") + str(postgresql.binaries())
    return ROOT / "var" / "test" / f"previous-{hashlib.sha256(state.encode()).hexdigest()[:24]}.dump"


def _checked(root: Path, *arguments: str) -> str:
    done = _git(root, *arguments)
    if done.returncode != 0:
        raise NoPreviousReleaseError(done.stderr.decode())
    return done.stdout.decode()


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
