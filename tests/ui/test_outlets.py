"""What the computer's own dialogs say of who is printed: nothing."""

import pytest
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.outlets import SystemOutlets


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
