"""Synchronising by itself: one at a time, told to the screens, tried again at the right moment."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.sync_runner import Phase, SyncProgress, SyncRunner, shown
from desktop.domain.touched import Touched
from desktop.services.persons import NewPerson
from desktop.store.errors import DiskFull
from desktop.sync.errors import Busy, Cancelled, Offline, OfflineReason, Revoked, SyncError
from desktop.sync.schedule import Rhythm, Trigger
from desktop.sync.tally import PieceStep, Receipt, Step
from desktop.sync.transport import Traffic
from desktop.ui.background import Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.sync_page.state import Phase as ShownPhase
from protocol import wire
from tests.support.inline_background import InlineBackground
from tests.support.laptop import TUESDAY, Desk, make_desk
from tests.sync.told_office import Answer, ToldOffice, answering, page, synchroniser_of


@dataclass
class Running:
    """A runner before an office that answers as it is told; its seconds are turned by hand."""

    bot: QtBot
    desk: Desk
    office: ToldOffice = field(default_factory=ToldOffice)
    background: InlineBackground = field(default_factory=lambda: InlineBackground(held=True))
    board: ChangeBoard = field(default_factory=ChangeBoard)
    now: float = 1_000.0
    rhythm: Rhythm = field(default_factory=lambda: Rhythm(after_save_s=0.02))
    seen: list[SyncProgress] = field(default_factory=list)
    announced: list[frozenset[Touched]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.runner = SyncRunner(
            self.background,
            synchroniser_of(self.desk, self.office),
            self.board,
            random=lambda: 0.0,
            seconds=lambda: self.now,
            rhythm=self.rhythm,
        )
        self.runner.changed.connect(self.seen.append)
        self.board.changed.connect(self.announced.append)

    def begin(self) -> None:
        """Ask, and wait until the network's lane has it."""
        asked = len(self.background.asked)
        self.runner.sync_now()
        self.bot.waitUntil(lambda: len(self.background.asked) > asked)

    def finish(self) -> None:
        """Let the lane do what it was asked."""
        self.background.release()
        self.background.hold()

    @property
    def phases(self) -> list[Phase]:
        return [progress.phase for progress in self.seen]


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[Running]:
    desk = make_desk(tmp_path / "claire")
    running = Running(qtbot, desk)
    yield running
    running.runner.close()
    desk.store.close()


def test_a_sync_is_done_on_the_networks_lane_and_told_from_start_to_end(running: Running) -> None:
    running.desk.persons.create(NewPerson("Morisset", "Yves"))
    running.begin()
    assert running.background.asked == [Lane.NETWORK]
    assert running.runner.is_running
    running.finish()
    assert running.phases == [Phase.RUNNING, Phase.RUNNING, Phase.IDLE]
    assert running.seen[1].step is not None
    assert running.seen[1].step.sent == 2
    assert running.seen[-1].receipt is not None
    assert running.seen[-1].last_success == TUESDAY
    assert not running.runner.is_running


def test_after_one_sync_the_next_comes_by_itself(qtbot: QtBot, tmp_path: Path) -> None:
    """Nobody saves, asks, or unlocks: what colleagues wrote arrives all the same."""
    desk = make_desk(tmp_path / "claire")
    running = Running(qtbot, desk, rhythm=Rhythm(every_s=0.02))
    running.begin()
    running.finish()
    running.bot.waitUntil(lambda: len(running.background.asked) == 2)
    running.finish()
    running.bot.waitUntil(lambda: len(running.background.asked) == 3)
    running.runner.close()
    desk.store.close()


def bring_yves(running: Running) -> str:
    """Synchronise, and receive somebody's dossier."""
    made = {"created_at": "2026-11-01T08:00:00Z", "created_by": running.desk.workplace.me}
    yves = running.desk.workplace.new_id()
    record = ("person", yves, yves, {**made, "birth_name": "Morisset", "first_name": "Yves"})
    running.office.tell(page(record, cursor=3))
    running.begin()
    running.finish()
    return yves


def test_what_a_page_changed_is_announced_to_the_screens(running: Running) -> None:
    yves = bring_yves(running)
    assert running.announced == [frozenset({Touched("person", yves, yves)})]


@pytest.mark.invariant(27)
def test_two_demands_are_one_sync(running: Running) -> None:
    running.begin()
    running.runner.sync_now()
    running.bot.wait(50)
    assert len(running.background.asked) == 1
    running.finish()


def test_a_verification_asked_for_while_a_sync_runs_follows_it(running: Running) -> None:
    running.begin()
    running.runner.verify_now()
    running.finish()
    running.bot.waitUntil(lambda: len(running.background.asked) == 2)
    running.finish()
    assert [request.verify for request in running.office.requests] == [False, True]


def saving(running: Running, refused: SyncError | None = None) -> Answer:
    """Return an answer during which she saves somebody."""

    def answer(request: wire.SyncRequest) -> wire.SyncReply:
        saved = running.desk.persons.create(NewPerson("Pelletier", "Nadia"))
        running.board.announce(saved.touched)
        if refused is not None:
            raise refused
        return running.office.nothing_new(request)

    return answer


def test_what_is_saved_when_its_turn_has_passed_leaves_soon_after(running: Running) -> None:
    running.office.tell(*[saving(running) for _ in range(4)])  # one more at each round
    running.begin()
    running.finish()
    pending = running.desk.store.outbox.pending_count
    assert pending()
    running.bot.waitUntil(lambda: len(running.background.asked) == 2)
    running.finish()
    assert not pending()
    running.bot.wait(60)
    assert len(running.background.asked) == 2


