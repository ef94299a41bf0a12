"""A few fields that open in their card, where the answer will appear."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.kit import (
    CARD_GAP,
    Flow,
    LabeledField,
    PrimaryButton,
    SecondaryButton,
    Text,
    answer_main_key,
    row,
)
from desktop.ui.kit.escape import takes_escape
from desktop.ui.kit.typed import SmallForm, Typed


class InlineForm(QFrame, SmallForm):
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
        self.about = ""
        """The record it corrects or ends; nothing for a new one."""
        self._person = ""
        self._kept: dict[str, Typed] = {}
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
            self.about = ""
            self.closed.emit()

    def belong_to(self, person: str, reopen: Callable[[str], object]) -> None:
        """Keep what is typed for somebody else, and bring back what was typed for this person.

        `reopen` opens the form as its button does, about the record it is given, or about a new
        one; it opens nothing when that record is gone.
        """
        if person != self._person:
            if self.is_open:
                self._kept[self._person] = self._words()
                self.hide()
                self.put_aside.emit()
            self._person = person
        typed = self._kept.pop(person, None)
        if typed is not None and not self.is_open:
            reopen(typed.about)
            if not self.isHidden():
                self.about = typed.about
                self.write(typed)

    @property
    def form_name(self) -> str:
        return self.accessibleName()

    def typed_fields(self) -> Mapping[str, QWidget]:
        return {key: field.field for key, field in self.fields.items()}

    def typed(self) -> list[Typed]:
        """Return what is written here, in each person's dossier where something is."""
        here = [self._words()] if self.is_open else []
        return [*here, *self._kept.values()]

    def keep(self, typed: Typed) -> None:
        """What was typed in somebody's dossier comes back when it is shown."""
        self._kept[typed.of] = typed

    def show_problems(self, problems: dict[str, str]) -> None:
        """Says under each field why it cannot be accepted; the first one gets the keyboard."""
        new = [key for key in self.fields if problems.get(key) and not self.fields[key].problem]
        for key, field in self.fields.items():
            field.show_problem(problems.get(key, ""))
        if new:
            self.fields[new[0]].setFocus()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, unless there is a form to close first.
        return takes_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        else:
            super().keyPressEvent(event)

    def _words(self) -> Typed:
        return self.words(about=self.about, of=self._person)
