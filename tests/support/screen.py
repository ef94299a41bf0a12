"""A screen of X11 of one's own, and another program on it that looks at the clipboard.

``python -m tests.support.screen`` is that program: it says what a history of copies would see.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def why_no_screen() -> str | None:
    """Return why there is none here, or nothing."""
    if sys.platform != "linux":
        return "X11 is Linux’s"
    return None if shutil.which("Xvfb") else "Xvfb is not installed"


@dataclass(frozen=True)
class Copied:
    """What another program finds."""

    text: str
    formats: tuple[str, ...]
    selection: str
    """What the middle button would paste."""


@contextmanager
def screen() -> Iterator[dict[str, str]]:
    """Open a screen; yield what a program needs to show itself there."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


def look_at_clipboard(environment: Mapping[str, str]) -> Copied:
    """Ask, from another program on that screen."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.support.screen"],
        cwd=_ROOT,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        timeout=60,
    )
    text, formats, selection = json.loads(told.stdout)
    return Copied(text, tuple(formats), selection)


def main() -> int:
    """Say what is on the clipboard, and what is selected."""
    from PySide6.QtGui import QClipboard, QGuiApplication

    QGuiApplication([])
    board = QGuiApplication.clipboard()
    formats = board.mimeData().formats()
    selected = board.text(QClipboard.Mode.Selection)
    sys.stdout.write(json.dumps([board.text(), formats, selected]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
