"""Claire's agenda on a Tuesday morning, her week full but for some slots."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.agenda import AgendaServices, AgendaView, AgendaViewModel
from desktop.ui.changes import ChangeBoard
from desktop.ui.theme import Theme
from tests.support.agenda_week import Week, plan_a_week
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


def services_of(desk: Desk) -> AgendaServices:
    """Return what the agenda asks, on a laptop."""
    return AgendaServices(
        agenda=desk.agenda,
        appointments=desk.appointments,
        permanences=desk.permanences,
        waiting=desk.waiting,
        directory=desk.directory,
        persons=desk.persons,
        files=desk.agenda_files,
    )


@pytest.fixture
def week(desk: Desk) -> Week:
    return plan_a_week(desk)


@pytest.fixture
def model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> AgendaViewModel:
    return AgendaViewModel(background, services_of(desk), board, desk.clock)


@pytest.fixture
def view(
    week: Week, model: AgendaViewModel, wear: Callable[..., Theme], qtbot: QtBot
) -> AgendaView:
    """Her week, in sight."""
    wear()
    view = AgendaView(model)
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.show()
    return view
