"""Dates and hours typed as people write them: « 4/3/79 », « 24 nov. », « 9h45 »."""

from collections.abc import Callable
from datetime import date, time

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.text import clock, day_with_year, read_clock, read_date

_LIMIT = 40


class DateField(QLineEdit):
    """A date. It is read while typed and written out in full when the field is left."""

    value_changed = Signal(object)

    def __init__(
        self,
        today: Callable[[], date],
        *,
        value: date | None = None,
        past: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """With `past` (a date of birth) a two-digit year is never read as the future."""
        super().__init__(parent)
        self._today = today
        self._past = past
        self.setMaxLength(_LIMIT)
        self.setPlaceholderText(self.tr("jj/mm/aaaa"))
        self.set_value(value)
        self.textEdited.connect(lambda _: self.value_changed.emit(self.value))
        self.editingFinished.connect(self._write_out)

    @property
    def value(self) -> date | None:
        return read_date(self.text(), self._today(), past=self._past)

    @property
    def is_understood(self) -> bool:
        """False when something is typed that is no date."""
        return not self.text().strip() or self.value is not None

    def set_value(self, value: date | None) -> None:
        self.setText("" if value is None else day_with_year(value))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def _write_out(self) -> None:
        if self.value is not None:
            self.set_value(self.value)


class TimeField(QLineEdit):
    """An hour of the day, with the same manners as `DateField`."""

    value_changed = Signal(object)

    def __init__(self, *, value: time | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(_LIMIT)
        self.setPlaceholderText(self.tr("9 h 45"))
        self.set_value(value)
        self.textEdited.connect(lambda _: self.value_changed.emit(self.value))
        self.editingFinished.connect(self._write_out)

    @property
    def value(self) -> time | None:
        return read_clock(self.text())

    @property
    def is_understood(self) -> bool:
        return not self.text().strip() or self.value is not None

    def set_value(self, value: time | None) -> None:
        self.setText("" if value is None else clock(value))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def _write_out(self) -> None:
        if self.value is not None:
            self.set_value(self.value)
