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

if TYPE_CHECKING:
    from sentry_sdk._types import DataCollectionUserOptions
    from sentry_sdk.types import Breadcrumb, BreadcrumbHint, Event, Hint

_COLLECTED: DataCollectionUserOptions = {
    "user_info": False,
    "http_bodies": [],
    "stack_frame_variables": False,
    "cookies": {"mode": "off"},
    "http_headers": {"request": {"mode": "allowlist", "terms": ["accept", "content-", "host", "user-agent"]}},
    "url_query_params": {"mode": "denylist"},
    "database_query_data": False,
    "queues": False,
    "graphql": {"document": False, "variables": False},
    "gen_ai": {"inputs": False, "outputs": False},
}

# The only addresses whose query says something about an error and nothing about a person: lists of public content.
_QUERY_IS_HARMLESS = re.compile(r"/api/v2/(pages|images|documents)/([0-9]+/|find/)?")
# Wagtail's links for a new password carry the right to set one in the path.
_SECRET_PATH = re.compile(r"(/password_reset/confirm/).+")

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
    request = event.get("request")
    if request:
        address = str(request.get("url", ""))
        if not _QUERY_IS_HARMLESS.fullmatch(urlsplit(address).path):
            request.pop("query_string", None)
        request["url"] = _SECRET_PATH.sub(rf"\1{_FILTERED}", address.partition("?")[0])
        request.pop("data", None)
        request.pop("cookies", None)
    for part in ("request", "extra", "contexts", "breadcrumbs"):
        if part in event:
            event[part] = _scrubbed(event[part])
    return event


def _scrubbed(value: Any) -> Any:
    """`value` without what stands under a sensitive name, however deep."""
    if isinstance(value, dict):
        return {name: _FILTERED if _SENSITIVE.search(str(name)) else _scrubbed(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(inner) for inner in value]
    return value


def clean_breadcrumb(crumb: Breadcrumb, hint: BreadcrumbHint) -> Breadcrumb:
    """Take the query out of the addresses that were called: that of an S3 link is its signature."""
    data = crumb.get("data")
    if isinstance(data, dict):
        for key in ("http.query", "http.fragment"):
            data.pop(key, None)
        if "url" in data:
            data["url"] = str(data["url"]).partition("?")[0]
    return crumb
