"""What arrives again is answered again, and nothing of what happened since is undone."""

import pytest

from protocol.kinds import Conflict, Person, spec_of
from server.store import records
from tests.server.samples import edit, follow_up, member, person
from tests.support.office import Office
from tests.support.raw_device import RawDevice

PERSON, CONFLICT = spec_of(Person).code, spec_of(Conflict).code
_DATA = ("record", "history", "bucket", "grant_", "sequence")


def data_of(office: Office) -> dict[str, bytes]:
    """Return all that is kept of records, and of who reads them."""
    tables = office.backup()
    return {name: tables[name] for name in _DATA}


@pytest.mark.invariant(5)
@pytest.mark.parametrize("more", [False, True], ids=["alone", "before new work"])
def test_what_arrives_again_once_a_colleague_has_answered_it_changes_nothing(
    claire: RawDevice, mehdi: RawDevice, office: Office, more: bool
) -> None:
    made = person(claire)
    met = follow_up(claire, made.rid, themes=["health"])
    claire.push(
        made,
        member(claire, made.rid, claire.professional),
        member(claire, made.rid, mehdi.professional),
        met,
    )
    request = claire.request(
        [edit(made, 0, phone1="05 49 00 00 01"), edit(met, 0, themes=[["housing"], []])], pull=False
    )
    answered = claire.ask(request)
    mehdi.pull()
    mehdi.push(
        edit(made, mehdi.cursor, phone1="05 49 00 00 02"),
        edit(met, mehdi.cursor, minutes=20),
    )
    before = data_of(office)
    for _ in range(3):
        again = claire.ask(request)
        assert (again.ack, again.results) == (answered.ack, answered.results)
        assert data_of(office) == before
    if more:
        both = claire.request(
            [
                edit(made, 0, phone1="05 49 00 00 01"),
                edit(met, 0, themes=[["housing"], []]),
                edit(made, 0, email="f.grelier@example.org"),
            ],
            pull=False,
        )
        assert claire.ask(both).ack == answered.ack + 1
        with office.database.transaction(office.department.schema) as connection:
            kept = records.load_records(connection, [(PERSON, made.rid)])[PERSON, made.rid].data
            assert not records.records_of_kind(connection, CONFLICT)
        assert (kept["phone1"], kept["email"]) == ("05 49 00 00 02", "f.grelier@example.org")
