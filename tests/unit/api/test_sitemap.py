"""The sitemap, as JSON and as XML."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from api.sitemaps import entries, parts
from api.sitemaps.xml import NAMESPACE, XHTML
from api.viewsets import sitemap as viewset
from pages.models import HomePage
from tests.contract.conftest import credentials  # noqa: F401 - a fixture
from tests.factories import pages as build
from tests.factories import people
from tests.unit.api.problems import problem_of

JSON = "/api/v2/sitemap/"
XML = "/api/v2/sitemap/xml/"
WEBSITE = "https://www.example.gov.uk"


@pytest.fixture(autouse=True)
def _website(settings: Any) -> None:
    settings.FRONTEND_URL = WEBSITE


@pytest.fixture
def home(db: None) -> HomePage:
    """The home page of the default site."""
    return build.home_page()


@pytest.fixture
def welsh_home(home: HomePage) -> HomePage:
    """Its Welsh translation."""
    return translated(home, "Hafan")


@pytest.fixture
def other_home(db: None) -> HomePage:
    """The root of a second site, under https."""
    made: HomePage = build.HomePageFactory(title="Other home", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=made)
    return made


def translated(page: Page, title: str) -> Any:
    """A live Welsh translation."""
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    copy = page.copy_for_translation(welsh)
    copy.title, copy.slug = title, title.lower()
    copy.save_revision().publish()
    copy.refresh_from_db()
    return copy


def listed(api: Client, query: str = "", **headers: str) -> list[dict[str, Any]]:
    response = api.get(f"{JSON}?{query}", headers=headers)
    assert response.status_code == 200, response.content
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def locs(api: Client, query: str = "", **headers: str) -> set[str]:
    return {item["loc"] for item in listed(api, query, **headers)}


def parsed(api: Client, query: str = "") -> Element:
    response = api.get(f"{XML}?{query}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/xml"
    assert response.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    root: Element = fromstring(response.content)
    return root


def texts(root: Element, name: str) -> list[str | None]:
    return [element.text for element in root.iter(f"{{{NAMESPACE}}}{name}")]


def test_pages_are_listed_by_their_addresses_on_the_website(api: Client, home: HomePage) -> None:
    published = dt.datetime(2026, 4, 6, 8, 30, 0, 123456, tzinfo=dt.UTC)
    page = build.TopicPageFactory(slug="floods", last_published_at=published)

    answer = api.get(JSON).json()

    assert answer["meta"] == {"total_count": 2}
    assert answer["next"] is None
    assert answer["items"][0]["loc"] == f"{WEBSITE}/"
    assert page.pk > home.pk
    assert answer["items"][1] == {
        "loc": f"{WEBSITE}/floods/",
        "lastmod": "2026-04-06T08:30:00.123456Z",
        "locale": "en",
        "alternates": [],
    }


def test_versions_in_other_languages_are_named(api: Client, home: HomePage, welsh_home: HomePage) -> None:
    translated(build.TopicPageFactory(slug="floods"), "Llifogydd")
    both = [
        {"locale": "en", "loc": f"{WEBSITE}/floods/"},
        {"locale": "cy", "loc": f"{WEBSITE}/cy/llifogydd/"},
    ]

    found = {item["loc"]: item for item in listed(api)}

    assert len(found) == 4
    for version in both:
        assert found[version["loc"]]["locale"] == version["locale"]
        assert found[version["loc"]]["alternates"] == both


def test_one_language_can_be_asked_for(api: Client, home: HomePage, welsh_home: HomePage) -> None:
    assert locs(api, "locale=cy") == {f"{WEBSITE}/cy/"}
    assert locs(api, "locale=en") == {f"{WEBSITE}/"}
    assert len(listed(api, "locale=cy")[0]["alternates"]) == 2


def test_each_site_has_its_own_sitemap(api: Client, home: HomePage, other_home: HomePage) -> None:
    build.TopicPageFactory(slug="there", parent=other_home)

    assert locs(api) == {f"{WEBSITE}/"}
    expected = {"https://other.example.gov.uk/", "https://other.example.gov.uk/there/"}
    assert locs(api, "site=other.example.gov.uk") == expected
    assert texts(parsed(api, "site=other.example.gov.uk"), "loc") == sorted(expected)


def test_without_a_website_addresses_are_those_of_the_site(api: Client, home: HomePage, settings: Any) -> None:
    settings.FRONTEND_URL = ""

    assert locs(api) == {"http://localhost/"}


@pytest.mark.parametrize("person", [None, people.reader, people.superuser])
def test_only_what_everybody_may_see_is_listed_whoever_asks(
    api: Client,
    home: HomePage,
    welsh_home: HomePage,
    credentials: Any,  # noqa: F811
    person: Any,
) -> None:
    headers = credentials(person()) if person else {}
    now = timezone.now()
    build.TopicPageFactory(slug="draft", live=False)
    build.TopicPageFactory(slug="scheduled", live=False, go_live_at=now + dt.timedelta(days=1))
    build.TopicPageFactory(slug="overdue", expire_at=now - dt.timedelta(seconds=5))
    private = build.TopicPageFactory(slug="private")
    build.TopicPageFactory(slug="below-private", parent=private)
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    public = build.TopicPageFactory(slug="public")
    hidden_translation = translated(public, "Cyhoeddus")
    PageViewRestriction.objects.create(page=hidden_translation, restriction_type=PageViewRestriction.LOGIN)

    found = {item["loc"]: item for item in listed(api, **headers)}

    assert set(found) == {f"{WEBSITE}/", f"{WEBSITE}/cy/", f"{WEBSITE}/public/"}
    assert found[f"{WEBSITE}/public/"]["alternates"] == []
    assert api.get(JSON, headers=headers).json()["meta"]["total_count"] == 3
    xml = api.get(XML, headers=headers).content.decode()
    assert fromstring(xml) is not None
    assert "cyhoeddus" not in xml
    assert "private" not in xml


def test_when_a_draft_was_written_is_not_told(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(slug="floods")
    page.save_revision()
    Page.objects.update(last_published_at=None, first_published_at=None)

    assert {item["lastmod"] for item in listed(api)} == {None}
    assert texts(parsed(api), "lastmod") == []


def test_an_alias_is_left_to_its_original(api: Client, home: HomePage) -> None:
    original = build.TopicPageFactory(slug="original")
    original.create_alias(update_slug="alias")

    assert locs(api) == {f"{WEBSITE}/", f"{WEBSITE}/original/"}

    PageViewRestriction.objects.create(page=original, restriction_type=PageViewRestriction.LOGIN)
    assert locs(api) == {f"{WEBSITE}/", f"{WEBSITE}/alias/"}


def test_an_alias_is_left_to_its_original_on_another_site(api: Client, home: HomePage, other_home: HomePage) -> None:
    original = build.TopicPageFactory(slug="original", parent=other_home)
    original.create_alias(parent=home, update_slug="alias")

    assert locs(api) == {f"{WEBSITE}/"}


def test_an_address_that_is_too_long_is_left_out(api: Client, home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    build.TopicPageFactory(slug="floods")
    monkeypatch.setattr(entries, "MAX_ADDRESS_LENGTH", len(f"{WEBSITE}/floods"))

    assert locs(api) == {f"{WEBSITE}/"}


def test_cursor_leads_through_all_pages_once(api: Client, home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewset, "ROWS", 2)
    made = [build.TopicPageFactory(slug=f"p{number}") for number in range(4)]
    first = api.get(JSON).json()
    made[0].delete()  # what was seen already goes, and nothing is skipped
    seen, cursor = [item["loc"] for item in first["items"]], first["next"]

    while cursor:
        answer = api.get(f"{JSON}?cursor={cursor}").json()
        seen += [item["loc"] for item in answer["items"]]
        cursor = answer["next"]

    assert first["meta"] == {"total_count": 5}
    assert seen == [f"{WEBSITE}/", *(f"{WEBSITE}/p{number}/" for number in range(4))]


def test_cursor_beyond_the_end_finds_nothing(api: Client, home: HomePage) -> None:
    assert api.get(f"{JSON}?cursor=2147483647").json()["items"] == []


def test_xml_says_the_same(api: Client, home: HomePage, welsh_home: HomePage) -> None:
    published = dt.datetime(2026, 4, 6, 8, 30, 0, 123456, tzinfo=dt.UTC)
    Page.objects.filter(pk=home.pk).update(last_published_at=published)
    build.TopicPageFactory(slug="floods")

    root = parsed(api)

    assert root.tag == f"{{{NAMESPACE}}}urlset"
    assert texts(root, "loc") == [f"{WEBSITE}/", f"{WEBSITE}/cy/", f"{WEBSITE}/floods/"]
    assert texts(root[0], "lastmod") == ["2026-04-06T08:30:00Z"]
    links = [link.attrib for link in root[1].iter(f"{{{XHTML}}}link")]
    assert links == [
        {"rel": "alternate", "hreflang": "en", "href": f"{WEBSITE}/"},
        {"rel": "alternate", "hreflang": "x-default", "href": f"{WEBSITE}/"},
        {"rel": "alternate", "hreflang": "cy", "href": f"{WEBSITE}/cy/"},
    ]
    assert list(root[2].iter(f"{{{XHTML}}}link")) == []


def test_xml_escapes_addresses(api: Client, home: HomePage, settings: Any) -> None:
    settings.FRONTEND_URL = 'https://www.example.gov.uk/a&b"<c>'

    assert texts(parsed(api), "loc") == [f"{settings.FRONTEND_URL}/"]


def test_large_site_has_an_index_of_parts_on_the_website(
    api: Client, home: HomePage, welsh_home: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PART_SIZE", 3)
    for number in range(7):
        build.TopicPageFactory(slug=f"p{number}")
    Page.objects.update(last_published_at=dt.datetime(2026, 4, 6, tzinfo=dt.UTC))

    index = parsed(api)

    assert index.tag == f"{{{NAMESPACE}}}sitemapindex"
    addresses = texts(index, "loc")
    assert len(addresses) >= 3
    assert texts(index, "lastmod") == ["2026-04-06T00:00:00Z"] * len(addresses)
    found: list[str | None] = []
    for address in addresses:
        assert address is not None
        website, _, query = address.partition("?")
        assert website == f"{WEBSITE}/sitemap.xml"
        part = texts(parsed(api, query), "loc")
        assert 1 <= len(part) <= 3
        found += part
    assert sorted(map(str, found)) == sorted(locs(api))
    one_language = texts(parsed(api, "locale=en"), "loc")
    assert f"{WEBSITE}/sitemap.xml?locale=en&part=" in str(one_language[0])


def test_page_stays_in_its_part(api: Client, home: HomePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART_SIZE", 3)
    made = [build.TopicPageFactory(slug=f"p{number}") for number in range(9)]
    number = (made[8].pk - 1) // 3 + 1
    before = parsed(api, f"part={number}")

    Page.objects.filter(pk__in=[page.pk for page in made[:3]]).update(live=False)

    assert texts(parsed(api, f"part={number}"), "loc") == texts(before, "loc")


def test_part_without_pages_is_not_found(api: Client, home: HomePage) -> None:
    problem_of(api.get(f"{XML}?part=2147483647"), 404)


@pytest.mark.parametrize("address", [JSON, XML])
@pytest.mark.parametrize("query", ["site=nobody.example", "locale=fr", "locale=%00", "limit=10", "offset=1", "x=1"])
def test_unknown_things_are_refused(api: Client, home: HomePage, address: str, query: str) -> None:
    problem_of(api.get(f"{address}?{query}"), 400)


@pytest.mark.parametrize("value", ["0", "-1", "a", "", "100000000000000000000000", "1.5", "1&cursor=2", "1&part=2"])
def test_bad_cursor_and_part_are_refused(api: Client, home: HomePage, value: str) -> None:
    problem_of(api.get(f"{JSON}?cursor={value}"), 400)
    problem_of(api.get(f"{XML}?part={value}"), 400)


@pytest.mark.parametrize("address", [JSON, XML])
def test_queries_do_not_depend_on_the_number_of_pages(
    api: Client, home: HomePage, welsh_home: HomePage, address: str
) -> None:
    counts = []
    for rows in (20, 30, 50):
        for number in range(rows):
            page = build.TopicPageFactory(title=f"Page {rows} {number}")
            if number < 10:
                translated(page, f"Tudalen-{rows}-{number}")
        api.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert api.get(address).status_code == 200
        counts.append(len(queries))

    assert len(set(counts)) == 1, counts
    assert counts[0] <= 15


def test_head_is_answered(api: Client, home: HomePage) -> None:
    response = api.head(XML)

    assert response.status_code == 200
    assert response.content == b""
