"""The number of SQL queries for a list or a page does not depend on how many rows it has and on what they refer to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, get_page_models

from cms.accounts.models import User
from documents.models import CustomDocument, CustomImage
from pages import models
from tests.contract.conftest import Credentials
from tests.factories import documents as files
from tests.factories import pages as build
from tests.factories import people

ROWS = 12
FEW = 3
MOST = 30
"""No list may cost more, whatever its type: a ceiling for what is added later."""


class References:
    """Things to refer to, each row another one."""

    def __init__(self, number: int = ROWS) -> None:
        self.images = CustomImage.objects.bulk_create(
            CustomImage(title=f"Image {n}", file=f"original_images/{n}.png", width=1000, height=500, file_size=1)
            for n in range(number)
        )
        self.documents = CustomDocument.objects.bulk_create(
            CustomDocument(title=f"Document {n}", file=f"documents/{n}.pdf", file_size=1) for n in range(number)
        )
        for file in [*self.images, *self.documents]:
            file.tags.add(f"tag {file.title}", "tag of all")
        self.topics = [build.TopicPageFactory() for _ in range(number)]
        self.organisations = [build.OrganisationPageFactory() for _ in range(number)]
        self.contacts = build.ContactFactory.create_batch(number)
        self.notices = build.NoticeFactory.create_batch(number)

    def body(self, *numbers: int) -> list[tuple[str, Any]]:
        """One block of each kind that refers to something, for each number."""
        return [block for number in numbers for block in self._blocks(number)]

    def _blocks(self, n: int) -> list[tuple[str, Any]]:
        topic, document = self.topics[n].pk, self.documents[n].pk
        links = f'<a linktype="page" id="{topic}">t</a> <a linktype="document" id="{document}">d</a>'
        attachment = {"document": self.documents[n], "title": "", "language": "", "accessible": True}
        picture = {"image": self.images[n], "decorative": False, "alt_text": "A picture", "caption": "", "credit": ""}
        return [
            ("text", f"<p>{links}</p>"),
            (
                "links",
                {"title": "", "links": [build.link(page=self.organisations[n]), build.link(page=self.topics[n])]},
            ),
            ("image", picture),
            ("attachments", {"title": "", "attachments": [attachment]}),
            ("contact", {"contact": self.contacts[n]}),
            ("notice", {"notice": self.notices[n]}),
        ]

    def landing(self, *numbers: int) -> list[tuple[str, Any]]:
        """The same for pages that have no attachments in their text."""
        return [block for block in self.body(*numbers) if block[0] != "attachments"]

    def prose(self, *numbers: int) -> list[tuple[str, Any]]:
        """The same for a part of a page."""
        return [block for block in self.body(*numbers) if block[0] not in {"image", "notice"}]

    def tag(self, page: Page, *numbers: int) -> None:
        """Relations that every page has."""
        page.lead_image = self.images[numbers[0]]
        page.lead_image_alt = "A picture"
        for n in numbers:
            page.page_topics.add(models.PageTopic(topic=self.topics[n]))
            page.page_organisations.add(models.PageOrganisation(organisation=self.organisations[n]))


Filler = Callable[[Any, References, tuple[int, ...]], None]


def _organisation(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = to.landing(*numbers)
    for n in numbers:
        page.parent_organisations.add(models.ParentOrganisation(parent=to.organisations[n]))
        page.organisation_contacts.add(models.OrganisationContact(contact=to.contacts[n]))


def _person(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = to.body(*numbers)
    for n in numbers:
        role = {"title": "Minister", "organisation": to.organisations[n], "started_on": dt.date(2020, 1, 1)}
        page.roles.add(models.RoleAppointment(**role))


def _publication(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = to.body(*numbers)
    for n in numbers:
        page.attachments.add(models.PublicationAttachment(title="A", document=to.documents[n]))


def _consultation(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body, page.outcome = to.body(*numbers), to.prose(*numbers)
    for n in numbers:
        page.documents.add(models.ConsultationDocument(title="A", document=to.documents[n]))
        page.outcome_documents.add(models.ConsultationOutcomeDocument(title="A", document=to.documents[n]))


def _guidance(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = to.body(*numbers)
    for _ in numbers:
        build.GuidanceChapterPageFactory(parent=page)


def _service(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = page.before_you_start = page.other_ways = to.prose(*numbers)


def _form(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = page.confirmation = to.prose(*numbers)
    for n in numbers:
        page.form_fields.add(models.FormField(label=f"Question {n}", field_type="singleline", sort_order=n))


def _landing(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = to.landing(*numbers)


def _text(page: Any, to: References, numbers: tuple[int, ...]) -> None:
    page.body = to.body(*numbers)


TYPES: dict[type[Page], tuple[Any, Filler]] = {
    models.HomePage: (build.HomePageFactory, _landing),
    models.SectionPage: (build.SectionPageFactory, _landing),
    models.TopicPage: (build.TopicPageFactory, _landing),
    models.OrganisationPage: (build.OrganisationPageFactory, _organisation),
    models.PersonPage: (build.PersonPageFactory, _person),
    models.NewsArticlePage: (build.NewsArticlePageFactory, _text),
    models.GuidancePage: (build.GuidancePageFactory, _guidance),
    models.GuidanceChapterPage: (build.GuidanceChapterPageFactory, _text),
    models.PublicationPage: (build.PublicationPageFactory, _publication),
    models.ConsultationPage: (build.ConsultationPageFactory, _consultation),
    models.ServiceStartPage: (build.ServiceStartPageFactory, _service),
    models.EventPage: (build.EventPageFactory, _text),
    models.FormPage: (build.FormPageFactory, _form),
}


def make(model: type[Page], to: References, *numbers: int) -> Page:
    """A page of a type that refers to everything it can, once for each number."""
    factory, fill = TYPES[model]
    page: Page = factory(**_place(model))
    fill(page, to, numbers)
    to.tag(page, *numbers)
    page.save()
    return page


def _place(model: type[Page]) -> dict[str, Any]:
    if model is models.GuidanceChapterPage:
        return {"parent": models.GuidancePage.objects.first() or build.GuidancePageFactory()}
    return {"parent": build.home_page()} if model is models.HomePage else {}


def count_queries(api: Client, address: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """How many queries an answer takes when nothing but what lasts is in the caches; and the answer."""
    api.get(address, headers=headers)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = api.get(address, headers=headers)
    assert response.status_code == 200, response.content
    return len(queries), response.json()


def assert_bounded(api: Client, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """The same number of queries for few rows and for many, and not too many. Gives the answer with many."""
    few, answer = count_queries(api, f"{address}&limit={FEW}", headers)
    assert len(answer["items"]) == FEW
    many, answer = count_queries(api, f"{address}&limit={ROWS}", headers)
    assert len(answer["items"]) == ROWS
    assert many == few
    assert many <= MOST
    return answer


def test_every_page_type_is_counted() -> None:
    assert set(TYPES) == set(get_page_models()) - {Page}


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.__name__)
def test_page_type_costs_the_same_for_any_number_of_rows_and_references(api: Client, model: type[Page]) -> None:
    references = References()
    for number in range(ROWS):
        small = make(model, references, number)

    answer = assert_bounded(api, f"/api/v2/pages/?type={model._meta.label}&order=-id&fields=*")

    for item in answer["items"]:
        assert item["lead_image"]["renditions"]
        assert len(item["topics"]) == len(item["organisations"]) == 1
    large = make(model, references, *range(ROWS))
    few, _ = count_queries(api, f"/api/v2/pages/{small.pk}/?fields=*")
    many, detail = count_queries(api, f"/api/v2/pages/{large.pk}/?fields=*")
    assert many == few
    assert many <= MOST
    assert len(detail["topics"]) == ROWS


@pytest.mark.parametrize("query", ["order=-id", "search=page", "order=-title", "locale=en&order=-id"])
def test_list_of_all_pages_costs_the_same_for_any_number_of_rows(api: Client, query: str) -> None:
    for number in range(ROWS):
        page = build.TopicPageFactory(title=f"Page {number}")
        page.create_alias(update_slug=f"alias-{number}")
    call_command("update_index", verbosity=0)

    assert_bounded(api, f"/api/v2/pages/?{query}&fields=*")


@pytest.mark.parametrize("name", ["images", "documents"])
@pytest.mark.parametrize("query", ["fields=*", "search={word}&fields=*", "tags=tag of all&fields=*"])
def test_list_of_files_costs_the_same_for_any_number_of_rows(api: Client, name: str, query: str) -> None:
    References()
    call_command("update_index", verbosity=0)

    assert_bounded(api, f"/api/v2/{name}/?{query.format(word=name[:-1])}")


def test_list_for_a_reader_costs_the_same_for_any_number_of_rows(api: Client, credentials: Credentials) -> None:
    references = References()
    for number in range(ROWS):
        make(models.NewsArticlePage, references, number)
    restricted = references.topics[0]
    PageViewRestriction.objects.create(page=restricted, restriction_type=PageViewRestriction.LOGIN)

    headers = credentials(people.reader())

    assert_bounded(api, "/api/v2/pages/?type=pages.NewsArticlePage&fields=*", headers)


@pytest.mark.parametrize("name", ["pages", "images", "documents"])
def test_list_costs_the_same_for_any_number_of_restrictions(api: Client, credentials: Credentials, name: str) -> None:
    reader = people.reader()
    headers = credentials(reader)
    address = f"/api/v2/{name}/?fields=*"
    _restrict_something(reader)
    few = count_queries(api, address)[0], count_queries(api, address, headers)[0]

    for _ in range(6):
        _restrict_something(reader)

    assert (count_queries(api, address)[0], count_queries(api, address, headers)[0]) == few


def _restrict_something(reader: User) -> None:
    """A page and a collection, for a group that the reader is in."""
    private = files.private_collection(groups=reader.groups.all())
    files.collection("below", private)
    page = build.TopicPageFactory()
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(reader.groups.all())
