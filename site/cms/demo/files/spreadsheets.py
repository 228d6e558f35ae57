"""Writes tables of figures as OpenDocument spreadsheets and as CSV."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from random import Random

from odf.dc import Creator, Language, Title
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableRow
from odf.text import P

Cell = str | float
Rows = list[list[Cell]]

_MADE_AT = (2024, 1, 2, 9, 0, 0)


def make_figures(columns: Sequence[str], first_column: Sequence[str], seed: int, low: float, high: float) -> Rows:
    """Return a header and one row of believable figures for each name in the first column. Repeatable."""
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    rows: Rows = [list(columns)]
    for name in first_column:
        level = random.uniform(low, high)
        figures = [round(min(high, max(low, level * random.uniform(0.85, 1.15))), 1) for _ in columns[1:]]
        rows.append([name, *figures])
    return rows


def make_csv(rows: Rows) -> bytes:
    """Return the rows as CSV: UTF-8, commas, CRLF (RFC 4180)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def make_ods(sheets: dict[str, Rows], *, title: str, author: str, language: str) -> bytes:
    """Return a spreadsheet with one sheet per entry, the first row of each in bold."""
    book = OpenDocumentSpreadsheet()
    book.meta.addElement(Title(text=title))
    book.meta.addElement(Creator(text=author))
    book.meta.addElement(Language(text=language))
    bold = Style(name="Header", family="table-cell")
    bold.addElement(TextProperties(fontweight="bold"))
    book.automaticstyles.addElement(bold)
    for name, rows in sheets.items():
        sheet = Table(name=name)
        for number, row in enumerate(rows):
            sheet.addElement(_row(row, bold if number == 0 else None))
        book.spreadsheet.addElement(sheet)
    packed = io.BytesIO()
    book.write(packed)
    return _without_moment(packed)


def _row(cells: list[Cell], style: Style | None) -> TableRow:
    row = TableRow()
    for value in cells:
        options = {"stylename": style} if style else {}
        if isinstance(value, str):
            cell = TableCell(valuetype="string", **options)
        else:
            cell = TableCell(valuetype="float", value=str(value), **options)
        cell.addElement(P(text=str(value)))
        row.addElement(cell)
    return row


def _without_moment(packed: io.BytesIO) -> bytes:
    """Return the archive with a fixed time on every entry; odfpy stamps the present one."""
    result = io.BytesIO()
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(result, "w") as target:
        for entry in source.infolist():
            copy = zipfile.ZipInfo(entry.filename, _MADE_AT)
            copy.compress_type = entry.compress_type
            target.writestr(copy, source.read(entry))
    return result.getvalue()
