"""A value of a record as people write it, and what differs between two of its versions."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from desktop.config.clock import paris
from desktop.domain.text_differences import Span
from desktop.services.field_values import Readable
from desktop.ui.text import clock, day_long, day_with_year, duration, number, translate


def value_words(value: Readable) -> str:
    """« 4 mars 1979 », « oui », « 45 min », « Femme »: a value as people write it."""
    if value is None:
        return translate("Review", "(rien)")
    if isinstance(value, bool):
        return translate("Review", "oui") if value else translate("Review", "non")
    if isinstance(value, datetime):
        local = paris(value)
        return translate("Review", "{0} à {1}").format(day_long(local.date()), clock(local))
    if isinstance(value, date):
        return day_with_year(value)
    if isinstance(value, timedelta):
        return duration(value // timedelta(minutes=1))
    if isinstance(value, tuple):
        return ", ".join(value) or translate("Review", "(rien)")
    if isinstance(value, int | float):
        return number(value, 0 if isinstance(value, int) else 1)
    return value or translate("Review", "(pas sur ce poste)")


def only_here(spans: Iterable[Span]) -> str:
    """What a screen reader says of the words that are marked."""
    words = [span.text.strip() for span in spans if span.differs and span.text.strip()]
    if not words:
        return ""
    return translate("Review", "Seulement dans cette version\u00a0: {0}").format(
        " […] ".join(words)
    )
