"""Files as offices send them, and files that are broken or meant to harm."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.caseload.errors import FileReason, FileRefused
from desktop.domain.caseload.readers import MAX_FILE, Sheet, read_sheet
from desktop.domain.caseload.workbook_guard import MAX_ROWS
from tests.domain.caseload.workbooks import ods, ods_of, xlsx, xlsx_of, zipped

ROWS = [["Nom", "Prénom", "Téléphone"], ["N’Diaye", "Aïssatou", "0612345678"]]


def cells(sheet: Sheet) -> list[list[str]]:
    return [list(line.cells) for line in sheet.lines]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_csv_is_read_whatever_its_separator_and_its_alphabet(
    separator: str, encoding: str
) -> None:
    text = "\r\n".join(separator.join(row) for row in ROWS)
    sheet = read_sheet(text.encode(encoding))
    assert cells(sheet) == ROWS
    assert sheet.separator == separator
    assert sheet.encoding == encoding


def test_old_macintosh_and_unix_line_ends_are_read_alike() -> None:
    for end in ("\r", "\n", "\r\n"):
        assert cells(read_sheet(f"Nom;Prénom{end}Roy;Léa{end}".encode())) == [
            ["Nom", "Prénom"],
            ["Roy", "Léa"],
        ]


def test_quotes_protect_separators_and_line_ends() -> None:
    data = 'Nom;Adresse\n"Le ""Grand""";"3; rue du Pont\nBât. B"\n'.encode()
    assert cells(read_sheet(data))[1] == ['Le "Grand"', "3; rue du Pont Bât. B"]


def test_a_comma_inside_addresses_does_not_win_over_the_semicolon() -> None:
    data = "Nom;Prénom;Adresse\nRoy;Léa;3, rue du Pont, Niort\nGay;Luc;4, rue, haute\n"
    assert read_sheet(data.encode()).separator == ";"


def test_the_line_sep_of_excel_is_obeyed_and_still_counts_as_row_1() -> None:
    sheet = read_sheet(b"sep=|\nNom|A;B\nRoy|c;d\n")
    assert cells(sheet) == [["Nom", "A;B"], ["Roy", "c;d"]]
    assert sheet.lines[0].number == 2


def test_rows_keep_the_number_that_a_person_sees() -> None:
    sheet = read_sheet("Extraction\n\nNom;Prénom\n;;\nRoy;Léa\n".encode())
    assert [line.number for line in sheet.lines] == [1, 3, 5]


def test_an_ods_is_read_with_its_dates_and_its_numbers_as_typed() -> None:
    sheet = read_sheet(ods([["Nom", "Né le", "Tél"], ["Roy", "date:1979-03-04", 612345678]]))
    assert sheet.format == "ods"
    assert cells(sheet)[1] == ["Roy", "1979-03-04", "612345678"]


def test_an_xlsx_is_read_with_its_numbers_as_typed() -> None:
    sheet = read_sheet(xlsx([["Nom", "CP"], ["Roy", 79000], ["Gay", 79000.0]]))
    assert sheet.format == "xlsx"
    assert cells(sheet)[1:] == [["Roy", "79000"], ["Gay", "79000"]]


def test_the_million_empty_rows_that_libreoffice_adds_are_nothing() -> None:
    tail = (
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    assert cells(read_sheet(ods(ROWS, tail=tail))) == ROWS


def test_the_first_sheet_with_something_in_it_is_read_unless_one_is_named() -> None:
    tables = (
        '<table:table table:name="Vide"/>'
        '<table:table table:name="A"><table:table-row><table:table-cell'
        ' office:value-type="string"><text:p>Nom</text:p></table:table-cell></table:table-row>'
        "</table:table>"
    )
    sheet = read_sheet(ods_of(tables))
    assert (sheet.sheet_name, sheet.sheet_names) == ("A", ("Vide", "A"))
    with pytest.raises(FileRefused) as refusal:
        read_sheet(ods_of(tables), "Inconnue")
    assert refusal.value.reason is FileReason.NO_SUCH_SHEET


def refused(data: bytes) -> FileReason:
    with pytest.raises(FileRefused) as refusal:
        read_sheet(data)
    return refusal.value.reason


def test_an_empty_file_is_told_so() -> None:
    assert refused(b"") is FileReason.EMPTY
    assert refused(b"\r\n ;;;\r\n") is FileReason.EMPTY
    assert refused(ods([])) is FileReason.EMPTY
    assert refused("\ufeff\n".encode()) is FileReason.EMPTY


def test_an_encrypted_workbook_is_told_so() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    assert refused(ole) is FileReason.ENCRYPTED
    protected = zipped(
        {"content.xml": "…", "META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"}
    )
    assert refused(protected) is FileReason.ENCRYPTED


def test_an_xls_of_before_2007_is_to_be_saved_again() -> None:
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)) is FileReason.OLD_EXCEL


