"""Strong validators, one for each coding of the same body, and what clients may ask with them."""

from __future__ import annotations

import pytest
from django.test import Client

from api.caching.validators import etag_of, last_modified_at
from tests.factories import pages as build
from tests.unit.api.problems import problem_of

LIST = "/api/v2/pages/?fields=*"
CODINGS = ["identity", "gzip", "br"]


@pytest.fixture
def etags(api: Client) -> dict[str, str]:
    """The validators of one list, by coding."""
    build.TopicPageFactory.create_batch(3)
    return {coding: api.get(LIST, headers={"accept-encoding": coding})["ETag"] for coding in CODINGS}


def test_each_coding_has_a_strong_one_of_its_own(etags: dict[str, str]) -> None:
    assert len(set(etags.values())) == 3
    assert all(etag.startswith('"') and etag.endswith('"') for etag in etags.values())


@pytest.mark.parametrize("asked", CODINGS)
@pytest.mark.parametrize("had", CODINGS)
def test_body_that_is_there_in_another_coding_is_as_good(
    api: Client, etags: dict[str, str], asked: str, had: str
) -> None:
    response = api.get(LIST, headers={"accept-encoding": asked, "if-none-match": etags[had]})

    assert response.status_code == 304
    assert response["ETag"] == etags[had], "so that the client knows which of its copies is meant"


@pytest.mark.parametrize("header", ["W/{0}", '"a", {0}', '"a",W/{0} , "b"', "*"])
def test_lists_and_weak_forms_are_understood(api: Client, etags: dict[str, str], header: str) -> None:
    response = api.get(LIST, headers={"if-none-match": header.format(etags["identity"])})

    assert response.status_code == 304


@pytest.mark.parametrize("header", ['"a"', "nonsense", "", '"', "W/", '"a-br"', "\\", '"' * 500])
def test_anything_else_gets_the_body(api: Client, etags: dict[str, str], header: str) -> None:
    assert api.get(LIST, headers={"if-none-match": header}).status_code == 200


def test_changed_body_is_sent(api: Client, etags: dict[str, str]) -> None:
    build.TopicPageFactory()

    assert api.get(LIST, headers={"if-none-match": ", ".join(etags.values())}).status_code == 200


def test_demand_for_a_version_is_met_by_any_coding_of_it(api: Client, etags: dict[str, str]) -> None:
    assert api.get(LIST, headers={"if-match": etags["br"]}).status_code == 200
    problem_of(api.get(LIST, headers={"if-match": "W/" + etags["identity"]}), 412)
    problem_of(api.get(LIST, headers={"if-match": '"other"'}), 412)


@pytest.mark.parametrize("name", ["if-modified-since", "if-unmodified-since"])
@pytest.mark.parametrize("date", ["nonsense", "", "Tue, 99 Jan 2030 12:00:01 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"])
def test_dates_that_say_nothing_are_ignored(api: Client, etags: dict[str, str], name: str, date: str) -> None:
    assert api.get(LIST, headers={name: date}).status_code == 200


def test_same_bytes_have_the_same_validator() -> None:
    assert etag_of(b"x") == etag_of(b"x") != etag_of(b"y")


def test_date_is_the_second_after_the_change_once_that_is_over() -> None:
    assert last_modified_at(None, 100) is None
    assert last_modified_at(10.9, 10.95) is None
    assert last_modified_at(10.9, 11.5) is None, "clocks of servers differ a little"
    assert last_modified_at(10.9, 12) == 11
    assert last_modified_at(10.0, 12) == 11
