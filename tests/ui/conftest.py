"""Claire's laptop on a Tuesday morning, lanes that answer at once, a theme for the windows."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop.ui.changes import ChangeBoard
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk, seed_small


@pytest.fixture
def desk(tmp_path: Path, qapp: QCoreApplication) -> Iterator[Desk]:
    """Claire's laptop, with nobody on it yet."""
    desk = make_desk(tmp_path / "laptop")
    yield desk
    # Windows closed by the test are destroyed now: the next theme has less to dress.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.store.close()


@pytest.fixture
def persons(desk: Desk) -> list[PersonId]:
    """The persons of a small caseload, and their round of the day."""
    return seed_small(desk)


@pytest.fixture
def background() -> InlineBackground:
    return InlineBackground()


@pytest.fixture
def board(qapp: QCoreApplication) -> ChangeBoard:
    return ChangeBoard()


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
