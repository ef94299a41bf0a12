"""The office has forgotten this laptop: the page says so, and takes a new invitation."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.sync.errors import (
    InvitationReason,
    InvitationRefused,
    Offline,
    OfflineReason,
    Refused,
    Revoked,
)
from desktop.ui.background import Lane
from desktop.ui.errors import sentence
from desktop.ui.sync_page.state import SyncState
from desktop.ui.sync_page.view import SyncPageView
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.ui.sync_page.conftest import HER_ID, ForgetfulOffice

CODE = "79-ABCDE-FGHJK-MNPQR-STVWX"


@pytest.fixture
def forgotten(view: SyncPageView) -> SyncPageView:
    """The page once the office has answered that it does not know this laptop."""
    problem = sentence(Refused("unauthenticated"))
    view.viewmodel.show(SyncState.forgotten(problem.text, problem.remedy))
    return view


@pytest.fixture
def opened(forgotten: SyncPageView) -> SyncPageView:
    """The same, with the card open."""
    forgotten.notice.remedy.setFocus()
    forgotten.notice.remedy.click()
    return forgotten


def type_in(page: SyncPageView, words: str = CODE) -> None:
    QTest.keyClicks(page.invitation.invitation.line, words)


def test_one_sentence_says_that_nothing_is_lost_and_what_to_do(forgotten: SyncPageView) -> None:
    said = forgotten.notice.sentence
    assert "ne connaît plus ce poste" in said
    assert "Rien n’est perdu" in said
    assert faults_of(said) == []
    assert forgotten.notice.remedy.isVisible()
    assert not forgotten.invitation.isVisible()
    assert_accessible(forgotten.window())


@pytest.mark.parametrize("failure", [Revoked(), Refused("replayed"), Refused("grant")])
def test_nothing_else_that_the_office_decides_offers_it(
    view: SyncPageView, failure: Exception
) -> None:
    problem = sentence(failure)
    view.viewmodel.show(SyncState.in_trouble(problem.text, problem.remedy))
    assert view.notice.isVisible()
    assert not view.notice.remedy.isVisible()


def test_the_card_opens_under_the_keyboard_and_esc_brings_it_back(opened: SyncPageView) -> None:
    line = opened.invitation.invitation.line
    assert line.hasFocus()
    assert HER_ID in opened.invitation.identifier.text()
    assert not opened.notice.remedy.isVisible()
    assert_accessible(opened.window())
    type_in(opened)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert not opened.invitation.isVisible()
    assert opened.notice.remedy.hasFocus()
    opened.notice.remedy.click()
    assert line.value == "", "an invitation is kept nowhere"


def test_enter_presents_it_and_a_synchronisation_is_asked_for(
    opened: SyncPageView, forgetful: ForgetfulOffice
) -> None:
    answered: list[bool] = []
    opened.invitation._viewmodel.answered.connect(lambda: answered.append(True))
    type_in(opened)
    QTest.keyClick(opened.invitation.invitation.line, Qt.Key.Key_Return)
    assert forgetful.presented == [CODE]
    assert forgetful.lanes.asked == [Lane.NETWORK]
    assert answered == [True]
    assert not opened.invitation.isVisible()
    opened.viewmodel.show(SyncState.running())
    assert opened.progress.cancel.hasFocus()


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (InvitationRefused(InvitationReason.NOT_HERS), "quelqu’un d’autre"),
        (InvitationRefused(InvitationReason.EXPIRED), "vingt-quatre heures"),
        (Offline(OfflineReason.NO_ROUTE), "Rien n’a changé sur ce poste"),
    ],
)
def test_a_refusal_is_said_beside_what_was_typed(
    opened: SyncPageView, forgetful: ForgetfulOffice, refusal: Exception, said: str
) -> None:
    forgetful.refusal = refusal
    type_in(opened)
    opened.invitation.present.click()
    assert said in opened.invitation.notice.sentence
    assert faults_of(opened.invitation.notice.sentence) == []
    assert opened.invitation.invitation.line.value == CODE
    assert_accessible(opened.window())
    type_in(opened, "2")
    assert not opened.invitation.notice.isVisible()


def test_known_again_by_itself_the_card_closes_and_the_keyboard_stays_in_the_page(
    opened: SyncPageView,
) -> None:
    """The office was put right while the invitation was being typed."""
    opened.viewmodel.show(SyncState.running())
    assert opened.invitation.isVisible()
    opened.invitation._viewmodel.close()
    assert opened.progress.cancel.hasFocus()
    opened.viewmodel.show(SyncState.idle())
    assert opened.sync_now.hasFocus()


def test_a_withdrawal_heard_meanwhile_is_left_to_the_synchronisation(
    opened: SyncPageView, forgetful: ForgetfulOffice
) -> None:
    answered: list[bool] = []
    opened.invitation._viewmodel.answered.connect(lambda: answered.append(True))
    forgetful.refusal = Revoked()
    type_in(opened)
    opened.invitation.present.click()
    assert answered == [True]
    assert not opened.invitation.isVisible()


def test_while_the_office_is_asked_nothing_is_pressed_twice(
    opened: SyncPageView, forgetful: ForgetfulOffice, qapp: QApplication
) -> None:
    forgetful.lanes.hold()
    type_in(opened)
    opened.invitation.present.setFocus()
    opened.invitation.present.click()
    assert opened.invitation.invitation.line.hasFocus()
    QTest.keyClick(opened.invitation.invitation.line, Qt.Key.Key_Return)
    QTest.keyClick(opened.invitation.invitation.line, Qt.Key.Key_Escape)
    assert opened.invitation.isVisible()
    forgetful.lanes.release()
    assert forgetful.presented == [CODE]
