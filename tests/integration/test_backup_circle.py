"""The full circle: back up, lose everything, restore, and nothing is different; nothing private is public either."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from tests.factories.documents import DocumentFactory, ImageFactory, private_collection
from tests.integration.installation import contents, empty_place, installation, objects
from tests.services.addresses import Addresses
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(s3_bucket: Bucket) -> None:
    """Documents and images for everybody and for readers only, one too large to be held in memory."""
    readers_only = private_collection()
    DocumentFactory.create(file=ContentFile(b"public", "open.txt"))
    DocumentFactory.create(file=ContentFile(b"CANARY", "gwybodaeth gŵyl.txt"), collection=readers_only)
    DocumentFactory.create(file=ContentFile(b"0123456789abcdef" * 300_000, "large.txt"))
    for where in ({}, {"collection": readers_only}):
        ImageFactory.create(**where).get_rendition("width-320|format-webp")


def test_backup_is_restored_to_an_empty_place(files: None, services: Addresses, tmp_path: Path) -> None:
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
        assert objects(there.bucket) == objects(here.bucket)
        assert len(there.bucket.keys("private/")) == 6
        assert [there.bucket.get_anonymously(key).status_code for key in there.bucket.keys("private/")] == [403] * 6
        assert [there.bucket.get_anonymously(key).status_code for key in there.bucket.keys("media/")] == [200]
