"""Public answers are kept until content changes."""

from __future__ import annotations

import gzip
import json
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings
from wagtail.models import Page, Site

from api.caching import responses
from tests.factories import pages as build
from tests.factories.people import PersonFactory
from tests.unit.api.caching.kept import PAGES, ask, is_hit
from tests.unit.api.redis_away import silent_redis, take_redis_away
from tests.unit.api.tokens.client import bearer, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_second_answer_is_the_first_one():
    first = ask()

    assert is_hit()
    second = ask()
    assert second.content == first.content
    ours = {"X-Request-ID", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    assert {name: second[name] for name in second.headers if name not in ours} == {
        name: first[name] for name in first.headers if name not in ours
    }
    assert second["X-Request-ID"] != first["X-Request-ID"]


def test_head_and_get_share_an_answer():
    ask()

    assert is_hit(method="head")
    answer = ask(method="head")
    assert answer.content == b""
    assert answer["Content-Length"] == str(len(ask().content))


@pytest.mark.parametrize(
    "same", ["limit=5&order=title", "order=title&limit=5", "_=123&order=title&limit=5", "order=title&limit=%35"]
)
def test_order_of_parameters_means_nothing(same: str):
    ask(f"{PAGES}?order=title&limit=5")

    assert is_hit(f"{PAGES}?{same}")


@pytest.mark.parametrize("other", [f"{PAGES}?limit=6", "/api/v2/images/?limit=5", f"{PAGES}?limit=5&fields=title"])
def test_other_question_has_another_answer(other: str):
    ask(f"{PAGES}?limit=5")

    assert not is_hit(other)


def test_bytes_and_characters_are_not_taken_for_one_another():
    """`é` as it is and as the two characters that its bytes are in Latin-1."""
    build.TopicPageFactory(title="é")
    assert ask(f"{PAGES}?title=%C3%A9").json()["meta"]["total_count"] == 1

    assert ask(f"{PAGES}?title=%C3%83%C2%A9").json()["meta"]["total_count"] == 0


def test_host_and_scheme_are_part_of_the_question(settings: Settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ask()

    assert not is_hit(host="localhost")
    assert not is_hit(x_forwarded_proto="https")
    assert is_hit()


def test_unknown_host_is_refused_before_and_after(settings: Settings):
    ask()

    answer = ask(host="evil.example")

    assert answer.status_code == 400
    assert ask(host="evil.example").status_code == 400


def test_site_chosen_by_parameter_does_not_change_the_question():
    site = Site.objects.get()
    ask(f"{PAGES}?site={site.pk}")

    assert is_hit(f"{PAGES}?site={site.pk}")
    assert not is_hit()


@pytest.mark.parametrize(
    "address",
    [
        "/api/",
        f"{PAGES}?order=random",
        "/api/v2/pages/999999/",
        f"{PAGES}?limit=0",
        "/api/v2/pages",
        "/api/v2/nothing/",
    ],
)
def test_what_is_not_for_keeping_is_not_kept(address: str, settings: Settings):
    ask(address)
    before = len(caches["responses"].keys("*"))

    ask(address)

    assert len(caches["responses"].keys("*")) == before


def test_download_is_asked_for_each_time(s3_bucket):
    from tests.factories.documents import DocumentFactory

    document = DocumentFactory.create()
    address = f"/api/v2/documents/{document.pk}/download/"
    assert ask(address).status_code == 302

    assert not is_hit(address)


def test_answer_to_a_credential_is_neither_kept_nor_taken_from_there():
    access = sign_in(PersonFactory.create())["access"]
    ask(**bearer(access))
    assert not is_hit(), "nothing was kept"

    answer = Client().get(PAGES, headers=bearer(access))

    assert "RateLimit-Limit" in answer
    assert answer["Cache-Control"] == "private, no-store"


def test_cookies_and_languages_do_not_divide_the_cache():
    ask()

    assert is_hit(cookie="session=x; django_language=cy", accept_language="cy", accept="text/html")


def test_hit_is_not_counted_by_the_rate_limit(settings: Settings):
    settings.RATE_LIMIT_MAX = 2
    ask()
    for _ in range(5):
        assert ask().status_code == 200
    assert ask(f"{PAGES}?limit=1").status_code == 200
    assert ask(f"{PAGES}?limit=2").status_code == 429, "but every miss is"
    assert ask().status_code == 200, "who has used it up still gets what costs nothing"


def test_304_that_needed_work_is_counted(settings: Settings):
    settings.RATE_LIMIT_MAX = 2
    statuses = [ask(f"{PAGES}?limit={number}", if_none_match="*").status_code for number in range(1, 4)]
    assert statuses == [304, 304, 429]


def test_refusal_of_the_rate_limit_is_not_kept(settings: Settings):
    settings.RATE_LIMIT_MAX = 1
    ask(f"{PAGES}?limit=1")
    assert ask().status_code == 429

    settings.RATE_LIMIT_MAX = 100

    assert ask().status_code == 200


def test_large_answer_is_not_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(responses, "MAX_BYTES", 10)
    ask()

    assert not is_hit()


def test_answer_lives_five_minutes_at_most():
    ask()

    client = caches["responses"].client.get_client(write=False)
    (entry,) = [key for key in client.keys("cms:responses:*") if re.search(rb":[0-9a-f]{64}$", key)]
    assert 290 < client.ttl(entry) <= 300


def test_nothing_is_kept_inside_a_transaction():
    """It shows its own changes to itself, and may not show those of others."""
    with transaction.atomic():
        ask()
        assert not is_hit()
    assert not is_hit()


def test_nothing_is_kept_without_a_place_that_all_processes_share(settings: Settings):
    settings.CACHES = settings.CACHES | {"responses": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    first = ask()

    assert not is_hit()
    assert first["ETag"]
    assert "s-maxage=300" in first["Cache-Control"]
    assert "Last-Modified" not in first


def test_answers_are_made_when_redis_is_away(settings: Settings):
    take_redis_away(settings, "responses")
    answers = [ask() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "Last-Modified" not in answers[0]
    build.TopicPageFactory(title="New")
    assert "New" in ask().content.decode()


def test_redis_that_does_not_answer_is_waited_for_once_only(settings: Settings, caplog: pytest.LogCaptureFixture):
    with silent_redis(settings, "responses"):
        assert [ask().status_code for _ in range(5)] == [200] * 5
    failures = [record for record in caplog.records if getattr(record, "event", "") == "responses.unavailable"]
    assert len(failures) == 1


def test_folder_serves_several_processes_without_redis(settings: Settings, tmp_path):
    folder = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
    settings.CACHES = settings.CACHES | {"responses": folder}
    ask()
    assert is_hit()

    build.TopicPageFactory()

    assert not is_hit()


def test_damaged_file_in_the_folder_is_no_failure(settings: Settings, tmp_path):
    folder = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(tmp_path)}
    settings.CACHES = settings.CACHES | {"responses": folder}
    ask()
    for path in tmp_path.glob("*.djcache"):
        path.write_bytes(b"rubbish")

    assert ask().status_code == 200


def test_kept_answer_counts_as_one_of_its_release(monkeypatch: pytest.MonkeyPatch):
    ask()
    monkeypatch.setattr(responses, "release", lambda: "another")

    assert not is_hit()


class TestAbsence:
    """A view may say that its 404 or 410 is kept for a short while: `/resolve/` does."""

    @pytest.fixture
    def absent(self) -> responses.Make:
        def make(request: object) -> HttpResponse:
            body = json.dumps({"instance": request.request_id, "status": 404})
            return HttpResponse(
                body, status=404, headers={"Cache-Control": "public, max-age=0, s-maxage=30"}, content_type="x/json"
            )

        return make

    def request(self, number: int):
        request = RequestFactory().get("/api/v2/resolve/?path=/nothing/")
        request.request_id = f"request-{number}"
        return request

    def test_is_kept_as_long_as_the_view_says(self, absent: responses.Make):
        responses.answer(self.request(1), absent)

        kept = responses.answer(self.request(2), lambda _: pytest.fail("it is not kept"))

        assert kept.status_code == 404
        assert kept["Cache-Control"] == "public, max-age=0, s-maxage=30"
        assert json.loads(kept.content)["instance"] == "request-2"

    def test_is_forgotten_when_content_changes(self, absent: responses.Make):
        responses.answer(self.request(1), absent)
        build.TopicPageFactory()

        found = responses.answer(self.request(2), lambda _: HttpResponse("found"))

        assert found.status_code == 200


def test_each_coding_is_kept(settings: Settings):
    plain = ask("/api/v2/pages/?fields=*")
    packed = ask("/api/v2/pages/?fields=*", accept_encoding="gzip")
    assert is_hit("/api/v2/pages/?fields=*", accept_encoding="gzip;q=0.9, deflate")
    assert is_hit("/api/v2/pages/?fields=*", accept_encoding="identity")

    again = ask("/api/v2/pages/?fields=*", accept_encoding="gzip")

    assert again.content == packed.content
    assert again["Content-Encoding"] == "gzip"
    assert gzip.decompress(again.content) == plain.content


def test_what_was_kept_before_a_page_was_hidden_is_not_shown(settings: Settings):
    page = build.TopicPageFactory(title="Withdrawn")
    address = f"{PAGES}{page.pk}/"
    assert ask(address).status_code == 200

    Page.objects.get(pk=page.pk).specific.unpublish()

    assert ask(address).status_code == 410
    assert "Withdrawn" not in ask().content.decode()


def test_lengths_of_the_settings_may_be_nothing(settings: Settings):
    settings.API_SHARED_MAX_AGE = timedelta(0)
    ask()

    assert "s-maxage=0" in ask()["Cache-Control"]
    assert is_hit(), "our own copy is dropped when content changes, a CDN's is not"
