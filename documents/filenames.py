"""Names of uploaded files: what is kept of what the uploader's computer called them, and where they are stored."""

from __future__ import annotations

import re
import secrets
import unicodedata
from pathlib import PurePosixPath

LONGEST_FILE_NAME = 100
"""Characters of a file name that are kept, its extension included."""

_UNSAFE = re.compile(r"[^\w.\-]+")


def extension_of(filename: str) -> str:
    """The extension in lower case, without its dot; empty when there is none."""
    return PurePosixPath(filename.lower().strip()).suffix[1:]


def clean_filename(filename: str) -> str:
    """A name that is safe on every disk, in a URL and in a header, and still reads as the original does.

    Path parts, control and direction characters (which can make `cod.exe` read as `exe.doc`), quotes and leading dots
    go. Letters of all scripts stay. The answer is never empty and at most LONGEST_FILE_NAME characters long.
    """
    name = unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2])
    name = "".join(character for character in name if unicodedata.category(character)[0] != "C")
    stem, dot, extension = re.sub(r"\.{2,}", ".", _UNSAFE.sub("-", name)).rpartition(".")
    if not dot:
        stem, extension = extension, ""
    stem, extension = stem.strip("-._") or "file", extension.strip("-_")[:20].lower()
    ending = f".{extension}" if extension else ""
    return stem[: LONGEST_FILE_NAME - len(ending)] + ending


def storage_name(folder: str, filename: str) -> str:
    """Where a new file goes: `folder/<random>/<clean name>`.

    The random part (128 bits) means that two uploads never meet, not even when they come at the same moment, and that
    nobody can guess the address of a file.
    """
    return f"{folder}/{secrets.token_urlsafe(16)}/{clean_filename(filename)}"
