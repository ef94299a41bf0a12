"""« Diagnostic de sécurité », from the lock and from Réglages."""

from PySide6.QtWidgets import QWidget

from desktop.app.workspace import SETTINGS
from desktop.config.safety import Control
from desktop.ui.lock import LockView
from desktop.ui.safety import SafetySheet
from desktop.ui.settings import SettingsView
from tests.app.conftest import Opened


def sheet_over(opened: Opened, window: QWidget) -> SafetySheet:
    """Return the sheet, once it has told what it found."""
    opened.until(lambda: bool(window.findChildren(SafetySheet)))
    (sheet,) = window.findChildren(SafetySheet)
    opened.until(lambda: bool(sheet.findings))
    return sheet


def test_the_lock_tells_of_the_computer_and_nothing_of_the_vault(opened: Opened) -> None:
    view = opened.application.window
    assert isinstance(view, LockView)
    view.safety_button.click()
    controls = {one.control for one in sheet_over(opened, view).findings}
    assert Control.DISK in controls
    assert not controls & {Control.CLOCK, Control.BACKUP, Control.CONTACT}


def test_an_open_vault_adds_its_last_copy_and_the_offices_last_word(opened: Opened) -> None:
    opened.unlock()
    page = opened.desk.window.open(SETTINGS)
    assert isinstance(page, SettingsView)
    page.safety_button.click()
    sheet = sheet_over(opened, opened.desk.window)
    assert {one.control for one in sheet.findings} == set(Control)
    opened.desk.lock_requested.emit()
    opened.until(lambda: isinstance(opened.application.window, LockView))
