"""What every test needs before Qt, the locale or Hypothesis look around them."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support.unlocked_memory import leave_memory_unlocked

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def pytest_configure() -> None:
    """Draw off-screen, speak UTF-8, and let slow machines be slow."""
    # Set before the first QApplication; a developer who exports `xcb` watches the windows.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    hypothesis.settings.register_profile(
        "coffre",
        deadline=None,  # two busy cores: time is measured by the benchmarks, not here
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        derandomize=os.environ.get("CI") == "true",
        print_blob=True,
    )
    hypothesis.settings.load_profile("coffre")
    leave_memory_unlocked()
    gc.disable()  # see pytest_runtest_teardown


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """The hands on the windows, with the patience of every test."""
    from tests.support.patience import PatientBot

    return PatientBot(request)


def collect_here() -> None:
    """Collect the generations whose thresholds have passed, on the thread that calls."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Cyclic garbage is collected between two tests, on the tests' own thread.

    Python collects on whichever thread allocates: the office's, or a lane's, would destroy the
    windows a former test let go of, and Qt does not survive that (``desktop.ui.collector``).
    """
    collect_here()
