"""How documents and images look in JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from documents.models import CustomDocument, CustomImage
from tests.factories.documents import DocumentFactory, ImageFactory, image_bytes, pdf_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: Settings) -> None:
    settings.WAGTAILAPI_BASE_URL = "https://cms.example.gov.uk"
    settings.API_IMAGE_WIDTHS = [320, 640, 1280]


def test_document() -> None:
    document = DocumentFactory.create(
        title="Plan",
        description="What we do next",
        language="cy",
        accessible=True,
        published_on=date(2024, 5, 1),
        file=ContentFile(pdf_bytes(), "Cynllun Ŵ.pdf"),
    )
    url = f"https://cms.example.gov.uk/documents/{document.pk}/Cynllun-%C5%B4.pdf"
    assert document.api_representation(None) == {
        "id": document.pk,
        "title": "Plan",
        "description": "What we do next",
        "filename": "Cynllun-Ŵ.pdf",
        "url": url,
        "download_url": url,
        "size": len(pdf_bytes()),
        "content_type": "application/pdf",
        "sha256": document.sha256,
        "language": "cy",
        "accessible": True,
        "published_on": "2024-05-01",
    }


def test_image() -> None:
    image = ImageFactory.create(
        title="Beach",
        description="Waves on sand",
        credit="A. Jones",
        copyright="Crown copyright",
        focal_point_x=250,
        focal_point_y=400,
        focal_point_width=100,
        focal_point_height=100,
    )
    rendition = image.get_rendition("width-320|format-webp")
    to_be_made = f"https://cms.example.gov.uk/documents/images/{image.pk}/640.webp"
    assert image.api_representation(RequestFactory().get("/")) == {
        "id": image.pk,
        "title": "Beach",
        "alt": "Waves on sand",
        "width": 1000,
        "height": 500,
        "focal_point": {"x": 25.0, "y": 80.0},
        "credit": "A. Jones",
        "copyright": "Crown copyright",
        "src": to_be_made,
        "srcset": f"{rendition.url} 320w, {to_be_made} 640w",
        "renditions": [
            {"width": 320, "height": 160, "type": "image/webp", "url": rendition.url},
            {"width": 640, "height": 320, "type": "image/webp", "url": to_be_made},
        ],
        "download_url": f"https://cms.example.gov.uk{image.original_url}",
    }


def test_representations_are_json() -> None:
    json.dumps([DocumentFactory.create().api_representation(None), ImageFactory.create().api_representation(None)])


def test_small_image_has_one_rendition_of_its_own_size() -> None:
    image = ImageFactory.create(file=ContentFile(image_bytes(100, 50), "small.png"))
    shown = image.api_representation(None)
    assert [(source["width"], source["height"]) for source in shown["renditions"]] == [(100, 50)]
    assert shown["src"] == shown["renditions"][0]["url"]


def test_sizes_are_foretold_as_they_come_out() -> None:
    image = ImageFactory.create(file=ContentFile(image_bytes(1999, 1001), "odd.png"))
    foretold = [(source["width"], source["height"]) for source in image.api_representation(None)["renditions"]]
    made = image.get_renditions("width-320|format-webp", "width-640|format-webp", "width-1280|format-webp")
    assert foretold == [(rendition.width, rendition.height) for rendition in made.values()]


def test_alternative_text_of_the_place_comes_before_the_image_s_own() -> None:
    image = ImageFactory.create(description="Waves on sand")
    image.contextual_alt_text = "Our new beach"
    assert image.api_representation(None)["alt"] == "Our new beach"
    image.decorative = True
    assert image.api_representation(None)["alt"] == ""


def test_title_never_stands_in_for_alternative_text() -> None:
    assert ImageFactory.create(title="IMG_4711", description="").api_representation(None)["alt"] == ""


def test_image_without_focal_point_has_none() -> None:
    assert ImageFactory.create().api_representation(None)["focal_point"] is None


def test_images_and_documents_say_it_in_the_api_too(client: Client) -> None:
    image = ImageFactory.create(description="Waves on sand", credit="A. Jones")
    answer = client.get(f"/api/v2/images/{image.pk}/").json()
    shown = image.api_representation(None)
    members = ("alt", "focal_point", "src", "srcset", "credit", "width", "height")
    assert {name: answer[name] for name in members} == {name: shown[name] for name in members}
    assert answer["meta"]["download_url"] == shown["download_url"]

    first, document = DocumentFactory.create(), DocumentFactory.create(accessible=True)
    document.supersedes = first
    document.save()
    answer = client.get(f"/api/v2/documents/{document.pk}/").json()
    shown = document.api_representation(None)
    for name in ("size", "content_type", "sha256", "language", "accessible", "published_on", "description"):
        assert answer[name] == shown[name]
    assert answer["supersedes"]["id"] == first.pk


@pytest.mark.parametrize("path", ["/api/v2/images/?fields=*", "/api/v2/documents/?fields=*"])
def test_api_asks_the_same_for_many_as_for_one(client: Client, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    first = DocumentFactory.create()
    ImageFactory.create()
    DocumentFactory.create(supersedes=first)
    few = queries()
    DocumentFactory.create_batch(3, supersedes=first)
    ImageFactory.create_batch(3)
    assert queries() == few


def test_listing_makes_no_renditions_and_asks_the_same_for_many_as_for_one() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for image in CustomImage.objects.for_api():
                image.api_representation(None)
            for document in CustomDocument.objects.all():
                document.api_representation(None)
        return len(captured)

    ImageFactory.create(), DocumentFactory.create()
    few = queries()
    ImageFactory.create_batch(4), DocumentFactory.create_batch(4)
    ImageFactory.create().get_rendition("width-320|format-webp")
    assert queries() == few == 3
    assert CustomImage.get_rendition_model().objects.count() == 1
