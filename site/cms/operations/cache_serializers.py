"""How Python objects are kept in Redis."""

from __future__ import annotations

import hashlib
import hmac
import logging
import pickle
from typing import Any

from django.conf import settings
from django_redis.serializers.base import BaseSerializer

logger = logging.getLogger(__name__)


class SignedPickleSerializer(BaseSerializer):
    """Pickle behind an HMAC-SHA-256: Wagtail caches Python objects, and JSON would change them.

    Unpickling what somebody else wrote to Redis would run their code. So the signature is checked first. A value
    without the right one counts as None, which is a miss: it was tampered with, or SECRET_KEY has changed since.
    """

    def dumps(self, value: Any) -> bytes:
        data = pickle.dumps(value, protocol=5)
        return self._signature(data) + data

    def loads(self, value: bytes) -> Any:
        signature, data = value[:32], value[32:]
        if not hmac.compare_digest(signature, self._signature(data)):
            logger.warning("Ignored a value in the cache that carries no valid signature")
            return None
        return pickle.loads(data)  # noqa: S301 - signed by us

    def _signature(self, data: bytes) -> bytes:
        key = hashlib.sha256(b"cms.cache" + settings.SECRET_KEY.encode()).digest()
        return hmac.digest(key, data, "sha256")
