"""One labelled field for each shape a declaration can have: the small library of the forms."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.services.record_form import Unread, Value
from desktop.ui.kit import Chips, Choice, DateField, LabeledField, LineField, TextField, Tick
from desktop.ui.record_form import words
from desktop.ui.text import rounded
from protocol.kinds.declare import FieldSpec, Rule, Shape

_LINE_CAP = 400
"""A text no longer than this has one line."""
_YES, _NO = "yes", "no"
_TEXT_LINES = 3
_NUMBER = re.compile(r"([0-9][0-9\s]*)(?:[.,]([0-9]{1,2}))?\s*(?:km|min|mn|minutes?|€|euros?)?\.?")
_DIGITS = 9


class _Entry(Protocol):
    """What every entry can do: tell its value, and show another one."""

    @property
    def widget(self) -> QWidget: ...

    def read(self) -> Value: ...

    def show(self, value: Value) -> None: ...


class RecordField(QObject):
    """A field of a record: `widget` is shown, `value` read, `typed` says that somebody wrote."""

    typed = Signal()
    left = Signal()
    """Somebody has gone on to another field."""

    def __init__(
        self,
        item: FieldSpec,
        *,
        unit: str = "",
        choices: Sequence[tuple[str, str]] = (),
        today: Callable[[], date],
        text_lines: int = _TEXT_LINES,
        parent: QObject | None = None,
    ) -> None:
        """``choices`` are the lieux or structures, for a field that names one; a long text shows
        ``text_lines`` lines while it is empty.
        """
        super().__init__(parent)
        self.item = item
        self._is_shown_only = False
        self._entry = _entry(item, choices, today, text_lines)
        label = words.label_of(item, unit)
        if isinstance(self._entry, _TickEntry):
            self.widget: QWidget = self._entry.widget
            self.labeled: LabeledField | None = None
        else:
            self.labeled = LabeledField(label, self._entry.widget)
            self.widget = self.labeled
        self._listen(self._entry.widget)

    @property
    def entry(self) -> QWidget:
        """The widget that takes the keyboard."""
        return self._entry.widget

    @property
    def value(self) -> Value:
        return self._entry.read()

    @property
    def problem(self) -> str:
        return self.labeled.problem if self.labeled is not None else ""

    def show_value(self, value: Value) -> None:
        """Shows a value that nobody typed here."""
        self._is_shown_only = True
        self._entry.show(value)
        self._say_rounded()
        self._is_shown_only = False

    def show_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offers other lieux or structures; does nothing for a field of another shape."""
        if isinstance(self._entry, _ChoiceEntry) and self.item.shape is Shape.ID:
            self._entry.offer(choices)

    def show_problem(self, sentence: str) -> None:
        if self.labeled is not None and self.labeled.problem != sentence:
            self.labeled.show_problem(sentence)

    def _listen(self, entry: QWidget) -> None:
        if isinstance(entry, Choice):
            entry.chosen.connect(lambda _: self._typed())
        elif isinstance(entry, Tick):
            entry.toggled.connect(lambda _: self._typed())
        elif isinstance(entry, TextField):
            entry.value_changed.connect(self._typed)
            entry.limit_reached.connect(lambda limit: self.show_problem(words.limit_reached(limit)))
        elif isinstance(entry, Chips | LineField | DateField):
            entry.value_changed.connect(lambda _: self._typed())
        if isinstance(entry, QLineEdit):
            entry.editingFinished.connect(self.left)

    def _typed(self) -> None:
        if not self._is_shown_only:
            self._say_rounded()
            self.typed.emit()

    def _say_rounded(self) -> None:
        """What is kept of « 12,5 », before it is kept."""
        if self.labeled is not None and isinstance(self._entry, _NumberEntry):
            value, text = self._entry.read(), self._entry.widget.text()
            said = words.rounded(value) if isinstance(value, int) and _has_decimals(text) else ""
            self.labeled.show_help(said)


class _ChoiceEntry:
    """One code of a few, or one lieu or structure; the first line says that nothing is known."""

    def __init__(self, item: FieldSpec, choices: Sequence[tuple[str, str]]) -> None:
        self._item = item
        self._offered: tuple[tuple[str, str], ...] = ()
        self.widget = Choice()
        self.offer(choices)

    def read(self) -> Value:
        return self.widget.value or None

    def show(self, value: Value) -> None:
        key = str(value or "")
        if key and all(key != known for known, _ in self._offered):
            # A structure that was closed since, or a code from a newer version, stays chosen.
            words_of = self._item.codes(key).label if self._item.codes is not None else "—"
            self._show((*self._offered, (key, words_of)))
        self.widget.set_value(key)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        kept = self.widget.value
        self._offered = tuple(choices)
        self._show(self._offered)
        self.show(kept)

    def _show(self, choices: Sequence[tuple[str, str]]) -> None:
        has_none = not (self._item.shape is Shape.CODE and self._item.default is not None)
        nothing = [("", words.unknown())] if has_none else []
        self.widget.set_choices([*nothing, *choices])


