"""Limits on guessing passwords, for every door through which somebody can sign in.

Failed attempts are counted in three ways, each per RATE_LIMIT_WINDOW:

* for one account from one address: LOGIN_LIMIT_MAX;
* from one address, whatever the accounts: LOGIN_LIMIT_MAX;
* for one account, whatever the addresses: LOGIN_LIMIT_MAX times ADDRESSES_PER_ACCOUNT.

The last two would let a stranger lock somebody out, or one clumsy colleague a whole office behind one address. So
they do not apply where this account has signed in from this address lately: there only the first one does.

An attempt is counted before the password is looked at, and taken back when it was right. Counting afterwards would let
any number of guesses through that arrive at the same time.
"""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException

from api import counters
from api.clients import client_network

logger = logging.getLogger(__name__)

ADDRESSES_PER_ACCOUNT = 5
FAMILIAR_FOR = timedelta(days=30)


class SignInRefused(APIException):
    """The limits refuse an attempt, whatever its password. `wait` is in seconds, and becomes `Retry-After`."""

    wait = 10


class TooManyAttempts(SignInRefused):
    """429."""

    status_code = 429
    default_detail = "Too many failed attempts to sign in."
    default_code = "too_many_attempts"

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


class SignInUnavailable(SignInRefused):
    """Nobody can count attempts at the moment, so nobody can sign in: 503. Guessing without a limit would be worse."""

    status_code = 503
    default_detail = "Signing in is not possible at the moment. Try again soon."
    default_code = "sign_in_unavailable"


class Attempt:
    """One attempt to sign in, counted as a failure until it says otherwise."""

    def __init__(self, request: HttpRequest, username: str) -> None:
        """Count it. Raises TooManyAttempts when a limit is reached, SignInUnavailable when Redis is away."""
        self._counts: list[counters.Count] = []
        address = client_network(request)
        account = _digest(username)
        self._pair = f"{account}:{address}"
        try:
            self._count(address, account)
        except counters.CountersUnavailableError:
            raise SignInUnavailable from None

    def _count(self, address: str, account: str) -> None:
        # In this order: what is refused for its address adds nothing to the account's count, so that one address
        # cannot use up what all of them have for an account.
        most = settings.LOGIN_LIMIT_MAX
        self._add("sign-in:pair", self._pair, most)
        familiar = counters.is_remembered(f"sign-in:{self._pair}")
        self._add("sign-in:address", address, None if familiar else most)
        self._add("sign-in:account", account, None if familiar else most * ADDRESSES_PER_ACCOUNT)

    def _add(self, what: str, who: str, most: int | None) -> None:
        count = counters.add(what, who, settings.RATE_LIMIT_WINDOW)
        self._counts.append(count)
        if most is not None and count.used > most:
            logger.warning("A sign-in was refused: too many failures", extra={"event": "sign_in.limited", "by": what})
            raise TooManyAttempts(wait=count.resets_in_seconds)

    def succeeded(self) -> None:
        """The password was right: this was no failure, and the address is familiar from now on."""
        try:
            for count in self._counts:
                counters.take_back(count)
            counters.remember(f"sign-in:{self._pair}", FAMILIAR_FOR)
        except counters.CountersUnavailableError:
            # Redis went away in this very moment. The attempt stays counted, which locks nobody out.
            logger.warning("A successful sign-in stays counted as a failure", extra={"event": "sign_in.not_taken_back"})


def note_refusal(request: HttpRequest, refusal: SignInRefused) -> None:
    """Leave the reason with the request: what Django's `authenticate` answers has no room for it."""
    request.sign_in_refusal = refusal  # type: ignore[attr-defined]


def refusal_of(request: HttpRequest | None) -> SignInRefused | None:
    """Why the limits refused the attempt that this request made; None when they did not."""
    return getattr(request, "sign_in_refusal", None)


def _digest(username: str) -> str:
    """Names of accounts are personal, and may be of any length and hold anything: keys of counters must not."""
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]
