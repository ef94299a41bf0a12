"""Decides what the follow-up editor shows, and keeps everything typed within two seconds."""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.domain.touched import Touched
from desktop.services.agenda import Agenda
from desktop.services.agenda_days import Details, Foreseen
from desktop.services.directory import Directory
from desktop.services.done import Done
from desktop.services.errors import InvalidInput
from desktop.services.follow_up_form import FollowUpForm
from desktop.services.follow_ups import FollowUps, FollowUpSheet
from desktop.services.persons import Persons
from desktop.ui.autosave import Autosave
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.follow_up.draft_undo import joined
from desktop.ui.follow_up.state import NOT_UNDERSTOOD, EditorState, Opened
from desktop.ui.follow_up.team import SAID_LIMIT, Team, others, read_team
from protocol.ids import AppointmentId, FollowUpId, PersonId
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.follow_ups import Medium

_NEXT_MEETING = frozenset({"next_at", "next_place", "minutes"})


class _Written(NamedTuple):
    """A form that went to the store, and what came of it."""

    form: FollowUpForm
    kept_at: datetime | None
    touched: frozenset[Touched]


class FollowUpViewModel(QObject):
    """One follow-up being written; the state never says « kept » before the store did."""

    changed = Signal()
    closed = Signal()
    finished = Signal(str)
    met = Signal(str, bool)
    """Same, with the follow-up, when somebody came: she may take a sheet away.

    Whether it was written for the first time, rather than corrected.
    """
    draft_discarded = Signal()
    refused = Signal()
    """Fields have to be mended before the follow-up can be finished."""

    def __init__(
        self,
        background: Background,
        follow_ups: FollowUps,
        persons: Persons,
        directory: Directory,
        agenda: Agenda,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._follow_ups = follow_ups
        self._persons = persons
        self._directory = directory
        self._agenda = agenda
        self._board = board
        self._clock = clock
        self._state = EditorState()
        self._opening: Handle | None = None
        self._foreseeing: Handle | None = None
        self._discarded: FollowUpForm | None = None
        self._autosave = Autosave(background, self._to_keep, self)
        self._autosave.kept.connect(self._kept)
        self._autosave.failed.connect(self._not_kept)
        board.changed.connect(self._hear)

    @property
    def state(self) -> EditorState:
        return self._state

    @property
    def form(self) -> FollowUpForm:
        """The form being typed; only while one is open."""
        if self._state.form is None:
            raise LookupError("no follow-up is open")
        return self._state.form

    @property
    def is_dirty(self) -> bool:
        """Whether something typed has not been handed to the store yet."""
        return self._autosave.is_dirty

    def now(self) -> datetime:
        """The present moment, as on the wall."""
        return paris(self._clock.now())

    # -- opening --------------------------------------------------------------------------------

    def open_new(
        self,
        person: PersonId,
        appointment: AppointmentId | None = None,
        medium: Medium = Medium.WALK_IN,
    ) -> None:
        """Opens on a meeting: its draft or its follow-up if there is one, else a new one."""
        self._open(partial(self._follow_ups.open_new, person, appointment, medium))

    def open(self, follow_up: FollowUpId, *, goes_on: bool = False) -> None:
        """Opens one of my follow-ups, or a draft, by its identifier.

        ``goes_on``: it was being typed when the laptop locked, and there is nothing to choose.
        """
        self._open(partial(self._follow_ups.open, follow_up), goes_on=goes_on)

    def _open(self, read: Callable[[], FollowUpSheet], *, goes_on: bool = False) -> None:
        self.flush()
        if self._opening is not None:
            self._opening.abandon()
        self._show(EditorState(is_loading=True, revision=self._state.revision))
        self._opening = self._background.run(
            Lane.STORE,
            partial(self._read, read),
            lambda opened: self._opened(opened, goes_on=goes_on),
            self._not_opened,
        )

    def _read(self, read: Callable[[], FollowUpSheet]) -> Opened:
        sheet = read()
        said = self._follow_ups.timeline(sheet.form.person, limit=SAID_LIMIT)
        return Opened(sheet, self._directory.me(), tuple(self._directory.places()), tuple(said))

    def _opened(self, opened: Opened, *, goes_on: bool) -> None:
        sheet = opened.sheet
        self._autosave.settle()
        self._show(
            EditorState(
                form=sheet.form,
                original=sheet.original,
                is_new=sheet.is_new,
                revision=self._state.revision + 1,
                person_name=sheet.person_name,
                motive=sheet.motive,
                readers=sheet.readers,
                job=opened.me.job,
                places=opened.places,
                said=others(opened.said, sheet.form),
                saved_at=sheet.draft_saved_at,
                found_draft=None if goes_on else sheet.draft_saved_at,
                is_gone=not sheet.person_name,
            )
        )
        self._foresee()

    def _not_opened(self, failure: Exception) -> None:
        self._show(replace(self._state, is_loading=False, failure=failure))

    # -- typing ---------------------------------------------------------------------------------

    def edit(self, form: FollowUpForm) -> None:
        """Takes what was typed; it is in the store two seconds later at most."""
        before = self._state.form
        if before is None or form == before:
            return
        touched = {x.name for x in fields(form) if getattr(form, x.name) != getattr(before, x.name)}
        problems = _without(self._state.problems, touched)
        # Going on writing is choosing to go on with the draft.
        self._show(replace(self._state, form=form, problems=problems, found_draft=None))
        self._autosave.typed()
        if touched & _NEXT_MEETING:
            self._foresee()

    def misread(self, name: str, *, is_misread: bool) -> None:
        """Says that what a field holds cannot be read as a date, an hour or a duration, or can."""
        problems = _without(self._state.problems, {name})
        if is_misread:
            problems = _with(problems, name, NOT_UNDERSTOOD)
        if problems != self._state.problems:
            self._show(replace(self._state, problems=problems))

    def _foresee(self) -> None:
        """Look for what the next appointment would run into, as the agenda does."""
        form, agenda = self._state.form, self._agenda
        if self._foreseeing is not None:
            self._foreseeing.abandon()
        if form is None or form.next_at is None:
            if self._state.foreseen is not None:
                self._show(replace(self._state, foreseen=None))
            return
        details = Details(form.next_at, form.minutes, form.next_place, self._state.motive)
        person, target = form.person, form.target

        def tell(foreseen: Foreseen) -> None:
            if self._state.form is not None and self._state.form.target == target:
                self._show(replace(self._state, foreseen=foreseen))

        self._foreseeing = self._background.run(
            Lane.STORE, lambda: agenda.foresee(details, person=person), tell, self._failed
        )

    # -- keeping --------------------------------------------------------------------------------

    def flush(self) -> None:
        """Hands what is not kept yet to the store, now: the field is left, the laptop locks.

        The store lane works in order, so whatever is asked of it next (closing) comes after.
        """
        self._autosave.flush()

    def _to_keep(self) -> Callable[[], _Written]:
        return partial(self._keep, self.form)

    def _keep(self, form: FollowUpForm) -> _Written:
        done: Done[datetime] = self._follow_ups.autosave(form)
        return _Written(form, done.value, done.touched)

    def _kept(self, written: _Written) -> None:
        if self._state.form is not None and self._state.form.target == written.form.target:
            self._show(replace(self._state, saved_at=written.kept_at, failure=None))
        self._board.announce(written.touched)

    def _not_kept(self, failure: Exception) -> None:
        if self._state.form is None:
            # The editor was closed meanwhile: there is nothing left to try again with.
            self._autosave.settle()
        self._show(replace(self._state, failure=failure))

    def retry(self) -> None:
        """Tries again at once what could not be kept."""
        if self._state.form is not None:
            self._autosave.typed()
        self.flush()

    # -- the draft found ------------------------------------------------------------------------

    def resume(self) -> None:
        """Goes on with the draft."""
        self._show(replace(self._state, found_draft=None))

    def discard(self) -> None:
        """Throws the draft away and shows the follow-up as it was without it."""
        original = self._state.original
        if original is None:
            return
        self._autosave.settle()
        self._background.run(
            Lane.STORE,
            partial(self._follow_ups.discard, original.target),
            self._thrown_away,
            self._failed,
        )
        self._replace_form(original, saved_at=None)

    def throw_away(self) -> None:
        """Throws the draft away and closes: its dossier has left, nothing else is to be shown."""
        if self._state.form is None:
            return
        self.flush()  # all of it can be brought back
        self.discard()
        self._show(EditorState(revision=self._state.revision))
        self.closed.emit()

    def undo_discard(self) -> None:
        """Brings the draft back; what was typed since is kept after it."""
        held, self._discarded = self._discarded, None
        if held is None:
            return
        shown = self._state.form
        if shown is None or shown.target != held.target:
            self._background.run(
                Lane.STORE, partial(self._keep, held), self._brought_back, self._failed
            )
            return
        self._replace_form(joined(held, shown, self._state.original), saved_at=None)
        self._autosave.typed()
        self.flush()

    def _thrown_away(self, done: Done[FollowUpForm | None]) -> None:
        self._discarded = done.value
        self._board.announce(done.touched)
        if done.value is not None:
            self.draft_discarded.emit()

    def _brought_back(self, written: _Written) -> None:
        self._board.announce(written.touched)

    def _failed(self, failure: Exception) -> None:
        self._show(replace(self._state, failure=failure))

    def _replace_form(self, form: FollowUpForm, *, saved_at: datetime | None) -> None:
        self._show(
            replace(
                self._state,
                form=form,
                revision=self._state.revision + 1,
                saved_at=saved_at,
                found_draft=None,
                problems=MappingProxyType({}),
                failure=None,
            )
        )
        self._foresee()

    # -- ending ---------------------------------------------------------------------------------

    def finish(self) -> None:
        """Writes the follow-up, or says at its field what cannot be accepted."""
        form = self._state.form
        if form is None or self._state.is_finishing:
            return
        # Kept first: whatever becomes of the finish, nothing typed depends on it.
        self.flush()
        unread = {k: v for k, v in self._state.problems.items() if v == NOT_UNDERSTOOD}
        problems = MappingProxyType(unread)
        self._show(
            replace(
                self._state,
                is_finishing=not unread,
                problems=problems,
                found_draft=None,
                failure=None,
            )
        )
        if unread:
            self.refused.emit()
        else:
            self._finish(form)

    def _finish(self, form: FollowUpForm) -> None:
        self._background.run(
            Lane.STORE, partial(self._write, form), self._written, self._not_written
        )

    def _write(self, form: FollowUpForm) -> _Written:
        done: Done[FollowUpId] = self._follow_ups.finish(form)
        return _Written(form, None, done.touched)

    def _written(self, written: _Written) -> None:
        self._board.announce(written.touched)
        shown, original, is_new = self._state.form, self._state.original, self._state.is_new
        is_gone = self._state.is_gone
        self._autosave.settle()
        if shown is not None and shown.target == written.form.target and shown != written.form:
            # Typed while it was being written: written again, without a second appointment.
            again = replace(shown, next_at=None)
            self._show(replace(self._state, form=again))
            self._finish(again)
            return
        self._show(EditorState(revision=self._state.revision))
        self.finished.emit(written.form.person)
        says_more = is_new or written.form != original
        if says_more and not is_gone and written.form.presence is AppointmentStatus.ATTENDED:
            self.met.emit(written.form.target, is_new)

    def _not_written(self, failure: Exception) -> None:
        problems = self._state.problems
        shown: Exception | None = failure
        if isinstance(failure, InvalidInput):
            problems, shown = _with(problems, failure.field, failure.reason), None
        self._show(replace(self._state, is_finishing=False, problems=problems, failure=shown))
        if isinstance(failure, InvalidInput):
            self.refused.emit()

    def leave(self) -> None:
        """Closes the editor; the draft stays."""
        self.flush()
        self.closed.emit()

    # -- hearing of others ----------------------------------------------------------------------

    def _hear(self, touched: frozenset[Touched]) -> None:
        form = self._state.form
        if form is None:
            return
        concerned = {touch.kind for touch in touched if touch.dossier == form.person}
        if concerned & {"follow_up", "circle_member", "person"}:
            read = partial(read_team, self._persons, self._follow_ups, form)
            self._background.run(Lane.STORE, read, self._show_team, self._failed)

    def _show_team(self, team: Team) -> None:
        self._show(team.shown_on(self._state))

    def _show(self, state: EditorState) -> None:
        self._state = state
        self.changed.emit()


def _with(problems: Mapping[str, str], name: str, reason: str) -> Mapping[str, str]:
    return MappingProxyType({**problems, name: reason})


def _without(problems: Mapping[str, str], names: set[str]) -> Mapping[str, str]:
    return MappingProxyType({k: v for k, v in problems.items() if k not in names})
