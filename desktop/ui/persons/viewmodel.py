"""Decides what « Personnes » shows: the caseload page by page, or what a search finds."""

from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.clock import Clock, paris
from desktop.domain.touched import Touched
from desktop.services.persons import PersonLine, Persons
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence

PAGE = 100
"""Persons read at once."""
FOUND_AT_MOST = 50
_PAGES_UNDERWAY = 4
"""More than a screen can show: a page asked before these was scrolled past."""
_SETTLE_MS = 250
_SHOWN_HERE = frozenset(
    {"appointment", "circle_member", "draft", "follow_up", "person", "same_person"}
)


@dataclass(frozen=True)
class PersonsState:
    """What the page shows beside the caseload, which its model holds."""

    count: int | None = None
    """Persons on this laptop; None until they have been counted."""
    asked: str = ""
    """What was typed in the search box."""
    found: tuple[PersonLine, ...] | None = None
    """Who was found; None while nothing is asked, or while the first answer is on its way."""
    is_answered: bool = True
    """Whether `found` answers `asked`, and not what was typed before."""
    problem: Problem | None = None

    @property
    def is_searching(self) -> bool:
        return bool(self.asked.strip())


class PersonsViewModel(QObject):
    """Reads pages of the caseload when they are looked at, and searches while somebody types."""

    changed = Signal()
    page_read = Signal(int, object)
    """A page's number and its lines."""
    outdated = Signal()
    """The pages already read may no longer be true."""

    def __init__(
        self,
        background: Background,
        persons: Persons,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._persons = persons
        self._clock = clock
        self._state = PersonsState()
        self._search: Handle | None = None
        self._count: Handle | None = None
        self._pages: dict[int, Handle] = {}
        # A synchronisation announces many changes in a row: they are read again together.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.refresh)
        board.changed.connect(self._hear)

    @property
    def state(self) -> PersonsState:
        return self._state

    @property
    def now(self) -> datetime:
        """On the wall of the office."""
        return paris(self._clock.now())

    def refresh(self) -> None:
        """Count again, search again, and have the pages in sight read again."""
        if self._count is not None:
            self._count.abandon()
        self._count = self._background.run(
            Lane.STORE, self._persons.count, self._show_count, self._refuse
        )
        if self._state.is_searching:
            self._find(self._state.asked)

    def read_page(self, number: int) -> None:
        """Read one page of the caseload, unless it is already on its way."""
        if number in self._pages:
            return
        while len(self._pages) >= _PAGES_UNDERWAY:
            self._pages.pop(next(iter(self._pages))).abandon()
        # With lanes that answer at once, the answer comes before the handle.
        self._pages[number] = Handle()
        handle = self._background.run(
            Lane.STORE,
            lambda: self._persons.caseload(offset=number * PAGE, limit=PAGE),
            lambda lines: self._show_page(number, lines),
            self._refuse,
        )
        if number in self._pages:
            self._pages[number] = handle

    def search(self, text: str) -> None:
        """Find who is meant; what was asked before and is not answered yet no longer matters."""
        if self._search is not None:
            self._search.abandon()
            self._search = None
        if not text.strip():
            self._become(replace(self._state, asked="", found=None, is_answered=True, problem=None))
            return
        self._become(replace(self._state, asked=text, is_answered=False, problem=None))
        self._find(text)

    def _find(self, text: str) -> None:
        self._search = self._background.run(
            Lane.STORE,
            lambda: self._persons.search(text, limit=FOUND_AT_MOST),
            self._show_found,
            self._refuse,
        )

    def _hear(self, touched: frozenset[Touched]) -> None:
        if any(item.kind in _SHOWN_HERE for item in touched):
            self._settle.start()

    def _show_count(self, count: int) -> None:
        self._become(replace(self._state, count=count, problem=None))
        self.outdated.emit()

    def _show_page(self, number: int, lines: list[PersonLine]) -> None:
        self._pages.pop(number, None)
        self.page_read.emit(number, tuple(lines))

    def _show_found(self, lines: list[PersonLine]) -> None:
        self._become(replace(self._state, found=tuple(lines), is_answered=True))

    def _refuse(self, failure: Exception) -> None:
        self._pages.clear()
        self._become(replace(self._state, problem=sentence(failure)))

    def _become(self, state: PersonsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
