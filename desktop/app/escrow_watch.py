"""Tells, above the page, that the Département's key came, changed or was used; until it is read."""

from collections.abc import Hashable

from PySide6.QtCore import QObject, Signal

from desktop.domain.touched import Touched
from desktop.services.escrow import EscrowNews, EscrowReports
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard


class EscrowWatch(QObject):
    """Lives in the window's thread while the laptop is unlocked."""

    told = Signal(object)
    """``EscrowNews``, empty when there are none."""
    failed = Signal(object)

    def __init__(
        self,
        background: Background,
        reports: EscrowReports,
        board: ChangeBoard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._reports = reports
        board.changed.connect(self._something_changed)

    def look(self) -> None:
        """Tell what there is to tell."""
        self._background.run(Lane.STORE, self._reports.news, self._tell, self._fail)

    def read(self, news: EscrowNews) -> None:
        """It was read."""
        self._background.run(
            Lane.STORE, lambda: self._reports.read(news), lambda _: self.look(), self._fail
        )

    def _something_changed(self, touched: frozenset[Hashable]) -> None:
        if any(isinstance(it, Touched) and it.kind == "circle_key" for it in touched):
            self.look()

    def _tell(self, news: EscrowNews) -> None:
        self.told.emit(news)

    def _fail(self, failure: Exception) -> None:
        self.failed.emit(failure)
