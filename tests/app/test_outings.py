"""A sheet that leaves Coffre is noted in the vault, whichever page it leaves from."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.app.workspace import AGENDA
from desktop.services.outings import Way
from desktop.ui.background import Lane
from desktop.ui.outlets import SystemOutlets
from tests.app.conftest import Opened


@pytest.mark.parametrize("chosen", ["agenda.pdf", ""])
def test_a_file_that_is_chosen_is_noted_and_a_change_of_mind_is_not(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, chosen: str
) -> None:
    opened.unlock()
    window = opened.desk.window
    page = window.open(AGENDA)
    path = str(tmp_path / chosen) if chosen else ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *asked: (path, ""))
    SystemOutlets().ask_path(page, "agenda.pdf", "PDF (*.pdf)")
    noted: list[list[tuple[Way, str]]] = []
    opened.application.background.run(
        Lane.STORE,
        lambda: [(one.way, one.page) for one in opened.desk.outings()],
        noted.append,
        lambda failure: None,
    )
    opened.until(lambda: bool(noted))
    assert noted == [[(Way.SAVED, AGENDA)] if chosen else []]
