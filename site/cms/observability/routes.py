"""What may be told of a request's address: the route that answers it, never what somebody wrote into it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

UNKNOWN = "unknown"
"""The route of all addresses that no pattern knows: one name, however many a scanner tries."""
OTHER = "OTHER"

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NUMBER = re.compile(r"[0-9]{1,18}")
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z_-]{0,29}")
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
_MAX_PARAMETERS = 20
# Of a regular expression: an escape, a set, the beginning of a group, anything else.
_TOKENS = re.compile(r"\\.|\[[^\]]*\]|\(\?P<\w+>|\(\?[:=!]|\(|\)|.")
_GROUP_NAME = re.compile(r"\(\?P<(\w+)>")
_ANCHORS = frozenset({"^", "$", "?", "*", "+", "\\Z", "\\A", "\\b"})


def method_of(request: HttpRequest) -> str:
    """The method, or OTHER for one that nobody here answers."""
    return request.method if request.method in _METHODS else OTHER


@dataclass(frozen=True)
class Address:
    """`route` is the pattern of the URLconf that the request's path matches, such as `/api/v2/pages/<pk>/`.

    `path` is the path, where everything in it that varies is a number; else None. It is put together from the route
    and the numbers: names of files, links for a new password and what a visitor has typed cannot get into it.
    """

    route: str
    path: str | None


def address_of(request: HttpRequest) -> Address:
    """The address, found also where a middleware answered before the URLconf was asked: a kept answer, a refusal."""
    match = request.resolver_match or _resolved(request)
    if match is None:
        static = request.path_info.startswith(settings.STATIC_URL)
        return Address(f"{settings.STATIC_URL}<path>" if static else UNKNOWN, None)
    route = _readable(match.route)
    values = {name: str(value) for name, value in (getattr(match, "captured_kwargs", None) or {}).items()}
    numbers = {name: value for name, value in values.items() if _NUMBER.fullmatch(value)}
    path = _VARIABLE.sub(lambda variable: numbers.get(variable[1], variable[0]), route)
    return Address(route, path if path == request.path else None)


def parameter_names(request: HttpRequest) -> list[str]:
    """The names of the query's parameters, sorted; a name that is no plain word is only counted, as `…`."""
    query = request.META.get("QUERY_STRING", "")
    names = (part.partition("=")[0] for part in query.split("&", _MAX_PARAMETERS)[:_MAX_PARAMETERS] if part)
    return sorted({name if _PARAMETER.fullmatch(name) else "…" for name in names})


def is_probe(request: HttpRequest) -> bool:
    """Whether a machine asks how we are, some times a minute: nobody's visit."""
    path = request.path_info
    return path in {"/health", "/metrics"} or path.startswith("/health/")


def _resolved(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


@lru_cache(maxsize=2048)  # as many as there are patterns, for a route is none of a client's words
def _readable(route: str) -> str:
    """`^pages/^(?P<pk>\\d+)/$` and `pages/<int:pk>/` as `/pages/<pk>/`."""
    # Django's own (django/contrib/admindocs/utils.py) repeats parts of a pattern that has two groups without a name.
    text, depth = "", 0
    for part in _TOKENS.findall(route):
        if part.startswith("("):
            if depth == 0:
                name = _GROUP_NAME.match(part)
                text += f"<{name[1]}>" if name else "<var>"
            depth += 1
        elif part == ")":
            depth -= 1
        elif depth == 0 and part not in _ANCHORS:
            text += part.removeprefix("\\")
    return "/" + _VARIABLE.sub(r"<\1>", text).removeprefix("/")
