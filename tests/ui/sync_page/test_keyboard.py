"""The page « Synchronisation » by the keyboard alone, in large letters too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.sync_page.state import SyncState
from desktop.ui.sync_page.view import SyncPageView
from desktop.ui.theme import Theme
from protocol.ids import PersonId
from tests.support.accessibility import assert_accessible
from tests.support.crossings import crossed
from tests.support.laptop import Desk


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


def test_what_is_chosen_in_the_list_gets_the_keyboard_and_comes_in_sight(
    view: SyncPageView, desk: Desk, persons: list[PersonId], theme: Theme, qtbot: QtBot
) -> None:
    crossed(desk, persons[2], "birth_date", "1979-03-04", shift=timedelta(minutes=1))
    view.viewmodel.refresh()
    theme.choose_scale(200)
    review = view.review
    try:
        review.list.setFocus()
        review.list.setCurrentIndex(review.model.index(1))
        QTest.keyClick(review.list, Qt.Key.Key_Return)
        assert review.first.keep.hasFocus(), "a date has no text to read"
        review.list.setFocus()
        review.list.setCurrentIndex(review.model.index(0))
        QTest.keyClick(review.list, Qt.Key.Key_Return)
        assert review.first.text.hasFocus()
        qtbot.waitUntil(lambda: not review.first.text.visibleRegion().isEmpty())
    finally:
        theme.choose_scale(100)


def test_the_keyboard_goes_to_what_is_taken_back_and_to_the_list_of_what_waits(
    view: SyncPageView,
) -> None:
    review, offered = view.review, list[Callable[[], object]]()
    view.undo_offered.connect(lambda _, undo: offered.append(undo))
    QTest.mouseClick(review.first.keep, Qt.MouseButton.LeftButton)
    assert view.sync_now.hasFocus()
    offered[0]()
    assert review.first.text.hasFocus()
    view.viewmodel.refresh()
    review.later.setFocus()
    QTest.keyClick(review.later, Qt.Key.Key_Space)
    assert review.list.hasFocus()


def test_her_own_words_get_the_keyboard_back(view: SyncPageView) -> None:
    review = view.review
    review.joined.set_value("Menacé d’expulsion ; FSL")
    review.viewmodel.type("Menacé d’expulsion ; FSL")
    QTest.mouseClick(review.later, Qt.MouseButton.LeftButton)
    review.list.setCurrentIndex(review.model.index(0))
    QTest.keyClick(review.list, Qt.Key.Key_Return)
    assert review.joined.hasFocus()
    assert review.joined.value == "Menacé d’expulsion ; FSL"


def test_the_keyboard_is_not_lost_while_a_verification_runs(view: SyncPageView, desk: Desk) -> None:
    with desk.store.database.transaction():
        desk.store.state.set("verified_at", "2026-11-24T08:38:00Z")
    view.viewmodel.refresh()
    view.receipt.verify.setFocus()
    view.viewmodel.show(SyncState.running())
    assert view.progress.cancel.hasFocus()
    view.viewmodel.show(SyncState.idle())
    assert view.sync_now.hasFocus()
