"""Compressed answers: brotli and gzip, by `Accept-Encoding` (RFC 9110, section 12.5.3).

Only for what is public. Where an answer holds a secret, its compressed length tells of it to whoever can have it made
with words of his own in it (the BREACH attack).
"""

from __future__ import annotations

import gzip
import re

import brotli

MIN_BYTES = 500
"""Below this the header costs what the compression saves."""

IDENTITY = "identity"
CODINGS = ("br", "gzip")
"""The best first."""

_Q = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_COMPRESSIBLE = re.compile(r"(text/.+|application/(.+\+)?(json|xml))", re.IGNORECASE)


def preferred_coding(accept_encoding: str) -> str:
    """The coding that a client likes best of those that we have; `identity` when it names none.

    A client that refuses everything gets `identity`, as the RFC allows: it has no use for a 406.
    """
    weights = _weights(accept_encoding)
    rest = weights.get("*", 0.0)
    liked = {coding: weights.get(coding, rest) for coding in CODINGS}
    best = max(CODINGS, key=lambda coding: liked[coding])  # the first of equals
    return best if liked[best] > 0 and liked[best] >= weights.get(IDENTITY, 0.0) else IDENTITY


def _weights(accept_encoding: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for item in accept_encoding.split(",")[:50]:
        coding, *parameters = (part.strip() for part in item.split(";"))
        quality = _quality(parameters)
        if coding and quality is not None:
            weights.setdefault(coding.lower(), quality)
    return weights


def _quality(parameters: list[str]) -> float | None:
    """The weight; None where it is none, and the item is best not believed."""
    if not parameters:
        return 1.0
    found = _Q.fullmatch(parameters[0])
    return float(found[1]) if found and len(parameters) == 1 else None


def is_compressible(content_type: str, length: int) -> bool:
    """Whether it is worth it."""
    return length >= MIN_BYTES and _COMPRESSIBLE.fullmatch(content_type.partition(";")[0].strip()) is not None


def compress(body: bytes, coding: str) -> bytes:
    """The body in one of CODINGS: the same bytes each time, so that its ETag stays."""
    if coding == "br":
        # 5 of 11: what more would save a tenth and take ten times as long.
        compressed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=5)
        return compressed
    return gzip.compress(body, compresslevel=6, mtime=0)
