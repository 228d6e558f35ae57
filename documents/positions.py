"""Where a photograph was taken, forgotten before the file is stored: originals of public images can be downloaded.

The numbers are blanked where they stand, in the EXIF block (Exif 2.32, section 4.6.6) and in the XMP packet, so that
pixels, length and all other notes stay as they were: who made the picture, and who may use it, is wanted.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from itertools import islice
from typing import Any

from PIL import Image

_GPS_IFD = 0x8825
_HEADER = b"Exif\x00\x00"
_TIFF = re.compile(rb"Exif\x00\x00(II\*\x00|MM\x00\*)")
_LONGEST_BLOCK = 2**16
_MOST_BLOCKS = 4
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of a value, by its type in TIFF 6.0."""
_XMP_VALUE = re.compile(rb"""(exif:GPS\w+\s*=\s*)("[^"]*"|'[^']*')|(<exif:GPS\w+[^>]*>)([^<]+)(?=<)""")
_PNG = b"\x89PNG\r\n\x1a\n"


def without_position(content: bytes) -> bytes:
    """The same picture without its position; `content` itself where there is none, or where it is no picture."""
    try:
        notes = Image.open(io.BytesIO(content)).info
    except Exception:  # Pillow's decoders raise whatever broken input makes them stumble over
        return content
    changed = bytearray(content)
    for block in (_bytes(notes.get("exif")), *_blocks_with_header(content)):
        _blank(changed, block.removeprefix(_HEADER), _without_gps)
    _blank(changed, _bytes(notes.get("xmp") or notes.get("XML:com.adobe.xmp")), _without_xmp)
    if changed == content:
        return content
    if content.startswith(_PNG):
        _renew_checksums(changed)
    return bytes(changed)


def _blocks_with_header(content: bytes) -> list[bytes]:
    """EXIF blocks that begin as they do in JPEG and AVIF. Pillow gives out that of an AVIF in words of its own."""
    found = islice(_TIFF.finditer(content), _MOST_BLOCKS)
    return [content[match.end() - 4 : match.end() + _LONGEST_BLOCK] for match in found]


def _bytes(note: Any) -> bytes:
    return note.encode() if isinstance(note, str) else note or b""


def _blank(content: bytearray, block: bytes, without: Any) -> None:
    """Replace `block`, wherever it stands in the file, by one of the same length."""
    start = content.find(block) if block else -1
    if start >= 0:
        content[start : start + len(block)] = without(block)


def _without_gps(tiff: bytes) -> bytes:
    changed = bytearray(tiff)
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (first,) = struct.unpack_from(f"{order}L", tiff, 4)
        for tag, _, _, position in _entries(tiff, order, first):
            if tag == _GPS_IFD:
                (directory,) = struct.unpack_from(f"{order}L", tiff, position)
                _wipe_directory(changed, order, directory)
    except (KeyError, struct.error):
        return tiff  # not what it says it is; nobody can read a position from it
    return bytes(changed)


def _entries(tiff: bytes | bytearray, order: str, directory: int) -> list[tuple[int, int, int, int]]:
    """Tag, type, number of values, and where the value or its offset stands."""
    (count,) = struct.unpack_from(f"{order}H", tiff, directory)
    starts = [directory + 2 + 12 * number for number in range(count)]
    return [(*struct.unpack_from(f"{order}HHL", tiff, start), start + 8) for start in starts]


def _wipe_directory(tiff: bytearray, order: str, directory: int) -> None:
    entries = _entries(tiff, order, directory)
    for _, kind, number, position in entries:
        length = _SIZES.get(kind, 1) * number
        if length > 4:
            (offset,) = struct.unpack_from(f"{order}L", tiff, position)
            _wipe(tiff, offset, length)
    _wipe(tiff, directory, 2 + 12 * len(entries))


def _wipe(tiff: bytearray, start: int, length: int) -> None:
    end = min(start + length, len(tiff))
    if start < end:
        tiff[start:end] = bytes(end - start)


def _without_xmp(packet: bytes) -> bytes:
    def blanks(match: re.Match[bytes]) -> bytes:
        name, quoted, opening, text = match.groups()
        if name is not None:
            return bytes(name + quoted[:1] + b" " * (len(quoted) - 2) + quoted[-1:])
        return bytes(opening + b" " * len(text))

    return _XMP_VALUE.sub(blanks, packet)


def _renew_checksums(png: bytearray) -> None:
    """Each chunk of a PNG ends with a checksum over its type and data."""
    start = len(_PNG)
    while start + 12 <= len(png):
        (length,) = struct.unpack_from(">L", png, start)
        end = start + 8 + length
        if end + 4 <= len(png) and bytes(png[start + 4 : start + 8]) in {b"eXIf", b"iTXt", b"tEXt"}:
            struct.pack_into(">L", png, end, zlib.crc32(png[start + 4 : end]))
        start = end + 4
