"""Decides what the form accepts, who it may already be about, and writes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.config.clock import Clock, paris
from desktop.domain.names import fold
from desktop.services.directory import CommuneLine, Directory
from desktop.services.done import Done
from desktop.services.duplicates import Duplicates, LikelyDuplicate
from desktop.services.errors import InvalidInput
from desktop.services.persons import Persons, PersonSheet
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.errors import Problem, sentence
from desktop.ui.person_form.typed import (
    CommuneChoice,
    Typed,
    new_person,
    only_changes,
    read,
    typed_of,
)
from desktop.ui.text import translate
from protocol.ids import PersonId
from protocol.kinds.persons import Person

_PAUSE_MS = 300
"""Somebody still typing a name is not interrupted by who it may be."""
_FORM_FIELDS = {"birth_date": "birth", "postal_code": "commune"}


@dataclass(frozen=True)
class PersonFormState:
    """One look at the form."""

    person: PersonId | None = None
    """Whose sheet is corrected; None to open a dossier."""
    typed: Typed = field(default=Typed(), repr=False)
    communes: tuple[CommuneChoice, ...] = ()
    """What the typed commune may be: one line for each of its postal codes."""
    near: tuple[LikelyDuplicate, ...] = ()
    """Who may be the same person."""
    field_problems: Mapping[str, str] = field(default_factory=dict)
    is_saving: bool = False
    problem: Problem | None = None


class PersonFormViewModel(QObject):
    """Keeps what was typed when the page is left, for each sheet apart, until it is saved."""

    changed = Signal()
    loaded = Signal()
    """The fields are to be filled again from the state."""
    saved = Signal(str)
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        persons: Persons,
        duplicates: Duplicates,
        directory: Directory,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._persons = persons
        self._duplicates = duplicates
        self._directory = directory
        self._board = board
        self._clock = clock
        self._kept: dict[PersonId | None, Typed] = {}
        self._base: Person | None = None
        self._unchanged = Typed()
        self._suggesting: Handle | None = None
        self._looking: Handle | None = None
        self._opening: Handle | None = None
        self._state = PersonFormState()
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
    def today(self) -> date:
        return paris(self._clock.now()).date()

    def start_new(self) -> None:
        """A new dossier, or the one that was being typed."""
        self._keep()
        self._base, self._unchanged = None, Typed()
        self._load(PersonFormState(typed=self._kept.pop(None, Typed())))

    def start_edit(self, person: PersonId) -> None:
        """Somebody's sheet, with what was being typed on it."""
        self._keep()
        self._drop(self._opening)
        self._opening = self._background.run(
            Lane.STORE, lambda: self._persons.sheet(person), self._show_sheet, self._refuse
        )

    def type(self, typed: Typed) -> None:
        """The form as it now stands."""
        if typed == self._state.typed:
            return
        fixed = {
            name: words
            for name, words in self._state.field_problems.items()
            if getattr(typed, name, None) == getattr(self._state.typed, name, None)
        }
        self._become(replace(self._state, typed=typed, field_problems=fixed))
        self._pause.start()

    def suggest_communes(self, text: str) -> None:
        self._drop(self._suggesting)
        self._suggesting = self._background.run(
            Lane.STORE,
            lambda: self._directory.suggest_communes(text),
            self._show_communes,
            self._refuse,
        )

    def save(self) -> None:
        """Write the sheet, unless a field is not understood."""
        if self._state.is_saving:
            return
        typed = self._with_commune(self._state.typed)
        understood = read(typed, self.today)
        if self._base is not None:
            understood = only_changes(understood, typed, self._unchanged)
        if understood.problems:
            self._become(replace(self._state, field_problems=understood.problems))
            return
        self._become(replace(self._state, typed=typed, is_saving=True, problem=None))
        base, persons, values = self._base, self._persons, understood.values
        self._background.run(
            Lane.STORE, lambda: _write(persons, base, values), self._done, self._refuse
        )

    def discard(self) -> None:
        """Forget what was typed; it can be taken back."""
        given_up = self._state
        self._load(replace(given_up, typed=self._unchanged, near=(), field_problems={}))
        self.undo_offered.emit(
            translate("PersonForm", "Ce qui était tapé a été effacé."),
            lambda: self._take_back(given_up),
        )

    # -- inside -------------------------------------------------------------------------------

    def _keep(self) -> None:
        if self.has_changes:
            self._kept[self._state.person] = self._state.typed

    def _take_back(self, given_up: PersonFormState) -> None:
        if given_up.person == self._state.person:
            self._load(replace(given_up, is_saving=False))

    def _load(self, state: PersonFormState) -> None:
        self._drop(self._looking, self._suggesting)
        self._pause.stop()
        self._become(state)
        self.loaded.emit()
        if self.has_changes:
            self._pause.start()

    def _show_sheet(self, sheet: PersonSheet) -> None:
        person = PersonId(sheet.person.id)
        self._base = sheet.person
        self._unchanged = typed_of(sheet.person, sheet.commune_name)
        typed = self._kept.pop(person, self._unchanged)
        self._load(PersonFormState(person=person, typed=typed))

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
        understood = read(self._state.typed, self.today).values
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

    def _done(self, done: Done[PersonId]) -> None:
        self._pause.stop()
        self._kept.pop(self._state.person, None)
        self._base, self._unchanged = None, Typed()
        self._become(PersonFormState())
        self.loaded.emit()
        self._board.announce(done.touched)
        self.saved.emit(done.value)

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


def _write(persons: Persons, base: Person | None, values: dict[str, object]) -> Done[PersonId]:
    """In the store's lane. Only what this form changed is written over what is known by now."""
    if base is None:
        opened = persons.create(new_person(values))
        person, touched = opened.value, opened.touched
    else:
        person, touched = PersonId(base.id), frozenset()
    current = persons.sheet(person).person
    corrected = replace(current, **values)  # type: ignore[arg-type]  # read from the same fields
    if corrected != current:
        touched = touched | persons.edit(corrected).touched
    return Done(person, touched)
