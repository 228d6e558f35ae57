"""Downloading documents over the API."""

from __future__ import annotations

import hashlib

import pytest
from django.test import Client

from tests.factories import documents as files
from tests.services.bucket import Bucket
from tests.unit.api.problems import problem_of


@pytest.mark.usefixtures("s3_bucket")
def test_document_leads_to_its_file(api: Client) -> None:
    document = files.DocumentFactory()

    response = api.get(f"/api/v2/documents/{document.pk}/download/")

    assert response.status_code == 302
    assert "X-Amz-Signature" in response["Location"]
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response


@pytest.mark.usefixtures("s3_bucket")
def test_list_and_detail_say_where_to_download(api: Client) -> None:
    document = files.DocumentFactory()

    (listed,) = api.get("/api/v2/documents/").json()["items"]
    detail = api.get(f"/api/v2/documents/{document.pk}/").json()

    assert listed["meta"]["download_url"] == detail["meta"]["download_url"]
    assert detail["meta"]["download_url"] == f"http://testserver{document.url}"
    assert detail["sha256"] == hashlib.sha256(document.file.read()).hexdigest()


@pytest.mark.usefixtures("s3_bucket")
def test_restricted_document_does_not_exist_for_the_public(api: Client) -> None:
    document = files.DocumentFactory(collection=files.private_collection())

    problem_of(api.get(f"/api/v2/documents/{document.pk}/download/"), 404)


def test_document_that_does_not_exist_is_not_found(api: Client) -> None:
    problem_of(api.get("/api/v2/documents/99999/download/"), 404)


def test_document_whose_file_is_lost_is_not_found(api: Client, s3_bucket: Bucket) -> None:
    document = files.DocumentFactory()
    s3_bucket.empty()

    problem_of(api.get(f"/api/v2/documents/{document.pk}/download/"), 404)


def test_address_of_an_image_leads_to_a_view_that_checks(api: Client, s3_bucket: Bucket) -> None:
    image = files.ImageFactory()

    for address in (f"/api/v2/images/{image.pk}/", "/api/v2/images/"):
        answer = api.get(address).json()
        meta = (answer["items"][0] if "items" in answer else answer)["meta"]
        assert meta["download_url"] == f"http://testserver{image.original_url}"
    assert s3_bucket.get_anonymously(image.file.name).status_code == 403
