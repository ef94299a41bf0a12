"""A short code from the settings to the next lock, in the real window, on a keyring of the disk."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app.application import Application
from desktop.app.workspace import SETTINGS
from desktop.config.folders import Folders
from desktop.config.policy import read_policy
from desktop.config.safety import Control, Finding, Standing
from desktop.crypto.kdf import FLOOR
from desktop.crypto.left_in_keyring import LEFT
from desktop.crypto.randomness import SystemRandom
from desktop.ui.lock import LockView
from desktop.ui.lock.code_view import CodeEntry
from desktop.ui.settings import SettingsView
from desktop.ui.settings.code_card import CodeCard
from desktop.ui.settings.code_viewmodel import Stand
from protocol.kinds.people import Job
from tests.app.conftest import Opened
from tests.support.accessibility import assert_accessible
from tests.support.file_keyring import FileKeyring
from tests.support.fleet import PASSPHRASE, enrolled
from tests.support.laptop import TurnedClock
from tests.support.office import Office

CODE = "482917"


@dataclass
class WithCode(Opened):
    """A laptop of a Département that allows short codes."""

    keyring: FileKeyring
    policy: Path

    @property
    def lock_view(self) -> LockView:
        view = self.application.window
        assert isinstance(view, LockView)
        return view

    @property
    def entry(self) -> CodeEntry:
        """The page of the code, once it is in sight."""
        self.until(lambda: isinstance(self.lock_view.code, CodeEntry))
        entry = self.lock_view.code
        assert isinstance(entry, CodeEntry)
        self.until(entry.isVisible)
        return entry

    @property
    def card(self) -> CodeCard:
        self.desk.window.open(SETTINGS)
        page = self.desk.window.page(SETTINGS)
        assert isinstance(page, SettingsView)
        card = page.findChild(CodeCard)
        assert card is not None
        return card

    def choose(self, code: str = CODE) -> None:
        """Turn it on from the settings."""
        card = self.card
        self.until(card.switch.isEnabled)
        card.switch.click()
        self.take(card, code)
        self.until(lambda: card._viewmodel.state.stand is Stand.ON)

    def take(self, card: CodeCard, code: str) -> None:
        """Fill the form that the card shows."""
        self.until(card.form.isVisible)
        card.asked.line.setText(PASSPHRASE)
        card.first.line.setText(code)
        card.second.line.setText(code)
        card.take_button.click()

    def was_quick(self) -> bool:
        """Whether the code opened it."""
        return self.desk._session.unlocked.was_quick

    def type_code(self, code: str = CODE) -> None:
        entry = self.entry
        self.until(entry.open_button.isEnabled)
        entry.field.line.setText(code)
        entry.open_button.click()


def started(
    folders: Folders, policy: Path, clock: TurnedClock, keyring: FileKeyring
) -> Application:
    """Start Coffre on that laptop and that keyring."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    application = Application(
        app, folders, read_policy(policy), clock, SystemRandom(), FLOOR, keyring=keyring
    )
    application.start()
    return application


@pytest.fixture
def opened(office: Office, tmp_path: Path, qtbot: QtBot) -> Iterator[WithCode]:
    folders = Folders(tmp_path / "vault", tmp_path / "settings")
    folders.make()
    clock = TurnedClock(datetime.now(UTC).replace(hour=8, minute=40))
    enrolled(office, folders.vault, "Claire Martin", Job.PSYCHOLOGIST, clock).close()
    keyring = FileKeyring(tmp_path / "keyring")
    policy = tmp_path / "policy.toml"
    policy.write_text("quick_unlock = true")
    application = started(folders, policy, clock, keyring)
    laptop = WithCode(application, qtbot, clock, [], folders, keyring, policy)
    laptop.unlock()
    yield laptop
    if keyring.hangs is not None:
        keyring.hangs.set()
    laptop.application.close()


def test_a_policy_that_allows_it_no_more_ends_the_code_at_the_next_lock(opened: WithCode) -> None:
    opened.choose()
    opened.policy.write_text("quick_unlock = false")
    opened.lock()
    opened.until(lambda: not opened.application._short_way.is_offered())
    assert not isinstance(opened.lock_view.code, CodeEntry)
    opened.unlock()
    assert opened.card._viewmodel.state.stand is not Stand.ON


