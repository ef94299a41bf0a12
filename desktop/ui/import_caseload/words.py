"""Sentences of the import: what is wrong with a row, who it may be, what was done."""

from collections.abc import Callable, Sequence
from datetime import date

from desktop.domain.caseload.columns import Columns, Field, Missing
from desktop.domain.caseload.plan import KnownPerson, Suspect
from desktop.domain.caseload.rows import CaseloadRow, RowProblem, RowReason
from desktop.domain.duplicates import Level
from desktop.domain.french_dates import FrenchDate, format_date
from desktop.domain.phones import display
from desktop.services.caseload_import import Decision, ImportResult
from desktop.ui.text import number, translate
from protocol.kinds.persons import DatePrecision

_MOST_NAMES = 6


def number_heading() -> str:
    return translate("Import", "Ligne")


def reason_heading() -> str:
    return translate("Import", "Motif")


def problem(found: RowProblem) -> str:
    """What is wrong, where, and what to write instead; ends with a full stop."""
    said = _SENTENCES.get(found.reason, _unreadable)(found.parameters)
    if not found.column:
        return said
    return translate("Import", "{0}\u00a0: {1}").format(found.column, said[:1].lower() + said[1:])


def row_title(found: RowProblem) -> str:
    """« Ligne 12 »."""
    return translate("Import", "Ligne {0}").format(found.row_number)


def person(row: CaseloadRow) -> str:
    """« Benali Nadia »."""
    return f"{row.usual_name or row.birth_name} {row.first_name}"


def details(row: CaseloadRow, commune: str) -> str:
    """« née le 4 mars 1979 · Melle · 06 12… »: what tells two namesakes apart."""
    parts = (born(row.birth_date, row.birth_date_precision), commune, display(row.phone1 or ""))
    return " · ".join(part for part in parts if part)


def known_details(known: KnownPerson, commune: str) -> str:
    parts = (
        born(known.birth_date, known.birth_date_precision),
        commune,
        *map(display, known.phones[:1]),
    )
    return " · ".join(part for part in parts if part)


def born(day: date | None, precision: DatePrecision) -> str:
    if day is None:
        return ""
    return translate("Import", "naissance\u00a0: {0}").format(
        format_date(FrenchDate(day, precision))
    )


def likeness(suspect: Suspect) -> str:
    """« Probablement la même personne : mêmes nom et prénom, même commune. »"""
    how = {
        Level.SURELY: translate("Import", "Presque sûrement la même personne"),
        Level.LIKELY: translate("Import", "Probablement la même personne"),
        Level.POSSIBLE: translate("Import", "Peut-être la même personne"),
    }[suspect.likeness.level]
    why = ", ".join(_lower(reason.label) for reason in suspect.likeness.reasons)
    return translate("Import", "{0}\u00a0: {1}.").format(how, why)


def decision(made: Decision | None) -> str:
    if made is Decision.NEW:
        return translate("Import", "Autre personne")
    if made is Decision.SAME:
        return translate("Import", "Même personne")
    return translate("Import", "À décider")


def missing(columns: Columns) -> str:
    """What still has no column; empty when the preview can be made."""
    said = {
        Missing.NAME: translate("Import", "le nom"),
        Missing.FIRST_NAME: translate("Import", "le prénom"),
    }
    lacking = translate("Import", " et ").join(said[what] for what in columns.missing)
    if not lacking:
        return ""
    return translate(
        "Import", "Dites quelle colonne contient {0}\u00a0: sans cela, rien ne peut être importé."
    ).format(lacking)


def contests(columns: Columns) -> str:
    """Which meanings several columns claim."""
    if not columns.contests:
        return ""
    told = [
        translate("Import", "«\u00a0{0}\u00a0» ({1})").format(
            contest.field.label, ", ".join(columns.header[column] for column in contest.columns)
        )
        for contest in columns.contests
    ]
    return translate(
        "Import",
        "Plusieurs colonnes se ressemblent\u00a0: {0}. Seule la première est reprise, sauf si "
        "vous en décidez autrement.",
    ).format(" ; ".join(told))


def referent(columns: Columns) -> str:
    """Says what becomes of a column of référents: read, and not taken over."""
    if Field.REFERENT not in columns.meanings:
        return ""
    return translate(
        "Import",
        "Le référent n’est pas repris\u00a0: les personnes importées rejoignent votre file active.",
    )


def released(heading: str) -> str:
    return translate("Import", "La colonne «\u00a0{0}\u00a0» n’est plus reprise.").format(heading)


