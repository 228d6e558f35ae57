"""How a demo site comes and goes: removal, refusals, failures half-way, copies for load tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management.base import CommandError
from django.test import Client
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoDbBlocker
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, Locale, Page, ReferenceIndex, Site
from wagtail.search.models import IndexEntry

from cms.demo import accounts
from cms.demo.builders import snippets
from cms.demo.models import DemoObject, Seeding
from documents.models import CustomDocument
from pages.models import GuidancePage, HomePage, NewsArticlePage, PublicationPage, PublicChange, SectionPage
from tests.factories.people import person
from tests.integration.demo_site import DemoSite, demo_object, demo_page, demo_site, row_counts, seed_demo
from tests.services.addresses import Addresses
from tests.services.bucket import Bucket

pytestmark = pytest.mark.django_db

# Kept by Django for whatever it has met, and no part of the site.
_NOT_CONTENT = {"contenttypes.ContentType", "auth.Permission"}


@pytest.fixture(scope="module")
def bucket(services: Addresses, _bucket_of_worker: str) -> Bucket:
    """The bucket of this worker, empty before the first test."""
    bucket = Bucket(services, _bucket_of_worker)
    bucket.empty()
    return bucket


@pytest.fixture(scope="class")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker, bucket: Bucket) -> Iterator[DemoSite]:
    with demo_site(django_db_blocker) as made:
        yield made


@pytest.mark.usefixtures("site")
class TestWithDemoSite:
    """On a demo site that the tests of this class share."""

    # Refused, while something of somebody else depends on it

    def test_removal_is_refused_while_an_editors_page_is_below_a_demo_page(self) -> None:
        news = demo_page("news")
        news.add_child(instance=NewsArticlePage(title="Written by an editor", live=False, owner=person()))
        counts = row_counts()

        with pytest.raises(CommandError, match="Written by an editor"):
            seed_demo("--remove")

        assert row_counts() == counts
        assert accounts.accounts_path().exists()

    def test_removal_is_refused_while_an_editors_document_is_in_a_demo_collection(self) -> None:
        CustomDocument.objects.create(
            title="An editor's own",
            collection=demo_object("collection:partners"),
            file=ContentFile(b"a,b\r\n1,2\r\n", name="own.csv"),
        )
        with pytest.raises(CommandError, match="An editor's own"):
            seed_demo("--remove")
        assert Collection.objects.filter(name="Partner briefings").exists()

    def test_removal_is_refused_while_an_editors_page_uses_demo_content(self) -> None:
        home = HomePage(title="Elsewhere", lead_image=demo_object("image:river-at-dawn"), lead_image_decorative=True)
        Page.get_first_root_node().add_child(instance=home)
        ReferenceIndex.create_or_update_for_object(home)
        with pytest.raises(CommandError, match="Elsewhere"):
            seed_demo("--remove")

    def test_removal_is_refused_while_an_editors_redirect_leads_to_a_demo_page(self) -> None:
        redirect = Redirect.objects.create(old_path="/mine", redirect_page_id=demo_page("news").pk)
        ReferenceIndex.create_or_update_for_object(redirect)
        with pytest.raises(CommandError, match="/mine"):
            seed_demo("--remove")

    # Copies for load tests

    def test_scale_multiplies_the_pages_of_every_type(self) -> None:
        before = {model: model.objects.live().count() for model in _page_types()}
        output = seed_demo("--scale", "3")

        assert "3 times as large" in output
        # Home pages stay one for each language; what only partners may read is not copied.
        for model, count in before.items():
            if model not in (HomePage, SectionPage, GuidancePage):
                assert model.objects.live().count() == 3 * count
        assert HomePage.objects.count() == 2
        assert GuidancePage.objects.live().count() > 2 * before[GuidancePage]

    def test_copies_are_sound_pages_of_the_tree(self) -> None:
        seed_demo("--scale", "3")
        assert all(not problem for problem in Page.find_problems())
        for page in Page.objects.filter(pk__in=_copies()).specific():
            assert page.url_path == f"{page.get_parent().url_path}{page.slug}/"
            assert page.live
            page.full_clean()
        slugs = Page.objects.values_list("path", "slug")
        siblings = [(path[: -Page.steplen], slug) for path, slug in slugs]
        assert len(set(siblings)) == len(siblings)

    def test_copies_keep_content_child_rows_history_and_translations(self) -> None:
        seed_demo("--scale", "2")
        original = demo_page("publications/national-flood-plan")
        copy = _copy_of(original).specific
        assert isinstance(copy, PublicationPage)
        assert copy.body.get_prep_value() == original.body.get_prep_value()
        assert [a.document for a in copy.attachments.all()] == [a.document for a in original.attachments.all()]
        assert [t.topic for t in copy.page_topics.all()] == [t.topic for t in original.page_topics.all()]
        assert PublicChange.objects.filter(page=copy).count() == 1
        translated = _copy_of(demo_page("coast/bathing-water")).get_translation(Locale.objects.get(language_code="cy"))
        assert translated == _copy_of(demo_page("coast/bathing-water", "cy"))

    def test_copies_are_found_by_search_and_over_the_api(self) -> None:
        seed_demo("--scale", "2")
        copy = _copy_of(demo_page("news/eelgrass-returns"))
        assert copy.pk in {page.pk for page in Page.objects.search("eelgrass")}
        assert copy.pk in {page.pk for page in Page.objects.search(copy.title.rpartition(":")[2])}
        answer = Client().get(f"/api/v2/pages/{copy.pk}/").json()
        assert answer["title"] == copy.title
        with_image = _copy_of(demo_page("news/harrowbridge-scheme-finished"))
        quay = demo_object("image:harrowbridge-quay")
        assert with_image.pk in {s.pk for s, _ in ReferenceIndex.get_grouped_references_to(quay)}

    def test_restricted_pages_are_not_copied(self) -> None:
        seed_demo("--scale", "2")
        for key in ("partners", "partners/incident-room", "partners/winter-briefing"):
            assert not DemoObject.objects.filter(copy_of=demo_page(key).pk).exists()

    def test_scale_grows_and_never_shrinks(self) -> None:
        seed_demo("--scale", "2")
        two = Page.objects.count()
        assert "already" in seed_demo("--scale", "2")
        seed_demo("--scale", "1")
        assert Page.objects.count() == two

        seed_demo("--scale", "4")
        assert Page.objects.count() > two + 100
        assert all(not problem for problem in Page.find_problems())

    def test_editor_can_edit_a_copy(self) -> None:
        seed_demo("--scale", "2")
        copy = _copy_of(demo_page("news/apprentices")).specific
        copy.title = "Edited"
        copy.save_revision().publish()
        copy.refresh_from_db()
        assert copy.title == "Edited"

    def test_removal_leaves_nothing_behind(self, site: DemoSite, bucket: Bucket, run_tasks: Callable[[], int]) -> None:
        seed_demo("--scale", "2")
        _copy_of(demo_page("news/apprentices")).specific.save_revision()
        run_tasks()
        demo_object("image:river-at-dawn").get_rendition("fill-100x100")
        files = bucket.keys()
        kept = [key for key in files if key.endswith("own.csv")]
        assert len(files) > 30
        passwords = accounts.accounts_path().read_bytes()

        output = seed_demo("--remove")

        assert "gone" in output
        root = Site.objects.get().root_page
        assert (root.title, root.slug) == ("Welcome to your new Wagtail site!", "home")
        # Wagtail's migration makes this page without indexing it.
        IndexEntry.objects.filter(object_id=str(root.pk)).delete()
        DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL).delete()
        now = {table: count for table, count in row_counts().items() if table not in _NOT_CONTENT}
        assert now == {table: count for table, count in site.before.items() if table not in _NOT_CONTENT}
        assert bucket.keys() == kept
        assert not accounts.accounts_path().exists()
        assert "nothing to remove" in seed_demo("--remove")
        # The rows come back when this test is rolled back; the file is for the tests after it.
        accounts.accounts_path().write_bytes(passwords)


def _page_types() -> set[Any]:
    return {page.specific_class for page in Page.objects.filter(depth__gt=1)}


def _copies() -> list[int]:
    return list(DemoObject.objects.exclude(copy_of=None).values_list("object_id", flat=True))


def _copy_of(page: Page) -> Page:
    row = DemoObject.objects.filter(copy_of=page.pk, key__contains="~1").first()
    assert row is not None
    return Page.objects.get(pk=row.object_id)


# Refused from the start


def test_production_has_no_demo_site(settings: Any) -> None:
    settings.APP_ENV = "production"
    for arguments in ([], ["--allow-staging"], ["--scale", "5"]):
        with pytest.raises(CommandError, match="production"):
            seed_demo(*arguments)
    assert not Seeding.objects.exists()
    assert not accounts.accounts_path().exists()


def test_staging_has_one_only_when_it_is_asked_for(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.APP_ENV = "staging"
    with pytest.raises(CommandError, match="--allow-staging"):
        seed_demo()
    _break_off(monkeypatch, accounts, "make_accounts")
    with pytest.raises(RuntimeError, match="broken off"):  # it began
        seed_demo("--allow-staging")


def test_site_with_content_of_its_own_is_left_alone() -> None:
    home = HomePage(title="A real ministry")
    Page.get_first_root_node().add_child(instance=home)
    Site.objects.update(root_page=home)
    counts = row_counts()
    with pytest.raises(CommandError, match="A real ministry"):
        seed_demo()
    assert row_counts() == counts


def test_account_of_a_person_is_never_taken_over() -> None:
    person(username="publisher")
    with pytest.raises(CommandError, match="publisher"):
        seed_demo()
    assert not Seeding.objects.exists()


def test_wrong_scale_is_refused() -> None:
    with pytest.raises(CommandError, match="--scale"):
        seed_demo("--scale", "0")


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("cms.demo.seeding", "cms.demo.builders.library", "cms.demo.files.pdf"):
        monkeypatch.delitem(sys.modules, name, raising=False)
        package, _, module = name.rpartition(".")
        monkeypatch.delattr(sys.modules.get(package, object()), module, raising=False)
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(CommandError, match=r"fpdf.* requirements/demo\.txt"):
        seed_demo()


@pytest.mark.parametrize("missing", ["fpdf", "odf", "font_source_sans_pro"])
def test_command_itself_needs_none_of_the_packages_for_demos(missing: str) -> None:
    """The production image does not have them, and has to be able to refuse and to remove."""
    code = f"import sys; sys.modules[{missing!r}] = None; import django; django.setup(); "
    code += "import cms.demo.management.commands.seed_demo"
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})


def test_failure_half_way_leaves_no_rows_and_no_files(s3_bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = row_counts()
    stored: list[int] = []
    _break_off(monkeypatch, snippets, "lay_out_snippets", lambda: stored.append(len(s3_bucket.keys())))

    with pytest.raises(RuntimeError, match="broken off"):
        seed_demo()

    assert stored[0] > 30  # images and documents were there
    assert s3_bucket.keys() == []
    assert row_counts() == counts
    assert not accounts.accounts_path().exists()


def _break_off(monkeypatch: pytest.MonkeyPatch, module: Any, step: str, look: Any = lambda: None) -> None:
    """Make seeding fail at a step."""

    def fail(workshop: Any) -> None:
        look()
        raise RuntimeError("broken off")

    monkeypatch.setattr(module, step, fail)
