"""Coffre started where no window can be shown, as over ssh."""

import os
import subprocess
import sys

import pytest

from desktop.config.display import has_display

_SAID = "Coffre s’ouvre dans une fenêtre\u00a0: lancez-le depuis une session qui a un écran."
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET", "QT_QPA_PLATFORM")


@pytest.mark.parametrize("name", _DISPLAYS)
def test_a_session_that_names_a_display_has_one(name: str) -> None:
    assert has_display({name: "x"}, "linux")


@pytest.mark.parametrize("environment", [{}, {"DISPLAY": ""}])
def test_only_linux_has_sessions_without_a_display(environment: dict[str, str]) -> None:
    assert not has_display(environment, "linux")
    assert has_display(environment, "win32")
    assert has_display(environment, "darwin")


@pytest.mark.skipif(sys.platform != "linux", reason="every session has a display")
def test_without_a_display_coffre_says_so_in_one_sentence() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in _DISPLAYS}
    started = subprocess.run(
        [sys.executable, "-m", "desktop"],
        env={**environment, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert started.returncode == 1
    assert (started.stdout, started.stderr) == ("", _SAID + "\n")
