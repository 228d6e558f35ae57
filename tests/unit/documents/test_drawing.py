"""Renditions: without what a camera notes in a picture, and with the movement of one that moves."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from PIL import Image, ImageSequence

from documents.models import CustomImage
from tests.factories.documents import ImageFactory, image_bytes

pytestmark = pytest.mark.django_db

PLACE = "51.5033N 0.1276W"
_GPS = 0x8825


def photograph(kind: str, turned: int = 1) -> CustomImage:
    """A picture of 400 by 200 that says where it was taken and how the camera was held."""
    exif = Image.Exif()
    exif[0x010E] = PLACE  # ImageDescription
    exif[0x0112] = turned  # Orientation
    exif[_GPS] = {1: "N", 2: (51.0, 30.0, 12.0), 3: "W", 4: (0.0, 7.0, 39.0)}
    content = image_bytes(400, 200, kind=kind, exif=exif)
    assert PLACE.encode() in content
    image: CustomImage = ImageFactory.create(file=ContentFile(content, f"photo.{kind.lower()}"))
    return image


SPECS = ["width-100", "original", *(f"width-100|format-{extension}" for extension in ("avif", "webp", "jpeg", "png"))]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("spec", SPECS)
def test_rendition_does_not_say_where_the_picture_was_taken(kind: str, spec: str) -> None:
    rendition = photograph(kind).get_rendition(spec)
    content = rendition.file.open().read()
    assert PLACE.encode() not in content
    exif = Image.open(io.BytesIO(content)).getexif()
    assert not exif.get_ifd(_GPS)
    assert not exif


def test_renditions_made_together_do_not_say_it_either() -> None:
    for rendition in photograph("JPEG").get_renditions("width-100", "width-200").values():
        assert PLACE.encode() not in rendition.file.open().read()


def test_picture_from_a_turned_camera_stands_upright() -> None:
    rendition = photograph("JPEG", turned=6).get_rendition("width-100")
    assert (rendition.width, rendition.height) == (100, 200)


def test_rendition_is_found_again() -> None:
    image = photograph("JPEG")
    assert image.get_rendition("width-100") == CustomImage.objects.get(pk=image.pk).get_rendition("width-100")


def moving(kind: str, size: tuple[int, int] = (80, 40)) -> bytes:
    """Three frames, shown for different times, for ever."""
    frames = [Image.new("RGB", size, colour) for colour in ("red", "lime", "blue")]
    buffer = io.BytesIO()
    frames[0].save(
        buffer, kind, save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0, lossless=True
    )
    return buffer.getvalue()


@pytest.mark.parametrize(("kind", "media_types"), [("GIF", ["image/webp", "image/gif"]), ("WEBP", ["image/webp"])])
def test_moving_picture_goes_on_moving(client: Client, kind: str, media_types: list[str], local_stores: Path) -> None:
    image = ImageFactory.create(file=ContentFile(moving(kind), f"clip.{kind.lower()}"))
    assert image.frame_count == 3
    request = RequestFactory().get("/", {"renditions": "width-320,fill-160x160"})
    shown = image.api_representation(request)["renditions"]
    assert [each["type"] for each in shown if each["crop"] is None] == media_types
    for each in shown:
        (source,) = each["sources"]
        assert client.get(source["url"]).status_code == 302
        made = image.renditions.get(filter_spec__endswith=each["type"].partition("/")[2], width=source["width"])
        picture = Image.open(made.file.open())
        assert Image.MIME[picture.format or ""] == each["type"]
        assert picture.size == (source["width"], source["height"])
        assert picture.n_frames == 3  # type: ignore[attr-defined]
        assert _durations(picture) == [100, 200, 300]


def _durations(picture: Image.Image) -> list[int]:
    durations = []
    for frame in ImageSequence.Iterator(picture):
        frame.load()
        durations.append(int(frame.info["duration"]))
    return durations


def test_still_of_a_moving_picture_is_what_the_admin_shows() -> None:
    image = ImageFactory.create(file=ContentFile(moving("GIF"), "clip.gif"))
    assert Image.open(image.get_rendition("max-40x40").file.open()).format == "PNG"


@pytest.mark.parametrize(
    "file",
    [("CMYK", "JPEG", "jpg"), ("L", "PNG", "png"), ("LA", "PNG", "png"), ("P", "PNG", "png"), ("1", "PNG", "png")],
)
@pytest.mark.parametrize("extension", ["avif", "webp"])
def test_picture_of_any_kind_can_be_shown(file: tuple[str, str, str], extension: str) -> None:
    mode, kind, ending = file
    buffer = io.BytesIO()
    Image.new(mode, (40, 20)).save(buffer, kind)
    image = ImageFactory.create(file=ContentFile(buffer.getvalue(), f"a.{ending}"))
    assert Image.open(image.get_rendition(f"width-20|format-{extension}").file.open()).size == (20, 10)
