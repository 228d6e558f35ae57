"""Collections, images and documents."""

from __future__ import annotations

import io
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from taggit.models import Tag
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Collection, CollectionViewRestriction

from cms.demo import moments
from cms.demo.drawing import draw
from cms.demo.files.pdf import make_pdf
from cms.demo.files.spreadsheets import make_csv, make_figures, make_ods
from cms.demo.sources import DocumentSource, read_documents, read_toml
from cms.demo.workshop import DEFAULT_LOCALE, Workshop

DEPARTMENT = {"en": "Department for Rivers and Coasts", "cy": "Adran Afonydd ac Arfordiroedd"}
_CONTENTS = {"en": "Contents", "cy": "Cynnwys"}
_MAIN_COLLECTION = "department"
_FORMATS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


def build_collections(workshop: Workshop) -> None:
    """Make the collections, the private one with its restriction."""
    for key, entry in read_toml("collections").items():
        above = workshop.get("collection", entry["parent"]) if "parent" in entry else Collection.get_first_root_node()
        collection = above.add_child(name=entry["name"])
        workshop.add("collection", key, collection)
        if "audience" in entry:
            restriction = CollectionViewRestriction.objects.create(
                collection=collection, restriction_type=CollectionViewRestriction.GROUPS
            )
            restriction.groups.add(Group.objects.get(name=entry["audience"]))


def build_images(workshop: Workshop) -> None:
    """Draw the images and put them into the library."""
    for key, entry in read_toml("images").items():
        image = get_image_model()(
            title=entry["title"],
            description=entry["description"],
            credit=entry.get("credit", ""),
            collection=_collection(workshop, entry),
            uploaded_by_user=workshop.person("writer"),
            file=ContentFile(_drawn(entry), name=entry["file"]),
        )
        _set_focal_point(image, entry)
        _store(workshop, "image", key, image, entry)
        workshop.descriptions[key] = entry["description"]


def build_documents(workshop: Workshop) -> None:
    """Write the documents and put them into the library."""
    for source in read_documents():
        _build_document(workshop, source.key, source.head, source.locale, _written(source))
    for key, entry in read_toml("tables").items():
        _build_document(workshop, key, entry, DEFAULT_LOCALE, _tabulated(entry))


def _build_document(workshop: Workshop, key: str, entry: dict[str, Any], locale: str, content: bytes) -> None:
    document = get_document_model()(
        title=entry["title"],
        description=entry["description"],
        language=locale,
        accessible=entry.get("accessible", True),
        published_on=workshop.day(entry["published_on"]) if "published_on" in entry else None,
        collection=_collection(workshop, entry),
        uploaded_by_user=workshop.person("writer"),
        file=ContentFile(content, name=entry["file"]),
    )
    _store(workshop, "document", key, document, entry)


def _store(workshop: Workshop, kind: str, key: str, item: Any, entry: dict[str, Any]) -> None:
    item.full_clean()
    try:
        item.save()
    finally:
        # Also when saving fails after the file was stored.
        workshop.files.append(item.file)
    workshop.add(kind, key, item)
    for name in entry.get("tags", []):
        tag, created = Tag.objects.get_or_create(name=name)
        if created:
            workshop.add("tag", name, tag)
        item.tags.add(tag)
    uploaded_at = moments.in_office_hours(workshop.day("-420d"), of=key)
    type(item).objects.filter(pk=item.pk).update(created_at=uploaded_at)
    log(instance=item, action="wagtail.create", user=workshop.person("writer"), timestamp=uploaded_at)


def _collection(workshop: Workshop, entry: dict[str, Any]) -> Collection:
    found: Collection = workshop.get("collection", entry.get("collection", _MAIN_COLLECTION))
    return found


def _drawn(entry: dict[str, Any]) -> bytes:
    width, height = entry["size"]
    picture = draw(entry["drawing"], (width, height), entry["seed"], entry["palette"])
    file = io.BytesIO()
    picture.save(file, _FORMATS[entry["file"].rpartition(".")[2]], quality=82)
    return file.getvalue()


def _set_focal_point(image: Any, entry: dict[str, Any]) -> None:
    if "focal" not in entry:
        return
    width, height = entry["size"]
    x, y, wide, high = entry["focal"]
    image.focal_point_x, image.focal_point_y = round(x * width), round(y * height)
    image.focal_point_width, image.focal_point_height = round(wide * width), round(high * height)


def _written(source: DocumentSource) -> bytes:
    return make_pdf(
        title=source.head["title"],
        subtitle=source.head["subtitle"],
        author=DEPARTMENT[source.locale],
        language=source.locale,
        contents=_CONTENTS[source.locale],
        parts=source.parts,
    )


def _tabulated(entry: dict[str, Any]) -> bytes:
    rows = make_figures(entry["columns"], entry["rows"], entry["seed"], entry["low"], entry["high"])
    if entry["file"].endswith(".csv"):
        return make_csv(rows)
    title = entry["title"]
    return make_ods({"Figures": rows}, title=title, author=DEPARTMENT[DEFAULT_LOCALE], language=DEFAULT_LOCALE)
