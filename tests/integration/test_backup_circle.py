"""The full circle: back up, lose everything, restore, and nothing is different; nothing private is public either."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from django.core.files.base import ContentFile
from wagtail.models import PageViewRestriction

from documents.models import CustomDocument
from tests.factories.documents import DocumentFactory, ImageFactory, private_collection
from tests.factories.pages import section
from tests.factories.people import reader
from tests.integration.installation import ROOT, Installation, contents, empty_place, installation, objects
from tests.services.addresses import Addresses, current_worker
from tests.services.bucket import Bucket
from tests.services.processes import Server, answers

pytestmark = pytest.mark.django_db(transaction=True)

PERSON = {"username": "aled", "password": "a password to sign in with"}
CANARY = b"CANARY-4e7a: not for the public"


@pytest.fixture
def content(s3_bucket: Bucket) -> None:
    """Pages, documents and images for everybody and for readers only, a file too large for memory, a person."""
    reader(**PERSON)
    for title, restricted in (("Open to all", False), ("For readers", True)):
        page = section(title)
        if restricted:
            PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    readers_only = private_collection()
    DocumentFactory.create(title="Public", file=ContentFile(b"public", "open.txt"))
    DocumentFactory.create(title="Secret", file=ContentFile(CANARY, "gŵyl.txt"), collection=readers_only)
    DocumentFactory.create(file=ContentFile(b"0123456789abcdef" * 300_000, "large.txt"))
    for where in ({}, {"collection": readers_only}):
        ImageFactory.create(**where).get_rendition("width-320|format-webp")


@contextmanager
def served(place: Installation, folder: Path) -> Iterator[httpx.Client]:
    """The CMS of an installation, as production serves it, and a client for it."""
    port = place.services.live_port(current_worker())
    url = f"http://127.0.0.1:{port}"
    server = Server(
        "The restored CMS",
        [sys.executable, str(ROOT / "manage.py"), "serve"],
        log=folder / "restored.log",
        stop_signal=signal.SIGTERM,
        env={**place.environment, "HOST": "127.0.0.1", "PORT": str(port), "BASE_URL": url, "WEB_WORKERS": "1"},
        cwd=ROOT,
    )
    try:
        server.wait(lambda: answers(port))
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            yield client
    finally:
        server.stop()


def test_backup_is_restored_to_an_empty_place(content: None, services: Addresses, tmp_path: Path) -> None:
    here = installation(services, str(tmp_path / "repository"))
    assert "Made the backup" in here.succeed("backup")
    before = contents(here.database)

    with empty_place(here, "restored") as there:
        assert "no difference" in there.succeed("restore_backup", "--to-this-installation")
        after = contents(there.database)
        # What was noted after the moment of the backup, about the backup.
        assert [row for row in before.pop("operations_lastsuccess") if "backup" in row]
        assert not after.pop("operations_lastsuccess")
        assert after == before
        _assert_same_files(here.bucket, there.bucket)
        with served(there, tmp_path) as http:
            _assert_served(http)


def _assert_same_files(before: Bucket, after: Bucket) -> None:
    """With the same content, media type and cache rule, and as private as they were."""
    assert objects(after) == objects(before)
    private, public = after.keys("private/"), after.keys("media/")
    assert (len(private), len(public)) == (6, 1)
    assert [after.get_anonymously(key).status_code for key in private] == [403] * 6
    assert after.get_anonymously(public[0]).status_code == 200


def _assert_served(http: httpx.Client) -> None:
    """People sign in with their passwords, read what they may, and nobody else does."""
    titles = [item["title"] for item in http.get("/api/v2/pages/").json()["items"]]
    assert "Open to all" in titles
    assert "For readers" not in titles
    secret = CustomDocument.objects.get(title="Secret").url
    assert http.get(secret).status_code == 404
    token = http.post("/api/auth/token/", json=PERSON).json()["access"]
    signed = http.get(secret, headers={"Authorization": f"Bearer {token}"})
    assert httpx.get(signed.headers["Location"], trust_env=False).content == CANARY
