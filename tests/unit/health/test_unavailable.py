"""What people see when a server is away, and when the code has a mistake."""

from __future__ import annotations

import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import DataError, InterfaceError, OperationalError
from django.urls import path
from redis.exceptions import ConnectionError as RedisConnectionError

RAISED: list[Exception] = []


def fail(request):
    raise RAISED[0]


urlpatterns = [path("fail/", fail)]
handler500 = "cms.health.unavailable.server_error"


@pytest.fixture
def answer_to(client, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False

    def ask(error: Exception):
        RAISED[:] = [error]
        return client.get("/fail/", headers={"Accept-Language": "en"})

    return ask


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("connection refused"),
        InterfaceError("connection already closed"),
        RedisConnectionError("refused"),
        EndpointConnectionError(endpoint_url="http://s3.internal"),
    ],
)
def test_server_that_is_away_is_503_with_a_sentence_for_people(answer_to, error):
    answer = answer_to(error)
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "What you have saved is not lost" in answer.text
    assert "s3.internal" not in answer.text


@pytest.mark.parametrize("error", [RuntimeError("a mistake"), DataError("too long"), KeyError("a")])
def test_mistake_in_the_code_stays_500(answer_to, error):
    answer = answer_to(error)
    assert answer.status_code == 500
    assert "not available" not in answer.text


def test_product_uses_this_page():
    from cms import urls

    assert urls.handler500 == "cms.health.unavailable.server_error"
