"""Background work: rows in the database, written in the same transaction as the change that causes them."""

from __future__ import annotations

from settings import env

TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "mail"],
    }
}

TASK_TIME_LIMIT = env.duration(
    "TASK_TIME_LIMIT",
    default="15m",
    minimum="5s",
    maximum="1d",
    help="How long one task may take. After that its worker counts as hung: it ends itself, and another one begins the "
    "task anew.",
)