def done(result: ImportResult) -> str:
    """What an import did, in full sentences."""
    if not result.created:
        first = translate("Import", "Rien n’a changé\u00a0: toutes ces personnes sont déjà là.")
        if result.left_aside or result.refused:
            first = translate("Import", "Aucun dossier n’a été ouvert.")
        return first
    created = translate("Import", "%n dossier(s) ouvert(s).", "", result.created)
    return (
        spaced(created, result.created)
        + " "
        + translate("Import", "Ils partiront au bureau à la prochaine synchronisation.")
    )


def import_button(value: int) -> str:
    """« Importer 5 000 personnes »."""
    return spaced(translate("Import", "Importer %n personne(s)", "", value), value)


def spaced(sentence: str, value: int) -> str:
    """A sentence whose number is written as people write it: « 5 000 »."""
    return sentence.replace(str(value), number(value), 1)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def _plain(text: str) -> Callable[[Sequence[str]], str]:
    return lambda _: translate("Import", text)


def _quoting(text: str) -> Callable[[Sequence[str]], str]:
    return lambda given: translate("Import", text).format(given[0] if given else "")


def _listing(text: str) -> Callable[[Sequence[str]], str]:
    def say(given: Sequence[str]) -> str:
        shown = ", ".join(given[:_MOST_NAMES]) + ("…" if len(given) > _MOST_NAMES else "")
        return translate("Import", text).format(shown)

    return say


def _unreadable(_: Sequence[str]) -> str:
    return translate("Import", "Cette ligne n’a pas pu être comprise.")


_SENTENCES: dict[RowReason, Callable[[Sequence[str]], str]] = {
    RowReason.NO_NAME: _plain("Le nom manque."),
    RowReason.NO_FIRST_NAME: _plain("Le prénom manque."),
    RowReason.NAME_NOT_SPLIT: _plain(
        "Nom et prénom n’ont pas pu être séparés. Écrivez le nom en capitales."
    ),
    RowReason.NOT_A_NAME: _plain("Ce n’est pas un nom."),
    RowReason.TOO_LONG: _quoting("Plus de {0} caractères. Raccourcissez."),
    RowReason.DATE_UNREADABLE: _quoting(
        "La date «\u00a0{0}\u00a0» n’est pas lisible. Écrivez 04/03/1979."
    ),
    RowReason.DATE_NO_SUCH_DAY: _quoting("Le jour de «\u00a0{0}\u00a0» n’existe pas."),
    RowReason.DATE_NO_SUCH_MONTH: _quoting("Le mois de «\u00a0{0}\u00a0» n’existe pas."),
    RowReason.DATE_TOO_OLD: _quoting("La date «\u00a0{0}\u00a0» est trop ancienne."),
    RowReason.DATE_IN_FUTURE: _quoting("La date «\u00a0{0}\u00a0» est dans l’avenir."),
    RowReason.SEX_UNKNOWN: _quoting("«\u00a0{0}\u00a0» n’est pas repris. Écrivez F ou M."),
    RowReason.COMMUNE_AMBIGUOUS: _listing("Plusieurs communes possibles\u00a0: {0}. Précisez."),
    RowReason.COMMUNE_UNKNOWN: _quoting("La commune «\u00a0{0}\u00a0» n’est pas connue."),
    RowReason.COMMUNE_ELSEWHERE: _quoting(
        "«\u00a0{0}\u00a0» est hors des Deux-Sèvres\u00a0: la commune n’est pas reprise."
    ),
    RowReason.COMMUNE_NOT_TOLD: _listing(
        "Le code postal ne dit pas la commune ({0})\u00a0: elle n’est pas reprise."
    ),
    RowReason.POSTAL_CODE_INVALID: _quoting("«\u00a0{0}\u00a0» n’est pas un code postal."),
    RowReason.PHONE_INVALID: _quoting(
        "«\u00a0{0}\u00a0» n’est pas un numéro de téléphone\u00a0: il n’est pas repris."
    ),
    RowReason.PHONES_TOO_MANY: _plain("Seuls les deux premiers numéros sont repris."),
    RowReason.EMAIL_INVALID: _quoting(
        "«\u00a0{0}\u00a0» n’est pas une adresse de courriel\u00a0: elle n’est pas reprise."
    ),
    RowReason.IDENTIFIER_INVALID: _quoting(
        "«\u00a0{0}\u00a0» n’est pas un numéro d’identification\u00a0: il n’est pas repris."
    ),
    RowReason.SOCIAL_SECURITY_NUMBER: _plain(
        "C’est un numéro de sécurité sociale\u00a0: Coffre ne le garde pas."
    ),
    RowReason.REPEATED_ROW: _quoting("La même personne est déjà à la ligne {0}."),
}
