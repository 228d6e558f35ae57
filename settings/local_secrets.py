"""Secrets of an installation on a developer's machine: made at random once, kept in VAR_DIR."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from settings.env import ConfigurationError


def local_secret(folder: Path, name: str) -> str:
    """The secret that is kept in `folder`/`name`, made at the first call. Safe when several processes start at once.

    Raises ConfigurationError when the folder cannot be written or the file cannot be read.
    """
    path = folder / name
    try:
        if not path.exists():
            _make(path)
        secret = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError("VAR_DIR", str(error.filename), "a folder that this user may write") from None
    return secret


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its secret stands
    finally:
        draft.unlink()
