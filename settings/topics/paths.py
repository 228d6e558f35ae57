"""Where things are on disk."""

from __future__ import annotations

from pathlib import Path

from settings import env

BASE_DIR = Path(__file__).resolve().parents[2]

VAR_DIR = Path(
    env.text(
        "VAR_DIR",
        default=str(BASE_DIR / "var"),
        shown="`var/` in the checkout",
        help="Folder for local state: the SQLite database, uploads without S3, secrets and accounts of `make run`.",
    )
).resolve()
