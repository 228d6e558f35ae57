"""The rules for uploads, at the doors every caller shares: `full_clean` and `save`."""

from __future__ import annotations

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image
from pytest_django import Settings

from documents.models import CustomDocument, CustomImage
from tests.factories.documents import DocumentFactory, ImageFactory, image_bytes, pdf_bytes, png_header, upload

pytestmark = pytest.mark.django_db


def refusal(document: CustomDocument | CustomImage) -> str:
    """The words with which `full_clean` refuses the file. Saving must refuse it for the same reason."""
    with pytest.raises(ValidationError) as cleaned:
        document.full_clean()
    with pytest.raises(ValidationError) as saved:
        document.save()
    (message,) = cleaned.value.message_dict["file"]
    assert saved.value.messages == [message]
    return str(message)


def document(name: str, content: bytes, media_type: str = "application/pdf") -> CustomDocument:
    return CustomDocument(title="A document", file=upload(name, content, media_type))


def test_good_document_passes() -> None:
    good = document("Plan.pdf", pdf_bytes())
    good.full_clean()
    good.save()
    assert good.media_type == "application/pdf"


def test_empty_file_is_refused() -> None:
    assert "empty" in refusal(document("a.pdf", b""))


def test_file_over_the_limit_is_refused_and_one_at_the_limit_is_not(settings: Settings) -> None:
    content = pdf_bytes()
    settings.MAX_FILE_SIZE = len(content)
    document("a.pdf", content).full_clean()
    settings.MAX_FILE_SIZE = len(content) - 1
    assert "too big" in refusal(document("a.pdf", content))


def test_type_that_is_not_on_the_list_is_refused(settings: Settings) -> None:
    settings.ALLOWED_FILE_TYPES = ["application/pdf"]
    assert ".pdf" in refusal(document("data.csv", b"a,b\n"))


@pytest.mark.parametrize("name", ["run.exe", "page.html", "picture.svg", "noextension", "report.pdf.js", "archive.7z"])
def test_extension_of_no_accepted_type_is_refused(name: str) -> None:
    assert "not accepted" in refusal(document(name, pdf_bytes()))


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.png", "a.docx"])
def test_extension_that_does_not_fit_the_content_is_refused(name: str) -> None:
    assert "content is something else" in refusal(document(name, pdf_bytes()))


@pytest.mark.parametrize("name", ["a.pdf", "a.csv", "a.txt"])
def test_web_page_is_refused_whatever_the_browser_called_it(name: str) -> None:
    assert "content is something else" in refusal(document(name, b"<html><script>x</script></html>", "text/csv"))


def test_stored_document_is_not_judged_again(settings: Settings) -> None:
    stored = DocumentFactory.create()
    settings.ALLOWED_FILE_TYPES = ["text/csv"]
    stored.title = "Another title"
    stored.full_clean()
    stored.save()


def test_unknown_name_of_a_type_allows_nothing(settings: Settings) -> None:
    settings.ALLOWED_FILE_TYPES = ["application/x-anything"]
    assert "not accepted" in refusal(document("a.pdf", pdf_bytes()))


def test_document_may_be_an_image_but_an_image_may_not_be_a_document() -> None:
    document("a.png", image_bytes()).full_clean()
    with pytest.raises(ValidationError):
        CustomImage(title="x", file=ContentFile(pdf_bytes(), "a.pdf"), width=1, height=1).save()


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_picture_that_unpacks_to_too_many_pixels_is_refused(width: int, height: int) -> None:
    assert "too many pixels" in refusal(document("bomb.png", png_header(width, height)))


def test_pixels_of_all_frames_count(settings: Settings) -> None:
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "green", "blue")]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    settings.MAX_IMAGE_PIXELS = 29_999
    assert "too many pixels" in refusal(document("a.gif", moving.getvalue()))
    settings.MAX_IMAGE_PIXELS = 30_000
    document("a.gif", moving.getvalue()).full_clean()


def test_image_that_breaks_off_is_refused() -> None:
    assert "damaged" in refusal(document("a.jpg", image_bytes(kind="JPEG")[:2000]))


def test_new_file_of_a_stored_image_is_judged() -> None:
    image = ImageFactory.create()
    image.file = ContentFile(image_bytes(kind="JPEG"), "really-a-jpeg.png")
    assert "content is something else" in refusal(image)
