"""What blocks accept, refuse, and keep."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.blocks import Block
from wagtail.blocks.struct_block import StructBlockValidationError

from pages.blocks.contacts import PhoneChannelBlock
from pages.blocks.images import ImageBlock
from pages.blocks.links import CallToActionBlock, LinkBlock
from pages.blocks.navigation import MenuItemBlock
from pages.blocks.stream import BodyStream, ChannelStream, FooterStream, LandingStream, MenuStream
from pages.blocks.tables import TableBlock
from pages.blocks.text import RICH_TEXT_FEATURES, ProseBlock
from pages.blocks.video import VideoBlock, identify_video
from tests.factories import pages as factories
from tests.factories.documents import ImageFactory
from tests.unit.pages.conftest import Context

TABLE = {"data": [["Year", "Visits"], ["2025", "7"]], "table_caption": "Visits", "table_header_choice": "row"}


def refused_fields(block: Block, value: dict[str, Any]) -> set[str]:
    """The names of the fields that a publication with this value is refused for."""
    with pytest.raises(StructBlockValidationError) as error:
        block.clean(block.normalize(value))
    return set(error.value.block_errors)


def accepted_in_a_draft(block: Block, value: Any) -> bool:
    block.clean_deferred(block.normalize(value))
    return True


@pytest.mark.django_db
class TestLinks:
    """A link has exactly one target."""

    def test_a_page_is_enough(self) -> None:
        block = LinkBlock()
        page = factories.section()
        assert block.clean(block.normalize(factories.link(page=page)))["page"].pk == page.pk

    def test_an_address_with_a_text_is_enough(self) -> None:
        block = LinkBlock()
        assert block.clean(block.normalize(factories.link(url="https://a.example", text="A")))["text"] == "A"

    def test_both_are_refused_even_in_a_draft(self) -> None:
        value = factories.link(page=factories.section(), url="https://a.example", text="A")
        assert refused_fields(LinkBlock(), value) == {"url"}
        with pytest.raises(StructBlockValidationError):
            accepted_in_a_draft(LinkBlock(), value)

    def test_none_is_refused(self) -> None:
        assert refused_fields(LinkBlock(), factories.link()) == {"page"}
        assert accepted_in_a_draft(LinkBlock(), factories.link())

    def test_an_address_without_a_text_is_refused(self) -> None:
        assert refused_fields(LinkBlock(), factories.link(url="https://a.example")) == {"text"}

    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example",
            "https://",
            "https://u:p@a.example",
        ],
    )
    def test_anything_but_the_web_is_refused_even_in_a_draft(self, address: str) -> None:
        value = factories.link(url=address, text="A")
        assert refused_fields(LinkBlock(), value) == {"url"}
        with pytest.raises(StructBlockValidationError):
            accepted_in_a_draft(LinkBlock(), value)

    def test_a_call_to_action_is_a_link(self) -> None:
        assert refused_fields(CallToActionBlock(), factories.link() | {"style": "primary"}) == {"page"}

    def test_menus_have_three_levels(self, anonymous: Context) -> None:
        third = factories.link(url="https://a.example/3", text="Three")
        second = factories.link(url="https://a.example/2", text="Two") | {"children": [third]}
        first = factories.link(page=factories.section("One")) | {"children": [second]}
        block = MenuItemBlock()
        shown = block.get_api_representation(block.normalize(first), anonymous)
        assert shown is not None
        assert shown["url"] == "/one/"
        assert shown["children"][0]["children"][0]["text"] == "Three"
        assert shown["children"][0]["children"][0]["children"] == []

    def test_a_menu_item_without_a_target_is_a_heading_for_what_is_under_it(self, anonymous: Context) -> None:
        block = MenuItemBlock()
        second = factories.link(url="https://a.example/2", text="Two") | {"children": []}
        heading = factories.link(text="One") | {"children": [second]}
        assert block.clean(block.normalize(heading))
        shown = block.get_api_representation(block.normalize(heading), anonymous)
        assert shown is not None
        assert (shown["text"], shown["url"], shown["page"], len(shown["children"])) == ("One", "", None, 1)

    @pytest.mark.parametrize("text", ["", "One"])
    def test_a_menu_item_without_a_target_and_without_anything_under_it_is_refused(self, text: str) -> None:
        empty = factories.link(text=text) | {"children": []}
        assert refused_fields(MenuItemBlock(), empty) == {"page"}

    def test_a_heading_with_nothing_visible_under_it_goes(self, anonymous: Context) -> None:
        block = MenuItemBlock()
        second = factories.link(page=factories.SectionPageFactory(live=False)) | {"children": []}
        heading = factories.link(text="One") | {"children": [second]}
        assert block.get_api_representation(block.normalize(heading), anonymous) is None

    def test_a_hidden_menu_item_takes_what_is_under_it_along(self, anonymous: Context) -> None:
        second = factories.link(url="https://a.example/2", text="Two") | {"children": []}
        first = factories.link(page=factories.SectionPageFactory(live=False), text="One") | {"children": [second]}
        block = MenuItemBlock()
        assert block.get_api_representation(block.normalize(first), anonymous) is None


@pytest.mark.django_db
class TestImages:
    """An image is described or decorative."""

    def value(self, **changes: Any) -> dict[str, Any]:
        empty = {"decorative": False, "alt_text": "", "caption": "", "credit": ""}
        return {"image": ImageFactory.create(description="Its own words"), **empty, **changes}

    def test_a_description_is_enough(self) -> None:
        block = ImageBlock()
        assert block.clean(block.normalize(self.value(alt_text="A lock gate")))

    def test_decorative_is_enough(self) -> None:
        block = ImageBlock()
        assert block.clean(block.normalize(self.value(decorative=True)))

    def test_neither_is_refused(self) -> None:
        assert refused_fields(ImageBlock(), self.value()) == {"alt_text"}
        assert accepted_in_a_draft(ImageBlock(), self.value())

    def test_both_are_refused(self) -> None:
        assert refused_fields(ImageBlock(), self.value(decorative=True, alt_text="A lock gate")) == {"alt_text"}

    def test_an_image_is_needed(self) -> None:
        assert refused_fields(ImageBlock(), self.value(alt_text="A lock gate", image=None)) == {"image"}


class TestTables:
    """A table says what it is about and which cells are headers."""

    def test_a_table_is_shown_with_its_headers(self) -> None:
        block = TableBlock()
        shown = block.get_api_representation(block.clean(dict(TABLE)))
        assert shown == {
            "caption": "Visits",
            "header": ["Year", "Visits"],
            "rows": [["2025", "7"]],
            "first_column_is_header": False,
        }

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"table_caption": " "}, "caption"),
            ({"table_caption": None}, "caption"),
            ({"table_header_choice": "neither"}, "headers"),
            ({"data": [[None, ""], ["", None]]}, "empty"),
        ],
    )
    def test_a_table_that_cannot_be_understood_is_refused(self, changes: dict[str, Any], message: str) -> None:
        with pytest.raises(ValidationError, match=message):
            TableBlock().clean(TABLE | changes)
        assert TableBlock().clean_deferred(TABLE | changes)

    def test_empty_cells_are_empty_text(self) -> None:
        shown = TableBlock().get_api_representation(
            TABLE | {"data": [[None, 3], ["x"]], "table_header_choice": "column"}
        )
        assert shown is not None
        assert shown["rows"] == [["", "3"], ["x"]]

    def test_the_caption_can_be_found(self) -> None:
        assert TableBlock().get_searchable_content(TABLE) == ["Visits", "Year", "Visits", "2025", "7"]


class TestVideos:
    """Videos of two providers, known by their address."""

    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3", ("youtube", "dQw4w9WgXcQ")),
            ("https://youtu.be/dQw4w9WgXcQ", ("youtube", "dQw4w9WgXcQ")),
            ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", ("youtube", "dQw4w9WgXcQ")),
            ("https://vimeo.com/123456789", ("vimeo", "123456789")),
            ("https://player.vimeo.com/video/123456789", ("vimeo", "123456789")),
            ("https://www.youtube.com/watch?v=short", None),
            ("https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ", None),
            ("https://vimeo.com/about", None),
            ("https://example.gov.uk/video.mp4", None),
            ("https://[broken", None),
        ],
    )
    def test_an_address_tells_the_provider(self, address: str, expected: tuple[str, str] | None) -> None:
        assert identify_video(address) == expected

    def test_other_addresses_are_refused(self) -> None:
        value = {"url": "https://example.gov.uk/video.mp4", "title": "Film", "caption": "", "transcript": ""}
        assert refused_fields(VideoBlock(), value) == {"url"}

    def test_a_title_is_needed(self) -> None:
        value = {"url": "https://vimeo.com/123456789", "title": "", "caption": "", "transcript": ""}
        assert refused_fields(VideoBlock(), value) == {"title"}

    def test_the_player_keeps_no_record_of_who_watches(self) -> None:
        block = VideoBlock()
        value = {"url": "https://youtu.be/dQw4w9WgXcQ", "title": "Film", "caption": "", "transcript": ""}
        shown = block.get_api_representation(block.normalize(value))
        assert shown["embed_url"] == "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"
        assert (shown["provider"], shown["video_id"]) == ("youtube", "dQw4w9WgXcQ")


@pytest.mark.parametrize("number", ["0300 123 4567", "+44 20 7946 0000", "029 2046 8600 ext 12"])
def test_telephone_numbers_are_accepted(number: str) -> None:
    block = PhoneChannelBlock()
    assert block.clean(block.normalize({"title": "", "number": number, "hours": ""}))


def test_what_is_no_telephone_number_is_refused() -> None:
    value = {"title": "", "number": "call us", "hours": ""}
    assert refused_fields(PhoneChannelBlock(), value) == {"number"}


def test_running_text_has_few_formats() -> None:
    block = ProseBlock()
    assert block.features == RICH_TEXT_FEATURES
    assert not {"h1", "h2", "h3", "image", "embed", "code"} & set(block.features)


@pytest.mark.parametrize("stream", [BodyStream, LandingStream, ChannelStream, MenuStream, FooterStream])
def test_an_editor_finds_every_block_with_an_icon_and_a_name(stream: type[Block]) -> None:
    for name, block in stream().child_blocks.items():
        assert block.label, name
        assert block.meta.icon != "placeholder", name
    if stream in (BodyStream, LandingStream):
        for name, block in stream().child_blocks.items():
            assert block.meta.group, name
            assert block.get_description(), name


@pytest.mark.parametrize("empty", ["", "<p></p>", '<p data-block-key="a1"> </p><ul><li></li></ul>'])
def test_running_text_without_a_word_is_refused_except_in_a_draft(empty: str) -> None:
    block = ProseBlock()
    with pytest.raises(ValidationError):
        block.clean(block.normalize(empty))
    assert accepted_in_a_draft(block, empty)
    assert ProseBlock(required=False).clean(block.normalize(empty)) is not None
