"""A spreadsheet that our own reader opens again, and that says nothing about who made it."""

import io
import zipfile
from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from desktop.domain.caseload.readers import read_sheet
from desktop.domain.ods import MIME_TYPE, Cell, ods_bytes

HEADS = ("Date", "Trajet", "Kilomètres")
ROWS: list[tuple[Cell, ...]] = [
    (date(2026, 11, 24), "Niort – Melle <CSC> & retour", 88),
    ("Total", None, 88),
]


def test_what_is_written_is_read_again() -> None:
    sheet = read_sheet(ods_bytes("Novembre 2026", HEADS, ROWS, (3, 9, 3)))

    assert sheet.format == "ods"
    assert sheet.sheet_name == "Novembre 2026"
    assert [line.cells for line in sheet.lines] == [
        HEADS,
        ("2026-11-24", "Niort – Melle <CSC> & retour", "88"),
        ("Total", "", "88"),
    ]


@given(some.text(max_size=40), some.integers(-(10**9), 10**9))
def test_any_words_and_numbers_are_read_again(words: str, number: int) -> None:
    data = ods_bytes("Feuille", ("a", "b"), [(words, number)], (3, 3))
    cells = read_sheet(data).lines[-1].cells
    assert cells[-1] == str(number)
    assert cells[0] == " ".join("".join(c if c.isprintable() else " " for c in words).split())


def test_the_file_tells_neither_an_author_nor_an_hour() -> None:
    data = ods_bytes("Feuille", HEADS, ROWS, (3, 9, 3))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert names[0] == "mimetype"
        assert archive.read("mimetype").decode() == MIME_TYPE
        assert archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert "meta.xml" not in names
    assert data == ods_bytes("Feuille", HEADS, ROWS, (3, 9, 3))
