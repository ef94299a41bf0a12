"""« née le 4 mars 1979 »: how a date of birth is told, wherever a person is."""

from datetime import date
from typing import Protocol

from desktop.domain.french_dates import FrenchDate, format_date
from desktop.ui.text import translate
from protocol.kinds.persons import DatePrecision, Sex


class Born(Protocol):
    """Who has a date of birth: a sheet, a line of a list."""

    @property
    def birth_date(self) -> date | None: ...

    @property
    def birth_date_precision(self) -> DatePrecision: ...

    @property
    def sex(self) -> Sex | None: ...


def born(person: Born) -> str:
    """Return « née le 4 mars 1979 », « né en 1979 »; « né·e » while it is not told."""
    if person.birth_date is None:
        return ""
    if person.sex is Sex.FEMALE:
        words = translate("Birth", "née {0}")
    elif person.sex is Sex.MALE:
        words = translate("Birth", "né {0}")
    else:
        words = translate("Birth", "né·e {0}")
    return words.format(birth_words(person))


def birth_words(person: Born) -> str:
    """Return « le 4 mars 1979 », no more precise than what is known; nothing if it is not."""
    if person.birth_date is None:
        return ""
    precision = person.birth_date_precision
    written = format_date(FrenchDate(person.birth_date, precision))
    if precision is DatePrecision.DAY:
        return translate("Birth", "le {0}").format(written)
    if precision in (DatePrecision.MONTH, DatePrecision.YEAR):
        return translate("Birth", "en {0}").format(written)
    return written
