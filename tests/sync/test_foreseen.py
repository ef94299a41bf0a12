"""Digests made while the office works: of this laptop’s own rows, for nothing once they change."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from desktop.store.outbox import PendingOp
from desktop.store.watched import Foreseen
from desktop.sync.transport import Cancellation, Exchange, HttpOffice
from protocol.wire import SyncRequest
from tests.support.fleet import Laptop
from tests.support.office import office, premises
from tests.support.two_laptops import (
    assert_honest,
    claire,
    followed_by_both,
    is_verified,
    meet,
    mehdi,
    outcomes,
    set_phone,
)

__all__ = ["claire", "mehdi", "office", "premises"]


@contextmanager
def while_the_office_works(act: Callable[[], None]) -> Iterator[None]:
    """Act once, between the moment a batch leaves and the moment its answer is there."""
    ask, acts = HttpOffice.sync, [act]

    def sync(
        self: HttpOffice,
        request: SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        exchange = ask(self, request, cancelled, body)
        if request.ops and acts:
            acts.pop()()
        return exchange

    with patch.object(HttpOffice, "sync", sync):
        yield


def test_new_and_changed_records_are_foreseen_as_they_come_to_be(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi, "Premier entretien")
    set_phone(claire, person, "0549000001")
    meet(claire, person)
    replica, seen = claire.session.workplace.store.replica, list[Foreseen]()
    foresee = replica.foresee

    def noted(batch: Sequence[PendingOp]) -> Foreseen:
        seen.append(foresee(batch))
        return seen[-1]

    with patch.object(replica, "foresee", noted):
        claire.sync()
    assert {"person", "follow_up"} <= seen[0].named.keys()
    assert is_verified(claire)
    assert outcomes(claire)[0] == "done"
    assert_honest(claire)


def test_what_is_typed_while_the_office_works_is_in_no_sum_before_it_is_sent(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi)
    set_phone(claire, person, "0549000001")
    with while_the_office_works(lambda: set_phone(claire, person, "0549000002")):
        claire.sync()
    assert sum(claire.session.workplace.store.proof.scrub()) == 0
    claire.sync()
    assert is_verified(claire)
    assert "repaired" not in outcomes(claire)
    assert_honest(claire)


def test_a_row_that_changed_on_the_disk_meanwhile_counts_as_it_is(
    claire: Laptop, mehdi: Laptop
) -> None:
    person = followed_by_both(claire, mehdi)
    set_phone(claire, person, "0549000001")
    database = claire.session.workplace.store.database

    def harm() -> None:
        with database.transaction():
            database.execute('UPDATE "person" SET "phone1" = \'0549999999\'')

    with while_the_office_works(harm):
        claire.sync()
    assert "repaired" in outcomes(claire), "both sides were told the same, and were not"
    assert claire.desk.persons.sheet(person).person.phone1 == "0549000001"
    assert_honest(claire)


def test_a_value_that_lost_meanwhile_does_not_count(claire: Laptop, mehdi: Laptop) -> None:
    person = followed_by_both(claire, mehdi)
    set_phone(claire, person, "0549000001")
    mehdi.clock.advance(seconds=30)
    set_phone(mehdi, person, "0549000002")
    mehdi.sync()
    claire.sync()
    assert claire.desk.persons.sheet(person).person.phone1 == "0549000002"
    assert is_verified(claire)
    assert "repaired" not in outcomes(claire)
    assert_honest(claire)
