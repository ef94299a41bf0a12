"""The palette, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.search import SearchPalette, SearchViewModel
from desktop.ui.theme import Mode, Theme
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground


@pytest.fixture
def palette(search: SearchViewModel, theme: Theme, qtbot: QtBot) -> SearchPalette:
    palette = SearchPalette(search)
    qtbot.addWidget(palette)
    palette.show()
    qtbot.waitExposed(palette)
    return palette


def test_typing_and_enter_open_the_first_person(
    palette: SearchPalette, search: SearchViewModel, qtbot: QtBot
) -> None:
    QTest.keyClicks(palette.field, "moris")
    with qtbot.waitSignal(search.person_requested, timeout=0):
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isHidden()


def test_arrows_choose_while_the_field_keeps_the_keyboard(
    palette: SearchPalette, search: SearchViewModel, qtbot: QtBot
) -> None:
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    assert palette.focusWidget() is palette.field
    with qtbot.waitSignal(search.command_requested, timeout=0) as asked:
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert asked.args == ["persons"]


def test_escape_closes_and_forgets(palette: SearchPalette, search: SearchViewModel) -> None:
    QTest.keyClicks(palette.field, "moris")
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.isHidden()
    assert search.state.hits == ()
    assert palette.field.value == ""


def test_enter_waits_for_the_answer_to_what_is_typed(
    palette: SearchPalette, search: SearchViewModel, background: InlineBackground, qtbot: QtBot
) -> None:
    QTest.keyClicks(palette.field, "moris")
    background.hold()
    QTest.keyClick(palette.field, Qt.Key.Key_Backspace)
    with qtbot.assertNotEmitted(search.person_requested):
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    with qtbot.waitSignal(search.person_requested, timeout=0):
        background.release()
    assert not palette.isVisible(), "she had asked: nobody presses Enter twice"


def test_enter_is_forgotten_by_whoever_goes_on_typing(
    palette: SearchPalette, search: SearchViewModel, background: InlineBackground, qtbot: QtBot
) -> None:
    background.hold()
    QTest.keyClicks(palette.field, "moris")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    QTest.keyClick(palette.field, Qt.Key.Key_S)
    with qtbot.assertNotEmitted(search.person_requested):
        background.release()


def test_a_lieu_stays_open_with_its_facts(palette: SearchPalette) -> None:
    QTest.keyClicks(palette.field, "chef-bout")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_the_title_bar_tells_nobody_what_is_searched(palette: SearchPalette) -> None:
    QTest.keyClicks(palette.field, "moris")
    assert palette.windowTitle() == "Coffre"


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_the_palette_is_within_everybodys_reach(
    wear: Callable[..., Theme], search: SearchViewModel, qtbot: QtBot, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    palette = SearchPalette(search)
    qtbot.addWidget(palette)
    palette.show()
    for typed in ("mor", "melle", "xyzxyz"):
        search.type(typed)
        for hit in search.state.hits:
            if hit.title == "Melle":
                search.choose(hit)
        for _ in range(8):
            QApplication.processEvents()
        assert_accessible(palette)