def test_a_passphrase_typed_just_after_the_policy_changed_begins_no_hours(opened: WithCode) -> None:
    opened.choose()
    opened.lock()
    entry = opened.entry
    opened.policy.write_text("quick_unlock = false")
    asked = len(opened.keyring.asked)
    entry.phrase_button.click()
    opened.unlock()
    opened.until(lambda: opened.keyring.texts == [])
    assert "write" not in opened.keyring.asked[asked:]


def test_a_code_typed_just_after_opens_nothing_and_a_withdrawal_then_leaves_no_half_behind(
    opened: WithCode,
) -> None:
    opened.choose()
    opened.lock()
    entry = opened.entry
    opened.policy.write_text("quick_unlock = false")
    opened.until(entry.open_button.isEnabled)
    opened.type_code()
    opened.until(opened.lock_view.field.isVisible)
    assert "Le code court n’ouvre plus" in opened.lock_view._labeled.problem

    opened.keyring.is_gone = True
    opened.unlock()
    opened.until(lambda: not opened.application._short_way.is_offered())
    opened.application.withdraw()
    opened.until(lambda: [path.name for path in opened.folders.vault.iterdir()] == [LEFT])
    assert opened.keyring.texts != []
    opened.keyring.is_gone = False
    opened.application._short_way.tidy()  # a minute later
    opened.until(lambda: opened.keyring.texts == [])


def test_a_half_that_no_keyring_let_go_of_before_coffre_was_closed_goes_at_the_next_start(
    opened: WithCode,
) -> None:
    opened.choose()
    opened.keyring.is_gone = True
    opened.application.withdraw()
    opened.until(lambda: [path.name for path in opened.folders.vault.iterdir()] == [LEFT])
    opened.application.close()
    assert opened.keyring.texts != []

    opened.keyring.is_gone = False
    opened.policy.unlink()
    opened.application = started(opened.folders, opened.policy, opened.clock, opened.keyring)
    opened.until(lambda: opened.keyring.texts == [])
    opened.until(lambda: list(opened.folders.vault.iterdir()) == [])


def test_who_is_choosing_when_the_policy_changes_is_told_so(opened: WithCode) -> None:
    card = opened.card
    opened.until(card.switch.isEnabled)
    card.switch.click()
    opened.policy.write_text("quick_unlock = false")
    opened.take(card, CODE)
    opened.until(lambda: "ne permet pas" in card.notice.sentence)
    assert opened.keyring.texts == []


def test_a_code_chosen_in_the_settings_opens_until_it_is_given_up(opened: WithCode) -> None:
    opened.choose()
    card = opened.card
    assert card.asked.value == card.first.value == card.second.value == ""
    assert_accessible(opened.desk.window)
    opened.lock()
    assert_accessible(opened.entry)
    opened.type_code("739105")
    opened.until(lambda: "essais" in opened.entry._labeled.problem)
    assert opened.entry.field.value == ""
    opened.type_code()
    opened.until(lambda: opened.application.desk is not None)
    assert opened.was_quick()

    opened.lock()
    former = opened.keyring.texts
    opened.entry.phrase_button.click()
    opened.unlock()
    assert not opened.was_quick()
    opened.until(lambda: opened.keyring.texts != former)

    short = opened.application._short_way
    opened.until(lambda: short.finding().standing is Standing.LOOK)
    card = opened.card
    opened.until(card.switch.isEnabled)
    card.switch.click()
    opened.until(lambda: opened.keyring.texts == [])
    opened.until(lambda: not (opened.folders.vault / "coffre.quick").exists())
    assert short.finding() == Finding(Control.CODE, Standing.GOOD)


def test_a_keyring_that_hangs_leaves_the_passphrase_in_one_sentence(
    opened: WithCode, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.choose()
    monkeypatch.setattr(opened.application._short_way._asked_at_lock, "_patience_s", 0.2)
    opened.lock()
    opened.keyring.hangs = threading.Event()
    opened.type_code()
    opened.until(opened.lock_view.field.isVisible)
    assert "trousseau" in opened.lock_view._labeled.problem
    opened.keyring.hangs.set()
    opened.keyring.hangs = None
    opened.unlock()

    # Hours that end while the lock is in sight take the code away.
    opened.until(opened.application._short_way.is_offered)
    opened.lock()
    assert opened.entry.isVisible()
    opened.clock.advance(hours=5)
    opened.application._short_way.tidy()
    opened.until(opened.lock_view.field.isVisible)
    assert opened.keyring.texts == []
    opened.unlock()
    opened.until(lambda: opened.keyring.texts != [])
