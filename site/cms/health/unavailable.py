"""The page that people see when a server which the CMS needs does not answer."""

from __future__ import annotations

import sys

from botocore.exceptions import ConnectionError as StoreConnectionError
from botocore.exceptions import HTTPClientError
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import defaults
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

RETRY_AFTER_SECONDS = 30
_AWAY = (OperationalError, InterfaceError, RedisError, ConnectionInterrupted, StoreConnectionError, HTTPClientError)

# Needs nothing: no database, no session, no static file.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The CMS is not available at the moment</title>
<style>
body { max-width: 40rem; margin: 4rem auto; padding: 0 1rem; font: 1.125rem/1.5 system-ui, sans-serif; color: #222; }
</style>
</head>
<body>
<main>
<h1>The CMS is not available at the moment</h1>
<p>A part of it does not answer. What you have saved is not lost, and those who run the service can see that it is down.
</p>
<p>If you were writing: go back in your browser, copy your text to be safe, and save again in a few minutes.</p>
<p><a href="">Try again</a></p>
</main>
</body>
</html>
"""


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler of exceptions that nobody caught: 503 when a server is away, 500 for all others.

    Django calls it while it handles the exception, and has logged that, or is about to.
    """
    if not isinstance(sys.exception(), _AWAY):
        return defaults.server_error(request)
    response = HttpResponse(_PAGE, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    response["Cache-Control"] = "no-store"
    return response
