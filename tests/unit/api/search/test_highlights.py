"""What of a page is quoted in a result, and what of it can be found at all."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.factories import documents as files
from tests.factories import pages as build
from tests.unit.api.search.conftest import Search, titles

ARTICLE = build.NewsArticlePageFactory


def highlight(found: dict[str, Any]) -> dict[str, str]:
    shown: dict[str, str] = found["items"][0]["highlight"]
    return shown


def test_words_are_marked_in_all_their_forms(search: Search) -> None:
    ARTICLE(title="Floods and a flooded field", summary="Flooding in the dŵr.")

    assert highlight(search("flood")) == {
        "title": "<mark>Floods</mark> and a <mark>flooded</mark> field",
        "text": "<mark>Flooding</mark> in the dŵr.",
    }
    assert highlight(search("DWR"))["text"] == "Flooding in the <mark>dŵr</mark>."


def test_part_of_the_body_around_the_first_hit(search: Search) -> None:
    before, after = "lorem " * 100, " ipsum" * 100
    ARTICLE(title="Rivers", summary="Nothing.", body=[("text", f"<p>{before}an <b>otter</b> was seen{after}</p>")])

    text = highlight(search("otter"))["text"]

    assert "lorem an <mark>otter</mark> was seen ipsum" in text
    assert text.startswith("… lorem ")
    assert text.endswith(" ipsum …")
    assert len(text) < 300


def test_summary_where_the_words_are_in_the_title_only(search: Search) -> None:
    ARTICLE(title="Otters", summary="Where they live.")

    assert highlight(search("otter"))["text"] == "Where they live."


def test_words_that_every_text_has_are_not_marked(search: Search) -> None:
    ARTICLE(title="The otter", summary="The otter of the river.")

    assert highlight(search("the otter"))["text"] == "The <mark>otter</mark> of the river."


@pytest.mark.parametrize("typed", ["alert", "otter", "amp", "onerror", "lt", "quot"])
def test_content_cannot_smuggle_in_markup(search: Search, typed: str) -> None:
    evil = '<script>alert("otter")</script> & <img src=x onerror=alert(1)> <mark onclick=otter> &lt;b&gt; amp lt quot'
    escaped = evil.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    body = [("text", f"<p>{escaped}</p>"), ("heading", {"text": evil, "level": "h2"})]
    ARTICLE(title=f"Otter {evil}", slug="one", summary=evil)
    ARTICLE(title="Otter two", slug="two", summary="", body=body)

    found = search(typed)

    assert found["items"]
    for item in found["items"]:
        for text in item["highlight"].values():
            assert not re.search(r"[<>\"']", text.replace("<mark>", "").replace("</mark>", ""))
            assert not re.search(r"&(?!amp;|lt;|gt;|quot;|#x27;)", text)


def test_text_of_every_kind_of_block_is_found(search: Search) -> None:
    body = [
        ("heading", {"text": "wordone", "level": "h2"}),
        ("text", "<p>wordtwo</p>"),
        ("steps", {"title": "", "steps": [{"title": "wordthree", "text": "<p>wordfour</p>"}]}),
        ("details", {"summary": "wordfive", "text": "<p>wordsix</p>"}),
        ("links", {"title": "wordseven", "links": [build.link(url="https://example.org/", text="wordeight")]}),
    ]
    ARTICLE(title="Everything", body=body)

    for word in ("wordone", "wordtwo", "wordthree", "wordfour", "wordfive", "wordsix", "wordseven", "wordeight"):
        found = search(word)
        assert titles(found) == ["Everything"], word
        assert f"<mark>{word}</mark>" in highlight(found)["text"]


def test_what_belongs_to_a_reference_is_neither_found_nor_quoted(search: Search, s3_bucket: object) -> None:
    """It is hidden with what it refers to, which may happen at any time, and nobody builds the index anew then."""
    secret = build.TopicPageFactory(title="Secretpage", live=False)
    image = files.ImageFactory(title="Secretimage", description="Secretimage")
    document = files.DocumentFactory(title="Secretdocument")
    contact = build.ContactFactory(title="Secretcontact", live=False)
    body = [
        ("text", f'<p>otter <a linktype="page" id="{secret.pk}">here</a></p>'),
        ("links", {"title": "", "links": [build.link(page=secret, text="Secretlink")]}),
        ("call_to_action", build.link(page=secret, text="Secretaction") | {"style": "primary"}),
        ("image", {"image": image, "decorative": False, "alt_text": "Secretalt", "caption": "Secretcap", "credit": ""}),
        (
            "attachments",
            {
                "title": "",
                "attachments": [{"title": "Secretfile", "document": document, "language": "", "accessible": False}],
            },
        ),
        ("contact", {"contact": contact}),
    ]
    ARTICLE(title="Refers", body=body)

    for word in (
        *("secretpage", "secretimage", "secretdocument", "secretcontact"),
        *("secretlink", "secretaction", "secretalt", "secretcap", "secretfile"),
    ):
        assert search(word) == search("nothingness"), word
    assert "secret" not in str(search("otter")).lower()


def test_names_of_styles_are_no_text(search: Search) -> None:
    ARTICLE(title="Button", body=[("call_to_action", build.link(url="https://e.org/", text="Go") | {"style": "start"})])

    assert titles(search("go")) == ["Button"]
    assert titles(search("beginning")) == []
