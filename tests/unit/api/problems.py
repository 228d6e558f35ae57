"""How tests look at an error of the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse


def problem_of(response: HttpResponse, status: int) -> dict[str, Any]:
    """The problem that a response holds, after checking that it is a whole one with this status."""
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()  # type: ignore[attr-defined]
    assert problem["status"] == status
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["detail"] == problem["message"]
    assert problem["instance"] == response["X-Request-ID"]
    assert response["Cache-Control"] in {"no-store", "private, no-store"}
    return problem
