"""Kept answers on a running server: shared by all who ask, and gone as soon as another process changes content."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.core.cache import caches
from django.db import connection

from tests.factories import pages as build
from tests.services.live import LiveCms

PAGES = "/api/v2/pages/"


@pytest.fixture
def cms(live_cms: LiveCms) -> LiveCms:
    """The server, after its first request: the database of the test before is gone, with all connections to it."""
    live_cms.http.get("/api/v2/images/")
    return live_cms


def is_hit(answer: httpx.Response) -> bool:
    """What was taken from the cache was not counted by the rate limit."""
    return "ratelimit-limit" not in answer.headers


def test_answer_is_kept_until_another_process_changes_content(cms: LiveCms) -> None:
    page = build.TopicPageFactory(title="Before")
    address = f"{PAGES}{page.pk}/"
    first = cms.http.get(address)
    second = cms.http.get(address)
    assert (is_hit(first), is_hit(second)) == (False, True)
    assert second.json() == first.json()

    page.title = "After"
    page.save_revision().publish()

    third = cms.http.get(address, headers={"if-none-match": first.headers["etag"]})
    assert third.status_code == 200
    assert third.json()["title"] == "After"
    assert not is_hit(third)


def test_head_has_the_headers_and_no_body(cms: LiveCms) -> None:
    build.TopicPageFactory.create_batch(3)
    got = cms.http.get(PAGES, headers={"accept-encoding": "gzip"})
    head = cms.http.head(PAGES, headers={"accept-encoding": "gzip"})

    assert is_hit(head)
    assert head.content == b""
    for name in ("content-length", "content-encoding", "etag", "surrogate-key", "cache-control", "vary"):
        assert head.headers[name] == got.headers[name]
    assert cms.http.get(PAGES).json() == got.json(), "and the connection is still in step"


def test_304_is_free_and_has_no_body(cms: LiveCms) -> None:
    etag = cms.http.get(PAGES).headers["etag"]

    answer = cms.http.get(PAGES, headers={"if-none-match": etag})

    assert answer.status_code == 304
    assert answer.content == b""
    assert is_hit(answer)
    assert answer.headers["etag"] == etag
    assert cms.http.get(PAGES).status_code == 200


def test_flushed_cache_brings_back_nothing(cms: LiveCms) -> None:
    cms.http.get(PAGES)
    caches["responses"].clear()

    assert not is_hit(cms.http.get(PAGES))
    assert is_hit(cms.http.get(PAGES))


def test_no_reader_ever_sees_what_was_replaced_before_they_asked(cms: LiveCms) -> None:
    """Readers ask all the time while a title is changed again and again."""
    page = build.TopicPageFactory(title="0")
    published, done, late = [0], threading.Event(), []

    def read(_: int) -> int:
        asked = 0
        with httpx.Client(base_url=cms.url, trust_env=False, timeout=60) as client:
            while not done.is_set():
                known = published[0]
                title = int(client.get(f"{PAGES}{page.pk}/").json()["title"])
                asked += 1
                if title < known:
                    late.append((title, known))
        return asked

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(read, number) for number in range(4)]
        try:
            for number in range(1, 31):
                page.title = str(number)
                page.save_revision().publish()
                published[0] = number
        finally:
            done.set()
    connection.close()

    assert late == []
    assert all(future.result() for future in asked)
