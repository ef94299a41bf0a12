"""Settles, one after the other, what two people wrote unknown to each other."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.services.conflict_sheets import ConflictSheet, ToReview
from desktop.services.conflicts import Conflicts, Settled
from desktop.services.done import Done
from desktop.services.errors import AlreadySettled, StandingChanged
from desktop.ui.autosave import Autosave
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.sync_page.state import ReviewState, Side, Told
from desktop.ui.text import translate


class ReviewViewModel(QObject):
    """Holds the list, the chosen conflict, and the joined text that is being typed."""

    changed = Signal()
    undo_offered = Signal(str, object)
    """A sentence, and what takes the act back."""
    settled = Signal()
    """One more is settled: the next one shows."""
    asked_for = Signal()
    """Somebody asked to see the one that is chosen now, or to have it back."""

    def __init__(
        self,
        background: Background,
        conflicts: Conflicts,
        board: ChangeBoard,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._conflicts = conflicts
        self._board = board
        self._state = ReviewState()
        self._put_off: set[str] = set()
        self._asked: str | None = None
        self._is_settling = False
        self._autosave = Autosave(background, self._to_keep, self)

    @property
    def state(self) -> ReviewState:
        return self._state

    @property
    def place(self) -> tuple[int, int]:
        """« 2 sur 5 »: which of how many is shown."""
        ids = [str(line.id) for line in self._state.lines or ()]
        chosen = self._state.chosen
        return (ids.index(chosen) + 1 if chosen in ids else 0), len(ids)

    def show_lines(self, lines: tuple[ToReview, ...]) -> None:
        """Takes the list as it was just read, and reads again the conflict in sight."""
        told, chosen = self._state.told, self._state.chosen
        gone = chosen is not None and all(line.id != chosen for line in lines)
        if gone and not self._is_settling:
            told = Told.SETTLED_ELSEWHERE
        self._show(replace(self._state, lines=lines, told=told))
        if gone or (chosen is None and self._state.sheet is None):
            self._choose_next()
        elif chosen is not None:
            self._read(chosen)

    def choose(self, conflict: str) -> None:
        """Shows one of the list, also one that was put off."""
        self.asked_for.emit()
        if conflict == self._state.chosen:
            self.changed.emit()
        else:
            self._put_off.discard(conflict)
            self._open(conflict, Told.NOTHING)

    def resume(self) -> None:
        """Shows what was put off, to whoever asks what is to be read again."""
        if self._state.chosen is None:
            self._put_off.clear()
            self.asked_for.emit()
            self._choose_next()

    def later(self) -> None:
        """Changes nothing: the next one shows, and this one stays in the list."""
        if self._state.chosen is not None:
            self._autosave.flush()
            self._put_off.add(self._state.chosen)
            self.asked_for.emit()
            self._choose_next()

    def type(self, text: str) -> None:
        """The joined text, as it is being typed."""
        if self._state.sheet is not None and text != self._state.joined:
            self._state = replace(self._state, typed=text)
            self._autosave.typed()

    def flush(self) -> None:
        """Keeps what is being typed now: the laptop is being locked."""
        self._autosave.flush()

    def keep(self, side: Side) -> None:
        """Keeps one of the two versions."""
        sheet = self._state.sheet
        if sheet is None:
            return
        is_left = side is Side.KEPT or sheet.is_forgotten
        act = self._conflicts.keep if is_left else self._conflicts.restore
        self._settle(sheet, partial(act, sheet), _said(sheet, side))

    def join(self) -> None:
        """Puts the joined text in place."""
        sheet, text = self._state.sheet, self._state.joined
        if sheet is not None and sheet.proposal is not None:
            said = translate("Review", "Texte réuni enregistré.")
            self._settle(sheet, partial(self._conflicts.join, sheet, text), said)

    # -- inside ---------------------------------------------------------------------------------

    def _settle(self, sheet: ConflictSheet, act: Callable[[], Done[Settled]], said: str) -> None:
        if self._is_settling or not sheet.can_settle:
            return
        self._is_settling = True
        self._autosave.settle()
        self._background.run(
            Lane.STORE, act, lambda done: self._settled(done, said), self._not_settled
        )

    def _settled(self, done: Done[Settled], said: str) -> None:
        gone = done.value.conflict
        left = tuple(line for line in self._state.lines or () if line.id != gone)
        self._state = replace(self._state, lines=left)
        self._choose_next()
        self._is_settling = False
        self._board.announce(done.touched)
        self.undo_offered.emit(said, lambda: self._take_back(done.value))
        self.settled.emit()

    def _not_settled(self, failure: Exception) -> None:
        self._is_settling = False
        chosen = self._state.chosen
        if isinstance(failure, AlreadySettled):
            left = tuple(line for line in self._state.lines or () if line.id != chosen)
            self._state = replace(self._state, lines=left, told=Told.SETTLED_ELSEWHERE)
            self._choose_next()
        elif isinstance(failure, StandingChanged) and chosen is not None:
            self._show(replace(self._state, told=Told.CHANGED_MEANWHILE))
            self._read(chosen)
        else:
            self._show(replace(self._state, failure=failure))

    def _take_back(self, settled: Settled) -> None:
        def taken_back(done: Done[None]) -> None:
            self._board.announce(done.touched)
            self.asked_for.emit()
            self._open(settled.conflict, Told.NOTHING)

        def not_taken_back(failure: Exception) -> None:
            self._show(replace(self._state, failure=failure))

        self._background.run(
            Lane.STORE, lambda: self._conflicts.take_back(settled), taken_back, not_taken_back
        )

    def _choose_next(self) -> None:
        """The one after this one, then from the top; nothing when all the rest was put off."""
        lines = [str(line.id) for line in self._state.lines or ()]
        at = lines.index(self._state.chosen) if self._state.chosen in lines else 0
        rest = [rid for rid in lines[at:] + lines[:at] if rid not in self._put_off]
        if rest:
            self._open(rest[0], self._state.told)
        else:
            self._asked = None
            self._show(replace(self._state, chosen=None, sheet=None, typed=None))

    def _open(self, conflict: str, told: Told) -> None:
        self._autosave.flush()
        self._show(
            replace(self._state, chosen=conflict, sheet=None, typed=None, told=told, failure=None)
        )
        self._read(conflict)

    def _read(self, conflict: str) -> None:
        self._asked = conflict

        def read() -> tuple[ConflictSheet, str | None]:
            return self._conflicts.sheet(conflict), self._conflicts.typed(conflict)

        def show(found: tuple[ConflictSheet, str | None]) -> None:
            sheet, typed = found
            if self._asked != conflict:
                return
            # What is being typed at this moment is newer than what was kept.
            typed = self._state.typed if self._state.typed is not None else typed
            self._show(replace(self._state, chosen=conflict, sheet=sheet, typed=typed))

        def not_read(failure: Exception) -> None:
            if self._asked == conflict:
                self._not_settled(failure)

        self._background.run(Lane.STORE, read, show, not_read)

    def _to_keep(self) -> Callable[[], object]:
        sheet, typed = self._state.sheet, self._state.typed
        if sheet is None or typed is None:
            return lambda: None
        return partial(self._conflicts.keep_typed, sheet, typed)

    def _show(self, state: ReviewState) -> None:
        if state != self._state:
            self._state = state
        self.changed.emit()


def _said(sheet: ConflictSheet, side: Side) -> str:
    if sheet.is_forgotten:
        return translate("Review", "Fiche relue.")
    if sheet.is_deletion:
        if side is Side.KEPT:
            return translate("Review", "Fiche gardée.")
        return translate("Review", "Fiche supprimée.")
    version = sheet.kept if side is Side.KEPT else sheet.lost
    if version.mine:
        return translate("Review", "Votre version est gardée.")
    if version.author:
        return translate("Review", "La version de {0} est gardée.").format(version.author)
    return translate("Review", "Version gardée.")
