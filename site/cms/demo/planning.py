"""Where the copies for a load test go: whole sets of the site's pages, spread over a tree that people could browse.

    home / archive / volume (50 sets) / set / section / page
                                     / news / all articles of the volume

Sets keep the shape of the site; the news sections give long lists of children too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wagtail.models import Page, PageViewRestriction

from cms.demo.models import DemoObject
from cms.demo.sources import HOME

_SETS_IN_A_VOLUME = 50
_PLACES = (
    *("Abbey Lock", "Black Sluice", "Carreg Mill", "Dunnock Weir", "Eel Pie", "Fiddler's Ford", "Gorse Bank"),
    *("Isk Junction", "Kestrel Pool", "Long Meadow", "Marsh End", "Nant Gwyn", "Otter Bend", "Quarry Pool"),
    *("Rush Lane", "Salt Bridge", "Upper Arven", "Withy Cut"),
)
_WORDS = {"en": ("Archive", "Volume", "News"), "cy": ("Archif", "Cyfrol", "Newyddion")}
_NEWS = "news"
# Its rows serve for archive, volumes and sets too: a section with a short text.
_PLAIN_SECTION = "topics"


@dataclass
class Planned:
    """A page of the tree: a new one, or one that is there and gets more children."""

    page: Page
    locale: str
    key: str
    copy_of: int
    children: int = 0
    """Steps of the tree that are taken below it."""

    @property
    def listed_as(self) -> str:
        """The key of its DemoObject."""
        return f"page:{self.locale}:{self.key}"


@dataclass
class Plan:
    """What to insert, parents first, and which existing pages have more children then."""

    new: list[Planned] = field(default_factory=list)
    grown: list[Planned] = field(default_factory=list)


def plan(sets: Iterable[int]) -> Plan:
    """Plan the copies with these numbers, in all languages."""
    result = Plan()
    numbers = list(sets)
    for locale in _WORDS:
        planner = _Planner(locale, result)
        for number in numbers:
            planner.add_set(number)
    return result


class _Planner:
    """Plans for one language."""

    def __init__(self, locale: str, result: Plan) -> None:
        self.locale = locale
        self.result = result
        self.originals = dict(_originals(locale))
        self.known: dict[str, Planned] = {}

    def add_set(self, number: int) -> None:
        """Copy every original once."""
        volume = number // _SETS_IN_A_VOLUME + 1
        archive_word, volume_word, news_word = _WORDS[self.locale]
        archive = self._container("~archive", HOME, archive_word)
        shelf = self._container(f"~volume-{volume}", archive.key, f"{volume_word} {volume}")
        news = self._container(f"~news-{volume}", shelf.key, f"{news_word}: {volume_word} {volume}")
        place = f"{_PLACES[number % len(_PLACES)]} {number}"
        top = self._container(f"~set-{number}", shelf.key, place)
        parents = {HOME: top}
        for key, original in self.originals.items():
            if key == HOME:
                continue
            above = key.rpartition("/")[0] or HOME
            if above not in parents:
                continue
            parent = news if above == _NEWS else parents[above]
            parents[key] = self._copy(f"{key}~{number}", original, parent, f"{original.title}: {place}", number)

    def _container(self, key: str, above: str, title: str) -> Planned:
        if key in self.known:
            return self.known[key]
        existing = _listed(self.locale, key)
        if existing is not None:
            return self._grow(key, existing)
        parent = self.known.get(above) or self._grow(above, self.originals[above])
        slug = key.removeprefix("~")
        copy = self._copy(key, self.originals[_PLAIN_SECTION], parent, title, 0, slug)
        self.known[key] = copy
        return copy

    def _grow(self, key: str, page: Page) -> Planned:
        last = page.get_last_child()
        steps = 0 if last is None else Page._str2int(last.path[-Page.steplen :])
        grown = Planned(page=page, locale=self.locale, key=key, copy_of=page.pk, children=steps)
        self.known[key] = grown
        self.result.grown.append(grown)
        return grown

    def _copy(
        self, key: str, original: Page, parent: Planned, title: str, number: int, slug: str | None = None
    ) -> Planned:
        parent.children += 1
        parent.page.numchild += 1
        slug = slug or f"{original.slug}-{number}"
        page = Page(
            title=title,
            draft_title=title,
            slug=slug,
            path=Page._get_path(parent.page.path, parent.page.depth + 1, parent.children),
            depth=parent.page.depth + 1,
            url_path=f"{parent.page.url_path}{slug}/",
            locale_id=original.locale_id,
            translation_key=uuid.uuid5(original.translation_key, key),
            content_type_id=original.content_type_id,
            owner_id=original.owner_id,
            live=True,
            search_description=original.search_description,
            **{name: _earlier(getattr(original, name), number) for name in _MOMENTS},
        )
        planned = Planned(page=page, locale=self.locale, key=key, copy_of=original.pk)
        self.result.new.append(planned)
        return planned


_MOMENTS = ("first_published_at", "last_published_at")


def _originals(locale: str) -> Iterator[tuple[str, Page]]:
    """Every page of the demo site that readers see without signing in, parents first, by key."""
    rows = DemoObject.objects.filter(key__startswith=f"page:{locale}:", copy_of=None)
    keys = {row.object_id: row.key.split(":", 2)[2] for row in rows}
    hidden = [restriction.page.path for restriction in PageViewRestriction.objects.select_related("page")]
    for page in Page.objects.filter(pk__in=keys, live=True).order_by("path"):
        if not page.path.startswith(tuple(hidden)):
            yield keys[page.pk], page


def _listed(locale: str, key: str) -> Page | None:
    row = DemoObject.objects.filter(key=f"page:{locale}:{key}").first()
    return None if row is None else Page.objects.filter(pk=row.object_id).first()


def _earlier(moment: dt.datetime | None, number: int) -> dt.datetime | None:
    return None if moment is None else moment - dt.timedelta(hours=number * 7 % 20_000)
