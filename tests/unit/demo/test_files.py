"""Pictures and files: real, the same each time, within the rules for uploads."""

from __future__ import annotations

import csv
import hashlib
import io

import pypdf
import pytest
from django.core.files.base import ContentFile
from odf import opendocument, table

from cms.demo.drawing import DRAWINGS, draw
from cms.demo.drawing.palettes import PALETTES
from cms.demo.files.pdf import make_pdf
from cms.demo.files.spreadsheets import Rows, make_csv, make_figures, make_ods
from cms.demo.markup.syntax import read_parts
from cms.demo.sources import read_toml
from documents.filetypes import identify


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_drawing_is_the_same_each_time_and_another_for_another_seed(drawing: str) -> None:
    first, again, other = (draw(drawing, (160, 120), seed, "day") for seed in (1, 1, 2))
    assert first.size == (160, 120)
    assert first.mode == "RGB"
    assert first.tobytes() == again.tobytes()
    assert first.tobytes() != other.tobytes()


def test_every_palette_draws() -> None:
    pictures = {hashlib.sha256(draw("valley", (80, 60), 1, palette).tobytes()).digest() for palette in PALETTES}
    assert len(pictures) == len(PALETTES)


def test_unknown_drawing_is_refused() -> None:
    with pytest.raises(KeyError):
        draw("photograph", (80, 60), 1, "day")


def test_library_has_small_and_large_pictures_of_all_shapes() -> None:
    sizes = [tuple(entry["size"]) for entry in read_toml("images").values()]
    assert len(set(sizes)) >= 12
    assert max(width for width, _ in sizes) >= 2000
    assert min(width for width, _ in sizes) <= 800


TEXT = """
## Dŵr

Mae'r **ŵyl** yma. [Dolen](https://example.org)

- un

::: table Lefelau
Afon | Lefel
Arven | 2.1
:::

::: callout warning | Rhybudd
Byddwch yn ofalus.
:::

## Ail bennod

### Is-bennod

Testun.
"""


def _pdf() -> bytes:
    return make_pdf(
        title="Cynllun dŵr",
        subtitle="Is-deitl",
        author="Adran",
        language="cy",
        contents="Cynnwys",
        parts=read_parts(TEXT),
    )


def test_pdf_has_title_language_outline_and_welsh_letters() -> None:
    reader = pypdf.PdfReader(io.BytesIO(_pdf()))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Cynllun dŵr", "Adran")
    assert reader.root_object["/Lang"] == "cy"
    assert [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)] == ["Dŵr", "Ail bennod"]
    assert len(reader.pages) == 4  # title, contents, two chapters
    chapter = reader.pages[2].extract_text()
    for words in ("Dŵr", "Mae'r ŵyl yma. Dolen", "Lefelau", "2.1", "Rhybudd"):
        assert words in chapter


def test_pdf_is_the_same_each_time_and_accepted_as_an_upload() -> None:
    assert _pdf() == _pdf()
    assert identify(ContentFile(_pdf()), "pdf") == "application/pdf"


def test_pdf_refuses_what_cannot_be_printed() -> None:
    with pytest.raises(ValueError, match="video"):
        make_pdf(title="", subtitle="", author="", language="en", contents="", parts=read_parts("@video x"))


def _figures() -> Rows:
    return make_figures(["Gauge", "Jan", "Feb"], ["Abbey Lock", "Tarrow Weir"], seed=1, low=1, high=9)


def test_figures_are_the_same_each_time_and_within_their_range() -> None:
    assert _figures() == _figures()
    assert _figures()[0] == ["Gauge", "Jan", "Feb"]
    assert all(1 <= float(cell) <= 9 for row in _figures()[1:] for cell in row[1:])


def test_csv_reads_back() -> None:
    content = make_csv([["A", "B"], ["with, comma", 1.5]])
    assert list(csv.reader(io.StringIO(content.decode()))) == [["A", "B"], ["with, comma", "1.5"]]
    assert b"\r\n" in content
    assert identify(ContentFile(content), "csv") == "text/csv"


def test_spreadsheet_opens_with_its_figures_and_title() -> None:
    content = make_ods({"Figures": _figures()}, title="Gauges", author="Adran", language="en")
    book = opendocument.load(io.BytesIO(content))
    rows = book.spreadsheet.getElementsByType(table.TableRow)
    assert len(rows) == 3
    cells = rows[1].getElementsByType(table.TableCell)
    assert [cell.getAttribute("valuetype") for cell in cells] == ["string", "float", "float"]
    assert "Gauges" in book.metaxml()
    assert identify(ContentFile(content), "ods") == "application/vnd.oasis.opendocument.spreadsheet"
