"""Builders of documents, images and collections. Their files are small but real, so that the rules for uploads hold."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from wagtail.models import Collection, CollectionViewRestriction

from documents.models import CustomDocument, CustomImage

OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
OFFICE = "application/vnd.openxmlformats-officedocument."


def pdf_bytes(text: str = "Hello") -> bytes:
    """A PDF of one page."""
    content = f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    written = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count, table, count, len(written))
    )


def image_bytes(
    width: int = 1000, height: int = 500, *, kind: str = "PNG", colour: str = "navy", **options: Any
) -> bytes:
    """A picture of one colour. `options` go to Pillow's `save`."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def zip_bytes(entries: dict[str, bytes | str]) -> bytes:
    """An archive with these files in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def open_document_bytes(kind: str = "spreadsheet", extra: dict[str, bytes | str] | None = None) -> bytes:
    """An OpenDocument file, as far as its wrapping goes."""
    entries = {"mimetype": f"{OPEN_DOCUMENT}{kind}", "META-INF/manifest.xml": "<manifest/>", "content.xml": "<x/>"}
    return zip_bytes(entries | (extra or {}))


def office_bytes(kind: str = "wordprocessingml.document", extra: dict[str, bytes | str] | None = None) -> bytes:
    """An Office Open XML file, as far as its wrapping goes."""
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{OFFICE}{kind}.main+xml"/></Types>'
    )
    return zip_bytes({"[Content_Types].xml": types, "word/document.xml": "<x/>"} | (extra or {}))


def upload(name: str, content: bytes, media_type: str = "application/octet-stream") -> SimpleUploadedFile:
    """A file as a browser sends it: with the name and media type that the uploader likes."""
    return SimpleUploadedFile(name, content, content_type=media_type)


class DocumentFactory(factory.django.DjangoModelFactory[CustomDocument]):
    """A document in the root collection: a PDF, unless `file` says otherwise."""

    class Meta:
        model = CustomDocument

    title = factory.Sequence(lambda number: f"Document {number}")
    file = factory.LazyFunction(lambda: ContentFile(pdf_bytes(), "document.pdf"))


class ImageFactory(factory.django.DjangoModelFactory[CustomImage]):
    """An image in the root collection: a PNG of 1000 by 500, unless `file` says otherwise."""

    class Meta:
        model = CustomImage

    title = factory.Sequence(lambda number: f"Image {number}")
    description = "A navy rectangle"
    file = factory.LazyFunction(lambda: ContentFile(image_bytes(), "picture.png"))


def collection(name: str, parent: Collection | None = None) -> Collection:
    """A collection for everybody, below `parent` or the root."""
    above = parent or Collection.get_first_root_node()
    made: Collection = above.add_child(name=name)
    return made


def restrict(to: Collection, groups: Iterable[Group] | None = None) -> CollectionViewRestriction:
    """Restrict a collection to signed-in people, or to `groups`."""
    kind = CollectionViewRestriction.LOGIN if groups is None else CollectionViewRestriction.GROUPS
    restriction: CollectionViewRestriction = CollectionViewRestriction.objects.create(
        collection=to, restriction_type=kind
    )
    restriction.groups.set(groups or [])
    return restriction


def private_collection(name: str = "Private", groups: Iterable[Group] | None = None) -> Collection:
    """A collection for signed-in people, or for `groups`."""
    made = collection(name)
    restrict(made, groups)
    return made
