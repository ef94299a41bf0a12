"""Prepares one sheet, has it drawn, and remembers that it was given."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.config.private_files import write_private
from desktop.domain.handout_words import Phrases
from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.handouts import Handouts, HandoutSheet
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import sentence
from desktop.ui.handout.state import Drawn, HandoutState
from desktop.ui.handout.words import Block, blocks_of
from desktop.ui.text import translate
from protocol.ids import FollowUpId, RecordId

_SHOWN_HERE = frozenset({"appointment", "follow_up", "person", "place", "professional", "step"})

Draw = Callable[[tuple[Block, ...]], Drawn]


class HandoutViewModel(QObject):
    """One sheet at a time; what is shown is what is printed."""

    changed = Signal()

    def __init__(
        self,
        background: Background,
        handouts: Handouts,
        board: ChangeBoard,
        draw: Draw,
        languages: tuple[Phrases, ...],
        parent: QObject | None = None,
    ) -> None:
        """``draw`` is called on the store's lane; ``languages`` are those that can be written."""
        super().__init__(parent)
        self.languages = languages
        self._background = background
        self._handouts = handouts
        self._board = board
        self._draw = draw
        self._reading: Handle | None = None
        self._drawing: Handle | None = None
        self._state = HandoutState()
        board.changed.connect(self._hear)

    @property
    def state(self) -> HandoutState:
        return self._state

    # -- reading --------------------------------------------------------------------------------

    def open(self, follow_up: FollowUpId) -> None:
        """Prepare the sheet of a meeting."""
        self._drop()
        self._become(HandoutState(follow_up=follow_up))
        self.refresh()

    def refresh(self) -> None:
        """Read again; what was chosen stays chosen."""
        follow_up = self._state.follow_up
        if follow_up is not None:
            self._drop()
            self._reading = self._background.run(
                Lane.STORE, lambda: self._handouts.prepare(follow_up), self._prepared, self.refuse
            )

    # -- choosing -------------------------------------------------------------------------------

    def choose_language(self, code: str) -> None:
        """Follow each fixed sentence by its translation; an empty code is French alone."""
        self._redraw(replace(self._state, language=code))

    def leave_out(self, step: str, *, out: bool) -> None:
        """Keep a step off the sheet, or put it back."""
        kept = self._state.left_out - {step}
        self._redraw(replace(self._state, left_out=kept | {step} if out else kept))

    def show_map(self, *, shown: bool) -> None:
        """Put the small map on the sheet, or take it off."""
        self._redraw(replace(self._state, with_map=shown))

    def agree(self, *, agreed: bool) -> None:
        """The person said, or not, that she can keep a paper safely."""
        self._become(replace(self._state, is_agreed=agreed))

    # -- giving ---------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the PDF where somebody chose, and nowhere else."""
        state = self._state
        sheet, drawn = state.sheet, state.drawn
        if sheet is None or drawn is None or not state.can_be_given:
            return
        self._give(
            lambda: _kept(path, drawn.pdf, lambda: self._given(sheet, printed=False)),
            translate("Handout", "Feuille enregistrée, et notée comme remise."),
        )

    def note_printed(self) -> None:
        """The sheet went to the printer."""
        sheet = self._state.sheet
        if sheet is not None:
            self._give(
                lambda: self._given(sheet, printed=True),
                translate("Handout", "Envoyée à l’imprimante, et notée comme remise."),
            )

    def refuse(self, failure: Exception) -> None:
        """Say what could not be done."""
        self._become(replace(self._state, is_busy=False, problem=sentence(failure)))

    # -- inside ---------------------------------------------------------------------------------

    def _given(self, sheet: HandoutSheet, *, printed: bool) -> Done[RecordId]:
        return self._handouts.given(sheet, printed=printed, language=self._state.language)

    def _give(self, work: Callable[[], Done[RecordId]], note: str) -> None:
        self._become(replace(self._state, is_busy=True, problem=None, note=""))

        def given(done: Done[RecordId]) -> None:
            self._become(replace(self._state, is_busy=False, note=note))
            self._board.announce(done.touched)

        self._background.run(Lane.STORE, work, given, self.refuse)

    def _prepared(self, sheet: HandoutSheet) -> None:
        state = self._state
        is_first = state.sheet is None
        offered = {language.code for language in self.languages}
        suggested = sheet.language if sheet.language in offered else ""
        of_the_team = frozenset(step.key for step in sheet.steps if not step.is_proposed)
        self._redraw(
            replace(
                state,
                sheet=sheet,
                language=suggested if is_first else state.language,
                left_out=of_the_team if is_first else state.left_out,
                with_map=sheet.is_away if is_first else state.with_map,
                problem=None,
            )
        )

    def _redraw(self, state: HandoutState) -> None:
        if state.sheet is None:
            return
        phrases = next((x for x in self.languages if x.code == state.language), None)
        blocks = blocks_of(state.sheet, state.left_out, phrases, with_map=state.with_map)
        if blocks == state.blocks and state.drawn is not None:
            self._become(state)
            return
        self._become(replace(state, blocks=blocks, drawn=None, note=""))
        if self._drawing is not None:
            self._drawing.abandon()
        self._drawing = self._background.run(
            Lane.STORE, lambda: self._draw(blocks), self._drawn, self.refuse
        )

    def _drawn(self, drawn: Drawn) -> None:
        self._become(replace(self._state, drawn=drawn))

    def _hear(self, touched: frozenset[Touched]) -> None:
        sheet = self._state.sheet
        if sheet is None:
            return
        hers = (sheet.person, None)
        if any(item.kind in _SHOWN_HERE and item.dossier in hers for item in touched):
            self.refresh()

    def _drop(self) -> None:
        for handle in (self._reading, self._drawing):
            if handle is not None:
                handle.abandon()

    def _become(self, state: HandoutState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _kept(path: Path, pdf: bytes, then: Callable[[], Done[RecordId]]) -> Done[RecordId]:
    write_private(path, pdf)
    return then()
