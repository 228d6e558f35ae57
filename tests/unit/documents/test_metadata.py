"""What a camera notes in a picture does not get into renditions."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from documents.models import CustomImage
from tests.factories.documents import ImageFactory, image_bytes

pytestmark = pytest.mark.django_db

PLACE = "51.5033N 0.1276W"


def photograph(kind: str, turned: int = 1) -> CustomImage:
    """A picture of 400 by 200 that says where it was taken and how the camera was held."""
    exif = Image.Exif()
    exif[0x010E] = PLACE  # ImageDescription
    exif[0x0112] = turned  # Orientation
    content = image_bytes(400, 200, kind=kind, exif=exif)
    assert PLACE.encode() in content
    image: CustomImage = ImageFactory.create(file=ContentFile(content, f"photo.{kind.lower()}"))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("spec", ["width-100", "original", "width-100|format-webp", "width-100|format-jpeg"])
def test_rendition_does_not_say_where_the_picture_was_taken(kind: str, spec: str) -> None:
    rendition = photograph(kind).get_rendition(spec)
    content = rendition.file.open().read()
    assert PLACE.encode() not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_renditions_made_together_do_not_say_it_either() -> None:
    for rendition in photograph("JPEG").get_renditions("width-100", "width-200").values():
        assert PLACE.encode() not in rendition.file.open().read()


def test_picture_from_a_turned_camera_stands_upright() -> None:
    rendition = photograph("JPEG", turned=6).get_rendition("width-100")
    assert (rendition.width, rendition.height) == (100, 200)


def test_rendition_is_found_again() -> None:
    image = photograph("JPEG")
    assert image.get_rendition("width-100") == CustomImage.objects.get(pk=image.pk).get_rendition("width-100")


def test_original_is_kept_as_it_came() -> None:
    assert PLACE.encode() in photograph("JPEG").file.open().read()
