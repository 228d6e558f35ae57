"""What the API says of every page beyond its own fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import Locale, Page, PageViewRestriction, Site

from pages import models
from pages.previews import keep_draft
from tests.factories import documents as files
from tests.factories import pages as build

FRONTEND = "https://www.example.gov.uk"


@pytest.fixture
def welsh_home(db: None) -> models.HomePage:
    """The Welsh translation of the default site's home page."""
    return translate(build.home_page(), "Hafan")


def translate(page: Page, title: str, *, alias: bool = False) -> Any:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    copy = page.copy_for_translation(welsh, alias=alias)
    if not alias:
        copy.title = title
        copy.save_revision().publish()
    return type(page).objects.get(pk=copy.pk)


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def detail(api: Client, page: Page, query: str = "") -> dict[str, Any]:
    response = api.get(f"/api/v2/pages/{page.pk}/?{query}")
    assert response.status_code == 200, response.content
    shown: dict[str, Any] = response.json()
    return shown


def test_path_is_that_of_the_page_on_its_site(api: Client, welsh_home: models.HomePage) -> None:
    page = build.TopicPageFactory(slug="b", parent=build.TopicPageFactory(slug="a"))
    welsh = build.TopicPageFactory(slug="gyrru", parent=welsh_home)

    assert detail(api, page)["path"] == "/a/b/"
    assert detail(api, build.home_page())["path"] == "/"
    assert detail(api, welsh)["path"] == "/cy/gyrru/"
    assert detail(api, welsh_home)["path"] == "/cy/"


def test_canonical_url_is_on_the_website_of_the_site(api: Client, settings: Any) -> None:
    settings.FRONTEND_URL = FRONTEND
    other = build.HomePageFactory(slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=other)
    here, there = build.TopicPageFactory(slug="a"), build.TopicPageFactory(slug="b", parent=other)

    assert detail(api, here)["canonical_url"] == f"{FRONTEND}/a/"
    shown = detail(api, there, "site=other.example.gov.uk")
    assert (shown["path"], shown["canonical_url"]) == ("/b/", "https://other.example.gov.uk/b/")


def test_canonical_url_without_a_website_is_on_the_site(api: Client) -> None:
    assert detail(api, build.TopicPageFactory(slug="a"))["canonical_url"] == "http://localhost/a/"


def test_canonical_url_of_an_alias_is_that_of_its_original(api: Client) -> None:
    original = build.TopicPageFactory(slug="original")
    alias = original.create_alias(update_slug="alias")
    assert detail(api, alias)["canonical_url"] == "http://localhost/original/"
    assert detail(api, alias)["path"] == "/alias/"

    restrict(original)

    assert detail(api, alias)["canonical_url"] == "http://localhost/alias/"


def test_breadcrumbs_lead_from_the_home_page_to_the_parent(api: Client) -> None:
    section = build.SectionPageFactory(title="News", slug="news")
    page = build.NewsArticlePageFactory(parent=section)

    assert detail(api, page)["breadcrumbs"] == [
        {"id": build.home_page().pk, "type": "pages.HomePage", "title": "Home", "url": "/"},
        {"id": section.pk, "type": "pages.SectionPage", "title": "News", "url": "/news/"},
    ]
    assert detail(api, build.home_page())["breadcrumbs"] == []


def test_breadcrumbs_leave_out_what_is_hidden(api: Client) -> None:
    draft = build.TopicPageFactory(title="Draft", live=False)
    middle = build.TopicPageFactory(title="Middle", parent=draft)
    page = build.TopicPageFactory(parent=middle)

    assert [crumb["title"] for crumb in detail(api, page)["breadcrumbs"]] == ["Home", "Middle"]


def test_breadcrumbs_begin_at_the_home_page_of_the_language(api: Client, welsh_home: models.HomePage) -> None:
    page = build.TopicPageFactory(parent=welsh_home)

    assert [crumb["url"] for crumb in detail(api, page)["breadcrumbs"]] == ["/cy/"]


