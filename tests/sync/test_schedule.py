"""A sync comes by itself when it can help, and never hammers an office in difficulty."""

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.sync.backoff import Backoff
from desktop.sync.errors import (
    BadReply,
    Busy,
    Cancelled,
    ClientTooOld,
    MassRemoval,
    NotTheOffice,
    Offline,
    OfflineReason,
    Refused,
    ReplyFault,
    Revoked,
    StrangerReason,
    SyncError,
    every_case,
)
from desktop.sync.schedule import Rhythm, Schedule, Trigger

OFFLINE = Offline(OfflineReason.NO_ROUTE)
LOST_WAY = NotTheOffice(StrangerReason.NOT_JSON)


def half() -> float:
    return 0.5


def most() -> float:
    return 0.999_999


def told(schedule: Schedule, *triggers: Trigger, now: float = 0.0) -> Schedule:
    for trigger in triggers:
        schedule = schedule.told(trigger, now, half)
    return schedule


def after(schedule: Schedule, error: SyncError, times: int = 1, now: float = 0.0) -> Schedule:
    for _ in range(times):
        schedule = schedule.failed(error, now, most)
    return schedule


def test_nothing_happens_before_something_happens() -> None:
    assert Schedule().wait_s(0) is None
    assert not Schedule().is_due(1e9)


def test_coffre_syncs_a_moment_after_the_start_and_laptops_do_not_all_call_at_once() -> None:
    assert told(Schedule(), Trigger.UNLOCK).wait_s(0) == 2.5
    draw = random.Random(3).random
    waits = {Schedule().told(Trigger.UNLOCK, 0, draw).wait_s(0) for _ in range(20)}
    assert len(waits) == 20
    assert all(wait is not None and 0 <= wait < 5 for wait in waits)


def test_a_demand_is_served_at_once_whatever_happened() -> None:
    for error in every_case():
        schedule = after(Schedule(), error, times=5)
        assert told(schedule, Trigger.DEMAND, now=10).is_due(10)


def test_after_a_good_sync_the_next_comes_in_a_few_minutes() -> None:
    schedule = after(Schedule(), OFFLINE, times=4).succeeded(1000, half)
    assert schedule.wait_s(1000) == pytest.approx(180)
    assert schedule.failures == 0
    assert Schedule().succeeded(0, most).wait_s(0) == pytest.approx(198, abs=0.1)


def test_several_saves_leave_together_and_do_not_push_one_another_back() -> None:
    schedule = told(Schedule().succeeded(0, half), Trigger.SAVED, now=20)
    assert schedule.next_at == 30
    assert told(schedule, Trigger.SAVED, now=25).next_at == 30


def test_saving_without_a_network_does_not_wake_the_network_up() -> None:
    schedule = after(Schedule(), OFFLINE, times=4)
    assert told(schedule, Trigger.SAVED, now=1) == schedule


def test_an_event_never_postpones_what_was_due_sooner() -> None:
    due = told(Schedule(), Trigger.DEMAND)
    for trigger in Trigger:
        assert told(due, trigger, now=0).next_at == 0


def test_failures_in_a_row_wait_longer_and_longer_up_to_a_ceiling() -> None:
    waits = [after(Schedule(), OFFLINE, times=times).wait_s(0) for times in range(1, 9)]
    assert waits == pytest.approx([15, 30, 60, 120, 240, 480, 600, 600], rel=0.001)


def test_a_network_that_returns_is_tried_at_once_after_a_week_offline() -> None:
    schedule = told(after(Schedule(), OFFLINE, times=2000), Trigger.NETWORK_RETURNED, now=1)
    assert schedule.wait_s(1) == 2.5
    assert after(schedule, OFFLINE).wait_s(0) == pytest.approx(15, rel=0.001)


