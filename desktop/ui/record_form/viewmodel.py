"""Decides what the form of a record shows, and keeps everything typed within two seconds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.services.done import Done
from desktop.services.errors import InvalidInput
from desktop.services.record_drafts import RecordDrafts
from desktop.services.record_form import RecordForm, Unread, Value, changed
from desktop.services.record_keeper import RecordSheet
from desktop.ui.autosave import Autosave
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import sentence
from desktop.ui.name_watch import NameWatch
from desktop.ui.record_form.state import Kept, RecordFormState
from desktop.ui.text import translate
from protocol.ids import PersonId, RecordId


class Keeper(Protocol):
    """What writes one kind of record: see ``RecordKeeper``."""

    @property
    def kind(self) -> str: ...

    def begin(self, person: PersonId) -> RecordSheet: ...

    def open(self, rid: RecordId) -> RecordSheet: ...

    def finish(self, form: RecordForm) -> Done[RecordId]: ...


class RecordFormViewModel(QObject):
    """One record being typed; the state never says « kept » before the store did."""

    changed = Signal()
    closed = Signal()
    finished = Signal(str)
    """The person it is about."""
    refused = Signal()
    """Fields have to be mended before the record can be finished."""
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        keepers: Mapping[str, Keeper],
        drafts: RecordDrafts,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._keepers = keepers
        self._drafts = drafts
        self._board = board
        self._clock = clock
        self._state = RecordFormState()
        self._opening: Handle | None = None
        self._again: Callable[[], object] = self.finish
        self._autosave = Autosave(background, self._to_keep, self)
        self._autosave.kept.connect(self._kept)
        self._autosave.failed.connect(self._not_kept)
        self._name = NameWatch(
            background, board, lambda: self._state.person, drafts.person_name, self
        )
        self._name.told.connect(self._rename)
        self._name.failed.connect(self._refuse)

    @property
    def state(self) -> RecordFormState:
        return self._state

    def now(self) -> datetime:
        """The present moment, as on the wall."""
        return paris(self._clock.now())

    def today(self) -> date:
        """The day, as on the wall."""
        return paris(self._clock.now()).date()

    # -- opening ------------------------------------------------------------------------------

    def begin(self, kind: str, person: PersonId) -> None:
        """A new record about somebody, or the one that was being typed."""
        self._open(kind, lambda: self._keepers[kind].begin(person))

    def open(self, kind: str, rid: RecordId, *, goes_on: bool = False) -> None:
        """A record, or a draft by the identifier it will have.

        ``goes_on``: it was being typed when the laptop locked, and there is nothing to choose.
        """
        self._open(kind, lambda: self._keepers[kind].open(rid), goes_on=goes_on)

    def _open(self, kind: str, read: Callable[[], RecordSheet], *, goes_on: bool = False) -> None:
        self.flush()
        if self._opening is not None:
            self._opening.abandon()
        self._become(RecordFormState(kind=kind, revision=self._state.revision, is_loading=True))
        self._again = partial(self._open, kind, read, goes_on=goes_on)
        self._opening = self._background.run(
            Lane.STORE, read, lambda sheet: self._opened(sheet, goes_on=goes_on), self._refuse
        )

    def _opened(self, sheet: RecordSheet, *, goes_on: bool) -> None:
        form, saved_at = sheet.form, sheet.draft_saved_at
        at = paris(saved_at) if saved_at is not None else None
        self._again = self.finish
        self._become(
            RecordFormState(
                kind=form.kind,
                person=form.person,
                target=form.target,
                is_new=form.is_new,
                person_name=sheet.person_name,
                values=form.values,
                original=sheet.original,
                choices=sheet.choices,
                revision=self._state.revision + 1,
                saved_at=at,
                found_draft=None if goes_on else at,
                is_gone=not sheet.person_name,
            )
        )

    # -- typing -------------------------------------------------------------------------------

    def type(self, name: str, value: Value) -> None:
        """Takes what was typed in one field; it is in the store two seconds later at most."""
        state = self._state
        if state.target is None or state.values.get(name) == value:
            return
        problems = {held: reason for held, reason in state.problems.items() if held != name}
        # Going on writing is choosing to go on with the draft.
        self._become(
            replace(
                state, values={**state.values, name: value}, problems=problems, found_draft=None
            )
        )
        self._autosave.typed()

    def leave_field(self, name: str) -> None:
        """Says at once what cannot be read in a field that was left."""
        if isinstance(self._state.values.get(name), Unread):
            problems = {**self._state.problems, name: "not_understood"}
            self._become(replace(self._state, problems=problems))

    # -- the draft ----------------------------------------------------------------------------

    def flush(self) -> None:
        """Keeps what was typed now: the page is left, the laptop locks."""
        self._autosave.flush()

    def resume(self) -> None:
        """Goes on with the draft."""
        self._become(replace(self._state, found_draft=None))

    def discard(self) -> None:
        """Throws the draft away and shows the record as it was without it; can be taken back."""
        given_up = self._state
        target = given_up.target
        if target is None:
            return
        self._autosave.settle()
        self._background.run(
            Lane.STORE,
            lambda: Kept(target, None, self._drafts.discard(target).touched),
            self._kept,
            self._refuse,
        )
        self._become(
            replace(
                given_up,
                values=given_up.original,
                revision=given_up.revision + 1,
                found_draft=None,
                problems={},
            )
        )
        self.undo_offered.emit(
            translate("RecordForm", "Brouillon jeté"), partial(self._take_back, given_up)
        )

    def _take_back(self, given_up: RecordFormState) -> None:
        state = self._state
        if state.target == given_up.target:
            # What was typed since wins over what is taken back.
            values = {**given_up.values, **changed(state.values, state.original)}
            self._become(replace(state, values=values, revision=state.revision + 1))
            self._autosave.typed()
            self.flush()
        else:
            work = self._keeping(given_up)
            self._background.run(Lane.STORE, work, self._kept, self._refuse)

    def throw_away(self) -> None:
        """Throws the draft away and closes: its dossier has left, nothing else is to be shown."""
        if self._state.target is None:
            return
        self.flush()
        self.discard()
        self._become(RecordFormState(kind=self._state.kind, revision=self._state.revision))
        self.closed.emit()

    def leave(self) -> None:
        """Closes the form; the draft stays."""
        self.flush()
        self.closed.emit()

    def _to_keep(self) -> Callable[[], Kept]:
        return self._keeping(self._state)

    def _keeping(self, state: RecordFormState) -> Callable[[], Kept]:
        if state.target is None:
            # A save that failed is tried again, and the form was closed meanwhile.
            return lambda: Kept(None, None, frozenset())
        form, drafts = _form(state), self._drafts
        has_changed = bool(changed(state.values, state.original))

        def keep() -> Kept:
            if not has_changed:
                return Kept(form.target, None, drafts.discard(form.target).touched)
            done = drafts.autosave(form)
            return Kept(form.target, done.value, done.touched)

        return keep

    def _kept(self, kept: Kept) -> None:
        if kept.target is not None and kept.target == self._state.target:
            saved_at = paris(kept.saved_at) if kept.saved_at is not None else None
            self._become(replace(self._state, saved_at=saved_at, problem=None))
        self._board.announce(kept.touched)

    def _not_kept(self, failure: Exception) -> None:
        self._again = self.flush
        self._become(replace(self._state, problem=sentence(failure)))

    def retry(self) -> None:
        """Tries again what could not be read, kept or written."""
        self._become(replace(self._state, problem=None))
        self._again()

    # -- finishing ----------------------------------------------------------------------------

    def finish(self) -> None:
        """Writes the record, or says at its field what cannot be accepted."""
        state = self._state
        if state.target is None or state.is_finishing or state.is_gone:
            return
        self._again = self.finish
        # Kept first: whatever becomes of the rest, nothing typed depends on it.
        self.flush()
        unread = {
            name: "not_understood" for name, v in state.values.items() if isinstance(v, Unread)
        }
        if unread:
            self._become(replace(self._state, problems=unread))
            self.refused.emit()
            return
        self._become(
            replace(self._state, is_finishing=True, problems={}, problem=None, found_draft=None)
        )
        self._write(self._state)

    def _write(self, state: RecordFormState) -> None:
        form, keeper = _form(state), self._keepers[state.kind]
        self._background.run(
            Lane.STORE,
            lambda: keeper.finish(form),
            lambda done: self._written(state, done),
            self._refuse,
        )

    def _written(self, written: RecordFormState, done: Done[RecordId]) -> None:
        self._board.announce(done.touched)
        state = self._state
        if state.target != written.target:
            return
        if state.values != written.values:
            # Typed while it was being written: written again, over what was just written.
            again = replace(
                state, is_new=False, original=written.values, is_finishing=True, problems={}
            )
            self._become(again)
            self._write(again)
            return
        self._autosave.settle()
        person = state.person or ""
        self._become(RecordFormState(kind=state.kind, revision=state.revision))
        self.finished.emit(person)

    def _rename(self, name: str) -> None:
        shown = name or self._state.person_name
        self._become(replace(self._state, person_name=shown, is_gone=not name))

    def _refuse(self, failure: Exception) -> None:
        state = replace(self._state, is_finishing=False, is_loading=False)
        if isinstance(failure, InvalidInput):
            self._become(replace(state, problems={failure.field: failure.reason}))
            self.refused.emit()
        else:
            self._become(replace(state, problem=sentence(failure)))

    def _become(self, state: RecordFormState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def _form(state: RecordFormState) -> RecordForm:
    """What is sent to the store: all that a new record holds, else what changed of a known one."""
    if state.target is None or state.person is None:
        raise LookupError("no form is open")
    values = state.values if state.is_new else changed(state.values, state.original)
    return RecordForm(state.kind, state.person, state.target, state.is_new, values)
