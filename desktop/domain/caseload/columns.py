"""What each column of a caseload is: recognised by its French heading, corrected by hand.

A meaning is never given to two columns silently: the first one keeps it, the others are listed as
contested, and the screen asks.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from desktop.domain.caseload.errors import FieldTaken
from desktop.domain.caseload.readers import Line, Sheet
from desktop.domain.names import fold
from protocol.kinds.declare import Code

_HEADER_WITHIN = 30
"""Titles, dates of extraction and blank rows may precede the headings, but not more than that."""
_PARENTHESES = re.compile(r"\([^)]*\)")


class Field(Code):
    """What a column can be; values are the names of a person's fields where there is one."""

    BIRTH_NAME = "birth_name", "Nom de naissance"
    USUAL_NAME = "usual_name", "Nom d’usage"
    FIRST_NAME = "first_name", "Prénom"
    FULL_NAME = "full_name", "Nom et prénom ensemble"
    SEX = "sex", "Sexe ou civilité"
    BIRTH_DATE = "birth_date", "Date de naissance"
    ADDRESS_LINE = "address_line", "Adresse"
    COMMUNE = "commune", "Commune"
    POSTAL_CODE = "postal_code", "Code postal"
    PHONE1 = "phone1", "Téléphone"
    PHONE2 = "phone2", "Autre téléphone"
    EMAIL = "email", "Courriel"
    LANGUAGE = "language", "Langue"
    CAF = "caf", "N° CAF"
    MSA = "msa", "N° MSA"
    FRANCE_TRAVAIL = "france_travail", "Identifiant France Travail"
    DEPARTEMENT = "departement", "N° interne du Département"
    REFERENT = "referent", "Référent"


class Missing(Code):
    """What no column gives, and without which no row can be a person."""

    NAME = "name", "Nom"
    FIRST_NAME = "first_name", "Prénom"