def test_breadcrumbs_do_not_lead_above_the_home_page(api: Client) -> None:
    inner = build.TopicPageFactory(slug="inner")
    Site.objects.create(hostname="inner.example.gov.uk", port=443, root_page=inner)
    page = build.TopicPageFactory(parent=inner)

    crumbs = detail(api, page, "site=inner.example.gov.uk")["breadcrumbs"]

    assert [crumb["id"] for crumb in crumbs] == [inner.pk]


def test_translations_are_all_that_may_be_seen(api: Client, welsh_home: models.HomePage) -> None:
    page = build.TopicPageFactory(title="Driving", slug="driving")
    welsh = translate(page, "Gyrru")
    expected = [
        {
            "id": welsh.pk,
            "type": "pages.TopicPage",
            "title": "Gyrru",
            "url": "/cy/driving/",
            "locale": "cy",
            "canonical_url": "http://localhost/cy/driving/",
            "is_alias": False,
        },
        {
            "id": page.pk,
            "type": "pages.TopicPage",
            "title": "Driving",
            "url": "/driving/",
            "locale": "en",
            "canonical_url": "http://localhost/driving/",
            "is_alias": False,
        },
    ]
    assert detail(api, page)["translations"] == detail(api, welsh)["translations"] == expected

    restrict(welsh)

    assert detail(api, page)["translations"] == expected[1:]


def test_draft_of_a_translation_is_none(api: Client, welsh_home: models.HomePage) -> None:
    page = build.TopicPageFactory()
    page.copy_for_translation(welsh_home.locale)

    assert [translation["locale"] for translation in detail(api, page)["translations"]] == ["en"]


def test_translation_that_is_an_alias_is_marked(api: Client, welsh_home: models.HomePage) -> None:
    page = build.TopicPageFactory(slug="driving")
    alias = translate(page, "", alias=True)

    shown = {translation["locale"]: translation for translation in detail(api, page)["translations"]}

    assert shown["cy"]["id"] == alias.pk
    assert shown["cy"]["is_alias"]
    assert shown["cy"]["canonical_url"] == shown["en"]["canonical_url"] == "http://localhost/driving/"
    assert not shown["en"]["is_alias"]


def ok(kind: str, thing: Any, url: str) -> dict[str, Any]:
    return {"kind": kind, "id": thing.pk, "title": thing.title, "url": url, "status": "ok"}


def unavailable(kind: str) -> dict[str, Any]:
    return {"kind": kind, "id": None, "title": None, "url": None, "status": "unavailable"}


def test_links_are_found_wherever_they_are(api: Client, s3_bucket: object) -> None:
    targets = [build.TopicPageFactory(slug=f"t{number}") for number in range(6)]
    document = files.DocumentFactory()
    text = "".join(f'<a linktype="page" id="{page.pk}">x</a>' for page in targets[:2])
    notice = build.NoticeFactory(body=f'<p><a linktype="page" id="{targets[5].pk}">x</a></p>')
    page = build.NewsArticlePageFactory(
        body=[
            ("text", f'<p>{text}<a linktype="document" id="{document.pk}">d</a></p>'),
            ("links", {"title": "", "links": [build.link(page=targets[2]), build.link(page=targets[0])]}),
            ("faq", {"title": "", "questions": [_question(targets[3])]}),
            ("call_to_action", build.link(page=targets[4]) | {"style": "primary"}),
            ("notice", {"notice": notice}),
        ]
    )

    links = detail(api, page)["links"]

    assert links[:-1] == [ok("page", target, f"/t{number}/") for number, target in enumerate(targets)]
    assert (links[-1]["kind"], links[-1]["id"], links[-1]["status"]) == ("document", document.pk, "ok")


def _question(page: Page) -> dict[str, str]:
    return {"question": "Why?", "answer": f'<p><a linktype="page" id="{page.pk}">x</a></p>'}


