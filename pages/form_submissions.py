"""The admin's list of what people have sent through a form, and its export.

Wagtail 8.0 writes values as they are into its CSV. A spreadsheet takes a cell that begins with one of a few characters
for a formula, and runs it on the machine of whoever opens the file (OWASP, "CSV Injection"). Into its XLSX it writes
characters that XML does not have: one answer with such a character, and the export fails or cannot be opened.
"""

from __future__ import annotations

import re
from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin, list_to_str
from wagtail.contrib.forms.views import SubmissionsListView

CSV, XLSX = SpreadsheetExportMixin.FORMAT_CSV, SpreadsheetExportMixin.FORMAT_XLSX

# The second half are the full-width forms, which some programs take for the same.
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HARMLESS = re.compile(r"[+-]?[0-9][0-9 .]*", re.ASCII)


def without_formula(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet might take it for a formula. Numbers stay as they are."""
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.fullmatch(text) else text


def fit_for_xml(text: str) -> str:
    """The text without the characters that XML, and so an XLSX file, cannot hold."""
    return _NOT_XML.sub("", text)


class SafeSubmissionsListView(SubmissionsListView):
    """Wagtail's view, with exports that are safe to make and to open."""

    custom_value_preprocess = SubmissionsListView.custom_value_preprocess | {
        str: {CSV: without_formula, XLSX: fit_for_xml},
        list: {
            CSV: lambda value: without_formula(list_to_str(value)),
            XLSX: lambda value: fit_for_xml(list_to_str(value)),
        },
    }

    def get_heading(self, queryset: Any, field: str) -> str:
        """The label of a field. In an XLSX file too it would be taken for a formula: Wagtail marks answers only."""
        return fit_for_xml(without_formula(str(super().get_heading(queryset, field))))
