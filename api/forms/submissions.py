"""What becomes of an answer to a form: it is checked by Wagtail's own form, and kept once however often it is sent."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Container, Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError
from django.forms import Form
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from api.errors import BadInput, InputError
from api.forms import token
from api.forms.schema import Question, questions_of, wrong_type
from api.forms.spam import count_submission
from pages.models.forms import FORM_TOKEN, HONEYPOT, FormPage
from pages.models.submissions import SameAs, SubmissionReceipt, earlier_receipts

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 512 * 1024
MAX_MEMBERS = 200
IDEMPOTENCY_KEY = "Idempotency-Key"
KEY_PATTERN = r"[A-Za-z0-9._~:+/=-]{8,128}"

# The draft standard writes the key as a string of RFC 8941, in quotation marks; most clients leave them out.
_KEY = re.compile(rf'(?P<quote>"?)(?P<key>{KEY_PATTERN})(?P=quote)', re.ASCII)
_SALT = "api.forms.submissions"
_CONFLICTS = {
    "key": ("idempotency_key_reused", f"This {IDEMPOTENCY_KEY} was used for other answers."),
    "token": ("form_token_used", "This form_token was used for other answers. Ask for the form again."),
}


def submit(page: FormPage, request: Request) -> SubmissionReceipt:
    """Keep the answers in the request's body, unless they were kept before, and return their receipt.

    Raises BadInput: 413 for a large body, 400 for an Idempotency-Key that is none, 422 for answers that are not valid,
    409 for other answers under a key or token that was used. Raises TooManySubmissions.
    """
    body = _read(request)
    key = _key(request)
    form = _checked(page, body)
    same = _recognised_by(page, body, key)
    return _earlier(same) or _keep(page, form, same, request)


def _read(request: Request) -> dict[str, Any]:
    body = request.data  # first: it refuses what is no JSON, and JSON has been read by now (api/input_rules.py)
    if len(request._request.body) > MAX_BODY_BYTES:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raise BadInput(f"The body is larger than {MAX_BODY_BYTES} bytes.", "body", code="too_large", status=status)
    if not isinstance(body, dict):
        raise _not_valid([InputError(("body",), "invalid", "Send an object with the answers by name.")])
    if len(body) > MAX_MEMBERS:
        raise _not_valid([InputError(("body",), "too_many", f"Send no more than {MAX_MEMBERS} members.")])
    return body


def _key(request: Request) -> str | None:
    header = request.headers.get(IDEMPOTENCY_KEY)
    if header is None:
        return None
    if match := _KEY.fullmatch(header.strip()):
        return match["key"]
    message = f"{IDEMPOTENCY_KEY} must have 8 to 128 letters, digits or characters of . _ ~ : + / = -"
    raise BadInput(message, "header", IDEMPOTENCY_KEY)


def _checked(page: FormPage, body: dict[str, Any]) -> Form:
    """The form with valid answers. Raises BadInput with everything that is wrong."""
    questions = {question.name: question for question in questions_of(page)}
    answers = _answers(body, questions)
    mistyped = {name: error for name, value in answers.items() if (error := _mistyped(questions[name], value))}
    form: Form = page.get_form({name: answers[name] for name in answers.keys() - mistyped.keys()}, page=page)
    wrong = [
        *_wrong_envelope(page, body),
        *_unknown(body, questions),
        *mistyped.values(),
        *(error for error in _refused(form) if error.loc[-1] not in mistyped),
    ]
    if wrong:
        raise _not_valid(wrong)
    return form


def _answers(body: dict[str, Any], names: Container[str]) -> dict[str, Any]:
    """What was answered, by name. Null is no answer."""
    return {name: value for name, value in body.items() if name in names and value is not None}


def _wrong_envelope(page: FormPage, body: dict[str, Any]) -> Iterator[InputError]:
    if refusal := token.refusal(body.get(FORM_TOKEN), page.pk):
        yield refusal
    if body.get(HONEYPOT) not in (None, ""):
        yield InputError(("body", HONEYPOT), "not_empty", "Leave this field empty.")


def _unknown(body: dict[str, Any], questions: dict[str, Question]) -> Iterator[InputError]:
    for name in sorted(body.keys() - questions.keys() - {FORM_TOKEN, HONEYPOT}):
        yield InputError(("body", name), "unknown", "This form has no such field.")


def _mistyped(question: Question, value: Any) -> InputError | None:
    wanted = wrong_type(question.schema, value)
    return InputError(("body", question.name), "type", wanted) if wanted else None


def _refused(form: Form) -> Iterator[InputError]:
    """What Django says about the answers, in the language that is in force."""
    for name, errors in form.errors.as_data().items():
        loc = ("body",) if name == NON_FIELD_ERRORS else ("body", name)
        for error in errors:
            yield from (InputError(loc, error.code or "invalid", message) for message in error.messages)


def _not_valid(errors: list[InputError]) -> BadInput:
    error = BadInput("Some of the answers are not valid.", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    error.errors = errors
    return error


def _recognised_by(page: FormPage, body: dict[str, Any], key: str | None) -> SameAs:
    """Digests only: the answers are personal. The token is no part of the content: a later try may have a new one."""
    content = {name: value for name, value in body.items() if name not in {FORM_TOKEN, HONEYPOT} and value is not None}
    return SameAs(
        key_digest=_digest("key", page.pk, key) if key else None,
        token_digest=token.digest(body[FORM_TOKEN]),
        content_digest=_digest("content", page.pk, json.dumps(content, sort_keys=True)),
    )


def _digest(what: str, page_id: int, text: str) -> str:
    return salted_hmac(_SALT, f"{what}:{page_id}:{text}", algorithm="sha256").hexdigest()


def _earlier(same: SameAs) -> SubmissionReceipt | None:
    """The receipt of an earlier sending of the same. Raises BadInput where that had other answers."""
    for receipt in earlier_receipts(same):
        if receipt.content_digest != same.content_digest:
            by_key = same.key_digest is not None and receipt.key_digest == same.key_digest
            raise _conflict("key" if by_key else "token")
        return receipt
    return None


def _conflict(by: str) -> BadInput:
    code, message = _CONFLICTS[by]
    loc = ("header", IDEMPOTENCY_KEY) if by == "key" else ("body", FORM_TOKEN)
    return BadInput(message, *loc, code=code, status=HTTPStatus.CONFLICT)


def _keep(page: FormPage, form: Form, same: SameAs, request: Request) -> SubmissionReceipt:
    count_submission(request._request)
    try:
        receipt: SubmissionReceipt = page.process_form_submission(form, same).receipt
    except IntegrityError:
        # The same was sent at the same time and is in the database by now, or the page was deleted in this moment.
        if earlier := _earlier(same):
            return earlier
        if not FormPage.objects.filter(pk=page.pk).exists():
            raise NotFound from None
        raise
    logger.info("A form was sent", extra={"event": "forms.sent", "page": page.pk})
    return receipt
