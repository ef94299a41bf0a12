"""A row found on a page that nothing leads to is taken for what it is, or not at all."""

from desktop.store.records import Data
from desktop.store.row_looks import Looks
from desktop.store.store import Store
from protocol.kinds import FollowUp, Person, spec_of
from protocol.values import to_wire
from tests.store.test_outbox import MEETING, YVES


def rows(store: Store, kind: str) -> tuple[list[str], list[object]]:
    """Return the columns of a table and the only row in it."""
    names = [str(row[1]) for row in store.database.rows(f'PRAGMA table_info("{kind}")')]
    (row,) = store.database.rows(f'SELECT * FROM "{kind}"')
    return names, list(row)


def test_a_row_of_another_table_is_never_taken_however_alike_they_begin(store: Store) -> None:
    records: list[tuple[type[Person | FollowUp], str, Data]] = [
        (Person, YVES.id, to_wire(YVES)),
        (FollowUp, MEETING.id, to_wire(MEETING)),
    ]
    with store.database.transaction():
        for kind, rid, data in records:
            store.records.put(spec_of(kind), [(rid, data)])
    looks = Looks.of("follow_up", store.database)
    names, meeting = rows(store, "follow_up")
    _, person = rows(store, "person")
    as_a_meeting = [*person, *[None] * len(names)][: len(names)]
    by_id, by_nothing = (("id",), MEETING.id), (("appointment",), None)
    assert looks.fits(names, meeting, by_id)
    assert not looks.fits(names, meeting, by_nothing), "its number alone is no row's own"
    assert not looks.fits(names, as_a_meeting, (("id",), YVES.id))


def test_a_row_of_the_engine_holds_what_its_columns_always_hold(store: Store) -> None:
    with store.database.transaction():
        store.outbox.save(spec_of(Person), YVES.id, to_wire(YVES), 1)
    looks = Looks.of("outbox", store.database)
    names, change = rows(store, "outbox")
    known = (("kind", "rid"), "person", YVES.id)
    assert looks.fits(names, change, known)
    for name, other in (("verb", None), ("verb", "put"), ("bucket", 7)):
        spoilt = [other if it == name else value for it, value in zip(names, change, strict=True)]
        assert not looks.fits(names, spoilt, known), (name, other)
