"""Uploads through every door of the admin, as a writer and a publisher use it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, UploadedFile

from documents.models import CustomDocument, CustomImage
from tests.factories.documents import (
    DocumentFactory,
    ImageFactory,
    image_bytes,
    pdf_bytes,
    png_header,
    private_collection,
    upload,
)
from tests.factories.people import browser_of, publisher, writer
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db

PAGE = b"<html><script>alert(document.cookie)</script></html>"
Door = Callable[[Client, Any], HttpResponse]


@pytest.fixture
def desk() -> Client:
    """The browser of a publisher, who may add and change documents and images."""
    return browser_of(publisher())


def root() -> int:
    return int(Collection.get_first_root_node().pk)


def document_fields(file: Any, prefix: str = "") -> dict[str, Any]:
    fields = {"title": "A document", "file": file, "collection": root(), "language": "en", "tags": ""}
    return {f"{prefix}{name}": value for name, value in fields.items()}


def document_form(client: Client, file: Any) -> HttpResponse:
    return client.post(reverse("wagtaildocs:add"), document_fields(file))


def document_drop(client: Client, file: Any) -> HttpResponse:
    fields = {"title": "A document", "files[]": file, "collection": root()}
    return client.post(reverse("wagtaildocs:add_multiple"), fields)


def document_chooser(client: Client, file: Any) -> HttpResponse:
    url = reverse("wagtaildocs_chooser:create")
    return client.post(url, document_fields(file, "document-chooser-upload-"))


def document_replacement(client: Client, file: Any) -> HttpResponse:
    document = DocumentFactory.create(title="A document")
    return client.post(reverse("wagtaildocs:edit", args=[document.pk]), document_fields(file))


def image_fields(file: Any, prefix: str = "") -> dict[str, Any]:
    fields = {"title": "An image", "file": file, "collection": root(), "tags": ""}
    return {f"{prefix}{name}": value for name, value in fields.items()}


def image_form(client: Client, file: Any) -> HttpResponse:
    return client.post(reverse("wagtailimages:add"), image_fields(file))


def image_drop(client: Client, file: Any) -> HttpResponse:
    fields = {"title": "An image", "files[]": file, "collection": root()}
    return client.post(reverse("wagtailimages:add_multiple"), fields)


def image_chooser(client: Client, file: Any) -> HttpResponse:
    return client.post(reverse("wagtailimages_chooser:create"), image_fields(file, "image-chooser-upload-"))


def image_replacement(client: Client, file: Any) -> HttpResponse:
    image = ImageFactory.create(title="An image")
    return client.post(reverse("wagtailimages:edit", args=[image.pk]), image_fields(file))


DOCUMENT_DOORS = [document_form, document_drop, document_chooser, document_replacement]
IMAGE_DOORS = [image_form, image_drop, image_chooser, image_replacement]


@pytest.mark.parametrize("door", DOCUMENT_DOORS)
def test_document_comes_in_by_every_door(desk: Client, door: Door) -> None:
    answer = door(desk, upload("Spending 2024.CSV", b"name,amount\nLondon,5\n", "application/vnd.ms-excel"))
    assert answer.status_code in (200, 302), answer.content
    document = CustomDocument.objects.get()
    assert (document.media_type, document.filename, document.size) == ("text/csv", "Spending-2024.csv", 21)
    assert len(document.sha256) == 64


@pytest.mark.parametrize("door", DOCUMENT_DOORS)
@pytest.mark.parametrize("name", ["page.html", "data.csv", "notes.txt", "plan.pdf"])
def test_web_page_is_refused_at_every_door(desk: Client, door: Door, name: str) -> None:
    answer = door(desk, upload(name, PAGE, "application/pdf"))
    assert answer.status_code in (200, 400)
    assert "not accepted" in answer.text or "something else" in answer.text
    assert not CustomDocument.objects.exclude(media_type="application/pdf").exists()
    assert not UploadedFile.objects.exists()


@pytest.mark.parametrize("door", IMAGE_DOORS)
def test_image_comes_in_by_every_door(desk: Client, door: Door) -> None:
    answer = door(desk, upload("Beach.JPG", image_bytes(400, 300, kind="JPEG"), "text/html"))
    assert answer.status_code in (200, 302), answer.content
    image = CustomImage.objects.get()
    assert (image.media_type, image.width, image.height) == ("image/jpeg", 400, 300)
    assert image.filename == "Beach.jpg"
    assert len(image.sha256) == 64


@pytest.mark.parametrize("door", IMAGE_DOORS)
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.png", PAGE),
        ("a.png", pdf_bytes()),
        ("a.jpg", image_bytes(kind="PNG")),
        ("a.jpg", image_bytes(kind="JPEG")[:1500]),
        ("a.png", png_header(20_000, 20_000)),
    ],
)
def test_what_is_no_image_is_refused_at_every_door(desk: Client, door: Door, name: str, content: bytes) -> None:
    before = CustomImage.objects.count()
    answer = door(desk, upload(name, content, "image/png"))
    assert answer.status_code == 200
    assert any(words in answer.text for words in ("not accepted", "something else", "damaged", "too many pixels"))
    assert CustomImage.objects.filter(title="An image").count() <= (1 if door is image_replacement else before)
    assert not CustomImage.objects.exclude(media_type="image/png").exists()
    assert not UploadedFile.objects.exists()


def test_writer_may_upload_too() -> None:
    answer = document_form(browser_of(writer()), upload("plan.pdf", pdf_bytes()))
    assert answer.status_code == 302
    assert CustomDocument.objects.get().uploaded_by_user is not None


def test_upload_that_waits_for_more_words_waits_in_the_private_store(desk: Client, s3_bucket: Bucket) -> None:
    fields = {"title": "x" * 300, "files[]": upload("secret.pdf", pdf_bytes()), "collection": root()}
    answer = desk.post(reverse("wagtaildocs:add_multiple"), fields)
    waiting = UploadedFile.objects.get()
    assert answer.json()["success"] is True
    assert s3_bucket.keys() == [f"private/{waiting.file.name}"]
    assert s3_bucket.get_anonymously(f"private/{waiting.file.name}").status_code == 403

    prefix = f"uploaded-document-{waiting.pk}-"
    finished = desk.post(
        reverse("wagtaildocs:create_multiple_from_uploaded_document", args=[waiting.pk]),
        {f"{prefix}title": "Short", f"{prefix}collection": root(), f"{prefix}language": "en", f"{prefix}tags": ""},
    )
    assert finished.json()["success"] is True, finished.json()
    document = CustomDocument.objects.get()
    assert document.media_type == "application/pdf"
    assert document.sha256
    assert document.file.open().read() == pdf_bytes()


def test_two_documents_of_one_name_do_not_replace_each_other(desk: Client) -> None:
    for text in ("first", "second"):
        document_form(desk, upload("report.txt", text.encode()))
    first, second = CustomDocument.objects.order_by("pk")
    assert (first.file.open().read(), second.file.open().read()) == (b"first", b"second")


@pytest.mark.parametrize("door", [document_replacement, image_replacement])
def test_replaced_file_is_deleted_in_the_background_not_by_the_form(
    desk: Client, s3_bucket: Bucket, run_tasks: Callable[[], int], door: Door
) -> None:
    answer = door(desk, upload("new.png", image_bytes(50, 50)))
    assert answer.status_code == 302
    old = [key for key in s3_bucket.keys("private/") if "new.png" not in key]
    assert len(old) == 1
    run_tasks()
    assert [key for key in s3_bucket.keys("private/") if "new.png" not in key] == []


def test_earlier_document_is_chosen_not_picked_from_a_list_of_all(desk: Client) -> None:
    other = DocumentFactory.create(title="Someone's other document")
    page = desk.get(reverse("wagtaildocs:edit", args=[DocumentFactory.create().pk]))
    assert page.status_code == 200
    assert "supersedes" in page.text
    assert other.title not in page.text


@pytest.mark.parametrize("stores", ["local_stores", "s3_bucket"])
def test_admin_shows_and_edits_restricted_images(stores: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(stores)
    image = ImageFactory.create(collection=private_collection("Board papers"), title="A secret plan")
    desk = browser_of(publisher())
    listing = desk.get(reverse("wagtailimages:index"))
    assert "/documents/files/restricted/images/" in listing.text
    chooser = desk.get(reverse("wagtailimages_chooser:choose"))
    assert "A secret plan" in chooser.text
    assert desk.get(reverse("wagtailimages:edit", args=[image.pk])).status_code == 200
    thumbnail = desk.get(image.get_rendition("max-165x165").url)
    assert thumbnail.status_code == (200 if stores == "local_stores" else 302)
    if stores == "s3_bucket":
        (images,) = [
            rule for rule in listing["Content-Security-Policy"].split(";") if rule.strip().startswith("img-src")
        ]
        server = urlsplit(thumbnail["Location"])
        assert f"{server.scheme}://{server.netloc}" in images.split()


def test_admin_opens_a_document_whose_file_is_in_the_private_store(desk: Client, local_stores: object) -> None:
    document = DocumentFactory.create()
    assert desk.get(reverse("wagtaildocs:index")).status_code == 200
    page = desk.get(reverse("wagtaildocs:edit", args=[document.pk]))
    assert document.url in page.text
