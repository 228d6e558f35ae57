"""The two stores, and what Wagtail writes down about them."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from botocore.exceptions import ReadTimeoutError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.utils.module_loading import import_string
from pytest_django import Settings

from documents.storages import PrivateStorage, RenditionStorage, s3, sign_download, store
from tests.services.bucket import Bucket


@pytest.mark.parametrize("alias", ["private", "media", "default"])
@pytest.mark.parametrize("where", ["local_stores", "s3_bucket"])
def test_store_can_be_written_down_without_its_keys(
    alias: str, where: str, request: pytest.FixtureRequest, settings: Settings
) -> None:
    request.getfixturevalue(where)
    path, args, kwargs = json.loads(json.dumps(storages[alias].deconstruct()))  # type: ignore[attr-defined]
    again = import_string(path)(*args, **kwargs)
    assert again.location == storages[alias].location  # type: ignore[attr-defined]
    assert settings.AWS_SECRET_ACCESS_KEY not in json.dumps([path, args, kwargs])


def test_what_says_nothing_about_its_store_is_private(s3_bucket: Bucket) -> None:
    name = default_storage.save("anything.txt", ContentFile(b"x"))
    assert s3_bucket.keys() == [f"private/{name}"]


def test_name_of_a_rendition_decides_on_its_store(s3_bucket: Bucket) -> None:
    RenditionStorage().save("images/a/public.webp", ContentFile(b"x"))
    RenditionStorage().save("restricted/images/a/private.webp", ContentFile(b"x"))
    assert s3_bucket.keys() == ["media/images/a/public.webp", "private/restricted/images/a/private.webp"]


def test_routed_storage_does_what_its_store_does(local_stores: Path) -> None:
    private = PrivateStorage()
    name = private.save("a/b.txt", ContentFile(b"words"))
    assert private.path(name) == str(local_stores / "private" / "a" / "b.txt")
    assert private.exists(name)
    assert private.size(name) == 5
    assert private.open(name).read() == b"words"
    assert private.get_modified_time(name).year >= 2024
    assert private.url(name) == "/documents/files/a/b.txt"
    private.delete(name)
    assert not private.exists(name)


def test_same_name_does_not_replace_a_file(s3_bucket: Bucket) -> None:
    names = {store("private").save("same.txt", ContentFile(content)) for content in (b"1", b"2")}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("alias", "name", "claimed", "stored"),
    [
        ("private", "a.html", "text/html", "binary/octet-stream"),
        ("media", "a.webp", "text/html", "image/webp"),
        ("media", "a.svg", "image/svg+xml", "binary/octet-stream"),
        ("media", "a.html", "text/html", "binary/octet-stream"),
    ],
)
def test_type_of_an_object_is_never_what_the_uploader_claims(
    s3_bucket: Bucket, alias: str, name: str, claimed: str, stored: str
) -> None:
    content = ContentFile(b"<html>")
    content.content_type = claimed  # type: ignore[attr-defined]
    store(alias).save(name, content)
    (key,) = s3_bucket.keys()
    assert s3_bucket.client.head_object(Bucket=s3_bucket.name, Key=key)["ContentType"] == stored


def test_links_are_signed_for_the_address_that_browsers_know(settings: Settings) -> None:
    private = settings.STORAGES["private"]
    options = private["OPTIONS"] | {"public_endpoint_url": "https://files.example.gov.uk"}
    settings.STORAGES = settings.STORAGES | {"private": private | {"OPTIONS": options}}
    link = sign_download("a.txt", method="GET", media_type="text/plain", disposition="inline")
    assert str(link).startswith(f"https://files.example.gov.uk/{settings.AWS_S3_BUCKET}/private/a.txt?")


def test_server_that_never_answers_does_not_hold_us(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert s3.CONNECT_TIMEOUT_SECONDS + s3.READ_TIMEOUT_SECONDS <= 15
    monkeypatch.setattr(s3, "READ_TIMEOUT_SECONDS", 0.2)
    private = settings.STORAGES["private"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        options = private["OPTIONS"] | {"endpoint_url": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        settings.STORAGES = settings.STORAGES | {"private": private | {"OPTIONS": options}}
        with pytest.raises(ReadTimeoutError):
            store("private").exists("a.txt")


def test_public_store_tells_caches_to_come_back(s3_bucket: Bucket) -> None:
    store("media").save("images/a.webp", ContentFile(b"x"))
    assert s3_bucket.get_anonymously("media/images/a.webp").headers["Cache-Control"] == (
        "public, max-age=86400, s-maxage=3600"
    )
