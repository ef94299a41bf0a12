"""What was typed in the form, and what it means once read as people write."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date

from desktop.domain import phones
from desktop.domain.french_dates import (
    DateReason,
    DateRefused,
    FrenchDate,
    format_date,
    read_date,
)
from desktop.services.persons import NewPerson
from desktop.ui.text import translate
from protocol.ids import PersonId
from protocol.kinds.persons import (
    ContactPreference,
    DatePrecision,
    Discretion,
    Person,
    PersonStatus,
    Sex,
)

_VALUES = {
    "birth": ("birth_date", "birth_date_precision"),
    "commune": ("commune", "postal_code"),
    "commune_text": (),
}
"""Fields of the form that give others than their own in `Person`."""


@dataclass(frozen=True)
class CommuneChoice:
    """A commune taken from the list; its postal code never comes without it."""

    code: str
    """INSEE code."""
    name: str
    postal_code: str

    @property
    def words(self) -> str:
        """« Melle (79500) »."""
        return f"{self.name} ({self.postal_code})" if self.postal_code else self.name


@dataclass(frozen=True, repr=False)
class Typed:
    """The form as it stands; texts are empty rather than absent."""

    birth_name: str = ""
    usual_name: str = ""
    first_name: str = ""
    sex: str = ""
    birth: str = ""
    """A date of birth as typed: « 4/3/79 », « mars 1979 », « vers 1979 »."""
    phone1: str = ""
    phone2: str = ""
    email: str = ""
    contact_preference: str = ""
    discretion: str = Discretion.NORMAL.value
    safe_contact_note: str = ""
    address_line: str = ""
    commune_text: str = ""
    commune: CommuneChoice | None = None
    language: str = ""
    interpreter_needed: bool = False
    status: str = PersonStatus.ACTIVE.value
    request: str = ""


@dataclass(frozen=True)
class Read:
    """What the form says, or why it cannot be kept."""

    values: dict[str, object] = field(repr=False)
    """By field of `Person`."""
    problems: dict[str, str]
    """A sentence for each field of the form that was not understood."""


def typed_of(person: Person, commune_name: str) -> Typed:
    """Return the form filled with what is known."""
    choice = None
    if person.commune:
        choice = CommuneChoice(person.commune, commune_name, person.postal_code or "")
    plain = {
        item.name: getattr(person, item.name) or ""
        for item in fields(Typed)
        if item.type is str and hasattr(person, item.name)
    }
    plain |= {name: str(plain[name]) for name in ("sex", "contact_preference", "discretion")}
    born = person.birth_date
    return Typed(
        **plain
        | {
            "phone1": phones.display(person.phone1 or ""),
            "phone2": phones.display(person.phone2 or ""),
            "status": person.status.value,
        },
        birth=format_date(FrenchDate(born, person.birth_date_precision)) if born else "",
        commune=choice,
        commune_text=choice.words if choice else "",
        interpreter_needed=person.interpreter_needed,
    )


def read(typed: Typed, today: date) -> Read:
    """Read the whole form; a field that is not understood gives a sentence, not a value."""
    problems: dict[str, str] = {}
    values: dict[str, object] = {
        "birth_name": typed.birth_name,
        "first_name": typed.first_name,
        "usual_name": typed.usual_name or None,
        "sex": Sex(typed.sex) if typed.sex else None,
        "address_line": typed.address_line or None,
        "commune": typed.commune.code if typed.commune else None,
        "postal_code": (typed.commune.postal_code or None) if typed.commune else None,
        "contact_preference": (
            ContactPreference(typed.contact_preference) if typed.contact_preference else None
        ),
        "discretion": Discretion(typed.discretion),
        "safe_contact_note": typed.safe_contact_note.strip() or None,
        "language": typed.language or None,
        "interpreter_needed": typed.interpreter_needed,
        "status": PersonStatus(typed.status),
        "request": typed.request.strip() or None,
    }
    for name in ("birth_name", "first_name"):
        if not str(values[name]).strip():
            problems[name] = translate("PersonForm", "Ce champ est nécessaire.")
    _read_birth(typed.birth, today, values, problems)
    for name in ("phone1", "phone2"):
        _read_text(name, getattr(typed, name), phones.normalise, values, problems)
    _read_text("email", typed.email, _email, values, problems)
    if typed.commune_text.strip() and typed.commune is None:
        problems["commune"] = translate("PersonForm", "Choisissez la commune dans la liste.")
    return Read(values, problems)


def only_changes(understood: Read, typed: Typed, before: Typed) -> Read:
    """Leave out what nobody touched: an old number we would refuse today stays as it is."""
    values, problems = dict(understood.values), dict(understood.problems)
    for item in fields(Typed):
        if getattr(typed, item.name) == getattr(before, item.name):
            problems.pop(item.name, None)
            for name in _VALUES.get(item.name, (item.name,)):
                values.pop(name, None)
    return Read(values, problems)


def changes_of(typed: Typed, before: Typed) -> dict[str, object]:
    """Return what was touched, as JSON tells it: what a draft keeps."""
    known = asdict(before)
    return {name: value for name, value in asdict(typed).items() if value != known[name]}


def typed_over(before: Typed, changes: Mapping[str, object]) -> Typed:
    """Return the form with what was touched written over what is known by now."""
    ours = {item.name for item in fields(Typed)}  # a newer version may have kept more
    touched = {name: value for name, value in changes.items() if name in ours}
    if isinstance(commune := touched.get("commune"), dict):
        touched["commune"] = CommuneChoice(**commune)
    return replace(before, **touched)  # type: ignore[arg-type]  # written by ``changes_of``


def new_person(values: dict[str, object], person: PersonId | None = None) -> NewPerson:
    """Return what opens a dossier; the rest of the form is an edit right after."""
    taken = {item.name for item in fields(NewPerson)} & values.keys()
    return NewPerson(id=person, **{name: values[name] for name in taken})  # type: ignore[arg-type]  # same names, same types


def _read_birth(
    text: str, today: date, values: dict[str, object], problems: dict[str, str]
) -> None:
    values["birth_date"], values["birth_date_precision"] = None, DatePrecision.DAY
    if not text.strip():
        return
    try:
        found = read_date(text, today=today, past_only=True)
    except DateRefused as refused:
        problems["birth"] = _birth_problem(refused.reason)
    else:
        values["birth_date"], values["birth_date_precision"] = found.day, found.precision


def _birth_problem(reason: DateReason) -> str:
    return {
        DateReason.IN_FUTURE: translate("PersonForm", "Cette date est dans l’avenir."),
        DateReason.TOO_OLD: translate("PersonForm", "Cette date est trop ancienne."),
        DateReason.NO_SUCH_DAY: translate("PersonForm", "Ce jour n’existe pas."),
        DateReason.NO_SUCH_MONTH: translate("PersonForm", "Ce mois n’existe pas."),
    }.get(
        reason,
        translate("PersonForm", "Écrivez par exemple 4/3/1979, mars 1979, 1979 ou vers 1979."),
    )


def _read_text(
    name: str,
    text: str,
    understand: Callable[[str], str | None],
    values: dict[str, object],
    problems: dict[str, str],
) -> None:
    values[name] = understand(text) if text.strip() else None
    if text.strip() and values[name] is None:
        problems[name] = {
            "email": translate("PersonForm", "Écrivez une adresse, par exemple nom@exemple.fr."),
        }.get(name, translate("PersonForm", "Écrivez un numéro, par exemple 06 12 34 56 78."))


def _email(text: str) -> str | None:
    """A mistake of the fingers is told; whether the address exists is not ours to know."""
    local, at, domain = text.strip().partition("@")
    looks_right = local and at and "." in domain and " " not in text.strip()
    return text.strip() if looks_right else None