def test_links_to_what_is_not_there_look_all_the_same(api: Client, s3_bucket: object) -> None:
    draft, restricted = build.TopicPageFactory(live=False), build.TopicPageFactory()
    restrict(restricted)
    private = files.DocumentFactory(collection=files.private_collection())
    links = "".join(f'<a linktype="page" id="{key}">x</a>' for key in (draft.pk, restricted.pk, 987654))
    links += "".join(f'<a linktype="document" id="{key}">x</a>' for key in (private.pk, 987654))
    page = build.NewsArticlePageFactory(body=[("text", f"<p>{links}</p>")])

    assert detail(api, page)["links"] == [unavailable("page")] * 3 + [unavailable("document")] * 2


def test_links_in_a_hidden_notice_are_none(api: Client) -> None:
    target = build.TopicPageFactory()
    notice = build.NoticeFactory(body=f'<p><a linktype="page" id="{target.pk}">x</a></p>', live=False)
    page = build.NewsArticlePageFactory(body=[("notice", {"notice": notice})])

    assert detail(api, page)["links"] == []


def test_list_shows_what_the_detail_shows(api: Client, welsh_home: models.HomePage) -> None:
    page = build.TopicPageFactory(body=[("text", f'<p><a linktype="page" id="{welsh_home.pk}">x</a></p>')])
    translate(page, "Gyrru")
    names = ["path", "canonical_url", "breadcrumbs", "translations", "links", "version"]

    answer = api.get(f"/api/v2/pages/?type=pages.TopicPage&locale=en&fields={','.join(names)}").json()
    every = api.get("/api/v2/pages/?type=pages.TopicPage&locale=en&fields=*").json()

    shown = detail(api, page)
    assert {name: answer["items"][0][name] for name in names} == {name: shown[name] for name in names}
    assert {name: every["items"][0][name] for name in names} == {name: shown[name] for name in names}


def test_list_of_any_type_shows_all_but_links(api: Client) -> None:
    page = build.TopicPageFactory()

    items = api.get("/api/v2/pages/?fields=*").json()["items"]

    (item,) = [item for item in items if item["id"] == page.pk]
    shown = detail(api, page)
    for name in ("path", "canonical_url", "breadcrumbs", "translations", "version"):
        assert item[name] == shown[name]
    assert "links" not in item
    assert api.get("/api/v2/pages/?fields=links").status_code == 400


def test_fields_that_are_not_asked_for_are_not_there(api: Client) -> None:
    page = build.TopicPageFactory()

    assert detail(api, page, "fields=_,path,version").keys() == {"path", "version"}
    assert "breadcrumbs" not in api.get("/api/v2/pages/").json()["items"][0]


@pytest.mark.parametrize("name", ["path", "links", "version", "breadcrumbs", "translations", "canonical_url"])
def test_pages_cannot_be_filtered_or_ordered_by_them(api: Client, name: str) -> None:
    for query in (f"{name}=1", f"order={name}", f"type=pages.TopicPage&{name}=0001"):
        assert api.get(f"/api/v2/pages/?{query}").status_code == 400


def test_preview_shows_a_draft_in_its_place(api: Client, welsh_home: models.HomePage) -> None:
    hidden, section = build.TopicPageFactory(live=False), build.section("News")
    article = build.NewsArticlePageFactory(parent=section, slug="article")
    article.body = [("text", f'<p><a linktype="page" id="{hidden.pk}">x</a></p>')]

    shown = api.get("/api/preview/", {"token": keep_draft(article)}).json()

    assert shown["path"] == "/news/article/" if section.slug == "news" else shown["path"].endswith("/article/")
    assert [crumb["title"] for crumb in shown["breadcrumbs"]] == ["Home", "News"]
    assert shown["links"] == [unavailable("page")]
    assert shown["version"] is None


def test_preview_of_a_page_that_was_never_saved_has_them_too(api: Client) -> None:
    section = build.section("News")
    page = models.NewsArticlePage(title="New", slug="new", locale=section.locale)
    page.set_url_path(section)
    page.depth, page.path = section.depth + 1, section.path + "0001"

    shown = api.get("/api/preview/", {"token": keep_draft(page)}).json()

    assert shown["path"].endswith("/new/")
    assert [crumb["title"] for crumb in shown["breadcrumbs"]] == ["Home", "News"]
    assert (shown["translations"], shown["links"], shown["version"]) == ([], [], None)
