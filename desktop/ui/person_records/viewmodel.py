"""Decides what the page of the professions shows, notes needs, and has a diagnosis printed."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.config.private_files import write_private
from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.errors import InvalidInput
from desktop.services.mobility import MobilitySheet
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import sentence
from desktop.ui.person_records.state import (
    RecordServices,
    RecordsReading,
    RecordsState,
    read_records,
)
from desktop.ui.text import translate
from protocol.ids import PersonId, RecordId
from protocol.kinds.care import NeedReason, UnmetNeed
from protocol.kinds.follow_ups import Theme

T = TypeVar("T")
_EVERYWHERE = frozenset({"professional", "structure", "same_person"})


class PersonRecordsViewModel(QObject):
    """Shows what was recorded of one person at a time."""

    changed = Signal()
    noted = Signal()
    """A need was noted: its fields may be emptied."""
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        services: RecordServices,
        draw: Callable[[MobilitySheet], bytes],
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        """``draw`` makes the page of a diagnosis, in the store's lane."""
        super().__init__(parent)
        self._background = background
        self._services = services
        self._draw = draw
        self._board = board
        self._clock = clock
        self._reading: Handle | None = None
        self._state = RecordsState(now=paris(clock.now()))
        board.changed.connect(self._hear)

    @property
    def state(self) -> RecordsState:
        return self._state

    def open(self, person: PersonId) -> None:
        """Show this person; nothing of another one stays."""
        if person != self._state.person:
            self._become(RecordsState(now=paris(self._clock.now()), person=person))
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        person = self._state.person
        if person is None:
            return
        if self._reading is not None:
            self._reading.abandon()
        self._reading = self._background.run(
            Lane.STORE, partial(read_records, self._services, person), self._show, self._refuse
        )

    def choose_version(self, version: RecordId) -> None:
        """Put another diagnosis in sight."""
        self._become(replace(self._state, version=version, said=""))

    def note_need(self, theme: Theme | None, reason: NeedReason) -> None:
        """Note a need without an answer; it can be taken back."""
        person, needs = self._state.person, self._services.needs
        if person is None:
            return

        def noted(done: Done[RecordId]) -> None:
            self._become(replace(self._state, need_problem=""))
            self._board.announce(done.touched)
            self.noted.emit()
            if theme is not None:
                words = translate("PersonRecords", "Besoin noté\u00a0: {0}, {1}")
                said = words.format(theme.label, reason.label.lower())
                self._offer(said, lambda: needs.take_back(done.value))

        self._background.run(
            Lane.STORE, lambda: needs.note(person, theme, reason), noted, self._refuse
        )

    def remove_need(self, need: RecordId) -> None:
        """Take a need of mine away; it can be brought back."""
        needs = self._services.needs

        def removed(done: Done[UnmetNeed]) -> None:
            self._board.announce(done.touched)
            words = translate("PersonRecords", "Besoin retiré\u00a0: {0}, {1}")
            said = words.format(done.value.theme.label, done.value.reason.label.lower())
            self._offer(said, lambda: needs.note_again(done.value))

        self._background.run(Lane.STORE, lambda: needs.take_back(need), removed, self._refuse)

    def print_version(self, version: RecordId, path: Path) -> None:
        """Put a diagnosis on paper, in a file of hers; drawn and written beside the window."""
        person = self._state.person
        if person is None or self._state.is_printing:
            return
        self._become(replace(self._state, is_printing=True, said="", problem=None))
        mobility, draw = self._services.mobility, self._draw

        def write() -> None:
            write_private(path, draw(mobility.sheet(person, version)))

        self._background.run(Lane.STORE, write, self._printed, self._refuse)

    def _printed(self, _: None) -> None:
        said = translate(
            "PersonRecords",
            "Le diagnostic est enregistré en PDF. Ce fichier n’est pas chiffré\u00a0:"
            " effacez-le quand il est imprimé.",
        )
        self._become(replace(self._state, is_printing=False, said=said))

    def _offer(self, words: str, back: Callable[[], Done[T]]) -> None:
        def undo() -> None:
            self._background.run(Lane.STORE, back, self._undone, self._refuse)

        self.undo_offered.emit(words, undo)

    def _undone(self, done: Done[T]) -> None:
        self._board.announce(done.touched)

    def _hear(self, touched: frozenset[Touched]) -> None:
        read, person = self._state.read, self._state.person
        hers = read.dossiers if read is not None else (person,)
        if any(touch.dossier in hers or touch.kind in _EVERYWHERE for touch in touched):
            self.refresh()

    def _show(self, read: RecordsReading) -> None:
        held = any(version.id == self._state.version for version in read.versions)
        self._become(
            replace(
                self._state,
                now=paris(self._clock.now()),
                read=read,
                version=self._state.version if held else None,
                problem=None,
            )
        )

    def _refuse(self, failure: Exception) -> None:
        state = replace(self._state, is_printing=False)
        if isinstance(failure, InvalidInput):
            asked = translate("PersonRecords", "Choisissez le thème de ce besoin.")
            self._become(replace(state, need_problem=asked))
        else:
            self._become(replace(state, problem=sentence(failure)))

    def _become(self, state: RecordsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
