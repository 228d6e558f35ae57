"""Originals that do not say where they were taken."""

from __future__ import annotations

import io
import zlib

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from documents.models import CustomImage
from documents.positions import without_position
from tests.factories.documents import ImageFactory, image_bytes, upload
from tests.factories.people import browser_of, superuser

KINDS = ["JPEG", "PNG", "WEBP", "AVIF"]
_GPS = 0x8825
POSITION = {1: "N", 2: (51.0, 30.0, 12.25), 3: "W", 4: (0.0, 7.0, 39.75), 29: "2026:07:01"}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description exif:GPSLatitude="51,30.2N" '
    b"exif:GPSLongitude='0,7.65W' photoshop:City=\"London\"><exif:GPSAltitude>12/1</exif:GPSAltitude>"
    b"<dc:rights>Crown</dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def photograph(kind: str, position: dict[int, object] | None = None) -> bytes:
    """A picture with the notes of a camera, of its photographer, and, if given, of a satellite."""
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x0112] = "Camera", "A. Jones", 6
    options = {}
    if position:
        exif[_GPS] = position
        options = _with_xmp(kind)
    return image_bytes(40, 20, kind=kind, exif=exif, **options)


def _with_xmp(kind: str) -> dict[str, object]:
    if kind != "PNG":
        return {"xmp": XMP}
    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return {"pnginfo": info}


@pytest.mark.parametrize("kind", KINDS)
def test_position_is_forgotten_and_everything_else_kept(kind: str) -> None:
    original = photograph(kind, POSITION)
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(_GPS)
    content = without_position(original)
    picture = Image.open(io.BytesIO(content))
    assert not picture.getexif().get_ifd(_GPS)
    assert len(content) == len(original)
    for trace in (b"51,30.2N", b"0,7.65W", b"12/1", b"2026:07:01"):
        assert trace in original
        assert trace not in content
    for kept in (b"A. Jones", b"Camera", b"London", b"Crown"):
        assert kept in content
    assert picture.getexif()[0x013B] == "A. Jones"
    picture.load()
    assert picture.tobytes() == Image.open(io.BytesIO(original)).tobytes()


@pytest.mark.parametrize("kind", KINDS)
def test_picture_without_a_position_is_not_touched(kind: str) -> None:
    original = photograph(kind)
    assert without_position(original) is original


def test_checksums_of_a_png_are_right() -> None:
    content = without_position(photograph("PNG", POSITION))
    start = 8
    while start < len(content):
        length = int.from_bytes(content[start : start + 4], "big")
        end = start + 8 + length
        assert zlib.crc32(content[start + 4 : end]) == int.from_bytes(content[end : end + 4], "big")
        start = end + 4


@pytest.mark.parametrize("content", [b"", b"no picture", image_bytes()[:40], image_bytes()])
def test_what_has_no_notes_comes_back_as_it_is(content: bytes) -> None:
    assert without_position(content) is content


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, about the damage
def test_notes_that_make_no_sense_do_no_harm() -> None:
    original = photograph("JPEG", POSITION)
    start = original.index(b"Exif\0\0") + 6
    for place in range(start, start + 140):
        for value in (0x00, 0x7F, 0xFF):
            broken = bytearray(original)
            broken[place] = value
            assert len(without_position(bytes(broken))) == len(original)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_original_in_the_store_does_not_say_where_it_was_taken(kind: str) -> None:
    image = ImageFactory.create(file=ContentFile(photograph(kind, POSITION), f"photo.{kind.lower()}"))
    image = CustomImage.objects.get(pk=image.pk)
    stored = image.file.open().read()
    assert stored == without_position(photograph(kind, POSITION))
    assert image.media_type == f"image/{kind.lower()}"
    assert (image.width, image.height, image.file_size) == (20, 40, len(stored))


@pytest.mark.django_db
def test_photograph_comes_in_through_the_admin_without_its_position() -> None:
    picture = upload("photo.jpg", photograph("JPEG", POSITION))
    data = {"title": "Photo", "file": picture, "collection": 1, "tags": ""}
    answer = browser_of(superuser()).post(reverse("wagtailimages:add"), data)
    assert answer.status_code == 302, answer.content
    stored = CustomImage.objects.get().file.open().read()
    assert b"A. Jones" in stored
    assert not Image.open(io.BytesIO(stored)).getexif().get_ifd(_GPS)
