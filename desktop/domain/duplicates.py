"""Telling that two dossiers may be about the same person, and why, in words.

Two colleagues meet the same person in the same month without a network; a caseload comes with
people already known. We say how likely it is (three levels) and what makes us think so. There is
no score: somebody decides, and the reasons are what she decides on.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, IntEnum
from typing import Protocol

from desktop.domain.names import fold, name_sound, one_edit_apart, same_name, sounds_like
from protocol.kinds.declare import Code
from protocol.kinds.persons import DatePrecision, IdentifierScheme

HOUSEHOLD_SCHEMES = frozenset({IdentifierScheme.CAF, IdentifierScheme.MSA})
"""Numbers given to a whole household: spouses share them, so a first name must agree as well."""
_FORGIVING_LENGTH = 4


class Level(IntEnum):
    """How likely it is that two dossiers are about one person."""

    POSSIBLE = 1
    LIKELY = 2
    SURELY = 3


class Reason(Code):
    """One thing that makes two dossiers look alike."""

    SAME_IDENTIFIER = "same_identifier", "Même numéro d’identification"
    SAME_NAMES = "same_names", "Mêmes nom et prénom"
    USUAL_NAME = "usual_name", "Le nom d’usage de l’une est le nom de naissance de l’autre"
    SWAPPED_NAMES = "swapped_names", "Nom et prénom échangés"
    SIMILAR_NAMES = (
        "similar_names",
        "Noms et prénoms qui se prononcent ou s’écrivent presque pareil",
    )
    SAME_FIRST_NAME = "same_first_name", "Même prénom, nom différent"
    SAME_BIRTH_DATE = "same_birth_date", "Même date de naissance"
    INVERTED_BIRTH_DATE = "inverted_birth_date", "Jour et mois de naissance inversés"
    CLOSE_BIRTH_DATE = "close_birth_date", "Dates de naissance différentes d’un seul chiffre"
    COMPATIBLE_BIRTH_DATE = "compatible_birth_date", "Dates de naissance compatibles"
    SAME_PHONE = "same_phone", "Même téléphone"
    SAME_COMMUNE = "same_commune", "Même commune"


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """What two dossiers are compared on; phones and identifiers in their normal form."""

    birth_name: str
    first_name: str
    usual_name: str | None = None
    birth_date: date | None = None
    precision: DatePrecision = DatePrecision.DAY
    commune: str | None = None
    phones: frozenset[str] = frozenset()
    identifiers: frozenset[tuple[IdentifierScheme, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely, and why: the reasons in the order they are told."""

    level: Level
    reasons: tuple[Reason, ...]


