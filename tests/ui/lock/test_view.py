"""The lock screen says nothing about anybody, and is there at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.ui.lock import LockView, LockViewModel
from desktop.ui.lock.paper_view import PaperEntry
from desktop.ui.theme import Mode, Theme
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import CLAIRE_SAYS
from tests.ui.lock.conftest import Locked


@pytest.fixture
def view(lock: LockViewModel, theme: Theme, qtbot: QtBot) -> LockView:
    view = LockView(lock, "1.0")
    qtbot.addWidget(view)
    view.resize(1366, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


def test_the_field_has_the_keyboard_and_enter_opens(
    view: LockView, lock: LockViewModel, locked: Locked, qtbot: QtBot
) -> None:
    assert view.focusWidget() is view.field.line
    QTest.keyClicks(view.field.line, CLAIRE_SAYS)
    with qtbot.waitSignal(lock.opened, timeout=0):
        QTest.keyClick(view.field.line, Qt.Key.Key_Return)
    assert view.field.value == ""


def test_nothing_shown_is_about_anybody(view: LockView) -> None:
    shown = {label.text() for label in view.findChildren(QLabel) if label.isVisible()}
    assert shown == {
        "Coffre",
        "Ce poste est verrouillé.",
        "Phrase de passe",
        "Coffre 1.0 · chiffré sur ce poste · aucune donnée affichée tant que le coffre est fermé",
    }
    assert view.windowTitle() == "Coffre"
    assert view.field.line.echoMode() is QLineEdit.EchoMode.Password


def test_a_refusal_leaves_the_phrase_selected_to_be_typed_over(view: LockView) -> None:
    QTest.keyClicks(view.field.line, "une autre phrase")
    QTest.keyClick(view.field.line, Qt.Key.Key_Return)
    assert view.field.line.selectedText() == "une autre phrase"
    assert view.focusWidget() is view.field.line


def test_while_the_key_is_derived_the_screen_says_so_and_takes_nothing_more(
    view: LockView, background: InlineBackground
) -> None:
    background.hold()
    QTest.keyClicks(view.field.line, CLAIRE_SAYS)
    view.open_button.click()
    assert "Ouverture…" in view.open_button.text()
    assert not view.open_button.isEnabled()
    QTest.keyClicks(view.field.line, "x")
    assert view.field.value == CLAIRE_SAYS
    background.release()


def test_locked_capitals_are_told(view: LockView) -> None:
    QTest.keyClicks(view.field.line, "a", Qt.KeyboardModifier.NoModifier)
    assert not view.field.says_capitals_are_locked
    # A capital without Shift.
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "A")
    QApplication.sendEvent(view.field.line, press)
    assert view.field.says_capitals_are_locked


def test_escape_leaves_the_paper_and_its_words(view: LockView, qtbot: QtBot) -> None:
    view.paper_button.click()
    entry = view.findChild(PaperEntry)
    assert isinstance(entry, PaperEntry)
    assert view.focusWidget() is entry.words.cells[0]
    entry.words.cells[0].setText("abri acier")
    QTest.keyClick(entry.words.cells[0], Qt.Key.Key_Escape)
    qtbot.waitUntil(entry.isHidden)
    assert view.field.isVisible()
    assert set(entry.words.value) == {""}


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_both_ways_in_are_within_everybodys_reach(
    wear: Callable[..., Theme], lock: LockViewModel, qtbot: QtBot, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    view = LockView(lock, "1.0")
    qtbot.addWidget(view)
    view.resize(1366, 768)
    view.show()
    lock.open("non")
    _settle()
    assert_accessible(view)
    lock.show_paper()
    _settle()
    assert_accessible(view)


def test_the_lock_screen_loads_neither_the_store_nor_the_network() -> None:
    heavy = ("sqlcipher3", "sqlite_utils", "nacl", "requests", "msgspec", "desktop.services")
    code = (
        "import sys, desktop.ui.lock;"
        f"print([name for name in {heavy!r} if name in sys.modules], end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]"


def _settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


def test_a_vault_that_is_being_upgraded_says_how_far_and_that_nothing_is_lost(
    view: LockView, lock: LockViewModel
) -> None:
    lock.tell_upgrade(0.4)
    assert not any("niveau" in label.text() for label in shown_labels(view))  # nothing is opening
    view.field.line.setText(CLAIRE_SAYS)
    lock.opened.connect(lambda: lock.tell_upgrade(0.4))
    view.open_button.click()
    told = [label.text() for label in shown_labels(view) if "niveau" in label.text()]
    assert [text.split("\u00a0%")[0][-2:] for text in told] == ["40"]


def shown_labels(view: LockView) -> list[QLabel]:
    return [label for label in view.findChildren(QLabel) if label.isVisible()]