# Folded headings. « Nom » alone is the birth name, unless another column is the birth name.
_SYNONYMS: Mapping[Field, tuple[str, ...]] = {
    Field.BIRTH_NAME: (
        "nom", "noms", "nom de naissance", "nom naissance", "nom de famille", "nom patronymique",
        "nom de jeune fille", "nom jeune fille", "patronyme", "nom beneficiaire",
        "nom du beneficiaire", "nom allocataire", "nom de l allocataire", "nom usager",
        "nom de la personne", "nom personne",
    ),
    Field.USUAL_NAME: (
        "nom d usage", "nom usage", "nom usuel", "nom marital", "nom d epouse", "nom epouse",
        "nom epoux", "nom d epoux",
    ),
    Field.FIRST_NAME: (
        "prenom", "prenoms", "1er prenom", "premier prenom", "prenom usuel", "prenom beneficiaire",
        "prenom du beneficiaire", "prenom allocataire", "prenom de l allocataire", "prenom usager",
        "prenom de la personne", "prenom personne",
    ),
    Field.FULL_NAME: (
        "nom prenom", "nom et prenom", "nom prenoms", "nom et prenoms", "noms et prenoms",
        "noms prenoms", "identite", "beneficiaire", "allocataire", "nom complet", "usager",
        "personne", "nom prenom du beneficiaire", "nom et prenom du beneficiaire",
    ),
    Field.SEX: ("sexe", "genre", "civilite", "civ", "civilites", "titre", "h f", "f h", "m f"),
    Field.BIRTH_DATE: (
        "date de naissance", "date naissance", "date naiss", "ne e le", "ne le", "nee le",
        "ne nee le", "naissance", "ddn", "dn", "d naissance", "date de naiss", "annee de naissance",
        "dtnai", "date nais", "nee e le", "ne e",
    ),
    Field.ADDRESS_LINE: (
        "adresse", "adresse postale", "adresse 1", "adresse1", "adresse ligne 1", "rue", "voie",
        "domicile", "adresse complete", "n et voie", "numero et voie", "n et rue",
    ),
    Field.COMMUNE: (
        "commune", "ville", "localite", "commune de residence", "nom commune", "nom de la commune",
        "commune residence", "ville de residence", "code postal et commune", "cp ville",
        "cp et ville", "code postal ville", "cp commune", "lieu de residence",
    ),
    Field.POSTAL_CODE: ("code postal", "cp", "c p", "codepostal", "code post", "cpostal"),
    Field.PHONE1: (
        "telephone", "tel", "tel 1", "tel1", "telephone 1", "n de telephone", "n telephone",
        "numero de telephone", "n tel", "tel fixe", "telephone fixe", "fixe", "tel domicile",
        "contact telephonique", "coordonnees telephoniques", "telephones",
    ),
    Field.PHONE2: (
        "portable", "telephone portable", "tel portable", "tel port", "mobile", "tel mobile",
        "telephone mobile", "tel 2", "tel2", "telephone 2", "autre telephone", "gsm", "n portable",
        "numero de portable",
    ),
    Field.EMAIL: (
        "mail", "email", "e mail", "courriel", "adresse mail", "adresse email", "adresse e mail",
        "adresse electronique", "mel", "messagerie",
    ),
    Field.LANGUAGE: ("langue", "langue parlee", "langues", "langue maternelle", "langues parlees"),
    Field.CAF: (
        "n caf", "caf", "numero caf", "n allocataire", "numero allocataire", "num allocataire",
        "n d allocataire", "numero d allocataire", "matricule", "matricule caf", "num caf",
        "n allocataire caf", "numero allocataire caf", "identifiant caf",
    ),
    Field.MSA: (
        "n msa", "msa", "numero msa", "num msa", "n allocataire msa", "numero allocataire msa",
        "identifiant msa", "matricule msa",
    ),
    Field.FRANCE_TRAVAIL: (
        "identifiant france travail", "id france travail", "france travail", "n france travail",
        "numero france travail", "identifiant ft", "n ft", "id ft", "identifiant pole emploi",
        "n pole emploi", "numero pole emploi", "id pole emploi", "n demandeur d emploi", "ide",
        "identifiant pe", "n de", "n pe",
    ),
    Field.DEPARTEMENT: (
        "n dossier", "numero dossier", "n de dossier", "numero de dossier", "n interne",
        "identifiant departement", "n departement", "id departement", "n individu", "id iodas",
        "n iodas", "n solis", "identifiant interne", "dossier",
    ),
    Field.REFERENT: (
        "referent", "referente", "referent unique", "nom du referent", "referent e", "nom referent",
        "travailleur social", "conseiller", "conseillere", "referent rsa", "prescripteur",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contest:
    """Columns (indexes) that all claim one meaning; the first has it until somebody decides."""

    field: Field
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """The headings of a caseload and the meaning of each column, ``None`` when it is left out."""

    header: tuple[str, ...]
    header_row: int
    """The number of the row of headings, 0 when there is none."""
    meanings: tuple[Field | None, ...]
    contests: tuple[Contest, ...] = ()

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What still has no column; the import may start when this is empty."""
        known = set(self.meanings)
        if Field.FULL_NAME in known:
            return ()
        found = []
        if not known & {Field.BIRTH_NAME, Field.USUAL_NAME}:
            found.append(Missing.NAME)
        if Field.FIRST_NAME not in known:
            found.append(Missing.FIRST_NAME)
        return tuple(found)

    def column_of(self, wanted: Field) -> int | None:
        """Return the index of the column that has this meaning, or None."""
        return self.meanings.index(wanted) if wanted in self.meanings else None

    def heading_of(self, wanted: Field) -> str | None:
        """Return the heading of the column that has this meaning, as written in the file."""
        column = self.column_of(wanted)
        return None if column is None else self.header[column]

    def assign(self, column: int, meaning: Field | None) -> "Columns":
        """Give a column a meaning by hand (None leaves it out); the decision ends its contests."""
        holder = self.column_of(meaning) if meaning is not None else None
        if holder is not None and holder != column:
            raise FieldTaken(holder)
        meanings = list(self.meanings)
        meanings[column] = meaning
        contests = tuple(contest for contest in self.contests if column not in contest.columns)
        return replace(self, meanings=tuple(meanings), contests=contests)


def recognise(sheet: Sheet) -> Columns:
    """Find the row of headings and say what each column is."""
    header_line = find_header(sheet.lines)
    if header_line is None:
        return Columns(_generic(sheet.width), 0, (None,) * sheet.width)
    return recognise_header(header_line, sheet.width)


def recognise_header(line: Line, width: int) -> Columns:
    """Say what each column is, this row being the headings."""
    header = tuple(line.cells) + ("",) * (width - len(line.cells))
    claims = [meaning_of(heading) for heading in header]
    _rename_plain_name(header, claims)
    _spread_phones(claims)
    claimants: dict[Field, list[int]] = {}
    for column, claim in enumerate(claims):
        if claim is not None:
            claimants.setdefault(claim, []).append(column)
    meanings: list[Field | None] = [None] * len(header)
    for meaning, columns in claimants.items():
        meanings[columns[0]] = meaning
    contests = [Contest(f, tuple(c)) for f, c in claimants.items() if len(c) > 1]
    return Columns(header, line.number, tuple(meanings), tuple(contests))


def find_header(lines: Sequence[Line]) -> Line | None:
    """Return the row with the most recognised headings, two at least, among the first ones."""
    best, best_count = None, 1
    for line in lines[:_HEADER_WITHIN]:
        count = len({meaning_of(cell) for cell in line.cells} - {None})
        if count > best_count:
            best, best_count = line, count
    return best


def data_lines(sheet: Sheet, columns: Columns) -> tuple[Line, ...]:
    """Return the rows below the headings, leaving out headings repeated further down."""
    header = tuple(fold(cell) for cell in columns.header)
    return tuple(
        line
        for line in sheet.lines
        if line.number > columns.header_row
        and not (columns.header_row and tuple(map(fold, line.cells)) == header[: len(line.cells)])
    )


def meaning_of(heading: str) -> Field | None:
    """Return what a heading means, or None when it is not one we know."""
    if not heading or len(heading) > 80:
        return None
    lookup = _lookup()
    # « N° » folds to « n »: NFKD makes a « o » of the degree-like sign º only.
    plain = fold(heading.replace("N°", "n ").replace("n°", "n ").replace("Nº", "n "))
    return lookup.get(plain) or lookup.get(fold(_PARENTHESES.sub(" ", heading)))


@cache
def _lookup() -> dict[str, Field]:
    return {synonym: meaning for meaning, all_ in _SYNONYMS.items() for synonym in all_}


def _rename_plain_name(header: Sequence[str], claims: list[Field | None]) -> None:
    """« Nom » beside « Nom de naissance » is the name in use."""
    if claims.count(Field.BIRTH_NAME) != 2 or Field.USUAL_NAME in claims:
        return
    for column, heading in enumerate(header):
        if claims[column] is Field.BIRTH_NAME and fold(heading) in ("nom", "noms"):
            claims[column] = Field.USUAL_NAME
            return


def _spread_phones(claims: list[Field | None]) -> None:
    """Two columns of telephone numbers, or a mobile alone, take the two places in order."""
    phones = [i for i, claim in enumerate(claims) if claim in (Field.PHONE1, Field.PHONE2)]
    if len(phones) <= 2:
        for column, meaning in zip(phones, (Field.PHONE1, Field.PHONE2), strict=False):
            claims[column] = meaning


def _generic(width: int) -> tuple[str, ...]:
    return tuple(f"Colonne {number}" for number in range(1, width + 1))
