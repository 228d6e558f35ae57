"""Renditions that are made when they are first asked for, and those that are made ahead."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, RequestFactory
from PIL import Image
from pytest_django import Settings
from wagtail.images.rect import Rect

from documents import views
from documents.models import CustomImage, CustomRendition
from documents.tasks import make_renditions_task
from tests.factories.documents import ImageFactory, image_bytes, private_collection
from tests.factories.people import browser_of, outsider
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db


def addresses(image: CustomImage, names: str) -> list[str]:
    """What the API gives for all these renditions."""
    image = CustomImage.objects.get(pk=image.pk)
    shown = image.api_representation(RequestFactory().get("/", {"renditions": names}))["renditions"]
    return [source["url"] for each in shown for source in each["sources"]]


def test_whatever_the_api_lists_can_be_fetched(client: Client, local_stores: Path, settings: Settings) -> None:
    image = ImageFactory.create(file=ContentFile(image_bytes(400, 300, kind="JPEG"), "a.jpg"))
    listed = addresses(image, ",".join(settings.API_RENDITIONS))
    assert len(listed) > 3 * 3
    for address in listed:
        assert client.get(address).status_code == 302
    for address in addresses(image, ",".join(settings.API_RENDITIONS)):
        assert "/media/images/" in address
    kinds = {Image.open(rendition.file.open()).format for rendition in image.renditions.all()}
    assert kinds == {"AVIF", "WEBP", "JPEG"}


def test_crop_keeps_what_matters_in_the_picture(client: Client, local_stores: Path) -> None:
    picture = Image.new("RGB", (1000, 200), "white")
    picture.paste("red", (900, 50, 1000, 150))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    image = ImageFactory.create(file=ContentFile(buffer.getvalue(), "a.png"))
    image.set_focal_point(Rect(900, 50, 1000, 150))
    image.save()
    (address,) = (each for each in addresses(image, "fill-160x160") if each.endswith(".png"))
    client.get(address)
    (made,) = image.renditions.all()
    cropped = Image.open(made.file.open()).convert("RGB")
    assert cropped.size == (160, 160)
    assert cropped.getpixel((120, 80)) == (255, 0, 0)
    image.set_focal_point(Rect(0, 50, 100, 150))
    image.save()
    assert addresses(image, "fill-160x160")[-1] == address  # another crop, which is yet to be made


@pytest.mark.parametrize(
    "name",
    [
        "width-321.webp",
        "width-4000.webp",
        "original.webp",
        "width-320.gif",
        "width-320.jpeg",
        "width-320.svg",
        "width-320",
        "width-320.",
        ".webp",
        "width-320.webp.webp",
        "width-320|format-png.webp",
        "WIDTH-320.webp",
        "fill-320x180-c100.webp",
        "320.webp",
        "%00.webp",
        "w" * 3000 + ".webp",
    ],
)
def test_nothing_outside_the_allow_list_is_made(client: Client, name: str) -> None:
    image = ImageFactory.create()
    assert client.get(f"/documents/images/{image.pk}/{name}").status_code == 404
    assert not image.renditions.exists()


def test_restricted_image_is_not_made_public(client: Client, s3_bucket: Bucket) -> None:
    image = ImageFactory.create(collection=private_collection())
    before = set(s3_bucket.keys("media/"))
    for address in addresses(image, "width-320,fill-160x160"):
        assert client.get(address).status_code == 404
        answer = browser_of(outsider()).get(address)
        assert answer.status_code == 302
        assert "Signature" in answer["Location"]
        assert answer["Cache-Control"] == "private, no-store"
    assert set(s3_bucket.keys("media/")) == before


def test_original_that_is_lost_is_404(client: Client, local_stores: Path) -> None:
    image = ImageFactory.create()
    Path(image.file.path).unlink()
    for address in addresses(image, "width-320"):
        assert client.get(address).status_code == 404


def test_original_that_became_unreadable_is_404(client: Client, local_stores: Path) -> None:
    image = ImageFactory.create()
    Path(image.file.path).write_bytes(b"no picture any more")
    for address in addresses(image, "width-320"):
        assert client.get(address).status_code == 404


def test_disk_that_cannot_be_written_to_is_503(client: Client, local_stores: Path, settings: Settings) -> None:
    image = ImageFactory.create()
    (local_stores / "media").write_text("not a folder", encoding="utf-8")
    answer = client.get(addresses(image, "width-320")[0])
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert not image.renditions.exists()


def test_machine_with_enough_to_draw_says_so(
    client: Client, local_stores: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.RENDITION_WAIT_SECONDS = 0
    monkeypatch.setattr(views, "_pencils", threading.BoundedSemaphore(1))
    image = ImageFactory.create()
    made, to_be_made, *_ = addresses(image, "width-320,width-640")
    assert client.get(made).status_code == 302
    with views._pencils:
        answer = client.get(to_be_made)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "no-store" in answer["Cache-Control"]
        assert client.get(made).status_code == 302  # what is there costs nothing
    assert client.get(to_be_made).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_same_new_rendition_get_one(s3_bucket: Bucket) -> None:
    image = ImageFactory.create()
    (address,) = (each for each in addresses(image, "width-640") if each.endswith(".webp"))
    start, statuses = threading.Barrier(4), []

    def ask() -> None:
        start.wait()
        statuses.append(Client().get(address).status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302] * 4
    assert CustomRendition.objects.count() == len(s3_bucket.keys("media/")) == 1


def test_rendition_of_an_image_that_is_just_being_deleted_is_404(client: Client) -> None:
    image = ImageFactory.create()
    stale = CustomImage.objects.get()
    CustomImage.objects.all().delete()
    with pytest.raises(CustomImage.DoesNotExist):
        stale.get_rendition("width-320|format-webp")
    assert client.get(f"/documents/images/{image.pk}/width-320.webp").status_code == 404


def test_default_renditions_are_made_after_an_upload(run_tasks: Callable[[], int], settings: Settings) -> None:
    settings.API_DEFAULT_RENDITIONS = ["width-320", "width-640"]
    image = ImageFactory.create()
    assert not image.renditions.exists()
    run_tasks()
    made = set(image.renditions.values_list("filter_spec", flat=True))
    assert made == {f"width-{width}|format-{kind}" for width in (320, 640) for kind in ("avif", "webp", "png")}
    assert all("/media/images/" in address for address in addresses(image, "width-320,width-640"))
    run_tasks()
    assert image.renditions.count() == len(made)


def test_edit_of_the_words_makes_nothing_anew(run_tasks: Callable[[], int], settings: Settings) -> None:
    settings.API_DEFAULT_RENDITIONS = ["width-320"]
    image = ImageFactory.create()
    run_tasks()
    CustomRendition.objects.all().delete()
    image.title = "Another title"
    image.save()
    run_tasks()
    assert not image.renditions.exists()


def test_task_finds_nothing_to_do_where_the_image_or_its_file_is_gone() -> None:
    image = ImageFactory.create()
    image.file.storage.delete(str(image.file.name))
    make_renditions_task.call(image.pk)
    make_renditions_task.call(image.pk + 1)
    assert not CustomRendition.objects.exists()
