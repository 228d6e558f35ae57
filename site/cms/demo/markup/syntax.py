"""Reads a page's text into parts: headings, running text, and blocks such as tables and call-outs.

The text is a small Markdown. What Markdown has no sign for is written as a block:

    ## A heading (### for one level lower)

    Running text with **bold**, *italic* and [a link](page:flooding/prepare).

    - a list

    ::: callout warning | Title
    The content of the block.
    :::

    @contact floodline        (a block without content fits on one line)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_FENCE = ":::"


@dataclass(frozen=True)
class Heading:
    """A heading and its level: h2, h3 or h4."""

    level: str
    text: str


@dataclass(frozen=True)
class Prose:
    """Running text: paragraphs and lists, in Markdown."""

    source: str


@dataclass(frozen=True)
class Block:
    """A named block with the arguments of its first line and the lines of its content."""

    name: str
    arguments: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    def argument(self, index: int) -> str:
        """Return an argument, or an empty text where it was left out."""
        return self.arguments[index] if index < len(self.arguments) else ""

    @property
    def text(self) -> str:
        """The content as one text."""
        return "\n".join(self.lines).strip()


Part = Heading | Prose | Block


@dataclass
class _Reader:
    parts: list[Part] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)

    def end_prose(self) -> None:
        source = "\n".join(self.prose).strip()
        if source:
            self.parts.append(Prose(source))
        self.prose.clear()

    def add(self, part: Part) -> None:
        self.end_prose()
        self.parts.append(part)


def read_parts(text: str) -> list[Part]:
    """Return the parts of a page's text in order. Raises ValueError for a block that is never closed."""
    reader = _Reader()
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith(_FENCE):
            name, arguments = _opening(line.removeprefix(_FENCE))
            reader.add(Block(name, arguments, tuple(_until_fence(lines, line))))
        elif line.startswith("@"):
            name, arguments = _opening(line[1:])
            reader.add(Block(name, arguments))
        elif line.startswith(("## ", "### ", "#### ")):
            marks, _, words = line.partition(" ")
            reader.add(Heading(f"h{len(marks)}", words.strip()))
        else:
            reader.prose.append(line)
    reader.end_prose()
    return reader.parts


def read_titled(lines: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the titled pieces inside a block, such as steps: each `### Title` with the text below it."""
    pieces: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("### "):
            pieces.append((line.removeprefix("### ").strip(), []))
        elif pieces:
            pieces[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"This line comes before the first ### title: {line}")
    return [(title, "\n".join(text).strip()) for title, text in pieces]


def read_items(lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the items of a list inside a block: each `- first | second` as a tuple."""
    return [split_arguments(line.removeprefix("- ")) for line in lines if line.startswith("- ")]


def split_arguments(text: str) -> tuple[str, ...]:
    """Return what stands between the bars."""
    return tuple(piece.strip() for piece in text.split("|"))


def _opening(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, rest = text.strip().partition(" ")
    return name, split_arguments(rest) if rest.strip() else ()


def _until_fence(lines: Iterator[str], opening: str) -> Iterator[str]:
    for line in lines:
        if line.strip() == _FENCE:
            return
        yield line
    raise ValueError(f"This block is never closed: {opening}")
