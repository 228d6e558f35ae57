"""Sitemaps as XML, by the protocol of sitemaps.org, with Google's `xhtml:link` for versions in other languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.utils.xmlutils import SimplerXMLGenerator

from api.sitemaps.entries import Entry
from api.sitemaps.parts import Part

MEDIA_TYPE = "application/xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def write_entries(entries: Iterable[Entry], language: str) -> bytes:
    """A file of addresses. The version in `language` is the one for readers of any other."""
    text, xml = _begin()
    xml.startElement("urlset", AttributesImpl({"xmlns": NAMESPACE, "xmlns:xhtml": XHTML}))
    for entry in entries:
        _write_entry(xml, entry, language)
    xml.endElement("urlset")
    return _end(text, xml)


def write_index(parts: Iterable[Part], address: str) -> bytes:
    """A file of files. `address` is that of a part, without its number at the end."""
    text, xml = _begin()
    xml.startElement("sitemapindex", AttributesImpl({"xmlns": NAMESPACE}))
    for part in parts:
        xml.startElement("sitemap", AttributesImpl({}))
        xml.addQuickElement("loc", f"{address}{part.number}")
        _write_time(xml, part.lastmod)
        xml.endElement("sitemap")
    xml.endElement("sitemapindex")
    return _end(text, xml)


def _begin() -> tuple[StringIO, SimplerXMLGenerator]:
    text = StringIO()
    xml = SimplerXMLGenerator(text, "utf-8", short_empty_elements=True)
    xml.startDocument()
    return text, xml


def _end(text: StringIO, xml: SimplerXMLGenerator) -> bytes:
    xml.endDocument()
    return text.getvalue().encode()


def _write_entry(xml: SimplerXMLGenerator, entry: Entry, language: str) -> None:
    xml.startElement("url", AttributesImpl({}))
    xml.addQuickElement("loc", entry.loc)
    _write_time(xml, entry.lastmod)
    for version in entry.alternates:
        _write_link(xml, version.locale, version.loc)
        if version.locale == language:
            _write_link(xml, "x-default", version.loc)
    xml.endElement("url")


def _write_link(xml: SimplerXMLGenerator, language: str, address: str) -> None:
    xml.addQuickElement("xhtml:link", attrs={"rel": "alternate", "hreflang": language, "href": address})


def _write_time(xml: SimplerXMLGenerator, time: dt.datetime | None) -> None:
    if time is not None:
        xml.addQuickElement("lastmod", time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
