"""Downloads over HTTP: who gets what, from the S3 store and from the local disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from wagtail import hooks
from wagtail.documents.models import document_served

from cms.accounts.models import User
from documents.models import CustomDocument, CustomImage
from tests.factories.documents import DocumentFactory, ImageFactory, pdf_bytes, private_collection
from tests.factories.people import PASSWORD, browser_of, outsider, publisher, reader, writer
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db


def token_of(someone: User) -> dict[str, str]:
    """Request headers with an access token, got as a client gets it."""
    answer = Client().post(
        "/api/auth/token/", {"username": someone.username, "password": PASSWORD}, content_type="application/json"
    )
    return {"Authorization": f"Bearer {answer.json()['access']}"}


def board_document(**fields: object) -> CustomDocument:
    """A document for the group Board, which nobody is in."""
    groups = [Group.objects.create(name="Board")]
    document: CustomDocument = DocumentFactory.create(collection=private_collection(groups=groups), **fields)
    return document


def assert_nobody_keeps(answer: HttpResponse) -> None:
    assert answer["Cache-Control"] == "private, no-store"
    assert {"authorization", "cookie"} <= {name.strip().lower() for name in answer["Vary"].split(",")}


# Who gets it


def test_public_document_is_for_everybody(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create()
    answer = client.get(document.url)
    assert answer.status_code == 200
    assert answer.getvalue() == pdf_bytes()
    assert_nobody_keeps(answer)


def test_restricted_document_is_for_a_reader_with_a_session(local_stores: Path) -> None:
    document = DocumentFactory.create(collection=private_collection())
    assert browser_of(outsider()).get(document.url).getvalue() == pdf_bytes()


def test_restricted_document_is_for_a_reader_with_a_token(client: Client, local_stores: Path) -> None:
    someone = reader()
    document = DocumentFactory.create(collection=private_collection(groups=someone.groups.all()))
    assert client.get(document.url, headers=token_of(someone)).getvalue() == pdf_bytes()


def test_restricted_document_is_downloaded_through_the_api(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create(collection=private_collection())
    path = f"/api/v2/documents/{document.pk}/download/"
    answer = client.get(path, headers=token_of(outsider()))
    assert answer.getvalue() == pdf_bytes()
    assert answer["Cache-Control"] == "private, no-store"
    assert client.get(path).status_code == 404
    assert browser_of(outsider()).get(path).status_code == 404  # no session under /api/


def test_restricted_document_is_for_who_may_change_it(local_stores: Path) -> None:
    assert browser_of(publisher()).get(board_document().url).status_code == 200


def test_restricted_document_is_absent_for_the_anonymous(client: Client) -> None:
    document = board_document()
    answer = client.get(document.url)
    assert answer.status_code == 404
    assert_nobody_keeps(answer)
    nothing = client.get(f"/documents/{document.pk + 1}/document.pdf")
    assert (nothing.status_code, nothing.content) == (404, answer.content)
    assert dict(nothing.headers) == dict(answer.headers) | {"X-Request-ID": nothing["X-Request-ID"]}


@pytest.mark.parametrize("someone", [outsider, reader, writer])
def test_restricted_document_is_absent_for_who_is_not_in_the_group(someone: type[User]) -> None:
    assert browser_of(someone()).get(board_document().url).status_code == 404


def test_token_that_does_not_work_is_refused_even_where_everybody_may(client: Client) -> None:
    answer = client.get(DocumentFactory.create().url, headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert_nobody_keeps(answer)


def test_token_counts_not_the_session_beside_it(local_stores: Path) -> None:
    document = board_document()
    assert browser_of(publisher()).get(document.url, headers=token_of(outsider())).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/documents/{pk}/other.pdf",
        "/documents/{pk}/",
        "/documents/99999999999999999999999/document.pdf",
        f"/documents/{'9' * 5000}/document.pdf",
        f"/documents/images/{'9' * 5000}/width-320.webp",
        "/documents/files/%00",
        "/documents/files/../../secrets/secret_key",
        "/documents/files/documents/nothing/here.pdf",
        "/documents/images/99999999999999999999999/width-320.webp",
        "/documents/images/0/width-320.webp",
        "/documents/images/{image}/width-321.webp",
        "/documents/images/{image}/%00",
    ],
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    path = path.format(pk=DocumentFactory.create().pk, image=ImageFactory.create().pk)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)(DocumentFactory.create().url).status_code == 405


# What comes from the local disk


def test_local_answer_cannot_run_in_the_browser(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create(file=ContentFile(b"a,b\n", "Ŵyl data.csv"))
    answer = client.get(document.url)
    assert answer["Content-Type"] == "text/csv"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C5%B4yl-data.csv"
    assert answer["Content-Length"] == "4"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_head_has_the_headers_and_no_body(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create()
    answer = client.head(document.url)
    assert answer.status_code == 200
    assert answer["Content-Length"] == str(len(pdf_bytes()))
    assert answer["ETag"] == f'"{document.sha256}"'
    assert answer.content == b""


def test_who_has_the_file_already_gets_304(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create()
    answer = client.get(document.url, headers={"If-None-Match": f'"{document.sha256}"'})
    assert answer.status_code == 304
    assert_nobody_keeps(answer)
    assert client.get(document.url, headers={"If-None-Match": '""'}).status_code == 200


def test_document_without_checksum_has_no_etag(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create()
    CustomDocument.objects.update(sha256="")
    assert "ETag" not in client.get(document.url)


def test_file_that_the_disk_has_lost_is_404(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create()
    Path(document.file.path).unlink()
    assert client.get(document.url).status_code == 404


def test_private_folder_is_not_served(client: Client, local_stores: Path) -> None:
    document = DocumentFactory.create()
    assert client.get(f"/media/{document.file.name}").status_code == 404
    assert client.get(f"/media/../private/{document.file.name}").status_code in (400, 404)


# What comes from S3


def test_s3_answer_is_a_link_that_lives_minutes(client: Client, s3_bucket: Bucket, settings: Settings) -> None:
    document = DocumentFactory.create(file=ContentFile(b"a,b\n", "Ŵyl.csv"))
    answer = client.get(document.url)
    assert answer.status_code == 302
    assert_nobody_keeps(answer)
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query["X-Amz-Expires"] == [str(settings.DOCUMENT_LINK_LIFETIME_SECONDS)] == ["300"]
    followed = httpx.get(answer["Location"], trust_env=False)
    assert followed.content == b"a,b\n"
    assert followed.headers["Content-Type"].startswith("text/csv")
    assert followed.headers["Content-Disposition"] == "attachment; filename*=utf-8''%C5%B4yl.csv"
    assert followed.headers["Cache-Control"] == "private, no-store"


def test_head_gets_a_link_for_head(client: Client, s3_bucket: Bucket) -> None:
    answer = client.head(DocumentFactory.create().url)
    assert answer.status_code == 302
    assert httpx.head(answer["Location"], trust_env=False).status_code == 200


def test_file_that_s3_has_lost_is_404(client: Client, s3_bucket: Bucket) -> None:
    document = DocumentFactory.create()
    s3_bucket.empty()
    assert client.get(document.url).status_code == 404


@pytest.fixture
def s3_away(settings: Settings) -> None:
    """Nothing listens where the S3 server should be. Port 9 is the discard service, which nobody runs."""
    stores = {
        alias: store | {"OPTIONS": store["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}}
        for alias, store in settings.STORAGES.items()
        if "endpoint_url" in store.get("OPTIONS", {})
    }
    settings.STORAGES = settings.STORAGES | stores


def test_s3_that_does_not_answer_is_503(client: Client, request: pytest.FixtureRequest) -> None:
    document, image = DocumentFactory.create(), ImageFactory.create()
    request.getfixturevalue("s3_away")
    for path in (
        document.url,
        image.original_url,
        f"/documents/images/{image.pk}/width-320.webp",
        f"/api/v2/documents/{document.pk}/download/",
    ):
        answer = client.get(path)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert "no-store" in answer["Cache-Control"]


# Images


def test_original_of_a_public_image_is_for_everybody(client: Client, local_stores: Path) -> None:
    image = ImageFactory.create()
    answer = client.get(image.original_url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment")


def restricted_image() -> CustomImage:
    image: CustomImage = ImageFactory.create(collection=private_collection(groups=[Group.objects.create(name="Board")]))
    return image


def test_restricted_image_is_absent_for_the_anonymous(client: Client, s3_bucket: Bucket) -> None:
    image = restricted_image()
    for path in (
        image.original_url,
        image.get_rendition("width-320").url,
        f"/documents/images/{image.pk}/width-320.webp",
    ):
        assert client.get(path).status_code == 404
        assert browser_of(outsider()).get(path).status_code == 404


def test_rendition_of_a_restricted_image_is_for_who_may_see_it(s3_bucket: Bucket) -> None:
    image = restricted_image()
    answer = browser_of(publisher()).get(image.get_rendition("width-320").url)
    assert answer.status_code == 302
    followed = httpx.get(answer["Location"], trust_env=False)
    assert followed.headers["Content-Type"] == "image/png"
    assert followed.headers["Content-Disposition"].startswith("inline")


def test_rendition_that_the_api_lists_is_made_when_it_is_first_wanted(client: Client, s3_bucket: Bucket) -> None:
    image = ImageFactory.create()
    assert not image.renditions.exists()
    answer = client.get(f"/documents/images/{image.pk}/width-320.webp")
    assert answer.status_code == 302
    assert answer["Cache-Control"] == "public, max-age=300"
    assert "/media/images/" in answer["Location"]
    assert httpx.get(answer["Location"], trust_env=False).headers["Content-Type"] == "image/webp"
    assert image.renditions.count() == 1


def test_image_whose_original_is_lost_is_404(client: Client, local_stores: Path) -> None:
    image = ImageFactory.create()
    Path(image.file.path).unlink()
    assert client.get(f"/documents/images/{image.pk}/width-320.webp").status_code == 404
    assert client.get(image.original_url).status_code == 404


# Wagtail's seams


@pytest.fixture
def teapot_hook() -> Iterator[list[CustomDocument]]:
    """A hook of somebody else's that answers itself."""
    asked: list[CustomDocument] = []

    def answer(document: CustomDocument, request: HttpRequest) -> HttpResponse:
        asked.append(document)
        return HttpResponse(status=418)

    with hooks.register_temporarily("before_serve_document", answer):
        yield asked


def test_hook_may_answer_a_download(client: Client, teapot_hook: list[CustomDocument]) -> None:
    document = DocumentFactory.create()
    answer = client.get(document.url)
    assert answer.status_code == 418
    assert_nobody_keeps(answer)
    assert teapot_hook == [document]


def test_hook_is_not_even_asked_about_a_document_that_is_not_for_the_asker(
    client: Client, teapot_hook: list[CustomDocument]
) -> None:
    assert client.get(board_document().url).status_code == 404
    assert teapot_hook == []


def test_signal_tells_of_a_download(client: Client, local_stores: Path) -> None:
    served: list[CustomDocument] = []

    def listen(instance: CustomDocument, **kwargs: object) -> None:
        served.append(instance)

    document = DocumentFactory.create()
    document_served.connect(listen)
    try:
        client.get(document.url)
    finally:
        document_served.disconnect(listen)
    assert served == [document]


def test_no_view_of_wagtails_serves_documents() -> None:
    assert reverse("wagtaildocs_serve", args=[1, "a.pdf"]) == "/documents/1/a.pdf"
