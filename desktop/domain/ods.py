"""A table as an OpenDocument spreadsheet: one sheet, numbers and dates that can be computed with.

Nothing tells who wrote it or when: the file has no metadata at all.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

Cell = str | int | date | None
MIME_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for name in ("office", "table", "text", "style")
} | {
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
}
_STYLES = (
    "<office:automatic-styles>"
    '<number:date-style style:name="N1"><number:day number:style="long"/>'
    '<number:text>/</number:text><number:month number:style="long"/>'
    '<number:text>/</number:text><number:year number:style="long"/></number:date-style>'
    '<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="head" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
    "{columns}</office:automatic-styles>"
)
# Every file has the same date inside: when it was made is nobody's business.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def ods_bytes(
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    widths_cm: Sequence[float],
) -> bytes:
    """Return a spreadsheet of one sheet called ``title``, its first line in bold."""
    styles = "".join(
        f'<style:style style:name="w{at}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
        for at, width in enumerate(widths_cm)
    )
    columns = "".join(
        f'<table:table-column table:style-name="w{at}"/>' for at in range(len(widths_cm))
    )
    lines = "".join(_row(row) for row in rows)
    names = "".join(f' xmlns:{name}="{address}"' for name, address in _NAMES.items())
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-content{names} office:version="1.3">{_STYLES.format(columns=styles)}'
        f"<office:body><office:spreadsheet><table:table table:name={quoteattr(title)}>"
        f"{columns}{_row(heads, head=True)}{lines}"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return _zipped(content)


def _row(cells: Sequence[Cell], *, head: bool = False) -> str:
    return f"<table:table-row>{''.join(_cell(cell, head) for cell in cells)}</table:table-row>"


def _cell(value: Cell, head: bool) -> str:
    match value:
        case None | "":
            return "<table:table-cell/>"
        case int():
            return (
                f'<table:table-cell office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>"
            )
        case date():
            return (
                '<table:table-cell table:style-name="day" office:value-type="date" '
                f'office:date-value="{value.isoformat()}">'
                f"<text:p>{value:%d/%m/%Y}</text:p></table:table-cell>"
            )
        case str():
            style = ' table:style-name="head"' if head else ""
            return (
                f'<table:table-cell{style} office:value-type="string">'
                f"<text:p>{escape(_printable(value))}</text:p></table:table-cell>"
            )


def _printable(text: str) -> str:
    """XML has no place for control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _zipped(content: str) -> bytes:
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3" '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # The type comes first and is not compressed, so that a file manager can read it.
        _put(archive, "mimetype", MIME_TYPE, zipfile.ZIP_STORED)
        _put(archive, "META-INF/manifest.xml", manifest, zipfile.ZIP_DEFLATED)
        _put(archive, "content.xml", content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: str, method: int) -> None:
    entry = zipfile.ZipInfo(name, date_time=_NO_TIME)
    entry.compress_type = method
    archive.writestr(entry, content)
