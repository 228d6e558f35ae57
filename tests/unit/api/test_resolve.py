"""What is at an address: a page, a redirect, something that is gone, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, PageViewRestriction, Site

from cms.accounts.models import User
from pages.models import HomePage
from tests.factories import pages as build
from tests.factories import people

FRONTEND = "https://www.example.gov.uk"
SHORTLY = "public, max-age=0, s-maxage=30"


def resolve(api: Client, path: str, status: int = 200, **parameters: str) -> dict[str, Any]:
    response = api.get("/api/v2/resolve/", {"path": path, **parameters})
    assert response.status_code == status, response.content
    answer: dict[str, Any] = response.json()
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert answer["status"] == status
    if status in {404, 410}:
        assert response["Cache-Control"] == SHORTLY
    return answer


def page_of(answer: dict[str, Any]) -> int:
    assert answer["kind"] == "page", answer
    page: int = answer["page"]["id"]
    return page


def location_of(answer: dict[str, Any]) -> str:
    assert answer["kind"] == "redirect", answer
    location: str = answer["location"]
    return location


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


@pytest.fixture
def home(db: None) -> HomePage:
    return build.home_page()


@pytest.fixture
def welsh_home(home: HomePage) -> HomePage:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    copy = home.copy_for_translation(welsh)
    copy.title = "Hafan"
    copy.save_revision().publish()
    return HomePage.objects.get(pk=copy.pk)


@pytest.fixture
def other_home(home: HomePage) -> HomePage:
    """The home page of a second site, under https."""
    other: HomePage = build.HomePageFactory(title="Other home", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=other)
    return other


def test_page_is_answered_with_all_its_fields(api: Client, home: HomePage) -> None:
    page = build.NewsArticlePageFactory(slug="a")
    path = api.get(f"/api/v2/pages/{page.pk}/").json()["path"]

    response = api.get("/api/v2/resolve/", {"path": path})

    assert response.json() == {"kind": "page", "page": api.get(f"/api/v2/pages/{page.pk}/").json()}
    assert response["Content-Language"] == "en"


def test_fields_and_format_can_be_chosen(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(slug="a", body=[("text", "<p>Some <b>text</b></p>")])

    answer = resolve(api, "/a/", fields="_,id,body", rich_text_format="markdown")

    assert answer["page"].keys() == {"id", "body"}
    assert page_of(answer) == page.pk
    assert "**text**" in answer["page"]["body"][0]["value"]
    resolve(api, "/a/", 400, fields="nonsense")
    resolve(api, "/a/", 400, rich_text_format="nonsense")


@pytest.mark.parametrize(
    "path",
    [
        *["/a/b-c/", "/a/b-c", "a/b-c", "//a//b-c//", "/./a/../a/./b-c/", "/../a/b-c/", " /a/b-c/ "],
        *["/a/b-c/?utm=1&x=%20", "/a/b-c?x=http://elsewhere/", "/a/b-c/#part", "/a/b-c/?x#y"],
        *["/a/b%2dc/", "/a/b%2Dc/", "/%61/b-c/", "/a%2Fb-c/", "/x/%2e%2E/a/b-c/"],
        *["http://localhost/a/b-c/", "HTTP://LOCALHOST/a/b-c?x=1#y", "http://localhost:80/a/b-c/"],
        *["http://user:password@localhost/a/b-c/", "http://localhost//a//b-c/", "http://testserver/a/b-c/"],
        *[
            "https://www.example.gov.uk/a/b-c/",
            "https://www.example.gov.uk:443/a/b-c",
            "https://WWW.example.gov.uk./a/b-c",
        ],
    ],
)
def test_page_is_found_however_its_address_is_written(api: Client, home: HomePage, path: str, settings: Any) -> None:
    settings.FRONTEND_URL = FRONTEND
    page = build.TopicPageFactory(slug="b-c", parent=build.TopicPageFactory(slug="a"))

    assert page_of(resolve(api, path)) == page.pk


@pytest.mark.parametrize(
    "path", ["/", "", "?x=1", "#y", "http://localhost", "http://localhost/?x", "http://localhost#y"]
)
def test_home_page_is_found(api: Client, home: HomePage, path: str) -> None:
    assert page_of(resolve(api, path)) == home.pk


def test_every_address_that_the_api_gives_leads_back(
    api: Client, welsh_home: HomePage, other_home: HomePage, settings: Any
) -> None:
    settings.FRONTEND_URL = f"{FRONTEND}/folder/"
    pages = [
        build.home_page(),
        welsh_home,
        build.TopicPageFactory(slug="gyrru", parent=welsh_home),
        build.TopicPageFactory(slug="driving"),
        build.TopicPageFactory(slug="driving", parent=other_home),
    ]
    for page in pages:
        site = {"site": "other.example.gov.uk"} if page.url_path.startswith("/other/") else {}
        shown = api.get(f"/api/v2/pages/{page.pk}/", site).json()
        assert page_of(resolve(api, shown["path"], **site)) == page.pk
        assert page_of(resolve(api, shown["canonical_url"])) == page.pk
        assert page_of(resolve(api, shown["meta"]["html_url"])) == page.pk


@pytest.mark.parametrize(
    ("path", "locale"),
    [("/cy/gyrru/", None), ("/gyrru/", "cy"), ("/cy/gyrru/", "cy"), ("http://localhost/cy/gyrru", None)],
)
def test_language_is_in_the_path_or_in_the_parameter(
    api: Client, welsh_home: HomePage, path: str, locale: str | None
) -> None:
    page = build.TopicPageFactory(slug="gyrru", parent=welsh_home)

    response = api.get("/api/v2/resolve/", {"path": path} | ({"locale": locale} if locale else {}))

    assert page_of(response.json()) == page.pk
    assert response["Content-Language"] == "cy"


def test_language_is_never_guessed(api: Client, welsh_home: HomePage) -> None:
    build.TopicPageFactory(slug="gyrru", parent=welsh_home)
    build.TopicPageFactory(slug="driving")

    for path, locale in (("/gyrru/", "en"), ("/driving/", "cy"), ("/cy/gyrru/", "en"), ("/cy-GB/gyrru/", "")):
        resolve(api, path, 404, **({"locale": locale} if locale else {}))
    resolve(api, "/gyrru/", 400, locale="fr")


def test_site_is_chosen_by_parameter_or_by_url(api: Client, other_home: HomePage) -> None:
    here, there = build.TopicPageFactory(slug="a"), build.TopicPageFactory(slug="a", parent=other_home)

    assert page_of(resolve(api, "/a/")) == here.pk
    assert page_of(resolve(api, "/a/", site="other.example.gov.uk")) == there.pk
    assert page_of(resolve(api, "https://other.example.gov.uk/a/")) == there.pk
    assert page_of(resolve(api, "https://other.example.gov.uk/a/", site="other.example.gov.uk")) == there.pk
    resolve(api, "https://other.example.gov.uk/a/", 400, site="localhost")
    resolve(api, "/a/", 400, site="nobody.example")


@pytest.mark.parametrize(
    "path",
    [
        *["https://nobody.example/a/", "https://1/a/", "http://localhost:8080/a/", "http://localhost:99999999/a/"],
        *["http://[::1]:80/a/", "http:///a/", "https://www.example.gov.uk.evil.example/a/", "ftp://localhost/a/"],
        *["/nothing/", "/a/nothing/", "/" + "a/" * 900, "/a%0d%0a/", "/%2500/", "/%C3%28/", "/a;b/", "/*/", "/a b/"],
    ],
)
def test_nothing_is_found(api: Client, home: HomePage, path: str) -> None:
    build.TopicPageFactory(slug="a")

    answer = resolve(api, path, 404)

    assert answer["kind"] == "not_found"
    assert isinstance(answer["suggestions"], list)


@pytest.mark.parametrize(
    "query",
    [
        *["", "path=%00", "path=/%00/", "path=http://[", "path=http://[::1", "path=/&path=/", "path=/&x=1", "path=%ff"],
        *["path=" + "a" * 8192, "path=/&fields=nonsense", "path=/&locale=%00", "path=/&renditions=nonsense"],
    ],
)
def test_bad_question_is_refused(api: Client, home: HomePage, query: str) -> None:
    assert api.get(f"/api/v2/resolve/?{query}").status_code == 400


def test_hidden_page_is_not_found(api: Client, home: HomePage) -> None:
    build.TopicPageFactory(slug="draft", title="Draft", live=False)
    restricted = build.TopicPageFactory(slug="restricted", title="Restricted")
    build.TopicPageFactory(slug="below", parent=restricted)
    restrict(restricted)
    nothing = resolve(api, "/nothing/", 404)

    for path in ("/draft/", "/restricted/", "/restricted/below/", "/restricted/nothing/"):
        assert resolve(api, path, 404) | {"instance": ""} == nothing | {"instance": ""}


def test_reader_is_answered_with_what_is_for_readers(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(slug="restricted")
    restrict(page)
    headers = sign_in(api, people.reader())

    response = api.get("/api/v2/resolve/?path=/restricted/", headers=headers)

    assert page_of(response.json()) == page.pk
    assert response["Cache-Control"] == "private, no-store"
    assert api.get("/api/v2/resolve/?path=/nothing/", headers=headers)["Cache-Control"] == "private, no-store"


def sign_in(api: Client, user: User) -> dict[str, str]:
    body = {"username": user.username, "password": people.PASSWORD}
    token = api.post("/api/auth/token/", body, content_type="application/json").json()["access"]
    return {"authorization": f"Bearer {token}"}


def test_upper_case_is_redirected(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(slug="b", parent=build.TopicPageFactory(slug="a"))

    answer = resolve(api, "/A/B?x=1")

    assert (answer["status"], location_of(answer)) == (301, "http://localhost/a/b/")
    assert answer["page"]["id"] == page.pk
    restrict(page)
    resolve(api, "/A/B/", 404)


# Redirects


def test_redirect_to_a_page_names_its_canonical_address(api: Client, home: HomePage, settings: Any) -> None:
    settings.FRONTEND_URL = FRONTEND
    page = build.TopicPageFactory(slug="new", title="New")
    Redirect.add_redirect("/old/", page)

    assert resolve(api, "/old/") == {
        "kind": "redirect",
        "status": 301,
        "permanent": True,
        "location": f"{FRONTEND}/new/",
        "page": {"id": page.pk, "type": "pages.TopicPage", "title": "New", "url": "/new/"},
    }


def test_redirect_to_an_address_elsewhere(api: Client, home: HomePage) -> None:
    Redirect.add_redirect("/old/", "https://elsewhere.example/x?y#z", is_permanent=False)

    assert resolve(api, "/old/") == {
        "kind": "redirect",
        "status": 302,
        "permanent": False,
        "location": "https://elsewhere.example/x?y#z",
        "page": None,
    }


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("/old/", "/old"),
        ("/old", "/old/"),
        ("/old", "//old//"),
        ("/old", "http://localhost/old/?utm=1#x"),
        ("/old?b=2&a=1", "/old/?a=1&b=2"),
        ("/caf%c3%a9/", "/caf%C3%A9"),
        ("/café", "/caf%c3%a9/"),
        ("/café", "/café"),
        ("/a%2fb", "/a%2Fb/"),
        ("/a%2Fb", "/a%2fb/"),
        ("/index.php;b;a", "/index.php;a;b"),
        ("/a//b", "/a//b/"),
        ("/a/b", "/a//b/"),
        ("/Old-Page.aspx", "/Old-Page.aspx"),
    ],
)
def test_redirect_is_found_as_wagtail_finds_it_and_better(api: Client, home: HomePage, stored: str, asked: str) -> None:
    Redirect.add_redirect(stored, "https://elsewhere.example/")

    assert location_of(resolve(api, asked)) == "https://elsewhere.example/"


def test_redirect_with_the_query_string_comes_first(api: Client, home: HomePage) -> None:
    Redirect.add_redirect("/old?id=1", "https://elsewhere.example/one")
    Redirect.add_redirect("/old", "https://elsewhere.example/any")

    assert location_of(resolve(api, "/old/?id=1")).endswith("/one")
    assert location_of(resolve(api, "/old/?id=2")).endswith("/any")


def test_redirect_of_the_site_comes_first(api: Client, other_home: HomePage) -> None:
    Redirect.add_redirect("/old", "https://elsewhere.example/global")
    Redirect.add_redirect("/old", "https://elsewhere.example/own", site=Site.objects.get(is_default_site=True))

    assert location_of(resolve(api, "/old/")).endswith("/own")
    assert location_of(resolve(api, "/old/", site="other.example.gov.uk")).endswith("/global")


def test_redirect_of_another_site_is_none(api: Client, other_home: HomePage) -> None:
    Redirect.add_redirect("/old", "https://elsewhere.example/", site=Site.objects.get(is_default_site=False))

    resolve(api, "/old/", 404)


def test_redirect_in_a_language_is_found_without_its_prefix(api: Client, welsh_home: HomePage) -> None:
    Redirect.add_redirect("/cy/hen", "https://elsewhere.example/cy")

    assert location_of(resolve(api, "/cy/hen/")) == location_of(resolve(api, "/hen", locale="cy"))
    resolve(api, "/hen/", 404)


def test_live_page_wins_over_a_redirect_and_a_draft_does_not(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(slug="a")
    draft = build.TopicPageFactory(slug="b", live=False)
    for path in ("/a", "/b"):
        Redirect.add_redirect(path, "https://elsewhere.example/")

    assert page_of(resolve(api, "/a/")) == page.pk
    assert location_of(resolve(api, f"/{draft.slug}/")) == "https://elsewhere.example/"


def test_redirect_to_a_hidden_page_is_nothing(api: Client, home: HomePage) -> None:
    draft, restricted = build.TopicPageFactory(slug="draft", live=False), build.TopicPageFactory(slug="restricted")
    restrict(restricted)
    outside = build.HomePageFactory(slug="outside")
    Redirect.add_redirect("/to-draft", draft)
    Redirect.add_redirect("/to-restricted", restricted)
    Redirect.add_redirect("/to-outside", outside)
    Redirect.add_redirect("/link-to-draft", "/draft/")
    Redirect.add_redirect("/link-to-restricted", "http://localhost/restricted/?x=1")
    Redirect.add_redirect("/empty", "")
    Redirect.add_redirect("/script", "javascript:alert(1)")
    Redirect.add_redirect("/broken", "http://[")

    for old_path in Redirect.objects.values_list("old_path", flat=True):
        resolve(api, old_path, 404)


def test_redirect_by_address_to_a_page_names_its_canonical_address(
    api: Client, other_home: HomePage, settings: Any
) -> None:
    settings.FRONTEND_URL = FRONTEND
    here, there = build.TopicPageFactory(slug="a"), build.TopicPageFactory(slug="b", parent=other_home)
    Redirect.add_redirect("/one", "http://localhost/a?x=1#y")
    Redirect.add_redirect("/two", "/a")
    Redirect.add_redirect("/three", "https://other.example.gov.uk/b")
    Redirect.add_redirect("/four", "/not-a-page/of-this-service?x")

    assert location_of(resolve(api, "/one/")) == f"{FRONTEND}/a/?x=1#y"
    assert location_of(resolve(api, "/two/")) == f"{FRONTEND}/a/"
    assert resolve(api, "/two/")["page"]["id"] == here.pk
    assert location_of(resolve(api, "/three/")) == "https://other.example.gov.uk/b/"
    assert resolve(api, "/three/")["page"]["id"] == there.pk
    assert location_of(resolve(api, "/four/")) == f"{FRONTEND}/not-a-page/of-this-service?x"


def test_chain_is_followed_to_its_end(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(slug="end")
    Redirect.add_redirect("/a", "/b/")
    Redirect.add_redirect("/b", "http://localhost/c", is_permanent=False)
    Redirect.add_redirect("/c", page)

    answer = resolve(api, "/a/")

    assert (answer["location"], answer["status"]) == ("http://localhost/end/", 302)
    assert resolve(api, "/c/")["status"] == 301


def test_circle_and_endless_chain_are_nothing(api: Client, home: HomePage) -> None:
    Redirect.add_redirect("/self", "/self/")
    Redirect.add_redirect("/a", "/b/")
    Redirect.add_redirect("/b", "http://localhost/a?again")
    for number in range(12):
        Redirect.add_redirect(f"/chain-{number}", f"/chain-{number + 1}/")

    for path in ("/self/", "/a/", "/b/", "/chain-0/"):
        resolve(api, path, 404)
    assert location_of(resolve(api, "/chain-2/")) == "http://localhost/chain-12/"


def test_page_that_moved_is_found_by_its_old_address(
    api: Client, home: HomePage, django_capture_on_commit_callbacks: Any
) -> None:
    page = build.TopicPageFactory(slug="old")
    below = build.TopicPageFactory(slug="below", parent=page)
    page.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        page.slug = "new"
        page.save_revision().publish()

    assert location_of(resolve(api, "/old/")) == "http://localhost/new/"
    assert resolve(api, "/old/below/")["page"]["id"] == below.pk
    page.move(build.TopicPageFactory(slug="target"), "last-child")
    assert location_of(resolve(api, "/old/")) == location_of(resolve(api, "/new/")) == "http://localhost/target/new/"


# Gone


def test_what_was_public_is_gone(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(slug="a", title="A title")
    pk = page.pk
    page.unpublish()

    answer = resolve(api, "/a/", 410)
    detail = api.get(f"/api/v2/pages/{pk}/")

    assert answer["kind"] == "gone"
    assert "A title" not in str(answer)
    assert detail.status_code == 410
    assert detail.json() | {"instance": ""} == answer | {"instance": ""}
    assert detail["Cache-Control"] == SHORTLY
    page.delete()
    resolve(api, "/a?x=1", 410)
    assert api.get(f"/api/v2/pages/{pk}/").status_code == 410


def test_what_was_never_public_is_not_gone(api: Client, home: HomePage) -> None:
    draft, restricted = build.TopicPageFactory(slug="draft", live=False), build.TopicPageFactory(slug="restricted")
    restrict(restricted)
    ids = draft.pk, restricted.pk
    draft.delete()
    restricted.delete()

    for path in ("/draft/", "/restricted/"):
        resolve(api, path, 404)
    for pk in (*ids, 987654, 10**12):
        assert api.get(f"/api/v2/pages/{pk}/").status_code == 404


def test_redirect_wins_over_what_is_gone(api: Client, home: HomePage) -> None:
    build.TopicPageFactory(slug="a").delete()
    Redirect.add_redirect("/a", "https://elsewhere.example/")

    assert location_of(resolve(api, "/a/")) == "https://elsewhere.example/"


def test_redirect_to_what_is_gone_is_nothing(api: Client, home: HomePage) -> None:
    build.TopicPageFactory(slug="gone").delete()
    Redirect.add_redirect("/a", "/gone/")

    resolve(api, "/a/", 404)


def test_page_that_is_gone_is_gone_from_its_own_site_only(api: Client, other_home: HomePage) -> None:
    page = build.TopicPageFactory(slug="a", parent=other_home)
    page.unpublish()

    resolve(api, "https://other.example.gov.uk/a/", 410)
    resolve(api, "/a/", 404)
    assert api.get(f"/api/v2/pages/{page.pk}/?site=other.example.gov.uk").status_code == 410
    assert api.get(f"/api/v2/pages/{page.pk}/").status_code == 404


# Suggestions


def test_pages_with_words_of_the_address_are_suggested(api: Client, home: HomePage) -> None:
    page = build.TopicPageFactory(title="Apply for a fishing licence")
    build.TopicPageFactory(title="Something else")
    hidden = build.TopicPageFactory(title="Secret fishing licence")
    restrict(hidden)
    build.TopicPageFactory(title="Draft fishing licence", live=False)
    call_command("update_index", verbosity=0)

    suggestions = resolve(api, "/old/fishing-licence_123.html", 404)["suggestions"]

    assert suggestions == [{"id": page.pk, "type": "pages.TopicPage", "title": page.title, "url": f"/{page.slug}/"}]
    assert resolve(api, "/zzz/", 404)["suggestions"] == []


def test_no_more_than_five_are_suggested_in_the_language_of_the_address(api: Client, welsh_home: HomePage) -> None:
    for number in range(7):
        build.TopicPageFactory(title=f"Driving {number}")
    welsh = build.TopicPageFactory(title="Driving yn Gymraeg", parent=welsh_home)
    call_command("update_index", verbosity=0)

    assert len(resolve(api, "/driving/", 404)["suggestions"]) == 5
    assert [page["id"] for page in resolve(api, "/cy/driving/", 404)["suggestions"]] == [welsh.pk]
    assert [page["id"] for page in resolve(api, "/driving/", 404, locale="cy")["suggestions"]] == [welsh.pk]


@pytest.mark.parametrize("slug", ['"', "*", "a AND (b", "and-or-not", "%27%3B--", "NEAR(a b)", "\U0010ffff", "'''"])
def test_no_address_breaks_the_search(api: Client, home: HomePage, slug: str) -> None:
    resolve(api, f"/{slug}/", 404)


# Cost


def queries(api: Client, path: str) -> int:
    api.get("/api/v2/resolve/", {"path": path})
    with CaptureQueriesContext(connection) as captured:
        api.get("/api/v2/resolve/", {"path": path})
    return len(captured)


def test_cost_does_not_depend_on_what_is_on_the_page(api: Client, home: HomePage) -> None:
    targets = [build.TopicPageFactory() for _ in range(30)]
    blocks = [("links", {"title": "", "links": [build.link(page=target)]}) for target in targets]
    build.TopicPageFactory(slug="small", body=blocks[:1])
    build.TopicPageFactory(slug="large", body=blocks)

    assert len(resolve(api, "/large/")["page"]["links"]) == 30
    assert queries(api, "/large/") == queries(api, "/small/") <= 35


def test_cost_of_nothing_does_not_depend_on_what_there_is(api: Client, home: HomePage) -> None:
    build.TopicPageFactory(title="Some page")
    call_command("update_index", verbosity=0)
    few = queries(api, "/some-page-a/")
    for number in range(10):
        build.TopicPageFactory(title=f"Some page {number}").delete()
        build.TopicPageFactory(title=f"Some page {number}")
        Redirect.add_redirect(f"/old-{number}", "/")
    call_command("update_index", verbosity=0)

    assert resolve(api, "/some-page-a/", 404)["suggestions"]
    assert queries(api, "/some-page-a/") == few <= 20
