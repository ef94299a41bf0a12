"""Small ODS and XLSX files written by hand, so that tests decide on every byte of them."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_SHEET_XML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(parts: dict[str, str]) -> bytes:
    """Return a compressed archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def ods_of(table_xml: str, prologue: str = "") -> bytes:
    """Return an ODS whose tables are this XML."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<office:document-content'
        f' xmlns:office="{_OFFICE}" xmlns:table="{_TABLE}" xmlns:text="{_TEXT}">'
        f"<office:body><office:spreadsheet>{table_xml}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return zipped({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest})


def ods(rows: Sequence[Sequence[str | float]], sheet: str = "Feuille1", tail: str = "") -> bytes:
    """Return an ODS of one sheet; a text ``date:1979-03-04`` is a cell of type date."""
    lines = "".join(
        "<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows
    )
    return ods_of(f'<table:table table:name="{sheet}">{lines}{tail}</table:table>')


def xlsx(rows: Sequence[Sequence[str | float]], sheet: str = "Feuil1") -> bytes:
    """Return an XLSX of one sheet, its texts shared as Excel does."""
    shared: list[str] = []
    lines = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, value in enumerate(row):
            place = f"{column_letters(column)}{number}"
            if isinstance(value, str):
                cells.append(f'<c r="{place}" t="s"><v>{len(shared)}</v></c>')
                shared.append(value)
            else:
                cells.append(f'<c r="{place}"><v>{value}</v></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return xlsx_of("".join(lines), shared, sheet)


def xlsx_of(sheet_data: str, shared: Sequence[str] = (), sheet: str = "Feuil1") -> bytes:
    """Return an XLSX whose sheet data is this XML."""
    strings = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    kinds = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{kinds}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{kinds}/relationships"><Relationship Id="r1"'
            f' Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{_SHEET_XML}" xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{sheet}" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kinds}/relationships">'
            f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet"'
            ' Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings"'
            ' Target="sharedStrings.xml"/>'
            "</Relationships>",
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_SHEET_XML}">'
            f"<sheetData>{sheet_data}</sheetData></worksheet>",
            "xl/sharedStrings.xml": f'<sst xmlns="{_SHEET_XML}">{strings}</sst>',
        }
    )


def column_letters(index: int) -> str:
    """Return the letters of a column, 0 being A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _ods_cell(value: str | float) -> str:
    if not isinstance(value, str):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if value.startswith("date:"):
        day = value.removeprefix("date:")
        return f'<table:table-cell office:value-type="date" office:date-value="{day}"/>'
    if not value:
        return "<table:table-cell/>"
    text = escape(value)
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )
