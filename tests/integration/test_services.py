"""The servers behind the tests are real: each lets in who has the password, and nobody else."""

from __future__ import annotations

import os
from collections.abc import Callable

import httpx
import psycopg
import pytest
import redis
from botocore.exceptions import ClientError
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection
from redis.backoff import NoBackoff
from redis.retry import Retry
from wagtail.models import Collection, Locale, Page, Site

from tests.services import s3
from tests.services.addresses import Addresses
from tests.services.bucket import Bucket
from tests.services.live import LiveCms
from tests.services.mail import Mailbox


@pytest.mark.django_db
def test_database_is_postgresql_of_this_worker_with_the_data_of_migrations() -> None:
    assert connection.vendor == "postgresql"
    assert connection.settings_dict["NAME"] == f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    assert Page.objects.filter(depth=1).exists()
    assert Site.objects.exists()
    assert Locale.objects.exists()
    assert Collection.objects.exists()


@pytest.mark.django_db
def test_product_is_no_superuser_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_database_refuses_a_wrong_password(services: Addresses) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(
            host="127.0.0.1", port=services.postgresql_port, user="cms", password="wrong", dbname="postgres"
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", ["first", "second"])
def test_transactional_test_finds_the_root_page_and_leaves_nothing(run: str) -> None:
    assert Page.objects.filter(depth=1).count() == 1
    assert not Page.objects.filter(title="Left behind").exists()
    Page.objects.get(depth=1).add_child(instance=Page(title="Left behind", slug="left-behind"))


def test_cache_is_redis(services: Addresses) -> None:
    assert cache.get("left-behind") is None
    cache.set("left-behind", {"any": ["value"]})
    assert cache.get("left-behind") == {"any": ["value"]}
    stranger = redis.Redis(port=services.redis_port, retry=Retry(NoBackoff(), 0))
    with stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_cache_is_empty_at_the_start_of_each_test() -> None:
    assert cache.get("left-behind") is None
    cache.set("left-behind", 1)


def test_public_may_read_media_only(services: Addresses, s3_bucket: Bucket) -> None:
    product = s3.client(services, "cms")
    for key in ("media/photo.txt", "private/report.txt"):
        product.put_object(Bucket=s3_bucket.name, Key=key, Body=key.encode())
    assert s3_bucket.keys() == ["media/photo.txt", "private/report.txt"]
    assert s3_bucket.get_anonymously("media/photo.txt").content == b"media/photo.txt"
    assert s3_bucket.get_anonymously("private/report.txt").status_code == 403
    assert s3_bucket.get_anonymously("").status_code == 403


def test_signed_link_opens_a_private_file_and_a_forged_one_does_not(services: Addresses, s3_bucket: Bucket) -> None:
    product = s3.client(services, "cms")
    product.put_object(Bucket=s3_bucket.name, Key="private/report.txt", Body=b"private")
    link = product.generate_presigned_url("get_object", {"Bucket": s3_bucket.name, "Key": "private/report.txt"})
    assert httpx.get(link, trust_env=False).content == b"private"
    assert httpx.get(f"{link[:-4]}0000", trust_env=False).status_code == 403


def test_account_of_the_product_may_not_make_buckets(services: Addresses, s3_bucket: Bucket) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.client(services, "cms").create_bucket(Bucket="another")


def test_mail_goes_through_the_queue_to_the_mail_server(mailbox: Mailbox) -> None:
    send_mail("Ŵythnos", "Body", "from@example.test", ["to@example.test"])
    assert mailbox.messages() == []
    (message,) = mailbox.deliver()
    assert message["Subject"] == "Ŵythnos"
    assert message["X-Envelope-To"] == "to@example.test"


def test_mailbox_starts_empty(mailbox: Mailbox) -> None:
    assert mailbox.deliver() == []


def test_live_cms_serves_what_the_test_has_written(live_cms: LiveCms) -> None:
    root = Page.objects.get(depth=1)
    home = Site.objects.get(is_default_site=True).root_page
    assert home.is_descendant_of(root)
    page = home.add_child(instance=Page(title="Seen by the server", slug="seen"))
    answer = live_cms.http.get(f"/api/v2/pages/{page.pk}/")
    assert answer.status_code == 200, answer.text
    assert answer.json()["title"] == "Seen by the server"


@pytest.mark.parametrize("run", ["first", "second"])
def test_live_cms_survives_the_renewal_of_the_database(live_cms: LiveCms, run: str) -> None:
    assert live_cms.http.get("/api/v2/pages/").json()["meta"]["total_count"] == 1


def test_tasks_that_fail_fail_the_test(run_tasks: Callable[[], int]) -> None:
    from cms.operations.mail import send_queued_message

    send_queued_message.enqueue({})
    with pytest.raises(AssertionError, match="send_queued_message failed"):
        run_tasks()
