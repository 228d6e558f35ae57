"""What `check --deploy` warns about."""

from __future__ import annotations

from cms.operations.checks import limits_are_shared


def test_limits_that_each_process_counts_for_itself_are_warned_about(settings):
    assert limits_are_shared() == []
    settings.CACHES = {"limits": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    (warning,) = limits_are_shared()
    assert "REDIS_URL" in warning.msg
