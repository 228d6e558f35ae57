"""Feeds of what is new below a page."""

from __future__ import annotations

import datetime as dt
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page, PageViewRestriction, Site

from pages import models
from tests.contract.conftest import credentials  # noqa: F401 - a fixture
from tests.factories import pages as build
from tests.factories import people
from tests.unit.api.problems import problem_of

ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
WEBSITE = "https://www.example.gov.uk"
LONG_AGO = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _website(settings: Any) -> None:
    settings.FRONTEND_URL = WEBSITE


@pytest.fixture
def news(db: None) -> models.SectionPage:
    """A section."""
    section: models.SectionPage = build.SectionPageFactory(
        title="News", slug="news", summary="What we say.", first_published_at=LONG_AGO
    )
    return section


def article(parent: Page, title: str, days: int = 0, **fields: Any) -> models.NewsArticlePage:
    """An article whose date is some days after `LONG_AGO`."""
    made: models.NewsArticlePage = build.NewsArticlePageFactory(
        parent=parent, title=title, first_published_at=LONG_AGO, **fields
    )
    models.NewsArticlePage.objects.filter(pk=made.pk).update(public_updated_at=LONG_AGO + dt.timedelta(days=days))
    return made


def json_feed(api: Client, page: Page, query: str = "", headers: dict[str, str] | None = None) -> dict[str, Any]:
    response = api.get(f"/api/v2/feeds/{page.pk}/json/?{query}", headers=headers)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/feed+json"
    feed: dict[str, Any] = response.json()
    return feed


def atom_feed(api: Client, page: Page, query: str = "") -> Element:
    response = api.get(f"/api/v2/feeds/{page.pk}/atom/?{query}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/atom+xml"
    root: Element = fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    return root


def titles(feed: dict[str, Any]) -> list[str]:
    return [item["title"] for item in feed["items"]]


def text(element: Element, path: str) -> str | None:
    return element.findtext("/".join(f"{ATOM}{step}" for step in path.split("/")))


def links(element: Element) -> dict[str, str]:
    return {link.attrib["rel"]: link.attrib["href"] for link in element.findall(f"{ATOM}link")}


def translated(page: Page, title: str) -> Any:
    """A live Welsh translation."""
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    copy = page.copy_for_translation(welsh, copy_parents=True)
    copy.title, copy.slug = title, slugify(title)
    copy.save_revision().publish()
    copy.refresh_from_db()
    return copy


def test_json_feed_has_what_a_reader_program_needs(api: Client, news: models.SectionPage) -> None:
    page = article(news, "Weir closed", days=3, slug="weir", summary="From Monday.")

    feed = json_feed(api, news)

    address = f"{django_settings.WAGTAILAPI_BASE_URL}/api/v2/feeds/{news.pk}/json/"
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "description": "What we say.",
        "home_page_url": f"{WEBSITE}/news/",
        "feed_url": address,
        "language": "en",
        "authors": [{"name": django_settings.WAGTAIL_SITE_NAME, "url": f"{WEBSITE}/"}],
        "items": [
            {
                "id": f"tag:www.example.gov.uk,2026-01-01:page-{page.pk}",
                "url": f"{WEBSITE}/news/weir/",
                "title": "Weir closed",
                "content_text": "From Monday.",
                "date_published": "2026-01-01T12:00:00Z",
                "date_modified": "2026-01-04T12:00:00Z",
                "authors": [],
                "tags": [],
                "language": "en",
                "_page": {"id": page.pk, "type": "pages.NewsArticlePage"},
            }
        ],
    }