@pytest.mark.parametrize("refused", [Busy(60.0), Offline(OfflineReason.REFUSED), Revoked()])
def test_what_is_saved_while_a_sync_fails_waits_as_after_any_failure(
    running: Running, refused: SyncError
) -> None:
    running.office.tell(saving(running, refused))
    running.begin()
    running.finish()
    running.bot.wait(60)
    assert len(running.background.asked) == 1


def test_what_a_sync_brings_asks_for_no_other(running: Running) -> None:
    bring_yves(running)
    assert running.announced
    running.bot.wait(60)
    assert len(running.background.asked) == 1


def test_a_sync_stopped_by_hand_is_no_trouble_and_tells_no_receipt(running: Running) -> None:
    running.begin()
    running.runner.cancel()
    running.finish()
    assert running.office.requests == []
    assert running.phases[-1] is Phase.IDLE
    assert isinstance(running.runner.progress.failure, Cancelled)
    assert shown(running.runner.progress).phase is ShownPhase.IDLE


def test_without_a_network_the_laptop_is_offline_and_forgets_it_when_it_returns(
    running: Running,
) -> None:
    running.office.tell(Offline(OfflineReason.REFUSED))
    running.begin()
    running.finish()
    assert shown(running.runner.progress).phase is ShownPhase.OFFLINE
    running.begin()
    running.finish()
    assert running.runner.progress.phase is Phase.IDLE
    assert running.runner.progress.failure is None


def test_a_failure_does_not_make_the_last_success_forgotten(running: Running) -> None:
    running.begin()
    running.finish()
    running.office.tell(Offline(OfflineReason.REFUSED))
    running.begin()
    running.finish()
    assert running.runner.progress.last_success == TUESDAY


def test_after_a_decision_of_the_office_saving_starts_nothing(running: Running) -> None:
    running.office.tell(Revoked())
    running.begin()
    running.finish()
    assert running.runner.progress.phase is Phase.STOPPED
    running.now += 100_000
    running.runner.tell(Trigger.SAVED)
    running.bot.wait(50)
    assert len(running.background.asked) == 1


def test_a_busy_office_is_left_alone_until_it_said(running: Running) -> None:
    running.office.tell(Busy(60.0))
    running.begin()
    running.finish()
    running.runner.tell(Trigger.SAVED)
    running.bot.wait(50)
    assert len(running.background.asked) == 1
    running.now += 62
    running.runner.tell(Trigger.NETWORK_RETURNED)
    running.bot.waitUntil(lambda: len(running.background.asked) == 2)
    running.finish()


def test_what_nobody_foresaw_is_reported_and_synchronising_goes_on_later(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DiskFull

    monkeypatch.setattr(running.desk.store.outbox, "is_waiting", full)
    running.begin()
    with running.bot.waitSignal(running.runner.broke) as broke:
        running.finish()
    assert isinstance(broke.args[0], DiskFull)
    assert running.phases == [Phase.RUNNING, Phase.STOPPED]
    monkeypatch.undo()
    running.begin()
    running.finish()
    assert running.phases[-2:] == [Phase.RUNNING, Phase.IDLE]


def test_a_laptop_that_locks_stops_asking(running: Running) -> None:
    running.office.tell(answering())
    running.begin()
    running.runner.close()
    running.finish()
    assert running.office.requests == []


TRAFFIC = Traffic(400, 600)
STEP = Step(3, 7, 12, TRAFFIC, frozenset())
RECEIPT = Receipt(TUESDAY, TUESDAY, 3, 12, 1, TRAFFIC)


def test_a_screen_is_shown_records_and_octets_while_a_sync_runs() -> None:
    running = shown(SyncProgress(Phase.RUNNING, step=STEP))
    assert running.phase is ShownPhase.RUNNING
    assert (running.sent, running.to_send, running.received, running.octets) == (3, 7, 12, 1_000)
    begun = shown(SyncProgress(Phase.RUNNING))
    assert (begun.to_send, begun.octets) == (0, 0)


def test_a_screen_is_shown_octets_while_documents_move() -> None:
    step = replace(STEP, pieces=PieceStep(1, 4, 262_144, 800_000))
    moving = shown(SyncProgress(Phase.RUNNING, step=step))
    assert (moving.octets, moving.octets_in_all, moving.to_send) == (262_144, 800_000, 0)


def test_a_receipt_counts_octets_both_ways() -> None:
    receipt = shown(SyncProgress(Phase.IDLE, receipt=RECEIPT)).receipt
    assert receipt is not None
    assert (receipt.sent, receipt.received, receipt.octets, receipt.to_review) == (3, 12, 1_000, 1)


def test_a_trouble_is_shown_as_a_sentence_and_a_remedy() -> None:
    state = shown(SyncProgress(Phase.STOPPED, failure=Revoked()))
    assert state.phase is ShownPhase.PROBLEM
    assert state.problem.endswith(".")
    assert state.remedy.endswith(".")


def test_a_verification_that_somebody_asked_for_is_made_once(running: Running) -> None:
    running.office.tell(answering(root=running.desk.store.proof.root()))
    running.runner.verify_now()
    running.bot.waitUntil(lambda: bool(running.background.asked))
    running.finish()
    assert running.office.requests[0].verify
    running.office.requests.clear()
    running.begin()
    running.finish()
    assert [request.verify for request in running.office.requests] == [False]
