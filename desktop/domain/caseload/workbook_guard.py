"""Looking into a spreadsheet before the library that reads it does.

An ODS or XLSX file is a zip of XML: a few kilobytes can unfold into gigabytes, one cell can claim
to stand in the millionth row, or be repeated a billion times. Everything is measured here with
bounds, and the library is then given a new archive that holds only what was measured.
"""

import io
import re
import xml.parsers.expat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from desktop.domain.caseload.errors import FileReason, FileRefused

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_UNFOLDED = 100 << 20
"""Bytes of XML in the whole file."""
MAX_TEXT = 50_000_000
"""Characters of all the cells, once repeated and shared strings are in their place."""
_MAX_ENTRIES = 2_000
_CHUNK = 1 << 16
_KEPT = re.compile(
    r"mimetype|content\.xml|META-INF/manifest\.xml|\[Content_Types\]\.xml|_rels/\.rels"
    r"|xl/(?:workbook|sharedStrings|styles)\.xml|xl/_rels/workbook\.xml\.rels"
    r"|xl/worksheets/[^/]+\.xml",
)
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


def guarded(data: bytes) -> tuple[str, bytes]:
    """Return ``ods`` or ``xlsx``, and a plain archive of the measured parts of the spreadsheet."""
    parts = _unfold(data)
    if "content.xml" in parts:
        if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
            raise FileRefused(FileReason.ENCRYPTED)
        _OdsMeasure().run(parts["content.xml"])
        return "ods", _fold(parts)
    if "xl/workbook.xml" in parts:
        _measure_xlsx(parts)
        return "xlsx", _fold(parts)
    raise FileRefused(FileReason.UNKNOWN_FORMAT)


def _unfold(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_ENTRIES or len({e.filename for e in entries}) < len(entries):
                raise FileRefused(FileReason.DAMAGED)
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise FileRefused(FileReason.ENCRYPTED)
            return _unfold_entries(archive, entries)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,  # also a method of compression that Python does not know
    ):
        raise FileRefused(FileReason.DAMAGED) from None


def _unfold_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = MAX_UNFOLDED
    for entry in entries:
        if not _KEPT.fullmatch(entry.filename):
            continue  # images, macros, history: never opened
        content = io.BytesIO()
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise FileRefused(FileReason.TOO_MUCH_TEXT)
                content.write(chunk)
        parts[entry.filename] = content.getvalue()
    return parts


def _fold(parts: Mapping[str, bytes]) -> bytes:
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts, key=lambda name: name != "mimetype"):  # ODF wants it first
            archive.writestr(name, parts[name])
    return plain.getvalue()


def _measure_xlsx(parts: Mapping[str, bytes]) -> None:
    shared = _SharedStrings()
    if "xl/sharedStrings.xml" in parts:
        shared.run(parts["xl/sharedStrings.xml"])
    text = 0
    for name, content in parts.items():
        if name.startswith("xl/worksheets/"):
            measure = _XlsxMeasure(shared.lengths, text)
            measure.run(content)
            text = measure.text


