"""A field's value as a person would read it: labels for codes, names for identifiers.

Facts only: dates stay dates and lengths stay lengths, so that the screens choose the words.
"""

from datetime import date, datetime, timedelta
from typing import cast

from desktop.domain.phones import display
from desktop.services.directory import Directory
from desktop.services.persons import shown_name
from desktop.services.workplace import Workplace
from protocol.errors import FieldRefused
from protocol.kinds import Appointment, Place, Professional, Structure
from protocol.kinds.declare import Code, FieldSpec, Shape
from protocol.values import Wire, check_value, value_from_wire

Readable = str | bool | int | float | date | datetime | timedelta | tuple[str, ...] | None
"""A code or an identifier is a ``str`` already; several codes are a tuple; nothing is ``None``."""

_NAMES = frozenset({"birth_name", "usual_name", "first_name"})


class FieldValues:
    """Reads wire values of declared fields."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory

    def read(self, item: FieldSpec, value: Wire) -> Readable:
        """Return what a person would read; what is no value of this field is told as it came."""
        try:
            check_value(item, value, strict_codes=False)
        except FieldRefused:
            return None if value is None else str(value)
        known = value_from_wire(item, value)
        if known is None or item.shape is Shape.SEALED:
            return None
        if item.shape is Shape.CODE:
            return cast(Code, known).label
        if item.shape is Shape.CODES:
            return tuple(sorted(code.label for code in cast(frozenset[Code], known)))
        if item.shape is Shape.ID:
            return self._named(str(known))
        if item.name == "minutes":
            return timedelta(minutes=cast(int, known))
        if isinstance(known, str):
            return self._text(item.name, known)
        return cast(Readable, known)

    def _text(self, name: str, text: str) -> str:
        """Return a text as a person reads it: a commune by its name, a number in pairs."""
        if name == "commune":
            return self._directory.commune_name(text) or text
        if name.startswith("phone"):
            return display(text)
        if name in _NAMES:
            return self._workplace.names.part(text)
        return self._workplace.names.address(text) if name == "email" else text

    def place_name(self, rid: object) -> str:
        """Return a lieu's name, also when it is no longer in use, or nothing."""
        place = self._records.get(Place, str(rid)) if rid else None
        return place.name if place else ""

    def _named(self, rid: str) -> Readable:
        """Return what an identifier means to a person; nothing for what is not on this laptop."""
        if name := self.place_name(rid) or shown_name(self._workplace, rid):
            return name
        known = self._records.get(Professional, rid) or self._records.get(Structure, rid)
        if known is not None:
            return known.name
        appointment = self._records.get(Appointment, rid)
        return appointment.starts_at if appointment else ""
