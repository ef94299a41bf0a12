"""What the computer's own dialogs say of who is printed: nothing."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.kit.buttons import shown_key
from desktop.ui.outlets import Leaving, SystemOutlets
from desktop.ui.qt_words import speak_french


class Heard(QObject):
    """Listens at a window for what leaves it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.was_printed: list[bool] = []
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, Leaving):
            self.was_printed.append(event.is_printed)
        return False


def test_the_print_dialog_speaks_french_and_names_nobody(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    window.setWindowTitle("Coffre")
    qtbot.addWidget(window)
    seen: list[tuple[str, str]] = []

    def refuse(dialog: QPrintDialog) -> int:
        seen.append((dialog.windowTitle(), dialog.printer().docName()))
        return 0

    monkeypatch.setattr(QPrintDialog, "exec", refuse)
    assert SystemOutlets().ask_printer(window) is None
    assert seen == [("Imprimer", "Coffre")]


@pytest.mark.parametrize("file", ["", "semaine.pdf"])
def test_a_file_chosen_in_the_print_dialog_is_noted_as_a_file(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    heard = Heard(window)
    ranges: list[bool] = []

    def accept(dialog: QPrintDialog) -> int:
        ranges.append(dialog.testOption(QPrintDialog.PrintDialogOption.PrintPageRange))
        dialog.printer().setOutputFileName(str(tmp_path / file) if file else "")
        return 1

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    assert SystemOutlets().ask_printer(window) is not None
    assert heard.was_printed == [not file]
    assert ranges == [False], "a sheet is printed whole"


def test_the_menu_of_a_field_speaks_french(qapp: QApplication, qtbot: QtBot) -> None:
    speak_french(qapp)
    field = QLineEdit()
    qtbot.addWidget(field)
    said = [act.text().partition("\t")[0] for act in field.createStandardContextMenu().actions()]
    assert "Co&ller" in said
    assert "Tout sélectionner" in said


def test_keys_are_written_as_the_guide_does_whatever_qt_calls_them(qapp: QApplication) -> None:
    speak_french(qapp)
    assert shown_key(QKeySequence("Ctrl+Shift+A")) == "Ctrl+Shift+A"
    assert shown_key(QKeySequence("Ctrl+Return")) == "Ctrl+↵"
