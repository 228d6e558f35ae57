"""What a file is, told from its content."""

from __future__ import annotations

import io

import pytest

from documents.filetypes import UNKNOWN, identify
from tests.factories.documents import OFFICE, OPEN_DOCUMENT, image_bytes, office_bytes, open_document_bytes, pdf_bytes
from tests.factories.documents import zip_bytes as zipped

PDF = pdf_bytes()


@pytest.mark.parametrize(
    ("content", "extension", "media_type"),
    [
        (PDF, "pdf", "application/pdf"),
        (image_bytes(kind="JPEG"), "jpg", "image/jpeg"),
        (image_bytes(kind="PNG"), "png", "image/png"),
        (image_bytes(kind="GIF"), "gif", "image/gif"),
        (image_bytes(kind="WEBP"), "webp", "image/webp"),
        (image_bytes(kind="AVIF"), "avif", "image/avif"),
        (b"name,age\r\nAnn,5\r\n", "csv", "text/csv"),
        ("\ufeffenw;oed\nSiân;5\n".encode(), "csv", "text/csv"),
        ("café;£5\n".encode("cp1252"), "csv", "text/csv"),
        (b"<5 years,10\n5-9 years,20\n", "csv", "text/csv"),
        (b"Plain words.", "txt", "text/plain"),
        (b'{"a": 1}', "json", "application/json"),
        (zipped({"data.csv": "a,b"}), "zip", "application/zip"),
        (open_document_bytes("text"), "odt", f"{OPEN_DOCUMENT}text"),
        (open_document_bytes("spreadsheet"), "ods", f"{OPEN_DOCUMENT}spreadsheet"),
        (open_document_bytes("presentation"), "odp", f"{OPEN_DOCUMENT}presentation"),
        (office_bytes("wordprocessingml.document"), "docx", f"{OFFICE}wordprocessingml.document"),
        (office_bytes("spreadsheetml.sheet"), "xlsx", f"{OFFICE}spreadsheetml.sheet"),
        (office_bytes("presentationml.presentation"), "pptx", f"{OFFICE}presentationml.presentation"),
    ],
)
def test_content_is_recognised(content: bytes, extension: str, media_type: str) -> None:
    file = io.BytesIO(content)
    assert identify(file, extension) == media_type
    assert file.tell() == 0


@pytest.mark.parametrize("extension", ["pdf", "csv", "txt", "md", "zip"])
@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><html><script>alert(1)</script>",
        b"\xef\xbb\xbf  \n<HTML>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><x/>",
        b"<?php system($_GET['c']);",
        b"#!/bin/sh\nrm -rf /\n",
        b"a,b\n<script>alert(1)</script>\n",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"text with a \x00 byte",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b" %PDF-1.4 not at the start",
    ],
)
def test_page_script_or_program_is_not_recognised_under_any_name(content: bytes, extension: str) -> None:
    known = identify(io.BytesIO(content), extension)
    assert known == UNKNOWN or (extension != "pdf" and content.startswith(b" %PDF") and known.startswith("text/"))


def test_pdf_that_opens_with_a_web_page_is_not_a_pdf() -> None:
    assert identify(io.BytesIO(PDF[:9] + b"<html><script>alert(1)</script>" + PDF[9:]), "pdf") == UNKNOWN


@pytest.mark.parametrize("front", [PDF, image_bytes(kind="GIF"), image_bytes(kind="JPEG")])
def test_file_with_an_archive_appended_is_not_recognised(front: bytes) -> None:
    assert identify(io.BytesIO(front + zipped({"run.class": b"x"})), "pdf") == UNKNOWN


def test_pdf_with_an_archive_inside_is_a_pdf() -> None:
    assert identify(io.BytesIO(PDF + zipped({"data.csv": b"x"}) + b"\n%%EOF\n"), "pdf") == "application/pdf"


@pytest.mark.parametrize(
    "content",
    [
        office_bytes(extra={"word/vbaProject.bin": b"x"}),
        office_bytes("wordprocessingml.template"),
        open_document_bytes(extra={"Basic/Standard/Module1.xml": b"x"}),
        zipped({"mimetype": f"{OPEN_DOCUMENT}spreadsheet"}),
        zipped({"mimetype": "application/epub+zip", "META-INF/container.xml": "<x/>"}),
        zipped({"[Content_Types].xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><Types/>"}),
        zipped({"[Content_Types].xml": "<broken"}),
        zipped({"../../outside.txt": b"x"}),
        zipped({"/etc/cron.d/x": b"x"}),
        zipped({}),
        zipped({"a": b"x"})[:-10],
        b"PK\x03\x04 and nothing more",
    ],
)
@pytest.mark.parametrize("extension", ["docx", "ods", "zip"])
def test_archive_with_macros_ways_out_or_damage_is_not_recognised(content: bytes, extension: str) -> None:
    assert identify(io.BytesIO(content), extension) == UNKNOWN


def test_encrypted_archive_is_not_recognised() -> None:
    content = bytearray(zipped({"a.txt": b"x"}))
    content[6] |= 1  # the flag in the local header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    assert identify(io.BytesIO(bytes(content)), "zip") == UNKNOWN


def test_archive_that_claims_to_unpack_to_gigabytes_is_not_recognised() -> None:
    content = bytearray(zipped({"a.txt": b"x"}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (2**32 - 2).to_bytes(4, "little")
    assert identify(io.BytesIO(bytes(content)), "zip") == UNKNOWN
