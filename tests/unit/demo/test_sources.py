"""The written content holds together: checked without making a site of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cms.demo import sources
from cms.demo.sources import CONTENT, HOME, PageSource, read_documents, read_pages, read_toml

LOCALES = ("en", "cy")
PAGES = [page for locale in LOCALES for page in read_pages(locale)]
NAMES = {f"{page.locale}:{page.key}" for page in PAGES}


@pytest.mark.parametrize("locale", LOCALES)
def test_each_page_comes_after_the_one_above_it(locale: str) -> None:
    seen: set[str] = set()
    for page in read_pages(locale):
        assert page.parent_key is None or page.parent_key in seen
        seen.add(page.key)
    assert next(iter(read_pages(locale))).key == HOME


def test_siblings_are_in_the_order_that_their_heads_say() -> None:
    sections = [page.key for page in read_pages("en") if page.parent_key == HOME]
    assert sections[:4] == ["flooding", "coast", "permits", "news"]


def test_slugs_are_unique_below_a_page_and_plain() -> None:
    places = [(page.locale, page.parent_key, page.slug) for page in PAGES]
    assert len(set(places)) == len(places)
    assert all(re.fullmatch(r"[a-z0-9-]+", page.slug) for page in PAGES)


def test_whatever_a_text_names_exists() -> None:
    documents = {source.key for source in read_documents()} | set(read_toml("tables"))
    known = {"document": documents, "image": set(read_toml("images"))}
    known |= {kind: set(read_toml(f"{kind}s")) for kind in ("contact", "notice")}
    for path in CONTENT.rglob("*.*"):
        for kind, key in _named_in(path.read_text(encoding="utf-8")):
            assert f"en:{key}" in NAMES if kind == "page" else key in known[kind], f"{path}: {kind} {key}"


def _named_in(text: str) -> Iterator[tuple[str, str]]:
    for kind, key in re.findall(r"\b(page|document):([a-z0-9/-]+)", text):
        yield kind, key
    for kind, key in re.findall(r"^(?:@|::: )(contact|notice|image) ([a-z0-9-]+)", text, re.MULTILINE):
        yield kind, key


def test_welsh_pages_have_an_english_twin() -> None:
    english = {page.key for page in PAGES if page.locale == "en"}
    assert {page.key for page in PAGES if page.locale == "cy"} <= english


def test_every_page_says_what_it_is_about() -> None:
    for page in PAGES:
        assert page.head["title"], page.key
        assert 10 <= len(page.head["summary"]) <= 300, page.key
        assert len(page.head["title"]) <= 120, page.key


def test_most_pages_have_real_text() -> None:
    words = [sum(len(text.split()) for text in page.texts.values()) for page in PAGES if page.locale == "en"]
    assert sum(words) > 5000
    assert sorted(words)[len(words) // 2] > 40


def test_text_of_another_field_begins_with_its_name() -> None:
    page = next(page for page in PAGES if page.key == "consultations/river-level-data")
    assert list(page.texts) == ["body", "response_channels", "outcome"]
    assert "688 people" in page.texts["outcome"]


def test_page_without_one_above_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pages" / "en" / "lost"
    folder.mkdir(parents=True)
    (folder / "page.md").write_text('+++\ntitle = "Lost"\n+++\n')
    monkeypatch.setattr(sources, "CONTENT", tmp_path)
    with pytest.raises(ValueError, match="lost/page has no page above it"):
        read_pages("en")


def test_keys_and_slugs_follow_from_the_place() -> None:
    page = PageSource("en", "a/b", {})
    assert (page.parent_key, page.slug) == ("a", "b")
    assert PageSource("en", "a", {}).parent_key == HOME
    assert PageSource("cy", HOME, {"slug": "hafan"}).parent_key is None
