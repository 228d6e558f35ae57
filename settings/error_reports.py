"""Error reports to Sentry: what went wrong and where, never what people sent or who they are.

sentry-sdk 2.75 collects request bodies, local variables and most query parameters even with personal data switched
off (sentry_sdk/data_collection.py), so each kind is named here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import sentry_sdk
from sentry_sdk.integrations.argv import ArgvIntegration

from settings.redaction import is_of_database, without_values
from settings.topics.paths import BASE_DIR

if TYPE_CHECKING:
    from sentry_sdk._types import DataCollectionUserOptions
    from sentry_sdk.types import Breadcrumb, BreadcrumbHint, Event, Hint

_COLLECTED: DataCollectionUserOptions = {
    "user_info": False,
    "http_bodies": [],
    "stack_frame_variables": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "allowlist", "terms": ["accept", "content-", "host"]}},
    "url_query_params": {"mode": "denylist"},
    "database_query_data": False,
    "queues": False,
    "graphql": {"document": False, "variables": False},
    "gen_ai": {"inputs": False, "outputs": False},
}

# The only addresses whose query says something about an error and nothing about a person: lists of public content.
_QUERY_IS_HARMLESS = re.compile(r"/api/v2/(pages|images|documents)/([0-9]+/|find/)?")
# And of their parameters only these: what somebody searches for is theirs.
_HARMLESS_PARAMETERS = frozenset({"fields", "limit", "locale", "offset", "order", "type"})
# What a log line may add to a report. Names of files, for example, often hold those of people.
_HARMLESS_EXTRA = frozenset(
    {"event", "model", "pk", "queue", "reason", "request_id", "seconds", "smtp_code", "status_code", "task", "what"}
)

_SENSITIVE = re.compile(
    r"password|passwd|secret|token|credential|authori[sz]ation|cookie|session|csrf|jwt|signature|api_?key|private_?key",
    re.IGNORECASE,
)
_FILTERED = "[Filtered]"


def start(dsn: str, environment: str) -> None:
    """Report errors of this process to `dsn` from now on."""
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=_version(),
        data_collection=_COLLECTED,
        before_send=clean_event,
        before_breadcrumb=clean_breadcrumb,
        disabled_integrations=[ArgvIntegration()],  # it would send the arguments of management commands
        # Reports of errors only: neither traces nor the number of visits.
        traces_sample_rate=None,
        auto_session_tracking=False,
    )


def clean_event(event: Event, hint: Hint) -> Event:
    """Take out of a report what the SDK leaves in. Its own filter is off as soon as `data_collection` is given."""
    event.pop("user", None)
    if "request" in event:
        if not _is_of_route(event):
            event["transaction"] = "unknown"  # or it is the path
        event["request"] = _cleaned_request(event)
    for error in _values(event.get("exception")):
        if is_of_database(error.get("module")):
            error["value"] = without_values(str(error.get("value")))
    entry = event.get("logentry")
    if isinstance(entry, dict):
        event["logentry"] = {"message": entry.get("message", "")}  # without what was put into the text
    event["extra"] = _harmless_extra(event.get("extra"))
    for part in ("request", "extra", "contexts", "breadcrumbs"):
        if part in event:
            event[part] = _scrubbed(event[part])
    return event


def _is_of_route(event: Event) -> bool:
    return bool(event.get("transaction_info", {}).get("source") == "route")


def _values(part: Any) -> list[Any]:
    return part.get("values") or [] if isinstance(part, dict) else []


def _harmless_extra(extra: Any) -> dict[str, Any]:
    return {name: value for name, value in (extra or {}).items() if name in _HARMLESS_EXTRA}


def _cleaned_request(event: Event) -> dict[str, Any]:
    """What was asked for, with the route in the place of the path: that may hold names, and rights to do something."""
    request: dict[str, Any] = dict(event.get("request", {}))
    parts = urlsplit(str(request.get("url", "")))
    query = request.pop("query_string", None)
    if query and _QUERY_IS_HARMLESS.fullmatch(parts.path):
        request["query_string"] = _harmless_query(str(query))
    request["url"] = f"{parts.scheme}://{parts.netloc}{event.get('transaction', '') if _is_of_route(event) else ''}"
    request.pop("data", None)
    request.pop("cookies", None)
    return request


def _harmless_query(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if pair.partition("=")[0] in _HARMLESS_PARAMETERS)


def _scrubbed(value: Any) -> Any:
    """`value` without what stands under a sensitive name, however deep."""
    if isinstance(value, dict):
        return {name: _FILTERED if _SENSITIVE.search(str(name)) else _scrubbed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(inner) for inner in value]
    return value


def clean_breadcrumb(crumb: Breadcrumb, hint: BreadcrumbHint) -> Breadcrumb | None:
    """What led to an error, of the kinds that are known, without what callers have put into it.

    The path of an S3 link names a file, and its query is the right to read it. A key of Redis names a client's address.
    """
    data: dict[str, Any] = crumb.get("data") or {}
    record = hint.get("log_record")
    if crumb.get("type") == "log" and record is not None and not record.name.startswith("django."):  # those name paths
        return crumb | {"message": str(record.msg), "data": _harmless_extra(data)}
    category = crumb.get("category")
    if category == "httplib":
        kept = {
            name: data[name]
            for name in ("http.method", "http.response.status_code", "method", "status_code")
            if name in data
        }
        parts = urlsplit(str(data.get("url", "")))
        return crumb | {"message": "", "data": kept | {"url": f"{parts.scheme}://{parts.netloc}"}}
    if category == "redis":
        return crumb | {"message": str(data.get("redis.command", "")), "data": {}}
    if category == "query":
        return crumb | {"data": {}}
    return None


def _version() -> str:
    """That of the product. Read, because nothing of ours may be imported before the settings are there."""
    source = (BASE_DIR / "site" / "cms" / "__init__.py").read_text("utf-8")
    found = re.search(r'__version__ = "([^"]+)"', source)
    return found[1] if found else ""
