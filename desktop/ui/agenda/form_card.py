"""A form in the panel beside the days: Enter saves, Esc goes back to the waiting list."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.kit import (
    Card,
    Flow,
    LabeledField,
    Notice,
    PrimaryButton,
    SecondaryButton,
    answer_main_key,
    clear_layout,
    row,
)
from desktop.ui.kit.escape import takes_escape
from desktop.ui.kit.typed import SmallForm, Typed, widget_in
from desktop.ui.theme import Role


class PanelCard(Card):
    """A panel that Esc closes."""

    closed = Signal()

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the window, unless there is a panel to close first.
        return takes_escape(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


class FormCard(PanelCard, SmallForm):
    """Fields, what to know before saving, and the two buttons."""

    submitted = Signal()

    def __init__(self, title: str, save: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self.fields: dict[str, QWidget] = {}
        self._lines = QVBoxLayout()
        self._lines.setSpacing(12)
        self.add(self._lines)
        self.warning = Notice(role=Role.PENDING)
        self.warning.hide()
        self.save = PrimaryButton(save)
        self.save.clicked.connect(self.submitted)
        answer_main_key(self, self.save)
        self.cancel = SecondaryButton(self.tr("Annuler"))
        self.cancel.clicked.connect(self.closed)

    def set_fields(self, fields: Mapping[str, QWidget], lines: Sequence[Sequence[str]]) -> None:
        """Lay the fields, once; `lines` puts some side by side."""
        self.fields = dict(fields)
        for names in lines:
            side_by_side = row(*(fields[name] for name in names), gap=12)
            for at in range(len(names)):
                side_by_side.setStretch(at, 1)
            self._lines.addLayout(side_by_side)
        for field in self._labeled().values():
            if isinstance(field.field, QLineEdit):
                field.field.returnPressed.connect(self._enter)
        # After the fields: the Tab key follows the order in which widgets come in.
        self.add(self.warning)
        self.add(Flow(self.save, self.cancel, gap=8))
        self.body.addStretch(1)

    @property
    def form_name(self) -> str:
        return type(self).__name__

    def typed_fields(self) -> Mapping[str, QWidget]:
        return {name: widget_in(field) for name, field in self.fields.items()}

    def write(self, typed: Typed) -> None:
        super().write(typed)
        self._written()

    def warn(self, sentences: Sequence[str]) -> None:
        """Say what the appointment would run into; nothing when there is nothing."""
        self.warning.setVisible(bool(sentences))
        if sentences:
            self.warning.say(" ".join(sentences), role=Role.PENDING)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Says under each field why it cannot be accepted; the first one gets the keyboard."""
        labeled = self._labeled()
        new = [key for key, field in labeled.items() if problems.get(key) and not field.problem]
        for key, field in labeled.items():
            field.show_problem(problems.get(key, ""))
        if new:
            labeled[new[0]].setFocus()

    def settle(self, key: str) -> None:
        """Take away what was said under a field: it has been answered."""
        self._labeled()[key].show_problem("")

    def begin(self) -> None:
        """Put the keyboard in the first field that can be changed."""
        open_ones = [one for one in self._labeled().values() if one.field.isEnabled()]
        for field in open_ones[:1]:
            field.setFocus()

    def _written(self) -> None:
        """What depends on the fields, once they hold what was typed before a lock."""

    def _enter(self) -> None:
        self.submitted.emit()

    def _labeled(self) -> dict[str, LabeledField]:
        return {key: one for key, one in self.fields.items() if isinstance(one, LabeledField)}


def refill(
    layout: QVBoxLayout, widgets: Sequence[QWidget], *, before: Sequence[QWidget] = ()
) -> None:
    """Put other lines in place of those that stand there; the Tab key goes on to `before`."""
    clear_layout(layout)
    stops: list[QWidget] = []
    for widget in widgets:
        layout.addWidget(widget)
        stops += widget.findChildren(QAbstractButton)
    for one, other in pairwise([*stops, *before]):
        QWidget.setTabOrder(one, other)
