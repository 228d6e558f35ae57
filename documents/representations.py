"""How documents and images look in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import content_disposition_header
from wagtail.api.utils import get_full_url

from documents.renditions import MEDIA_TYPES, Rendition, chosen_names, renditions_of

if TYPE_CHECKING:
    from documents.models import CustomDocument, CustomImage, CustomRendition

SRC_WIDTH = 960
"""Which rendition `src` shows: the widest one up to this."""


def document_path(document: CustomDocument) -> str:
    """The path of a document on this service."""
    return reverse("wagtaildocs_serve", args=[document.pk, document.filename])


def attachment(filename: str) -> str:
    """A Content-Disposition that makes browsers save the file under `filename` (RFC 6266, RFC 5987)."""
    return content_disposition_header(as_attachment=True, filename=filename) or "attachment"


def represent_document(document: CustomDocument, request: HttpRequest | None) -> dict[str, Any]:
    """A document as JSON: URLs are absolute, `size` is in bytes, `published_on` is an ISO date."""
    url = get_full_url(request, document_path(document))
    return {
        "id": document.pk,
        "title": document.title,
        "description": document.description,
        "filename": document.filename,
        "url": url,
        "download_url": url,
        "size": document.size,
        "content_type": document.content_type,
        "sha256": document.sha256,
        "language": document.language,
        "accessible": document.accessible,
        "published_on": document.published_on.isoformat() if document.published_on else None,
    }


IMAGE_PARTS = (
    "alt",
    "focal_point",
    "dominant_colour",
    "placeholder",
    "renditions",
    "src",
    "srcset",
)
"""The members that the images' own endpoint has from here."""
IMAGE_MEMBERS = ("width", "height", "credit", "copyright", *IMAGE_PARTS)
"""What is shown of an image wherever it is shown, beside what Wagtail shows."""


def represent_image(image: CustomImage, request: HttpRequest | None) -> dict[str, Any]:
    """An image as JSON. The focal point is in per cent from the top left.

    `alt` is empty for a decorative image, and for one that nobody has described yet. `renditions` are those that the
    request chooses, `src` and `srcset` those in the format of the original.

    A rendition that does not exist yet is given by the URL that makes it, so that a list never waits for pictures.
    """
    sets = rendition_sets(image, request)
    fallback = _fallback(sets)
    original = get_full_url(request, image.original_url)
    return {
        "id": image.pk,
        "title": image.title,
        "alt": alternative_text(image),
        "decorative": image.decorative,
        "width": image.width,
        "height": image.height,
        "focal_point": focal_point(image),
        "dominant_colour": image.dominant_colour or None,
        "placeholder": image.placeholder or None,
        "credit": image.credit,
        "copyright": image.copyright,
        "renditions": sets,
        "src": _widest(fallback["sources"])["url"] if fallback else original,
        "srcset": fallback["srcset"] if fallback else "",
        "download_url": original,
    }


def rendition_sets(image: CustomImage, request: HttpRequest | None) -> list[dict[str, Any]]:
    """The renditions that the request chooses, in sets that show the same in the same format: one `srcset` each.

    The whole picture comes before its crops, and of each the format that browsers should try first.
    """
    wanted = renditions_of(image, chosen_names(request))
    found = image.find_existing_renditions(*(rendition.filter for rendition in wanted)) if wanted else {}
    folder = get_full_url(request, reverse("documents_rendition", args=[image.pk, "-"]))[:-1]
    sets: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for rendition in wanted:
        source = _source(image, rendition, found.get(rendition.filter), folder, request)
        sets.setdefault((rendition.crop or "", rendition.extension), []).append(source)
    crops = list(dict.fromkeys(crop for crop, _ in sets))
    ordered = sorted(sets.items(), key=lambda item: (item[0][0] != "", crops.index(item[0][0])))
    return [_set(crop or None, extension, sources) for (crop, extension), sources in ordered]


def _set(crop: str | None, extension: str, sources: list[dict[str, Any]]) -> dict[str, Any]:
    # No rendition is larger than the original: of those beyond its size all but one would be the same picture again.
    different = {(source["width"], source["height"]): source for source in reversed(sources)}
    kept = sorted(different.values(), key=lambda source: source["width"])
    srcset = ", ".join(f"{source['url']} {source['width']}w" for source in kept)
    return {"type": MEDIA_TYPES[extension], "crop": crop, "srcset": srcset, "sources": kept}


def _source(
    image: CustomImage, wanted: Rendition, found: CustomRendition | None, folder: str, request: HttpRequest | None
) -> dict[str, Any]:
    if found is not None:
        width, height, url = found.width, found.height, get_full_url(request, found.url)
    else:
        width, height = (round(side) for side in wanted.filter.get_transform(image).size)
        url = f"{folder}{wanted.file_name}"
    return {"name": wanted.name, "url": url, "width": width, "height": height}


def _fallback(sets: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The set for browsers that know none of the better formats: of the whole picture if that was asked for."""
    return next((shown for shown in reversed(sets) if shown["crop"] == sets[0]["crop"]), None)


def _widest(sources: list[dict[str, Any]]) -> dict[str, Any]:
    return next((source for source in reversed(sources) if source["width"] <= SRC_WIDTH), sources[0])


def alternative_text(image: CustomImage) -> str:
    """What stands for the image where it cannot be seen: the words of the place that shows it, else its description.

    Never the title, which Wagtail falls back to: it is a name for editors, often of a file, and read aloud it is noise
    (WCAG 2.2, failure F30).
    """
    if image.decorative:
        return ""
    return str(image.contextual_alt_text or image.description)


def focal_point(image: CustomImage) -> dict[str, float] | None:
    """The centre of what matters in the image, in per cent of its size, or None."""
    point = image.get_focal_point()
    if point is None or not image.width or not image.height:
        return None
    x, y = point.centroid
    return {"x": round(100 * x / image.width, 1), "y": round(100 * y / image.height, 1)}
