"""What the builders share while the demo site is made: the day, the people, and everything that exists already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.db.models.fields.files import FieldFile
from wagtail.models import Locale, Site

from cms.demo import moments
from cms.demo.markup.prose import Resolve
from cms.demo.markup.streams import StreamBuilder
from cms.demo.models import DemoObject

DEFAULT_LOCALE = "en"
_WITHOUT_LANGUAGE = {"image", "document", "collection", "user"}


@dataclass
class Workshop:
    """A demo site in the making. Everything that is made is listed through `add`."""

    today: dt.date
    site: Site
    locales: dict[str, Locale]
    objects: dict[str, Any] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    """Text alternatives of the images, by key."""
    files: list[FieldFile] = field(default_factory=list)
    """Every file that was stored, to be taken back when something fails later."""

    def add(self, kind: str, key: str, obj: Model, locale: str = "") -> None:
        """List an object as part of the demo site."""
        name = _name(kind, key, locale)
        content_type = ContentType.objects.get_for_model(obj, for_concrete_model=False)
        DemoObject.objects.create(key=name, content_type=content_type, object_id=obj.pk)
        self.objects[name] = obj

    def get(self, kind: str, key: str, locale: str = DEFAULT_LOCALE) -> Any:
        """Return an object in this language, or in English where there is none. Raises KeyError."""
        name = _name(kind, key, locale)
        return self.objects[name if name in self.objects else _name(kind, key, DEFAULT_LOCALE)]

    def person(self, role: str) -> Any:
        """Return the demo account of a role."""
        return self.get("user", role)

    def resolver(self, locale: str) -> Resolve:
        """Return a function that finds ids for the text of this language."""
        return lambda kind, key: int(self.get(kind, key, locale).pk)

    def streams(self, owner: str, locale: str) -> StreamBuilder:
        """Return a builder for the streams of one object."""
        return StreamBuilder(f"{locale}:{owner}", self.resolver(locale), self.descriptions.__getitem__)

    def day(self, distance: str) -> dt.date:
        """Return a day such as -12d."""
        return moments.day(distance, self.today)

    def moment(self, distance: str) -> dt.datetime:
        """Return a moment such as +6d 09:30."""
        return moments.moment(distance, self.today)


Say = Callable[[str], None]
quiet: Say = partial(lambda _line: None)


def _name(kind: str, key: str, locale: str) -> str:
    return f"{kind}:{key}" if kind in _WITHOUT_LANGUAGE or not locale else f"{kind}:{locale}:{key}"
