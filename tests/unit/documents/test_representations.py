"""How documents and images look in JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from PIL import Image
from pytest_django import Settings
from wagtail.images.rect import Rect

from documents.models import CustomDocument, CustomImage
from documents.schemas import DOCUMENT_SCHEMA, IMAGE_SCHEMA
from tests.factories.documents import DocumentFactory, ImageFactory, image_bytes, pdf_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings: Settings) -> None:
    settings.WAGTAILAPI_BASE_URL = "https://cms.example.gov.uk"
    settings.API_RENDITIONS = ["width-320", "width-640", "width-1280", "fill-320x180", "fill-640x360", "fill-200x200"]
    settings.API_DEFAULT_RENDITIONS = ["width-320", "width-640", "width-1280"]


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
    made = image.get_rendition("width-320|format-webp")
    folder = f"https://cms.example.gov.uk/documents/images/{image.pk}"
    assert image.api_representation(RequestFactory().get("/")) == {
        "id": image.pk,
        "title": "Beach",
        "alt": "Waves on sand",
        "decorative": False,
        "width": 1000,
        "height": 500,
        "focal_point": {"x": 25.0, "y": 80.0},
        "dominant_colour": "#000080",
        "placeholder": image.placeholder,
        "credit": "A. Jones",
        "copyright": "Crown copyright",
        "renditions": [
            {
                "type": "image/avif",
                "crop": None,
                "srcset": f"{folder}/width-320.avif 320w, {folder}/width-640.avif 640w, {folder}/width-1280.avif 1000w",
                "sources": [
                    {"name": "width-320", "url": f"{folder}/width-320.avif", "width": 320, "height": 160},
                    {"name": "width-640", "url": f"{folder}/width-640.avif", "width": 640, "height": 320},
                    {"name": "width-1280", "url": f"{folder}/width-1280.avif", "width": 1000, "height": 500},
                ],
            },
            {
                "type": "image/webp",
                "crop": None,
                "srcset": f"{made.url} 320w, {folder}/width-640.webp 640w, {folder}/width-1280.webp 1000w",
                "sources": [
                    {"name": "width-320", "url": made.url, "width": 320, "height": 160},
                    {"name": "width-640", "url": f"{folder}/width-640.webp", "width": 640, "height": 320},
                    {"name": "width-1280", "url": f"{folder}/width-1280.webp", "width": 1000, "height": 500},
                ],
            },
            {
                "type": "image/png",
                "crop": None,
                "srcset": f"{folder}/width-320.png 320w, {folder}/width-640.png 640w, {folder}/width-1280.png 1000w",
                "sources": [
                    {"name": "width-320", "url": f"{folder}/width-320.png", "width": 320, "height": 160},
                    {"name": "width-640", "url": f"{folder}/width-640.png", "width": 640, "height": 320},
                    {"name": "width-1280", "url": f"{folder}/width-1280.png", "width": 1000, "height": 500},
                ],
            },
        ],
        "src": f"{folder}/width-640.png",
        "srcset": f"{folder}/width-320.png 320w, {folder}/width-640.png 640w, {folder}/width-1280.png 1000w",
        "download_url": f"https://cms.example.gov.uk{image.original_url}",
    }


def test_representations_are_json() -> None:
    json.dumps([DocumentFactory.create().api_representation(None), ImageFactory.create().api_representation(None)])


@pytest.mark.parametrize("represented", [CustomImage, CustomDocument])
def test_what_is_shown_is_as_the_schema_says(represented: type[CustomImage | CustomDocument]) -> None:
    schema = {CustomImage: IMAGE_SCHEMA, CustomDocument: DOCUMENT_SCHEMA}[represented]
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for thing in (
        [ImageFactory.create(), ImageFactory.create(focal_point_x=1, focal_point_y=1, **_POINT), _forgotten_image()]
        if represented is CustomImage
        else [DocumentFactory.create(), DocumentFactory.create(published_on=date(2024, 5, 1)), _forgotten_document()]
    ):
        shown = json.loads(json.dumps(thing.api_representation(None)))
        validator.validate(shown)
        assert set(shown) == set(schema["properties"])
        with pytest.raises(ValidationError):
            validator.validate(shown | {"surprise": 1})


_POINT = {"focal_point_width": 10, "focal_point_height": 10}


def _forgotten_image() -> CustomImage:
    """One of which little is known, such as from before the product looked at pictures."""
    return CustomImage.objects.bulk_create(
        [CustomImage(title="Old", file="original_images/old.jpg", width=500, height=300)]
    )[0]


def _forgotten_document() -> CustomDocument:
    return CustomDocument.objects.bulk_create([CustomDocument(title="Old", file="documents/old.pdf")])[0]


def test_small_image_has_one_rendition_of_its_own_size() -> None:
    image = ImageFactory.create(file=ContentFile(image_bytes(100, 50), "small.png"))
    shown = image.api_representation(None)
    for rendition in shown["renditions"]:
        assert [(source["width"], source["height"]) for source in rendition["sources"]] == [(100, 50)]
    assert shown["src"] == shown["renditions"][-1]["sources"][0]["url"]


@pytest.mark.parametrize("names", ["width-320,width-640,width-1280", "fill-320x180,fill-640x360,fill-200x200"])
@pytest.mark.parametrize("turned", [1, 6])
def test_sizes_are_foretold_as_they_come_out(names: str, turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turned
    image = ImageFactory.create(file=ContentFile(image_bytes(1999, 1001, kind="JPEG", exif=exif), "odd.jpg"))
    assert (image.width, image.height) == ((1999, 1001) if turned == 1 else (1001, 1999))
    image.set_focal_point(Rect(10, 10, 60, 60))
    image.save()
    request = RequestFactory().get("/", {"renditions": names})
    for shown in image.api_representation(request)["renditions"]:
        for source in shown["sources"]:
            extension = shown["type"].partition("/")[2]
            made = image.get_rendition(f"{source['name']}|format-{extension}")
            assert (source["width"], source["height"]) == (made.width, made.height)


def test_request_chooses_renditions() -> None:
    image = ImageFactory.create()
    request = RequestFactory().get("/", {"renditions": "fill-640x360,width-320,fill-200x200,fill-320x180"})
    shown = image.api_representation(request)
    assert [(each["crop"], each["type"], [s["name"] for s in each["sources"]]) for each in shown["renditions"]] == [
        (None, "image/avif", ["width-320"]),
        (None, "image/webp", ["width-320"]),
        (None, "image/png", ["width-320"]),
        ("16:9", "image/avif", ["fill-320x180", "fill-640x360"]),
        ("16:9", "image/webp", ["fill-320x180", "fill-640x360"]),
        ("16:9", "image/png", ["fill-320x180", "fill-640x360"]),
        ("1:1", "image/avif", ["fill-200x200"]),
        ("1:1", "image/webp", ["fill-200x200"]),
        ("1:1", "image/png", ["fill-200x200"]),
    ]
    assert shown["srcset"] == shown["renditions"][2]["srcset"]


def test_crop_alone_is_what_browsers_show() -> None:
    shown = ImageFactory.create().api_representation(RequestFactory().get("/", {"renditions": "fill-200x200"}))
    assert shown["src"] == shown["renditions"][-1]["sources"][0]["url"]
    assert shown["src"].endswith("/fill-200x200.png")


def test_code_outside_of_the_api_gets_nothing_outside_the_allow_list() -> None:
    request = RequestFactory().get("/", {"renditions": "width-4000,width-320"})
    shown = ImageFactory.create().api_representation(request)["renditions"]
    assert {source["name"] for each in shown for source in each["sources"]} == {"width-320"}


@pytest.mark.parametrize(
    ("file_name", "media_types"),
    [
        ("a.jpg", ["image/avif", "image/webp", "image/jpeg"]),
        ("a.png", ["image/avif", "image/webp", "image/png"]),
        ("a.gif", ["image/avif", "image/webp", "image/png"]),
        ("a.webp", ["image/avif", "image/webp"]),
        ("a.avif", ["image/avif", "image/webp"]),
    ],
)
def test_formats_of_an_original(file_name: str, media_types: list[str]) -> None:
    kind = file_name.rpartition(".")[2].upper().replace("JPG", "JPEG")
    image = ImageFactory.create(file=ContentFile(image_bytes(40, 20, kind=kind), file_name))
    assert [each["type"] for each in image.api_representation(None)["renditions"]] == media_types


def test_drawing_of_which_no_picture_can_be_made_is_shown_itself() -> None:
    image = CustomImage.objects.bulk_create(
        [CustomImage(title="Logo", file="original_images/logo.svg", width=10, height=10)]
    )[0]
    shown = image.api_representation(None)
    assert (shown["renditions"], shown["srcset"]) == ([], "")
    assert shown["src"] == shown["download_url"]


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
    members = ("alt", "focal_point", "src", "srcset", "renditions", "credit", "width", "height")
    members += ("dominant_colour", "placeholder", "copyright", "title")
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
