"""One page of every type with something in each of its fields and one block of every kind, always the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from wagtail.models import Locale, Page

from pages import models
from tests.factories import documents as files
from tests.factories import pages as build

NOW = dt.datetime(2026, 4, 6, 9, 0, tzinfo=dt.UTC)
"""What the times in them are near to. It is past."""
PROSE = '<p>Apply <b>before</b> <a href="https://www.example.gov.uk/">Friday</a>.</p><ul><li>one</li></ul>'


def rich_page(model: type[Page]) -> Page:
    """A live page of this type. Raises KeyError for a type that nobody has described here."""
    page = _MAKERS[model.__name__]()
    page.save_revision(clean=False).publish()
    made: Page = model.objects.get(pk=page.pk)
    return made


def _image() -> Any:
    return files.ImageFactory(title="Lock gate", description="A lock gate", credit="R. Lewis", copyright="Crown")


def _document() -> Any:
    return files.DocumentFactory(title="Plan", description="The plan", published_on=dt.date(2026, 1, 31))


def _shared() -> dict[str, Any]:
    """What all types have."""
    return {
        "title": "A page",
        "slug": "a-page",
        "summary": "What it is about.",
        "seo_title": "A page for search engines",
        "search_description": "A description for search engines.",
        "phase": "beta",
        "lead_image": _image(),
        "lead_image_alt": "A gate",
        "review_by": dt.date(2027, 4, 6),
    }


def _tagged(page: Any) -> Any:
    organisation = build.OrganisationPageFactory(title="River Agency", slug="river-agency")
    topic = build.TopicPageFactory(title="Rivers", slug="rivers")
    page.page_organisations.add(models.PageOrganisation(organisation=organisation))
    page.page_topics.add(models.PageTopic(topic=topic))
    page.save()
    return page


def _prose() -> list[tuple[str, Any]]:
    target = build.TopicPageFactory(title="A target", slug="a-target")
    document, contact = _document(), build.ContactFactory(title="Office", description="Ask here.", channels=_channels())
    link = build.link(page=target, text="Read on")
    to_page, to_file = f'<a linktype="page" id="{target.pk}">', f'<a linktype="document" id="{document.pk}">'
    text = f"{PROSE}<p>{to_page}a page</a> {to_file}a file</a></p>"
    cells = {"data": [["Year", "Visits"], ["2025", "1,204"]], "table_caption": "Visits", "table_header_choice": "row"}
    headers = {"first_row_is_table_header": True, "first_col_is_header": False}
    attachment = {"document": document, "title": "", "language": "cy", "accessible": True}
    return [
        ("heading", {"text": "Who can apply", "level": "h2"}),
        ("text", text),
        ("callout", {"kind": "warning", "title": "Careful", "text": PROSE}),
        ("steps", {"title": "How", "steps": [{"title": "Register", "text": PROSE}]}),
        ("table", cells | headers),
        ("details", {"summary": "What counts", "text": PROSE}),
        ("attachments", {"title": "Files", "attachments": [attachment]}),
        ("contact", {"contact": contact}),
        ("links", {"title": "See also", "links": [link, build.link(url="https://www.gov.uk/", text="GOV.UK")]}),
        ("call_to_action", link | {"style": "start"}),
    ]


def _body() -> list[tuple[str, Any]]:
    section = {"heading": "One", "summary": "First", "text": PROSE}
    image = {"image": _image(), "decorative": False, "alt_text": "The gate", "caption": "Opened", "credit": ""}
    address = "https://www.youtube.com/watch?v=abcdefghijk"
    return [
        *_prose(),
        ("quote", {"text": "Water is life.", "attribution": "A. N.", "role": "Engineer", "source_url": ""}),
        ("accordion", {"sections": [section, section | {"heading": "Two"}]}),
        ("faq", {"title": "Questions", "questions": [{"question": "Why?", "answer": PROSE}]}),
        ("image", image),
        ("video", {"url": address, "title": "A film", "caption": "", "transcript": PROSE}),
        ("notice", {"notice": build.NoticeFactory(title="Rates change", kind="warning", body=PROSE)}),
    ]


def _landing() -> list[tuple[str, Any]]:
    target = build.TopicPageFactory(title="Behind a card", slug="behind-a-card")
    card = build.link(page=target) | {"description": "What is there."}
    kinds = models.HomePage._meta.get_field("body").stream_block.child_blocks
    return [*(block for block in _body() if block[0] in kinds), ("cards", {"title": "Cards", "cards": [card]})]


def _channels() -> list[tuple[str, Any]]:
    return [
        ("email", {"title": "", "email": "office@example.gov.uk"}),
        ("phone", {"title": "Welsh", "number": "0300 123 4567", "hours": "9am to 5pm"}),
        ("post", {"title": "", "address": "1 High Street\nCardiff"}),
        ("online", {"title": "Form", "url": "https://www.example.gov.uk/form"}),
    ]


def _home() -> Any:
    home = build.home_page()
    for name, value in (_shared() | {"slug": home.slug, "body": _landing()}).items():
        setattr(home, name, value)
    return _tagged(home)


def _organisation() -> Any:
    page = build.OrganisationPageFactory(
        **_shared(), acronym="RA", status="closed", website_url="https://river.example.gov.uk/", body=_landing()
    )
    parent = build.OrganisationPageFactory(title="Department", slug="department")
    page.parent_organisations.add(models.ParentOrganisation(parent=parent))
    page.organisation_contacts.add(models.OrganisationContact(contact=build.ContactFactory(title="Press")))
    return _tagged(page)


def _person() -> Any:
    page = _tagged(build.PersonPageFactory(**_shared(), honorific="The Rt Hon", letters="MP", body=_body()))
    employer = models.OrganisationPage.objects.get(title="River Agency")
    started, ended = dt.date(2020, 1, 1), dt.date(2024, 7, 5)
    page.roles.add(models.RoleAppointment(title="Minister", kind="minister", organisation=employer, started_on=started))
    page.roles.add(models.RoleAppointment(title="Engineer", started_on=started, ended_on=ended))
    page.save()
    return page


def _guidance() -> Any:
    page = _tagged(build.GuidancePageFactory(**_shared(), body=_body()))
    build.GuidanceChapterPageFactory(title="Chapter", slug="chapter", parent=page)
    return page


def _attach(page: Any, relation: str, model: Any) -> Any:
    row = {"title": "The plan", "document": _document(), "language": "en", "accessible": True}
    getattr(page, relation).add(model(**row))
    page.save()
    return page


def _publication() -> Any:
    numbers = {
        "isbn": "978-3-16-148410-0",
        "command_paper_number": "CP 1024",
        "house_of_commons_paper_number": "HC 121, 2025-26",
        "unique_reference": "RA-7",
        "order_url": "https://shop.example.gov.uk/",
    }
    page = build.PublicationPageFactory(**_shared(), publication_type="corporate_report", body=_body(), **numbers)
    return _attach(_tagged(page), "attachments", models.PublicationAttachment)


def _consultation() -> Any:
    span = {"opens_at": NOW - dt.timedelta(days=60), "closes_at": NOW - dt.timedelta(days=20)}
    page = build.ConsultationPageFactory(
        **_shared(), **span, body=_body(), response_channels=_channels(), outcome=[("text", PROSE)]
    )
    _attach(page, "documents", models.ConsultationDocument)
    return _attach(_tagged(page), "outcome_documents", models.ConsultationOutcomeDocument)


def _form() -> Any:
    page = _tagged(build.FormPageFactory(**_shared(), body=_prose(), confirmation=[("text", PROSE)]))
    field = {"help_text": "As in your passport.", "required": True}
    page.form_fields.add(models.FormField(label="Name", clean_name="name", field_type="singleline", **field))
    page.save()
    return page


def _event() -> Any:
    place = {"venue_name": "Town Hall", "venue_address": "High Street", "is_online": True}
    addresses = {"online_url": "https://meet.example.gov.uk/", "booking_url": "https://book.example.gov.uk/"}
    span = {"starts_at": NOW + dt.timedelta(days=7), "ends_at": NOW + dt.timedelta(days=7, hours=2)}
    return _tagged(build.EventPageFactory(**_shared(), **place, **addresses, **span, body=_body()))


def _service() -> Any:
    parts = {"body": [("text", PROSE)], "before_you_start": [("text", PROSE)], "other_ways": [("text", PROSE)]}
    return _tagged(build.ServiceStartPageFactory(**_shared(), **parts, start_label="Apply now"))


def _news() -> Any:
    page = _tagged(build.NewsArticlePageFactory(**_shared(), news_type="speech", body=_body()))
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    page.copy_for_translation(welsh, copy_parents=True).save_revision().publish()
    return page


def _chapter() -> Any:
    guidance = build.GuidancePageFactory(title="Guidance", slug="guidance")
    return _tagged(build.GuidanceChapterPageFactory(**_shared(), parent=guidance, body=_body()))


_MAKERS: dict[str, Callable[[], Any]] = {
    "ConsultationPage": _consultation,
    "EventPage": _event,
    "FormPage": _form,
    "GuidanceChapterPage": _chapter,
    "GuidancePage": _guidance,
    "HomePage": _home,
    "NewsArticlePage": _news,
    "OrganisationPage": _organisation,
    "PersonPage": _person,
    "PublicationPage": _publication,
    "SectionPage": lambda: _tagged(build.SectionPageFactory(**_shared(), body=_landing())),
    "ServiceStartPage": _service,
    "TopicPage": lambda: _tagged(build.TopicPageFactory(**_shared(), body=_landing())),
}
