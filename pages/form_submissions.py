"""The admin's list of what people have sent through a form, and its export.

Wagtail 8.0 writes values as they are into its CSV. A spreadsheet takes a cell that begins with one of a few characters
for a formula, and runs it on the machine of whoever opens the file (OWASP, "CSV Injection"). Into its XLSX it writes
control characters, which the format does not have: one answer with such a character, and there is no export any more.
"""

from __future__ import annotations

import re
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import SpreadsheetExportMixin, list_to_str
from wagtail.contrib.forms.views import SubmissionsListView

CSV, XLSX = SpreadsheetExportMixin.FORMAT_CSV, SpreadsheetExportMixin.FORMAT_XLSX

# The second half are the full-width forms, which some programs take for the same.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_HARMLESS = re.compile(r"[+-]?[0-9][0-9 .]*", re.ASCII)


def without_formula(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet might take it for a formula. Numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def without_control_characters(text: str) -> str:
    """The text without the characters that a cell of an XLSX file cannot hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)


class SafeSubmissionsListView(SubmissionsListView):
    """Wagtail's view, with exports that are safe to make and to open."""

    custom_value_preprocess = SubmissionsListView.custom_value_preprocess | {
        str: {CSV: without_formula, XLSX: without_control_characters},
        list: {
            CSV: lambda value: without_formula(list_to_str(value)),
            XLSX: lambda value: without_control_characters(list_to_str(value)),
        },
    }

    def get_heading(self, queryset: Any, field: str) -> str:
        """The label of a field. In an XLSX file too it would be taken for a formula: Wagtail marks answers only."""
        return without_control_characters(without_formula(str(super().get_heading(queryset, field))))
