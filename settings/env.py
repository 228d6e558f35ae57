"""Typed readers of environment variables. Each one registers what it reads, so that the reference can be generated.

A reader answers a value of its type or ends the process with one line that names the variable, what it got and what
it wants. Every variable may come from a file instead: `NAME_FILE` holds the path, as container secrets do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")


class _Required:
    pass


REQUIRED: Final = _Required()
"""Default of a variable that must be set."""

_DURATION = re.compile(r"(?P<count>[0-9]{1,9})\s*(?P<unit>ms|s|m|h|d|w)?")
_SECONDS = {"ms": 0.001, "s": 1, None: 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


class ConfigurationError(SystemExit):
    """A variable is missing or wrong. A SystemExit, so that every entry point prints the one line and no traceback."""

    def __init__(self, name: str, got: str | None, wanted: str) -> None:
        self.name = name
        state = "is not set" if got is None else f"is {got[:120]!r}"
        super().__init__(f"Configuration error: {name} {state}; expected {wanted}.")


@dataclass(frozen=True)
class Variable:
    """One environment variable as the reference shows it; `default` is Markdown."""

    name: str
    kind: str
    default: str
    help: str
    secret: bool = False


VARIABLES: dict[str, Variable] = {}
"""Every variable that was read so far, by name."""

_ASSUMED: dict[str, str] = {}


def assume(**values: str) -> None:
    """Use these values for variables that the environment does not set.

    The topics' own defaults are those of production. An environment that may be laxer says so here, before it
    imports the topics.
    """
    _ASSUMED.update(values)


def assumed() -> dict[str, str]:
    """What `assume` was told, by name."""
    return dict(_ASSUMED)


def raw(name: str) -> str | None:
    """The value of NAME, or the stripped content of the file that NAME_FILE points to; None when neither is set.

    An empty value counts as not set: that is how Compose and Helm hand over an optional variable. An empty file does
    not: a secret was meant to be in it.
    """
    path = os.environ.get(f"{name}_FILE")
    value = os.environ.get(name)
    if path and value:
        raise ConfigurationError(f"{name}_FILE", path, f"only one of {name} and {name}_FILE to be set")
    if path:
        value = _content(f"{name}_FILE", path)
    return value or _ASSUMED.get(name)


def _content(name: str, path: str) -> str:
    try:
        content = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError, ValueError):  # ValueError: a path with a NUL byte
        raise ConfigurationError(name, path, "the path of a readable text file") from None
    if not content:
        raise ConfigurationError(name, path, "the path of a file that is not empty")
    return content


def _register(
    name: str, kind: str, default: Any, help: str, *, secret: bool = False, shown: str | None = None
) -> str | None:
    if shown is None:
        shown = "required" if default is REQUIRED else _show(default)
    VARIABLES[name] = Variable(name=name, kind=kind, default=shown, help=help, secret=secret)
    return raw(name)


def _show(default: Any) -> str:
    if default is None or default == "" or default == []:
        return "not set"
    if isinstance(default, bool):
        return "`true`" if default else "`false`"
    if isinstance(default, (list, tuple)):
        return ", ".join(f"`{item}`" for item in default)
    return f"`{default}`"


def _fallback(name: str, default: T | _Required, wanted: str) -> T:
    if isinstance(default, _Required):
        raise ConfigurationError(name, None, wanted)
    return default


def text(name: str, *, default: str | _Required = REQUIRED, shown: str | None = None, help: str) -> str:
    """A text on one line. `shown` stands in the reference for a default that differs between machines."""
    wanted = "a text on one line"
    value = _register(name, "text", default, help, shown=shown)
    if value is None:
        return _fallback(name, default, wanted)
    if not value.isprintable():
        raise ConfigurationError(name, value, wanted)
    return value


def secret(name: str, *, default: str | _Required = REQUIRED, min_bytes: int = 0, help: str) -> str:
    """A secret text of at least `min_bytes` bytes. Its value is never printed, not even in an error."""
    value = _register(name, "secret", default, help, secret=True)
    wanted = f"a secret of at least {min_bytes} bytes" if min_bytes else "a secret text"
    if value is None:
        return _fallback(name, default, wanted)
    if len(value.encode()) < min_bytes:
        raise ConfigurationError(name, f"a secret of {len(value.encode())} bytes", wanted)
    return value


def flag(name: str, *, default: bool | _Required = REQUIRED, help: str) -> bool:
    """true/false, yes/no, on/off or 1/0, in any case of letters."""
    value = _register(name, "true or false", default, help)
    if value is None:
        return _fallback(name, default, "true or false")
    if value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise ConfigurationError(name, value, "true or false")


def integer(name: str, *, default: int | _Required = REQUIRED, minimum: int, maximum: int, help: str) -> int:
    """A whole number from `minimum` to `maximum`, both included."""
    wanted = f"a whole number from {minimum} to {maximum}"
    value = _register(name, wanted.removeprefix("a "), default, help)
    if value is None:
        return _fallback(name, default, wanted)
    if re.fullmatch(r"-?[0-9]{1,18}", value) and minimum <= int(value) <= maximum:
        return int(value)
    raise ConfigurationError(name, value, wanted)


def duration(
    name: str,
    *,
    default: str | _Required = REQUIRED,
    minimum: str = "1ms",
    maximum: str = "366d",
    help: str,
) -> timedelta:
    """A length of time: a number and a unit (`500ms`, `30s`, `15m`, `24h`, `7d`, `2w`); no unit: seconds.

    Refused: less than `minimum`, more than `maximum`.
    """
    wanted = f"a length of time such as 30s, 15m, 24h or 7d, from {minimum} to {maximum}"
    value = _register(name, f"duration, {minimum} to {maximum}", default, help)
    if value is None:
        value = _fallback(name, default, wanted)
    try:
        length = _length(value)
    except ValueError:
        raise ConfigurationError(name, value, wanted) from None
    if not _length(minimum) <= length <= _length(maximum):
        raise ConfigurationError(name, value, wanted)
    return length


def _length(value: str) -> timedelta:
    match = _DURATION.fullmatch(value.strip().lower())
    if match is None:
        raise ValueError(value)
    try:
        return timedelta(seconds=int(match["count"]) * _SECONDS[match["unit"]])
    except OverflowError as error:
        raise ValueError(value) from error


def items(
    name: str,
    *,
    default: Sequence[str] | _Required = REQUIRED,
    secret: bool = False,
    pattern: str = r"[^\x00-\x1f]+",
    wanted: str = "a comma-separated list",
    shown: str | None = None,
    help: str,
) -> list[str]:
    """A list of texts, separated by commas. Blanks around an item and empty items are dropped.

    Refused: a list of nothing but blanks, and an item that does not match `pattern`; the error names that item, unless
    the list is `secret`. `shown` stands in the reference for a default that differs between installations.
    """
    value = _register(name, "comma-separated list", default, help, secret=secret, shown=shown)
    if value is None:
        return list(_fallback(name, default, wanted))
    found = [item.strip() for item in value.split(",") if item.strip()]
    if not found:
        raise ConfigurationError(name, value, wanted)
    for item in found:
        if not re.fullmatch(pattern, item):
            raise ConfigurationError(name, "a list with a wrong item" if secret else item, wanted)
    return found


def choice(name: str, choices: Sequence[str], *, default: str | _Required = REQUIRED, help: str) -> str:
    """One of `choices`, in any case of letters."""
    wanted = "one of " + ", ".join(choices)
    value = _register(name, wanted, default, help)
    if value is None:
        return _fallback(name, default, wanted)
    if value.lower() in choices:
        return value.lower()
    raise ConfigurationError(name, value, wanted)


def url(
    name: str,
    *,
    default: str | _Required = REQUIRED,
    schemes: Sequence[str] = ("https", "http"),
    secret: bool = False,
    help: str,
) -> str:
    """An absolute URL with one of `schemes`, without a trailing slash. A password in it is not printed in an error.

    An http(s) URL is a base to which paths are added, so it may have neither query nor fragment. `secret` tells the
    reference that the URL usually has a password in it.
    """
    wanted = "a URL that starts with " + " or ".join(f"{scheme}://" for scheme in schemes)
    value = _register(name, "URL", default, help, secret=secret)
    if value is None:
        return _fallback(name, default, wanted)
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it validates it
    except ValueError:
        raise ConfigurationError(name, _without_secrets(value), wanted) from None
    # urlsplit drops tabs and line ends instead of refusing them.
    if any(char.isspace() or not char.isprintable() for char in value):
        raise ConfigurationError(name, _without_secrets(value), f"{wanted}, without blanks")
    if parts.scheme not in schemes or "://" not in value or not (parts.hostname or parts.path.strip("/")):
        raise ConfigurationError(name, _without_secrets(value), wanted)
    if parts.scheme.startswith("http") and (not parts.hostname or parts.query or parts.fragment):
        raise ConfigurationError(name, _without_secrets(value), f"{wanted}, followed by a host, with no ? or #")
    return value.rstrip("/")


def _without_secrets(url: str) -> str:
    """What may be printed of a URL that is wrong: nothing that could be a password, whatever is wrong with it."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, rest = "", url
    place = rest.rpartition("@")[2]
    hidden = "…@" if place != rest else ""
    place = re.split(r"[?#]", place)[0]
    if not scheme.startswith("http"):
        # `redis://user:password`, where the @ and the host were forgotten. A port may stay.
        place = re.sub(r":(?![0-9]{1,5}(/|$)).*", ":…", place)
    return f"{scheme}{separator}{hidden}{place}"
