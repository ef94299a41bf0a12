"""From a row of text to a person, or to the reasons why it cannot be one.

Everything is checked before anything is kept. A row with a problem is not imported at all: it is
listed, corrected in the file, and brought back. What was left aside without harm (a second number
that is not one, an address outside the Département) is told as a notice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from desktop.domain import phones
from desktop.domain.caseload.columns import Columns, Field
from desktop.domain.caseload.readers import Line
from desktop.domain.french_dates import DateReason, DateRefused, read_date
from desktop.domain.names import fold
from desktop.domain.territory import (
    CommuneAmbiguous,
    CommuneFound,
    CommuneUnknown,
    Territory,
)
from protocol.kinds.persons import DatePrecision, IdentifierScheme, Sex

FORMULA_STARTS = ("=", "+", "-", "@")
"""A cell that begins so is computed by spreadsheets; for us it is text."""
NAME_LIMIT = 100
TEXT_LIMIT = 200
IDENTIFIER_LIMIT = 40
_LIMITS = {
    Field.BIRTH_NAME: NAME_LIMIT,
    Field.USUAL_NAME: NAME_LIMIT,
    Field.FIRST_NAME: NAME_LIMIT,
    Field.FULL_NAME: 2 * NAME_LIMIT,
    Field.CAF: IDENTIFIER_LIMIT,
    Field.MSA: IDENTIFIER_LIMIT,
    Field.FRANCE_TRAVAIL: IDENTIFIER_LIMIT,
    Field.DEPARTEMENT: IDENTIFIER_LIMIT,
}
_SCHEMES = {
    Field.CAF: IdentifierScheme.CAF,
    Field.MSA: IdentifierScheme.MSA,
    Field.FRANCE_TRAVAIL: IdentifierScheme.FRANCE_TRAVAIL,
    Field.DEPARTEMENT: IdentifierScheme.DEPARTMENT,
}
# What people write to say that there is nothing to write.
_NOTHING = frozenset(
    ("neant", "nc", "n c", "nr", "n r", "na", "n a", "inconnu", "inconnue", "non connu", "aucun",
     "aucune", "sans", "non renseigne", "non renseignee", "x", "xx", "xxx", "null", "none", "vide")
)  # fmt: skip
_FEMALE = frozenset(("f", "mme", "madame", "mlle", "mademoiselle", "femme", "feminin", "2", "mmes"))
_MALE = frozenset(("m", "h", "mr", "monsieur", "homme", "masculin", "1", "m r"))
_OTHER = frozenset(("autre", "x", "non binaire", "non dit", "nb", "a", "non precise"))
_POSTAL_FIRST = re.compile(r"([0-9]{2} ?[0-9]{3})\s+(\D.*)")
_POSTAL_LAST = re.compile(r"(\D.*?)\s*\(?([0-9]{2} ?[0-9]{3})\)?")
_ADDRESS_END = re.compile(r"(.*?)[\s,;-]+([0-9]{5})\s+([^\d]+)")
_EMAIL = re.compile(r"[^@\s,;<>()\"]{1,64}@[^@\s,;<>()\"]+\.[A-Za-z]{2,}")
_SEVERAL = re.compile(r"\s*(?:/|;|,|\bou\b|\bet\b)\s*")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_NIR = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{6}(?:[0-9]{2})?")
_TITLE = re.compile(r"^(?:m\.|mr\.?|mme\.?|mlle\.?|monsieur|madame|mademoiselle)\s+", re.IGNORECASE)


class RowReason(StrEnum):
    """Why a row, or one of its cells, was not taken."""

    NO_NAME = "no_name"
    NO_FIRST_NAME = "no_first_name"
    NAME_NOT_SPLIT = "name_not_split"
    """Name and first name in one cell, and nothing tells where to cut."""
    NOT_A_NAME = "not_a_name"
    TOO_LONG = "too_long"
    """Parameter: the limit, in characters."""
    DATE_UNREADABLE = "date_unreadable"
    DATE_NO_SUCH_DAY = "date_no_such_day"
    DATE_NO_SUCH_MONTH = "date_no_such_month"
    DATE_TOO_OLD = "date_too_old"
    DATE_IN_FUTURE = "date_in_future"
    SEX_UNKNOWN = "sex_unknown"
    COMMUNE_AMBIGUOUS = "commune_ambiguous"
    """Parameters: the names of the communes that may be meant."""
    COMMUNE_UNKNOWN = "commune_unknown"
    COMMUNE_ELSEWHERE = "commune_elsewhere"
    COMMUNE_NOT_TOLD = "commune_not_told"
    """A postal code without a name: parameters, communes it may be."""
    POSTAL_CODE_INVALID = "postal_code_invalid"
    PHONE_INVALID = "phone_invalid"
    PHONES_TOO_MANY = "phones_too_many"
    EMAIL_INVALID = "email_invalid"
    IDENTIFIER_INVALID = "identifier_invalid"
    SOCIAL_SECURITY_NUMBER = "social_security_number"
    """A NIR, which we do not keep."""
    REPEATED_ROW = "repeated_row"
    """Parameter: the number of the first row that says the same."""


_SEPARATORS = re.compile(r"[\s.\-]")


@dataclass(frozen=True, slots=True, repr=False)
class RowProblem:
    """One thing wrong with one row; ``parameters`` complete the sentence made on the screen."""

    row_number: int
    column: str | None
    reason: RowReason
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class CaseloadRow:
    """A row that can become a person; values are valid for the fields of a person."""

    number: int
    birth_name: str
    first_name: str
    usual_name: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    birth_date_precision: DatePrecision = DatePrecision.DAY
    address_line: str | None = None
    commune: str | None = None
    postal_code: str | None = None
    phone1: str | None = None
    phone2: str | None = None
    email: str | None = None
    language: str | None = None
    identifiers: tuple[tuple[IdentifierScheme, str], ...] = ()
    referent: str | None = None
    notices: tuple[RowProblem, ...] = ()


class _Reading:
    """One row being read: its cells by meaning, and what was found wrong so far."""

    def __init__(self, line: Line, columns: Columns) -> None:
        self.number = line.number
        self.problems: list[RowProblem] = []
        self.notices: list[RowProblem] = []
        self._columns = columns
        self._cells: dict[Field, str] = {}
        for meaning, cell in zip(columns.meanings, line.cells, strict=False):
            if meaning is not None and (text := _meant(meaning, cell)):
                self._cells[meaning] = text

    def text(self, meaning: Field) -> str | None:
        """Return the cell, or None when it is empty or too long (then a problem)."""
        text = self._cells.get(meaning)
        limit = _LIMITS.get(meaning, TEXT_LIMIT)
        if text is not None and len(text) > limit:
            self.refuse(meaning, RowReason.TOO_LONG, str(limit))
            return None
        return text

    def refuse(self, meaning: Field, reason: RowReason, *parameters: str) -> None:
        """Note a problem: the row will not be taken."""
        self.problems.append(self._problem(meaning, reason, parameters))

    def notice(self, meaning: Field, reason: RowReason, *parameters: str) -> None:
        """Note something to know: the row is taken without it."""
        self.notices.append(self._problem(meaning, reason, parameters))

    def _problem(
        self, meaning: Field, reason: RowReason, parameters: tuple[str, ...]
    ) -> RowProblem:
        return RowProblem(self.number, self._columns.heading_of(meaning), reason, parameters)


def read_row(
    line: Line, columns: Columns, territory: Territory, today: date
) -> CaseloadRow | list[RowProblem]:
    """Read one row: a person ready to be compared, or everything that is wrong with it at once."""
    reading = _Reading(line, columns)
    birth_name, usual_name, first_name = _read_names(reading)
    birth_date, precision = _read_birth_date(reading, today)
    address, commune, postal_code = _read_place(reading, territory)
    phone1, phone2 = _read_phones(reading)
    values = CaseloadRow(
        number=line.number,
        birth_name=birth_name or "",
        usual_name=usual_name,
        first_name=first_name or "",
        sex=_read_sex(reading),
        birth_date=birth_date,
        birth_date_precision=precision,
        address_line=address,
        commune=commune,
        postal_code=postal_code,
        phone1=phone1,
        phone2=phone2,
        email=_read_email(reading),
        language=reading.text(Field.LANGUAGE),
        identifiers=_read_identifiers(reading),
        referent=reading.text(Field.REFERENT),
        notices=tuple(reading.notices),
    )
    return reading.problems or values


def split_full_name(text: str) -> tuple[str, str] | None:
    """Cut « DUPONT Jean », « DE LA TOUR Marie Anne », « Dupont, Jean » or « Dupont Jean ».

    What is written in capitals is the name. Without capitals to tell, two words are a name then a
    first name; more are not guessed.
    """
    text = _TITLE.sub("", text)
    if text.count(",") == 1:
        name, _, first = (part.strip() for part in text.partition(","))
        return (name, first) if name and first else None
    parts = text.split()
    shouted = [part.isupper() and len(part) > 1 for part in parts]
    if len(parts) < 2:
        return None
    if any(shouted) and not all(shouted):
        in_capitals = " ".join(part for part in parts if part.isupper() and len(part) > 1)
        others = " ".join(part for part, loud in zip(parts, shouted, strict=True) if not loud)
        cuts = sum(a != b for a, b in pairwise(shouted))
        return (in_capitals, others) if cuts == 1 else None
    return (parts[0], parts[1]) if len(parts) == 2 else None


def _read_names(reading: _Reading) -> tuple[str | None, str | None, str | None]:
    birth = reading.text(Field.BIRTH_NAME)
    usual = reading.text(Field.USUAL_NAME)
    first = reading.text(Field.FIRST_NAME)
    whole = reading.text(Field.FULL_NAME)
    if whole and not (birth or usual):
        split = split_full_name(whole)
        if split is None and first is None:
            reading.refuse(Field.FULL_NAME, RowReason.NAME_NOT_SPLIT)
            return None, None, None
        birth, first = (whole, first) if split is None or first else split
    named = ((Field.BIRTH_NAME, birth), (Field.USUAL_NAME, usual), (Field.FIRST_NAME, first))
    for meaning, name in named:
        if name is not None and not _HAS_LETTER.search(name):
            reading.refuse(meaning, RowReason.NOT_A_NAME)
        elif name is not None and len(name) > NAME_LIMIT:
            reading.refuse(meaning, RowReason.TOO_LONG, str(NAME_LIMIT))
    already = {problem.reason for problem in reading.problems}
    if not (birth or usual) and RowReason.TOO_LONG not in already:
        reading.refuse(Field.BIRTH_NAME, RowReason.NO_NAME)
    if not first and RowReason.TOO_LONG not in already:
        reading.refuse(Field.FIRST_NAME, RowReason.NO_FIRST_NAME)
    if birth is None:
        birth, usual = usual, None
    if birth and usual and fold(birth) == fold(usual):
        usual = None
    return birth, usual, first


_DATE_REASONS: Mapping[DateReason, RowReason] = {
    DateReason.UNREADABLE: RowReason.DATE_UNREADABLE,
    DateReason.NO_SUCH_DAY: RowReason.DATE_NO_SUCH_DAY,
    DateReason.NO_SUCH_MONTH: RowReason.DATE_NO_SUCH_MONTH,
    DateReason.TOO_OLD: RowReason.DATE_TOO_OLD,
    DateReason.IN_FUTURE: RowReason.DATE_IN_FUTURE,
}


def _read_birth_date(reading: _Reading, today: date) -> tuple[date | None, DatePrecision]:
    text = reading.text(Field.BIRTH_DATE)
    if text is None:
        return None, DatePrecision.DAY
    try:
        read = read_date(text, today=today, past_only=True, serials=True)
    except DateRefused as refused:
        reading.refuse(Field.BIRTH_DATE, _DATE_REASONS[refused.reason], text)
        return None, DatePrecision.DAY
    return read.day, read.precision


def _read_sex(reading: _Reading) -> Sex | None:
    text = reading.text(Field.SEX)
    if text is None:
        return None
    plain = fold(text)
    for sex, words in ((Sex.FEMALE, _FEMALE), (Sex.MALE, _MALE), (Sex.OTHER, _OTHER)):
        if plain in words:
            return sex
    reading.notice(Field.SEX, RowReason.SEX_UNKNOWN, text)
    return None


def _read_place(
    reading: _Reading, territory: Territory
) -> tuple[str | None, str | None, str | None]:
    """Return address, INSEE code and postal code, cutting « 79000 Niort » wherever it stands."""
    address = reading.text(Field.ADDRESS_LINE)
    name = reading.text(Field.COMMUNE) or ""
    written = reading.text(Field.POSTAL_CODE) or ""
    if found := _POSTAL_FIRST.fullmatch(name):
        name, written = found[2], written or found[1]
    elif found := _POSTAL_LAST.fullmatch(name):
        name, written = found[1], written or found[2]
    if address and not name and (found := _ADDRESS_END.fullmatch(address)):
        address, name, written = found[1], found[3], written or found[2]
    if not name and not written:
        return address, None, None
    postal_code = _postal_code(written)
    if written and postal_code is None:
        reading.refuse(Field.POSTAL_CODE, RowReason.POSTAL_CODE_INVALID, written)
        return address, None, None
    commune, only_code = _read_commune(reading, territory, name, postal_code)
    return address, commune, postal_code or only_code


def _read_commune(
    reading: _Reading, territory: Territory, name: str, postal_code: str | None
) -> tuple[str | None, str | None]:
    """Return the INSEE code, and the postal code when the commune has only one."""
    match territory.find_commune(name, postal_code):
        case CommuneFound(commune=commune):
            codes = commune.postal_codes
            return commune.code, codes[0] if len(codes) == 1 else None
        case CommuneAmbiguous(candidates=candidates):
            names = tuple(candidate.name for candidate in candidates)
            if name:
                reading.refuse(Field.COMMUNE, RowReason.COMMUNE_AMBIGUOUS, *names)
            else:
                reading.notice(Field.POSTAL_CODE, RowReason.COMMUNE_NOT_TOLD, *names)
        case CommuneUnknown(elsewhere=True):
            reading.notice(Field.COMMUNE, RowReason.COMMUNE_ELSEWHERE, name)
        case CommuneUnknown():
            reading.refuse(Field.COMMUNE, RowReason.COMMUNE_UNKNOWN, name)
    return None, None


def _postal_code(text: str) -> str | None:
    digits = text.replace(" ", "")
    if not (digits.isascii() and digits.isdigit()):
        return None
    digits = digits.zfill(5) if len(digits) == 4 else digits
    return digits if len(digits) == 5 and digits >= "01000" else None


def _read_phones(reading: _Reading) -> tuple[str | None, str | None]:
    found: dict[str, None] = {}
    for meaning in (Field.PHONE1, Field.PHONE2):
        text = reading.text(meaning)
        if text is None:
            continue
        whole = phones.normalise(text)
        for part in [text] if whole else _SEVERAL.split(text):
            phone = phones.normalise(part)
            if phone is not None:
                found[phone] = None
            elif part:
                reading.notice(meaning, RowReason.PHONE_INVALID, part)
    if len(found) > 2:
        reading.notice(Field.PHONE1, RowReason.PHONES_TOO_MANY)
    kept: list[str | None] = [*found, None, None]
    return kept[0], kept[1]


def _read_email(reading: _Reading) -> str | None:
    text = reading.text(Field.EMAIL)
    if text is None:
        return None
    plain = text.replace(" ", "").lower()
    if _EMAIL.fullmatch(plain):
        return plain
    reading.notice(Field.EMAIL, RowReason.EMAIL_INVALID, text)
    return None


def _read_identifiers(reading: _Reading) -> tuple[tuple[IdentifierScheme, str], ...]:
    found = []
    for meaning, scheme in _SCHEMES.items():
        text = reading.text(meaning)
        if text is None:
            continue
        value = plain_identifier(scheme, text)
        if _is_nir(value):
            # The number is not even repeated in the problem.
            reading.notice(meaning, RowReason.SOCIAL_SECURITY_NUMBER)
        elif not (value.isascii() and value.replace("/", "").isalnum() and len(value) >= 3):
            reading.notice(meaning, RowReason.IDENTIFIER_INVALID, text)
        else:
            found.append((scheme, value))
    return tuple(found)


def plain_identifier(scheme: IdentifierScheme, text: str) -> str:
    """Return a number as it is kept: no separators, and the first zeros a spreadsheet drops."""
    value = _SEPARATORS.sub("", text).upper()
    if scheme is IdentifierScheme.CAF and value.isdigit():
        return value.zfill(7)
    if scheme is IdentifierScheme.FRANCE_TRAVAIL and value[:-1].isdigit() and value[-1:].isalpha():
        return value.zfill(8)
    return value


def _is_nir(value: str) -> bool:
    return _NIR.fullmatch(value) is not None


def _meant(meaning: Field, cell: str) -> str:
    """Return the cell, or nothing when it only says that there is nothing: « - », « néant »."""
    if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS:
        cell = cell[1:]  # how our own export of refused rows keeps a spreadsheet from computing
    if not any(c.isalnum() for c in cell):
        return ""
    # Na and Sans are names; X is a sex.
    said = meaning in (Field.BIRTH_NAME, Field.FIRST_NAME, Field.FULL_NAME, Field.SEX)
    return cell if said or fold(cell) not in _NOTHING else ""
