"""A few fields that open in their card, where the answer will appear."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.kit import (
    CARD_GAP,
    Choice,
    Flow,
    LabeledField,
    PrimaryButton,
    SecondaryButton,
    Text,
    TextField,
    answer_main_key,
    row,
)


class InlineForm(QFrame):
    """Enter saves, Esc closes; what was typed stays until then, each person's with her dossier."""

    submitted = Signal()
    closed = Signal()
    put_aside = Signal()
    """Another person's dossier is shown: the keyboard is elsewhere, and stays there."""

    def __init__(
        self,
        name: str,
        save: str,
        fields: dict[str, LabeledField],
        *,
        lines: tuple[tuple[str, ...], ...] = (),
        notice: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`name` is what a screen reader says for the whole; `notice` a sentence before acting.

        `lines` puts fields side by side; without it each has its own line.
        """
        super().__init__(parent)
        self.setProperty("kind", "sunken")
        self.setAccessibleName(name)
        self.fields = fields
        self._person = ""
        self._kept: dict[str, dict[str, str]] = {}
        self.notice = Text(notice)
        if not notice:
            self.notice.hide()
        self.save = PrimaryButton(save)
        self.save.clicked.connect(self.submitted)
        answer_main_key(self, self.save)
        self.cancel = SecondaryButton(self.tr("Annuler"))
        self.cancel.clicked.connect(self.close_form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(CARD_GAP, CARD_GAP, CARD_GAP, CARD_GAP)
        layout.setSpacing(12)
        for names in lines or tuple((name,) for name in fields):
            side_by_side = row(*(fields[name] for name in names), gap=12)
            for at in range(len(names)):
                side_by_side.setStretch(at, 1)
            layout.addLayout(side_by_side)
        for field in fields.values():
            if isinstance(field.field, QLineEdit):
                field.field.returnPressed.connect(self.submitted)
        layout.addWidget(self.notice)
        layout.addWidget(Flow(self.save, self.cancel, gap=8))
        self.hide()

    @property
    def is_open(self) -> bool:
        return not self.isHidden()

    def open_form(self) -> None:
        self.show_problems({})
        self.show()
        for field in list(self.fields.values())[:1]:
            field.setFocus()

    def close_form(self) -> None:
        if self.is_open:
            self.hide()
            self.closed.emit()

    def belong_to(self, person: str, reopen: Callable[[], object] | None = None) -> None:
        """Keep what is typed for somebody else, and bring back what was typed for this person.

        `reopen` opens the form as its button does; without it nothing is brought back.
        """
        if person == self._person:
            return
        if self.is_open:
            self._kept[self._person] = self.typed()
            self.hide()
            self.put_aside.emit()
        self._person = person
        typed = self._kept.pop(person, None)
        if typed is not None and reopen is not None:
            reopen()
            for key, text in typed.items():
                if key in self.fields:
                    _type(self.fields[key], text)

    def typed(self) -> dict[str, str]:
        """Return what the fields hold, as it is written."""
        return {key: _typed(field) for key, field in self.fields.items()}

    def keep(self, person: str, typed: dict[str, str]) -> None:
        """What was typed for somebody, before her dossier is shown."""
        self._kept[person] = typed

    def show_problems(self, problems: dict[str, str]) -> None:
        """Says under each field why it cannot be accepted; the first one gets the keyboard."""
        new = [key for key in self.fields if problems.get(key) and not self.fields[key].problem]
        for key, field in self.fields.items():
            field.show_problem(problems.get(key, ""))
        if new:
            self.fields[new[0]].setFocus()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, unless there is a form to close first.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)


def _typed(field: LabeledField) -> str:
    """The text as it stands, whether or not it can be understood."""
    widget = field.field
    if isinstance(widget, QLineEdit):
        return widget.text()
    return widget.value if isinstance(widget, Choice | TextField) else ""


def _type(field: LabeledField, text: str) -> None:
    widget = field.field
    if isinstance(widget, QLineEdit):
        widget.setText(text)
    elif isinstance(widget, Choice | TextField):
        widget.set_value(text)
