"""The files that the rules are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("settings", "site/cms", "pages", "documents", "api")
_NOT_OURS = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis"}
_NOT_OURS |= {"node_modules", "__pycache__", "var"}
_BINARY = {".png", ".jpg", ".webp", ".avif", ".gif", ".ico", ".woff2", ".pdf", ".ods", ".odt", ".docx", ".zip", ".mo"}


def modules(*folders: str) -> list[Path]:
    """All Python modules in these folders of the checkout, except migrations, which Django writes."""
    return sorted(
        path
        for folder in folders
        for path in _walk(ROOT / folder)
        if path.suffix == ".py" and "migrations" not in path.parts
    )


def texts() -> list[Path]:
    """All text files of the checkout that people write."""
    return sorted(path for path in _walk(ROOT) if path.suffix not in _BINARY)


def name(path: Path) -> str:
    """How a test calls a file."""
    return str(path.relative_to(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _NOT_OURS:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.is_file():
            yield path
