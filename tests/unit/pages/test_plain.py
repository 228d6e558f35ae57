"""The plain pages, which the CMS shows itself where no website reads its API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client
from wagtail.blocks import StreamBlock
from wagtail.models import Locale, PageViewRestriction

from pages import models
from pages.blocks import stream
from tests.factories import pages as factories
from tests.factories.documents import ImageFactory

pytestmark = pytest.mark.django_db

FACTORIES = [
    factories.SectionPageFactory,
    factories.TopicPageFactory,
    factories.OrganisationPageFactory,
    factories.PersonPageFactory,
    factories.NewsArticlePageFactory,
    factories.GuidancePageFactory,
    factories.PublicationPageFactory,
    factories.ConsultationPageFactory,
    factories.ServiceStartPageFactory,
    factories.EventPageFactory,
    factories.FormPageFactory,
]
CONTENT_STREAMS = [stream.BodyStream, stream.LandingStream, stream.ChannelStream, stream.ProseStream]


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_a_page_of_every_type_is_shown(client: Client, make: Any) -> None:
    page = make(title="Inland waterways", phase="beta")
    response = client.get(page.url)
    text = response.content.decode()
    assert response.status_code == 200
    assert text.count("<h1>") == 1
    assert "Inland waterways" in text
    assert "What this page is about." in text
    assert '<html lang="en"' in text
    assert '<a class="skip" href="#main">' in text
    assert "Beta" in text


def test_a_chapter_is_shown_and_listed_in_its_guidance(client: Client) -> None:
    guidance = factories.GuidancePageFactory()
    chapter = factories.GuidanceChapterPageFactory(parent=guidance, title="Licences")
    assert "Licences" in client.get(guidance.url).content.decode()
    assert client.get(chapter.url).status_code == 200


def test_a_welsh_page_says_so_and_has_welsh_words(client: Client) -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    home = factories.home_page().copy_for_translation(welsh)
    home.save_revision().publish()
    text = client.get(home.url).content.decode()
    assert home.url == "/cy/"
    assert '<html lang="cy"' in text
    assert "Neidio" in text


@pytest.mark.parametrize("stream_class", CONTENT_STREAMS, ids=lambda found: found.__name__)
def test_every_block_has_a_template(stream_class: type[StreamBlock]) -> None:
    for name in stream_class().child_blocks:
        assert get_template(f"pages/blocks/{name}.html")


def test_a_query_string_that_means_something_to_the_api_means_nothing_here(client: Client) -> None:
    page = factories.NewsArticlePageFactory()
    for query in ("site=nowhere", "site=a:b", "rich_text_format=wrong", "site=%00"):
        assert client.get(f"{page.url}?{query}").status_code == 200


def test_blocks_are_rendered(client: Client) -> None:
    page = factories.NewsArticlePageFactory(
        body=[
            ("heading", {"text": "Who <can> apply", "level": "h3"}),
            ("callout", {"kind": "warning", "title": "", "text": "<p>You can be fined.</p>"}),
            ("call_to_action", factories.link(url="https://example.gov.uk/", text="Apply") | {"style": "start"}),
            (
                "table",
                {
                    "data": [["Year", "Visits"], ["2025", "<b>7</b>"]],
                    "table_caption": "Visits",
                    "first_row_is_table_header": True,
                    "table_header_choice": "row",
                },
            ),
        ]
    )
    text = client.get(page.url).content.decode()
    assert "<h3>Who &lt;can&gt; apply</h3>" in text
    assert "You can be fined." in text
    assert 'href="https://example.gov.uk/"' in text
    assert '<th scope="col">Year</th>' in text
    assert "&lt;b&gt;7&lt;/b&gt;" in text


def test_a_picture_is_asked_for_under_the_name_that_the_reader_used(client: Client) -> None:
    page = factories.NewsArticlePageFactory(lead_image=ImageFactory.create(), lead_image_alt="A lock gate")
    text = client.get(page.url).content.decode()
    assert 'alt="A lock gate"' in text
    assert re.search(r'<img src="/[^"]+" srcset="/[^"]+"', text)


def test_links_to_drafts_and_private_pages_are_not_rendered(client: Client) -> None:
    draft = factories.NewsArticlePageFactory(title="DRAFT-CANARY", slug="draft-canary", live=False)
    private = factories.NewsArticlePageFactory(title="PRIVATE-CANARY", slug="private-canary")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    links = [factories.link(page=target) for target in (draft, private)]
    prose = f'<p><a linktype="page" id="{draft.pk}">one</a> <a linktype="page" id="{private.pk}">two</a></p>'
    page = factories.NewsArticlePageFactory(body=[("links", {"title": "", "links": links}), ("text", prose)])
    section_text = client.get(page.get_parent().url).content.decode()
    text = client.get(page.url).content.decode()
    for canary in ("DRAFT-CANARY", "draft-canary", "PRIVATE-CANARY", "private-canary"):
        assert canary not in text
        assert canary not in section_text
    assert re.search(r"<p>one two</p>", text)


def test_a_form_can_be_sent(client: Client, mailbox: Any) -> None:
    form = factories.FormPageFactory(title="Feedback", subject="New feedback")
    models.FormField.objects.create(page=form, label="Your name", field_type="singleline")
    assert 'name="your_name"' in client.get(form.url).content.decode()
    response = client.post(form.url, {"your_name": "Mair"})
    assert "We have received" in response.content.decode()
    assert form.get_submissions().get().form_data == {"your_name": "Mair"}
    (mail,) = mailbox.deliver()
    assert mail["To"] == "team@example.gov.uk"
    assert "Mair" in mail.get_payload()


def test_the_emergency_banner_the_menu_and_the_footer_are_shown(client: Client) -> None:
    home = factories.home_page()
    site = home.get_site()
    section = factories.section("Canals")
    banner = models.EmergencyBanner.objects.create(site=site, active=True)
    models.EmergencyBannerText.objects.create(setting=banner, locale=home.locale, heading="Severe flooding")
    menu = models.NavigationSettings.objects.create(site=site)
    item = factories.link(page=section) | {"children": []}
    heading = factories.link(text="Waterways") | {"children": [item]}
    items = [("item", item), ("item", heading)]
    models.NavigationMenu.objects.create(setting=menu, locale=home.locale, items=items)
    footer = models.FooterSettings.objects.create(site=site)
    column = {"title": "About", "links": [factories.link(url="https://example.gov.uk/help", text="Help")]}
    models.FooterText.objects.create(setting=footer, locale=home.locale, columns=[("column", column)], licence="OGL")
    text = client.get("/").content.decode()
    for expected in ("Severe flooding", 'href="/canals/"', "<li>Waterways</li>", "https://example.gov.uk/help", "OGL"):
        assert expected in text