def test_what_is_not_a_table_is_told_so() -> None:
    assert refused(b"%PDF-1.7\n%\xe2\xe3") is FileReason.UNKNOWN_FORMAT
    assert refused(zipped({"word/document.xml": "<w/>"})) is FileReason.UNKNOWN_FORMAT
    assert refused(bytes(range(256)) * 4) is FileReason.UNKNOWN_FORMAT


def test_a_quote_never_closed_does_not_swallow_the_caseload() -> None:
    data = 'Nom;Prénom\n"Roy;Léa\n' + "Gay;Luc\n" * 50
    assert refused(data.encode()) is FileReason.UNCLOSED_QUOTE
    assert refused(b'a;b\n"' + b"x" * 200_000) is FileReason.UNCLOSED_QUOTE


def test_a_truncated_workbook_is_damaged() -> None:
    whole = ods(ROWS)
    assert refused(whole[: len(whole) // 2]) is FileReason.DAMAGED


def test_bounds_are_kept_in_every_format() -> None:
    assert refused(b"a;b\n" * (MAX_ROWS + 1)) is FileReason.TOO_MANY_ROWS
    assert refused(b";".join([b"a"] * 300)) is FileReason.TOO_MANY_COLUMNS
    assert refused(b"x" * (MAX_FILE + 1)) is FileReason.TOO_LARGE


def test_a_cell_in_the_last_corner_of_a_sheet_does_not_fill_the_memory() -> None:
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{}"><v>1</v></c></row>'
    assert refused(xlsx_of(corner.format("A1048576"))) is FileReason.TOO_MANY_ROWS
    wide = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    assert refused(xlsx_of(wide)) is FileReason.TOO_MANY_COLUMNS


def test_a_cell_repeated_a_billion_times_does_not_fill_the_memory() -> None:
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="{}">'
        "<text:p>x</text:p></table:table-cell>"
    )
    row = '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'
    table = '<table:table table:name="A">{}</table:table>'
    wide = ods_of(table.format(row.format(1, cell.format(10**9))))
    assert refused(wide) is FileReason.TOO_MANY_COLUMNS
    tall = ods_of(table.format(row.format(10**9, cell.format(1))))
    assert refused(tall) is FileReason.TOO_MANY_ROWS


def test_one_long_text_shared_by_many_cells_does_not_fill_the_memory() -> None:
    row = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 2_000))
    assert refused(xlsx_of(row, ["x" * 100_000])) is FileReason.TOO_MUCH_TEXT


def test_a_zip_bomb_is_stopped_while_it_unfolds() -> None:
    bomb = zipped({"content.xml": "0" * (101 << 20)})
    assert len(bomb) < 200_000
    assert refused(bomb) is FileReason.TOO_MUCH_TEXT


def test_a_workbook_with_a_doctype_is_refused_before_its_entities_unfold() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    assert refused(ods_of('<table:table table:name="A"/>', laughs)) is FileReason.DAMAGED


def test_macros_and_images_of_a_workbook_are_never_opened() -> None:
    data = io.BytesIO(ods(ROWS))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("Basic/Standard/Module1.xml", "<!DOCTYPE trap>")
        archive.writestr("Pictures/1.png", bytes(1_000))
    assert cells(read_sheet(data.getvalue())) == ROWS


def test_control_characters_never_reach_a_field() -> None:
    sheet = read_sheet("Nom;Prénom\nRoy\u202e;L\u0007éa\u200b\n".encode())
    assert cells(sheet)[1] == ["Roy", "L éa"]


def read_or_refuse(data: bytes) -> None:
    with contextlib.suppress(FileRefused):
        assert read_sheet(data).lines


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=600))
def test_any_bytes_are_a_table_or_a_refusal(data: bytes) -> None:
    read_or_refuse(data)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=", b'a;"']), st.binary())
def test_any_bytes_after_a_known_beginning_are_a_table_or_a_refusal(
    start: bytes, rest: bytes
) -> None:
    read_or_refuse(start + rest)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from([ods(ROWS), xlsx(ROWS)]), st.integers(0, 2_000), st.binary(max_size=4))
def test_a_workbook_with_some_bytes_changed_is_a_table_or_a_refusal(
    whole: bytes, place: int, noise: bytes
) -> None:
    read_or_refuse(whole[:place] + noise + whole[place + len(noise) :])


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=300))
def test_any_xml_inside_a_workbook_is_a_table_or_a_refusal(inside: str) -> None:
    parts = inside.encode("utf-8", "replace").decode()
    read_or_refuse(ods_of(parts))
    read_or_refuse(xlsx_of(parts))


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="cp1252", categories=("L", "N", "P")), min_size=1),
                 min_size=3, max_size=3),
        min_size=2, max_size=8,
    )
)  # fmt: skip
def test_what_a_spreadsheet_holds_is_what_is_read(rows: list[list[str]]) -> None:
    assert cells(read_sheet(ods(rows))) == rows
    assert cells(read_sheet(xlsx(rows))) == rows
