"""What the professions record, for tests that do not care how it was typed."""

from dataclasses import replace
from typing import TypeVar

from desktop.services.record_form import Value
from desktop.services.record_keeper import RecordKeeper
from desktop.services.workplace import Workplace
from protocol.ids import PersonId, RecordId
from protocol.kinds.declare import Record
from protocol.kinds.people import Structure, StructureKind

R = TypeVar("R", bound=Record)


def record(keeper: RecordKeeper[R], person: PersonId, **values: Value) -> RecordId:
    """Fill a new form with these values, and finish it."""
    form = keeper.begin(person).form
    return keeper.finish(replace(form, values={**form.values, **values})).value


def answer(keeper: RecordKeeper[R], known: RecordId, **values: Value) -> RecordId:
    """Open a record again and change these values."""
    form = keeper.open(known).form
    return keeper.finish(replace(form, values=values)).value


def structure(workplace: Workplace, name: str, category: StructureKind) -> Structure:
    """Return an organisation."""
    return Structure(
        id=RecordId(workplace.new_id()),
        created_at=workplace.clock.now(),
        created_by=workplace.me,
        name=name,
        category=category,
    )
