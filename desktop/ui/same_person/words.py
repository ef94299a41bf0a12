"""What each line of two sheets is called, and what it says."""

from datetime import date

from desktop.config.clock import paris
from desktop.domain import phones
from desktop.domain.french_dates import FrenchDate, format_date
from desktop.services.persons import PersonSheet
from desktop.services.same_person import Comparison
from desktop.ui.text import day_with_year, translate
from protocol.kinds.declare import Code


def line_label(name: str) -> str:
    """Return what a line is called; the names are those of ``services.same_person.LINES``."""
    labels = {
        "birth_name": translate("SamePerson", "Nom de naissance"),
        "usual_name": translate("SamePerson", "Nom d’usage"),
        "first_name": translate("SamePerson", "Prénom"),
        "sex": translate("SamePerson", "Sexe"),
        "birth_date": translate("SamePerson", "Naissance"),
        "discretion": translate("SamePerson", "Discrétion"),
        "safe_contact_note": translate("SamePerson", "Comment la joindre sans risque"),
        "phone1": translate("SamePerson", "Téléphone"),
        "phone2": translate("SamePerson", "Autre téléphone"),
        "email": translate("SamePerson", "Courriel"),
        "contact_preference": translate("SamePerson", "Contact préféré"),
        "address_line": translate("SamePerson", "Adresse"),
        "commune": translate("SamePerson", "Commune"),
        "language": translate("SamePerson", "Langue"),
        "interpreter_needed": translate("SamePerson", "Interprète"),
        "status": translate("SamePerson", "Statut"),
        "entry_source": translate("SamePerson", "Entrée"),
        "first_contact_on": translate("SamePerson", "Premier contact"),
        "request": translate("SamePerson", "Demande"),
    }
    return labels[name]


def line_value(sheet: PersonSheet, name: str) -> str:
    """Return what a sheet says on a line, empty when it says nothing."""
    person = sheet.person
    if name == "birth_date":
        if person.birth_date is None:
            return ""
        return format_date(FrenchDate(person.birth_date, person.birth_date_precision))
    if name == "commune":
        parts = (sheet.commune_name or person.commune, person.postal_code)
        return " · ".join(part for part in parts if part)
    if name in ("birth_name", "usual_name", "first_name"):
        return sheet.names.part(getattr(person, name) or "")
    if name == "email":
        return sheet.names.address(person.email or "")
    return _plain(name, getattr(person, name))


def opened(sheet: PersonSheet, follow_ups: int) -> str:
    """Return « Ouvert le 3 novembre 2026 · 4 suivis »."""
    day = day_with_year(paris(sheet.person.created_at).date())
    since = translate("SamePerson", "Ouvert le {0}").format(day)
    return f"{since} · {translate('SamePerson', '%n suivi(s)', '', follow_ups)}"


def around(sheet: PersonSheet, today: date) -> str:
    """Return « Équipe : Claire Martin, Mehdi Belkacem »."""
    names = sorted({x.colleague.name for x in sheet.circle if x.opens_on(today)} - {""})
    return translate("SamePerson", "Équipe : {0}").format(", ".join(names)) if names else ""


def what_follows(comparison: Comparison) -> str:
    """Return what joining does, before it is done."""
    words = translate(
        "SamePerson",
        "Les deux dossiers seront montrés comme un seul, avec tous leurs suivis et tous leurs"
        " rendez-vous. Rien n’est effacé, et vous pourrez les séparer à nouveau.",
    )
    places = [{x.colleague for x in y.circle if x.ended_on is None} for y in _both(comparison)]
    newcomers = sorted(one.name for one in places[0] ^ places[1] if one.name)
    if not newcomers:
        return words
    readers = translate("SamePerson", "Les équipes sont réunies : {0} lira aussi l’autre dossier.")
    if len(newcomers) > 1:
        readers = translate(
            "SamePerson", "Les équipes sont réunies : {0} liront aussi l’autre dossier."
        )
    return f"{words} {readers.format(', '.join(newcomers))}"


def _both(comparison: Comparison) -> tuple[PersonSheet, PersonSheet]:
    return comparison.kept, comparison.other


def _plain(name: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if name in ("phone1", "phone2"):
        return phones.display(str(value))
    if isinstance(value, Code):
        return value.label
    if isinstance(value, bool):
        needed = translate("SamePerson", "Nécessaire")
        return needed if value else translate("SamePerson", "Pas nécessaire")
    if isinstance(value, date):
        return day_with_year(value)
    return str(value)
