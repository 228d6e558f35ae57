"""Rules for single values that editors type in."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

COMMAND_PAPER = re.compile(r"^(C|Cd|Cmd|Cmnd|Cm|CP)\.? ?\d{1,4}(-[IVX]+)?$")
HOUSE_OF_COMMONS_PAPER = re.compile(r"^HC \d{1,4}(-[IVX]+)?(, \d{4}-\d{2})?$")


def validate_web_address(value: str) -> None:
    """Accept only an http or https address with a host: no javascript:, data: or ftp:, and no password in it."""
    try:
        parts = urlsplit(value)
        safe = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        safe = False
    if not safe:
        raise ValidationError("Enter a web address that starts with https:// or http://.", code="web_address")


def validate_isbn(value: str) -> None:
    """Accept an ISBN of 10 or 13 digits, with or without hyphens, whose check digit is right (ISO 2108)."""
    digits = re.sub(r"[\s-]", "", value).upper()
    if not (_is_isbn10(digits) or _is_isbn13(digits)):
        raise ValidationError("Enter a valid ISBN, for example 978-1-5286-3541-5.", code="isbn")


def _is_isbn10(digits: str) -> bool:
    if not re.fullmatch(r"\d{9}[\dX]", digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * digit for weight, digit in zip(range(10, 0, -1), values, strict=True)) % 11 == 0


def _is_isbn13(digits: str) -> bool:
    if not re.fullmatch(r"97[89]\d{10}", digits):
        return False
    return sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(digits)) % 10 == 0


def validate_command_paper_number(value: str) -> None:
    """Accept the number of a command paper in any of its historical series: C., Cd., Cmd., Cmnd., Cm, CP."""
    if not COMMAND_PAPER.match(value):
        raise ValidationError("Enter a command paper number, for example CP 1024 or Cm 9863.", code="command_paper")


def validate_house_of_commons_paper_number(value: str) -> None:
    """Accept the number of a House of Commons paper, with or without its session."""
    if not HOUSE_OF_COMMONS_PAPER.match(value):
        raise ValidationError("Enter a House of Commons paper number, for example HC 121, 2025-26.", code="hc_paper")
