"""What the pages about keys have in common: one question at a time, and how it went."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.ui.background import Background, Lane
from desktop.ui.errors import Problem, sentence

T = TypeVar("T")


class Working(QObject):
    """Asks on a lane, and keeps what went wrong to be shown."""

    changed = Signal()

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._is_busy = False
        self._problem: Problem | None = None
        self._note = ""

    @property
    def is_busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._is_busy

    @property
    def problem(self) -> Problem | None:
        """What went wrong, until something else is asked."""
        return self._problem

    @property
    def note(self) -> str:
        """What has just been done."""
        return self._note

    def _ask(
        self,
        lane: Lane,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_failed: Callable[[Exception], None] = lambda failure: None,
    ) -> None:
        def done(answer: T) -> None:
            self._is_busy = False
            on_done(answer)
            self.changed.emit()

        def failed(failure: Exception) -> None:
            self._is_busy, self._problem = False, sentence(failure)
            on_failed(failure)
            self.changed.emit()

        self._is_busy, self._problem, self._note = True, None, ""
        self.changed.emit()
        self._background.run(lane, work, done, failed)

    def _say(self, note: str) -> None:
        self._note, self._problem = note, None
        self.changed.emit()

    def _refuse(self, problem: Problem) -> None:
        self._note, self._problem = "", problem
        self.changed.emit()
