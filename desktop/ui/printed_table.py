"""A table on A4 paper: drawn once, for a printer or for a PDF that says nothing about anybody.

May be drawn outside the window's thread, once the theme has loaded the letters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPen,
)

from desktop.ui.nameless_pdf import nameless_pdf
from desktop.ui.paper_pen import pen_on
from desktop.ui.theme.theme import FONT_FAMILY

_INK, _LINE = "#000000", "#999999"
_POINTS_PER_INCH = 72
_MARGIN_MM = 18
_BODY_PT, _PADDING_PT = 10, 4
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


@dataclass(frozen=True)
class PrintedRow:
    """One line of the table; a heading runs over its whole width."""

    cells: tuple[str, ...]
    is_heading: bool = False


@dataclass(frozen=True)
class PrintedTable:
    """What stands on the paper."""

    title: str
    subtitle: str
    heads: tuple[str, ...]
    shares: tuple[int, ...]
    """Width of each column, as parts of the whole."""
    rows: tuple[PrintedRow, ...]
    foot: tuple[str, ...] = ()


def table_pdf(table: PrintedTable) -> bytes:
    """Return the paper as a PDF, in memory."""
    return nameless_pdf(lambda writer: paint_table(writer, table))


def paint_table(device: QPagedPaintDevice, table: PrintedTable) -> None:
    """Draw the paper, on as many pages as it takes."""
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageMargins(
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM), QPageLayout.Unit.Millimeter
    )
    with pen_on(device) as painter:
        _Pen(painter, device, table).draw()


class _Pen:
    """Goes down the pages; sizes are in points, whatever the printer's grain."""

    def __init__(self, painter: QPainter, device: QPagedPaintDevice, table: PrintedTable) -> None:
        self._painter = painter
        self._device = device
        self._table = table
        self._unit = painter.device().logicalDpiY() / _POINTS_PER_INCH
        self._width = float(painter.viewport().width())
        self._height = float(painter.viewport().height())
        self._y = 0.0
        painter.setPen(QColor(_INK))

    def draw(self) -> None:
        table = self._table
        self._words(table.title, 16, bold=True, after=3)
        self._words(table.subtitle, _BODY_PT, after=10)
        self._heads()
        for row in table.rows:
            self._row(row)
        self._y += 12 * self._unit
        for line in table.foot:
            self._words(line, _BODY_PT, after=8)

    def _words(self, text: str, points: int, *, bold: bool = False, after: int = 0) -> None:
        if not text:
            return
        height = self._height_of(text, self._width, points, bold)
        self._turn_page_for(height)
        room = QRectF(0, self._y, self._width, height)
        self._painter.drawText(room, _WRAP, text)
        self._y += height + after * self._unit

    def _heads(self) -> None:
        if any(self._table.heads):
            self._line(self._table.heads, bold=True)

    def _row(self, row: PrintedRow) -> None:
        if row.is_heading:
            self._y += _PADDING_PT * self._unit
            self._turn_page_for(60 * self._unit)  # a heading alone at the foot says nothing
            self._words(" · ".join(cell for cell in row.cells if cell), 11, bold=True, after=2)
            self._rule()
        else:
            self._line(row.cells)

    def _line(self, cells: Sequence[str], *, bold: bool = False) -> None:
        padding = _PADDING_PT * self._unit
        widths = self._column_widths()
        heights = [
            self._height_of(cell, width - 2 * padding, _BODY_PT, bold)
            for cell, width in zip(cells, widths, strict=True)
        ]
        height = max(heights) + 2 * padding
        if self._turn_page_for(height) and not bold:
            self._heads()
        self._painter.setFont(_font(_BODY_PT, bold=bold))
        left = 0.0
        for cell, width in zip(cells, widths, strict=True):
            room = QRectF(left + padding, self._y + padding, width - 2 * padding, height)
            self._painter.drawText(room, _WRAP, cell)
            left += width
        self._y += height
        self._rule()

    def _rule(self) -> None:
        self._painter.setPen(QPen(QColor(_LINE), 0.5 * self._unit))
        self._painter.drawLine(0, round(self._y), round(self._width), round(self._y))
        self._painter.setPen(QColor(_INK))

    def _column_widths(self) -> list[float]:
        whole = sum(self._table.shares)
        return [self._width * share / whole for share in self._table.shares]

    def _height_of(self, text: str, width: float, points: int, bold: bool) -> float:
        self._painter.setFont(_font(points, bold=bold))
        room = QRectF(0, 0, width, 10 * self._height)
        return self._painter.boundingRect(room, _WRAP, text).height()

    def _turn_page_for(self, height: float) -> bool:
        if self._y == 0 or self._y + height <= self._height:
            return False
        self._device.newPage()
        self._y = 0.0
        return True


def _font(points: int, *, bold: bool = False) -> QFont:
    font = QFont(FONT_FAMILY)
    font.setPointSize(points)
    font.setBold(bold)
    return font
