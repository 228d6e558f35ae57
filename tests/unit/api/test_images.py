"""Images in answers of the API: objects everywhere, in the renditions that are chosen, at a bounded cost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from documents.models import CustomImage, CustomRendition
from documents.renditions import renditions_of
from documents.schemas import IMAGE_SCHEMA
from tests.factories import pages as build
from tests.factories.documents import ImageFactory, private_collection

pytestmark = pytest.mark.django_db


def picture_block(image: CustomImage) -> tuple[str, dict[str, Any]]:
    return ("image", {"image": image, "decorative": False, "alt_text": "A lock", "caption": "", "credit": ""})


def article(image: CustomImage, **fields: Any) -> Any:
    return build.NewsArticlePageFactory(
        lead_image=image, lead_image_alt="A boat", body=[picture_block(image)], **fields
    )


def names(image: dict[str, Any]) -> set[str]:
    return {source["name"] for each in image["renditions"] for source in each["sources"]}


def test_image_is_an_object_wherever_it_is_shown(client: Client) -> None:
    image = ImageFactory.create(description="Water")
    page = article(image)
    shown = client.get(f"/api/v2/pages/{page.pk}/").json()
    in_list = client.get("/api/v2/pages/", {"type": "pages.NewsArticlePage", "fields": "*"}).json()["items"][0]
    lead, in_text = shown["lead_image"], shown["body"][0]["value"]["image"]
    assert lead == in_list["lead_image"]
    assert set(lead) == set(in_text) == set(IMAGE_SCHEMA["properties"])
    assert (lead["id"], lead["alt"], in_text["alt"]) == (image.pk, "A boat", "A lock")
    assert lead["renditions"] == in_text["renditions"]


def test_list_of_images_says_enough_to_show_them(client: Client) -> None:
    ImageFactory.create()
    (listed,) = client.get("/api/v2/images/").json()["items"]
    for member in ("alt", "width", "height", "focal_point", "dominant_colour", "placeholder", "renditions", "src"):
        assert member in listed
    assert {"type", "detail_url", "download_url", "tags"} <= set(listed["meta"])


@pytest.mark.parametrize("path", ["/api/v2/images/", "/api/v2/images/{image}/", "/api/v2/images/find/?id={image}"])
def test_request_chooses_the_renditions_of_the_library(client: Client, path: str) -> None:
    image = ImageFactory.create()
    mark = "&" if "?" in path else "?"
    address = path.format(image=image.pk) + mark + "renditions=fill-320x180,width-640"
    answer = client.get(address, follow=True).json()
    assert names(answer["items"][0] if "items" in answer else answer) == {"fill-320x180", "width-640"}


def test_request_chooses_the_renditions_of_pages(client: Client) -> None:
    page = article(ImageFactory.create())
    chosen = {"renditions": "fill-320x180,fill-640x360"}
    detail = client.get(f"/api/v2/pages/{page.pk}/", chosen).json()
    listed = client.get("/api/v2/pages/", chosen | {"type": "pages.NewsArticlePage", "fields": "*"}).json()["items"][0]
    for shown in (detail, listed):
        for image in (shown["lead_image"], shown["body"][0]["value"]["image"]):
            assert names(image) == {"fill-320x180", "fill-640x360"}
            assert {each["crop"] for each in image["renditions"]} == {"16:9"}


def test_request_that_does_not_choose_gets_the_default(client: Client, settings: Settings) -> None:
    settings.API_DEFAULT_RENDITIONS = ["fill-160x160"]
    assert names(client.get(f"/api/v2/images/{ImageFactory.create().pk}/").json()) == {"fill-160x160"}


@pytest.mark.parametrize(
    "asked",
    ["width-4000", "fill-1x1", "original", "", ",", "width-320,", "width-320,width-321", "WIDTH-320", "x" * 900],
)
@pytest.mark.parametrize("path", ["/api/v2/pages/", "/api/v2/images/", "/api/v2/images/{image}/", "/api/v2/nowhere/"])
def test_rendition_outside_the_allow_list_is_refused(client: Client, path: str, asked: str) -> None:
    answer = client.get(path.format(image=ImageFactory.create().pk), {"renditions": asked})
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert (error["loc"], error["code"]) == (["query", "renditions"], "unknown")
    assert "fill-640x360" in error["msg"]


def test_image_that_is_not_for_the_reader_is_null(client: Client) -> None:
    image = ImageFactory.create(collection=private_collection())
    shown = client.get(f"/api/v2/pages/{article(image).pk}/", {"renditions": "width-320"}).json()
    assert shown["lead_image"] is None
    assert shown["body"][0]["value"] is None
    assert client.get("/api/v2/images/").json()["items"] == []


# What it costs


class CountedCache:
    """Counts the calls to a cache."""

    def __init__(self, cache: Any) -> None:
        self._cache, self.calls = cache, Counter[str]()

    def __getattr__(self, name: str) -> Any:
        self.calls[name] += 1
        return getattr(self._cache, name)


@pytest.fixture
def library() -> list[CustomImage]:
    """A hundred images, half of them with renditions."""
    images = CustomImage.objects.bulk_create(
        CustomImage(
            title=f"Image {n}", file=f"original_images/{n}.jpg", width=2000, height=1000, media_type="image/jpeg"
        )
        for n in range(100)
    )
    CustomRendition.objects.bulk_create(
        CustomRendition(
            image=image,
            filter_spec=rendition.filter.spec,
            focal_point_key=rendition.filter.get_cache_key(image),
            file=f"images/{image.pk}/{rendition.file_name}",
            width=320,
            height=160,
        )
        for image in images[::2]
        for rendition in renditions_of(image, ["width-320", "fill-320x180"])
    )
    return images


@pytest.mark.parametrize("renditions", ["", "&renditions=width-320,fill-320x180,fill-640x360,width-1920"])
@pytest.mark.parametrize(
    "path", ["/api/v2/images/?fields=*", "/api/v2/images/?", "/api/v2/pages/?type=pages.NewsArticlePage&fields=*"]
)
def test_cost_does_not_depend_on_the_number_of_rows(
    client: Client, library: list[CustomImage], path: str, renditions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "pages" in path:
        for image in library:
            article(image)
    counted = CountedCache(caches["renditions"])
    monkeypatch.setattr(CustomRendition, "cache_backend", counted)

    def cost(rows: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"{path}{renditions}&limit={rows}&_={rows}")
        items = answer.json()["items"]
        assert len(items) == rows
        assert all((item.get("lead_image") or item)["renditions"] for item in items)
        return len(captured)

    cost(1)
    assert cost(20) == cost(50) == cost(100)
    assert not counted.calls


def test_nothing_is_drawn_and_no_store_is_asked_for_an_answer(
    client: Client, library: list[CustomImage], request: pytest.FixtureRequest
) -> None:
    before = CustomRendition.objects.count()
    request.getfixturevalue("stores_away")
    assert client.get("/api/v2/images/", {"fields": "*", "limit": 100}).status_code == 200
    assert CustomRendition.objects.count() == before


@pytest.fixture
def stores_away(settings: Settings) -> None:
    """Stores that nothing answers for."""
    stores = {}
    for name in ("default", "private", "media"):
        store = settings.STORAGES[name]
        stores[name] = store | {"OPTIONS": store["OPTIONS"] | {"endpoint_url": "http://127.0.0.1:9"}}
    settings.STORAGES = settings.STORAGES | stores
