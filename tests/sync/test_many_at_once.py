"""Whatever an office says, much does not go at once without a question."""

from contextlib import nullcontext
from dataclasses import replace

import pytest

from desktop.sync.brake import ALLOWED
from desktop.sync.errors import (
    MassRemoval,
)
from protocol.kinds import ClinicalNote, FollowUp
from protocol.kinds.declare import spec_of
from protocol.wire import Removal, Result
from tests.support.laptop import Desk
from tests.sync.false_office import (
    FALSE_ROOT,
    MANY,
    FalseOffice,
    all_text,
    caseload,
    claire,
    somewhere,
    told,
    unasked_nothing_goes,
    words_of,
)
from tests.sync.test_lying_office import still_works
from tests.sync.told_office import answering, page, synchroniser_of

__all__ = ["caseload", "claire", "told"]

# -- many at once, by every door ------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["deleted", "erased"])
def test_records_read_again_do_not_take_a_caseload_away_unasked(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp], cause: str
) -> None:
    """A false root, then everything that is asked again is said to be gone, a bucket at a time."""
    told.gone = cause
    told.tell(answering(root=FALSE_ROOT, cursor=9))
    with pytest.raises(MassRemoval):
        synchroniser_of(claire, told).run()
    left = words_of(claire)
    assert min(left) >= MANY - 20, "as many as an ordinary day may take"
    told.tell(*[answering(root=FALSE_ROOT, cursor=9)] * 3)
    for _ in range(3):
        with unasked_nothing_goes(claire):
            synchroniser_of(claire, told).run()
    still_works(claire)


@pytest.mark.parametrize("cause", ["deleted", "erased"])
@pytest.mark.parametrize("kind", [FollowUp, ClinicalNote])
def test_the_words_of_many_dossiers_do_not_go_unasked_while_the_sheets_stay(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp], kind: type[FollowUp], cause: str
) -> None:
    gone = [Removal(0, item.id, 5, cause) for item in claire.store.records.select(kind)]
    told.tell(answering(kinds=[spec_of(kind).name], removals=gone, cursor=9))
    with unasked_nothing_goes(claire):
        synchroniser_of(claire, told).run()
    told.tell(answering(kinds=[spec_of(kind).name], removals=gone[:3], cursor=9))
    synchroniser_of(claire, told).run()  # what a colleague deletes goes as ever
    assert claire.store.records.count(spec_of(kind).name) == MANY - 3


def test_what_was_typed_in_many_dossiers_is_not_dropped_because_they_are_said_to_be_erased(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp]
) -> None:
    claire.clock.advance(minutes=1)
    for met in caseload:
        with claire.workplace.work() as work:
            work.save(replace(met, summary=f"TAPE {met.id}"))
    told.tell(
        lambda request: answering(
            results=[Result(n, "refused", ["erased"]) for n in range(len(request.ops))]
        )(request)
    )
    with unasked_nothing_goes(claire):
        synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == MANY
    synchroniser_of(claire, told).run()
    assert all_text(claire).count("TAPE") >= MANY


@pytest.mark.parametrize(
    ("held", "leaving", "is_asked"),
    [(100, 30, False), (100, 31, True), (25, 20, False), (25, 21, True)],
)
def test_more_than_twenty_and_more_than_three_in_ten_do_not_go_unasked(
    claire: Desk, told: FalseOffice, held: int, leaving: int, is_asked: bool
) -> None:
    """A caseload handed over is less; an office told to empty laptops takes more."""
    people = [somewhere(number) for number in range(1, held + 1)]
    signed = {"created_at": "2026-11-01T08:00:00Z", "created_by": claire.workplace.me}
    named = {**signed, "birth_name": "Morisset", "first_name": "Yves"}
    told.tell(page(*[("person", rid, rid, named) for rid in people], cursor=5))
    synchroniser_of(claire, told).run()
    told.tell(answering(dropped=people[:leaving], cursor=9))
    with pytest.raises(MassRemoval) if is_asked else nullcontext():
        synchroniser_of(claire, told).run()
    assert claire.persons.count() == held - (0 if is_asked else leaving)


def test_dossiers_that_go_a_few_every_day_are_counted_over_a_week(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp]
) -> None:
    people = [met.person for met in caseload]
    told.tell(answering(dropped=people[:15], cursor=9))
    synchroniser_of(claire, told).run()
    claire.clock.advance(days=1)
    told.tell(answering(dropped=people[15:], cursor=10))
    with unasked_nothing_goes(claire):
        synchroniser_of(claire, told).run()
    # Once she has agreed, counting begins again.
    with claire.store.database.transaction():
        claire.store.state.set(ALLOWED, "30")
    told.tell(answering(dropped=people[15:29], cursor=10))
    synchroniser_of(claire, told).run()
    told.tell(answering(dropped=people[29:], cursor=11))
    synchroniser_of(claire, told).run()
    assert words_of(claire)[0] == 0
