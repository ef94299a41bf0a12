"""The seven things that can become of an appointment, one gesture away."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.kit.chips import Chip
from desktop.ui.kit.layout import Flow
from protocol.kinds.agenda import AppointmentStatus

_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}


class QualifyBar(QWidget):
    """One stop of the Tab key: arrows move, Space chooses, and 1 to 7 choose at once."""

    chosen = Signal(str)
    """The code of a status."""

    def __init__(
        self, name: str, status: AppointmentStatus | None, parent: QWidget | None = None
    ) -> None:
        """`name` is what a screen reader says for the whole; no status leaves all to choose."""
        super().__init__(parent)
        self._chips: dict[AppointmentStatus, Chip] = {}
        flow = Flow(gap=6)
        for number, choice in enumerate(AppointmentStatus, 1):
            flow.add(self._chip(choice, number))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(flow)
        self.set_name(name)
        self.set_status(status)

    def set_name(self, name: str) -> None:
        self.setAccessibleName(name)
        for chip in self._chips.values():
            chip.setAccessibleDescription(name)

    def set_status(self, status: AppointmentStatus | None) -> None:
        """Shows what is known; the Tab key stops there."""
        stop = AppointmentStatus.PLANNED if status is None else status
        for choice, chip in self._chips.items():
            chip.setChecked(choice is status)
            stops_here = choice is stop
            policies = Qt.FocusPolicy
            chip.setFocusPolicy(policies.StrongFocus if stops_here else policies.ClickFocus)
        self.setFocusProxy(self._chips[stop])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Filtered here because a button keeps the arrows for itself.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            chips = list(self._chips.values())
            at = next((at for at, chip in enumerate(chips) if chip is watched), 0)
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None:
                chips[(at + step) % len(chips)].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if event.text().isdigit() and 1 <= int(event.text()) <= len(chips):
                chips[int(event.text()) - 1].click()
                return True
        return False

    def _chip(self, choice: AppointmentStatus, number: int) -> Chip:
        chip = Chip(choice.label)
        chip.setToolTip(f"{choice.label} ({number})")
        chip.installEventFilter(self)
        chip.clicked.connect(lambda _=False: self._choose(choice))
        self._chips[choice] = chip
        return chip

    def _choose(self, choice: AppointmentStatus) -> None:
        self.set_status(choice)
        self._chips[choice].setFocus()
        self.chosen.emit(choice.value)
