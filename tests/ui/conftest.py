"""A theme for the windows that tests open."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ui.theme import Mode, Theme


@pytest.fixture
def wear(qapp: QApplication) -> Callable[..., Theme]:
    """`wear()`, `wear(mode=Mode.DARK, scale=200)`: puts a theme on the application."""

    def put_on(*, mode: Mode = Mode.LIGHT, scale: int = 100) -> Theme:
        theme = Theme(qapp, mode=mode, scale=scale)
        theme.install()
        return theme

    return put_on


@pytest.fixture
def theme(wear: Callable[..., Theme]) -> Theme:
    return wear()
