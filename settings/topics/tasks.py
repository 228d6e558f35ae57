"""Background work: rows in the database, written in the same transaction as the change that causes them."""

from __future__ import annotations

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "mail"],
    }
}
