"""Two batches in flight: one on its way, and one whose answer is being written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from desktop.store.outbox import PendingOp
from desktop.store.store import Store
from protocol.ids import ProfessionalId, RecordId, uuid7
from protocol.kinds import Person, spec_of
from protocol.values import to_wire

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ME = ProfessionalId(uuid7(1, b"m" * 10))


def people(store: Store, first: int, last: int) -> list[Person]:
    """Write that many new people down."""
    made = [
        Person(
            id=RecordId(uuid7(number, b"p" * 10)),
            created_at=NOW,
            created_by=ME,
            birth_name="Morisset",
            first_name="Yves",
        )
        for number in range(first, last + 1)
    ]
    for person in made:
        save(store, person)
    return made


def save(store: Store, person: Person) -> None:
    with store.database.transaction():
        store.outbox.save(spec_of(Person), person.id, to_wire(person), 1)


def freeze(store: Store, beside: Sequence[PendingOp] = ()) -> list[PendingOp]:
    with store.database.transaction():
        return store.outbox.freeze(max_ops=2, max_bytes=1 << 20, beside=beside)


def acknowledge(store: Store, batch: Sequence[PendingOp]) -> None:
    with store.database.transaction():
        store.archive.take(batch[-1].n or 0, NOW)


def numbers(batch: Sequence[PendingOp]) -> list[int | None]:
    return [op.n for op in batch]


def test_batches_in_flight_come_back_one_by_one_as_they_left(store: Store) -> None:
    people(store, 1, 1)
    first = freeze(store)
    people(store, 2, 5)
    second = freeze(store, first)
    third = freeze(store, second)
    assert [numbers(batch) for batch in (first, second, third)] == [[1], [2, 3], [4, 5]]
    for stopped_after in (0, 1, 2):
        again = freeze(store)
        in_flight = [again]
        while following := freeze(store, in_flight[-1]):
            in_flight.append(following)
        assert in_flight == [first, second, third][stopped_after:]
        acknowledge(store, again)
    assert freeze(store) == []


def test_no_record_is_in_two_batches_in_flight(store: Store) -> None:
    _, yves = people(store, 1, 2)
    first = freeze(store)
    people(store, 3, 3)
    save(store, replace(yves, phone1="0549000000"))
    people(store, 4, 4)
    second = freeze(store, first)
    assert numbers(second) == [3]
    assert freeze(store, second)[0].rid == yves.id


def test_what_only_follows_a_record_in_flight_waits_for_its_answer(store: Store) -> None:
    (yves,) = people(store, 1, 1)
    first = freeze(store)
    save(store, replace(yves, phone1="0549000000"))
    people(store, 2, 2)
    assert freeze(store, first) == []
    assert store.outbox.has_more(first)
    acknowledge(store, first)
    assert numbers(freeze(store)) == [2, 3]


def test_numbers_given_again_have_no_batches_of_the_past(store: Store) -> None:
    people(store, 1, 3)
    freeze(store, freeze(store))
    with store.database.transaction():
        store.archive.renumber()
        again = store.outbox.freeze(max_ops=9, max_bytes=1 << 20)
    assert numbers(again) == [1, 2, 3]
    assert numbers(freeze(store)) == [1, 2, 3]
