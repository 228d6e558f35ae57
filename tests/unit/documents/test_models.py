"""What is recorded of a file, and what happens to the one it replaces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from documents.models import CustomDocument, CustomImage
from tests.factories.documents import DocumentFactory, ImageFactory, image_bytes, pdf_bytes, upload
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db


def test_facts_come_from_the_content_not_from_the_uploader() -> None:
    content = pdf_bytes()
    document = CustomDocument.objects.create(title="x", file=upload("a.pdf", content, "text/html"))
    assert document.content_type == "application/pdf"
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.size == len(content)
    assert document.file_hash


def test_saving_only_the_file_saves_its_facts_too() -> None:
    document = DocumentFactory.create()
    document.file = ContentFile(b"a,b\n", "data.csv")
    document.save(update_fields=["file"])
    document.refresh_from_db()
    assert (document.media_type, document.size) == ("text/csv", 4)
    assert document.sha256 == hashlib.sha256(b"a,b\n").hexdigest()


def test_two_uploads_of_one_name_keep_both_files() -> None:
    first = CustomDocument.objects.create(title="1", file=ContentFile(b"first", "report.txt"))
    second = CustomDocument.objects.create(title="2", file=ContentFile(b"second", "report.txt"))
    assert first.file.open().read() == b"first"
    assert second.file.open().read() == b"second"
    assert first.filename == second.filename == "report.txt"


def test_everything_uploaded_is_in_the_private_store(s3_bucket: Bucket) -> None:
    DocumentFactory.create()
    ImageFactory.create()
    keys = s3_bucket.keys()
    assert len(keys) == 2
    assert all(key.startswith("private/") for key in keys)


def test_replaced_file_is_deleted_by_a_task(s3_bucket: Bucket, run_tasks: Callable[[], int]) -> None:
    document = DocumentFactory.create()
    old = s3_bucket.keys()
    document.file = ContentFile(b"a,b\n", "data.csv")
    document.save()
    assert set(old) < set(s3_bucket.keys())
    run_tasks()
    assert s3_bucket.keys() == [f"private/{document.file.name}"]


def test_replaced_file_survives_a_rollback(s3_bucket: Bucket, run_tasks: Callable[[], int]) -> None:
    document = DocumentFactory.create()
    document.file = ContentFile(b"a,b\n", "data.csv")
    with transaction.atomic():
        document.save()
        transaction.set_rollback(True)
    run_tasks()
    assert CustomDocument.objects.get().file.open().read() == pdf_bytes()


def test_new_file_of_an_image_makes_its_renditions_go() -> None:
    image = CustomImage.objects.get(pk=ImageFactory.create().pk)
    image.get_rendition("width-100")
    image.file = ContentFile(image_bytes(300, 300), "square.png")
    image.save()
    assert not image.renditions.exists()
    assert image.get_rendition("width-100").height == 100


def test_deleted_document_takes_its_file_along(
    s3_bucket: Bucket, run_tasks: Callable[[], int], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    document = DocumentFactory.create()
    run_tasks()  # those that Wagtail's index wants of the new document
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
    run_tasks()
    assert s3_bucket.keys() == []


def test_keys_of_the_bucket_never_get_into_a_task(
    settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    document, image = DocumentFactory.create(), ImageFactory.create()
    image.get_rendition("width-100")
    with django_capture_on_commit_callbacks(execute=True):
        document.delete()
        image.delete()
    written = json.dumps(list(DBTaskResult.objects.values_list("args_kwargs", flat=True)))
    assert "delete" in "".join(DBTaskResult.objects.values_list("task_path", flat=True))
    assert "secret" not in written.lower()
    assert settings.AWS_SECRET_ACCESS_KEY not in written