class Described(Protocol):
    """Somebody as a sheet, a form or a row of a file describes her."""

    @property
    def birth_name(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def usual_name(self) -> str | None: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def birth_date_precision(self) -> DatePrecision: ...
    @property
    def commune(self) -> str | None: ...
    @property
    def phone1(self) -> str | None: ...
    @property
    def phone2(self) -> str | None: ...


def identity_of(
    person: Described, identifiers: Iterable[tuple[IdentifierScheme, str]] = ()
) -> Identity:
    """Return what somebody is compared on; phones and identifiers are in their normal form."""
    return Identity(
        birth_name=person.birth_name,
        first_name=person.first_name,
        usual_name=person.usual_name,
        birth_date=person.birth_date,
        precision=person.birth_date_precision,
        commune=person.commune,
        phones=frozenset(phone for phone in (person.phone1, person.phone2) if phone),
        identifiers=frozenset(identifiers),
    )


class _Names(Enum):
    EXACT = "exact"
    SIMILAR = "similar"
    FIRST_ONLY = "first_only"
    DIFFERENT = "different"


class _Births(Enum):
    SAME = "same"
    NEAR = "near"
    COMPATIBLE = "compatible"
    UNKNOWN = "unknown"
    DIFFERENT = "different"


def compare(one: Identity, other: Identity) -> Likeness | None:
    """Return how much two persons look like one, or None when nothing says so."""
    names, name_reason = _compare_names(one, other)
    births, birth_reason = _compare_births(one, other)
    identified = _same_identifier(one, other, names)
    phone = bool(one.phones & other.phones)
    commune = one.commune is not None and one.commune == other.commune
    level = _level(names, births, phone=phone, commune=commune)
    if identified:
        # Twins share a household's number, a birthday, and sometimes half a first name.
        agree = names is _Names.EXACT or (
            births is _Births.SAME and not _only_household(one, other)
        )
        level = Level.SURELY if agree else Level.LIKELY
    if level is None:
        return None
    reasons = (
        Reason.SAME_IDENTIFIER if identified else None,
        name_reason,
        birth_reason,
        Reason.SAME_PHONE if phone else None,
        Reason.SAME_COMMUNE if commune else None,
    )
    return Likeness(level, tuple(reason for reason in reasons if reason is not None))


def is_same_by_identifier(one: Identity, other: Identity) -> bool:
    """Tell whether a shared number settles it: nobody needs to be asked.

    The names must agree too, and the dates of birth not contradict each other: a number copied to
    the wrong line is a common slip.
    """
    names, _ = _compare_names(one, other)
    births, _ = _compare_births(one, other)
    if not _same_identifier(one, other, names) or births is _Births.DIFFERENT:
        return False
    if names is _Names.SIMILAR and births is _Births.SAME:
        return not _only_household(one, other)
    return names is _Names.EXACT


def block_keys(person: Identity) -> Iterator[tuple[object, ...]]:
    """Yield keys such that two persons who may be one share at least one of them.

    Comparing a person only with those who share a key replaces 25,000 comparisons by a few, even
    on 1 January, the day of birth given to all those whose birthday nobody wrote down.
    """
    names = (person.birth_name, person.usual_name, person.first_name)
    heard = [name_sound(name) or fold(name) for name in names if name]
    for day in _days(person.birth_date):
        yield from (("born", day, name) for name in heard)
    first = heard[-1] if heard else ""
    yield from (("names", *sorted((name, first))) for name in heard[:-1])
    yield from (("phone", phone, name[:1]) for phone in person.phones for name in heard)
    yield from (("identifier", *identifier) for identifier in person.identifiers)


def _level(names: _Names, births: _Births, *, phone: bool, commune: bool) -> Level | None:
    table: dict[tuple[_Names, _Births], Level | None] = {
        (_Names.EXACT, _Births.SAME): Level.SURELY,
        (_Names.EXACT, _Births.NEAR): Level.LIKELY,
        (_Names.EXACT, _Births.COMPATIBLE): Level.LIKELY,
        (_Names.EXACT, _Births.UNKNOWN): Level.LIKELY if phone or commune else Level.POSSIBLE,
        (_Names.EXACT, _Births.DIFFERENT): Level.POSSIBLE if phone else None,
        (_Names.SIMILAR, _Births.SAME): Level.LIKELY,
        (_Names.SIMILAR, _Births.NEAR): Level.POSSIBLE,
        (_Names.SIMILAR, _Births.COMPATIBLE): Level.POSSIBLE,
        (_Names.SIMILAR, _Births.UNKNOWN): (
            Level.LIKELY if phone else Level.POSSIBLE if commune else None
        ),
        # A woman who changed her name keeps her first name, her birthday, and often her number.
        (_Names.FIRST_ONLY, _Births.SAME): (
            Level.LIKELY if phone else Level.POSSIBLE if commune else None
        ),
    }
    return table.get((names, births))


def _compare_names(one: Identity, other: Identity) -> tuple[_Names, Reason | None]:
    mine, theirs = _family_names(one), _family_names(other)
    first_same = same_name(one.first_name, other.first_name)
    if first_same and same_name(one.birth_name, other.birth_name):
        return _Names.EXACT, Reason.SAME_NAMES
    if first_same and any(same_name(a, b) for a in mine for b in theirs):
        return _Names.EXACT, Reason.USUAL_NAME
    swapped = any(same_name(a, other.first_name) for a in mine) and any(
        same_name(one.first_name, b) for b in theirs
    )
    if swapped:
        return _Names.EXACT, Reason.SWAPPED_NAMES
    if not _similar(one.first_name, other.first_name):
        return _Names.DIFFERENT, None
    if any(_similar(a, b) for a in mine for b in theirs):
        return _Names.SIMILAR, Reason.SIMILAR_NAMES
    return _Names.FIRST_ONLY, Reason.SAME_FIRST_NAME


def _compare_births(one: Identity, other: Identity) -> tuple[_Births, Reason | None]:
    mine, theirs = one.birth_date, other.birth_date
    if mine is None or theirs is None:
        return _Births.UNKNOWN, None
    precisions = {one.precision, other.precision}
    if precisions == {DatePrecision.DAY}:
        return _compare_days(mine, theirs)
    years_apart = abs(mine.year - theirs.year)
    if DatePrecision.ESTIMATED in precisions:
        compatible = years_apart <= 2
    elif DatePrecision.YEAR in precisions:
        compatible = years_apart == 0
    else:
        compatible = (mine.year, mine.month) == (theirs.year, theirs.month)
    if compatible:
        return _Births.COMPATIBLE, Reason.COMPATIBLE_BIRTH_DATE
    return _Births.DIFFERENT, None


def _compare_days(mine: date, theirs: date) -> tuple[_Births, Reason | None]:
    if mine == theirs:
        return _Births.SAME, Reason.SAME_BIRTH_DATE
    if (mine.day, mine.month, mine.year) == (theirs.month, theirs.day, theirs.year):
        return _Births.NEAR, Reason.INVERTED_BIRTH_DATE
    pairs = zip(mine.isoformat(), theirs.isoformat(), strict=True)
    if sum(a != b for a, b in pairs) == 1:
        return _Births.NEAR, Reason.CLOSE_BIRTH_DATE
    return _Births.DIFFERENT, None


def _same_identifier(one: Identity, other: Identity, names: _Names) -> bool:
    shared = one.identifiers & other.identifiers
    if names is _Names.DIFFERENT:
        return any(scheme not in HOUSEHOLD_SCHEMES for scheme, _ in shared)
    return bool(shared)


def _only_household(one: Identity, other: Identity) -> bool:
    return all(scheme in HOUSEHOLD_SCHEMES for scheme, _ in one.identifiers & other.identifiers)


def _family_names(person: Identity) -> tuple[str, ...]:
    return (person.birth_name, person.usual_name) if person.usual_name else (person.birth_name,)


def _similar(one: str, other: str) -> bool:
    if same_name(one, other) or sounds_like(one, other):
        return True
    a, b = fold(one), fold(other)
    return min(len(a), len(b)) >= _FORGIVING_LENGTH and one_edit_apart(a, b)


def _days(day: date | None) -> tuple[date, ...]:
    if day is None:
        return ()
    if day.day <= 12 and day.day != day.month:
        return (day, date(day.year, day.day, day.month))
    return (day,)
