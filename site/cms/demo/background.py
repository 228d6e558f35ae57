"""Does the background work that building causes at once and in bulk, instead of leaving thousands of tasks behind.

Every save of a page queues two tasks: one for the search index and one for the index of references. A demo site would
queue some two thousand, most of them about the same few objects. Here they are noted instead, and each object is
indexed once at the end.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db.models import Model
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task_backends
from django_tasks.backends.dummy import DummyBackend
from modelsearch.backends import get_search_backends
from modelsearch.index import get_indexed_instance
from modelsearch.tasks import insert_or_update_object_task
from wagtail.models import ReferenceIndex
from wagtail.tasks import delete_file_from_storage_task, update_reference_index_task

from cms.operations.mail import send_queued_message

_Noted = dict[tuple[str, str], set[int]]
_CHUNK = 500


class DeferredWork:
    """What was asked for while tasks were held back."""

    def __init__(self) -> None:
        self.search: _Noted = defaultdict(set)
        self.references: _Noted = defaultdict(set)

    def note(self, task_path: str, args: tuple[Any, ...]) -> bool:
        """Take note of a task. False: this one is not ours and goes its usual way."""
        if task_path in _FORGOTTEN:
            return True
        noted = {_SEARCH: self.search, _REFERENCES: self.references}.get(task_path)
        if noted is None:
            return False
        app_label, model_name, pk = args
        noted[app_label, model_name].add(int(pk))
        return True

    def run(self) -> None:
        """Bring both indexes up to date for everything that was noted and still exists."""
        for obj in _parents(_existing(self.references)):
            ReferenceIndex.create_or_update_for_object(obj)
        by_model: dict[type[Model], dict[Any, Model]] = defaultdict(dict)
        for obj in _existing(self.search):
            indexed = get_indexed_instance(obj)
            if indexed is not None:
                by_model[type(indexed)][indexed.pk] = indexed
        for backend in get_search_backends(with_auto_update=True):
            for model, objects in by_model.items():
                backend.add_bulk(model, list(objects.values()))
        self.search.clear()
        self.references.clear()


_SEARCH = insert_or_update_object_task.module_path
_REFERENCES = update_reference_index_task.module_path
_FORGOTTEN = {
    # Nobody is to be told by mail that demo pages wait for approval.
    send_queued_message.module_path,
    # Files are removed directly, see cms.demo.removal.
    delete_file_from_storage_task.module_path,
}


@contextmanager
def without_chatter() -> Iterator[None]:
    """Keep Wagtail from reporting each of a thousand edits. Warnings and errors are still logged."""
    loggers = [logging.getLogger(name) for name in ("wagtail", "modelsearch", "django_tasks")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


@contextmanager
def deferred_work() -> Iterator[DeferredWork]:
    """Hold back tasks of this thread that building causes. All others are queued as always."""
    work = DeferredWork()
    usual = task_backends[DEFAULT_TASK_BACKEND_ALIAS]

    class Sieve(DummyBackend):
        def enqueue(self, task: Any, args: Any, kwargs: Any) -> Any:
            if work.note(task.module_path, tuple(args)):
                return super().enqueue(task, args, kwargs)
            return usual.enqueue(task, args, kwargs)

    # Per thread and context: asgiref's Local is behind it, so that a server in the same process is not touched.
    task_backends[DEFAULT_TASK_BACKEND_ALIAS] = Sieve(DEFAULT_TASK_BACKEND_ALIAS, {"QUEUES": []})
    try:
        yield work
    finally:
        task_backends[DEFAULT_TASK_BACKEND_ALIAS] = usual


def _existing(noted: _Noted) -> Iterator[Model]:
    for (app_label, model_name), pks in noted.items():
        ordered = sorted(pks)
        for start in range(0, len(ordered), _CHUNK):
            yield from apps.get_model(app_label, model_name)._default_manager.filter(
                pk__in=ordered[start : start + _CHUNK]
            )


def _parents(objects: Iterator[Model]) -> Iterator[Model]:
    """Return each object that references are recorded for once: a page in the place of its rows."""
    seen = set()
    for obj in objects:
        parent: Model | None = obj
        while parent is not None and (key := _parental_key(parent)) is not None:
            parent = getattr(parent, key)
        if parent is None or not ReferenceIndex.is_indexed(type(parent)) or (type(parent), parent.pk) in seen:
            continue
        seen.add((type(parent), parent.pk))
        yield parent


def _parental_key(obj: Model) -> str | None:
    names = (field.name for field in obj._meta.get_fields() if type(field).__name__ == "ParentalKey")
    return next(names, None)
