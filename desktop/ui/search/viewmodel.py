"""Finds as one types. An answer to what is no longer typed is never shown."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from desktop.services.directory import PlaceLine
from desktop.services.persons import PersonLine
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.errors import Problem, sentence
from desktop.ui.search.ports import PersonFinder, PlaceLister
from desktop.ui.text import day_with_year, translate
from protocol.kinds.persons import DatePrecision

MOST_PERSONS, MOST_PLACES, MOST_COMMANDS = 8, 4, 6


class HitKind(StrEnum):
    """What was found."""

    PERSON = "person"
    PLACE = "place"
    COMMAND = "command"


@dataclass(frozen=True)
class Command:
    """A page or an act that the application offers; `words` are other ways to ask for it."""

    key: str
    title: str
    shown_key: str = ""
    words: str = ""


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    kind: HitKind
    key: str
    title: str
    subtitle: str = ""
    trailing: str = ""


@dataclass(frozen=True)
class SearchState:
    """What was typed and what answers it."""

    typed: str = ""
    hits: tuple[Hit, ...] = ()
    is_answered: bool = True
    """Whether `hits` answer `typed`, and not what was typed before."""
    problem: Problem | None = None
    place: PlaceLine | None = None
    """The lieu whose practical facts are shown."""

    @property
    def has_found_nothing(self) -> bool:
        return bool(self.typed.strip()) and self.is_answered and not self.hits


@dataclass(frozen=True)
class _Found:
    """What the store answered to one text."""

    persons: list[PersonLine]
    places: list[PlaceLine] = field(default_factory=list)


class SearchViewModel(QObject):
    """`person_requested` and `command_requested` say what the person chose."""

    changed = Signal()
    person_requested = Signal(str)
    command_requested = Signal(str)

    def __init__(
        self,
        background: Background,
        persons: PersonFinder,
        places: PlaceLister,
        commands: Sequence[Command],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._persons = persons
        self._places = places
        self._commands = tuple(commands)
        self._known_places: dict[str, PlaceLine] = {}
        self._asked: Handle | None = None
        self._state = SearchState()

    @property
    def state(self) -> SearchState:
        return self._state

    def begin(self) -> None:
        """An empty search offers the pages and acts."""
        self._stop_asking()
        self._show(SearchState(hits=self._commands_for("")))

    def end(self) -> None:
        """Nothing of what was searched stays in the window."""
        self._stop_asking()
        self._known_places = {}
        self._show(SearchState())

    def type(self, typed: str) -> None:
        if typed == self._state.typed:
            return
        self._stop_asking()
        if not typed.strip():
            self._show(SearchState(typed=typed, hits=self._commands_for("")))
            return
        self._show(replace(self._state, typed=typed, is_answered=False, problem=None, place=None))
        self._asked = self._background.run(
            Lane.STORE, lambda: self._look_for(typed), self._answered, self._failed
        )

    def choose(self, hit: Hit) -> None:
        if hit.kind is HitKind.PERSON:
            self.person_requested.emit(hit.key)
        elif hit.kind is HitKind.COMMAND:
            self.command_requested.emit(hit.key)
        else:
            self._show(replace(self._state, place=self._known_places.get(hit.key)))

    def _look_for(self, typed: str) -> _Found:
        wanted = _fold(typed).split()
        places = [place for place in self._places.places() if _answers(wanted, _told(place))]
        return _Found(self._persons.search(typed, limit=MOST_PERSONS), places[:MOST_PLACES])

    def _answered(self, found: _Found) -> None:
        self._known_places = {place.id: place for place in found.places}
        hits = (
            *(_person_hit(line) for line in found.persons),
            *(_place_hit(place) for place in found.places),
            *self._commands_for(self._state.typed),
        )
        self._show(replace(self._state, hits=hits, is_answered=True))

    def _failed(self, failure: Exception) -> None:
        self._show(
            replace(
                self._state,
                hits=self._commands_for(self._state.typed),
                is_answered=True,
                problem=sentence(failure),
            )
        )

    def _commands_for(self, typed: str) -> tuple[Hit, ...]:
        wanted = _fold(typed).split()
        found = (
            command
            for command in self._commands
            if _answers(wanted, f"{command.title} {command.words}")
        )
        hits = (
            Hit(HitKind.COMMAND, command.key, command.title, trailing=command.shown_key)
            for command in found
        )
        return tuple(hits) if not wanted else tuple(hits)[:MOST_COMMANDS]

    def _stop_asking(self) -> None:
        if self._asked is not None:
            self._asked.abandon()

    def _show(self, state: SearchState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()


def place_facts(place: PlaceLine) -> str:
    """« Salle 2. Clés : à la mairie. Réseau faible. »: what one asks of a lieu on the road."""
    facts = (
        translate("Search", "Salle\u00a0: {0}.").format(place.room) if place.room else "",
        translate("Search", "Clés\u00a0: {0}.").format(place.keys_note) if place.keys_note else "",
        f"{place.network.label}." if place.network else "",
    )
    told = " ".join(fact for fact in facts if fact)
    return told or translate("Search", "Rien de plus n’est noté sur ce lieu.")


def _person_hit(line: PersonLine) -> Hit:
    facts = (_born(line), line.commune_name, line.referent or "")
    return Hit(
        HitKind.PERSON,
        line.id,
        line.name,
        " · ".join(fact for fact in facts if fact),
        translate("Search", "Personne"),
    )


def _born(line: PersonLine) -> str:
    if line.birth_date is None:
        return ""
    if line.birth_date_precision is DatePrecision.DAY:
        return day_with_year(line.birth_date)
    return str(line.birth_date.year)


def _place_hit(place: PlaceLine) -> Hit:
    commune = place.commune_name if place.commune_name != place.name else ""
    return Hit(HitKind.PLACE, place.id, place.name, commune, translate("Search", "Lieu"))


def _told(place: PlaceLine) -> str:
    return f"{place.name} {place.commune_name} {place.room or ''}"


def _answers(wanted: list[str], told: str) -> bool:
    """Each word typed begins a word of it."""
    words = _fold(told).split()
    return all(any(word.startswith(start) for word in words) for start in wanted)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in bare)
