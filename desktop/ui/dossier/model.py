"""The follow-ups of a dossier as a list that grows when its end is looked at."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtWidgets import QWidget

from desktop.services.timeline import TimelineLine
from desktop.ui.dossier.words import excerpt, follow_up_about, follow_up_title
from desktop.ui.kit import Row, RowsModel
from desktop.ui.text import capitalised, translate

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class TimelineRow(Row):
    """A follow-up in the list: when, by whom, the first words, and whether I wrote a note."""

    excerpt: str = ""
    has_note: bool = False

    @property
    def spoken(self) -> str:
        note = translate("Dossier", "avec une note pour vous seule") if self.has_note else ""
        parts = (self.title, self.subtitle, note, self.excerpt)
        return ", ".join(part for part in parts if part)


class TimelineModel(RowsModel):
    """Asks for the next stretch when the list is scrolled to its end."""

    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_all = 0

    def show_lines(
        self,
        lines: tuple[TimelineLine, ...],
        in_all: int,
        now: datetime,
        handed: Collection[str | None] = (),
    ) -> None:
        """``handed`` are the follow-ups after which a sheet was given."""
        self._in_all = in_all
        self.show([timeline_row(line, now, handed=line.id in handed) for line in lines])

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self.rowCount() < self._in_all

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self.more_wanted.emit()


def timeline_row(line: TimelineLine, now: datetime, *, handed: bool = False) -> TimelineRow:
    title = capitalised(follow_up_title(line, now))
    if line.corrected is not None:
        title = translate("Dossier", "{0} · corrigé").format(title)
    about = follow_up_about(line)
    if handed:
        about = translate("Dossier", "{0} · feuille remise").format(about)
    return TimelineRow(
        key=line.id,
        title=title,
        subtitle=about,
        excerpt=excerpt(line),
        has_note=line.has_note,
    )
