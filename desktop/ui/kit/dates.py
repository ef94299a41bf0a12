"""Dates and hours typed as people write them: « 4/3/79 », « 24 nov. », « 9h45 »."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import date, time
from typing import Generic, TypeVar

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.ui.text import clock, day_with_year, read_clock, read_date

_LIMIT = 40


Moment = TypeVar("Moment", date, time)


class _WrittenField(QLineEdit, Generic[Moment]):
    """Read while it is typed, and written out in full when it is left."""

    value_changed = Signal(object)

    def __init__(self, hint: str, value: Moment | None, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setMaxLength(_LIMIT)
        self.setPlaceholderText(hint)
        self.set_value(value)
        self.textEdited.connect(lambda _: self.value_changed.emit(self.value))
        self.editingFinished.connect(self._write_out)

    @property
    def value(self) -> Moment | None:
        return self._read(self.text())

    @property
    def is_understood(self) -> bool:
        """False when something is typed that cannot be read."""
        return not self.text().strip() or self.value is not None

    def set_value(self, value: Moment | None) -> None:
        self.setText("" if value is None else self._written(value))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def _write_out(self) -> None:
        if self.value is not None:
            self.set_value(self.value)

    @abstractmethod
    def _read(self, text: str) -> Moment | None:
        """What was typed, if it means anything."""

    @abstractmethod
    def _written(self, value: Moment) -> str:
        """The value as people write it."""


class DateField(_WrittenField[date]):
    """A date, « 4/3/79 » or « 24 nov. »."""

    def __init__(
        self,
        today: Callable[[], date],
        *,
        value: date | None = None,
        past: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """With `past` (a date of birth) a two-digit year is never read as the future."""
        self._today = today
        self._past = past
        hint = QCoreApplication.translate("DateField", "jj/mm/aaaa")
        super().__init__(hint, value, parent)

    def _read(self, text: str) -> date | None:
        return read_date(text, self._today(), past=self._past)

    def _written(self, value: date) -> str:
        return day_with_year(value)


class TimeField(_WrittenField[time]):
    """An hour of the day, with the same manners as `DateField`."""

    def __init__(self, *, value: time | None = None, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("TimeField", "hh:mm"), value, parent)

    def _read(self, text: str) -> time | None:
        return read_clock(text)

    def _written(self, value: time) -> str:
        return clock(value)
