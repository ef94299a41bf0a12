"""A synchronisation, whatever the office answers and wherever it is cut."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from desktop.services.persons import NewPerson
from desktop.store.errors import DiskFull
from desktop.store.state import Progress
from desktop.sync.engine import DONE
from desktop.sync.errors import (
    BadReply,
    Cancelled,
    ClientTooOld,
    Offline,
    OfflineReason,
    Revoked,
    SyncError,
)
from desktop.sync.tally import Step
from protocol.clock import Hlc, millis
from protocol.ids import PersonId, uuid7
from protocol.limits import MAX_OPS
from protocol.wire import Position, Result
from tests.support.laptop import TUESDAY, Desk, seed_small
from tests.sync.told_office import (
    EPOCH,
    Answer,
    ToldOffice,
    answering,
    hlc_at,
    page,
    synchroniser_of,
)

YVES = uuid7(1_790_000_000_000, b"yves morisset")
FATOU = uuid7(1_790_000_000_001, b"fatou diallo.")


def somebody(desk: Desk, rid: str, name: str) -> tuple[str, str, str, dict[str, object]]:
    """Return a person as a page brings her."""
    made = {"created_at": "2026-11-01T08:00:00Z", "created_by": desk.workplace.me}
    return "person", rid, rid, {**made, "birth_name": name, "first_name": "Une"}


def meet_somebody(desk: Desk, name: str = "Morisset") -> PersonId:
    """Open a dossier: two operations to send."""
    return desk.persons.create(NewPerson(birth_name=name, first_name="Yves")).value


# -- pages ------------------------------------------------------------------------------------


def test_pages_are_read_to_the_end_with_the_old_cursor(claire: Desk, told: ToldOffice) -> None:
    told.tell(
        page(somebody(claire, YVES, "Morisset"), more=Position(5, 4, YVES)),
        page(somebody(claire, FATOU, "Diallo"), cursor=9),
    )
    receipt = synchroniser_of(claire, told).run()
    assert [(asked.cursor, asked.after) for asked in told.requests] == [
        (0, None),
        (0, Position(5, 4, YVES)),
    ]
    assert claire.store.state.progress() == Progress(EPOCH, 9, None)
    assert claire.persons.count() == receipt.received == 2


@pytest.mark.invariant(15, 16)
def test_a_reading_that_was_cut_goes_on_from_its_last_page(claire: Desk, told: ToldOffice) -> None:
    cut = Position(5, 4, YVES)
    told.tell(page(somebody(claire, YVES, "Morisset"), more=cut), Offline(OfflineReason.DROPPED))
    with pytest.raises(Offline):
        synchroniser_of(claire, told).run()
    assert claire.persons.count() == 1
    assert claire.store.state.progress() == Progress(EPOCH, 0, cut)

    told.tell(page(somebody(claire, FATOU, "Diallo"), cursor=9))
    synchroniser_of(claire, told).run()
    assert told.requests[-1].after == cut
    assert claire.store.state.progress() == Progress(EPOCH, 9, None)


def test_an_office_that_gives_the_same_page_for_ever_is_not_asked_for_ever(
    claire: Desk, told: ToldOffice
) -> None:
    again = page(somebody(claire, YVES, "Morisset"), more=Position(5, 4, YVES))
    told.tell(*[again] * 40)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert len(told.requests) == 2
    assert claire.persons.count() == 1


def test_an_office_that_forgets_what_this_laptop_has_read_changes_nothing(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(page(somebody(claire, YVES, "Morisset"), cursor=9))
    synchroniser_of(claire, told).run()
    told.tell(page(somebody(claire, FATOU, "Diallo"), cursor=8))
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.persons.count() == 1
    assert claire.store.state.cursor() == 9


def test_a_sync_stopped_between_two_pages_keeps_the_first(claire: Desk, told: ToldOffice) -> None:
    told.tell(page(somebody(claire, YVES, "Morisset"), more=Position(5, 4, YVES)))
    with pytest.raises(Cancelled):
        synchroniser_of(claire, told).run(cancelled=lambda: bool(told.requests))
    assert len(told.requests) == 1
    assert claire.persons.count() == 1
    assert claire.store.state.progress().after == Position(5, 4, YVES)


def test_each_page_is_told_to_the_screens_as_it_comes(claire: Desk, told: ToldOffice) -> None:
    told.tell(
        page(somebody(claire, YVES, "Morisset"), more=Position(5, 4, YVES)),
        page(somebody(claire, FATOU, "Diallo"), cursor=9),
    )
    steps: list[Step] = []
    synchroniser_of(claire, told).run(on_step=steps.append)
    assert [step.received for step in steps] == [1, 2]
    assert [{item.id for item in step.touched} for step in steps] == [{YVES}, {FATOU}]


# -- sending ----------------------------------------------------------------------------------


def test_more_than_one_batch_is_sent_before_anything_is_read(
    claire: Desk, told: ToldOffice
) -> None:
    person = meet_somebody(claire)
    spare = claire.persons.sheet(person).person
    with claire.workplace.work() as work:
        for _ in range(MAX_OPS):
            work.save(replace(spare, id=claire.workplace.new_id()))  # type: ignore[arg-type]  # an id
    receipt = synchroniser_of(claire, told).run()
    assert [(len(asked.ops), asked.first_op, asked.pull) for asked in told.requests] == [
        (MAX_OPS, 1, False),
        (3, MAX_OPS + 1, True),
    ]
    assert receipt.sent == MAX_OPS + 2
    assert claire.sync_reports.read().pending == 0


def test_what_the_office_did_not_acknowledge_is_sent_again_word_for_word(
    claire: Desk, told: ToldOffice
) -> None:
    meet_somebody(claire)
    told.tell(answering(ack=1))
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.sync_reports.read().pending == 1
    synchroniser_of(claire, told).run()
    first, second = told.requests[0], told.requests[1]
    assert (second.first_op, second.ops[0].rid) == (2, first.ops[1].rid)
    assert claire.sync_reports.read().pending == 0


def test_what_never_left_is_not_acknowledged(claire: Desk, told: ToldOffice) -> None:
    person = meet_somebody(claire)
    spare = claire.persons.sheet(person).person
    with claire.workplace.work() as work:
        for _ in range(MAX_OPS):
            work.save(replace(spare, id=claire.workplace.new_id()))  # type: ignore[arg-type]  # an id
    told.tell(Offline(OfflineReason.DROPPED))  # the next batch is written down already
    with pytest.raises(Offline):
        synchroniser_of(claire, told).run()
    told.tell(answering(ack=MAX_OPS + 3), Offline(OfflineReason.DROPPED))
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == MAX_OPS + 3
    told.told.clear()
    synchroniser_of(claire, told).run()
    assert told.requests[-1].first_op == MAX_OPS + 1
    assert claire.store.outbox.pending_count() == 0


def test_an_office_that_never_takes_a_text_is_asked_a_few_times_and_then_later(
    claire: Desk, told: ToldOffice
) -> None:
    person = meet_somebody(claire)
    synchroniser_of(claire, told).run()
    known = claire.persons.sheet(person).person
    claire.persons.edit(replace(known, request="Il dort mal."))
    before = len(told.requests)
    told.tell(*[answering(results=[Result(0, "stale", ["request"])])] * 20)
    synchroniser_of(claire, told).run()
    assert len(told.requests) - before == 4
    assert claire.sync_reports.read().pending == 1
    assert claire.persons.sheet(person).person.request == "Il dort mal."


def test_an_operation_the_office_refuses_is_kept_and_told_and_never_sent_again(
    claire: Desk, told: ToldOffice
) -> None:
    person = meet_somebody(claire)
    told.tell(answering(results=[Result(1, "refused", ["grant"])]))
    synchroniser_of(claire, told).run()
    (refused,) = claire.sync_reports.read().refused
    assert (refused.label, refused.person_name, refused.reason) == (
        "Équipe",
        "Yves Morisset",
        "grant",
    )
    assert claire.persons.sheet(person).mine
    synchroniser_of(claire, told).run()
    assert told.requests[-1].ops == []


# -- the journal ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answering(), DONE),
        (Revoked(), "Revoked"),
        (answering(ack=0), "BadReply"),
    ],
)
def test_each_end_is_one_line_of_the_journal(
    claire: Desk, told: ToldOffice, answer: Answer | SyncError, outcome: str
) -> None:
    meet_somebody(claire)
    told.tell(answer)
    with nullcontext() if outcome == DONE else pytest.raises(SyncError):
        synchroniser_of(claire, told).run()
    (entry,) = claire.store.journal.latest(10)
    assert entry.outcome == outcome
    assert entry.sent == (2 if outcome == DONE else 0) or outcome == "BadReply"
    assert (claire.sync_reports.read().last_success is None) == (outcome != DONE)


def test_a_day_without_a_network_writes_no_line(claire: Desk, told: ToldOffice) -> None:
    meet_somebody(claire)
    for _ in range(5):
        told.tell(Offline(OfflineReason.REFUSED))
        with pytest.raises(Offline):
            synchroniser_of(claire, told).run()
    assert claire.store.journal.latest(10) == []


def test_syncs_in_which_nothing_moved_fill_one_line_a_quarter_of_an_hour(
    claire: Desk, told: ToldOffice
) -> None:
    for _ in range(9):
        synchroniser_of(claire, told).run()
        claire.clock.advance(minutes=5)
    ends = [entry.ended_at for entry in reversed(claire.store.journal.latest(10))]
    assert ends == [TUESDAY + timedelta(minutes=minutes) for minutes in (0, 15, 30)]


def test_a_sync_that_moved_something_always_has_its_line(claire: Desk, told: ToldOffice) -> None:
    for _ in range(3):
        meet_somebody(claire)
        synchroniser_of(claire, told).run()
    assert [entry.sent for entry in claire.store.journal.latest(10)] == [2, 2, 2]


def test_the_journal_keeps_thirteen_months(claire: Desk, told: ToldOffice) -> None:
    for _ in range(3):
        synchroniser_of(claire, told).run()
        claire.clock.advance(days=300)
    assert len(claire.store.journal.latest(10)) == 2


# -- clocks -----------------------------------------------------------------------------------


def test_a_laptop_that_is_late_writes_after_what_it_has_read(
    claire: Desk, told: ToldOffice
) -> None:
    ahead = hlc_at(int((TUESDAY + timedelta(minutes=3)).timestamp() * 1000))
    told.tell(page(somebody(claire, YVES, "Morisset"), cursor=9, hlc=ahead))
    synchroniser_of(claire, told).run()
    meet_somebody(claire)
    synchroniser_of(claire, told).run()
    assert told.requests[-1].hlc > ahead


@pytest.mark.invariant(21)
def test_an_office_whose_clock_is_mad_does_not_drag_the_laptop_along(
    claire: Desk, told: ToldOffice
) -> None:
    mad = hlc_at(int(datetime(2036, 1, 1, tzinfo=UTC).timestamp() * 1000))
    told.tell(page(somebody(claire, YVES, "Morisset"), cursor=9, hlc=mad))
    synchroniser_of(claire, told).run()
    meet_somebody(claire)
    synchroniser_of(claire, told).run()
    assert millis(Hlc(told.requests[-1].hlc)) == int(TUESDAY.timestamp() * 1000)


@pytest.mark.invariant(26)
def test_nothing_new_writes_nothing_on_this_laptop(claire: Desk, told: ToldOffice) -> None:
    seed_small(claire)
    synchroniser_of(claire, told).run()
    before = claire.store.database.changes
    synchroniser_of(claire, told).run()
    assert claire.store.database.changes == before


# -- what a reading that was cut, a full disk and a mute office lead to ------------------------


def test_a_reading_that_was_cut_does_not_stop_weeks_of_work_from_leaving(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(
        page(somebody(claire, YVES, "Morisset"), more=Position(5, 4, YVES)),
        Offline(OfflineReason.DROPPED),
    )
    with pytest.raises(Offline):
        synchroniser_of(claire, told).run()
    person = meet_somebody(claire, "Diallo")
    spare = claire.persons.sheet(person).person
    with claire.workplace.work() as work:
        for _ in range(MAX_OPS):
            work.save(replace(spare, id=claire.workplace.new_id()))  # type: ignore[arg-type]  # an id
    synchroniser_of(claire, told).run()
    assert claire.sync_reports.read().pending == 0


def test_a_sync_that_a_full_disk_stopped_is_not_in_the_journal_as_done(
    claire: Desk, told: ToldOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet_somebody(claire)

    def full(*_: object) -> None:
        raise DiskFull

    monkeypatch.setattr(claire.store.replica, "apply", full)
    with pytest.raises(DiskFull):
        synchroniser_of(claire, told).run()
    assert claire.sync_reports.read().last_success is None


def test_an_office_that_will_not_give_anything_to_read_is_not_asked_for_ever(
    claire: Desk, told: ToldOffice
) -> None:
    told.tell(*[answering(pulled=False)] * 40)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert len(told.requests) == 1


@pytest.mark.invariant(18)
def test_a_laptop_too_old_to_read_sends_its_work_all_the_same(
    claire: Desk, told: ToldOffice
) -> None:
    meet_somebody(claire)
    told.tell(ClientTooOld())
    with pytest.raises(ClientTooOld):
        synchroniser_of(claire, told).run()
    assert [request.pull for request in told.requests] == [True, False]
    assert told.requests[-1].ops
    assert claire.store.outbox.pending_count() == 0
