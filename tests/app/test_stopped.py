"""A folder that cannot be used: a window says so, and nothing else happens."""

import os
import subprocess
import sys
import time
from contextlib import suppress
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
from tests.support.patience import PATIENCE_MS


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
    kept, folders = tmp_path / "coffre", ["settings", "vault"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path / "home")}
    program = [sys.executable, "-m", "desktop", "--home", str(kept)]
    started = subprocess.Popen(program, env=environment, stderr=subprocess.PIPE)
    end = time.monotonic() + PATIENCE_MS / 1000
    while started.poll() is None and not all((kept / name).exists() for name in folders):
        assert time.monotonic() < end, "the program never made its folders"
        time.sleep(0.05)
    with suppress(subprocess.TimeoutExpired):
        started.wait(timeout=1)  # its window comes next, and what a start that fails says of it
    started.terminate()
    _, said = started.communicate(timeout=PATIENCE_MS / 1000)
    assert b"Traceback" not in said
    assert sorted(path.name for path in kept.iterdir()) == folders
    assert not (tmp_path / "home").exists()
