"""A website with something hidden in every way that there is, and public pages that refer to all of it.

Every hidden thing has the word CANARY in each of its texts, and an id that occurs nowhere else.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Locale, Page, PageViewRestriction, Site

from cms.editorial.roles import READER
from pages import models
from tests.factories import documents as files
from tests.factories import pages as build

CANARY = "canary"
FOR_READERS = "for-readers"

# Long enough not to turn up by chance in the digits of a hash or a signature.
_ids = count(1_987_654_001)


@dataclass
class World:
    """What there is. Titles and ids by a word that says what the thing is."""

    public: dict[str, Page] = field(default_factory=dict)
    hidden_pages: dict[str, Page] = field(default_factory=dict)
    """Nobody sees these over the delivery API."""
    restricted_pages: dict[str, Page] = field(default_factory=dict)
    """Readers see these."""
    hidden_snippets: dict[str, Any] = field(default_factory=dict)
    restricted_files: dict[str, Any] = field(default_factory=dict)
    hidden_form: Page | None = None
    """Has an id like any other: a form page cannot be made with one that is given."""

    def secret_pages(self) -> list[Page]:
        """Pages that the public does not see."""
        return [*self.hidden_pages.values(), *self.restricted_pages.values()]

    def hidden(self) -> list[Any]:
        """What nobody sees."""
        return [*self.hidden_pages.values(), *self.hidden_snippets.values()]

    def restricted(self) -> list[Any]:
        """What readers see, and the public does not."""
        return [*self.restricted_pages.values(), *self.restricted_files.values()]


def make_world() -> World:
    """Build it. Takes a second or two."""
    world = World()
    home = build.home_page()
    world.public["home"] = home
    _add_hidden_pages(world)
    _add_restricted_pages(world)
    _add_restricted_files(world)
    _add_hidden_snippets(world)
    _add_pages_that_refer_to_them(world)
    _add_forms(world)
    _add_what_surrounds_the_pages(world)
    return world


def _texts(name: str, marker: str = CANARY) -> dict[str, Any]:
    return {
        "pk": next(_ids),
        "title": f"{marker} {name}",
        "slug": f"{marker}-{name}".replace(" ", "-"),
        "summary": f"{marker} summary {name}",
        "seo_title": f"{marker} seo {name}",
        "search_description": f"{marker} description {name}",
    }


def _add_hidden_pages(world: World) -> None:
    now = timezone.now()
    hidden = world.hidden_pages
    # A slug is part of the public addresses of what is below: that shows, as it does on the website.
    hidden["draft"] = build.TopicPageFactory(live=False, **_texts("draft") | {"slug": "unnamed"})
    hidden["below a draft and draft"] = build.TopicPageFactory(
        live=False, parent=hidden["draft"], **_texts("below a draft")
    )
    hidden["scheduled"] = build.TopicPageFactory(
        live=False, go_live_at=now + dt.timedelta(days=1), **_texts("scheduled")
    )
    hidden["expired"] = build.TopicPageFactory(
        live=False, expired=True, expire_at=now - dt.timedelta(days=1), **_texts("expired")
    )
    hidden["expired a moment ago"] = build.TopicPageFactory(
        expire_at=now - dt.timedelta(seconds=5), **_texts("expired a moment ago")
    )
    unpublished = build.TopicPageFactory(**_texts("unpublished"))
    unpublished.unpublish()
    hidden["unpublished"] = unpublished
    hidden["organisation"] = build.OrganisationPageFactory(live=False, acronym=CANARY, **_texts("organisation"))


def _add_restricted_pages(world: World) -> None:
    restricted = world.restricted_pages
    restricted["login"] = build.TopicPageFactory(**_texts("login", FOR_READERS))
    _restrict(restricted["login"], PageViewRestriction.LOGIN)
    restricted["below login"] = build.TopicPageFactory(parent=restricted["login"], **_texts("below login", FOR_READERS))
    restricted["group"] = build.TopicPageFactory(**_texts("group", FOR_READERS))
    _restrict(restricted["group"], PageViewRestriction.GROUPS, Group.objects.get(name=READER.group))
    restricted["organisation"] = build.OrganisationPageFactory(
        acronym=FOR_READERS, **_texts("restricted organisation", FOR_READERS)
    )
    _restrict(restricted["organisation"], PageViewRestriction.LOGIN)


def _restrict(page: Page, kind: str, *groups: Group) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=kind).groups.set(groups)


def _add_restricted_files(world: World) -> None:
    readers = [Group.objects.get(name=READER.group)]
    private = files.private_collection(groups=readers)
    below = files.collection("below", private)
    for name, collection in {"direct": private, "below": below}.items():
        image = files.ImageFactory(
            pk=next(_ids),
            title=f"{FOR_READERS} image {name}",
            description=f"{FOR_READERS} image description {name}",
            credit=FOR_READERS,
            collection=collection,
        )
        image.tags.add(f"{FOR_READERS}-tag")
        document = files.DocumentFactory(
            pk=next(_ids),
            title=f"{FOR_READERS} document {name}",
            description=f"{FOR_READERS} document description {name}",
            collection=collection,
        )
        world.restricted_files |= {f"image {name}": image, f"document {name}": document}


def _add_hidden_snippets(world: World) -> None:
    channels = [("email", {"title": CANARY, "email": f"{CANARY}@example.gov.uk"})]
    world.hidden_snippets["contact"] = build.ContactFactory(
        pk=next(_ids), title=f"{CANARY} contact", description=CANARY, channels=channels, live=False
    )
    world.hidden_snippets["notice"] = build.NoticeFactory(
        pk=next(_ids), title=f"{CANARY} notice", body=f"<p>{CANARY}</p>", live=False
    )


def _add_pages_that_refer_to_them(world: World) -> None:
    public = world.public
    article = build.NewsArticlePageFactory(
        title="Refers to everything",
        lead_image=world.restricted_files["image direct"],
        body=_body(world),
    )
    for page in world.secret_pages():
        if isinstance(page, models.TopicPage):
            article.page_topics.add(models.PageTopic(topic=page))
        if isinstance(page, models.OrganisationPage):
            article.page_organisations.add(models.PageOrganisation(organisation=page))
    article.save()
    public["article"] = article
    publication = build.PublicationPageFactory(title="Attaches everything")
    for name in ("document direct", "document below"):
        document = world.restricted_files[name]
        publication.attachments.add(models.PublicationAttachment(title="Attachment", document=document))
    publication.save()
    public["publication"] = publication
    organisation = build.OrganisationPageFactory(title="Belongs to hidden ones")
    for parent in (world.hidden_pages["organisation"], world.restricted_pages["organisation"]):
        organisation.parent_organisations.add(models.ParentOrganisation(parent=parent))
    contact = world.hidden_snippets["contact"]
    organisation.organisation_contacts.add(models.OrganisationContact(contact=contact))
    organisation.save()
    public["organisation"] = organisation
    person = build.PersonPageFactory(title="Works for hidden ones")
    for employer in (world.hidden_pages["organisation"], world.restricted_pages["organisation"]):
        role = models.RoleAppointment(title="Minister", organisation=employer, started_on=dt.date(2020, 1, 1))
        person.roles.add(role)
    person.save()
    public["person"] = person
    public["live below a draft"] = build.TopicPageFactory(
        title="Live below a draft", parent=world.hidden_pages["draft"]
    )
    public["edited"] = _page_with_a_newer_draft()
    world.hidden_pages["original of an alias"], public["alias"] = _alias_of_what_is_hidden_now()
    _add_translations(world)


def _body(world: World) -> list[tuple[str, Any]]:
    pages = world.secret_pages()
    image = world.restricted_files["image below"]
    documents = [world.restricted_files[f"document {name}"] for name in ("direct", "below")]
    links = [f'<a linktype="page" id="{page.pk}">a page</a>' for page in pages]
    links += [f'<a linktype="document" id="{document.pk}">a document</a>' for document in documents]
    attachment = {"title": "", "language": "", "accessible": False}
    return [
        ("text", f"<p>{' '.join(links)}</p>"),
        ("links", {"title": "Links", "links": [build.link(page=page) for page in pages]}),
        ("call_to_action", build.link(page=pages[0]) | {"style": "primary"}),
        ("image", {"image": image, "decorative": False, "alt_text": "", "caption": "", "credit": ""}),
        (
            "attachments",
            {"title": "Files", "attachments": [attachment | {"document": document} for document in documents]},
        ),
        ("contact", {"contact": world.hidden_snippets["contact"]}),
        ("notice", {"notice": world.hidden_snippets["notice"]}),
    ]


def _add_forms(world: World) -> None:
    private = {"to_address": f"{CANARY}@example.gov.uk", "from_address": f"{CANARY}-from@example.gov.uk"}
    world.public["form"] = build.FormPageFactory(title="Form", subject=CANARY, **private)
    world.public["form"].form_fields.add(models.FormField(label="Name", field_type="singleline"))
    world.public["form"].save()
    texts = {name: text for name, text in _texts("form").items() if name != "pk"}
    world.hidden_form = build.FormPageFactory(live=False, **texts)
    world.hidden_form.form_fields.add(models.FormField(label=CANARY, field_type="singleline", help_text=CANARY))
    world.hidden_form.save()


def _add_what_surrounds_the_pages(world: World) -> None:
    """Menus, banner, redirects and promoted results, all of which lead to what is hidden."""
    site, english = Site.objects.get(is_default_site=True), Locale.get_default()
    menu = models.NavigationMenu(locale=english, items=[("item", _menu_item(page)) for page in world.secret_pages()])
    models.NavigationSettings(site=site, texts=[menu]).save()
    models.EmergencyBanner(
        site=site,
        active=False,
        texts=[models.EmergencyBannerText(locale=english, heading=CANARY, description=CANARY)],
    ).save()
    statement = models.AccessibilityStatementText(locale=english, body=_body(world))
    contact = world.hidden_snippets["contact"]
    models.AccessibilityStatement(site=site, contact=contact, texts=[statement]).save()
    queries = [Query.get(word) for word in ("summary", "topic", CANARY, FOR_READERS)]
    for page in world.secret_pages():
        marker = FOR_READERS if page.title.startswith(FOR_READERS) else CANARY
        Redirect.objects.create(old_path=f"/old-{marker}-{page.pk}", redirect_page=page)
        Redirect.objects.create(old_path=f"/old-{marker}-{page.pk}-here", redirect_page=page, site=site)
        for query in queries:
            SearchPromotion.objects.create(query=query, page=page, description=f"{marker} promoted")


def _menu_item(page: Page) -> dict[str, Any]:
    marker = FOR_READERS if page.title.startswith(FOR_READERS) else CANARY
    return build.link(page=page, text=f"{marker} item") | {
        "children": [build.link(page=page, text=f"{marker} child") | {"children": []}]
    }


def _page_with_a_newer_draft() -> Page:
    page = build.NewsArticlePageFactory(title="Edited since")
    page.title = page.draft_title = f"{CANARY} newer draft"
    page.summary = f"{CANARY} newer draft"
    page.save_revision()
    page.refresh_from_db()
    return page


def _alias_of_what_is_hidden_now() -> tuple[Page, Page]:
    """An alias stays live when its original is restricted later."""
    original = build.TopicPageFactory(**_texts("original of an alias"))
    alias = original.create_alias(update_slug="an-alias")
    Page.objects.filter(pk=alias.pk).update(title="An alias", seo_title="", search_description="")
    models.TopicPage.objects.filter(pk=alias.pk).update(summary="")
    _restrict(original, PageViewRestriction.GROUPS, Group.objects.create(name="Nobody"))
    return original, alias


def _add_translations(world: World) -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    home = world.public["home"].copy_for_translation(welsh)
    home.title = "Hafan"
    home.save_revision().publish()
    world.public["welsh home"] = home
    draft = world.restricted_pages["login"].copy_for_translation(welsh)
    draft.title = f"{CANARY} Welsh draft"
    draft.save()
