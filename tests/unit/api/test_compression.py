"""Public answers are compressed as the client likes it; what is personal or secret never is."""

from __future__ import annotations

import gzip

import brotli
import pytest
from django.test import Client

from api.compression import compress, is_compressible, preferred_coding
from tests.factories import pages as build
from tests.factories.people import PASSWORD, PersonFactory
from tests.unit.api.tokens.client import bearer, sign_in

LIST = "/api/v2/pages/?fields=*"
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("GZIP", "gzip"),
        ("br;q=0.5, gzip;q=1.0", "gzip"),
        ("br;q=0.001", "br"),
        ("br;q=0, gzip;q=0", "identity"),
        ("br;q=0, *", "gzip"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("identity", "identity"),
        ("identity;q=1, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip;q=1", "gzip"),
        ("identity;q=0", "identity"),
        ("deflate, zstd", "identity"),
        ("gzip;q=2, br;q=nonsense", "identity"),
        ("gzip;q=1;x=1", "identity"),
        (" gzip ; q=1 ", "gzip"),
        ("gzip;Q=0.3", "gzip"),
        (",;,=,", "identity"),
        ("gzip," * 1000, "gzip"),
    ],
)
def test_client_gets_the_coding_that_it_likes_best(header: str, coding: str) -> None:
    assert preferred_coding(header) == coding


@pytest.mark.parametrize("coding", UNPACK)
def test_compressed_bytes_are_always_the_same(coding: str) -> None:
    body = b"The same words again. " * 100

    assert compress(body, coding) == compress(body, coding)
    assert UNPACK[coding](compress(body, coding)) == body


@pytest.mark.parametrize(
    ("content_type", "length", "expected"),
    [
        ("application/json", 500, True),
        ("application/json", 499, False),
        ("application/xml; charset=utf-8", 500, True),
        ("application/atom+xml", 500, True),
        ("application/feed+json", 500, True),
        ("text/plain", 500, True),
        ("image/png", 500, False),
        ("application/pdf", 500, False),
        ("", 500, False),
    ],
)
def test_text_of_some_length_is_compressed(content_type: str, length: int, expected: bool) -> None:
    assert is_compressible(content_type, length) is expected


@pytest.fixture
def _pages(db: None) -> None:
    build.TopicPageFactory.create_batch(5)


@pytest.mark.usefixtures("_pages")
@pytest.mark.parametrize("coding", UNPACK)
def test_public_list_is_compressed(api: Client, coding: str) -> None:
    plain = api.get(LIST)

    packed = api.get(LIST, headers={"accept-encoding": coding})

    assert packed["Content-Encoding"] == coding
    assert packed["Content-Length"] == str(len(packed.content))
    assert len(packed.content) < len(plain.content) / 2
    assert UNPACK[coding](packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]
    assert packed["ETag"] == plain["ETag"].removesuffix('"') + f'-{coding}"'
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.usefixtures("_pages")
def test_head_tells_the_length_of_what_get_sends(api: Client) -> None:
    head = api.head(LIST, headers={"accept-encoding": "br"})

    get = api.get(LIST, headers={"accept-encoding": "br"})

    assert {name: head[name] for name in ("Content-Length", "Content-Encoding", "ETag")} == {
        name: get[name] for name in ("Content-Length", "Content-Encoding", "ETag")
    }


def test_short_answer_is_sent_as_it_is(api: Client) -> None:
    response = api.get("/api/v2/images/", headers={"accept-encoding": "br"})

    assert "Content-Encoding" not in response
    assert "Accept-Encoding" in response["Vary"]


@pytest.mark.usefixtures("_pages")
def test_personal_answer_is_sent_as_it_is(api: Client) -> None:
    access = sign_in(PersonFactory.create())["access"]

    response = api.get(LIST, headers=bearer(access) | {"accept-encoding": "br"})

    assert response.status_code == 200
    assert "Content-Encoding" not in response


def test_tokens_are_never_compressed(api: Client) -> None:
    body = {"username": PersonFactory.create().username, "password": PASSWORD}

    response = api.post("/api/auth/token/", body, "application/json", headers={"accept-encoding": "br, gzip"})

    assert len(response.content) > 500
    assert "Content-Encoding" not in response


@pytest.mark.usefixtures("_pages")
def test_error_is_sent_as_it_is(api: Client) -> None:
    response = api.get("/api/v2/pages/?" + "x" * 90 + "=1", headers={"accept-encoding": "br"})

    assert response.status_code == 400
    assert "Content-Encoding" not in response
