"""Log lines are JSON objects, and hold nothing that only the client should know."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import IntegrityError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.log import log_response

from cms.accounts.models import User
from cms.observability.logs import MAX_TEXT, JsonFormatter
from settings.redaction import without_values
from tests.unit.observability.conftest import Log

logger = logging.getLogger("cms.thing")


def test_line_holds_what_the_call_adds(log: Log) -> None:
    logger.warning("Done", extra={"event": "thing.done"})
    (line,) = log.lines()
    assert (line["level"], line["logger"], line["message"], line["event"]) == (
        "WARNING",
        "cms.thing",
        "Done",
        "thing.done",
    )
    assert line["timestamp"].endswith("+00:00")


def test_line_end_in_a_message_starts_no_line_of_its_own(log: Log) -> None:
    logger.warning('Done\n{"level": "CRITICAL"}\r\n\u2028%s', "\x1b[31m")
    (line,) = log.lines()
    assert line["level"] == "WARNING"
    assert "\x1b" not in log.text


def test_long_text_is_cut_before_a_collector_does_it(log: Log) -> None:
    logger.warning("x" * 100_000, extra={"more": "y" * 100_000})
    (line,) = log.lines()
    assert len(line["message"]) == len(line["more"]) == MAX_TEXT + 1


def test_record_with_wrong_arguments_is_still_a_line(log: Log) -> None:
    logger.warning("%s and %s", "hunter2")
    (line,) = log.lines()
    assert line["message"] == "%s and %s [not formatted: TypeError]"


def test_traceback_says_where_and_not_with_what(log: Log) -> None:
    def fail(password: str) -> None:
        raise RuntimeError("It went wrong")

    try:
        try:
            fail("hunter2")
        except RuntimeError as error:
            raise LookupError("Nothing found") from error
    except LookupError:
        logger.exception("Sorry")
    (line,) = log.lines()
    told = line["exc_info"].splitlines()
    assert told[-1] == "LookupError: Nothing found"
    assert "RuntimeError: It went wrong" in told
    assert any(f'"{__file__}"' in place and "in fail" in place for place in told)
    assert "hunter2" not in log.text


def test_endless_recursion_fits_into_a_line(log: Log) -> None:
    def again() -> None:
        again()

    try:
        again()
    except RecursionError:
        logger.exception("Sorry")
    (line,) = log.lines()
    assert len(line["exc_info"]) < MAX_TEXT
    assert "  …" in line["exc_info"]


@pytest.mark.django_db(transaction=True)
def test_values_that_the_database_repeats_stay_out(log: Log) -> None:
    User.objects.create_user("jane.doe", "jane@example.org")
    with pytest.raises(IntegrityError) as raised:
        User.objects.create_user("jane.doe", "other@example.org")
    assert "(jane.doe)" in str(raised.value)  # PostgreSQL does repeat it
    logger.error("Sorry", exc_info=raised.value)
    (line,) = log.lines(logger="cms.thing")
    assert "duplicate key value violates unique constraint" in line["exc_info"]
    assert "jane.doe" not in log.text


@pytest.mark.django_db(transaction=True)
def test_value_that_the_database_cannot_read_stays_out(log: Log) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'jane.doe'::integer")
    except Exception:
        logger.exception("Sorry")
    (line,) = log.lines(logger="cms.thing")
    assert line["exc_info"].splitlines()[-1] == ("django.db.utils.DataError: invalid input syntax for type integer: …")
    assert "jane.doe" not in log.text


@pytest.mark.parametrize(
    "text",
    [
        'value "07700900123" is out of range for type integer',
        "ungültige Eingabesyntax für Typ integer: »07700900123«",
        "la valeur d'une clé dupliquée rompt la contrainte unique « x »\nDÉTAIL : (07700900123) existe déjà",
        "la syntaxe en entrée est invalide pour le type integer : « 07700900123 »",
    ],
)
def test_values_stay_out_in_whatever_words_the_database_repeats_them(text: str) -> None:
    assert "07700900123" not in without_values(text)


def test_what_was_wrong_is_said() -> None:
    text = 'duplicate key value violates unique constraint "users_username_key"\nDETAIL: Key (username)=(jane.doe)'
    assert without_values(text) == 'duplicate key value violates unique constraint "users_username_key"'


def test_refused_answer_is_told_of_without_its_path(log: Log) -> None:
    request = RequestFactory().get("/documents/1/hunter2.pdf")
    log_response("%s: %s", "Service Unavailable", request.path, response=HttpResponse(status=503), request=request)
    (line,) = log.lines(logger="django.request")
    assert line["message"] == "Service Unavailable"
    assert "hunter2" not in log.text


def test_host_that_is_not_ours_makes_no_traceback(log: Log, client: Client) -> None:
    client.get("/", headers={"Host": "scanner.example"})
    (line,) = log.lines(logger="django.security.DisallowedHost")
    assert "exc_info" not in line
    assert "scanner.example" in line["message"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [("Origin", "https://hunter2.example"), ("Referer", "https://elsewhere.example/?token=hunter2")],
)
def test_where_a_refused_form_came_from_stays_out(log: Log, name: str, value: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrf"] = "a" * 32
    client.post("/admin/login/", secure=True, headers={name: value})
    (line,) = log.lines(logger="django.security.csrf")
    assert line["message"] == f"Forbidden ({name} checking failed)"
    assert "hunter2" not in log.text


def test_formatter_needs_no_filter() -> None:
    record = logging.LogRecord("cms", logging.INFO, __file__, 1, "Done", None, None)
    assert "request_id" not in json.loads(JsonFormatter().format(record))
