"""Rich text as a tree: its nodes, and the schema that says what they are like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from pages.references import references_for
from pages.rich_text import render_rich_text
from pages.rich_text_ast import RICH_TEXT_SCHEMAS
from tests.factories import pages as build
from tests.factories.documents import DocumentFactory
from tests.unit.pages.test_rich_text import Nowhere


def words(text: str, *marks: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "marks": list(marks)}


def paragraph(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": "paragraph", "children": list(children)}


def bullets(*items: list[dict[str, Any]], ordered: bool = False, start: int | None = None) -> dict[str, Any]:
    shown = [{"type": "list_item", "children": item} for item in items]
    return {"type": "list", "ordered": ordered, "start": start, "items": shown}


def link(kind: str, url: str, *children: dict[str, Any]) -> dict[str, Any]:
    return {"type": "link", "kind": kind, "url": url, "page": None, "document": None, "children": list(children)}


BREAK = {"type": "line_break"}
CASES: dict[str, list[dict[str, Any]]] = {
    "": [],
    "<p></p>": [],
    "<p>\xa0</p>": [],
    "<p>a</p>": [paragraph(words("a"))],
    "loose <b>text</b>": [paragraph(words("loose "), words("text", "bold"))],
    "<p>a</p>\n<p>b</p>": [paragraph(words("a")), paragraph(words("b"))],
    "<p>a <b>b <i>c</i></b></p>": [paragraph(words("a "), words("b ", "bold"), words("c", "bold", "italic"))],
    "<p><b>a<strong>b</strong></b></p>": [paragraph(words("ab", "bold"))],
    "<p>a<br/>b</p>": [paragraph(words("a"), BREAK, words("b"))],
    "<p>2 &lt; 3 &amp; more</p>": [paragraph(words("2 < 3 & more"))],
    "<ul><li>a</li><li>b</li></ul>": [bullets([paragraph(words("a"))], [paragraph(words("b"))])],
    "<ul><li>a<ol><li>b</li></ol></li></ul>": [
        bullets([paragraph(words("a")), bullets([paragraph(words("b"))], ordered=True)])
    ],
    "<ul>\n<li>a</li>\n<ul><li>b</li></ul></ul>": [
        bullets([paragraph(words("a"))], [bullets([paragraph(words("b"))])])
    ],
    '<ol start="4"><li>a</li></ol>': [bullets([paragraph(words("a"))], ordered=True, start=4)],
    '<h2 id="fees">Fees</h2>': [{"type": "heading", "level": 2, "id": "fees", "children": [words("Fees")]}],
    "<h4>Fees</h4>": [{"type": "heading", "level": 4, "id": None, "children": [words("Fees")]}],
    "<blockquote>a<p>b</p></blockquote>": [
        {"type": "quote", "children": [paragraph(words("a")), paragraph(words("b"))]}
    ],
    "<p>a</p><hr/><p>b</p>": [paragraph(words("a")), {"type": "rule"}, paragraph(words("b"))],
    "<p>a<ul><li>b</li></ul>c</p>": [paragraph(words("a")), bullets([paragraph(words("b"))]), paragraph(words("c"))],
    '<p>See <a href="https://example.org">the <i>site</i></a>.</p>': [
        paragraph(
            words("See "), link("external", "https://example.org", words("the "), words("site", "italic")), words(".")
        )
    ],
    '<b><a href="mailto:a@b.example">x</a></b>': [paragraph(link("email", "mailto:a@b.example", words("x", "bold")))],
    '<a href="tel:123">x</a>': [paragraph(link("phone", "tel:123", words("x")))],
    '<a href="#fees">x</a>': [paragraph(link("anchor", "#fees", words("x")))],
    '<a href="/a">x</a>': [paragraph(link("external", "https://www.example.gov.uk/a", words("x")))],
    '<p>a <a linktype="page" id="7">hidden</a> b</p>': [paragraph(words("a hidden b"))],
    '<p>a<embed embedtype="image" id="1"/></p>': [paragraph(words("a"))],
    '<p><a href="https://example.org"></a></p>': [],
}


@pytest.mark.parametrize(("source", "tree"), CASES.items())
def test_text_becomes_a_tree(source: str, tree: list[dict[str, Any]]) -> None:
    assert render_rich_text(source, "ast", Nowhere()) == tree


def validator() -> Draft202012Validator:
    """For the component `RichText`, with simple stand-ins for those of others."""
    link_to_page = {
        "type": "object",
        "required": ["id", "type", "title", "url"],
        "additionalProperties": False,
        "properties": {"id": {"type": "integer"}, **{name: {"type": "string"} for name in ("type", "title", "url")}},
    }
    schemas = {**RICH_TEXT_SCHEMAS, "PageLink": link_to_page, "Document": {"type": "object", "required": ["sha256"]}}
    schema = {"$ref": "#/components/schemas/RichText", "components": {"schemas": schemas}}
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("source", CASES)
def test_tree_is_as_the_schema_says(source: str) -> None:
    validator().validate(render_rich_text(source, "ast", Nowhere()))


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        [{"type": "image"}],
        [{"type": "paragraph"}],
        [paragraph()],
        [paragraph(words("a", "blinking"))],
        [paragraph(words("a", "bold", "bold"))],
        [paragraph({**words("a"), "onclick": "x"})],
        [paragraph(paragraph(words("a")))],
        [paragraph(link("external", "https://example.org", link("external", "https://example.org", words("a"))))],
        [bullets([words("a")])],
    ],
)
def test_schema_refuses_what_no_text_becomes(wrong: Any) -> None:
    with pytest.raises(ValidationError):
        validator().validate(wrong)


@pytest.mark.django_db
def test_link_to_a_page_or_a_document_says_what_it_leads_to(context_for: Callable[..., Any]) -> None:
    page, document = build.TopicPageFactory(title="Boats"), DocumentFactory.create()
    references = references_for(context_for(query="rich_text_format=ast"))
    source = f'<a linktype="page" id="{page.pk}">p</a><a linktype="document" id="{document.pk}">d</a>'
    tree = references.rich_text(source)
    to_page, to_document = tree[0]["children"]
    shown = {"id": page.pk, "type": "pages.TopicPage", "title": "Boats", "url": page.url}
    assert (to_page["kind"], to_page["page"], to_page["document"]) == ("page", shown, None)
    assert to_page["url"] == page.full_url
    assert (to_document["kind"], to_document["page"], to_document["document"]["id"]) == ("document", None, document.pk)
    assert to_document["url"] == to_document["document"]["url"]
    validator().validate(tree)


@pytest.mark.django_db
def test_every_rich_text_of_an_answer_is_a_tree_when_asked_for(client: Any) -> None:
    article = build.NewsArticlePageFactory(
        body=[
            ("text", "<p>a</p>"),
            ("callout", {"kind": "information", "title": "", "text": "<p>b</p>"}),
            ("faq", {"title": "", "questions": [{"question": "c?", "answer": "<p>d</p>"}]}),
        ]
    )
    body = client.get(f"/api/v2/pages/{article.pk}/", {"rich_text_format": "ast"}).json()["body"]
    text, callout, faq = (block["value"] for block in body)
    assert text == [paragraph(words("a"))]
    assert callout["text"] == [paragraph(words("b"))]
    assert faq["questions"][0]["answer"] == [paragraph(words("d"))]
