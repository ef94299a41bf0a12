"""Paints cells, heads of days and names of lieux with the theme's colours."""

from datetime import date, timedelta

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from desktop.ui.agenda.cells import Cell, CellKind, DayColumn
from desktop.ui.kit import Mark, Shape
from desktop.ui.kit.pill import paint_pill, paint_shape, pill_size
from desktop.ui.text import capitalised, weekday, weekday_short
from desktop.ui.theme import Role, Tokens

_MONDAY = date(2026, 1, 5)
_PADDING = 10
_RADIUS = 8


class CellPainter:
    """Holds the fonts of one paint event: made once, used for each cell."""

    def begin(self, painter: QPainter, font: QFont, tokens: Tokens, *, is_tall: bool) -> None:
        """`is_tall` where letters are large for the column: a status has a line of its own."""
        self._painter, self._tokens, self._is_tall = painter, tokens, is_tall
        self._font = font
        self._strong = QFont(font)
        self._strong.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(font)
        self._small.setPixelSize(tokens.text_px(12))
        self._struck = QFont(font)
        self._struck.setStrikeOut(True)
        fonts = (self._font, self._strong, self._small, self._struck)
        self._metrics = {id(one): QFontMetrics(one) for one in fonts}

    def end(self) -> None:
        del self._painter

    def head(self, rect: QRect, day: DayColumn) -> None:
        """« Lun. 23 », in the colour of the theme when it is today, with what is particular."""
        colour = self._tokens.primary if day.is_today else self._tokens.ink
        width = self._write(rect, day.title, self._strong, colour)
        if day.notes:
            rest = rect.adjusted(width + 8, 0, 0, 0)
            self._write(rest, day.notes, self._small, self._tokens.pending_text)

    def weekday(self, rect: QRect, at: int) -> None:
        """« Lundi », or « Lun. » where it does not fit."""
        day = _MONDAY + timedelta(days=at)
        words = capitalised(weekday(day))
        if self._metrics[id(self._small)].horizontalAdvance(words) > rect.width() - 12:
            words = capitalised(weekday_short(day))
        self._write(rect.adjusted(6, 0, 0, 0), words, self._small, self._tokens.secondary)

    def pill(self, rect: QRect, name: str) -> None:
        """The name of a lieu, over its cells."""
        mark = Mark(name, Role.PRIMARY)
        size = pill_size(self._font, self._tokens, mark)
        box = QRect(rect.left(), rect.top(), min(size.width(), rect.width()), rect.height())
        paint_pill(self._painter, box, self._font, self._tokens, mark)

    def cell(
        self,
        cell: Cell,
        rect: QRect,
        *,
        is_current: bool = False,
        has_focus: bool = False,
        is_wanted: bool = False,
        is_faded: bool = False,
    ) -> None:
        """One thing, its border telling what it is: dashed where it is free."""
        painter = self._painter
        painter.save()
        if is_faded:
            painter.setOpacity(0.4)
        self._ground(cell, rect, is_current=is_current, is_wanted=is_wanted)
        if has_focus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._tokens.primary), 2))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        inner = rect.adjusted(_PADDING, 5, -_PADDING, -5)
        if cell.kind is CellKind.DAY:
            self._day(cell, rect.adjusted(7, 5, -5, -5))
        elif rect.width() > self._tokens.text_px(420):
            self._wide(cell, inner)
        else:
            self._narrow(cell, inner)
        painter.restore()

    def _ground(self, cell: Cell, rect: QRect, *, is_current: bool, is_wanted: bool) -> None:
        tokens = self._tokens
        fill, line, style = tokens.surface, tokens.line, Qt.PenStyle.SolidLine
        if cell.kind is CellKind.FREE:
            line, style = tokens.edge, Qt.PenStyle.DashLine
            if is_wanted:
                fill, line = tokens.primary_soft, tokens.primary
        elif cell.kind in (CellKind.AWAY, CellKind.COLLEAGUE):
            fill = tokens.sunken
        if is_current:
            fill = tokens.primary_soft
        self._painter.setBrush(QColor(fill))
        self._painter.setPen(QPen(QColor(line), 1, style))
        self._painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)

    def _narrow(self, cell: Cell, inner: QRect) -> None:
        """The hour and the status over the name."""
        tokens = self._tokens
        line = self._metrics[id(self._small)].height() + 2
        top = QRect(inner.left(), inner.top(), inner.width(), line)
        used = self._write(top, cell.hour, self._small, tokens.secondary)
        rest = QRect(inner.left(), inner.top() + line, inner.width(), inner.height() - line)
        if self._is_tall:
            rest.setHeight(rest.height() - line)
        if cell.mark is not None:
            below = QRect(inner.left(), rest.bottom() + 1, inner.width(), line)
            self._status(below if self._is_tall else top.adjusted(used + 6, 0, 0, 0), cell.mark)
        self._title(rest, cell, self._font)

    def _wide(self, cell: Cell, inner: QRect) -> None:
        """The hour, the name over what it is about, the status at the right."""
        tokens = self._tokens
        sample = self._metrics[id(self._strong)].horizontalAdvance("00 h 00 – 00 h 00")
        hour = QRect(inner.left(), inner.top(), sample, inner.height())
        self._write(hour, cell.hour, self._strong, tokens.ink)
        right = inner.right()
        if cell.mark is not None:
            size = pill_size(self._font, tokens, cell.mark)
            width = min(size.width(), inner.width() // 3)
            top = inner.center().y() - size.height() // 2
            box = QRect(right - width, top, width, size.height())
            paint_pill(self._painter, box, self._font, tokens, cell.mark)
            right -= width + 12
        left = hour.right() + 14
        half = inner.height() // 2
        self._title(QRect(left, inner.top(), right - left, half), cell, self._strong)
        below = QRect(left, inner.top() + half, right - left, half)
        colour = tokens.text(Role.DANGER) if cell.warning else tokens.secondary
        self._write(below, cell.warning or cell.subtitle, self._small, colour)

    def _day(self, cell: Cell, inner: QRect) -> None:
        """A day of the month: its number, its lieux, what is held and what is free."""
        tokens = self._tokens
        line = self._metrics[id(self._font)].height()
        small = self._metrics[id(self._small)].height()
        top = QRect(inner.left(), inner.top(), inner.width(), line)
        number = tokens.primary if cell.is_today else tokens.ink
        number = tokens.secondary if cell.is_struck else number
        used = self._write(top, cell.hour, self._strong, number)
        if cell.mark is not None:
            rest = top.adjusted(used + 6, 0, 0, 0)
            self._write(rest, cell.mark.words, self._small, tokens.text(cell.mark.role))
        below = QRect(inner.left(), inner.top() + line + 2, inner.width(), small)
        self._write(below, cell.subtitle, self._small, tokens.secondary)
        counts = below.translated(0, small + 2)
        for words in cell.title.split(" · "):
            if self._metrics[id(self._small)].horizontalAdvance(words) > counts.width():
                words = words.replace("rendez-vous", "rdv")
            self._write(counts, words, self._small, tokens.ink)
            counts = counts.translated(0, small)

    def _title(self, rect: QRect, cell: Cell, font: QFont) -> None:
        free = cell.kind in (CellKind.FREE, CellKind.AWAY, CellKind.COLLEAGUE)
        colour = self._tokens.secondary if free or cell.is_struck else self._tokens.ink
        self._write(rect, cell.title, self._struck if cell.is_struck else font, colour)

    def _status(self, rect: QRect, mark: Mark) -> None:
        """A shape and its word, at the right; at the left on a line of its own."""
        metrics, side = self._metrics[id(self._small)], self._tokens.text_px(9)
        width = min(metrics.horizontalAdvance(mark.words) + 1, rect.width() - side - 4)
        if mark.shape is not Shape.NONE:
            left = rect.left() if self._is_tall else rect.right() - width - side - 4
            box = QRectF(left, rect.center().y() - side / 2 + 0.5, side, side)
            colour = QColor(self._tokens.shape(mark.role))
            paint_shape(self._painter, box, mark.shape, colour)
        words_left = rect.left() + side + 6 if self._is_tall else rect.right() - width
        box_of_words = QRect(words_left, rect.top(), width + 1, rect.height())
        self._write(box_of_words, mark.words, self._small, self._tokens.text(mark.role))

    def _write(self, box: QRect, text: str, font: QFont, colour: str) -> int:
        """Write a line, elided where it ends; return the room it took."""
        if not text or box.width() <= 0:
            return 0
        metrics = self._metrics[id(font)]
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        self._painter.setFont(font)
        self._painter.setPen(QColor(colour))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self._painter.drawText(box, flags, shown)
        return metrics.horizontalAdvance(shown)
