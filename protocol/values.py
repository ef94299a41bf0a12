"""Values of fields between three forms: Python, wire (JSON) and validation on both sides.

The wire form of a field is also what the laptop's column holds (lists as JSON text there), so one
mapping serves tables, messages, digests and exports:

========  =======================================  ==============================
shape     Python                                   wire
========  =======================================  ==============================
text      ``str``                                  string
code      ``Code``                                 string
id        ``NewType`` of ``str``                   canonical UUID string
date      ``date``                                 ``YYYY-MM-DD``
instant   aware ``datetime``                       ``YYYY-MM-DDTHH:MM:SSZ`` (UTC)
integer   ``int``                                  number
number    ``float``                                number
flag      ``bool``                                 true / false
codes     ``frozenset[Code]``                      sorted list of strings
entries   ``tuple[str, ...]``                      list of strings
sealed    ``Sealed``                               string
========  =======================================  ==============================

A *sealed text*, like a ``Sealed`` value, travels with one leading character that names its key:
``0`` for the clear key, ``1`` for its author's, ``2`` for the circle of the dossier's. What the
circle shares is sealed by ``desktop.store.sealed_texts`` as it is saved: here it is a text, there
an envelope.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import TypeVar, cast

import msgspec

from protocol.errors import FieldRefused
from protocol.ids import CANONICAL_ID, RecordId, is_id
from protocol.kinds.declare import FieldSpec, KindSpec, Record, Rule, Shape, spec_of

Wire = str | int | float | bool | list[str] | None
"""The wire form of one value."""

CLEAR_KEY = "0"
AUTHOR_KEY = "1"
CIRCLE_KEY = "2"
_KEYS = (CLEAR_KEY, AUTHOR_KEY, CIRCLE_KEY)

R = TypeVar("R", bound=Record)

# From the year 1000 to 2999: a day more, or Paris time, must not leave what a date can hold.
_DATE = re.compile(r"[12]\d{3}-\d{2}-\d{2}")
_INSTANT = re.compile(r"[12]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")
# Days that every month has, seconds that every minute has: the others are looked at more closely.
_PLAIN_DATE = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])", re.ASCII)
_PLAIN_INSTANT = re.compile(rf"{_PLAIN_DATE.pattern}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""Finds what to take out; ``_is_storable`` says five times faster that there is nothing."""
MAX_INTEGER = 2**31 - 1
MIN_INTEGER = -(2**28)
"""Both also minutes that can be added to any date above: five centuries before the year 1000."""


def clean_text(text: str) -> str:
    """Return ``text`` without what no store keeps faithfully: NUL and lone surrogates."""
    return text if _is_storable(text) else _UNSTORABLE.sub("", text)


def to_wire(record: Record) -> dict[str, Wire]:
    """Return the wire form of a record: its fields that hold something, by name."""
    spec = spec_of(type(record))
    values = ((item.name, value_to_wire(item, getattr(record, item.name))) for item in spec.fields)
    return {name: value for name, value in values if value is not None}


def from_wire(record: type[R], rid: str, data: Mapping[str, Wire]) -> R:
    """Return the record whose wire form is ``data``; fields unknown to this version are ignored."""
    spec = spec_of(record)
    values = {
        item.name: value_from_wire(item, data[item.name])
        for item in spec.fields
        if data.get(item.name) is not None
    }
    missing = {item.name: None for item in spec.fields if item.required and item.name not in values}
    if missing:
        raise FieldRefused(next(iter(missing)), "missing")
    return record(id=RecordId(rid), **values)  # type: ignore[arg-type]  # typed by the declaration


def value_to_wire(item: FieldSpec, value: object) -> Wire:
    """Return the wire form of one Python value; empty collections are ``None``."""
    if value is None:
        return None
    if item.shape is Shape.SEALED:
        return AUTHOR_KEY + clean_text(cast(str, value))
    if item.rule is Rule.SEALED_TEXT:
        return CLEAR_KEY + clean_text(cast(str, value))
    if item.shape is Shape.TEXT:
        return clean_text(cast(str, value))
    if item.shape is Shape.DATE:
        return cast(date, value).isoformat()
    if item.shape is Shape.INSTANT:
        return instant_to_wire(cast(datetime, value))
    if item.shape is Shape.CODES:
        return sorted(str(code) for code in cast(frozenset[str], value)) or None
    if item.shape is Shape.ENTRIES:
        return list(cast(tuple[str, ...], value)) or None
    if item.shape is Shape.CODE:
        return str(value)
    return cast(Wire, value)