class _Measure:
    """Feeds one XML part to handlers, refusing what is not plain well-formed XML."""

    def run(self, content: bytes) -> None:
        parser = xml.parsers.expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.buffer_text = True
        try:
            parser.Parse(content, True)
        except (xml.parsers.expat.ExpatError, ValueError, LookupError):
            raise FileRefused(FileReason.DAMAGED) from None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Hear an opening tag."""

    def end(self, tag: str) -> None:
        """Hear a closing tag."""

    def characters(self, text: str) -> None:
        """Hear text."""


class _SharedStrings(_Measure):
    """Lengths of the strings that the cells of an XLSX refer to."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if _local(tag) == "si":
            self.lengths.append(0)

    def characters(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


class _XlsxMeasure(_Measure):
    """Place and weight of the cells of one sheet of an XLSX."""

    def __init__(self, shared: list[int], text: int) -> None:
        self.text = text
        self._shared = shared
        self._row = 0
        self._column = 0
        self._box = _Box()
        self._is_shared = False
        self._value = ""
        self._in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = _local(tag)
        if local == "row":
            self._row = _number(attributes.get("r")) or self._row + 1
            self._column = 0
        elif local == "c":
            self._place(attributes.get("r"))
            self._box.add(self._row, self._column)
            self._is_shared = attributes.get("t") == "s"
            self._value = ""
        elif local == "v":
            self._in_value = True

    def characters(self, text: str) -> None:
        self._add(len(text))
        if self._in_value and self._is_shared and len(self._value) < 9:
            self._value += text

    def end(self, tag: str) -> None:
        if _local(tag) != "v":
            return
        self._in_value = False
        index = _number(self._value) if self._is_shared else None
        if index is not None and index < len(self._shared):
            self._add(self._shared[index])

    def _place(self, reference: str | None) -> None:
        found = _REFERENCE.fullmatch(reference or "")
        if found is None:
            self._column += 1
            return
        self._column = 0
        for letter in found[1].upper():
            self._column = self._column * 26 + ord(letter) - ord("A") + 1
        self._row = int(found[2])

    def _add(self, length: int) -> None:
        self.text += length
        if self.text > MAX_TEXT:
            raise FileRefused(FileReason.TOO_MUCH_TEXT)


@dataclass(slots=True)
class _Box:
    """The smallest rectangle around the cells: the library keeps every cell of it in memory."""

    first_row: int = 0
    first_column: int = 0
    last_row: int = 0
    last_column: int = 0

    def add(self, row: int, column: int) -> None:
        if not self.last_row:
            self.first_row, self.first_column = row, column
        self.first_row = min(self.first_row, row)
        self.first_column = min(self.first_column, column)
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)
        # Measured from the first row and column of the sheet, as a person counts them.
        if self.last_row > MAX_ROWS + 1_000:
            raise FileRefused(FileReason.TOO_MANY_ROWS)
        if self.last_column > MAX_COLUMNS + 100:
            raise FileRefused(FileReason.TOO_MANY_COLUMNS)


class _OdsMeasure(_Measure):
    """Place and weight of the cells of all the sheets of an ODS, repetitions included.

    LibreOffice ends each sheet with a million empty rows: what is empty counts only when something
    stands after it.
    """

    def __init__(self) -> None:
        self._text = 0
        self._rows = 0
        self._row_repeat = 1
        self._row_text = 0
        self._empty_rows = 0
        self._columns = 0
        self._empty_columns = 0
        self._cell: tuple[int, bool] | None = None
        self._cell_text = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = _local(tag)
        if local == "table":
            self._rows = self._empty_rows = 0
        elif local == "table-row":
            self._row_repeat = _attribute(attributes, "number-rows-repeated")
            self._columns = self._empty_columns = self._row_text = 0
        elif local in ("table-cell", "covered-table-cell"):
            typed = any(_local(name) == "value-type" for name in attributes)
            self._cell = (_attribute(attributes, "number-columns-repeated"), typed)
            self._cell_text = sum(map(len, attributes.values())) if typed else 0
        elif local == "s" and self._cell is not None:  # <text:s text:c="1000000000"/>
            self._cell_text += _attribute(attributes, "c")

    def characters(self, text: str) -> None:
        self._cell_text += len(text)

    def end(self, tag: str) -> None:
        local = _local(tag)
        if local in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif local == "table-row":
            self._end_row()

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        repeat, typed = self._cell
        self._cell = None
        if not typed and not self._cell_text:
            self._empty_columns += repeat
            return
        self._columns += self._empty_columns + repeat
        self._empty_columns = 0
        self._row_text += self._cell_text * repeat
        self._cell_text = 0
        if self._columns > MAX_COLUMNS + 100:
            raise FileRefused(FileReason.TOO_MANY_COLUMNS)

    def _end_row(self) -> None:
        if not self._columns:
            self._empty_rows += self._row_repeat
            return
        self._rows += self._empty_rows + self._row_repeat
        self._empty_rows = 0
        if self._rows > MAX_ROWS + 1_000:
            raise FileRefused(FileReason.TOO_MANY_ROWS)
        self._text += self._row_text * self._row_repeat
        if self._text > MAX_TEXT:
            raise FileRefused(FileReason.TOO_MUCH_TEXT)


def _refuse_doctype(_name: str, _system: str | None, _public: str | None, _subset: bool) -> None:
    """No spreadsheet has a DTD; entities are how a line of text becomes a gigabyte."""
    raise FileRefused(FileReason.DAMAGED)


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _attribute(attributes: Mapping[str, str], local: str) -> int:
    for name, value in attributes.items():
        if _local(name) == local:
            number = _number(value)
            return 1 if number is None else number
    return 1


def _number(text: str | None) -> int | None:
    if text and text.isascii() and text.isdigit():
        return int(text[:12])
    return None
