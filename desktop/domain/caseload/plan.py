"""What importing a caseload would do, before anything is done.

Every row ends in one place and one only: *new*, *present* (already there, nothing to do),
*doubtful* (may be somebody we know: a person decides), *repeated* (the file says it twice), or
among the *problems*. Planning the same file again after its import finds everybody present.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from desktop.domain.caseload.columns import Columns, data_lines
from desktop.domain.caseload.errors import ImportCancelled
from desktop.domain.caseload.readers import Sheet
from desktop.domain.caseload.rows import CaseloadRow, RowProblem, RowReason, read_row
from desktop.domain.duplicates import (
    Identity,
    Level,
    Likeness,
    block_keys,
    compare,
    identity_of,
    is_same_by_identifier,
)
from desktop.domain.names import fold
from desktop.domain.territory import Territory
from protocol.kinds.persons import DatePrecision, IdentifierScheme

MAX_SUSPECTS = 5
"""Persons shown for one doubtful row, the likeliest."""
_MAX_BLOCK = 300
"""Persons compared under one key; beyond, the key tells nothing."""
_STEP = 200
"""Rows between two looks at the « Annuler » button."""

Progress = Callable[[int, int], None]
"""Told the rows done and the rows to do; called from the thread that plans."""


class KnownPerson(NamedTuple):
    """A person already in the vault, as the plan needs her."""

    person_id: str
    birth_name: str
    first_name: str
    usual_name: str | None = None
    birth_date: date | None = None
    birth_date_precision: DatePrecision = DatePrecision.DAY
    commune: str | None = None
    phones: tuple[str, ...] = ()
    identifiers: tuple[tuple[IdentifierScheme, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Suspect:
    """Somebody a row may be: a known person, or the row ``row_number`` of the same file."""

    person_id: str | None
    row_number: int | None
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Present:
    """A row about somebody already in the vault."""

    row: CaseloadRow
    person_id: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A row that may be about somebody we know, the likeliest first."""

    row: CaseloadRow
    suspects: tuple[Suspect, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing would do; ``problems`` may hold several entries for one row."""

    new: tuple[CaseloadRow, ...]
    present: tuple[Present, ...]
    doubtful: tuple[Doubtful, ...]
    repeated: tuple[RowProblem, ...]
    problems: tuple[RowProblem, ...]

    @property
    def refused_rows(self) -> frozenset[int]:
        """The numbers of the rows that have problems."""
        return frozenset(problem.row_number for problem in self.problems)

    @property
    def notices(self) -> tuple[RowProblem, ...]:
        """What is left aside from rows that are taken."""
        rows = (*self.new, *(doubt.row for doubt in self.doubtful))
        return tuple(notice for row in rows for notice in row.notices)


def plan_import(
    sheet: Sheet,
    columns: Columns,
    territory: Territory,
    known: Iterable[KnownPerson],
    today: date,
    *,
    progress: Progress = lambda done, total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Plan:
    """Say what would become of every row; raises ``ImportCancelled`` when called off."""
    lines = data_lines(sheet, columns)
    planner = _Planner()
    for index, person in enumerate(known):
        if index % _STEP == 0 and is_cancelled():
            raise ImportCancelled
        planner.know(person)
    for index, line in enumerate(lines):
        if index % _STEP == 0:
            progress(index, len(lines))
            if is_cancelled():
                raise ImportCancelled
        planner.place(read_row(line, columns, territory, today))
    progress(len(lines), len(lines))
    return planner.plan()


class _Planner:
    """The plan being made: who is known, what the file already said, where each row goes."""

    def __init__(self) -> None:
        self._identities: list[tuple[Identity, str | None, int | None]] = []
        self._blocks: dict[tuple[object, ...], list[int]] = {}
        self._present_by_key: dict[tuple[object, ...], str] = {}
        self._row_by_key: dict[tuple[object, ...], int] = {}
        self._new: list[CaseloadRow] = []
        self._present: list[Present] = []
        self._doubtful: list[Doubtful] = []
        self._repeated: list[RowProblem] = []
        self._problems: list[RowProblem] = []

    def know(self, person: KnownPerson) -> None:
        """Remember a person of the vault."""
        identity = _identity_of_known(person)
        self._present_by_key.setdefault(_stable_key(identity), person.person_id)
        self._remember(identity, person.person_id, None)

    def place(self, row: CaseloadRow | list[RowProblem]) -> None:
        """Decide where one row goes."""
        if isinstance(row, list):
            self._problems.extend(row)
            return
        identity = identity_of(row, row.identifiers)
        key = _stable_key(identity)
        if key in self._row_by_key:
            first = str(self._row_by_key[key])
            self._repeated.append(RowProblem(row.number, None, RowReason.REPEATED_ROW, (first,)))
            return
        self._row_by_key[key] = row.number
        if person_id := self._present_by_key.get(key):
            self._present.append(Present(row, person_id))
            return
        self._compare(row, identity)

    def plan(self) -> Plan:
        """Return the plan as it stands."""
        return Plan(
            tuple(self._new),
            tuple(self._present),
            tuple(self._doubtful),
            tuple(self._repeated),
            tuple(self._problems),
        )

    def _compare(self, row: CaseloadRow, identity: Identity) -> None:
        suspects: list[Suspect] = []
        for index in self._neighbours(identity):
            other, person_id, row_number = self._identities[index]
            if person_id is not None and is_same_by_identifier(identity, other):
                self._present.append(Present(row, person_id))
                return
            likeness = compare(identity, other)
            # Two rows of one file are doubted only with good reason: households come in a row.
            if likeness and (person_id is not None or likeness.level >= Level.LIKELY):
                suspects.append(Suspect(person_id, row_number, likeness))
        self._remember(identity, None, row.number)
        if suspects:
            suspects.sort(key=lambda s: (-s.likeness.level, s.person_id or "", s.row_number or 0))
            self._doubtful.append(Doubtful(row, tuple(suspects[:MAX_SUSPECTS])))
        else:
            self._new.append(row)

    def _neighbours(self, identity: Identity) -> list[int]:
        found: set[int] = set()
        for key in block_keys(identity):
            block = self._blocks.get(key, [])
            if len(block) <= _MAX_BLOCK:
                found.update(block)
        return sorted(found)

    def _remember(self, identity: Identity, person_id: str | None, row: int | None) -> None:
        index = len(self._identities)
        self._identities.append((identity, person_id, row))
        for key in set(block_keys(identity)):
            self._blocks.setdefault(key, []).append(index)


def _identity_of_known(person: KnownPerson) -> Identity:
    return Identity(
        birth_name=person.birth_name,
        first_name=person.first_name,
        usual_name=person.usual_name,
        birth_date=person.birth_date,
        precision=person.birth_date_precision,
        commune=person.commune,
        phones=frozenset(person.phones),
        identifiers=frozenset(person.identifiers),
    )


def _stable_key(identity: Identity) -> tuple[object, ...]:
    """What makes the same row of the same file the same person, import after import."""
    birth = (identity.birth_date, identity.precision) if identity.birth_date else None
    names = (_glued(identity.birth_name), _glued(identity.first_name))
    return (*names, birth, identity.commune)


def _glued(name: str) -> str:
    return fold(name).replace(" ", "")