def test_an_office_that_asks_for_patience_gets_it_even_when_the_network_returns() -> None:
    schedule = after(Schedule(), Busy(120))
    for trigger in (Trigger.NETWORK_RETURNED, Trigger.UNLOCK, Trigger.SAVED):
        later = told(schedule, trigger, now=1)
        assert later.next_at is not None
        assert later.next_at >= 120
    assert told(schedule, Trigger.DEMAND, now=1).is_due(1)


def test_behind_a_portal_coffre_looks_again_rarely_and_when_the_network_changes() -> None:
    schedule = after(Schedule(), LOST_WAY)
    assert schedule.wait_s(0) == pytest.approx(330, rel=0.001)
    assert told(schedule, Trigger.NETWORK_RETURNED, now=5).wait_s(5) == 2.5


@pytest.mark.parametrize("decision", [Revoked(), ClientTooOld(), Refused("grant")], ids=repr)
def test_after_a_decision_of_the_office_only_people_try_again(decision: SyncError) -> None:
    schedule = after(Schedule(), decision)
    assert schedule.wait_s(0) is None
    assert told(schedule, Trigger.SAVED, Trigger.NETWORK_RETURNED).wait_s(0) is None
    assert told(schedule, Trigger.UNLOCK).wait_s(0) == 2.5
    assert told(schedule, Trigger.DEMAND).is_due(0)


def test_a_bug_of_ours_does_not_trouble_the_office_more_than_a_few_times_an_hour() -> None:
    wait = after(Schedule(), BadReply(ReplyFault.UNREADABLE)).wait_s(0)
    assert wait is not None
    assert wait > 600


def test_a_sync_that_was_stopped_waits_for_its_ordinary_time() -> None:
    schedule = after(Schedule(), Cancelled())
    assert schedule.wait_s(0) == 180
    assert schedule.failures == 0


@given(
    failures=st.integers(0, 100_000),
    draw=st.floats(0, 1, exclude_max=True),
    first=st.floats(0.1, 60),
    cap=st.floats(1, 3600),
)
def test_a_wait_is_always_between_the_floor_and_the_ceiling(
    failures: int, draw: float, first: float, cap: float
) -> None:
    backoff = Backoff(first, cap)
    assert backoff.floor_s <= backoff.delay_s(failures, lambda: draw) <= max(cap, backoff.floor_s)


@example(events=[Revoked(), Trigger.DEMAND, Trigger.NETWORK_RETURNED], seed=0)
@given(
    events=st.lists(
        st.one_of(st.sampled_from(Trigger), st.sampled_from(every_case()), st.none()), max_size=30
    ),
    seed=st.integers(0, 1000),
)
def test_whatever_happens_the_timer_is_finite_and_never_in_the_past(
    events: list[Trigger | SyncError | None], seed: int
) -> None:
    draw = random.Random(seed)
    schedule, now, is_asked = Schedule(Rhythm()), 0.0, False
    for event in events:
        now += draw.uniform(0, 300)
        is_asked = event is Trigger.DEMAND or (is_asked and isinstance(event, Trigger))
        if isinstance(event, Trigger):
            schedule = schedule.told(event, now, draw.random)
        elif event is None:
            schedule = schedule.succeeded(now, draw.random)
        else:
            schedule = schedule.failed(event, now, draw.random)
        wait = schedule.wait_s(now)
        assert schedule.is_halted == (wait is None) or is_asked
        assert wait is None or 0 <= wait <= 3600 + 600


def test_stopping_by_hand_after_a_decision_of_the_office_does_not_start_it_again() -> None:
    schedule = after(after(Schedule(), Revoked()), Cancelled())
    assert schedule.is_halted
    assert schedule.wait_s(0) is None


def test_a_question_to_the_worker_is_asked_again_rarely_and_saving_does_not_repeat_it() -> None:
    schedule = after(Schedule(), MassRemoval(120, 174))
    wait = schedule.wait_s(0)
    assert wait is not None
    assert wait > 600
    assert told(schedule, Trigger.SAVED).wait_s(0) == wait
    assert told(schedule, Trigger.DEMAND, now=5).is_due(5)
