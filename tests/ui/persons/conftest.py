"""Claire's laptop on a Tuesday morning, and lanes that answer at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.ui.changes import ChangeBoard
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk


@pytest.fixture
def desk(tmp_path: Path, qapp: QCoreApplication) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    yield desk
    # Windows closed by the test are destroyed now: the next theme has less to dress.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.store.close()


@pytest.fixture
def background() -> InlineBackground:
    return InlineBackground()


@pytest.fixture
def board(qapp: QCoreApplication) -> ChangeBoard:
    return ChangeBoard()
