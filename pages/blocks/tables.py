"""Tables of data."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.contrib.table_block.blocks import TableBlock as SpreadsheetBlock

from pages.schemas import Components, Schema, list_of, nullable, record, summary_of


class TableBlock(SpreadsheetBlock):
    """A table with a caption and headers (WCAG 2.2, success criterion 1.3.1).

    Wagtail's spreadsheet-like block rather than its typed one: editors paste whole tables from a spreadsheet.
    """

    def get_table_options(self, table_options: dict[str, Any] | None = None) -> dict[str, Any]:
        options: dict[str, Any] = super().get_table_options(table_options)
        # The only language that the bundled editor has; it complains about `en` and `cy` (Wagtail 8.0).
        return options | {"language": "en-US"}

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if self.is_deferred_validation or not value:
            return value
        if not (value.get("table_caption") or "").strip():
            raise ValidationError("Enter a caption: it tells readers what the table is about.", code="no_caption")
        if not (value.get("first_row_is_table_header") or value.get("first_col_is_header")):
            raise ValidationError(
                "Choose which cells are headers: the first row, the first column or both.", code="no_header"
            )
        if not any(cell for row in value.get("data") or [] for cell in row):
            raise ValidationError("The table is empty.", code="empty")
        return value

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Caption, header cells (null if the first row is none), rows of text, and whether rows begin with a header."""
        if not value:
            return None
        rows = [[str(cell) if cell is not None else "" for cell in row] for row in value.get("data") or []]
        header = rows.pop(0) if rows and value.get("first_row_is_table_header") else None
        return {
            "caption": value.get("table_caption") or "",
            "header": header,
            "rows": rows,
            "first_column_is_header": bool(value.get("first_col_is_header")),
        }

    def api_schema(self, components: Components) -> Schema:
        """What `get_api_representation` returns."""
        cells = list_of({"type": "string"})
        table = {
            "caption": {"type": "string"},
            "header": nullable(cells),
            "rows": list_of(cells),
            "first_column_is_header": {"type": "boolean"},
        }
        return nullable(components.define("TableValue", record(table, summary_of(type(self)))))

    def get_searchable_content(self, value: Any) -> list[str]:
        caption = (value or {}).get("table_caption")
        return [*([caption] if caption else []), *super().get_searchable_content(value)]

    class Meta:
        icon = "table"
        group = "Text"
        label = "Table"
        description = "Figures or facts in rows and columns. Paste it from a spreadsheet. Never for layout."
