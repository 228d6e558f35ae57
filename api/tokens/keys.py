"""The keys that sign tokens: the present one, and earlier ones that are still believed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError, TokenBackendExpiredToken


class KeyRing(TokenBackend):
    """Signs with the first key, and believes what any of them has signed."""

    def __init__(self, algorithm: str, keys: tuple[str, ...], *, issuer: str, audience: str) -> None:
        super().__init__(algorithm, keys[0], audience=audience, issuer=issuer)
        self._earlier = [TokenBackend(algorithm, key, audience=audience, issuer=issuer) for key in keys[1:]]

    def decode(self, token: Any, verify: bool = True) -> dict[str, Any]:
        """The claims. Raises TokenBackendExpiredToken, or TokenBackendError for all else that is wrong."""
        try:
            return super().decode(token, verify)
        except TokenBackendExpiredToken:
            raise
        except TokenBackendError as refusal:
            return self._decode_with_earlier_keys(token, verify, refusal)

    def _decode_with_earlier_keys(self, token: Any, verify: bool, refusal: TokenBackendError) -> dict[str, Any]:
        for backend in self._earlier:
            try:
                return backend.decode(token, verify)
            except TokenBackendExpiredToken:
                raise
            except TokenBackendError:
                continue
        raise refusal


def key_ring() -> KeyRing:
    """The key ring that the settings describe."""
    config = settings.SIMPLE_JWT
    keys = (config["SIGNING_KEY"], *settings.JWT_PREVIOUS_SECRETS)
    return _key_ring(config["ALGORITHM"], keys, config["ISSUER"], config["AUDIENCE"])


@lru_cache(maxsize=4)
def _key_ring(algorithm: str, keys: tuple[str, ...], issuer: str, audience: str) -> KeyRing:
    return KeyRing(algorithm, keys, issuer=issuer, audience=audience)
