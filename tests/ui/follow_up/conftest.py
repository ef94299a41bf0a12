"""Claire’s follow-up editor on a real laptop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.changes import ChangeBoard
from tests.support.inline_background import InlineBackground
from tests.support.laptop import make_desk, seed_small
from tests.ui.follow_up.editor import Editor, make_model


@pytest.fixture
def editor(tmp_path: Path, qtbot: QtBot) -> Iterator[Editor]:
    desk = make_desk(tmp_path)
    yves = seed_small(desk)[1]
    [line] = [x for x in desk.appointments.of_day(desk.clock.moment.date()) if x.person == yves]
    background, board = InlineBackground(), ChangeBoard()
    model = make_model(desk, background, board)
    model.open_new(yves, line.id)
    yield Editor(desk, background, board, model, yves, line.id)
    model.deleteLater()
    desk.store.database.close()
