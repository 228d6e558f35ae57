"""Multiplies the demo site for load tests, and takes the copies away again: with few large statements.

A copy of a page is its rows in the page's tables, its child rows, its place in the tree and its entries in the indexes.
It has no revisions, as if it had been imported; it gets one when somebody edits it. No signals are sent for copies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.db.models import OuterRef, Subquery
from modelcluster.models import get_all_child_relations
from wagtail.models import COMMENTS_RELATION_NAME, Page, ReferenceIndex
from wagtail.search.models import IndexEntry

from cms.demo import state
from cms.demo.copy_index import Copy, index_copies
from cms.demo.models import DemoObject, Seeding
from cms.demo.planning import Planned, plan
from cms.demo.workshop import Say
from pages.models import PublicChange

_CHUNK = 900  # below the parameters that SQLite takes in one statement


def multiply(seeding: Seeding, scale: int, say: Say) -> int:
    """Add copies until the demo site is `scale` times as large, and return how many pages were added."""
    with transaction.atomic():
        Page.objects.select_for_update(no_key=True).get(depth=1)
        last = DemoObject.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        planned = plan(range(seeding.scale, scale))
        say(f"Copies: {len(planned.new)} pages")
        for start in range(0, len(planned.new), _CHUNK):
            _insert_pages(planned.new[start : start + _CHUNK])
        for grown in planned.grown:
            Page.objects.filter(pk=grown.page.pk).update(numchild=grown.page.numchild)
        say("Copies: content")
        for copying in (*_tables_of_types(), *_tables_of_children(), _public_changes(), _references()):
            _run(copying, last)
        seeding.scale = max(scale, seeding.scale)
        seeding.save()
        say("Copies: search index")
        index_copies(_added_since(last), say)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return len(planned.new)


def remove_untouched() -> None:
    """Remove the copies that nobody has edited, in bulk. Others are left to the ordinary way.

    Does nothing when another table refers to one of them: the ordinary way knows what to do then.
    """
    try:
        with transaction.atomic():
            _delete_untouched()
            connection.check_constraints()
    except IntegrityError:
        return


def _insert_pages(planned: list[Planned]) -> None:
    created = Page.objects.bulk_create([item.page for item in planned])
    DemoObject.objects.bulk_create(
        DemoObject(key=item.listed_as, content_type_id=page.content_type_id, object_id=page.pk, copy_of=item.copy_of)
        for item, page in zip(planned, created, strict=True)
    )


@dataclass(frozen=True)
class _Copying:
    """How the rows of a table are copied. In its expressions `d` is the row of DemoObject, `t` the original's row."""

    table: str
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    condition: str
    owner: str


def _tables_of_types() -> Iterator[_Copying]:
    for model in state.page_models()[1:]:
        yield _copy_of_rows(model, model._meta.pk.column)


def _tables_of_children() -> Iterator[_Copying]:
    seen = set()
    for model in state.page_models():
        for relation in get_all_child_relations(model):
            child, column = relation.related_model, relation.field.column
            if relation.get_accessor_name() != COMMENTS_RELATION_NAME and child not in seen:
                seen.add(child)
                yield _copy_of_rows(child, column)


def _public_changes() -> _Copying:
    return _copy_of_rows(PublicChange, "page_id", {"revision_id": "NULL"})


def _references() -> _Copying:
    """Reference rows of copies. Rows in child tables keep the original's path until the copy is saved."""
    copying = _copy_of_rows(ReferenceIndex, "object_id", {"object_id": _text("d.object_id")})
    page_type = int(ContentType.objects.get_for_model(Page).pk)
    condition = f"t.object_id = {_text('d.copy_of')} AND t.base_content_type_id = {page_type}"
    return replace(copying, condition=condition)


def _copy_of_rows(model: type[models.Model], owner: str, changed: dict[str, str] | None = None) -> _Copying:
    values = {owner: "d.object_id", **(changed or {})}
    columns = tuple(str(field.column) for field in model._meta.local_concrete_fields if not _is_numbered(field))
    return _Copying(
        table=model._meta.db_table,
        columns=columns,
        sources=tuple(values.get(column, f"t.{_quoted(column)}") for column in columns),
        condition=f"t.{_quoted(owner)} = d.copy_of",
        owner=owner,
    )


def _run(copying: _Copying, last: int) -> None:
    names = ", ".join(_quoted(column) for column in copying.columns)
    table = _quoted(copying.table)
    with connection.cursor() as cursor:
        # Every word of this comes from the models.
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(copying.sources)} "  # noqa: S608
            f"FROM {_quoted(DemoObject._meta.db_table)} d JOIN {table} t ON {copying.condition} "
            "WHERE d.copy_of IS NOT NULL AND d.id > %s",
            [last],
        )


def _is_numbered(field: Any) -> bool:
    return isinstance(field, models.AutoField)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _text(expression: str) -> str:
    return f"CAST({expression} AS varchar(255))"


def _added_since(last: int) -> dict[int, list[Copy]]:
    """Return id and title of each new copy, by the id of its original."""
    titles = Page.objects.filter(pk=OuterRef("object_id")).values("title")
    rows = DemoObject.objects.filter(pk__gt=last, copy_of__isnull=False).annotate(title=Subquery(titles))
    added: dict[int, list[Copy]] = defaultdict(list)
    for original, pk, title in rows.order_by("pk").values_list("copy_of", "object_id", "title"):
        added[int(original or 0)].append((pk, title))
    return added


def _delete_untouched() -> None:
    untouched = Page.objects.filter(
        pk__in=DemoObject.objects.exclude(copy_of=None).values("object_id"), latest_revision=None
    )
    ids = list(untouched.values_list("pk", flat=True))
    page_types = [ContentType.objects.get_for_model(model).pk for model in state.page_models()]
    tables = [*_tables_of_children(), _public_changes(), *reversed(list(_tables_of_types()))]
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        as_text = [str(pk) for pk in chunk]
        IndexEntry.objects.filter(content_type__in=page_types, object_id__in=as_text).delete()
        ReferenceIndex.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page), object_id__in=as_text
        )._raw_delete(using=connection.alias)
        for copying in tables:
            _delete_rows(copying, chunk)
        DemoObject.objects.filter(object_id__in=chunk, copy_of__isnull=False).delete()
        Page.objects.filter(pk__in=chunk)._raw_delete(using=connection.alias)


def _delete_rows(copying: _Copying, page_ids: list[int]) -> None:
    places = ", ".join(["%s"] * len(page_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {_quoted(copying.table)} WHERE {_quoted(copying.owner)} IN ({places})",  # noqa: S608
            page_ids,
        )