def value_from_wire(item: FieldSpec, value: Wire) -> object:
    """Return the Python form of one wire value that has been checked before."""
    if value is None:
        return None
    if _names_its_key(item):
        if cast(str, value)[:1] == CIRCLE_KEY:
            # An envelope is no text: whoever shows it opens it first.
            raise FieldRefused(item.name, "unknown_key")
        return cast(str, value)[1:]
    if item.shape is Shape.DATE:
        return date.fromisoformat(cast(str, value))
    if item.shape is Shape.INSTANT:
        return instant_from_wire(cast(str, value))
    if item.shape is Shape.CODE and item.codes is not None:
        return item.codes(cast(str, value))
    if item.shape is Shape.CODES and item.codes is not None:
        return frozenset(item.codes(code) for code in cast(list[str], value))
    if item.shape is Shape.ENTRIES:
        return tuple(cast(list[str], value))
    if item.shape is Shape.FLAG:
        return bool(value)
    return value


def instant_to_wire(moment: datetime) -> str:
    """Return an aware moment in UTC to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_from_wire(text: str) -> datetime:
    """Return the aware moment written by ``instant_to_wire``."""
    return datetime.fromisoformat(text)


def check_value(item: FieldSpec, value: object, *, strict_codes: bool) -> None:
    """Raise ``FieldRefused`` unless ``value`` is a wire value its declaration allows.

    ``strict_codes`` is for the server, which is always upgraded first; a laptop accepts codes of a
    newer version and keeps them as they are.
    """
    if value is None:
        if item.required:
            raise FieldRefused(item.name, "missing")
        return
    _check_of(item)(item, value, strict_codes)


def check_kind(spec: KindSpec, data: Mapping[str, object], *, strict_codes: bool) -> None:
    """Raise ``FieldRefused`` unless ``data`` can become a record of this kind."""
    # mypy sees the hash of a record where that of its class is asked.
    for name, item, check, is_plainly_right in _checks_of(spec.record):  # type: ignore[arg-type]
        value = data.get(name)
        if value is not None:
            if not is_plainly_right(value):
                check(item, value, strict_codes)
        elif item.required:
            raise FieldRefused(name, "missing")


def is_whole(spec: KindSpec, data: Mapping[str, object]) -> bool:
    """Tell whether ``data`` holds all that a record of this kind cannot be without."""
    return all(data.get(item.name) is not None for item in spec.fields if item.required)


def envelope_limit(item: FieldSpec) -> int:
    """Return how many characters the envelope of a text sealed for the circle holds at most."""
    return 7 * item.limit + 1_000


def column_value(value: Wire) -> str | int | float | None:
    """Return what a column holds for a wire value."""
    if isinstance(value, list):
        return msgspec.json.encode(value).decode()
    return int(value) if isinstance(value, bool) else value


def from_column(item: FieldSpec, value: object) -> Wire:
    """Return the wire value that a column holds."""
    if value is None:
        return None
    if item.shape in (Shape.CODES, Shape.ENTRIES):
        return cast(list[str], msgspec.json.decode(cast(str, value)))
    return bool(value) if item.shape is Shape.FLAG else cast(Wire, value)


def _is_storable(text: str) -> bool:
    if "\x00" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _check_sealed(item: FieldSpec, value: object, _strict: bool) -> None:
    text = _text(item, value)
    if not text or text[0] not in _KEYS or (text[0] == CIRCLE_KEY and not item.for_circle):
        raise FieldRefused(item.name, "unknown_key")
    if item.shape is Shape.SEALED and text[0] != AUTHOR_KEY:
        raise FieldRefused(item.name, "not_sealed")
    if len(text) > (envelope_limit(item) if text[0] == CIRCLE_KEY else item.limit) + 1:
        raise FieldRefused(item.name, "too_long")


def _check_text(item: FieldSpec, value: object, _strict: bool) -> None:
    if len(_text(item, value)) > item.limit:
        raise FieldRefused(item.name, "too_long")


def _check_id(item: FieldSpec, value: object, _strict: bool) -> None:
    if not is_id(value):
        raise FieldRefused(item.name, "not_an_id")


def _check_code(item: FieldSpec, value: object, strict: bool) -> None:
    if item.codes is not None and isinstance(value, str) and item.codes.knows(value):
        return
    if len(_text(item, value)) > 60 or (strict and item.codes is not None):
        raise FieldRefused(item.name, "unknown_code")


def _check_date(item: FieldSpec, value: object, _strict: bool) -> None:
    text = _text(item, value)
    try:
        well_formed = _DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        well_formed = False
    if not well_formed:
        raise FieldRefused(item.name, "not_a_date")


def _check_instant(item: FieldSpec, value: object, _strict: bool) -> None:
    text = _text(item, value)
    try:
        well_formed = _INSTANT.fullmatch(text) is not None and bool(instant_from_wire(text))
    except ValueError:
        well_formed = False
    if not well_formed:
        raise FieldRefused(item.name, "not_an_instant")


def _check_integer(item: FieldSpec, value: object, _strict: bool) -> None:
    most = max(item.limit, MAX_INTEGER)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not MIN_INTEGER <= cast(int, value) <= most:
        raise FieldRefused(item.name, "not_an_integer")


def _check_number(item: FieldSpec, value: object, _strict: bool) -> None:
    # Bounded before isfinite, which cannot take the integers of 400 digits that JSON allows.
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not abs(cast(float, value)) <= MAX_INTEGER:
        raise FieldRefused(item.name, "not_a_number")


def _check_flag(item: FieldSpec, value: object, _strict: bool) -> None:
    if not isinstance(value, bool):
        raise FieldRefused(item.name, "not_a_flag")


def _check_list(item: FieldSpec, value: object, strict: bool) -> None:
    if not isinstance(value, list) or len(value) > item.limit:
        raise FieldRefused(item.name, "not_a_list")
    for entry in value:
        _check_code(item, entry, strict)


def _text(item: FieldSpec, value: object) -> str:
    if not isinstance(value, str) or not _is_storable(value):
        raise FieldRefused(item.name, "not_text")
    return value


_CHECKS = {
    Shape.TEXT: _check_text,
    Shape.SEALED: _check_sealed,
    Shape.CODE: _check_code,
    Shape.ID: _check_id,
    Shape.DATE: _check_date,
    Shape.INSTANT: _check_instant,
    Shape.INTEGER: _check_integer,
    Shape.NUMBER: _check_number,
    Shape.FLAG: _check_flag,
    Shape.CODES: _check_list,
    Shape.ENTRIES: _check_list,
}


_Check = Callable[[FieldSpec, object, bool], None]
_Glance = Callable[[object], bool]


def _check_of(item: FieldSpec) -> _Check:
    return _check_sealed if _names_its_key(item) else _CHECKS[item.shape]


def _names_its_key(item: FieldSpec) -> bool:
    """Tell whether a value begins with the character of its key."""
    return item.rule is Rule.SEALED_TEXT or item.shape is Shape.SEALED


@cache  # one entry for each kind declared, so that no record looks it up field by field
def _checks_of(record: type[Record]) -> tuple[tuple[str, FieldSpec, _Check, _Glance], ...]:
    return tuple(
        (item.name, item, _check_of(item), glance_at(item)) for item in spec_of(record).fields
    )


def glance_at(item: FieldSpec) -> _Glance:
    """Return what sees at once that a value is right, as nearly all are.

    The check itself judges the others. A first download is 20,000 records: they are checked in a
    third of the time.
    """
    limit = item.limit
    if _names_its_key(item):
        keys = (AUTHOR_KEY,) if item.shape is Shape.SEALED else (CLEAR_KEY, AUTHOR_KEY)
        # An envelope is longer than its text, and plain letters and digits.
        most = envelope_limit(item) + 1 if item.for_circle else 0
        return lambda value: (
            type(value) is str
            and (
                (value[:1] in keys and len(value) <= limit + 1 and _is_storable(value))
                or (
                    value[:1] == CIRCLE_KEY
                    and len(value) <= most
                    and value.isascii()
                    and "\x00" not in value
                )
            )
        )
    if item.shape is Shape.TEXT:
        return lambda value: type(value) is str and len(value) <= limit and _is_storable(value)
    if item.shape is Shape.DATE:
        return lambda value: type(value) is str and _PLAIN_DATE.fullmatch(value) is not None
    if item.shape is Shape.INSTANT:
        return lambda value: type(value) is str and _PLAIN_INSTANT.fullmatch(value) is not None
    if item.shape is Shape.CODE and item.codes is not None:
        codes = frozenset(str(code) for code in item.codes)
        return lambda value: type(value) is str and value in codes
    if item.shape is Shape.CODES and item.codes is not None:
        several = frozenset(str(code) for code in item.codes)
        return lambda value: (
            type(value) is list
            and len(value) <= limit
            and all(type(code) is str and code in several for code in value)
        )
    if item.shape is Shape.FLAG:
        return lambda value: value is True or value is False
    if item.shape is Shape.INTEGER:
        return lambda value: type(value) is int and MIN_INTEGER <= value <= MAX_INTEGER
    if item.shape is Shape.ID:
        return lambda value: type(value) is str and CANONICAL_ID.fullmatch(value) is not None
    return lambda value: False
