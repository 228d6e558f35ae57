"""Secrets of an installation on a developer's machine: made at random once, kept in VAR_DIR."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def local_secret(folder: Path, name: str) -> str:
    """The secret that is kept in `folder`/`name`, made at the first call. Safe when several processes start at once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    draft = folder / f".{name}.{os.getpid()}"
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), encoding="utf-8")
        try:
            os.link(draft, path)  # fails when another process was first: its secret stands
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8")
