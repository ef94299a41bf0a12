"""The caseload as a list of any length, of which only what is looked at has been read."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from desktop.config.clock import paris
from desktop.services.persons import PersonLine
from desktop.ui.birth_words import born
from desktop.ui.kit import KEY_ROLE, ROW_ROLE, Mark, Row
from desktop.ui.text import clock, day_short, translate
from desktop.ui.theme import Role
from protocol.kinds.persons import PersonStatus

Index = QModelIndex | QPersistentModelIndex
_KEPT_PAGES = 50


class CaseloadModel(QAbstractListModel):
    """Knows how many persons there are; asks for a page when one of its rows is looked at.

    Rows keep their place while a page is read again: what changed is told by `dataChanged`, and
    rows come and go at the end. Nothing is ever reset.
    """

    page_wanted = Signal(int)
    look_again = Signal()

    def __init__(
        self, page: int, now: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        """`page` is how many persons a page holds."""
        super().__init__(parent)
        self._page = page
        self._now = now
        self._count = 0
        self._pages: dict[int, tuple[PersonLine, ...]] = {}
        self._outdated: set[int] = set()
        self._wanted: dict[int, None] = {}
        # Asked for after the painting that noticed they are missing.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)

    @property
    def read_pages(self) -> frozenset[int]:
        return frozenset(self._pages)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._line(index.row())
        row = _NOT_READ if line is None else person_row(line, self._now().date())
        answers = {
            int(Qt.ItemDataRole.DisplayRole): row.title,
            int(Qt.ItemDataRole.AccessibleTextRole): row.spoken,
            ROW_ROLE: row,
            KEY_ROLE: None if line is None else line.id,
        }
        return answers.get(int(role))

    def show_count(self, count: int) -> None:
        if count > self._count:
            self.beginInsertRows(QModelIndex(), self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(QModelIndex(), count, self._count - 1)
            self._count = count
            self.endRemoveRows()

    def show_page(self, number: int, lines: Sequence[PersonLine]) -> None:
        before = self._pages.pop(number, ())
        self._pages[number] = tuple(lines)
        self._outdated.discard(number)
        for old in list(self._pages)[:-_KEPT_PAGES]:
            del self._pages[old]
        first = number * self._page
        changed = [at for at, line in enumerate(lines) if before[at : at + 1] != (line,)]
        if changed and first + changed[0] < self._count:
            last = min(first + changed[-1], self._count - 1)
            self.dataChanged.emit(self.index(first + changed[0]), self.index(last))

    def outdate(self) -> None:
        """What was read may have changed: it stays in sight until it has been read again.

        The list has to be painted again for that. `dataChanged` would have Qt measure all the rows.
        """
        self._outdated = set(self._pages)
        self.look_again.emit()

    def row_of(self, person: object) -> int | None:
        """Where a person is, if her page has been read."""
        for number, lines in self._pages.items():
            for at, line in enumerate(lines):
                if line.id == person:
                    return number * self._page + at
        return None

    def _line(self, row: int) -> PersonLine | None:
        number, at = divmod(row, self._page)
        lines = self._pages.get(number)
        if lines is None or number in self._outdated:
            self._wanted[number] = None
            self._soon.start()
        return lines[at] if lines is not None and at < len(lines) else None

    def _ask(self) -> None:
        wanted, self._wanted = self._wanted, {}
        for number in wanted:
            self.page_wanted.emit(number)


# Its second line, though empty, gives all rows their height before any has been read.
_NOT_READ = Row(key=None, title="…", subtitle=" ")


def person_row(line: PersonLine, today: date) -> Row:
    """Return « Morisset Yves », born when, where, followed by whom, and the next appointment."""
    return Row(
        key=line.id,
        title=line.name,
        subtitle=about(line) or " ",
        trailing=_when(line, today),
        mark=_mark(line),
    )


def about(line: PersonLine) -> str:
    referent = translate("Persons", "réf. : {0}").format(line.referent) if line.referent else ""
    return " · ".join(part for part in (born(line), line.commune_name, referent) if part)


def _when(line: PersonLine, today: date) -> str:
    if line.next_appointment is not None:
        at = paris(line.next_appointment)
        return translate("Persons", "Rendez-vous le {0}, {1}").format(
            day_short(at.date(), today), clock(at)
        )
    if line.last_follow_up is not None:
        last = paris(line.last_follow_up).date()
        return translate("Persons", "Dernier suivi le {0}").format(day_short(last, today))
    return ""


def _mark(line: PersonLine) -> Mark | None:
    if line.has_draft:
        return Mark(translate("Persons", "Brouillon"), Role.PENDING)
    if line.status is not PersonStatus.ACTIVE:
        return Mark(line.status.label)
    return None
