"""Bad input anywhere under /api/ is refused with a clear 4xx."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from pytest_django import Settings

from tests.unit.api.problems import problem_of

HUGE = 10**23
LISTS = ["/api/v2/pages/", "/api/v2/images/", "/api/v2/documents/"]
EVERYWHERE = [
    "/api/",
    "/api/v2/",
    *LISTS,
    "/api/v2/pages/1/",
    "/api/v2/pages/find/",
    "/api/auth/token/",
    "/api/nothing/",
]

BAD_EVERYWHERE = {
    "null character": "x=%00",
    "null character in a name": "x%00=1",
    "broken UTF-8": "x=%ff",
    "half of a surrogate pair": "x=%ED%A0%80",
    "overlong UTF-8": "x=%C0%80",
    "repeated parameter": "fields=id&fields=title",
    "repeated with another encoding": "fields=id&%66ields=title",
    "long value": "x=" + "a" * 8192,
    "long name": "a" * 8192 + "=1",
    "many parameters": "&".join(f"p{number}=1" for number in range(100)),
}

BAD_IN_A_LIST = {
    "huge limit": f"limit={HUGE}",
    "negative limit": "limit=-1",
    "no rows": "limit=0",
    "limit above the highest": "limit=101",
    "limit that is no number": "limit=abc",
    "empty limit": "limit=",
    "limit in other digits": "limit=%D9%A2",
    "limit with a plus": "limit=%2B5",
    "limit with an underscore": "limit=1_0",
    "huge offset": f"offset={HUGE}",
    "negative offset": "offset=-1",
    "offset above the highest": "offset=10001",
    "huge offset in a search": f"search=a&offset={HUGE}",
    "huge id": f"id={HUGE}",
    "id that is no number": "id=abc",
    "negative id": "id=-1",
    "unknown order": "order=nonsense",
    "order with two signs": "order=--title",
    "long order": "order=" + ",".join(["title"] * 500),
    "random order with an offset": "order=random&offset=1",
    "unknown search operator": "search=a&search_operator=zzz",
    "long search": "search=" + "a" * 2000,
    "unknown field": "fields=nonsense",
    "fields with an open bracket": "fields=title(",
    "fields with a closing bracket": "fields=title)",
    "fields nested deeply": "fields=" + "a(" * 500,
    "fields nested deeply and closed": "fields=" + "a(" * 20 + "b" + ")" * 20,
    "ten thousand commas": "fields=" + "," * 10_000,
    "two thousand commas": "fields=" + "," * 2000,
    "fields with a space": "fields=title,%20id",
    "fields with a minus": "fields=-",
    "fields with a star inside": "fields=title,*",
    "nested fields of a text": "fields=title(id)",
    "unknown rich text format": "rich_text_format=nonsense",
    "other format": "format=xml",
    "browsable format": "format=api",
}

BAD_IN_PAGES = {
    "date that is none": "first_published_at=foo",
    "date beyond the calendar": "first_published_at=0001-01-01T00:00:00%2B14:00",
    "date with a huge year": "first_published_at=99999-01-01",
    "unknown type": "type=nonsense",
    "unknown model": "type=nonsense.Nonsense",
    "type that is no page": "type=accounts.User",
    "many types": "type=" + ",".join(["wagtailcore.Page"] * 100),
    "unknown locale": "locale=xx",
    "locale that is none": "locale=%27%3B",
    "unknown site": "site=nope.example",
    "unknown port": "site=localhost:99",
    "port that is none": "site=localhost:abc",
    "huge port": f"site=localhost:{HUGE}",
    "boolean that is none": "show_in_menus=maybe",
    **{
        f"{name} {problem}": f"{name}={value}"
        for name in ["child_of", "descendant_of", "ancestor_of", "translation_of"]
        for problem, value in {"huge": HUGE, "negative": -1, "text": "abc", "empty": "", "unknown": 99999}.items()
    },
    "child_of and descendant_of": "child_of=root&descendant_of=root",
}


@pytest.mark.parametrize("address", EVERYWHERE)
@pytest.mark.parametrize("query", BAD_EVERYWHERE.values(), ids=BAD_EVERYWHERE.keys())
def test_bad_query_is_refused_everywhere(api: Client, address: str, query: str) -> None:
    problem_of(api.get(f"{address}?{query}"), 400)


@pytest.mark.parametrize("address", EVERYWHERE[:-1])
def test_unknown_parameter_is_refused_everywhere(api: Client, address: str) -> None:
    problem_of(api.get(f"{address}?nonsense=1"), 400)


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("query", BAD_IN_A_LIST.values(), ids=BAD_IN_A_LIST.keys())
def test_bad_query_of_a_list_is_refused(api: Client, address: str, query: str) -> None:
    problem_of(api.get(f"{address}?{query}"), 400)


@pytest.mark.parametrize("query", BAD_IN_PAGES.values(), ids=BAD_IN_PAGES.keys())
def test_bad_query_of_the_list_of_pages_is_refused(api: Client, query: str) -> None:
    problem_of(api.get(f"/api/v2/pages/?{query}"), 400)


def test_refusal_names_the_parameter(api: Client) -> None:
    problem = problem_of(api.get("/api/v2/pages/?limit=0"), 400)

    assert problem["errors"] == [
        {"loc": ["query", "limit"], "code": "invalid", "msg": "limit must be a positive integer"}
    ]


def test_every_unknown_parameter_is_named(api: Client) -> None:
    problem = problem_of(api.get("/api/v2/documents/?b=1&a=1"), 400)

    assert problem["message"] == "query parameter is not an operation or a recognised field: a, b"
    assert [error["loc"] for error in problem["errors"]] == [["query", "a"], ["query", "b"]]


def test_query_too_long_for_any_use_is_refused(api: Client) -> None:
    problem_of(api.get("/api/v2/pages/?x=" + "a" * 20_000), 414)


@pytest.mark.parametrize("path", ["/api/v2/pages/%00/", "/api/%00", "/api/v2/pages/find/%00"])
def test_null_character_in_the_path_is_refused(api: Client, path: str) -> None:
    problem_of(api.get(path), 400)


@pytest.mark.parametrize("path", ["/api/v2/pages/%ff/", "/api/v2/%ED%A0%80/", "/api/%C0%80/"])
def test_path_that_is_no_text_is_not_found(api: Client, path: str) -> None:
    problem_of(api.get(path), 404)


def test_path_too_long_for_any_use_is_refused(api: Client) -> None:
    problem_of(api.get("/api/v2/" + "a" * 5000 + "/"), 414)


@pytest.mark.parametrize("pk", [0, 2**31, 2**63, HUGE, int("9" * 400)])
@pytest.mark.parametrize("address", LISTS)
def test_id_beyond_what_a_database_holds_is_not_found(api: Client, address: str, pk: int) -> None:
    problem_of(api.get(f"{address}{pk}/"), 404)


@pytest.mark.parametrize("pk", ["-1", "abc", "1.5", "%D9%A1", "1%20"])
def test_id_that_is_no_number_is_not_found(api: Client, pk: str) -> None:
    problem_of(api.get(f"/api/v2/pages/{pk}/"), 404)


BAD_BODIES = {
    "no JSON": b"{",
    "two values": b"{} {}",
    "null character": b'{"username": "a\\u0000b", "password": "x"}',
    "null character in a name": b'{"user\\u0000name": 1}',
    "raw null character": b'{"username": "\x00"}',
    "half of a surrogate pair": b'{"username": "\\ud800", "password": "x"}',
    "broken UTF-8": b'{"username": "\xff"}',
    "huge integer": b'{"username": %d}' % HUGE,
    "integer of ten thousand digits": b'{"username": 1' + b"0" * 10_000 + b"}",
    "not a number": b'{"username": NaN}',
    "infinity": b'{"username": -Infinity}',
    "deeply nested": b"[" * 100_000,
    "nested and closed": b'{"a":' * 100 + b"1" + b"}" * 100,
    "repeated name": b'{"username": "a", "username": "b"}',
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
@pytest.mark.parametrize("address", ["/api/auth/token/", "/api/nothing/"])
def test_bad_json_is_refused(api: Client, address: str, body: bytes) -> None:
    problem_of(api.post(address, body, content_type="application/json"), 400)


def test_json_that_is_too_large_is_refused(api: Client, settings: Settings) -> None:
    body = json.dumps({"username": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})

    problem_of(api.post("/api/auth/token/", body, content_type="application/json"), 413)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/xml", "nonsense", "multipart/form-data; boundary=x"]
)
def test_body_in_another_form_is_refused(api: Client, content_type: str) -> None:
    problem_of(api.post("/api/auth/token/", b"username=a", content_type=content_type), 415)


@pytest.mark.parametrize("charset", ["utf-16", "nonsense", "latin-1", "utf-7"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_character_set_is_refused(api: Client, method: str, charset: str) -> None:
    content_type = f"application/json; charset={charset}"

    problem_of(api.generic(method, "/api/v2/pages/?search=a", b"{}", content_type=content_type), 415)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "*/*;q=nonsense", "a/b" * 1000, ""])
def test_answer_is_json_whatever_the_client_accepts(api: Client, accept: str) -> None:
    response = api.get("/api/v2/pages/", headers={"accept": accept})

    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"


def test_headers_that_make_no_sense_do_no_harm(api: Client) -> None:
    nonsense = {
        "if-none-match": '"',
        "if-modified-since": "x",
        "range": "x",
        "accept-language": "\x01",
        "cookie": "a=b; ;=",
    }

    assert api.get("/api/v2/pages/", headers=nonsense).status_code == 200
