"""A newcomer's first morning at the office: the real program on an empty folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app.application import Application
from desktop.app.workspace import TODAY
from desktop.config.clock import SystemClock
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.sync.pairing import OfferedPairing
from desktop.ui.first_run import FirstRunView
from desktop.ui.first_run.identity import Way
from desktop.ui.first_run.identity_page import IdentityPage
from desktop.ui.first_run.pages import InvitationPage, OfficePage, PassphrasePage
from desktop.ui.first_run.viewmodel import Step
from desktop.ui.keys.paper_page import PaperPage, RetypePage
from desktop.ui.kit import Text
from desktop.ui.lock import LockView
from protocol.kinds.people import Job
from tests.support.fleet import PASSPHRASE, Laptop, access, enrolled, enroller
from tests.support.office import Office


@dataclass
class Newcomer:
    """Somebody in front of a new laptop, who only has a keyboard."""

    office: Office
    folders: Folders
    bot: QtBot
    policy: Policy
    application: Application = field(init=False)

    def start(self) -> None:
        """Start the program."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.application = Application(
            app, self.folders, self.policy, SystemClock(), SystemRandom(), FLOOR
        )
        self.application.start()

    def start_again(self) -> None:
        """The program ends, and starts again another day."""
        self.application.close()
        self.start()

    @property
    def view(self) -> FirstRunView:
        """The window of the first run."""
        view = self.application.window
        assert isinstance(view, FirstRunView)
        return view

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to be true."""
        self.bot.waitUntil(condition)

    def is_at(self, step: Step) -> bool:
        """Whether a page of the first run is in sight, and ready."""
        view = self.application.window
        return (
            isinstance(view, FirstRunView)
            and view.pages[step].isVisible()
            # A passphrase has to be chosen before it can be gone on with.
            and (view.next_button.isEnabled() or step is Step.PHRASE)
        )

    def go_on(self, step: Step) -> None:
        """Press « Continuer » until a page is there."""
        self.view.next_button.click()
        self.until(lambda: self.is_at(step))

    def type_address(self, typed: str) -> None:
        """On the first page."""
        page = self.view.pages[Step.OFFICE]
        assert isinstance(page, OfficePage)
        page.field.selectAll()
        QTest.keyClicks(page.field, typed)

    def type_invitation(self, typed: str) -> None:
        """On the second."""
        page = self.view.pages[Step.INVITATION]
        assert isinstance(page, InvitationPage)
        page.field.selectAll()
        QTest.keyClicks(page.field, typed)

    def choose_passphrase(self) -> None:
        """On the third: it is rated while it is typed."""
        page = self.view.pages[Step.PHRASE]
        assert isinstance(page, PassphrasePage)
        QTest.keyClicks(page.form.first.line, PASSPHRASE)
        QTest.keyClicks(page.form.second.line, PASSPHRASE)
        self.until(self.view.next_button.isEnabled)

    def copy_paper(self) -> list[str]:
        """Read the 24 words on the fourth."""
        page = self.view.pages[Step.PAPER]
        assert isinstance(page, PaperPage)
        return [cell.text() for cell in page.words.cells]

    def type_paper(self, words: list[str]) -> None:
        """Type them back on the fifth."""
        page = self.view.pages[Step.RETYPE]
        assert isinstance(page, RetypePage)
        for cell, word in zip(page.words.cells, words, strict=True):
            QTest.keyClicks(cell, word)

    def come_to_paper(self, invitation: str) -> list[str]:
        """Everything before the vault is made, then its paper."""
        self.type_address(self.office.url)
        self.go_on(Step.INVITATION)
        self.type_invitation(invitation)
        self.go_on(Step.PHRASE)
        self.choose_passphrase()
        self.go_on(Step.PAPER)
        return self.copy_paper()

    def unlock(self) -> None:
        """Type the passphrase at the lock."""
        lock = self.application.window
        assert isinstance(lock, LockView)
        QTest.keyClicks(lock.field.line, PASSPHRASE)
        QTest.keyClick(lock.field.line, Qt.Key.Key_Return)

    def sees_today(self) -> bool:
        """Whether the day is in sight."""
        desk = self.application.desk
        return desk is not None and desk.window.page(TODAY).isVisible()


@pytest.fixture
def newcomer(office: Office, tmp_path: Path, qtbot: QtBot) -> Iterator[Newcomer]:
    folders = Folders(tmp_path / "vault", tmp_path / "settings")
    newcomer = Newcomer(office, folders, qtbot, Policy(authority=office.authority))
    newcomer.start()
    yield newcomer
    newcomer.application.close()


def test_a_newcomer_goes_from_an_empty_laptop_to_her_day(
    newcomer: Newcomer, office: Office
) -> None:
    words = newcomer.come_to_paper(office.invite("Claire Martin"))
    assert len(set(words)) > 20
    newcomer.go_on(Step.RETYPE)
    newcomer.type_paper(words)
    newcomer.go_on(Step.DONE)
    assert newcomer.view.title.text() == "Bonjour Claire"
    newcomer.view.next_button.click()
    newcomer.until(newcomer.sees_today)
    assert len(office.devices()) == 1

    desk = newcomer.application.desk
    assert desk is not None
    with newcomer.bot.waitSignal(newcomer.application.locked):
        desk.lock_requested.emit()
    newcomer.unlock()
    newcomer.until(newcomer.sees_today)


def test_the_office_of_the_policy_is_already_typed(newcomer: Newcomer, office: Office) -> None:
    newcomer.policy = Policy(server=office.url, authority=office.authority)
    newcomer.start_again()
    newcomer.go_on(Step.INVITATION)


def test_without_a_network_the_address_is_said_to_wait_and_works_later(
    newcomer: Newcomer, office: Office
) -> None:
    office.offline()
    newcomer.type_address(office.url)
    newcomer.view.next_button.click()
    newcomer.until(newcomer.view.notice.isVisible)
    assert newcomer.is_at(Step.OFFICE)
    assert "réseau" in newcomer.view.notice.sentence
    office.online()
    newcomer.go_on(Step.INVITATION)


def test_a_used_invitation_is_told_on_its_page_and_another_one_serves(
    newcomer: Newcomer, office: Office, tmp_path: Path
) -> None:
    _come_with_a_used_invitation(newcomer, tmp_path)
    assert newcomer.view.notice.isVisible()
    assert "nvitation" in newcomer.view.notice.sentence

    newcomer.type_invitation(office.invite("Claire Martin"))
    newcomer.go_on(Step.DONE)
    assert newcomer.view.title.text() == "Bonjour Claire"


def test_an_invitation_that_has_served_is_told_before_anything_is_made(
    newcomer: Newcomer, office: Office, tmp_path: Path
) -> None:
    invitation = office.invite("Mehdi Alaoui", Job.REFERENT)
    _spend(office, tmp_path, invitation)
    newcomer.type_address(office.url)
    newcomer.go_on(Step.INVITATION)
    newcomer.type_invitation(invitation)
    newcomer.view.next_button.click()
    newcomer.until(newcomer.view.notice.isVisible)
    assert newcomer.is_at(Step.INVITATION)
    assert "nvitation" in newcomer.view.notice.sentence


@pytest.fixture
def first(office: Office, tmp_path: Path) -> Iterator[Laptop]:
    """The laptop that Claire has already."""
    laptop = enrolled(office, tmp_path / "first", "Claire Martin", Job.PSYCHOLOGIST)
    yield laptop
    laptop.close()


def _come_to_identity(newcomer: Newcomer, invitation: str) -> IdentityPage:
    newcomer.type_address(newcomer.office.url)
    newcomer.go_on(Step.INVITATION)
    newcomer.type_invitation(invitation)
    newcomer.view.next_button.click()
    page = newcomer.view.pages[Step.IDENTITY]
    newcomer.until(page.isVisible)
    assert isinstance(page, IdentityPage)
    return page


def test_a_second_laptop_is_hers_once_both_screens_show_the_same_words(
    newcomer: Newcomer, office: Office, first: Laptop
) -> None:
    enrolment = first.session.enrolment
    identity = first.session.workplace.identity
    known = OfferedPairing(first.road(), enrolment.server, identity, SystemRandom())
    page = _come_to_identity(newcomer, known.begin())
    newcomer.until(lambda: bool(known.step()))
    newcomer.until(lambda: page.pairing.words == known.words)
    assert newcomer.view.next_button.accessibleName() == "Les mots sont les mêmes"
    newcomer.view.next_button.click()
    known.agree()

    newcomer.until(lambda: newcomer.is_at(Step.PHRASE))
    newcomer.choose_passphrase()
    newcomer.go_on(Step.PAPER)
    words = newcomer.copy_paper()
    newcomer.go_on(Step.RETYPE)
    newcomer.type_paper(words)
    newcomer.go_on(Step.DONE)
    assert newcomer.view.title.text() == "Bonjour Claire"
    assert len(office.devices()) == 2


def test_a_lost_laptop_is_replaced_with_the_paper_typed_at_the_first_run(
    newcomer: Newcomer, office: Office, first: Laptop
) -> None:
    page = _come_to_identity(newcomer, office.invite("Claire Martin"))
    page.paper_button.click()
    for cell, word in zip(page.paper_words.cells, first.recovery_words, strict=True):
        QTest.keyClicks(cell, word[:4])
    newcomer.go_on(Step.PHRASE)
    newcomer.choose_passphrase()
    newcomer.go_on(Step.PAPER)
    assert newcomer.copy_paper() != list(first.recovery_words)


def test_who_has_nothing_left_is_told_the_truth(
    newcomer: Newcomer, office: Office, first: Laptop
) -> None:
    page = _come_to_identity(newcomer, office.invite("Claire Martin"))
    assert page.shares_button.isHidden()
    page.lost_button.click()
    said = " ".join(it.text() for it in page.panels[Way.LOST].findChildren(Text))
    assert "ne peuvent plus être lues" in said
    assert newcomer.view.next_button.isHidden()


def test_a_battery_that_dies_on_the_paper_asks_for_a_new_paper_and_nothing_twice(
    newcomer: Newcomer, office: Office
) -> None:
    former = newcomer.come_to_paper(office.invite("Claire Martin"))

    newcomer.start_again()
    newcomer.unlock()
    newcomer.until(lambda: newcomer.is_at(Step.PAPER))
    words = newcomer.copy_paper()
    assert words != former
    newcomer.go_on(Step.RETYPE)
    newcomer.type_paper(words)
    newcomer.go_on(Step.DONE)
    assert newcomer.view.title.text() == "Bonjour Claire"


def test_a_paper_typed_back_is_not_asked_for_again_another_day(
    newcomer: Newcomer, office: Office, tmp_path: Path
) -> None:
    _come_with_a_used_invitation(newcomer, tmp_path)

    newcomer.start_again()
    newcomer.unlock()
    newcomer.until(lambda: newcomer.is_at(Step.INVITATION))
    newcomer.type_invitation(office.invite("Claire Martin"))
    newcomer.go_on(Step.DONE)


def test_a_network_cut_during_the_enrolment_is_tried_again(
    newcomer: Newcomer, office: Office
) -> None:
    words = newcomer.come_to_paper(office.invite("Claire Martin"))
    newcomer.go_on(Step.RETYPE)
    newcomer.type_paper(words)
    office.offline()
    newcomer.view.next_button.click()
    newcomer.until(lambda: newcomer.is_at(Step.ENROLMENT))
    assert newcomer.view.notice.isVisible()
    office.online()
    newcomer.go_on(Step.DONE)
    assert len(office.devices()) == 1


def _come_with_a_used_invitation(newcomer: Newcomer, folder: Path) -> None:
    """As far as the refusal."""
    invitation = newcomer.office.invite("Mehdi Alaoui", Job.REFERENT)
    words = newcomer.come_to_paper(invitation)
    _spend(newcomer.office, folder, invitation)
    newcomer.go_on(Step.RETYPE)
    newcomer.type_paper(words)
    newcomer.view.next_button.click()
    newcomer.until(lambda: newcomer.is_at(Step.INVITATION))


def _spend(office: Office, folder: Path, invitation: str) -> None:
    """The invitation that lay beside the printer serves on another laptop."""
    way_in, contact = access(folder / "mehdi"), enroller(office, SystemClock())
    unlocked, recovery = way_in.create(PASSPHRASE)
    contact.prepare(unlocked.store, recovery)
    contact.enrol(unlocked.store, contact.find_office(office.url), invitation, lambda work: work())
    unlocked.close()
