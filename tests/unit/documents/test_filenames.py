"""Names of uploaded files."""

from __future__ import annotations

import pytest

from documents.filenames import LONGEST_FILE_NAME, clean_filename, storage_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Annual report 2024.PDF", "Annual-report-2024.pdf"),
        ("Ŵythnos ŷd.csv", "Ŵythnos-ŷd.csv"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\plan.docx", "plan.docx"),
        ("in\x00voice\r\n.pdf", "invoice.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ('a"b;c.pdf', "a-b-c.pdf"),
        ("...hidden.txt", "hidden.txt"),
        ("archive.tar.zip", "archive.tar.zip"),
        ("a..b.txt", "a.b.txt"),
        ("", "file"),
        ("???.pdf", "file.pdf"),
        (".htaccess", "file.htaccess"),
        ("report.", "report"),
        ("no-extension", "no-extension"),
    ],
)
def test_file_name_is_readable_and_safe(given: str, kept: str) -> None:
    assert clean_filename(given) == kept


def test_letters_in_two_parts_and_in_one_give_the_same_name() -> None:
    assert clean_filename("cafe\u0301.pdf") == clean_filename("caf\u00e9.pdf")


def test_overlong_name_keeps_its_extension() -> None:
    name = clean_filename("x" * 500 + ".pdf")
    assert len(name) == LONGEST_FILE_NAME
    assert name.endswith("x.pdf")


def test_two_files_of_one_name_are_stored_apart() -> None:
    first, second = storage_name("documents", "a.pdf"), storage_name("documents", "a.pdf")
    assert first != second
    assert first.endswith("/a.pdf")
    assert len(first.split("/")[1]) >= 22
