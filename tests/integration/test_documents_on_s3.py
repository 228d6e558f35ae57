"""Private files on a real S3 server: nobody reads one without a signature that we gave, and no signature lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import botocore.auth
import httpx
import pytest
from django.core.files.base import ContentFile
from django.test import Client

from documents.models import CustomDocument
from documents.storages import sign_download, store
from tests.factories.documents import DocumentFactory, ImageFactory, private_collection
from tests.factories.people import browser_of, reader
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db

CANARY = b"CANARY-9f1c: not for the public"


@pytest.fixture
def secret(s3_bucket: Bucket) -> CustomDocument:
    """A document for readers only."""
    document: CustomDocument = DocumentFactory.create(
        collection=private_collection(), file=ContentFile(CANARY, "canary.txt")
    )
    return document


def link(document: CustomDocument) -> str:
    """A signed link, as a reader gets it."""
    answer = browser_of(reader()).get(document.url)
    assert answer.status_code == 302
    return str(answer["Location"])


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def changed(url: str, **parameters: str) -> str:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query)) | parameters
    return urlunsplit(parts._replace(query=urlencode({key: value for key, value in query.items() if value})))


def test_signed_link_reads_the_document(secret: CustomDocument) -> None:
    assert get(link(secret)).content == CANARY


def test_object_cannot_be_read_listed_or_written_without_a_signature(secret: CustomDocument, s3_bucket: Bucket) -> None:
    (key,) = s3_bucket.keys()
    assert s3_bucket.get_anonymously(key).status_code == 403
    assert s3_bucket.get_anonymously("?list-type=2").status_code == 403
    assert httpx.put(f"{s3_bucket.url}/{key}", content=b"x", trust_env=False).status_code == 403
    assert s3_bucket.read(key) == CANARY


@pytest.mark.parametrize(
    "change",
    [
        {"X-Amz-Signature": "0" * 64},
        {"X-Amz-Signature": ""},
        {"X-Amz-Expires": "86400"},
        {"response-content-type": "text/html"},
        {"response-content-disposition": "inline"},
    ],
)
def test_link_that_was_changed_is_refused(secret: CustomDocument, change: dict[str, str]) -> None:
    answer = get(changed(link(secret), **change))
    assert answer.status_code in (400, 403)
    assert CANARY not in answer.content


def test_link_does_not_fit_another_document(secret: CustomDocument) -> None:
    other = DocumentFactory.create(file=ContentFile(b"public", "other.txt"))
    answer = get(link(other).replace(str(other.file.name), str(secret.file.name)))
    assert answer.status_code == 403


def test_link_does_not_allow_writing(secret: CustomDocument) -> None:
    assert httpx.put(link(secret), content=b"x", trust_env=False).status_code == 403


def test_link_dies_after_its_lifetime(secret: CustomDocument, monkeypatch: pytest.MonkeyPatch) -> None:
    def sign(age: timedelta) -> str:
        with monkeypatch.context() as clock:
            now = datetime.now(UTC) - age
            clock.setattr(botocore.auth, "get_current_datetime", lambda: now.replace(tzinfo=None))
            return str(
                sign_download(str(secret.file.name), method="GET", media_type="text/plain", disposition="inline")
            )

    assert get(sign(timedelta(minutes=4))).content == CANARY
    answer = get(sign(timedelta(minutes=6)))
    assert answer.status_code == 403
    assert CANARY not in answer.content


def test_no_address_that_the_product_gives_out_shows_the_canary_to_the_public(
    secret: CustomDocument, s3_bucket: Bucket, client: Client
) -> None:
    image = ImageFactory.create(collection=secret.collection)
    rendition = image.get_rendition("width-320|format-webp")
    shown = image.api_representation(None)
    addresses = [
        secret.url,
        secret.api_representation(None)["download_url"],
        store("private").url(str(secret.file.name)),
        image.original_url,
        rendition.url,
        shown["src"],
        shown["download_url"],
        *(source["url"] for each in shown["renditions"] for source in each["sources"]),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert CANARY not in answer.content
    assert not s3_bucket.keys("media/")
