"""Synchronisation told in words: what it claims was acknowledged, what it keeps is said."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.store.journal import JournalEntry
from desktop.sync import errors
from desktop.ui.background import Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.main_window import SyncState as Block
from desktop.ui.sync_page import words
from desktop.ui.sync_page.sidebar import sidebar_block
from desktop.ui.sync_page.state import Phase, SyncReceipt, SyncState
from desktop.ui.sync_page.viewmodel import SyncPageViewModel
from desktop.ui.theme import Role
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk, seed_small

RECEIPT = SyncReceipt(sent=43, received=118, octets=31_000, to_review=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    seed_small(desk)
    yield desk
    desk.store.database.close()


@pytest.fixture
def model(desk: Desk, qtbot: QtBot) -> SyncPageViewModel:
    return SyncPageViewModel(
        InlineBackground(), desk.sync_reports, desk.conflicts, ChangeBoard(), desk.clock
    )


def test_the_report_is_read_on_the_store_lane(desk: Desk, qtbot: QtBot) -> None:
    background = InlineBackground()
    model = SyncPageViewModel(
        background, desk.sync_reports, desk.conflicts, ChangeBoard(), desk.clock
    )
    model.refresh()
    assert background.asked == [Lane.STORE]
    assert model.state.report is not None
    assert model.state.report.dossiers == 7


def test_the_end_of_a_synchronisation_reads_the_report_again(
    model: SyncPageViewModel, desk: Desk
) -> None:
    model.refresh()
    model.show(SyncState.running(0, 7))
    _journal(desk, sent=7)
    model.show(SyncState.done(RECEIPT))
    assert model.state.report is not None
    assert [entry.sent for entry in model.state.report.journal] == [7]


def test_a_thousand_changes_make_few_readings(desk: Desk, qtbot: QtBot) -> None:
    background, board = InlineBackground(), ChangeBoard()
    model = SyncPageViewModel(
        background,
        desk.sync_reports,
        desk.conflicts,
        board,
        desk.clock,
    )
    for number in range(1_000):
        board.announce([number])
    qtbot.waitUntil(lambda: model.state.report is not None)
    assert len(background.asked) == 1


def test_a_change_during_a_reading_is_read_after_it(desk: Desk, qtbot: QtBot) -> None:
    background = InlineBackground(held=True)
    model = SyncPageViewModel(
        background, desk.sync_reports, desk.conflicts, ChangeBoard(), desk.clock
    )
    model.refresh()
    model.refresh()
    model.refresh()
    assert len(background.asked) == 1
    background.release()
    assert len(background.asked) == 2


def test_nobody_starts_two_synchronisations(model: SyncPageViewModel) -> None:
    asked: list[str] = []
    model.sync_now_requested.connect(lambda: asked.append("start"))
    model.cancel_requested.connect(lambda: asked.append("stop"))
    model.cancel()
    model.sync_now()
    model.show(SyncState.running())
    model.sync_now()
    model.cancel()
    assert asked == ["start", "stop"]


def test_the_head_of_the_page_says_where_we_stand(model: SyncPageViewModel, desk: Desk) -> None:
    model.refresh()
    assert words.subtitle(model.state, model.now()) == (
        "Hors connexion · 21\u00a0modifications en attente · jamais encore synchronisé"
    )
    _journal(desk, minutes_ago=2)
    model.show(SyncState.idle())
    model.refresh()
    assert words.subtitle(model.state, model.now()).startswith("En ligne · 21")
    assert words.subtitle(model.state, model.now()).endswith("synchro\u00a0: il y a 2 minutes")
    # The journal skips a synchronisation in which nothing moved.
    model.show(SyncState.idle(), model.now() - timedelta(minutes=1))
    assert words.subtitle(model.state, model.now()).endswith("synchro\u00a0: il y a 1 minute")


def test_nothing_is_called_confirmed_while_something_waits(
    model: SyncPageViewModel, desk: Desk
) -> None:
    model.refresh()
    report = model.state.report
    assert report is not None
    waiting = words.receipt_words(RECEIPT, report)
    assert "21\u00a0modifications" in waiting
    assert "confirmé" not in waiting
    assert "confirmé" in words.receipt_words(RECEIPT, replace(report, pending=0))
    assert "confirmé" not in words.receipt_words(None, replace(report, pending=0))


def test_every_way_a_synchronisation_can_end_has_its_words() -> None:
    general = words.journal_words("no such ending", 0, 0, 0)
    families = set(errors.SyncError.__subclasses__()) - {errors.Defect}
    ends = {kind for family in families for kind in family.__subclasses__()} - {
        errors.InvitationRefused  # belongs to the first run, before there is a journal
    }
    assert ends
    assert [kind for kind in ends if words.journal_words(kind.__name__, 0, 0, 0) == general] == []


def test_an_interrupted_synchronisation_says_what_had_already_gone() -> None:
    said = words.journal_words("Offline", 12, 0, 0)
    assert "réseau perdu" in said
    assert "12\u00a0envoyées" in said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((43, 118, 1), "43\u00a0envoyées, 118\u00a0reçues, 1 à relire"),
        ((1, 0, 0), "1\u00a0envoyée, 0\u00a0reçue"),
        ((0, 0, 0), "Rien de nouveau"),
        ((1_250, 20_000, 0), "1\u202f250\u00a0envoyées, 20\u202f000\u00a0reçues"),
    ],
)
def test_counts_are_written_as_people_write_them(counts: tuple[int, int, int], said: str) -> None:
    assert words.journal_words("done", *counts) == said


@pytest.mark.parametrize(
    ("outcome", "counts", "said"),
    [
        ("documents", (2, 1), "2\u00a0documents envoyés, 1\u00a0document reçu"),
        ("documents", (0, 0), "Une partie d’un document a été échangée."),
        (
            "documents_cut",
            (0, 0),
            "Documents\u00a0: envoi interrompu, sans perte\u00a0; il reprendra.",
        ),
    ],
)
def test_documents_have_a_line_of_their_own(
    outcome: str, counts: tuple[int, int], said: str
) -> None:
    assert words.journal_words(outcome, *counts, 0) == said


@pytest.mark.parametrize(
    ("running", "said"),
    [
        (SyncState.running(), "Échange avec le bureau…"),
        (SyncState.running(0, 7), "Envoi\u00a0: 0 sur 7"),
        (SyncState.running(3, 7, 0, 12_400), "Envoi\u00a0: 3 sur 7 · 12\u00a0ko"),
        (SyncState.running(7, 7, 0, 900), "Échange\u00a0: 900\u00a0octets"),
        (SyncState.running(7, 7, 1_250, 1_234_000), "Réception\u00a0: 1\u202f250 · 1,2\u00a0Mo"),
    ],
)
def test_how_far_a_synchronisation_is_is_told_in_records_and_in_octets(
    running: SyncState, said: str
) -> None:
    assert words.progress(running) == said


def test_how_far_documents_are_is_told_in_octets() -> None:
    moving = SyncState.moving(1_200_000, 15_000_000)
    assert words.progress(moving) == "Documents\u00a0: 1,2\u00a0Mo sur 15\u00a0Mo"


@pytest.mark.parametrize("reason", ["grant", "author", "too_long", "unknown_kind", "jamais vu"])
def test_a_refusal_is_a_sentence_and_never_a_code(reason: str) -> None:
    said = words.refused_reason(reason)
    assert said.endswith(".")
    assert reason not in said


def test_the_sidebar_says_it_in_three_lines(desk: Desk) -> None:
    now = desk.clock.moment
    last = now - timedelta(hours=15)
    block = sidebar_block(SyncState.offline(), pending=7, last_success=last, now=now)
    assert block.words == "Hors connexion"
    assert block.details == (
        "7\u00a0modifications en attente",
        "Dernière synchro\u00a0: hier, 17\u00a0h\u00a040",
    )


def test_offline_is_not_told_as_a_danger_and_up_to_date_is_only_said_when_it_is(
    desk: Desk,
) -> None:
    def block(sync: SyncState, pending: int) -> Block:
        return sidebar_block(sync, pending=pending, last_success=None, now=desk.clock.moment)

    assert block(SyncState.offline(), 7).role is Role.PENDING
    assert block(SyncState.idle(), 7).words == "En ligne"
    assert block(SyncState.idle(), 0).words == "À jour"
    refused = sidebar_block(
        SyncState.idle(), pending=0, last_success=None, now=desk.clock.moment, refused=2
    )
    assert refused.words == "En ligne"
    assert refused.details[0] == "2\u00a0modifications refusées par le bureau"
    differs = sidebar_block(
        SyncState.idle(), pending=0, last_success=None, now=desk.clock.moment, diverged=True
    )
    assert (differs.words, differs.role) == ("Différence à signaler", Role.DANGER)
    assert block(SyncState.running(3, 7, 0, 12_400), 7).details == (
        "Envoi\u00a0: 3 sur 7 · 12\u00a0ko",
    )
    for many, said in (((3, 700), "Envoi\u00a0: 3 sur 700"), ((0, 0, 700), "Réception\u00a0: 700")):
        running = replace(SyncState.running(*many), octets=12_400)
        assert block(running, 7).details == (said,), "one line has no room for more"
    assert block(SyncState.moving(1_200_000, 15_000_000), 0).details == (
        "Documents\u00a0: 1,2\u00a0Mo sur 15\u00a0Mo",
    )
    trouble = block(SyncState.in_trouble("Ce poste a été retiré.", "Appelez."), 7)
    assert (trouble.role, trouble.details[0]) == (Role.DANGER, "Ce poste a été retiré.")
    assert {words.phase(phase) for phase in Phase} >= {"Hors connexion", "En ligne"}


def _journal(desk: Desk, *, sent: int = 3, minutes_ago: int = 0) -> None:
    at = desk.clock.moment - timedelta(minutes=minutes_ago)
    with desk.store.database.transaction():
        desk.store.journal.add(JournalEntry(at, at, "done", sent, 5, 0, 900, 2_100))
