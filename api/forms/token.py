"""The permission to send one form once: signed, for a while, and not before a person could have read the form.

Whoever has no token has not asked for the form. That keeps away programs that post to addresses they have found, and
makes each message of the others cost a second request. Nothing is stored for a token that is not used.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils import timezone
from django.utils.crypto import salted_hmac

from api.errors import InputError
from pages.models.forms import FORM_TOKEN

_SALT = "api.forms.token"
_MAX_LENGTH = 200


def issue(page_id: int) -> str:
    """A new token for the form with this id."""
    return _signer().sign(f"{page_id}.{secrets.token_urlsafe(12)}")


def expiry() -> datetime:
    """When a token that is issued now stops working."""
    return timezone.now() + settings.FORM_LIFETIME


def refusal(token: object, page_id: int) -> InputError | None:
    """Why this token does not permit to send the form with this id; None when it does."""
    if token is None:
        return _refused("required", "Send the form_token that came with the form.")
    if not isinstance(token, str) or len(token) > _MAX_LENGTH:
        return _refused("invalid", "This is no form_token.")
    try:
        named = _signer().unsign(token, max_age=settings.FORM_LIFETIME)
    except SignatureExpired:
        return _refused("expired", "This form_token has expired. Ask for the form again.")
    except BadSignature:
        return _refused("invalid", "This is no form_token of this form.")
    if named.partition(".")[0] != str(page_id):
        return _refused("invalid", "This is no form_token of this form.")
    if _is_younger_than_anyone_reads(token):
        return _refused("too_soon", "This was sent sooner than anyone can fill in a form. Send it again in a moment.")
    return None


def digest(token: str) -> str:
    """By what a token that was used is recognised."""
    return salted_hmac(_SALT, token, algorithm="sha256").hexdigest()


def _is_younger_than_anyone_reads(token: str) -> bool:
    if not settings.FORM_MIN_AGE:
        return False
    try:
        _signer().unsign(token, max_age=settings.FORM_MIN_AGE)
    except SignatureExpired:
        return False
    return True


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=_SALT)


def _refused(code: str, message: str) -> InputError:
    return InputError(("body", FORM_TOKEN), code, message)