def test_atom_feed_has_what_the_rfc_demands(api: Client, news: models.SectionPage) -> None:
    page = article(news, "Weir closed", days=3, slug="weir", summary="From Monday.")

    feed = atom_feed(api, news)

    assert feed.attrib == {LANGUAGE: "en"}
    assert text(feed, "id") == f"tag:www.example.gov.uk,2026-01-01:page-{news.pk}:feed"
    assert text(feed, "title") == "News"
    assert text(feed, "subtitle") == "What we say."
    assert text(feed, "updated") == "2026-01-04T12:00:00+00:00"
    assert text(feed, "author/name") == django_settings.WAGTAIL_SITE_NAME
    own = f"{django_settings.WAGTAILAPI_BASE_URL}/api/v2/feeds/{news.pk}/atom/"
    assert links(feed) == {"self": own, "alternate": f"{WEBSITE}/news/"}
    (entry,) = feed.findall(f"{ATOM}entry")
    assert text(entry, "id") == f"tag:www.example.gov.uk,2026-01-01:page-{page.pk}"
    assert text(entry, "title") == "Weir closed"
    assert text(entry, "summary") == "From Monday."
    assert text(entry, "published") == "2026-01-01T12:00:00+00:00"
    assert text(entry, "updated") == "2026-01-04T12:00:00+00:00"
    assert links(entry) == {"alternate": f"{WEBSITE}/news/weir/"}


def test_newest_comes_first_and_depth_does_not_matter(api: Client, news: models.SectionPage) -> None:
    below = build.SectionPageFactory(parent=news, title="Below")
    models.SectionPage.objects.filter(pk=below.pk).update(public_updated_at=LONG_AGO)
    article(news, "Second", days=2)
    article(below, "Third", days=3)
    article(news, "First", days=1)

    assert titles(json_feed(api, news)) == ["Third", "Second", "First", "Below"]
    assert text(atom_feed(api, news), "entry/title") == "Third"


def test_page_without_a_date_for_readers_has_that_of_its_publication(api: Client, news: models.SectionPage) -> None:
    page = article(news, "Old")
    models.NewsArticlePage.objects.update(public_updated_at=None)

    assert json_feed(api, news)["items"][0]["date_modified"] == "2026-01-01T12:00:00Z"

    Page.objects.filter(pk=page.pk).update(first_published_at=None)
    assert titles(json_feed(api, news)) == []


def test_number_of_items_can_be_chosen(api: Client, news: models.SectionPage) -> None:
    for number in range(22):
        article(news, f"Article {number}", days=number)

    assert len(titles(json_feed(api, news))) == 20
    assert titles(json_feed(api, news, "limit=2")) == ["Article 21", "Article 20"]
    assert len(titles(json_feed(api, news, "limit=100"))) == 22


def test_types_can_be_chosen(api: Client, news: models.SectionPage) -> None:
    article(news, "Article")
    build.EventPageFactory(parent=news, title="Event")
    build.PublicationPageFactory(parent=news, title="Publication")

    assert titles(json_feed(api, news, "type=pages.NewsArticlePage")) == ["Article"]
    assert len(titles(json_feed(api, news, "type=pages.NewsArticlePage,pages.EventPage"))) == 2
    assert len(titles(json_feed(api, news, "type=wagtailcore.Page"))) == 3
    everything, articles = atom_feed(api, news), atom_feed(api, news, "type=pages.NewsArticlePage")
    assert text(everything, "id") != text(articles, "id")
    assert links(articles)["self"].endswith("/atom/?type=pages.NewsArticlePage")


def test_organisation_and_topic_have_what_is_tagged_with_them(api: Client, news: models.SectionPage) -> None:
    agency = build.OrganisationPageFactory(title="River Agency", slug="river-agency")
    floods = build.TopicPageFactory(title="Floods")
    tagged = article(news, "Tagged", days=5)
    tagged.page_organisations.add(models.PageOrganisation(organisation=agency))
    tagged.page_topics.add(models.PageTopic(topic=floods))
    tagged.save()
    article(news, "Other")
    article(agency, "Its own", days=1)

    assert titles(json_feed(api, agency)) == ["Tagged", "Its own"]
    assert titles(json_feed(api, floods)) == ["Tagged"]
    assert titles(json_feed(api, news)) == ["Tagged", "Other"]
    item = json_feed(api, news)["items"][0]
    assert item["authors"] == [{"name": "River Agency", "url": f"{WEBSITE}/river-agency/"}]
    assert item["tags"] == ["Floods"]
    assert json_feed(api, agency)["authors"] == item["authors"]
    entry = atom_feed(api, news).find(f"{ATOM}entry")
    assert entry is not None
    assert text(entry, "author/name") == "River Agency"
    assert text(entry, "author/uri") == f"{WEBSITE}/river-agency/"
    assert [category.attrib for category in entry.findall(f"{ATOM}category")] == [{"term": "Floods"}]


