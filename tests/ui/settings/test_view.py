"""Réglages, read and used by everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from desktop.config.preferences import Appearance, PreferencesFile
from desktop.services.vault_access import Unlocked
from desktop.ui.settings import SettingsView, SettingsViewModel
from desktop.ui.settings.viewmodel import Panel
from desktop.ui.theme import Mode, Theme
from tests.support.accessibility import assert_accessible
from tests.support.newcomer import CLAIRE_SAYS
from tests.ui.settings.test_viewmodel import file, settings, unlocked

__all__ = ["file", "settings", "unlocked"]
TODAY = date(2026, 11, 24)


def _shown(view: SettingsView, qtbot: QtBot) -> None:
    qtbot.addWidget(view)
    view.resize(1158, 732)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()


def _settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


@pytest.fixture
def view(settings: SettingsViewModel, theme: Theme, qtbot: QtBot) -> SettingsView:
    view = SettingsView(settings, theme, lambda: TODAY, "1.0")
    _shown(view, qtbot)
    return view


def test_dark_and_large_are_worn_while_one_looks(
    view: SettingsView, theme: Theme, file: PreferencesFile
) -> None:
    buttons = {button.text(): button for button in view.appearance.findChildren(QPushButton)}
    QTest.keyClick(buttons["Sombre"], Qt.Key.Key_Space)
    assert theme.tokens.is_dark
    sizes = {button.text(): button for button in view.text_size.findChildren(QPushButton)}
    sizes["200\u00a0%"].click()
    assert theme.scale == 200
    assert file.read().appearance is Appearance.DARK
    assert file.read().text_percent == 200


def test_the_lock_delay_is_chosen_by_the_keyboard(
    view: SettingsView, file: PreferencesFile
) -> None:
    view.lock_delay.setFocus()
    QTest.keyClick(view.lock_delay, Qt.Key.Key_Down)
    assert file.read().lock_after_min == 10


def test_the_credits_name_those_whose_work_travels_with_coffre(view: SettingsView) -> None:
    told = " ".join(label.text() for label in view.findChildren(QLabel))
    for name in ("INSEE", "La Poste", "Etalab", "Licence Ouverte", "Inter", "Lucide", "SQLCipher"):
        assert name in told


def test_a_passphrase_half_typed_does_not_wait_in_the_other_panel(
    view: SettingsView, settings: SettingsViewModel
) -> None:
    settings.unfold(Panel.PHRASE)
    QTest.keyClicks(view.keys.current.line, CLAIRE_SAYS)
    settings.unfold(Panel.PAPER_ASKED)
    assert view.keys.current.value == ""
    assert view.focusWidget() is view.keys.asked.line


def test_the_words_of_the_paper_key_are_out_of_sight_when_one_comes_back(
    view: SettingsView, settings: SettingsViewModel, unlocked: Unlocked
) -> None:
    settings.ask_paper(CLAIRE_SAYS)
    _settle()
    assert view.keys.panels[Panel.PAPER].isVisible()
    view.hide()
    view.show()
    assert not view.keys.panels[Panel.PAPER].isVisible()
    settings.show_paper_again()
    assert view.keys.panels[Panel.PAPER].isVisible()


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_every_panel_is_within_everybodys_reach(
    wear: Callable[..., Theme],
    settings: SettingsViewModel,
    unlocked: Unlocked,
    qtbot: QtBot,
    mode: Mode,
    scale: int,
) -> None:
    theme = wear(mode=mode, scale=scale)
    view = SettingsView(settings, theme, lambda: TODAY, "1.0")
    _shown(view, qtbot)
    _settle()
    assert_accessible(view)
    for panel in (Panel.PHRASE, Panel.PAPER_ASKED):
        settings.unfold(panel)
        _settle()
        assert_accessible(view)
    settings.ask_paper(CLAIRE_SAYS)
    _settle()
    assert_accessible(view)
    settings.retype()
    _settle()
    assert_accessible(view)
