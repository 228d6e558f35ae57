"""Commands with one or two threads do not hold the connections that a server process keeps ready."""

from __future__ import annotations

import pytest
from django.db import connection

from cms.operations.pools import hold_connections


@pytest.mark.parametrize(("configured", "held"), [(5, 2), (1, 1), (0, 0)])
def test_no_more_connections_are_kept_ready_than_are_needed(monkeypatch, configured, held):
    pool = {"min_size": configured, "max_size": 20}
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", pool)
    hold_connections(2)
    assert pool == {"min_size": held, "max_size": 20}


def test_database_without_pool_is_left_as_it_is(monkeypatch):
    monkeypatch.delitem(connection.settings_dict["OPTIONS"], "pool")
    hold_connections(2)
    assert "pool" not in connection.settings_dict["OPTIONS"]
