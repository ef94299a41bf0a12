"""The synchronisation page as people see it, and as the keyboard walks it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.store.journal import JournalEntry
from desktop.ui.changes import ChangeBoard
from desktop.ui.main_window import MainWindow, Section
from desktop.ui.sync_page.sidebar import sidebar_block
from desktop.ui.sync_page.state import SyncReceipt, SyncState
from desktop.ui.sync_page.view import SyncPageView
from desktop.ui.sync_page.viewmodel import SyncPageViewModel
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId, RecordId
from protocol.kinds.conflicts import Conflict
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring, make_desk, seed_small


@pytest.fixture(scope="module")
def theme(qapp: QApplication) -> Theme:
    theme = Theme(qapp, mode=Mode.LIGHT, scale=100)
    theme.install()
    return theme


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    yield desk
    desk.store.database.close()


@pytest.fixture
def persons(desk: Desk) -> list[PersonId]:
    """Claire's caseload after a week: synchronisations, one refusal, one field to read again."""
    persons = seed_small(desk)
    now = desk.clock.moment
    with desk.store.database.transaction():
        for hours, outcome, sent, received in (
            (63, "done", 51, 73), (22, "Offline", 4, 0), (16, "done", 12, 9), (2, "done", 43, 118),
        ):  # fmt: skip
            at = now - timedelta(hours=hours)
            entry = JournalEntry(at, at, outcome, sent, received, 0, 12_000, 19_000)
            desk.store.journal.add(entry)
        desk.store.database.execute(
            "UPDATE outbox SET state = 'refused', reason = 'grant'"
            " WHERE id = (SELECT min(id) FROM outbox WHERE kind = 'appointment')"
        )
    place = desk.workplace
    conflict = Conflict(
        id=RecordId(place.new_id()),
        created_at=now,
        created_by=place.me,
        dossier=persons[1],
        subject_kind="person",
        subject=RecordId(persons[1]),
        field="address_line",
        lost="3 rue du Puits",
        lost_hlc=1,
    )
    bring(place, conflict)
    return persons


@pytest.fixture
def view(desk: Desk, persons: list[PersonId], theme: Theme, qtbot: QtBot) -> Iterator[SyncPageView]:
    board = ChangeBoard()
    model = SyncPageViewModel(InlineBackground(), desk.sync_reports, board, desk.clock)
    view = SyncPageView(model)
    window = MainWindow(theme, (Section("sync", "Synchronisation", lambda: view, 6, "refresh-cw"),))
    block = sidebar_block(
        SyncState.offline(), pending=7, last_success=desk.clock.moment, now=desk.clock.moment
    )
    window.show_sync(block)
    window.open("sync")
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield view
    window.hide()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_the_receipt_shows_the_last_synchronisation_then_this_one(view: SyncPageView) -> None:
    assert view.receipt.heading.text() == "Dernière synchronisation"
    assert view.receipt.sent._value.text() == "43"
    view.viewmodel.show(SyncState.done(SyncReceipt(7, 2, 1_400)))
    assert view.receipt.heading.text() == "Cette synchronisation"
    assert view.receipt.volume._value.text() == "1\u00a0ko"


def test_the_journal_tells_each_ending_latest_first(view: SyncPageView) -> None:
    assert [when for when, _ in view.journal.lines] == [
        "7\u00a0h\u00a040", "lun. 17\u00a0h\u00a040", "lun. 11\u00a0h\u00a040",
        "sam. 18\u00a0h\u00a040",
    ]  # fmt: skip
    assert "réseau perdu" in view.journal.lines[2][1]


def test_a_refused_change_says_what_why_and_that_it_is_kept(view: SyncPageView) -> None:
    assert view.refused.isVisible()
    [(title, reason)] = view.refused.lines
    assert title == "Rendez-vous · Nadia Benali"
    assert "équipe" in reason


def test_a_field_to_read_again_opens_its_dossier(
    view: SyncPageView, persons: list[PersonId]
) -> None:
    opened: list[str] = []
    view.person_requested.connect(opened.append)
    [row] = view.review.model.rows
    assert (row.title, row.subtitle) == (
        "Yves Morisset",
        "Personne, champ «\u00a0Adresse\u00a0»",
    )
    view.review.list.setFocus()
    view.review.list.setCurrentIndex(view.review.model.index(0))
    QTest.keyClick(view.review.list, Qt.Key.Key_Return)
    assert opened == [persons[1]]


def test_it_is_started_by_one_key_and_stopped_by_a_button(view: SyncPageView, qtbot: QtBot) -> None:
    asked: list[str] = []
    view.sync_now_requested.connect(lambda: asked.append("start"))
    view.cancel_requested.connect(lambda: asked.append("stop"))
    QTest.keyClick(view.sync_now, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: asked == ["start"])
    view.viewmodel.show(SyncState.running(3, 7))
    assert view.progress.isVisible()
    assert not view.sync_now.isEnabled()
    QTest.mouseClick(view.progress.cancel, Qt.MouseButton.LeftButton)
    assert asked == ["start", "stop"]


def test_a_second_synchronisation_can_be_stopped_as_well(view: SyncPageView) -> None:
    asked: list[bool] = []
    view.cancel_requested.connect(lambda: asked.append(True))
    for _ in range(2):
        view.viewmodel.show(SyncState.running())
        QTest.mouseClick(view.progress.cancel, Qt.MouseButton.LeftButton)
        view.viewmodel.show(SyncState.offline())
    assert asked == [True, True]


def test_what_stands_in_the_way_is_said_with_its_remedy(view: SyncPageView) -> None:
    view.viewmodel.show(SyncState.in_trouble("Ce poste a été retiré.", "Appelez l’informatique."))
    assert view.notice.isVisible()
    assert view.notice.sentence == "Ce poste a été retiré. Appelez l’informatique."
    view.viewmodel.show(SyncState.idle())
    assert "retiré" not in view.notice.sentence


def test_a_laptop_that_never_synchronised_says_what_to_expect(
    tmp_path: Path, theme: Theme, qtbot: QtBot
) -> None:
    desk = make_desk(tmp_path / "new")
    view = SyncPageView(
        SyncPageViewModel(InlineBackground(), desk.sync_reports, ChangeBoard(), desk.clock)
    )
    qtbot.addWidget(view)
    assert view.receipt.sent._value.text() == "—"
    assert view.journal.lines == ()
    assert view.refused.isHidden()
    assert view.review.model.rows == ()
    assert "jamais encore" in view.header.subtitle.text()
    desk.store.database.close()


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("running", [False, True])
def test_the_page_can_be_read_and_walked_through(
    view: SyncPageView, theme: Theme, qapp: QApplication, scale: int, running: bool
) -> None:
    theme.choose_scale(scale)
    view.viewmodel.show(SyncState.running(3, 7) if running else SyncState.idle())
    for _ in range(5):
        qapp.processEvents()
    try:
        assert_accessible(view.window())
    finally:
        theme.choose_scale(100)


def test_the_keyboard_stays_on_the_page_while_it_synchronises(view: SyncPageView) -> None:
    view.activateWindow()
    view.sync_now.setFocus()
    view.viewmodel.show(SyncState.running())
    assert view.progress.cancel.hasFocus()
    view.viewmodel.show(SyncState.idle())
    assert view.sync_now.hasFocus()
