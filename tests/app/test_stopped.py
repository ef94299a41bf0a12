"""A folder that cannot be used: a window says so, and nothing else happens."""

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.app.application import Application
from desktop.config.clock import SystemClock
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.randomness import SystemRandom
from desktop.ui.stopped import StoppedView
from tests.support.accessibility import assert_accessible


def test_a_folder_that_cannot_be_made_is_told_in_a_window(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "taken").touch()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    folders = Folders(tmp_path / "taken" / "vault", tmp_path / "taken" / "settings")
    application = Application(app, folders, Policy(), SystemClock(), SystemRandom())
    application.start()
    window = application.window
    assert isinstance(window, StoppedView)
    assert_accessible(window)
    with qtbot.waitSignal(application.ended):
        window.close_button.click()
    application.close()


def test_the_program_starts_from_the_command_line_and_keeps_to_its_folder(
    tmp_path: Path,
) -> None:
    import os
    import subprocess
    import sys

    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path / "home")}
    program = [sys.executable, "-m", "desktop", "--home", str(tmp_path / "coffre")]
    started = subprocess.Popen(program, env=environment, stderr=subprocess.PIPE)
    try:
        started.wait(timeout=4)
    except subprocess.TimeoutExpired:
        started.terminate()
    _, said = started.communicate(timeout=10)
    assert b"Traceback" not in said
    assert sorted(path.name for path in (tmp_path / "coffre").iterdir()) == ["settings", "vault"]
    assert not (tmp_path / "home").exists()
