"""What the demo site holds, once it is made. How it is removed and multiplied: test_seed_demo_lifecycle.py."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import stat
from collections.abc import Iterator
from typing import Any

import pypdf
import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from odf import opendocument, table
from pytest_django import DjangoDbBlocker
from wagtail.blocks import StreamBlock
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query
from wagtail.fields import StreamField
from wagtail.models import Locale, Page, PageLogEntry, ReferenceIndex, Revision, Site, TaskState, WorkflowState

from cms.demo import accounts
from cms.demo.models import DemoObject, Seeding
from cms.editorial.roles import ROLES
from documents.models import CustomDocument, CustomImage
from pages.models import (
    AccessibilityStatement,
    BasePage,
    ConsultationPage,
    Contact,
    EmergencyBanner,
    EventPage,
    FooterSettings,
    HomePage,
    NavigationSettings,
    Notice,
    ServiceStartPage,
)
from pages.models.consultations import ConsultationState
from tests.integration.demo_site import DemoSite, demo_object, demo_page, demo_site, row_counts, seed_demo

pytestmark = pytest.mark.django_db

PAGE_TYPES = [model for model in apps.get_models() if issubclass(model, BasePage)]


@pytest.fixture(scope="module", autouse=True)
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DemoSite]:
    with demo_site(django_db_blocker) as made:
        yield made


def _progress_of(page: Page) -> list[tuple[str, str]]:
    """The steps of the latest workflow with their outcome."""
    states = TaskState.objects.for_instance(page).order_by("started_at")
    latest = WorkflowState.objects.for_instance(page).latest("created_at")
    return [(state.task.name, state.status) for state in states.filter(workflow_state=latest)]


# Content


@pytest.mark.parametrize("model", PAGE_TYPES, ids=lambda model: model.__name__)
def test_every_page_type_has_a_live_example(model: type[BasePage]) -> None:
    assert model.objects.filter(live=True).exists()


def test_there_are_some_sixty_pages_in_a_tree_of_three_levels() -> None:
    english = Page.objects.filter(locale__language_code="en", depth__gt=1)
    assert 60 <= english.count() <= 90
    assert english.filter(depth=2).count() == 1
    assert english.filter(depth=3).count() >= 8
    assert english.filter(depth=4).count() >= 45
    assert not Page.objects.filter(title__startswith="Welcome to your new").exists()
    assert all(not problem for problem in Page.find_problems())


def test_welsh_pages_are_translations_of_english_ones() -> None:
    welsh = Page.objects.filter(locale__language_code="cy")
    assert welsh.count() >= 20
    english = set(Page.objects.filter(locale__language_code="en").values_list("translation_key", flat=True))
    assert set(welsh.values_list("translation_key", flat=True)) <= english
    assert welsh.type(ServiceStartPage).count() >= 3
    assert demo_page("flooding", "cy").get_full_url().endswith("/cy/llifogydd/")
    assert demo_page("flooding").get_full_url().endswith("/flooding/")


def test_links_in_welsh_pages_lead_to_welsh_pages() -> None:
    links = [block.value["cards"][0]["page"] for block in demo_page("home", "cy").body if block.block_type == "cards"]
    assert [page.locale.language_code for page in links] == ["cy"]


def test_all_text_is_valid_for_editors_who_submit_it() -> None:
    for page in Page.objects.filter(live=True, depth__gt=1).specific():
        page.full_clean()
        for field in page._meta.get_fields():
            if isinstance(field, StreamField):
                field.stream_block.clean(getattr(page, field.name))


def test_every_kind_of_block_is_used_somewhere() -> None:
    available, used = set(), set()
    holders: list[Any] = [*Page.objects.filter(depth__gt=1).specific(), *Contact.objects.all()]
    for setting in (NavigationSettings, FooterSettings, AccessibilityStatement):
        holders += setting.objects.get().texts.all()
    for holder in holders:
        for field in holder._meta.get_fields():
            if isinstance(field, StreamField):
                available |= _names_of(field.stream_block)
                used |= {block.block_type for block in getattr(holder, field.name)}
    assert used == available


def _names_of(stream: StreamBlock) -> set[str]:
    return set(stream.child_blocks)


# Editorial states


@pytest.mark.parametrize(
    ("key", "progress"),
    [
        ("news/volunteer-wardens", [("Review", "in_progress")]),
        ("flooding/sandbags", [("Review", "approved"), ("Approval to publish", "in_progress")]),
        ("news/barrier-test", [("Review", "rejected")]),
    ],
)
def test_pages_wait_in_each_step_of_the_workflow(key: str, progress: list[tuple[str, str]]) -> None:
    page = demo_page(key)
    assert not page.live
    assert _progress_of(page) == progress


def test_draft_was_never_submitted() -> None:
    page = demo_page("news/autumn-dredging")
    assert not page.live
    assert not WorkflowState.objects.for_instance(page).exists()
    assert page.get_latest_revision_as_object().body


def test_rejected_page_tells_the_writer_why() -> None:
    page = demo_page("news/barrier-test")
    assert page.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert "Which Sunday?" in TaskState.objects.for_instance(page).get().comment


def test_live_page_has_a_newer_version_in_moderation() -> None:
    page = demo_page("coast/beach-management")
    assert page.live
    assert page.has_unpublished_changes
    assert _progress_of(page) == [("Review", "in_progress")]
    assert "Leased beaches" not in str(page.body)
    assert "Leased beaches" in str(page.get_latest_revision_as_object().body)


def test_live_page_has_a_newer_draft() -> None:
    page = demo_page("about/anjali-farrow")
    assert page.live
    assert page.has_unpublished_changes
    assert page.current_workflow_state is None


def test_approved_page_waits_for_its_date() -> None:
    page = demo_page("news/rivers-budget")
    assert page.status_string == "scheduled"
    assert page.scheduled_revision.approved_go_live_at > timezone.now()


def test_expired_and_withdrawn_pages_are_off_the_website() -> None:
    expired, withdrawn = demo_page("news/weir-road-closed"), demo_page("permits/paper-licence-forms")
    assert (expired.live, expired.expired) == (False, True)
    assert expired.expire_at < timezone.now()
    assert (withdrawn.live, withdrawn.expired) == (False, False)
    assert withdrawn.first_published_at is not None


def test_restricted_pages_are_for_the_signed_in_and_for_a_group() -> None:
    restrictions = {r.page.slug: r for page in Page.objects.all() for r in page.view_restrictions.all()}
    assert restrictions["partners"].restriction_type == "login"
    assert [group.name for group in restrictions["winter-briefing"].groups.all()] == ["Readers"]
    assert Client().get(f"/api/v2/pages/{demo_page('partners').pk}/").status_code == 404


def test_published_pages_were_approved_by_two_people_who_did_not_write_them() -> None:
    page = demo_page("news/harrowbridge-scheme-finished")
    approvals = TaskState.objects.for_instance(page).filter(status="approved").order_by("finished_at")
    assert [state.finished_by.username for state in approvals] == ["reviewer", "publisher"]
    assert page.latest_revision.user.username == page.owner.username == "writer"
    actions = list(PageLogEntry.objects.filter(page_id=page.pk).order_by("timestamp").values_list("action", flat=True))
    assert actions[0] == "wagtail.create"
    assert actions[-4:] == [
        "wagtail.workflow.start",
        "wagtail.workflow.approve",
        "wagtail.workflow.approve",
        "wagtail.publish",
    ]


def test_history_happened_over_days_and_never_in_the_future() -> None:
    page = demo_page("news/harrowbridge-scheme-finished")
    today = Seeding.objects.get().today
    started = WorkflowState.objects.for_instance(page).get().created_at
    assert timezone.localtime(page.first_published_at).date() == today - dt.timedelta(days=2)
    assert started < page.first_published_at - dt.timedelta(days=1)
    assert page.public_updated_at.date() == page.first_published_at.date()
    now = timezone.now()
    assert not PageLogEntry.objects.filter(timestamp__gt=now).exists()
    assert not Revision.objects.filter(created_at__gt=now).exists()
    assert not Page.objects.filter(last_published_at__gt=now).exists()


def test_major_changes_are_in_the_public_history() -> None:
    page = demo_page("flooding/prepare-your-home/risk")
    assert [change.note for change in page.public_changes.all()] == [
        "Added what to do if you rent.",
        "First published.",
    ]
    assert page.public_updated_at > page.first_published_at
    assert "If you rent" in str(page.body)


def test_some_pages_are_overdue_for_review() -> None:
    today = timezone.localdate()
    late = [model.objects.filter(live=True, review_by__lt=today).count() for model in PAGE_TYPES]
    assert sum(late) >= 4


def test_consultations_are_in_every_state() -> None:
    assert {page.state for page in ConsultationPage.objects.live()} == set(ConsultationState.values)


def test_events_are_past_and_future_and_online() -> None:
    now = timezone.now()
    assert EventPage.objects.filter(ends_at__lt=now).exists()
    assert EventPage.objects.filter(starts_at__gt=now).exists()
    assert EventPage.objects.filter(is_online=True).exists()


def test_snippets_are_live_in_review_and_draft() -> None:
    assert Contact.objects.filter(live=True, locale__language_code="cy").count() >= 3
    states = {notice.title: (notice.live, notice.workflow_in_progress) for notice in Notice.objects.all()}
    assert states["Storm season has begun"] == (True, False)
    assert states["Fees change on 6 April"] == (False, True)
    assert states["Locks closed for repair"] == (False, False)


# Files


def test_images_differ_in_shape_and_some_have_a_focal_point() -> None:
    shapes = {(image.width > image.height) - (image.width < image.height) for image in CustomImage.objects.all()}
    assert shapes == {-1, 0, 1}
    assert {image.media_type for image in CustomImage.objects.all()} == {"image/jpeg", "image/png", "image/webp"}
    assert CustomImage.objects.filter(focal_point_x__isnull=False).count() >= 8
    assert CustomImage.objects.filter(focal_point_x=None).exists()
    assert CustomImage.objects.get(title="Portrait: Idris Penhale").get_rendition("fill-200x200").width == 200


def test_decorative_images_have_no_alternative_text() -> None:
    page = demo_page("events")
    assert page.lead_image_decorative
    assert not page.lead_image_alt


@pytest.mark.parametrize(
    ("key", "language", "title"),
    [
        ("national-flood-plan", "en", "Living with water: the national flood plan"),
        ("national-flood-plan-cy", "cy", "Byw gyda dŵr: y cynllun llifogydd cenedlaethol"),
    ],
)
def test_pdf_documents_are_real_and_say_their_language(key: str, language: str, title: str) -> None:
    document = demo_object(f"document:{key}")
    with document.file.open("rb") as file:
        reader = pypdf.PdfReader(io.BytesIO(file.read()))
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert reader.root_object["/Lang"] == document.language == language
    assert len(reader.pages) >= 4
    words = " ".join(page.extract_text() for page in reader.pages)
    assert title.split(":")[0] in words.replace("\n", " ")
    assert document.media_type == "application/pdf"


def test_spreadsheets_open_and_hold_figures() -> None:
    document = demo_object("document:gauge-register")
    assert document.media_type == "application/vnd.oasis.opendocument.spreadsheet"
    with document.file.open("rb") as file:
        book = opendocument.load(io.BytesIO(file.read()))
    rows = book.spreadsheet.getElementsByType(table.TableRow)
    assert len(rows) >= 12
    assert str(rows[0]).startswith("GaugeDatum")


def test_csv_documents_have_a_header_and_figures() -> None:
    document = demo_object("document:gauge-readings")
    with document.file.open("rb") as file:
        rows = list(csv.reader(io.StringIO(file.read().decode())))
    assert rows[0][:3] == ["Gauge", "Jan", "Feb"]
    assert len(rows) == 25
    assert all(float(cell) >= 0 for row in rows[1:] for cell in row[1:])


def test_private_collection_is_for_readers_only() -> None:
    reader = demo_object("user:reader")
    private = {"Winter briefing", "Where pumps stand"}
    anonymous = set(CustomDocument.objects.visible_to(AnonymousUser()).values_list("title", flat=True))
    assert not private & anonymous
    assert private <= set(CustomDocument.objects.visible_to(reader).values_list("title", flat=True))
    hidden = CustomImage.objects.exclude(pk__in=CustomImage.objects.visible_to(None).values("pk"))
    assert [image.title for image in hidden] == ["Pump depot, Port Merrin"]


# The website around the pages


def test_site_has_the_address_of_the_installation(settings: Any) -> None:
    site = Site.objects.get()
    assert site.root_page.specific == HomePage.objects.get(locale__language_code="en")
    assert site.root_url == settings.BASE_URL
    assert site.site_name == "Department for Rivers and Coasts"


def test_menus_footer_banner_and_statement_exist_in_both_languages() -> None:
    english, welsh = Locale.objects.get(language_code="en"), Locale.objects.get(language_code="cy")
    navigation = NavigationSettings.objects.get()
    for locale in (english, welsh):
        menu = navigation.menu("main", locale)
        assert menu is not None
        assert menu.locale == locale
        assert menu.items[0].value["page"].locale == locale
        assert FooterSettings.objects.get().text_in(locale).columns
        assert EmergencyBanner.objects.get().text_in(locale).heading
        assert AccessibilityStatement.objects.get().text_in(locale).body
    assert navigation.menu("service", english)
    assert not EmergencyBanner.objects.get().active


@pytest.mark.parametrize(
    ("path", "status", "target"),
    [
        ("/floodwarnings", 301, "/flooding/check-flood-warnings/"),
        ("/storm/", 302, "/news/storm-brannoc-response/"),
        ("/rivers/levels.asp?region=all", 301, "https://example.org/river-levels"),
    ],
)
def test_old_addresses_redirect(client: Client, path: str, status: int, target: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"].endswith(target)) == (status, True)


def test_redirects_are_permanent_and_temporary() -> None:
    assert set(Redirect.objects.values_list("is_permanent", flat=True)) == {True, False}


def test_search_results_are_promoted() -> None:
    assert [pick.page.slug for pick in Query.get("flood").editors_picks.all()] == [
        "check-flood-warnings",
        "prepare-your-home",
    ]


def test_public_api_shows_exactly_the_live_public_pages() -> None:
    answer = Client().get("/api/v2/pages/?limit=100").json()
    visible = Page.objects.live().public().filter(depth__gt=1, locale__language_code="en")
    titles = {item["title"] for item in answer["items"]}
    assert "Prepare your home for flooding" in titles
    assert "For partners" not in titles
    assert not titles - set(Page.objects.live().public().values_list("title", flat=True))
    assert answer["meta"]["total_count"] >= visible.count()


# Indexes and background work


def test_search_and_references_are_right_at_once() -> None:
    assert "dr-anjali-farrow" not in {page.slug for page in Page.objects.search("eelgrass")}
    assert "eelgrass-returns" in {page.slug for page in Page.objects.search("eelgrass")}
    assert {document.title for document in CustomDocument.objects.search("beavers")} == {
        "What beavers did to the upper Lenna"
    }
    plan = demo_object("document:national-flood-plan")
    users = [source.pk for source, _ in ReferenceIndex.get_grouped_references_to(plan)]
    assert users == [demo_page("publications/national-flood-plan").pk]


def test_no_background_work_and_no_mail_is_left_over() -> None:
    left = set(DBTaskResult.objects.values_list("task_path", flat=True))
    assert not [path for path in left if "index" in path or "mail" in path]


# Accounts


def test_there_is_an_account_for_each_role_and_its_password_works() -> None:
    content = json.loads(accounts.accounts_path().read_text(encoding="utf-8"))
    assert list(content) == [role.name for role in ROLES]
    for role in ROLES:
        user = authenticate(**content[role.name])
        assert user is not None
        assert [group.name for group in user.groups.all()] == [role.group]  # type: ignore[attr-defined]
        assert not user.is_superuser  # type: ignore[attr-defined]
    assert len({account["password"] for account in content.values()}) == len(ROLES)


def test_only_the_owner_may_read_the_passwords() -> None:
    assert stat.S_IMODE(accounts.accounts_path().stat().st_mode) == 0o600


# Running it again


def test_second_run_changes_nothing_and_says_so() -> None:
    counts, passwords = row_counts(), accounts.accounts_path().read_bytes()
    changed_at = Page.objects.order_by("pk").values_list("latest_revision_created_at", flat=True)
    moments = list(changed_at)

    output = seed_demo()

    assert "already" in output
    assert row_counts() == counts
    assert list(changed_at) == moments
    assert accounts.accounts_path().read_bytes() == passwords


def test_lost_passwords_are_made_anew() -> None:
    path = accounts.accounts_path()
    kept = path.read_bytes()
    path.unlink()
    try:
        assert "new passwords" in seed_demo()
        content = json.loads(path.read_text(encoding="utf-8"))
        assert authenticate(**content["writer"]) is not None
        assert path.read_bytes() != kept
    finally:
        path.write_bytes(kept)


def test_command_shows_its_progress(site: DemoSite) -> None:
    lines = site.output.splitlines()
    assert len(lines) >= 8
    assert any("Pages" in line for line in lines)
    assert str(accounts.accounts_path()) in lines[-1]


def test_everything_that_was_made_is_listed() -> None:
    listed = set(DemoObject.objects.filter(key__startswith="page:").values_list("object_id", flat=True))
    assert listed == set(Page.objects.filter(depth__gt=1).values_list("pk", flat=True))