def test_feed_keeps_to_the_language_of_its_page(api: Client, news: models.SectionPage) -> None:
    floods = build.TopicPageFactory(title="Floods")
    english = article(news, "Floods are here", summary="Move.")
    english.page_topics.add(models.PageTopic(topic=floods))
    english.save()
    llifogydd = translated(floods, "Llifogydd")
    welsh = translated(english, "Mae'r llifogydd wedi cyrraedd, ŵyr a thŷ")

    assert titles(json_feed(api, floods)) == ["Floods are here"]
    feed = json_feed(api, llifogydd)
    assert titles(feed) == [welsh.title]
    assert feed["language"] == feed["items"][0]["language"] == "cy"
    assert feed["items"][0]["url"].startswith(f"{WEBSITE}/cy/")
    atom = api.get(f"/api/v2/feeds/{llifogydd.pk}/atom/")
    assert atom["Content-Language"] == "cy"
    assert fromstring(atom.content).attrib == {LANGUAGE: "cy"}
    assert text(fromstring(atom.content), "entry/title") == welsh.title
    assert json_feed(api, llifogydd, "locale=cy")["title"] == "Llifogydd"
    problem_of(api.get(f"/api/v2/feeds/{llifogydd.pk}/json/?locale=en"), 404)


def test_markup_and_control_characters_do_not_break_the_xml(api: Client, news: models.SectionPage) -> None:
    nasty = '<b>"Tom" & Jerry</b> &amp; \x0b\x1f\ufffe\U0001f30a end'
    kept = '<b>"Tom" & Jerry</b> &amp; \U0001f30a end'
    page = article(news, "A")
    topic = build.TopicPageFactory(title=nasty)
    page.page_topics.add(models.PageTopic(topic=topic))
    page.save()
    for model in (models.NewsArticlePage, models.SectionPage):
        model.objects.update(title=nasty, summary=nasty)
    Site.objects.update(site_name=nasty)

    feed = atom_feed(api, news)

    assert text(feed, "title") == text(feed, "subtitle") == text(feed, "author/name") == kept
    assert text(feed, "entry/title") == kept
    category = feed.find(f"{ATOM}entry/{ATOM}category")
    assert category is not None
    assert category.attrib["term"] == kept
    summary = feed.find(f"{ATOM}entry/{ATOM}summary")
    assert summary is not None
    assert summary.attrib == {"type": "html"}
    assert summary.text == '&lt;b&gt;"Tom" &amp; Jerry&lt;/b&gt; &amp;amp; \U0001f30a end'
    assert titles(json_feed(api, news)) == [nasty]


def test_empty_feed_is_a_feed(api: Client, news: models.SectionPage) -> None:
    models.SectionPage.objects.update(public_updated_at=LONG_AGO)
    leaf = article(news, "Leaf")

    assert json_feed(api, leaf)["items"] == []
    first, second = (api.get(f"/api/v2/feeds/{leaf.pk}/atom/").content for _ in range(2))
    assert first == second
    assert text(fromstring(first), "updated") == "2026-01-01T12:00:00+00:00"


def test_page_without_a_summary_has_its_title_as_text(api: Client, news: models.SectionPage) -> None:
    article(news, "Weir closed", summary="")

    assert json_feed(api, news)["items"][0]["content_text"] == "Weir closed"
    assert text(atom_feed(api, news), "entry/summary") is None


def test_alias_is_shown_only_where_its_original_is_not(api: Client, news: models.SectionPage) -> None:
    other = build.SectionPageFactory(title="Other")
    original = article(news, "Original")
    original.create_alias(parent=other, update_slug="alias")

    assert [item["_page"]["id"] for item in json_feed(api, news)["items"]] == [original.pk]
    assert titles(json_feed(api, other)) == ["Original"]
    of_home = json_feed(api, build.home_page(), "type=pages.NewsArticlePage")
    assert [item["_page"]["id"] for item in of_home["items"]] == [original.pk]


