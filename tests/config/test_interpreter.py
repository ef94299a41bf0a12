"""Qt takes references to `None` that nobody gave it: the interpreter must not run out of them."""

import subprocess
import sys

_ASK_QT_ALL_DAY = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from desktop.config.interpreter import keep_constants_alive
keep_constants_alive()
keep_constants_alive()
from PySide6.QtWidgets import QApplication, QLabel
app, label = QApplication([]), QLabel()
for _ in range(100_000):
    assert label.parentWidget() is None
"""


def test_a_window_can_ask_qt_for_a_widget_that_is_not_there_all_day_long() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ASK_QT_ALL_DAY], check=False, capture_output=True, timeout=60
    )

    assert done.returncode == 0, done.stderr.decode()
