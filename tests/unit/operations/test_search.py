"""The search backend, as all of Wagtail uses it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from documents.models import CustomImage
from tests.factories import documents as files
from tests.factories import pages as build

pytestmark = pytest.mark.django_db


def found(typed: Any, things: Any, **how: Any) -> list[str]:
    return sorted(thing.title for thing in get_search_backend().search(typed, things, **how))


def test_searches_use_an_index() -> None:
    pages = get_search_backend().search("flood", Page.objects.all()).get_queryset().order_by().values("pk")
    table = get_search_backend().get_index_for_model(Page).entries.model._meta.db_table
    searched = f'("{table}"."title" || "{table}"."body")'
    with connection.cursor() as cursor:
        # By this condition alone: with others, the planner may find another index cheaper in a table without rows.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT id FROM \"{table}\" WHERE {searched} @@ 'flood'::tsquery")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert searched in str(pages.query)
    assert "wagtailsearch_title_body_gin" in plan


def test_everything_that_is_indexed_is_found_without_accents(s3_bucket: object) -> None:
    image = files.ImageFactory(title="Pont dŵr")
    image.tags.add("tŷ")
    build.TopicPageFactory(title="Dŵr")
    call_command("update_index", verbosity=0)

    assert found("dwr", CustomImage.objects.all()) == found("ty", CustomImage.objects.all()) == ["Pont dŵr"]
    assert found("dwr", Page.objects.all()) == ["Dŵr"]
    assert [page.title for page in get_search_backend().autocomplete("dw", Page.objects.all())] == ["Dŵr"]


def test_search_in_a_named_field_reads_it_as_it_is() -> None:
    build.TopicPageFactory(title="Dŵr")

    assert found("Dŵr", Page.objects.all(), fields=["title"]) == ["Dŵr"]


@pytest.mark.parametrize("typed", ["¨", "\u0302", "&", "''", "\\"])
def test_characters_that_fold_to_nothing_are_no_crash(typed: str) -> None:
    assert found(typed, Page.objects.all()) == []
