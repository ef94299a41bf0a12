"""From the bytes of a file to rows of text: CSV in its many dialects, ODS and XLSX.

The kind of file is told from its content, never from its name. Whatever the bytes, the outcome is
a ``Sheet`` or a ``FileRefused``.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import python_calamine

from desktop.domain.caseload.errors import FileReason, FileRefused
from desktop.domain.caseload.workbook_guard import MAX_COLUMNS, MAX_ROWS, guarded

MAX_FILE = 20 << 20
"""Bytes of a file: ten times a caseload of 20,000 persons."""
MAX_CELL = 1_000
"""Characters kept of a cell: beyond every limit of the fields, so nothing valid is ever cut."""
_MAX_NEWLINES_IN_CELL = 20
_SEPARATORS = (";", ",", "\t", "|")
_SAMPLE = 50
_CellValue = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One row, with the number a person sees in her spreadsheet (the first is 1)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """The rows of one sheet that are not empty, and how they were understood."""

    lines: tuple[Line, ...]
    format: str
    """``csv``, ``ods`` or ``xlsx``."""
    sheet_names: tuple[str, ...] = ()
    sheet_name: str | None = None
    encoding: str | None = None
    separator: str | None = None

    @property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((len(line.cells) for line in self.lines), default=0)


def read_sheet(data: bytes, sheet_name: str | None = None) -> Sheet:
    """Read a file; of a workbook, the sheet named, or else the first that is not empty."""
    if len(data) > MAX_FILE:
        raise FileRefused(FileReason.TOO_LARGE)
    if not data.strip(b"\x00\r\n\t ;,|"):
        raise FileRefused(FileReason.EMPTY)
    if data.startswith(b"PK\x03\x04"):
        return _read_workbook(data, sheet_name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise FileRefused(FileReason.ENCRYPTED if encrypted else FileReason.OLD_EXCEL)
    return _read_csv(data)


def _read_csv(data: bytes) -> Sheet:
    text, encoding = _decode(data)
    separator = None
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        # Excel's own way of saying it; the line is kept so that the row numbers stay right.
        separator = first.strip()[4:] or "\t"
        text = "\n" + rest
    separator = separator or _separator(text)
    lines = _lines(_records(text, separator))
    if not lines:
        raise FileRefused(FileReason.EMPTY)
    return Sheet(lines, "csv", encoding=encoding, separator=separator)


def _decode(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16"), "utf-16"
    if data.startswith(b"\xef\xbb\xbf"):
        return _decoded(data, "utf-8-sig"), "utf-8-sig"
    if b"\x00" in data:
        # UTF-16 without its mark: one byte in two of a French text is zero.
        for encoding, start in (("utf-16-le", 1), ("utf-16-be", 0)):
            zeros = data[start::2].count(0)
            if zeros * 2 > len(data[start::2]) and len(data) % 2 == 0:
                return _decoded(data, encoding), encoding
        raise FileRefused(FileReason.UNKNOWN_FORMAT)
    if data.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff")):
        raise FileRefused(FileReason.UNKNOWN_FORMAT)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(data, "cp1252"), "cp1252"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise FileRefused(FileReason.UNKNOWN_ENCODING) from None
    if "\x00" in text:
        raise FileRefused(FileReason.UNKNOWN_FORMAT)
    return text


def _separator(text: str) -> str:
    """Return the separator that cuts the first rows into the most regular columns."""
    sample = "".join(io.StringIO(text, newline="").readlines(200_000)[:_SAMPLE])
    best, best_score = _SEPARATORS[0], (0, 0)
    for separator in _SEPARATORS:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        try:
            widths = [len(row) for row in records]
        except csv.Error:
            continue
        several = Counter(width for width in widths if width > 1)
        if not several:
            continue
        width, rows = max(several.items(), key=lambda item: (item[1], item[0]))
        if (rows, width) > best_score:
            best, best_score = separator, (rows, width)
    return best


def _records(text: str, separator: str) -> Iterable[list[str]]:
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if any(cell.count("\n") > _MAX_NEWLINES_IN_CELL for cell in record):
                raise FileRefused(FileReason.UNCLOSED_QUOTE)
            yield record
    except csv.Error:  # a cell of more than 131,072 characters: a quote was never closed
        raise FileRefused(FileReason.UNCLOSED_QUOTE) from None


def _read_workbook(data: bytes, sheet_name: str | None) -> Sheet:
    kind, plain = guarded(data)
    try:
        with python_calamine.load_workbook(io.BytesIO(plain)) as workbook:
            names = tuple(workbook.sheet_names)
            if sheet_name is not None and sheet_name not in names:
                raise FileRefused(FileReason.NO_SUCH_SHEET)
            for name in [sheet_name] if sheet_name is not None else names:
                rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
                if lines := _lines([_text(cell) for cell in row] for row in rows):
                    return Sheet(lines, kind, sheet_names=names, sheet_name=name)
    except python_calamine.PasswordError:
        raise FileRefused(FileReason.ENCRYPTED) from None
    except (python_calamine.CalamineError, OSError, ValueError, TypeError, OverflowError):
        raise FileRefused(FileReason.DAMAGED) from None
    except BaseException as failure:
        # A panic of the Rust library arrives outside the family of Exception.
        if type(failure).__name__ != "PanicException":
            raise
        raise FileRefused(FileReason.DAMAGED) from None
    raise FileRefused(FileReason.EMPTY)


def _lines(records: Iterable[list[str]]) -> tuple[Line, ...]:
    lines: list[Line] = []
    for number, record in enumerate(records, 1):
        cells = [_clean(cell) for cell in record]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > MAX_COLUMNS:
            raise FileRefused(FileReason.TOO_MANY_COLUMNS)
        if len(lines) >= MAX_ROWS:
            raise FileRefused(FileReason.TOO_MANY_ROWS)
        lines.append(Line(number, tuple(cells)))
    return tuple(lines)


def _clean(cell: str) -> str:
    """Return one line of printable text: no control character reaches a field or a screen."""
    visible = "".join(c if c.isprintable() else " " for c in cell[: MAX_CELL * 2])
    return " ".join(visible.split())[:MAX_CELL]


def _text(value: _CellValue) -> str:
    """Return a cell as a person would have typed it: 612345678 and not 612345678.0."""
    match value:
        case str():
            return value
        case bool():
            return "oui" if value else "non"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date():
            return value.isoformat()
        case time():
            return value.isoformat(timespec="minutes")
    return str(value)