class _KnownEntry:
    """Yes, no, or not known."""

    def __init__(self) -> None:
        choices = [("", words.unknown()), (_YES, words.yes_or_no(True))]
        self.widget = Choice([*choices, (_NO, words.yes_or_no(False))])

    def read(self) -> Value:
        return {_YES: True, _NO: False}.get(self.widget.value)

    def show(self, value: Value) -> None:
        self.widget.set_value("" if value is None else (_YES if value else _NO))


class _TickEntry:
    """Something that was done, or not."""

    def __init__(self, label: str) -> None:
        self.widget = Tick(label)

    def read(self) -> Value:
        return self.widget.value

    def show(self, value: Value) -> None:
        self.widget.setChecked(bool(value))


class _ChipsEntry:
    """Several codes."""

    def __init__(self, choices: Sequence[tuple[str, str]]) -> None:
        self._choices = tuple(choices)
        self.widget = Chips(choices)

    def read(self) -> Value:
        return self.widget.value

    def show(self, value: Value) -> None:
        taken = value if isinstance(value, frozenset) else frozenset()
        known = {key for key, _ in self._choices}
        newer = [(code, code) for code in sorted(taken - known)]
        if newer:
            name = self.widget.accessibleName()
            self.widget.set_choices([*self._choices, *newer], value=taken)
            self.widget.setAccessibleName(name)
        else:
            self.widget.set_value(taken)


class _NumberEntry:
    """A whole number; « 25 km » is read as 25, « 12,5 » as 13, and that is said."""

    def __init__(self) -> None:
        self.widget = LineField(limit=12)

    def read(self) -> Value:
        return read_number(self.widget.text())

    def show(self, value: Value) -> None:
        shown = value.text if isinstance(value, Unread) else ("" if value is None else str(value))
        self.widget.set_value(shown)


class _DateEntry:
    """A day, written as people do."""

    def __init__(self, today: Callable[[], date]) -> None:
        self.widget = DateField(today)

    def read(self) -> Value:
        if not self.widget.is_understood:
            return Unread(self.widget.text())
        return self.widget.value

    def show(self, value: Value) -> None:
        if isinstance(value, Unread):
            self.widget.setText(value.text)
        elif isinstance(value, date) or value is None:
            self.widget.set_value(value)


class _TextEntry:
    """Words, on one line or on several."""

    def __init__(self, item: FieldSpec, lines: int) -> None:
        is_line = item.rule is not Rule.SEALED_TEXT and item.limit <= _LINE_CAP
        self.widget: LineField | TextField = (
            LineField(limit=item.limit) if is_line else TextField(lines=lines, limit=item.limit)
        )

    def read(self) -> Value:
        return self.widget.value

    def show(self, value: Value) -> None:
        self.widget.set_value(value if isinstance(value, str) else "")


def read_number(text: str) -> int | Unread | None:
    """Returns « 25 », « 25 km », « 1 200 € » as a number; what is none, as it was typed.

    What is kept is whole: « 12,5 » is 13.
    """
    if not text.strip():
        return None
    found = _NUMBER.fullmatch(text.strip().casefold())
    digits = "".join(found[1].split()) if found else ""
    if found is None or not 0 < len(digits) <= _DIGITS:
        return Unread(text)
    return rounded(digits, found[2])


def _has_decimals(text: str) -> bool:
    found = _NUMBER.fullmatch(text.strip().casefold())
    return found is not None and bool(found[2]) and int(found[2]) > 0


def _entry(
    item: FieldSpec,
    choices: Sequence[tuple[str, str]],
    today: Callable[[], date],
    text_lines: int,
) -> _Entry:
    coded = [(str(code), code.label) for code in item.codes or ()]
    if item.shape is Shape.CODES:
        return _ChipsEntry(coded)
    if item.shape in (Shape.CODE, Shape.ID):
        return _ChoiceEntry(item, coded or choices)
    if item.shape is Shape.FLAG:
        return _KnownEntry() if item.default is None else _TickEntry(item.label)
    if item.shape is Shape.INTEGER:
        return _NumberEntry()
    if item.shape is Shape.DATE:
        return _DateEntry(today)
    if item.shape is Shape.TEXT:
        return _TextEntry(item, text_lines)
    raise TypeError(f"no field for {item.shape}")
