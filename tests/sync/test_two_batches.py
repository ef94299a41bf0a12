"""A batch leaves while the answer to the one before is being written."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar
from unittest.mock import patch

import pytest

from desktop.sync import engine
from desktop.sync.engine import Synchroniser
from desktop.sync.errors import Cancelled, EpochChanged, Offline, OfflineReason
from desktop.sync.renewal import Renewal
from protocol.wire import Result, SyncReply, SyncRequest
from tests.support.laptop import Desk
from tests.sync.test_engine import meet_somebody
from tests.sync.told_office import EPOCH, Answer, ToldOffice, answering, copies_of, keeper_of

T = TypeVar("T")
EACH = 3
"""Operations that meeting somebody makes: a person, her circle, its key."""


class SlowStore:
    """A store's lane that does what is begun when somebody waits for it, in order."""

    def __init__(self) -> None:
        self._begun: list[Callable[[], None]] = []

    def now(self, work: Callable[[], T]) -> T:
        """Do the work, after all that was begun before."""
        return self.begin(work)()

    def begin(self, work: Callable[[], T]) -> Callable[[], T]:
        """Keep the work for later."""
        done: list[Callable[[], T]] = []

        def step() -> None:
            try:
                answer = work()
            except Exception as failure:  # noqa: BLE001 - raised again where it is waited for
                reason = failure
                done.append(lambda: _raised(reason))
            else:
                done.append(lambda: answer)

        def wait() -> T:
            while not done:
                self._begun.pop(0)()
            return done[0]()

        self._begun.append(step)
        return wait


def _raised(failure: Exception) -> T:  # type: ignore[type-var]  # it never returns
    raise failure


def slow_synchroniser(desk: Desk, office: ToldOffice) -> Synchroniser:
    """Return what synchronises over a lane that is always late."""
    lane, workplace = SlowStore(), desk.workplace
    renewal = Renewal(desk.store, office, desk.clock, workplace.random, lane.now)
    return Synchroniser(
        desk.store,
        office,
        keeper_of(desk),
        desk.clock,
        lane.now,
        renewal,
        copies_of(desk),
        desk.conflicts.waiting,
        lane.begin,
    )


@contextmanager
def small_batches() -> Iterator[None]:
    """Make batches of as many operations as meeting somebody makes."""
    with patch.object(engine, "MAX_OPS", EACH):
        yield


@pytest.fixture(params=[2, 3, 4, 5])
def busy(claire: Desk, request: pytest.FixtureRequest) -> int:
    """Give Claire that many people; return how many operations they make."""
    people: int = request.param
    for _ in range(people):
        meet_somebody(claire)
    return EACH * people


def test_the_next_batch_has_left_before_an_answer_is_written(
    claire: Desk, told: ToldOffice, busy: int
) -> None:
    waiting = []

    def note() -> None:
        waiting.append(claire.store.outbox.pending_count())

    with small_batches():
        told.tell(*[_after(note)] * (busy // EACH))
        slow_synchroniser(claire, told).run()
    # Of the answer before, nothing is written yet; of the one before that, all is.
    expected = [busy - EACH * max(0, sent - 1) for sent in range(busy // EACH)]
    assert waiting == expected
    assert claire.store.outbox.pending_count() == 0
    assert [it.pull for it in told.requests] == [False] * (busy // EACH - 1) + [True]


@pytest.mark.invariant(5, 6)
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_line_cut_with_two_batches_in_flight_sends_them_again_as_they_were(
    claire: Desk, told: ToldOffice, busy: int, cut: int
) -> None:
    batches = busy // EACH
    lost = min(cut, batches - 1)
    with small_batches():
        told.tell(*[answering()] * lost, Offline(OfflineReason.DROPPED))
        with pytest.raises(Offline):
            slow_synchroniser(claire, told).run()
        assert claire.store.outbox.pending_count() == busy - EACH * lost
        meet_somebody(claire)
        slow_synchroniser(claire, told).run()
    first, again = told.requests[lost], told.requests[lost + 1]
    assert (again.first_op, again.ops) == (first.first_op, first.ops)
    numbers = [n for it in told.requests[lost + 1 :] for n in _numbers(it.first_op, len(it.ops))]
    assert numbers == list(range(EACH * lost + 1, busy + EACH + 1))
    assert claire.store.outbox.pending_count() == 0


def test_what_had_arrived_is_kept_when_somebody_stops(
    claire: Desk, told: ToldOffice, busy: int
) -> None:
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return len(told.requests) == 1

    with small_batches(), pytest.raises(Cancelled):
        slow_synchroniser(claire, told).run(cancelled=stop)
    assert asked
    assert claire.store.outbox.pending_count() == busy - EACH


@pytest.mark.invariant(20)
def test_an_office_restored_between_two_batches_is_given_both(
    claire: Desk, told: ToldOffice, busy: int
) -> None:
    other = EPOCH.replace("e0", "e1")
    with small_batches():
        told.tell(answering(), EpochChanged(other, 0, 0))
        told.tell(*[answering(epoch=other)] * (busy // EACH + 2))
        slow_synchroniser(claire, told).run()
    assert [it.first_op for it in told.requests[:3]] == [1, EACH + 1, 1]
    assert claire.store.outbox.pending_count() == 0
    assert claire.store.state.progress().epoch == other


def test_a_refusal_and_a_later_change_of_the_same_record_are_not_in_flight_together(
    claire: Desk, told: ToldOffice
) -> None:
    person = meet_somebody(claire)
    with small_batches():
        told.tell(answering(results=[Result(0, "refused", ["grant"])], pulled=False))
        sheet = claire.persons.sheet(person).person
        run = slow_synchroniser(claire, told)
        claire.store.outbox.freeze(max_ops=EACH, max_bytes=1 << 20)
        with claire.workplace.work() as work:
            work.save(replace(sheet, phone1="0549000000"))
        run.run()
    assert [len(it.ops) for it in told.requests] == [EACH, 1]
    assert told.requests[1].first_op == EACH + 1


def _after(note: Callable[[], None]) -> Answer:
    answer = answering()

    def noted(request: SyncRequest) -> SyncReply:
        note()
        return answer(request)

    return noted


def _numbers(first: int, count: int) -> range:
    return range(first, first + count)
