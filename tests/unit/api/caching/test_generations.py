"""No reader gets an answer that is older than the last committed change, however they overlap."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from api.caching import generations, responses
from api.middleware import ApiMiddleware
from tests.factories import pages as build
from tests.unit.api.caching.kept import PAGES, ask, is_hit
from tests.unit.api.redis_away import take_redis_away

pytestmark = pytest.mark.django_db(transaction=True)

NOON = dt.datetime(2030, 1, 1, 12, tzinfo=dt.UTC)


def test_reader_who_began_before_a_change_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch):
    """The reader has read the old content, and stores its answer only after the change is committed."""
    page = build.TopicPageFactory(title="Old title")
    make = ApiMiddleware._make
    has_read, may_store = threading.Event(), threading.Event()

    def slowly(self, request):
        answer = make(self, request)
        has_read.set()
        assert may_store.wait(20)
        return answer

    monkeypatch.setattr(ApiMiddleware, "_make", slowly)
    old: list[str] = []

    def read():
        old.append(ask(f"{PAGES}{page.pk}/").json()["title"])
        connection.close()

    reader = threading.Thread(target=read)
    reader.start()
    assert has_read.wait(20)
    monkeypatch.setattr(ApiMiddleware, "_make", make)
    page.title = "New title"
    page.save_revision().publish()
    may_store.set()
    reader.join()

    assert old == ["Old title"]
    assert ask(f"{PAGES}{page.pk}/").json()["title"] == "New title"


def test_flushed_cache_brings_back_no_old_answer():
    ask()
    before = generations.current()
    caches["responses"].clear()

    after = generations.current()

    assert before is not None
    assert after is not None
    assert after.token != before.token
    assert not is_hit()


def test_content_that_changes_by_the_clock_ends_its_generation():
    with time_machine.travel(NOON, tick=False) as clock:
        page = build.TopicPageFactory(title="Passing", expire_at=NOON + dt.timedelta(seconds=100))
        answer = ask()
        assert "s-maxage=100" in answer["Cache-Control"]
        assert "stale" not in answer["Cache-Control"], "nor may it be shown stale after its end"
        clock.shift(99)
        assert is_hit()
        assert "s-maxage=1" in ask()["Cache-Control"]

        clock.shift(1)

        assert "Passing" not in ask().content.decode()
        assert ask(f"{PAGES}{page.pk}/").status_code == 410
        assert "s-maxage=300" in ask()["Cache-Control"]


def test_staleness_is_cut_where_content_ends():
    with time_machine.travel(NOON, tick=False):
        build.TopicPageFactory(expire_at=NOON + dt.timedelta(seconds=330))

        said = ask()["Cache-Control"]

    assert said == "public, max-age=0, s-maxage=300, stale-while-revalidate=30, stale-if-error=30"


def test_consultation_opens_and_closes_on_time():
    with time_machine.travel(NOON, tick=False) as clock:
        consultation = build.ConsultationPageFactory(
            opens_at=NOON + dt.timedelta(seconds=10), closes_at=NOON + dt.timedelta(seconds=20)
        )
        states = []
        for _ in range(3):
            states.append(ask(f"{PAGES}{consultation.pk}/").json()["state"])
            clock.shift(10)
    assert states == ["upcoming", "open", "closed"]


def test_reader_who_began_before_the_end_does_not_carry_it_on(monkeypatch: pytest.MonkeyPatch):
    """A slow answer that was made before an end and is stored after it."""
    make = ApiMiddleware._make
    with time_machine.travel(NOON, tick=False) as clock:
        build.TopicPageFactory(title="Passing", expire_at=NOON + dt.timedelta(seconds=10))
        monkeypatch.setattr(
            ApiMiddleware, "_make", lambda self, request: (make(self, request), clock.shift(11))[0], raising=True
        )
        assert "Passing" in ask().content.decode()
        monkeypatch.setattr(ApiMiddleware, "_make", make)

        assert "Passing" not in ask().content.decode()


def test_end_is_found_without_a_shared_cache_too(settings: Settings):
    settings.CACHES = settings.CACHES | {"responses": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    with time_machine.travel(NOON, tick=False):
        build.TopicPageFactory(expire_at=NOON + dt.timedelta(seconds=10))
        assert "s-maxage=10" in ask()["Cache-Control"]

    settings.CACHES = settings.CACHES


def test_end_is_looked_for_once_in_a_generation(django_assert_num_queries):
    ask()
    generation = generations.current()
    assert generation is not None

    with django_assert_num_queries(0):
        generations.with_end(generation)


def test_new_release_begins_anew(monkeypatch: pytest.MonkeyPatch):
    before = generations.current()
    assert before is not None
    monkeypatch.setattr(generations._process, "has_announced_release", False)
    same = generations.current()
    caches["responses"].set("release", "an older one", None)
    monkeypatch.setattr(generations._process, "has_announced_release", False)

    after = generations.current()

    assert same is not None
    assert after is not None
    assert after.token != before.token


def test_release_is_the_same_for_all_processes():
    import subprocess
    import sys

    code = "import django; django.setup(); from api.caching.release import release; print(release())"
    found = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env()).stdout
        for _ in range(2)
    }
    assert len(found) == 1


def _env() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": ".:site", "DJANGO_SETTINGS_MODULE": "settings.test"}


class TestLastModified:
    def test_is_when_content_changed(self):
        with time_machine.travel(NOON, tick=False) as clock:
            build.TopicPageFactory()
            clock.shift(60)
            answer = ask()
            assert answer["Last-Modified"] == "Tue, 01 Jan 2030 12:00:01 GMT", "the first second without a change"
            unchanged = ask(if_modified_since=answer["Last-Modified"])
            assert unchanged.status_code == 304
            assert unchanged["Last-Modified"] == answer["Last-Modified"]
            assert unchanged["ETag"] == answer["ETag"]

            build.TopicPageFactory()

            assert ask(if_modified_since=answer["Last-Modified"]).status_code == 200

    def test_is_not_told_while_its_second_lasts(self):
        with time_machine.travel(NOON, tick=False) as clock:
            build.TopicPageFactory()
            for seconds in (0, 0.5, 0.5):
                clock.shift(seconds)
                assert "Last-Modified" not in ask()

    def test_two_changes_in_a_second_are_two(self):
        with time_machine.travel(NOON, tick=False) as clock:
            page = build.TopicPageFactory(title="One")
            clock.shift(0.2)
            seen = ask(f"{PAGES}{page.pk}/")
            clock.shift(0.2)
            page.title = "Two"
            page.save_revision().publish()
            clock.shift(30)
            for date in ("Tue, 01 Jan 2030 12:00:00 GMT", seen.get("Last-Modified", "")):
                assert ask(f"{PAGES}{page.pk}/", if_modified_since=date).status_code == 200

    def test_date_in_the_future_means_nothing(self):
        with time_machine.travel(NOON, tick=False) as clock:
            build.TopicPageFactory()
            clock.shift(60)
            assert ask(if_modified_since="Wed, 02 Jan 2030 12:00:00 GMT").status_code == 200

    def test_etag_counts_more_than_the_date(self):
        with time_machine.travel(NOON, tick=False) as clock:
            build.TopicPageFactory()
            clock.shift(60)
            date = ask()["Last-Modified"]
            assert ask(if_modified_since=date, if_none_match='"other"').status_code == 200

    def test_is_not_told_when_nobody_knows_of_changes(self, settings: Settings):
        take_redis_away(settings, "responses")
        assert "Last-Modified" not in ask()
        now = timezone.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        assert ask(if_modified_since=now).status_code == 200


def test_hit_needs_two_reads_of_the_cache(monkeypatch: pytest.MonkeyPatch):
    ask()
    read = responses.store.read
    keys: list[str] = []
    monkeypatch.setattr(responses.store, "read", lambda key: (keys.append(key), read(key))[1])

    ask()

    assert len(keys) == 2
