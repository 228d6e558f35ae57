"""What a file really is, told from its content.

The media type that an uploader's browser sends is never used. `identify` reads the content, and the extension decides
only between kinds of text, which content cannot tell apart.
"""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, Literal

import filetype

Family = Literal["binary", "opendocument", "office", "zip", "text"]


@dataclass(frozen=True)
class FileType:
    """A kind of file that the product can recognise."""

    media_type: str
    extensions: tuple[str, ...]
    family: Family = "binary"


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

KNOWN_TYPES: dict[str, FileType] = {
    known.media_type: known
    for known in (
        FileType("image/jpeg", ("jpg", "jpeg")),
        FileType("image/png", ("png",)),
        FileType("image/gif", ("gif",)),
        FileType("image/webp", ("webp",)),
        FileType("image/avif", ("avif",)),
        FileType("application/pdf", ("pdf",)),
        FileType("audio/mpeg", ("mp3",)),
        FileType("video/mp4", ("mp4",)),
        FileType("application/zip", ("zip",), "zip"),
        FileType(f"{_OPEN}text", ("odt",), "opendocument"),
        FileType(f"{_OPEN}spreadsheet", ("ods",), "opendocument"),
        FileType(f"{_OPEN}presentation", ("odp",), "opendocument"),
        FileType(f"{_OPEN}graphics", ("odg",), "opendocument"),
        FileType(f"{_OFFICE}wordprocessingml.document", ("docx",), "office"),
        FileType(f"{_OFFICE}spreadsheetml.sheet", ("xlsx",), "office"),
        FileType(f"{_OFFICE}presentationml.presentation", ("pptx",), "office"),
        FileType("text/csv", ("csv",), "text"),
        FileType("text/plain", ("txt",), "text"),
        FileType("text/markdown", ("md",), "text"),
        FileType("text/vtt", ("vtt",), "text"),
        FileType("application/json", ("json",), "text"),
        FileType("application/geo+json", ("geojson",), "text"),
    )
}
"""What ALLOWED_FILE_TYPES may name. Left out on purpose: HTML, SVG, XML and scripts (they run in a browser), and the
office formats of before 2007 (they hide macros)."""

UNKNOWN = "application/octet-stream"

_HEAD_BYTES = 8192
_CHUNK_BYTES = 65536
_XML_LIMIT_BYTES = 1_000_000
_ENTRY_LIMIT = 20_000
_UNPACKED_LIMIT_BYTES = 2 * 1024**3
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# What browsers take for a page or a script when they guess (WHATWG MIME Sniffing, section 7), and server scripts.
_MARKUP = re.compile(
    rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe|object|embed|style|meta|\?php|\?xml-stylesheet)\b|<\?php",
    re.IGNORECASE,
)
_SCRIPT_START = re.compile(rb"\s*(#!|<[a-z!?/])", re.IGNORECASE)
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22


def identify(file: IO[bytes], extension: str) -> str:
    """The media type of `file`, or UNKNOWN for everything that is not plainly one known type. Leaves it rewound.

    A file that is two things at once is UNKNOWN: a PDF or an image that is also an archive or carries a web page in
    its first kilobyte.
    """
    try:
        file.seek(0)
        head = file.read(_HEAD_BYTES)
        if head.startswith(b"PK\x03\x04"):
            return _archive_type(file)
        if _MARKUP.search(head[:1024]) or _ends_as_archive(file):
            return UNKNOWN
        return _binary_type(head) or _text_type(file, head, extension)
    finally:
        file.seek(0)


def _binary_type(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    guess = filetype.guess(head)
    if guess is None or guess.mime == "application/pdf":
        return None
    known = KNOWN_TYPES.get(guess.mime)
    return guess.mime if known and known.family == "binary" else UNKNOWN


def _text_type(file: IO[bytes], head: bytes, extension: str) -> str:
    by_extension = [t.media_type for t in KNOWN_TYPES.values() if t.family == "text" and extension in t.extensions]
    if not by_extension or _SCRIPT_START.match(head.removeprefix(codecs.BOM_UTF8)):
        return UNKNOWN
    readable = any(_is_text(file, encoding) for encoding in ("utf-8-sig", "cp1252"))
    return by_extension[0] if readable else UNKNOWN


def _is_text(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK_BYTES):
            if _CONTROL.search(decoder.decode(chunk)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _ends_as_archive(file: IO[bytes]) -> bool:
    """Whether an archive is appended: its end record, with its comment, closes the file exactly."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - _ZIP_END_BYTES - 0xFFFF))
    tail = file.read()
    start = tail.rfind(_ZIP_END)
    if start < 0 or len(tail) - start < _ZIP_END_BYTES:
        return False
    return start + _ZIP_END_BYTES + int.from_bytes(tail[start + 20 : start + 22], "little") == len(tail)


def _archive_type(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            if not _is_harmless(archive):
                return UNKNOWN
            names = set(archive.namelist())
            if "[Content_Types].xml" in names:
                return _office_type(archive)
            if "mimetype" in names:
                return _open_document_type(archive)
            return "application/zip"
    except (zipfile.BadZipFile, zlib.error, ET.ParseError, OSError, EOFError, RuntimeError, ValueError, KeyError):
        return UNKNOWN  # RuntimeError: encrypted, or a method of compression that Python does not know


def _is_harmless(archive: zipfile.ZipFile) -> bool:
    """Whether the archive is of a sane size, has no paths that lead out of it, nothing encrypted and no macros."""
    entries = archive.infolist()
    return (
        0 < len(entries) <= _ENTRY_LIMIT
        and sum(entry.file_size for entry in entries) <= _UNPACKED_LIMIT_BYTES
        and not any(entry.flag_bits & 0x1 for entry in entries)
        and not any(_leads_out(entry.filename) or _is_macro(entry.filename) for entry in entries)
    )


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name[:2]


def _is_macro(name: str) -> bool:
    return name.lower().endswith("vbaproject.bin") or name.startswith(("Basic/", "Scripts/"))


def _office_type(archive: zipfile.ZipFile) -> str:
    with archive.open("[Content_Types].xml") as member:
        content = member.read(_XML_LIMIT_BYTES)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        return UNKNOWN
    parts = {element.get("ContentType", "") for element in ET.fromstring(content).iter()}  # noqa: S314 - no entities
    found = [t for t, known in KNOWN_TYPES.items() if known.family == "office" and f"{t}.main+xml" in parts]
    return found[0] if len(found) == 1 else UNKNOWN


def _open_document_type(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as member:
        media_type = member.read(200).decode("ascii", "replace").strip()
    known = KNOWN_TYPES.get(media_type)
    if known is None or known.family != "opendocument" or "META-INF/manifest.xml" not in archive.namelist():
        return UNKNOWN
    return media_type
