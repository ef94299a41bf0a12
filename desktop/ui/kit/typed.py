"""What the small forms hold, as it was typed: what a lock or a crash may not take.

A long text has a draft of its own (`desktop/ui/autosave.py`). A few fields in a card have none:
each such form is a `SmallForm`, and a page that has some is a `FormPage`, so that the whole of it
is kept in the vault and comes back: the page, the form that was open, the words and the keyboard.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from desktop.ui.kit.chips import Chips
from desktop.ui.kit.fields import Choice, LabeledField
from desktop.ui.kit.text_field import TextField


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that is open, with what is written in it, understood or not."""

    form: str
    """Its name, one on its page."""
    fields: Mapping[str, str] = field(repr=False)
    about: str = ""
    """The record that is corrected, ended or named; nothing: a new one."""
    of: str = ""
    """Whose dossier it was opened in, where there are several."""
    focus: str = ""
    """The field that had the keyboard."""


@dataclass(frozen=True, slots=True)
class Left:
    """A page as it was left: where it was, in its own words, and its forms."""

    at: Mapping[str, str] = field(repr=False)
    forms: Sequence[Typed] = ()


@runtime_checkable
class OwnWords(Protocol):
    """A field that knows more than its text."""

    def own_words(self) -> str:
        """All that was chosen and typed."""
        ...

    def set_own_words(self, words: str) -> None:
        """Put it back."""
        ...


@runtime_checkable
class FormPage(Protocol):
    """A page with small forms."""

    def left(self) -> Left | None:
        """What would be lost if the page went now; what is still to be put back included."""
        ...

    def come_back(self, left: Left) -> None:
        """Open again what was open, as soon as what it needs has been read."""
        ...


@runtime_checkable
class Standing(Protocol):
    """A page that shows one thing among many: a dossier, a day."""

    def where(self) -> Mapping[str, str]:
        """What it shows, in its own words."""
        ...

    def stand(self, where: Mapping[str, str]) -> None:
        """Show it again."""
        ...


class SmallForm:
    """Mixed into the card or the frame of a few fields that no draft keeps."""

    @property
    @abstractmethod
    def form_name(self) -> str:
        """What this form is called on its page."""

    @abstractmethod
    def typed_fields(self) -> Mapping[str, QWidget]:
        """Each field somebody types or chooses in, by its name."""

    def words(self, *, about: str = "", of: str = "") -> Typed:
        """Return what is written, for a form that is open."""
        fields = self.typed_fields()
        focused = [name for name, one in fields.items() if _has_keyboard(one)]
        written = {name: _written(one) for name, one in fields.items()}
        return Typed(self.form_name, written, about, of, "".join(focused[:1]))

    def write(self, typed: Typed) -> None:
        """Put the words back in the form, which has just been opened."""
        fields = self.typed_fields()
        for name, text in typed.fields.items():
            if name in fields:
                _write(fields[name], text)
        wanted = fields.get(typed.focus)
        if wanted is not None:
            # Once all that comes back is there: each form that opens asks for the keyboard.
            QTimer.singleShot(0, wanted, lambda: _give_keyboard(wanted))


def widget_in(shown: QWidget) -> QWidget:
    """Return the field itself, without its label."""
    return shown.field if isinstance(shown, LabeledField) else shown


def _written(widget: QWidget) -> str:
    if isinstance(widget, OwnWords):
        return widget.own_words()
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, Chips):
        return " ".join(sorted(widget.value))
    if isinstance(widget, QCheckBox):
        return "x" if widget.isChecked() else ""
    if isinstance(widget, Choice | TextField):
        return widget.value
    raise TypeError(type(widget))


def _write(widget: QWidget, text: str) -> None:
    if isinstance(widget, OwnWords):
        widget.set_own_words(text)
    elif isinstance(widget, QLineEdit):
        widget.setText(text)
    elif isinstance(widget, Chips):
        widget.set_value(text.split())
    elif isinstance(widget, QCheckBox):
        widget.setChecked(bool(text))
    elif isinstance(widget, Choice | TextField):
        widget.set_value(text)
    else:
        raise TypeError(type(widget))


def _has_keyboard(widget: QWidget) -> bool:
    """Also while a list or a question is in front of the window."""
    focused: QWidget | None = widget.window().focusWidget()
    return focused is not None and (focused is widget or widget.isAncestorOf(focused))


def _give_keyboard(widget: QWidget) -> None:
    if widget.isVisible():
        widget.setFocus()
        if isinstance(widget, QLineEdit):
            widget.end(False)  # to go on writing, where a field that is entered selects its words
