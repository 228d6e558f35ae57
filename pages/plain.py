"""The plain pages that this service shows itself when no website reads its API.

They are drawn from the same representations that the API gives out, so that one rule decides what a reader may see.
"""

from __future__ import annotations

import copy
from typing import Any

from django.http import HttpRequest
from wagtail.api import APIField
from wagtail.models import Page, Site

from pages.visibility import Reader, http_request, visible_pages

WORDS = {
    "en": {
        "skip": "Skip to main content",
        "home": "Home",
        "published": "Published",
        "updated": "Last updated",
        "history": "What has changed",
        "contents": "Contents",
        "documents": "Documents",
        "alpha": "This is a new page. It is an experiment.",
        "beta": "This is a new page. It is still being improved.",
        "opens": "Opens",
        "closes": "Closes",
        "respond": "Ways to respond",
        "outcome": "Outcome",
        "before": "Before you start",
        "other": "Other ways",
        "begins": "Begins",
        "ends": "Ends",
        "venue": "Where",
        "join": "Join online",
        "book": "Book a place",
        "roles": "Roles",
        "contacts": "Contacts",
        "send": "Send",
        "sent": "Thank you. We have received what you sent.",
        "leave_empty": "Leave this field empty",
        "too_many_sent": "Too many forms were sent from your address. Try again later.",
        "transcript": "Transcript",
        "warning": "Warning",
        "topics": "Topics",
        "organisations": "From",
        "here": "In this section",
    },
    "cy": {
        "skip": "Neidio i'r prif gynnwys",
        "home": "Hafan",
        "published": "Cyhoeddwyd",
        "updated": "Diweddarwyd ddiwethaf",
        "history": "Beth sydd wedi newid",
        "contents": "Cynnwys",
        "documents": "Dogfennau",
        "alpha": "Mae hon yn dudalen newydd. Arbrawf ydyw.",
        "beta": "Mae hon yn dudalen newydd. Mae'n dal i gael ei gwella.",
        "opens": "Yn agor",
        "closes": "Yn cau",
        "respond": "Ffyrdd o ymateb",
        "outcome": "Canlyniad",
        "before": "Cyn i chi ddechrau",
        "other": "Ffyrdd eraill",
        "begins": "Yn dechrau",
        "ends": "Yn gorffen",
        "venue": "Ble",
        "join": "Ymuno ar-lein",
        "book": "Archebu lle",
        "roles": "Swyddi",
        "contacts": "Cysylltiadau",
        "send": "Anfon",
        "sent": "Diolch. Rydym wedi derbyn yr hyn a anfonwyd gennych.",
        "leave_empty": "Gadewch y maes hwn yn wag",
        "too_many_sent": "Anfonwyd gormod o ffurflenni o'ch cyfeiriad chi. Rhowch gynnig arall arni yn nes ymlaen.",
        "transcript": "Trawsgrifiad",
        "warning": "Rhybudd",
        "topics": "Pynciau",
        "organisations": "Oddi wrth",
        "here": "Yn yr adran hon",
    },
}
"""The few words around the content, in the languages of the content. A language that is missing here gets English."""


def plain_context(request: HttpRequest, language: str) -> dict[str, Any]:
    """What the templates need besides the page: who reads, and the words of their language."""
    reader = {"request": Reader(request), "_wagtail_rich_text_format": "html"}
    return {"reader": reader, "words": WORDS.get(language, WORDS["en"]), "language": language}


def field_value(instance: Any, name: str, reader: dict[str, Any]) -> Any:
    """The API's value of one field of a page or row, as this reader may see it.

    Only for fields with a serializer of their own. Raises KeyError for any other name.
    """
    fields = {field.name: field for field in APIField.get_fields_for_model(type(instance))}
    serializer = copy.deepcopy(fields[name].serializer)
    if serializer is None:
        raise KeyError(name)
    serializer.bind(name, None)
    serializer._context = reader
    value = serializer.get_attribute(instance)
    return None if value is None else serializer.to_representation(value)


def breadcrumbs(page: Page, reader: dict[str, Any]) -> list[Page]:
    """The pages above this one, from the home page down, as far as the reader may see them."""
    site = Site.find_for_request(http_request(reader["request"]))
    if site is None or page.depth is None:
        return []
    above = visible_pages(reader["request"]).filter(depth__gt=1, depth__lt=page.depth)
    return [parent for parent in above.order_by("depth") if page.path.startswith(parent.path)]
