"""What leaves the house when something goes wrong: the error, and nothing that people have sent."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import brotli
import pytest

from cms import __version__
from tests.services.plugin import ROOT

SECRET = "hunter2"
LOGGED = "logged"
CASES = {
    "sign-in": ("POST", "/api/auth/token/", "next=hunter2"),
    "preview": ("GET", "/api/preview/", "anything=hunter2"),
    "older preview": ("GET", "/api/v2/page_preview/1/", "anything=hunter2"),
    "token in a list": ("GET", "/api/v2/pages/", "token=hunter2&api_key=hunter2"),
    "new password": ("GET", "/admin/password_reset/confirm/MQ/hunter2/", ""),
    "document": ("GET", "/documents/1/hunter2.pdf", "anything=hunter2"),
    "list": ("GET", "/api/v2/pages/", "fields=*&limit=5&search=hunter2&hunter2"),
    "unknown": ("GET", "/hunter2@example.org", "anything=hunter2"),
    "no route": ("GET", "/nowhere/jane.doe@example.org/hunter2", ""),
    LOGGED: ("GET", "/log/", "anything=hunter2"),
}
# A process of its own: the SDK changes the whole process it is started in.
_FAILING_SITE = """
import io, json, logging, subprocess, sys, types
from cms.wsgi import application
import sentry_sdk
from django.core.cache import caches
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt
from wagtail.contrib.redirects import middleware

@csrf_exempt
def fail(request, *_, **__):
    password = "".join(["hunt", "er2"])
    body = json.loads(request.body or "{}")
    sentry_sdk.add_breadcrumb(type="http", category="httplib", data={
        "url": f"https://s3.example/private/a.pdf?X-Amz-Signature={password}",
        "http.query": f"X-Amz-Signature={password}"})
    caches["limits"].get(f"mark:{password}:203.0.113.7")
    subprocess.run(["true", password], check=True)
    logging.getLogger("cms").warning("Signed in", extra={"deep": [{"token": password}]})
    logging.getLogger("cms").warning("The file %s", password, extra={"file_name": password})
    logging.getLogger("django.request").warning("Not Found: %s", request.path)
    repeated = f'duplicate key value violates "x"\\nDETAIL:  Key (username)=({password}) already exists.'
    raise RuntimeError("It went wrong") from IntegrityError(repeated)

def fail_in_the_log(request):
    word = "".join(["hunt", "er2"])
    logging.getLogger("cms").error("Mail to %s was refused", word, extra={"event": "mail.refused", "file_name": word})
    return HttpResponse()

urls = types.ModuleType("failing_urls")
urls.urlpatterns = [
    path("log/", fail_in_the_log), path("documents/<int:pk>/<str:name>", fail), re_path("^(?!nowhere)", fail)
]
middleware.get_redirect = fail  # asked where no route has matched
sys.modules["failing_urls"] = urls
body = json.dumps({"username": "jane.doe", "password": "hunter2"}).encode()
with override_settings(ROOT_URLCONF="failing_urls"):
    for case, (method, path, query) in json.loads(sys.argv[1]).items():
        answer = application({
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "REMOTE_ADDR": "203.0.113.7",
            "HTTP_HOST": "testserver", "HTTP_AUTHORIZATION": "Bearer hunter2", "HTTP_X_PREVIEW_TOKEN": "hunter2",
            "HTTP_X_FORWARDED_FOR": "203.0.113.7", "HTTP_COOKIE": "session=hunter2", "HTTP_USER_AGENT": "hunter2",
            "HTTP_X_REQUEST_ID": f"request-of-{case.replace(' ', '-')}",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
        }, lambda status, headers, *rest: None)
        b"".join(answer)
        answer.close()
sentry_sdk.flush(20)
"""


@pytest.fixture(scope="module")
def reports() -> dict[str, dict[str, Any]]:
    """The report that each of CASES makes the product send to a Sentry server."""
    with _ingest() as (address, arrived):
        subprocess.run(
            [sys.executable, "-c", _FAILING_SITE, json.dumps(CASES)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "SENTRY_DSN": address},
            check=True,
            timeout=120,
        )
    by_id = {report["tags"]["request_id"]: report for report in arrived}
    return {case: by_id[request_id(case)] for case in CASES}


def request_id(case: str) -> str:
    return f"request-of-{case.replace(' ', '-')}"


@contextmanager
def _ingest() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    arrived: list[dict[str, Any]] = []

    class Ingest(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}[self.headers["Content-Encoding"]]
            arrived.extend(json.loads(line) for line in unpack(body).decode().splitlines() if '"platform":' in line)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Ingest) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://publickey@127.0.0.1:{server.server_port}/1", arrived
        server.shutdown()


@pytest.mark.parametrize("case", CASES)
def test_report_holds_the_error_and_nothing_that_people_sent(case: str, reports: dict[str, dict[str, Any]]) -> None:
    report = reports[case]
    if case == LOGGED:
        assert report["logentry"] == {"message": "Mail to %s was refused"}
        assert report["extra"] == {"event": "mail.refused", "request_id": request_id(case)}
    else:
        assert report["exception"]["values"][-1]["value"] == "It went wrong"
        assert report["exception"]["values"][0]["value"] == 'duplicate key value violates "x"'
        assert report["breadcrumbs"]["values"]
    assert report["environment"] == "test"
    assert report["release"] == __version__
    assert report["request"]["method"] == CASES[case][0]
    sent = json.dumps(report, indent=1)
    # The source around the error is sent, so the site above holds the secret in pieces there.
    assert SECRET not in sent, [line for line in sent.splitlines() if SECRET in line]
    assert "jane.doe" not in sent
    assert "203.0.113.7" not in sent
    assert "user" not in report


def test_what_led_to_the_error_is_told_by_its_kind(reports: dict[str, dict[str, Any]]) -> None:
    crumbs = reports["document"]["breadcrumbs"]["values"]
    kinds = {crumb["category"]: crumb for crumb in crumbs}
    assert kinds["redis"]["message"] == "GET"
    assert kinds["httplib"]["data"]["url"] == "https://s3.example"
    assert "subprocess" not in kinds


def test_query_of_a_public_list_is_kept_because_it_explains_the_error(reports: dict[str, dict[str, Any]]) -> None:
    assert reports["list"]["request"]["query_string"] == "fields=%2A&limit=5"


def test_route_stands_in_the_place_of_the_path(reports: dict[str, dict[str, Any]]) -> None:
    assert reports["document"]["request"]["url"] == "http://testserver/documents/{pk}/{name}"
