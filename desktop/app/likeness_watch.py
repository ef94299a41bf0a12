"""Compares the persons whose names came or changed, a few at a time, when nothing else is asked.

The office brings a colleague's dossier, somebody corrects a name, a file is imported: what looks
like one person twice is then said on « Aujourd’hui » and on the dossiers.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.duplicates import Duplicates
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard

_SETTLE_MS = 2_000
"""A synchronisation tells many persons in a row."""
_BETWEEN_MS = 200
"""Between two goes, so that what people ask for comes first."""


class LikenessWatch(QObject):
    """Lives in the window's thread while the laptop is unlocked."""

    def __init__(
        self,
        background: Background,
        duplicates: Duplicates,
        board: ChangeBoard,
        report: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._duplicates = duplicates
        self._board = board
        self._report = report
        self._numbered: set[str] = set()
        self._is_open = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._compare)
        board.changed.connect(self._hear)

    def begin(self) -> None:
        """Go on with what was left when the laptop was locked."""
        self._timer.start(_SETTLE_MS)

    def close(self) -> None:
        """The laptop is being locked; what was not compared waits in the store."""
        self._is_open = False
        self._timer.stop()

    def _hear(self, touched: frozenset[Touched]) -> None:
        numbered = {item.dossier for item in touched if item.kind == "person_identifier"}
        self._numbered.update(dossier for dossier in numbered if dossier)
        if self._is_open and (self._numbered or any(item.kind == "person" for item in touched)):
            self._timer.start(_SETTLE_MS)

    def _compare(self) -> None:
        numbered, self._numbered = self._numbered, set()

        def work() -> Done[bool]:
            if numbered:
                self._duplicates.look_again(numbered)
            return self._duplicates.compare_waiting()

        self._background.run(Lane.STORE, work, self._go_on, self._refuse)

    def _go_on(self, done: Done[bool]) -> None:
        if not self._is_open:
            return
        self._board.announce(done.touched)
        if done.value:
            self._timer.start(_BETWEEN_MS)

    def _refuse(self, failure: Exception) -> None:
        if self._is_open:
            self._report(failure)
