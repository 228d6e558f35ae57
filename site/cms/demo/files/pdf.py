"""Writes PDF documents with a title, a language, an outline and numbered pages."""

from __future__ import annotations

import datetime as dt
import re

import font_source_sans_pro
from fpdf import FPDF
from fpdf.outline import TableOfContents

from cms.demo.markup.syntax import Block, Heading, Part, Prose

# The same bytes each time, so no moment of our own.
_MADE_AT = dt.datetime(2024, 1, 2, 9, 0, tzinfo=dt.UTC)
_MARGIN_MM = 22
_LINE_MM = 6.4
_SIZES = {"h2": 18, "h3": 14, "h4": 12}
_MARKS = re.compile(r"\*\*|\*|\[([^\]]+)\]\([^)]+\)")


def make_pdf(*, title: str, subtitle: str, author: str, language: str, contents: str, parts: list[Part]) -> bytes:
    """Return a document: a title page, a table of contents, and the parts; each h2 begins a page.

    Args:
        title, subtitle, author: words of the title page; title and author are metadata too.
        language: a language tag, such as cy.
        contents: the word above the table of contents.
        parts: headings, running text, and tables and call-outs. Other blocks are refused with ValueError.
    """
    paper = _Paper(title, author, language)
    _title_page(paper, title, subtitle, author)
    paper.add_page()
    paper.write_heading("h2", contents, outline=False)
    # Begins a page of its own for what follows.
    paper.insert_toc_placeholder(TableOfContents().render_toc, pages=1, allow_extra_pages=False)
    for number, part in enumerate(parts):
        _write(paper, part, new_page=number > 0)
    return bytes(paper.output())


class _Paper(FPDF):
    """A4 in the demo site's typeface, with page numbers."""

    def __init__(self, title: str, author: str, language: str) -> None:
        super().__init__(format="A4")
        self.set_title(title)
        self.set_author(author)
        self.set_lang(language)
        self.set_creator("Demo site")
        self.set_creation_date(_MADE_AT)
        self.set_margin(_MARGIN_MM)
        self.set_auto_page_break(True, _MARGIN_MM)
        self.add_font("Sans", "", font_source_sans_pro.font_files_ttf["SourceSansPro"])
        self.add_font("Sans", "B", font_source_sans_pro.font_files_ttf["SourceSansProBold"])
        self.set_font("Sans", size=12)

    def footer(self) -> None:
        """Number every page but the first."""
        if self.page_no() == 1:
            return
        self.set_y(-16)
        self.set_font("Sans", size=10)
        self.cell(0, 6, str(self.page_no()), align="C")
        self.set_font("Sans", size=12)

    def write_heading(self, level: str, text: str, *, outline: bool = True) -> None:
        """Write a heading and put it into the outline."""
        self.ln(4)
        self.set_font("Sans", "B", _SIZES[level])
        if outline:
            self.start_section(text, level=int(level[1]) - 2)
        self.multi_cell(0, _SIZES[level] * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(2)
        self.set_font("Sans", size=12)

    def write_paragraph(self, text: str, indent: float = 0, bold: bool = False) -> None:
        """Write one paragraph."""
        self.set_font("Sans", "B" if bold else "", 12)
        self.set_x(self.l_margin + indent)
        self.multi_cell(0, _LINE_MM, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_font("Sans", size=12)


def _title_page(paper: _Paper, title: str, subtitle: str, author: str) -> None:
    paper.add_page()
    paper.set_fill_color(0, 78, 112)
    paper.rect(0, 0, paper.w, 60, style="F")
    paper.set_text_color(255, 255, 255)
    paper.set_y(24)
    paper.set_font("Sans", "B", 16)
    paper.multi_cell(0, 8, author, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_text_color(11, 12, 12)
    paper.set_fill_color(255, 255, 255)
    paper.set_y(96)
    paper.set_font("Sans", "B", 30)
    paper.multi_cell(0, 13, title, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(6)
    paper.set_font("Sans", size=16)
    paper.multi_cell(0, 8, subtitle, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_font("Sans", size=12)


def _write(paper: _Paper, part: Part, *, new_page: bool) -> None:
    if isinstance(part, Heading):
        if part.level == "h2" and new_page:
            paper.add_page()
        paper.write_heading(part.level, part.text)
    elif isinstance(part, Prose):
        _write_prose(paper, part.source)
    elif part.name == "table":
        _write_table(paper, part)
    elif part.name == "callout":
        paper.write_paragraph(part.argument(1), indent=8, bold=True)
        _write_prose(paper, part.text, indent=8)
    else:
        raise ValueError(f"A PDF cannot hold a block named {part.name}.")


def _write_prose(paper: _Paper, source: str, indent: float = 0) -> None:
    for chunk in re.split(r"\n\s*\n", source):
        lines = chunk.strip().splitlines()
        if lines and all(line.startswith("- ") for line in lines):
            for line in lines:
                paper.write_paragraph(f"•  {_plain(line[2:])}", indent + 5)
        else:
            paper.write_paragraph(_plain(" ".join(lines)), indent)
        paper.ln(3)


def _write_table(paper: _Paper, block: Block) -> None:
    paper.write_paragraph(block.argument(0), bold=True)
    paper.ln(2)
    with paper.table(line_height=7, text_align="LEFT") as table:
        for line in block.lines:
            if line.strip():
                table.row([cell.strip() for cell in line.split("|")])
    paper.ln(4)


def _plain(text: str) -> str:
    return _MARKS.sub(lambda match: match[1] or "", text)
