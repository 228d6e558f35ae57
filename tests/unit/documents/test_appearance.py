"""What is noted of a picture when it arrives."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from PIL import Image

from documents.appearance import look_at
from documents.models import CustomImage
from tests.factories.documents import ImageFactory, image_bytes


def picture(*parts: tuple[str | tuple[int, ...], int], mode: str = "RGB", kind: str = "PNG") -> io.BytesIO:
    """Stripes of colours, each of a number of rows."""
    image = Image.new(mode, (90, sum(height for _, height in parts)))
    top = 0
    for colour, height in parts:
        image.paste(colour, (0, top, 90, top + height))
        top += height
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer


@pytest.mark.parametrize(
    ("stream", "colour"),
    [
        (picture(("#336699", 60), ("white", 30)), "#336699"),
        (picture(("black", 20), ("#c02020", 50), ("white", 20)), "#c02020"),
        (picture(((255, 255, 255, 0), 80), ((16, 128, 16, 255), 10), mode="RGBA"), "#108010"),
        (picture((120, 60), mode="L"), "#787878"),
        (picture(((255, 255, 255, 0), 80), mode="RGBA"), ""),
    ],
    ids=["plain", "three", "transparent", "grey", "nothing to see"],
)
def test_dominant_colour_is_that_of_most_of_what_can_be_seen(stream: io.BytesIO, colour: str) -> None:
    assert look_at(stream).dominant_colour == colour


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_placeholder_is_a_tiny_copy(kind: str) -> None:
    shown = look_at(picture(("#336699", 60), kind=kind)).placeholder
    head, _, data = shown.partition(",")
    assert head == "data:image/webp;base64"
    assert len(shown) < 400
    tiny = Image.open(io.BytesIO(base64.b64decode(data)))
    assert tiny.size == (16, 11)
    red, green, blue = tiny.convert("RGB").getpixel((8, 5))  # type: ignore[misc]
    assert abs(red - 0x33) + abs(green - 0x66) + abs(blue - 0x99) < 24


def test_placeholder_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    seen = look_at(io.BytesIO(image_bytes(400, 200, kind="JPEG", exif=exif)))
    assert Image.open(io.BytesIO(base64.b64decode(seen.placeholder.partition(",")[2]))).size == (8, 16)


@pytest.mark.parametrize("content", [b"", b"no picture", image_bytes()[:60]])
def test_what_cannot_be_drawn_has_no_appearance(content: bytes) -> None:
    seen = look_at(io.BytesIO(content))
    assert (seen.dominant_colour, seen.placeholder, seen.frame_count) == ("", "", 1)


@pytest.mark.django_db
def test_appearance_is_noted_on_upload_and_when_the_file_is_replaced() -> None:
    image = ImageFactory.create()
    assert CustomImage.objects.get().dominant_colour == "#000080"
    image.file = ContentFile(image_bytes(300, 200, colour="red"), "other.png")
    image.save(update_fields=["file"])
    image = CustomImage.objects.get()
    assert (image.dominant_colour, image.width, image.height) == ("#ff0000", 300, 200)


@pytest.fixture
def old_image(db: None) -> CustomImage:
    """A photograph from a turned camera, from before the product looked at pictures."""
    exif = Image.Exif()
    exif[0x0112] = 6
    image = ImageFactory.create(file=ContentFile(image_bytes(400, 200, kind="JPEG", exif=exif), "a.jpg"))
    image.get_rendition("width-320|format-webp")
    CustomImage.objects.update(dominant_colour="", placeholder="", width=400, height=200)
    return CustomImage.objects.get()


@pytest.mark.usefixtures("old_image")
def test_command_looks_at_old_images() -> None:
    call_command("inspect_images")
    image = CustomImage.objects.get()
    assert image.dominant_colour.startswith("#0")
    assert image.placeholder
    assert (image.width, image.height) == (200, 400)
    assert not image.renditions.exists()


def test_command_leaves_alone_what_is_known(old_image: CustomImage) -> None:
    CustomImage.objects.update(dominant_colour="#123456")
    call_command("inspect_images")
    assert CustomImage.objects.get().dominant_colour == "#123456"
    call_command("inspect_images", all=True)
    assert CustomImage.objects.get().dominant_colour not in {"", "#123456"}


def test_command_goes_on_after_a_lost_file_and_says_so(
    old_image: CustomImage, run_tasks: Callable[[], int], capsys: pytest.CaptureFixture[str]
) -> None:
    ImageFactory.create()
    CustomImage.objects.update(dominant_colour="")
    old_image.file.storage.delete(str(old_image.file.name))
    with pytest.raises(CommandError, match="1 could not be read"):
        call_command("inspect_images")
    assert f"Image {old_image.pk}" in capsys.readouterr().err
    assert CustomImage.objects.exclude(pk=old_image.pk).get().dominant_colour == "#000080"
