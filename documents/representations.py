"""How documents and images look in JSON."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import content_disposition_header
from wagtail.api.utils import get_full_url
from wagtail.images.models import Filter

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


@lru_cache
def _specs(widths: tuple[int, ...]) -> dict[str, str]:
    return {f"{width}.webp": f"width-{width}|format-webp" for width in sorted(widths)}


def rendition_specs() -> dict[str, str]:
    """What the API shows of an image: the name of each rendition in a URL, and Wagtail's filter for it.

    WebP only: every browser of these years shows it, and it keeps transparency and movement.
    """
    return _specs(tuple(settings.API_IMAGE_WIDTHS))


def represent_image(image: CustomImage, request: HttpRequest | None) -> dict[str, Any]:
    """An image as JSON. The focal point is in per cent from the top left.

    `alt` is empty for a decorative image, and for one that nobody has described yet.

    A rendition that does not exist yet is given by the URL that makes it, so that a list never waits for pictures.
    """
    wanted = {name: Filter(spec) for name, spec in rendition_specs().items() if _fits(name, image)}
    found = image.find_existing_renditions(*wanted.values())
    sources = [_source(image, name, spec, found.get(spec), request) for name, spec in wanted.items()]
    return {
        "id": image.pk,
        "title": image.title,
        "alt": alternative_text(image),
        "width": image.width,
        "height": image.height,
        "focal_point": focal_point(image),
        "credit": image.credit,
        "copyright": image.copyright,
        "src": next((s["url"] for s in reversed(sources) if s["width"] <= SRC_WIDTH), sources[0]["url"]),
        "srcset": ", ".join(f"{source['url']} {source['width']}w" for source in sources),
        "renditions": sources,
        "download_url": get_full_url(request, image.original_url),
    }


def _fits(name: str, image: CustomImage) -> bool:
    # Renditions are never wider than the original: of the widths beyond it one would be the same picture again.
    smallest = min(settings.API_IMAGE_WIDTHS)
    return int(name.partition(".")[0]) <= max(int(image.width), int(smallest))


def _source(
    image: CustomImage, name: str, filter: Filter, rendition: CustomRendition | None, request: HttpRequest | None
) -> dict[str, Any]:
    if rendition is not None:
        width, height, path = rendition.width, rendition.height, rendition.url
    else:
        width, height = (round(side) for side in filter.get_transform(image).size)
        path = reverse("documents_rendition", args=[image.pk, name])
    return {"width": width, "height": height, "type": "image/webp", "url": get_full_url(request, path)}


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