def test_hidden_pages_are_not_in_a_feed_and_have_none(
    api: Client,
    news: models.SectionPage,
    credentials: Any,  # noqa: F811
) -> None:
    now = timezone.now()
    draft = article(news, "Draft", live=False)
    scheduled = article(news, "Scheduled", live=False, go_live_at=now + dt.timedelta(days=1))
    overdue = article(news, "Overdue", expire_at=now - dt.timedelta(seconds=5))
    private = build.SectionPageFactory(parent=news, title="Private")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    article(private, "Below private")
    tagged = article(news, "Public", days=9)
    agency = build.OrganisationPageFactory(title="Secret agency", live=False)
    tagged.page_organisations.add(models.PageOrganisation(organisation=agency))
    tagged.page_topics.add(models.PageTopic(topic=build.TopicPageFactory(title="Secret", live=False)))
    tagged.save()

    assert titles(json_feed(api, news)) == ["Public"]
    assert json_feed(api, news)["items"][0] | {"authors": [], "tags": []} == json_feed(api, news)["items"][0]
    for page in (draft, scheduled, overdue, private, agency):
        problem_of(api.get(f"/api/v2/feeds/{page.pk}/atom/"), 404)
        problem_of(api.get(f"/api/v2/feeds/{page.pk}/json/"), 404)
    headers = credentials(people.reader())
    assert sorted(titles(json_feed(api, news, headers=headers))) == ["Below private", "Private", "Public"]
    assert titles(json_feed(api, private, headers=headers)) == ["Below private"]
    response = api.get(f"/api/v2/feeds/{private.pk}/atom/", headers=headers)
    assert response["Cache-Control"] == "private, no-store"


def test_feed_of_a_page_of_another_site_is_asked_for_with_the_site(api: Client, news: models.SectionPage) -> None:
    home = build.HomePageFactory(title="Other home", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, site_name="Other", root_page=home)
    build.TopicPageFactory(parent=home, title="There", slug="there")

    problem_of(api.get(f"/api/v2/feeds/{home.pk}/json/"), 404)
    feed = json_feed(api, home, "site=other.example.gov.uk")
    assert feed["items"][0]["url"] == "https://other.example.gov.uk/there/"
    assert feed["authors"] == [{"name": "Other", "url": "https://other.example.gov.uk/"}]


@pytest.mark.parametrize("number", ["0", "999999999", "2147483648", "9" * 30])
@pytest.mark.parametrize("form", ["atom", "json"])
def test_unknown_page_has_no_feed(api: Client, news: models.SectionPage, number: str, form: str) -> None:
    problem_of(api.get(f"/api/v2/feeds/{number}/{form}/"), 404)


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=-1", "limit=a", "limit=1&limit=2", "offset=1", "x=1", "site=nobody.example"),
        *("locale=fr", "type=", "type=pages.Nothing", "type=accounts.User", "type=x", "type=pages.NewsArticlePage,"),
        *("type=%00", "type=" + "a" * 3000, "format=json"),
    ],
)
def test_unknown_things_are_refused(api: Client, news: models.SectionPage, query: str) -> None:
    problem_of(api.get(f"/api/v2/feeds/{news.pk}/atom/?{query}"), 400)
    problem_of(api.get(f"/api/v2/feeds/{news.pk}/json/?{query}"), 400)


@pytest.mark.parametrize("form", ["atom", "json"])
def test_queries_do_not_depend_on_the_number_of_items(api: Client, news: models.SectionPage, form: str) -> None:
    agencies = [build.OrganisationPageFactory() for _ in range(10)]
    topics = [build.TopicPageFactory() for _ in range(10)]
    for number in range(100):
        page = article(news, f"Article {number}", days=number)
        models.PageOrganisation.objects.create(page=page, organisation=agencies[number % 10])
        models.PageTopic.objects.create(page=page, topic=topics[number % 10])
    counts = []
    for rows in (20, 50, 100):
        address = f"/api/v2/feeds/{news.pk}/{form}/?limit={rows}"
        api.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = api.get(address)
        assert answer.content.count(b"tag:www") >= rows
        counts.append(len(queries))

    assert len(set(counts)) == 1, counts
    assert counts[0] <= 28  # one for each type of page among them
