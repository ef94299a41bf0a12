"""An office put back to before a laptop was enrolled: the window takes a new invitation."""

import pytest
from PySide6.QtTest import QTest

from desktop.app.sync_runner import Phase
from desktop.app.workspace import SYNC
from desktop.ui.sync_page import SyncPageView
from desktop.ui.withdrawn import WithdrawnView
from protocol.kinds.people import Job
from tests.app.conftest import Opened
from tests.app.test_asked_offline import ended
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.support.office import Office

CLAIRE = "Claire Martin"


@pytest.fixture
def evening(office: Office) -> dict[str, bytes]:
    """A backup of the office, of before the laptop was enrolled."""
    office.hire(CLAIRE)
    return office.backup()


@pytest.fixture
def page(office: Office, evening: dict[str, bytes], opened: Opened) -> SyncPageView:
    """The page of synchronisation, at its first answer of an office that knows no laptop."""
    office.restore(evening, new_epoch=True)
    opened.unlock()
    opened.until(lambda: opened.desk.runner.progress.phase is Phase.STOPPED)
    page = opened.desk.window.open(SYNC)
    assert isinstance(page, SyncPageView)
    opened.until(page.notice.remedy.isVisible)
    return page


def present(page: SyncPageView, invitation: str) -> None:
    """Type it, and press the button."""
    if page.notice.remedy.isVisible():
        page.notice.remedy.click()
    page.invitation.invitation.line.clear()
    QTest.keyClicks(page.invitation.invitation.line, invitation)
    page.invitation.present.click()


def test_the_laptop_is_let_in_again_and_all_is_verified(
    office: Office, page: SyncPageView, opened: Opened
) -> None:
    assert faults_of(page.notice.sentence) == []
    assert_accessible(opened.desk.window)
    ended(opened, Phase.IDLE, lambda: present(page, office.invite(CLAIRE)))
    opened.until(lambda: any("inscrit de nouveau" in how for _, how in page.journal.lines))
    assert not page.notice.remedy.isVisible()
    assert not page.invitation.isVisible()
    ended(opened, Phase.IDLE, page.viewmodel.verify_now)
    opened.until(lambda: page.receipt.verified.text().startswith("Vérifié"))
    assert len(office.devices()) == 1
    assert all(person in office.dump() for person in opened.persons)


def test_an_invitation_of_somebody_else_is_said_and_serves_her_still(
    office: Office, page: SyncPageView, opened: Opened
) -> None:
    his = office.invite("Mehdi Belkacem", Job.REFERENT)
    present(page, his)
    opened.until(page.invitation.notice.isVisible)
    assert "quelqu’un d’autre" in page.invitation.notice.sentence
    assert office.devices() == []
    ended(opened, Phase.IDLE, lambda: present(page, office.invite(CLAIRE)))


def test_a_lock_in_between_loses_nothing(
    office: Office, page: SyncPageView, opened: Opened
) -> None:
    page.notice.remedy.click()
    QTest.keyClicks(page.invitation.invitation.line, "79-ABCDE")
    opened.lock()
    opened.unlock()
    again = opened.desk.window.open(SYNC)
    assert isinstance(again, SyncPageView)
    opened.until(again.notice.remedy.isVisible)
    ended(opened, Phase.IDLE, lambda: present(again, office.invite(CLAIRE)))


def test_withdrawn_since_it_is_destroyed_as_ever(
    office: Office, page: SyncPageView, opened: Opened
) -> None:
    """Somebody put the office right, and withdrew the laptop, while the invitation was typed."""
    invitation = office.invite(CLAIRE)
    ended(opened, Phase.IDLE, lambda: present(page, invitation))
    page._invitation.open()
    office.revoke(office.devices()[0].id)
    QTest.keyClicks(page.invitation.invitation.line, office.invite(CLAIRE))
    page.invitation.present.click()
    opened.until(lambda: isinstance(opened.application.window, WithdrawnView))
