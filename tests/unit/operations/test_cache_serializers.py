"""Values in Redis are Python objects behind a signature."""

from __future__ import annotations

import pickle

from django.core.cache import cache
from django_redis import get_redis_connection
from wagtail.models.sites import SiteRootPath

from cms.operations.cache_serializers import SignedPickleSerializer

ran: list[str] = []


def run_code(text: str) -> None:
    ran.append(text)


class Malicious:
    """What an attacker who can write to Redis would leave there."""

    def __reduce__(self):
        return run_code, ("attacker's code",)


def test_python_objects_come_back_as_they_were():
    value = [SiteRootPath(1, "/home/", "https://www.example.gov.uk", "en")]
    cache.set("paths", value)
    assert cache.get("paths") == value
    assert isinstance(cache.get("paths")[0], SiteRootPath)


def test_value_that_somebody_else_wrote_is_a_miss_and_runs_nothing(caplog):
    cache.set("key", "ours")
    name = cache.make_key("key")
    get_redis_connection("default").set(str(name), pickle.dumps(Malicious()))

    assert cache.get("key") is None
    assert ran == []
    assert "no valid signature" in caplog.text


def test_the_same_value_would_run_code_without_the_signature():
    pickle.loads(pickle.dumps(Malicious()))
    assert ran.pop() == "attacker's code"


def test_value_signed_with_an_earlier_key_is_a_miss(settings):
    serializer = SignedPickleSerializer({})
    stored = serializer.dumps({"a": 1})
    assert serializer.loads(stored) == {"a": 1}
    settings.SECRET_KEY = "rotated-" * 10
    assert serializer.loads(stored) is None


def test_truncated_value_is_a_miss():
    assert SignedPickleSerializer({}).loads(b"short") is None
