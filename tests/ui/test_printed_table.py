"""A table on paper: as many pages as it takes, and nothing about who printed it."""

import getpass
import re

import pytest

from desktop.ui.printed_table import PrintedRow, PrintedTable, table_pdf
from desktop.ui.theme import Theme


def table(rows: int, words: str = "Consultation") -> PrintedTable:
    lines = [PrintedRow(("9 h", words)) for _ in range(rows)]
    heading = PrintedRow(("Melle", "35 km"), is_heading=True)
    return PrintedTable("Tournée", "", ("Heure", "Motif"), (1, 3), (heading, *lines), ("Fin",))


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize(("rows", "expected"), [(1, 1), (20, 1), (60, 2), (120, 4)])
def test_a_long_table_takes_more_pages(theme: Theme, rows: int, expected: int) -> None:
    assert pages(table_pdf(table(rows))) == expected


def test_words_that_are_long_take_more_lines(theme: Theme) -> None:
    assert pages(table_pdf(table(30, "mots " * 100))) > pages(table_pdf(table(30)))


def test_the_file_tells_the_product_and_nobody(theme: Theme) -> None:
    pdf = table_pdf(table(1))
    told = re.search(rb"/Creator\s*(\([^)]*\)|<[^>]*>)", pdf)
    assert told is not None
    assert "Coffre".encode("utf-16-be") in pdf
    assert getpass.getuser().encode("utf-16-be") not in pdf
    assert re.search(rb"/Author\s*\(\s*(\xfe\xff)?\)", pdf) or b"/Author" not in pdf
