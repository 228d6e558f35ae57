"""Who may see which documents and images."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import CollectionViewRestriction

from documents.models import CustomDocument, CustomImage
from documents.visibility import may_preview, may_see
from tests.factories.documents import DocumentFactory, ImageFactory, collection, private_collection, restrict
from tests.factories.people import outsider, publisher, reader, superuser, writer

pytestmark = pytest.mark.django_db


def test_public_document_is_visible_to_everybody() -> None:
    document = DocumentFactory.create()
    for user in (None, AnonymousUser(), outsider()):
        assert document in CustomDocument.objects.visible_to(user)


def test_document_for_signed_in_people_is_hidden_from_the_anonymous() -> None:
    document = DocumentFactory.create(collection=private_collection())
    assert document not in CustomDocument.objects.visible_to(None)
    assert document not in CustomDocument.objects.visible_to(AnonymousUser())
    assert document in CustomDocument.objects.visible_to(outsider())


def test_document_for_a_group_is_hidden_from_others() -> None:
    someone = reader()
    document = DocumentFactory.create(collection=private_collection(groups=someone.groups.all()))
    assert document in CustomDocument.objects.visible_to(someone)
    assert document not in CustomDocument.objects.visible_to(outsider())
    assert document in CustomDocument.objects.visible_to(superuser())


def test_what_lies_below_a_private_collection_is_private() -> None:
    private = private_collection()
    below = collection("Deeper", collection("Below", private))
    document, image = DocumentFactory.create(collection=below), ImageFactory.create(collection=below)
    assert document not in CustomDocument.objects.visible_to(None)
    assert image not in CustomImage.objects.visible_to(None)
    assert image in CustomImage.objects.visible_to(outsider())


def test_deactivated_person_sees_what_the_anonymous_see() -> None:
    document = DocumentFactory.create(collection=private_collection())
    assert document not in CustomDocument.objects.visible_to(outsider(is_active=False))
    assert not may_see(superuser(is_active=False), document)


def test_shared_password_opens_nothing() -> None:
    private = collection("Behind a password")
    CollectionViewRestriction.objects.create(
        collection=private, restriction_type=CollectionViewRestriction.PASSWORD, password="sesame"
    )
    document = DocumentFactory.create(collection=private)
    assert document not in CustomDocument.objects.visible_to(superuser())


def test_who_may_change_a_document_may_open_it_and_who_may_only_choose_it_may_not() -> None:
    document = DocumentFactory.create(collection=private_collection(groups=[Group.objects.create(name="Board")]))
    assert may_see(publisher(), document)
    assert not may_see(writer(), document)
    assert not may_see(AnonymousUser(), document)


def test_who_may_choose_an_image_sees_its_renditions_but_not_its_original() -> None:
    image = ImageFactory.create(collection=private_collection(groups=[Group.objects.create(name="Board")]))
    assert may_preview(writer(), image)
    assert not may_see(writer(), image)
    assert not may_preview(outsider(), image)


def test_more_rows_do_not_mean_more_queries() -> None:
    someone = reader()
    restrict(collection("For readers"), someone.groups.all())

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(CustomDocument.objects.visible_to(someone))
        return len(queries)

    DocumentFactory.create()
    few = count()
    DocumentFactory.create_batch(5)
    assert count() == few <= 6
