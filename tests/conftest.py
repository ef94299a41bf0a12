"""What every test needs before Qt, the locale or Hypothesis look around them."""

from __future__ import annotations

import os

import hypothesis


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
