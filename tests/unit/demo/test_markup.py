"""From the text of a page to what Wagtail stores."""

from __future__ import annotations

import pytest

from cms.demo.markup.prose import to_rich_text
from cms.demo.markup.streams import StreamBuilder
from cms.demo.markup.syntax import Block, Heading, Prose, read_items, read_parts, read_titled

TEXT = """
Before.

## A heading

First line
second line.

- one
- two

::: callout warning | Mind
Text **inside**.
:::

@contact floodline

### Lower
"""


def _resolve(kind: str, key: str) -> int:
    return {"page:flooding": 7, "document:plan": 8, "contact:floodline": 9, "image:river": 10}[f"{kind}:{key}"]


def _builder(owner: str = "page") -> StreamBuilder:
    return StreamBuilder(owner, _resolve, {"river": "A river"}.__getitem__)


def test_text_is_read_into_parts_in_order() -> None:
    assert read_parts(TEXT) == [
        Prose("Before."),
        Heading("h2", "A heading"),
        Prose("First line\nsecond line.\n\n- one\n- two"),
        Block("callout", ("warning", "Mind"), ("Text **inside**.",)),
        Block("contact", ("floodline",)),
        Heading("h3", "Lower"),
    ]


def test_block_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="never closed"):
        read_parts("::: callout warning\nText")


def test_text_before_the_first_title_is_refused() -> None:
    with pytest.raises(ValueError, match="before the first"):
        read_titled(("lost", "### Step"))


def test_titles_and_items_inside_blocks() -> None:
    assert read_titled(("### One", "a", "b", "### Two")) == [("One", "a\nb"), ("Two", "")]
    assert read_items(("- a | b", "", "- c")) == [("a", "b"), ("c",)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One\nline.", "<p>One line.</p>"),
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("**b** and *i*", "<p><b>b</b> and <i>i</i></p>"),
        ("[x](page:flooding)", '<p><a linktype="page" id="7">x</a></p>'),
        ("[x](document:plan)", '<p><a linktype="document" id="8">x</a></p>'),
        ("[x](https://example.org/a?b=c&d)", '<p><a href="https://example.org/a?b=c&amp;d">x</a></p>'),
        ("1 < 2 & <script>", "<p>1 &lt; 2 &amp; &lt;script&gt;</p>"),
    ],
)
def test_running_text_becomes_rich_text(source: str, expected: str) -> None:
    assert to_rich_text(source, _resolve) == expected


def test_link_to_something_unknown_is_an_error() -> None:
    with pytest.raises(KeyError, match="page:nowhere"):
        to_rich_text("[x](page:nowhere)", _resolve)


def test_blocks_are_built_as_the_stream_stores_them() -> None:
    text, heading, _, callout, contact, _ = _builder().build(read_parts(TEXT))
    assert text["value"] == "<p>Before.</p>"
    assert heading["value"] == {"text": "A heading", "level": "h2"}
    assert callout["value"] == {"kind": "warning", "title": "Mind", "text": "<p>Text <b>inside</b>.</p>"}
    assert contact["value"] == {"contact": 9}


def test_image_takes_its_text_from_the_library_unless_it_has_its_own_or_is_decorative() -> None:
    parts = read_parts("@image river\n@image river | Mine | Caption\n@image river | decorative")
    values = [block["value"] for block in _builder().build(parts)]
    assert [value["alt_text"] for value in values] == ["A river", "Mine", ""]
    assert [value["decorative"] for value in values] == [False, False, True]
    assert values[1]["caption"] == "Caption"


def test_ids_of_blocks_are_the_same_each_time_and_differ_between_pages() -> None:
    parts = read_parts(TEXT)
    ids = [block["id"] for block in _builder().build(parts)]
    assert ids == [block["id"] for block in _builder().build(parts)]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {block["id"] for block in _builder("other").build(parts)}


def test_unknown_block_is_refused() -> None:
    with pytest.raises(ValueError, match="no block named marquee"):
        _builder().build(read_parts("@marquee"))
