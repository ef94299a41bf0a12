"""How somebody is named while a form about her is open, and whether she is still on this laptop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from desktop.domain.touched import Touched
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from protocol.ids import PersonId


class NameWatch(QObject):
    """Reads her name again when her sheet changes: corrected, shown as initials, or gone.

    Who has left this laptop is still named over what is being written about her: the form keeps
    the name it had.
    """

    told = Signal(str)
    """How she is named now; empty once her dossier has left this laptop."""
    failed = Signal(object)

    def __init__(
        self,
        background: Background,
        board: ChangeBoard,
        whose: Callable[[], PersonId | None],
        read: Callable[[PersonId], str],
        parent: QObject | None = None,
    ) -> None:
        """``whose`` says who the open form is about; ``read`` looks in the store."""
        super().__init__(parent)
        self._background = background
        self._whose = whose
        self._read = read
        board.changed.connect(self._hear)

    def _hear(self, touched: frozenset[Touched]) -> None:
        person = self._whose()
        if person is None or not any(
            touch.kind == "person" and touch.dossier == person for touch in touched
        ):
            return
        self._background.run(
            Lane.STORE,
            lambda: self._read(person),
            lambda name: self._tell(person, name),
            self._fail,
        )

    def _fail(self, failure: Exception) -> None:
        self.failed.emit(failure)

    def _tell(self, person: PersonId, name: str) -> None:
        if self._whose() == person:  # nobody else's form is open since
            self.told.emit(name)
