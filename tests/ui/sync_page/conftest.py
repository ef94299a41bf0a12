"""Claire’s page « Synchronisation » after a week."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.store.journal import JournalEntry
from desktop.ui.changes import ChangeBoard
from desktop.ui.main_window import MainWindow, Section
from desktop.ui.sync_page import InvitationViewModel
from desktop.ui.sync_page.sidebar import sidebar_block
from desktop.ui.sync_page.state import SyncState
from desktop.ui.sync_page.view import SyncPageView
from desktop.ui.sync_page.viewmodel import SyncPageViewModel
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId
from protocol.kinds.persons import Person
from tests.support.crossings import HERS, MINE, ROY, crossed
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring, make_desk, professional, seed_small

HER_ID = "0199c0de-0000-7000-8000-0000000000a9"


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
        desk.store.database.execute("DELETE FROM outbox WHERE state <> 'refused'")
    bring(desk.workplace, professional(desk.workplace, ROY, "Catherine Roy"))
    known = desk.store.records.get(Person, persons[1])
    assert known is not None
    bring(desk.workplace, replace(known, request=HERS))
    crossed(desk, persons[1], "request", "0" + MINE, standing="0" + HERS)
    return persons


@dataclass
class ForgetfulOffice:
    """Takes an invitation, or refuses it."""

    lanes: InlineBackground = field(default_factory=InlineBackground)
    presented: list[str] = field(default_factory=list)
    refusal: Exception | None = None

    def present(self, invitation: str) -> None:
        """Stand for ``KnownAgain.run``."""
        if self.refusal is not None:
            raise self.refusal
        self.presented.append(invitation)

    def asked(self) -> InvitationViewModel:
        """Return what the page asks."""
        return InvitationViewModel(self.lanes, self.present, "https://coffre.exemple.fr", HER_ID)


@pytest.fixture
def forgetful() -> ForgetfulOffice:
    return ForgetfulOffice()


@pytest.fixture
def view(
    desk: Desk,
    persons: list[PersonId],
    theme: Theme,
    qtbot: QtBot,
    forgetful: ForgetfulOffice,
) -> Iterator[SyncPageView]:
    board = ChangeBoard()
    model = SyncPageViewModel(
        InlineBackground(), desk.sync_reports, desk.conflicts, board, desk.clock
    )
    view = SyncPageView(model, forgetful.asked())
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
