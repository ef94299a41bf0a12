"""Decides what the form accepts, who it may already be about, and writes it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.clock import Clock, paris
from desktop.domain.names import fold
from desktop.domain.touched import Touched
from desktop.services.directory import CommuneLine, Directory
from desktop.services.duplicates import Duplicates, LikelyDuplicate
from desktop.services.errors import InvalidInput
from desktop.services.person_drafts import PersonDrafts
from desktop.services.persons import Persons
from desktop.ui.autosave import Autosave
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import sentence
from desktop.ui.name_watch import NameWatch
from desktop.ui.person_form.state import Kept, Opened, PersonFormState, Written
from desktop.ui.person_form.typed import (
    CommuneChoice,
    Typed,
    changes_of,
    new_person,
    only_changes,
    read,
    typed_of,
    typed_over,
)
from desktop.ui.text import translate
from protocol.ids import PersonId

_PAUSE_MS = 300
"""Somebody still typing a name is not interrupted by who it may be."""
_FORM_FIELDS = {"birth_date": "birth", "postal_code": "commune"}


class PersonFormViewModel(QObject):
    """One sheet being typed; a draft of it is kept every two seconds, until it is saved."""

    changed = Signal()
    loaded = Signal()
    """The fields are to be filled again from the state."""
    saved = Signal(str)
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        persons: Persons,
        drafts: PersonDrafts,
        duplicates: Duplicates,
        directory: Directory,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._persons = persons
        self._drafts = drafts
        self._duplicates = duplicates
        self._directory = directory
        self._board = board
        self._clock = clock
        self._unchanged = Typed()
        self._suggesting: Handle | None = None
        self._looking: Handle | None = None
        self._opening: Handle | None = None
        self._state = PersonFormState()
        self._autosave = Autosave(background, self._to_keep, self)
        self._autosave.kept.connect(self._kept)
        self._autosave.failed.connect(self._not_kept)
        self._name = NameWatch(background, board, self._whose, drafts.person_name, self)
        self._name.told.connect(self._rename)
        self._name.failed.connect(self._refuse)
        self._again: Callable[[], object] = self.save
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look_for_duplicates)

    @property
    def state(self) -> PersonFormState:
        return self._state

    @property
    def has_changes(self) -> bool:
        return self._state.typed != self._unchanged

    @property
    def now(self) -> datetime:
        """The present moment, as on the wall."""
        return paris(self._clock.now())

    # -- opening ------------------------------------------------------------------------------

    def start_new(self) -> None:
        """A new dossier, or the one that was being typed."""
        self._open(lambda: Opened(self._drafts.begin(), None))

    def start_edit(self, person: PersonId, *, goes_on: bool = False) -> None:
        """Somebody's sheet, with what was being typed on it; or a new dossier's draft.

        ``goes_on``: it was being typed when the laptop locked, and there is nothing to choose.
        """

        def look() -> Opened:
            draft = self._drafts.of(person)
            has_left = draft.saved_at is not None and self._persons.line(person) is None
            return Opened(draft, None if draft.is_new or has_left else self._persons.sheet(person))

        self._open(look, is_new=False, goes_on=goes_on)

    def _open(
        self, look: Callable[[], Opened], *, is_new: bool = True, goes_on: bool = False
    ) -> None:
        self.flush()
        self._drop(self._opening)
        self._unchanged = Typed()
        self._load(PersonFormState(is_new=is_new))
        self._again = partial(self._open, look, is_new=is_new, goes_on=goes_on)
        self._opening = self._background.run(
            Lane.STORE, look, lambda opened: self._show(opened, goes_on=goes_on), self._refuse
        )

    def _show(self, opened: Opened, *, goes_on: bool) -> None:
        draft, sheet = opened
        self._again = self.save
        if sheet is not None:
            self._unchanged = typed_of(sheet.person, sheet.commune_name)
        kept_at = paris(draft.saved_at) if draft.saved_at else None
        self._load(
            PersonFormState(
                person=draft.person,
                is_new=draft.is_new,
                name=sheet.name if sheet else "",
                typed=typed_over(self._unchanged, draft.changes),
                saved_at=kept_at,
                found_draft=None if goes_on else kept_at,
                is_gone=sheet is None and not draft.is_new,
            )
        )

    # -- typing -------------------------------------------------------------------------------

    def type(self, typed: Typed) -> None:
        """The form as it now stands."""
        if typed == self._state.typed or self._state.person is None:
            return
        fixed = {
            name: words
            for name, words in self._state.field_problems.items()
            if getattr(typed, name, None) == getattr(self._state.typed, name, None)
        }
        # Going on typing is choosing to go on with the draft.
        self._become(replace(self._state, typed=typed, field_problems=fixed, found_draft=None))
        self._autosave.typed()
        self._pause.start()

    def suggest_communes(self, text: str) -> None:
        self._drop(self._suggesting)
        self._suggesting = self._background.run(
            Lane.STORE,
            lambda: self._directory.suggest_communes(text),
            self._show_communes,
            self._refuse,
        )

    # -- the draft ----------------------------------------------------------------------------

    def flush(self) -> None:
        """Keep what was typed now: the page is left, the laptop locks."""
        self._autosave.flush()

    def resume(self) -> None:
        """Go on with the draft."""
        self._become(replace(self._state, found_draft=None))

    def discard(self) -> None:
        """Forget what was typed; it can be taken back."""
        given_up = self._state
        if given_up.person is None:
            return
        changes = changes_of(given_up.typed, self._unchanged)
        self._autosave.settle()
        self._throw_away(given_up.person)
        self._load(
            PersonFormState(
                person=given_up.person,
                is_new=given_up.is_new,
                name=given_up.name,
                typed=self._unchanged,
                is_gone=given_up.is_gone,
            )
        )
        self.undo_offered.emit(
            translate("PersonForm", "Ce qui était tapé a été effacé."),
            lambda: self._take_back(given_up, changes),
        )

    def _throw_away(self, person: PersonId) -> None:
        self._background.run(
            Lane.STORE,
            lambda: Kept(person, self._drafts.discard(person)),
            self._kept,
            self._refuse,
        )

    def _take_back(self, given_up: PersonFormState, changes: Mapping[str, object]) -> None:
        person = given_up.person
        if person is None:
            return
        if person != self._state.person:
            work = self._keeping(person, changes, is_new=given_up.is_new)
            self._background.run(Lane.STORE, work, self._kept, self._refuse)
            return
        # What was typed since wins over what is taken back.
        since = changes_of(self._state.typed, self._unchanged)
        self._load(replace(self._state, typed=typed_over(self._unchanged, {**changes, **since})))
        self._autosave.typed()
        self.flush()

    def _to_keep(self) -> Callable[[], Kept]:
        state = self._state
        if state.person is None:
            raise LookupError("no sheet is open")
        changes = changes_of(state.typed, self._unchanged)
        return self._keeping(state.person, changes, is_new=state.is_new)

    def _keeping(
        self, person: PersonId, changes: Mapping[str, object], *, is_new: bool
    ) -> Callable[[], Kept]:
        drafts = self._drafts

        def keep() -> Kept:
            if not changes:
                return Kept(person, drafts.discard(person))
            return Kept(person, drafts.autosave(person, changes, is_new=is_new))

        return keep

    def _kept(self, kept: Kept) -> None:
        if kept.person == self._state.person:
            moment = kept.done.value
            saved_at = paris(moment) if moment is not None else None
            self._become(replace(self._state, saved_at=saved_at, problem=None))
        self._board.announce(kept.done.touched)

    def _not_kept(self, failure: Exception) -> None:
        self._again = self._autosave.flush
        self._become(replace(self._state, problem=sentence(failure)))

    def retry(self) -> None:
        """Try again what could not be read, kept or written."""
        self._become(replace(self._state, problem=None))
        self._again()

    # -- saving -------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the sheet, unless a field is not understood."""
        person = self._state.person
        if self._state.is_saving or person is None or self._state.is_gone:
            return
        self._again = self.save
        typed = self._with_commune(self._state.typed)
        # Kept first: whatever becomes of the rest, nothing typed depends on it.
        self.flush()
        understood = read(typed, self.now.date())
        if not self._state.is_new:
            understood = only_changes(understood, typed, self._unchanged)
        if understood.problems:
            self._become(replace(self._state, field_problems=understood.problems))
            return
        self._become(
            replace(self._state, typed=typed, is_saving=True, found_draft=None, problem=None)
        )
        self._background.run(
            Lane.STORE,
            partial(self._write, person, typed, understood.values, is_new=self._state.is_new),
            self._written,
            self._refuse,
        )

    def _write(
        self, person: PersonId, typed: Typed, values: dict[str, object], *, is_new: bool
    ) -> Written:
        """In the store's lane. Only what this form changed is written over what is known by now."""
        touched: frozenset[Touched] = frozenset()
        if is_new and self._persons.line(person) is None:
            touched = self._persons.create(new_person(values, person)).touched
        current = self._persons.sheet(person).person
        corrected = replace(current, **values)  # type: ignore[arg-type]  # read from the same fields
        if corrected != current:
            touched |= self._persons.edit(corrected).touched
        touched |= self._drafts.discard(person).touched
        return Written(person, typed, touched)

    def _written(self, written: Written) -> None:
        self._board.announce(written.touched)
        if self._state.person != written.person:
            return
        if self._state.typed != written.typed:
            # Typed while it was being written: written again.
            self._become(replace(self._state, is_saving=False))
            self.save()
            return
        self._autosave.settle()
        self._unchanged = Typed()
        self._load(PersonFormState())
        self.saved.emit(written.person)

    # -- inside -------------------------------------------------------------------------------

    def _whose(self) -> PersonId | None:
        """Somebody who was on this laptop when her sheet was opened."""
        return None if self._state.is_new else self._state.person

    def _rename(self, name: str) -> None:
        self._become(replace(self._state, name=name or self._state.name, is_gone=not name))

    def _load(self, state: PersonFormState) -> None:
        self._drop(self._looking, self._suggesting)
        self._pause.stop()
        self._become(state)
        self.loaded.emit()
        if self.has_changes:
            self._pause.start()

    def _show_communes(self, found: list[CommuneLine]) -> None:
        choices = [
            CommuneChoice(line.code, line.name, code)
            for line in found
            for code in line.postal_codes
        ]
        self._become(replace(self._state, communes=tuple(choices)))

    def _with_commune(self, typed: Typed) -> Typed:
        """A name typed in full is as good as chosen, when only one commune has it."""
        if typed.commune is not None or not typed.commune_text.strip():
            return typed
        meant = fold(typed.commune_text)
        named = [c for c in self._state.communes if meant in (fold(c.name), fold(c.words))]
        return replace(typed, commune=named[0]) if len(named) == 1 else typed

    def _look_for_duplicates(self) -> None:
        understood = read(self._state.typed, self.now.date()).values
        self._drop(self._looking)
        if not (str(understood["birth_name"]).strip() and str(understood["first_name"]).strip()):
            self._become(replace(self._state, near=()))
            return
        new, but = new_person(understood), self._state.person
        self._looking = self._background.run(
            Lane.STORE, lambda: self._duplicates.near(new, but=but), self._show_near, self._refuse
        )

    def _show_near(self, near: list[LikelyDuplicate]) -> None:
        self._become(replace(self._state, near=tuple(near)))

    def _refuse(self, failure: Exception) -> None:
        if isinstance(failure, InvalidInput):
            name = _FORM_FIELDS.get(failure.field, failure.field)
            problems = {name: sentence(failure).text}
            self._become(replace(self._state, field_problems=problems, is_saving=False))
        else:
            self._become(replace(self._state, problem=sentence(failure), is_saving=False))

    def _drop(self, *handles: Handle | None) -> None:
        for handle in handles:
            if handle is not None:
                handle.abandon()

    def _become(self, state: PersonFormState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
