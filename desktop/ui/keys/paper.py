"""The sheet that carries a paper key: drawn once, for a printer or for a PDF.

It names nobody. A paper found in a printer tells which software it opens, not whose.
"""

from datetime import date

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
)

from desktop.ui.nameless_pdf import nameless_pdf
from desktop.ui.paper_pen import pen_on
from desktop.ui.text import day_with_year, translate
from desktop.ui.theme.theme import FONT_FAMILY, load_fonts

FILE_NAME = "cle-de-secours-coffre.pdf"
_COLUMNS = 4
_INK = "#000000"
_POINTS_PER_INCH = 72


def paper_pdf(words: tuple[str, ...], day: date) -> bytes:
    """Return the sheet as a PDF, in memory."""
    return nameless_pdf(lambda writer: paint_paper(writer, words, day))


def paint_paper(device: QPagedPaintDevice, words: tuple[str, ...], day: date) -> None:
    """Draw the sheet on one A4 page."""
    load_fonts()
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageMargins(QMarginsF(20, 20, 20, 20), QPageLayout.Unit.Millimeter)
    with pen_on(device) as painter:
        painter.setPen(QColor(_INK))
        sheet = _Sheet(painter)
        sheet.line(
            translate("Paper", "CONFIDENTIEL · SECRET PROFESSIONNEL"), 9, bold=True, after=18
        )
        sheet.line(translate("Paper", "Clé de secours de Coffre"), 22, bold=True, after=10)
        sheet.line(
            translate(
                "Paper",
                "Ces vingt-quatre mots ouvrent le coffre quand la phrase de passe est oubliée. "
                "Toute personne qui les lit peut l’ouvrir aussi.",
            ),
            11,
            after=20,
        )
        sheet.words(words)
        for text in _advice(day):
            sheet.line(text, 11, after=6)


def _advice(day: date) -> tuple[str, ...]:
    return (
        translate("Paper", "Rangez ce papier sous clé, loin de l’ordinateur et de sa housse."),
        translate("Paper", "Ne le photographiez pas, ne l’envoyez pas, n’en gardez aucun fichier."),
        translate(
            "Paper", "Perdu ou lu par un autre\u00a0: faites une nouvelle clé dans Réglages."
        ),
        translate(
            "Paper", "Fait le {0}. Les clés de secours plus anciennes n’ouvrent plus."
        ).format(day_with_year(day)),
    )


class _Sheet:
    """A pen that goes down the page; sizes are in points, whatever the printer's grain."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter
        self._unit = painter.device().logicalDpiY() / _POINTS_PER_INCH
        self._width = float(painter.viewport().width())
        self._y = 0.0

    def line(self, text: str, points: int, *, bold: bool = False, after: int = 0) -> None:
        self._painter.setFont(_font(points, bold=bold))
        flags = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        room = QRectF(0, self._y, self._width, 1000 * self._unit)
        used = self._painter.boundingRect(room, int(flags), text)
        self._painter.drawText(room, int(flags), text)
        self._y += used.height() + after * self._unit

    def words(self, words: tuple[str, ...]) -> None:
        """Laid out as on the screen where they are typed back."""
        rows = -(-len(words) // _COLUMNS)
        height, width = 26 * self._unit, self._width / _COLUMNS
        for at, word in enumerate(words):
            row, column = divmod(at, _COLUMNS)
            box = QRectF(column * width, self._y + row * height, width, height)
            number = QRectF(box.left(), box.top(), 18 * self._unit, height)
            middle = Qt.AlignmentFlag.AlignVCenter
            self._painter.setFont(_font(10))
            self._painter.drawText(number, int(middle | Qt.AlignmentFlag.AlignRight), f"{at + 1}")
            self._painter.setFont(_font(13, bold=True))
            self._painter.drawText(box.adjusted(25 * self._unit, 0, 0, 0), int(middle), word)
        self._y += rows * height + 24 * self._unit


def _font(points: int, *, bold: bool = False) -> QFont:
    font = QFont(FONT_FAMILY)
    font.setPointSize(points)
    font.setBold(bold)
    return font
