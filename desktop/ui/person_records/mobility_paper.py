"""The diagnosis on one A4 page: who, when, what was and what is, and the words of the advisor.

Drawn from plain values, so that the store's lane can do it while the window goes on.
"""

from html import escape

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from desktop.services.mobility import MobilitySheet, differences
from desktop.ui.nameless_pdf import nameless_pdf
from desktop.ui.person_records import words
from desktop.ui.text import day_with_year, translate
from desktop.ui.theme.theme import FONT_FAMILY

_LARGEST_PT, _SMALLEST_PT = 10.0, 5.0
_STEP_PT = 0.5
_DPI = 300
_CELL_PX = 3
_MARGIN_MM = 16


def mobility_pdf(sheet: MobilitySheet) -> bytes:
    """Return the page as a PDF, in memory."""

    def on_a4(writer: QPdfWriter) -> None:
        writer.setResolution(_DPI)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        room = QSizeF(writer.width(), writer.height())
        _one_page(sheet, writer, room).print_(writer)

    return nameless_pdf(on_a4)


def _one_page(sheet: MobilitySheet, writer: QPdfWriter, room: QSizeF) -> QTextDocument:
    """A long synthesis makes the letters smaller, never a second page that gets lost."""
    points = _LARGEST_PT
    while True:
        document = QTextDocument()
        document.documentLayout().setPaintDevice(writer)
        font = QFont(FONT_FAMILY)
        font.setPointSizeF(points)
        document.setDefaultFont(font)
        document.setDocumentMargin(0)
        document.setHtml(_html(sheet, points))
        document.setPageSize(room)
        if document.pageCount() == 1 or points <= _SMALLEST_PT:
            return document
        points -= _STEP_PT


def _html(sheet: MobilitySheet, points: float) -> str:
    secret = translate("MobilityPaper", "Confidentiel · secret professionnel partagé")
    title = translate("MobilityPaper", "Diagnostic mobilité")
    who = " · ".join(part for part in (sheet.person_name, sheet.commune_name) if part)
    said = sheet.version.values.get("synthesis")
    parts = [
        _paragraph(secret, points * 0.85),
        _paragraph(title, points * 1.9, bold=True),
        _paragraph(who, points * 1.25, bold=True),
        _paragraph(_made(sheet), points),
        f'<table width="100%" cellpadding="{_CELL_PX}" cellspacing="0">{_rows(sheet)}</table>',
    ]
    if isinstance(said, str) and said.strip():
        parts.append(_paragraph(translate("MobilityPaper", "Synthèse"), points, bold=True))
        parts.append(_paragraph(said.strip(), points))
    return "".join(parts)


def _made(sheet: MobilitySheet) -> str:
    """On paper nobody is « vous »."""
    author, day = sheet.version.author, day_with_year(sheet.version.reviewed_on)
    made = translate("MobilityPaper", "Fait le {0} par {1}").format(day, author.name)
    if sheet.before is None:
        return made
    before = day_with_year(sheet.before.reviewed_on)
    return translate("MobilityPaper", "{0} · comparé à celui du {1}").format(made, before)


def _paragraph(text: str, points: float, *, bold: bool = False) -> str:
    words = escape(text).replace("\n", "<br>")
    style = f"font-size:{points}pt; margin:{points * 0.35}pt 0"
    return f'<p style="{style}">{f"<b>{words}</b>" if bold else words}</p>'


def _rows(sheet: MobilitySheet) -> str:
    before = sheet.before.values if sheet.before is not None else {}
    compares = sheet.before is not None
    rows = []
    if compares:
        was, now = translate("MobilityPaper", "Avant"), translate("MobilityPaper", "Maintenant")
        rows.append(_row("", f"<b>{escape(was)}</b>", f"<b>{escape(now)}</b>", compares))
    for difference in words.as_asked(differences(before, sheet.version.values)):
        if difference.item.name == "synthesis":
            continue
        label, was, now = words.compared(difference, sheet.before, sheet.version)
        if not (was or now):
            continue
        said = escape(now or "—")
        moved = compares and difference.is_changed
        told = escape(was or "—") if moved else escape(translate("MobilityPaper", "inchangé"))
        rows.append(_row(escape(label), told, f"<b>{said}</b>" if moved else said, compares))
    return "".join(rows)


def _row(label: str, was: str, now: str, compares: bool) -> str:
    middle = f'<td width="35%">{was}</td>' if compares else ""
    return f'<tr><td width="30%">{label}</td>{middle}<td>{now}</td></tr>'
