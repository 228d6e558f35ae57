"""Renditions live in the store that fits the privacy of their image's collection, whatever changes it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from wagtail.models import Collection, CollectionViewRestriction

from cms.operations.management.commands.run_scheduler import tidy
from documents import placement
from documents.models import CustomImage, CustomRendition
from documents.placement import misplaced_renditions, public_files_removed
from tests.factories.documents import ImageFactory, collection, private_collection, restrict
from tests.factories.people import browser_of, superuser
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db

Move = Callable[[CustomImage, Collection], None]


@pytest.fixture
def commit(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> DjangoCaptureOnCommitCallbacks:
    return django_capture_on_commit_callbacks


def public_key(rendition: CustomRendition) -> str:
    return f"media/{rendition.file.name}"


def test_rendition_of_a_public_image_is_public(s3_bucket: Bucket) -> None:
    rendition = ImageFactory.create().get_rendition("width-100")
    answer = s3_bucket.get_anonymously(public_key(rendition))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    assert rendition.url == f"{s3_bucket.url}/{public_key(rendition)}"


def test_rendition_of_a_restricted_image_is_private(s3_bucket: Bucket) -> None:
    rendition = ImageFactory.create(collection=private_collection()).get_rendition("width-100")
    key = f"private/{rendition.file.name}"
    assert key in s3_bucket.keys("private/")
    assert s3_bucket.get_anonymously(key).status_code == 403
    assert not s3_bucket.keys("media/")
    assert rendition.url.startswith("/documents/files/restricted/")


def test_original_is_private_even_of_a_public_image(s3_bucket: Bucket) -> None:
    image = ImageFactory.create()
    (key,) = s3_bucket.keys()
    assert s3_bucket.get_anonymously(key).status_code == 403
    assert image.original_url.startswith("/documents/files/original_images/")


def by_save(image: CustomImage, goal: Collection) -> None:
    image.collection = goal
    image.save()


def by_bulk_action_of_the_admin(image: CustomImage, goal: Collection) -> None:
    url = reverse("wagtail_bulk_action", args=["documents", "customimage", "add_to_collection"])
    answer = browser_of(superuser()).post(f"{url}?id={image.pk}", {"collection": goal.pk})
    assert answer.status_code == 302
    assert CustomImage.objects.get(pk=image.pk).collection == goal


def by_restricting_its_collection_in_the_admin(image: CustomImage, goal: Collection) -> None:
    url = reverse("wagtailadmin_collections:set_privacy", args=[image.collection_id])
    answer = browser_of(superuser()).post(url, {"restriction_type": "login"})
    assert answer.status_code == 200


def by_restricting_an_ancestor(image: CustomImage, goal: Collection) -> None:
    restrict(image.collection.get_parent(), [Group.objects.create(name="Board")])


def by_moving_its_collection_in_the_admin(image: CustomImage, goal: Collection) -> None:
    url = reverse("wagtailadmin_collections:edit", args=[image.collection_id])
    answer = browser_of(superuser()).post(url, {"name": "Moved", "parent": goal.pk})
    assert answer.status_code == 302
    assert Collection.objects.get(pk=image.collection_id).get_parent() == goal


@pytest.mark.parametrize(
    "move",
    [
        by_save,
        by_bulk_action_of_the_admin,
        by_restricting_its_collection_in_the_admin,
        by_restricting_an_ancestor,
        by_moving_its_collection_in_the_admin,
    ],
)
def test_public_rendition_dies_when_its_image_becomes_restricted(
    move: Move, s3_bucket: Bucket, commit: DjangoCaptureOnCommitCallbacks
) -> None:
    # Made beforehand: making a private collection sets off the same reaction as moving an image there.
    image, goal = ImageFactory.create(collection=collection("Inner", collection("Outer"))), private_collection()
    rendition = image.get_rendition("width-100")
    assert s3_bucket.get_anonymously(public_key(rendition)).status_code == 200
    with commit(execute=True):
        move(image, goal)
    assert not s3_bucket.keys("media/")
    assert s3_bucket.get_anonymously(public_key(rendition)).status_code in (403, 404)
    assert not CustomRendition.objects.filter(pk=rendition.pk).exists()
    again = CustomImage.objects.get(pk=image.pk).get_rendition("width-100")
    assert again.url.startswith("/documents/files/restricted/")


def test_rendition_becomes_public_when_the_restriction_is_lifted(
    s3_bucket: Bucket, commit: DjangoCaptureOnCommitCallbacks
) -> None:
    inner = collection("Inner")
    restriction = restrict(inner)
    image = ImageFactory.create(collection=inner)
    image.get_rendition("width-100")
    with commit(execute=True):
        restriction.delete()
    assert s3_bucket.get_anonymously(public_key(image.get_rendition("width-100"))).status_code == 200
    assert not s3_bucket.keys("private/restricted/")


def test_nothing_is_removed_when_the_privacy_stays_the_same(commit: DjangoCaptureOnCommitCallbacks) -> None:
    image = ImageFactory.create()
    rendition = image.get_rendition("width-100")
    with commit(execute=True):
        image.collection = collection("Also public")
        image.save()
        private_collection("Elsewhere")
    assert CustomRendition.objects.filter(pk=rendition.pk).exists()


@pytest.mark.parametrize("specs", [["width-100"], ["width-100", "width-200"]])
def test_rendition_that_was_on_its_way_when_the_collection_closed_is_removed(
    specs: list[str], s3_bucket: Bucket, commit: DjangoCaptureOnCommitCallbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = ImageFactory.create()
    decide = placement.folder_for

    def decide_then_close(of: CustomImage) -> str:
        folder = decide(of)
        # Another process closes the collection, and its reaction runs and finds nothing yet: no signal reaches us.
        closed = CollectionViewRestriction(collection=of.collection, restriction_type=CollectionViewRestriction.LOGIN)
        CollectionViewRestriction.objects.bulk_create([closed])
        return folder

    monkeypatch.setattr(placement, "folder_for", decide_then_close)
    with commit(execute=True):
        image.get_rendition(specs[0]) if len(specs) == 1 else image.get_renditions(*specs)
    assert not s3_bucket.keys("media/")
    assert not misplaced_renditions().exists()


def test_many_renditions_are_left_to_a_task(
    settings: Settings,
    s3_bucket: Bucket,
    commit: DjangoCaptureOnCommitCallbacks,
    run_tasks: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.API_DEFAULT_RENDITIONS = []
    image = ImageFactory.create()
    image.get_renditions("width-100", "width-200", "width-300")
    run_tasks()
    monkeypatch.setattr(placement, "_AT_ONCE", 1)
    with commit(execute=True):
        restrict(image.collection)
    assert len(s3_bucket.keys("media/")) == 2
    run_tasks()
    assert not s3_bucket.keys("media/")


def test_store_that_fails_does_not_stop_the_editor_and_is_asked_again_by_a_task(
    s3_bucket: Bucket,
    commit: DjangoCaptureOnCommitCallbacks,
    run_tasks: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = ImageFactory.create()
    rendition = image.get_rendition("width-100")
    run_tasks()
    with monkeypatch.context() as away, commit(execute=True):
        away.setattr("documents.storages.s3.PublicS3Storage.delete", _refuse)
        restrict(image.collection)
        assert CustomRendition.objects.filter(pk=rendition.pk).exists()
    run_tasks()
    assert not s3_bucket.keys("media/")


def _refuse(*args: object) -> None:
    raise ConnectionError


def by_delete(image: CustomImage, goal: Collection) -> None:
    image.delete()


@pytest.mark.parametrize("withdraw", [by_save, by_restricting_an_ancestor, by_delete])
def test_who_keeps_copies_hears_which_public_files_are_gone(
    withdraw: Move, s3_bucket: Bucket, commit: DjangoCaptureOnCommitCallbacks
) -> None:
    # Made beforehand: making a private collection sets off the same reaction as moving an image there.
    image, goal = ImageFactory.create(collection=collection("Inner", collection("Outer"))), private_collection()
    rendition = image.get_rendition("width-100")
    heard: list[str] = []

    def listen(urls: list[str], **kwargs: object) -> None:
        heard.extend(urls)
        assert not s3_bucket.keys("media/")

    public_files_removed.connect(listen)
    try:
        with commit(execute=True):
            withdraw(image, goal)
    finally:
        public_files_removed.disconnect(listen)
    assert heard == [rendition.url]


def test_scheduler_removes_what_no_signal_told_of(s3_bucket: Bucket, commit: DjangoCaptureOnCommitCallbacks) -> None:
    inner = collection("Inner")
    goal = private_collection()
    ImageFactory.create(collection=inner).get_rendition("width-100")
    with commit(execute=True):
        inner.move(goal, "sorted-child")  # treebeard writes SQL
    assert s3_bucket.keys("media/")
    with commit(execute=True):
        tidy()
    assert not s3_bucket.keys("media/")
