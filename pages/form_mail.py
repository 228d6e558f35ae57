"""What a form's answers look like in a mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.forms import Form
from django.utils import timezone
from django.utils.formats import date_format


def answers_as_text(form: Form) -> str:
    """One line for each field, in the order of the form. Further lines of an answer are indented.

    So nobody can write an answer that looks like the answer to another field.
    """
    return "\n".join(f"{label}: {_indented(value)}" for label, value in _answers(form))


def one_line(text: str) -> str:
    """The text without line breaks, which no header of a mail may have."""
    return " ".join(text.split())


def _answers(form: Form) -> Iterator[tuple[str, str]]:
    for field in form:
        if field.name in form.cleaned_data:
            yield one_line(str(field.label)), _readable(form.cleaned_data[field.name])


def _readable(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(value)
        case datetime():
            return date_format(_local(value), "j F Y, H:i T")
        case date():
            return date_format(value, "j F Y")
    return str(value)


def _local(value: datetime) -> datetime:
    """In the service's time zone, unless it is in the first or last hours that Python knows."""
    try:
        return timezone.localtime(value, timezone.get_default_timezone())
    except (OverflowError, ValueError):
        return value


def _indented(text: str) -> str:
    return "\n    ".join(text.splitlines())
