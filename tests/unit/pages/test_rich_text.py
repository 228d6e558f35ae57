"""Rich text as frontends get it: clean, with absolute links, and with nothing that could do harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from wagtail.models import Page, Site

from pages.references import references_for
from pages.rich_text import RICH_TEXT_FORMATS, render_rich_text
from tests.factories import pages as build
from tests.factories.documents import DocumentFactory, private_collection


class Nowhere:
    """Targets of a text that refers to nothing."""

    website = "https://www.example.gov.uk"

    def load(self, wanted: dict[type[Model], set[Any]]) -> None:
        pass

    def represent(self, model: type[Model], key: Any) -> None:
        return None

    def address(self, model: type[Model], key: Any) -> None:
        return None


def html(source: str) -> str:
    shown: str = render_rich_text(source, "html", Nowhere())
    return shown


@pytest.mark.parametrize(
    "kept",
    [
        "<p>A <b>bold</b> and <i>italic</i> word.</p>",
        "<ul><li>a<ul><li>b</li></ul></li></ul>",
        '<ol start="3"><li>c</li></ol>',
        "<p>one<br/>two</p><hr/>",
        '<h2 id="fees">Fees</h2>',
        '<p lang="cy">Croeso</p>',
        "<p>2<sup>3</sup> H<sub>2</sub>O <code>x</code> <s>no</s></p>",
        "<blockquote>Words</blockquote>",
        '<a href="https://example.org/?a=1&amp;b=2">x</a>',
        '<a href="mailto:a@example.org">x</a>',
        '<a href="tel:+441632960001">x</a>',
        '<a href="#fees">x</a>',
        '<a href="https://example.org" rel="nofollow noopener" target="_blank">x</a>',
        "<p>Fish &amp; chips &lt; 5 €, Ŵyl\xa0fawr</p>",
    ],
)
def test_what_belongs_into_text_stays_as_it_is(kept: str) -> None:
    assert html(kept) == kept


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('<p data-block-key="x7f">a</p>', "<p>a</p>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p>a<style>p{}</style><iframe src='https://evil.example'>x</iframe></p>", "<p>a</p>"),
        ('<p onclick="alert(1)" style="position:fixed" class="x">a</p>', "<p>a</p>"),
        ("<p>a<img src=x onerror=alert(1)>b</p>", "<p>ab</p>"),
        ("<p>a<svg><script>alert(1)</script></svg>b</p>", "<p>ab</p>"),
        ("<div><p>a</p></div>", "<p>a</p>"),
        ("<p>a<!-- secret --><?php evil ?></p>", "<p>a</p>"),
        ('<embed embedtype="image" id="7" format="left" alt="A"/><p>a</p>', "<p>a</p>"),
        ('<p>a</p><embed embedtype="media" url="https://example.org/v">', "<p>a</p>"),
        ('<a href="https://a.example">x<a href="https://b.example">y</a></a>', '<a href="https://a.example">xy</a>'),
        ('<a name="here">x</a>', "x"),
        ('<a href="">x</a>', "x"),
        ('<ol start="x"><li>a</li></ol>', "<ol><li>a</li></ol>"),
        ("&copy; &#233; &quot;", '© é "'),
        ("", ""),
    ],
)
def test_what_does_not_belong_into_text_is_left_out(source: str, shown: str) -> None:
    assert html(source) == shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "java\tscript:alert(1)",
        "java&#10;script:alert(1)",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "blob:https://example.org/x",
    ],
)
@pytest.mark.parametrize("form", RICH_TEXT_FORMATS)
def test_link_that_runs_something_is_no_link(address: str, form: str) -> None:
    shown = str(render_rich_text(f'<p><a href="{address}">x</a></p>', form, Nowhere()))
    assert "script" not in shown.lower()
    assert "href" not in shown
    assert ":" not in shown or form == "ast"


def test_attribute_cannot_be_left() -> None:
    shown = html("""<a href='https://example.org/"onmouseover="alert(1)'>x</a>""")
    assert shown == '<a href="https://example.org/&quot;onmouseover=&quot;alert(1)">x</a>'


@pytest.mark.parametrize("form", RICH_TEXT_FORMATS)
@pytest.mark.parametrize("start", ["<b>", "<ul><li>", "<blockquote>", "<div>", '<a href="/x">'])
def test_text_of_any_depth_breaks_nothing(start: str, form: str) -> None:
    render_rich_text(f"<p>a</p>{start * 3000}b", form, Nowhere())


def test_path_becomes_an_address_of_the_website() -> None:
    assert html('<a href="/news/?a=1#b">x</a>') == '<a href="https://www.example.gov.uk/news/?a=1#b">x</a>'


# With pages and documents


@pytest.fixture
def texts() -> dict[str, str]:
    """Links to a page, to a document, to a draft, and to a document that is not for everybody."""
    page, document = build.TopicPageFactory(title="Boats", slug="boats"), DocumentFactory.create()
    draft = build.TopicPageFactory(title="Secret", live=False)
    private = DocumentFactory.create(collection=private_collection())
    return {
        "page": f'<p><a linktype="page" id="{page.pk}">boats</a></p>',
        "document": f'<p><a linktype="document" id="{document.pk}">form</a></p>',
        "draft": f'<p><a linktype="page" id="{draft.pk}">draft</a></p>',
        "private": f'<p><a linktype="document" id="{private.pk}">paper</a></p>',
    }


@pytest.mark.django_db
def test_links_are_absolute(texts: dict[str, str], anonymous: Any, settings: Settings) -> None:
    settings.WAGTAILAPI_BASE_URL = "https://cms.example.gov.uk"
    settings.FRONTEND_URL = ""
    references = references_for(anonymous)
    site, page = Site.objects.get(), Page.objects.get(slug="boats")
    assert references.rich_text(texts["page"]) == f'<p><a href="{page.full_url}">boats</a></p>'
    assert page.full_url.startswith(site.root_url)
    assert '<a href="https://cms.example.gov.uk/documents/' in references.rich_text(texts["document"])


@pytest.mark.django_db
def test_links_lead_to_the_website_that_shows_the_pages(
    texts: dict[str, str], anonymous: Any, settings: Settings
) -> None:
    settings.FRONTEND_URL = "https://www.example.gov.uk"
    page = Page.objects.get(slug="boats")
    path = page.get_url_parts()[2]
    assert references_for(anonymous).rich_text(texts["page"]) == (
        f'<p><a href="https://www.example.gov.uk{path}">boats</a></p>'
    )


@pytest.mark.django_db
@pytest.mark.parametrize("form", RICH_TEXT_FORMATS)
@pytest.mark.parametrize("hidden", ["draft", "private"])
def test_words_stay_where_the_target_is_not_to_be_seen(
    texts: dict[str, str], context_for: Callable[..., Any], form: str, hidden: str
) -> None:
    shown = str(references_for(context_for(query=f"rich_text_format={form}")).rich_text(texts[hidden]))
    assert {"draft": "draft", "private": "paper"}[hidden] in shown
    for trace in ("href", "linktype", "Secret", "](", "'link'", "id="):
        assert trace not in shown


@pytest.mark.django_db
@pytest.mark.parametrize("quoted", ["linktype='page' id='{}'", "LINKTYPE=page ID={}", 'id="{}" linktype="page"'])
def test_reference_is_found_however_it_is_written(anonymous: Any, quoted: str) -> None:
    page, draft = build.TopicPageFactory(slug="boats"), build.TopicPageFactory(live=False)
    references = references_for(anonymous)
    assert page.full_url in references.rich_text(f"<a {quoted.format(page.pk)}>x</a>")
    assert references.rich_text(f"<a {quoted.format(draft.pk)}>x</a>") == "x"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x", "0", "-1", "9" * 40, "1 or 1=1", "٣"])
def test_reference_to_nothing_is_no_link(anonymous: Any, key: str) -> None:
    assert references_for(anonymous).rich_text(f'<a linktype="page" id="{key}">x</a>') == "x"


@pytest.mark.django_db
def test_stored_form_keeps_references(texts: dict[str, str], context_for: Callable[..., Any]) -> None:
    references = references_for(context_for(query="rich_text_format=db_html"))
    assert references.rich_text(texts["page"]) == texts["page"]
    assert references.rich_text('<p data-block-key="ab12">x</p>') == '<p data-block-key="ab12">x</p>'


@pytest.mark.django_db
def test_markdown_has_absolute_links(texts: dict[str, str], context_for: Callable[..., Any]) -> None:
    page = Page.objects.get(slug="boats")
    shown = references_for(context_for(query="rich_text_format=markdown")).rich_text(texts["page"])
    assert shown.strip() == f"[boats]({page.full_url})"


@pytest.mark.django_db
def test_what_the_service_renders_itself_links_without_a_host(client: Client, settings: Settings) -> None:
    settings.FRONTEND_URL = ""
    page = build.TopicPageFactory(slug="boats")
    other = build.NewsArticlePageFactory(body=[("text", f'<p><a linktype="page" id="{page.pk}">boats</a></p>')])
    assert f'<a href="{page.url}">boats</a>' in client.get(other.url).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["html", "ast"])
def test_texts_cost_the_same_queries_however_many_links_they_have(client: Client, form: str) -> None:
    targets = [build.TopicPageFactory() for _ in range(8)]
    files = DocumentFactory.create_batch(8)

    def article(number: int) -> int:
        links = "".join(
            f'<a linktype=\'page\' id=\'{page.pk}\'>p</a><a linktype="document" id="{file.pk}">d</a><a href="/x">x</a>'
            for page, file in zip(targets[:number], files, strict=False)
        )
        return int(build.NewsArticlePageFactory(body=[("text", f"<p>{links}</p>")] * number).pk)

    def queries(pk: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v2/pages/{pk}/", {"rich_text_format": form}).status_code == 200
        return len(captured)

    few, many = article(1), article(8)
    queries(few)
    assert queries(many) == queries(few)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["", "HTML", "xml", "content_state", "ast,html"])
@pytest.mark.parametrize("path", ["/api/v2/pages/", "/api/v2/images/", "/api/v2/pages/find/"])
def test_unknown_form_is_refused(client: Client, path: str, form: str) -> None:
    answer = client.get(path, {"rich_text_format": form, "id": 1} if "find" in path else {"rich_text_format": form})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["loc"] == ["query", "rich_text_format"]
    assert "ast" in answer.json()["detail"]
