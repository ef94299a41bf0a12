"""Claire's laptop of a Tuesday morning, and the page of a dossier on it, not yet in sight."""

from collections.abc import Callable
from dataclasses import fields

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.theme import Theme
from protocol.ids import PersonId
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


@pytest.fixture
def yves(persons: list[PersonId]) -> PersonId:
    """Yves Morisset, whom she meets at ten."""
    return persons[1]


@pytest.fixture
def model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> DossierViewModel:
    """What decides; nobody's dossier is open."""
    services = DossierServices(
        **{item.name: getattr(desk, item.name) for item in fields(DossierServices)}
    )
    return DossierViewModel(background, services, board, desk.clock)


@pytest.fixture
def page(model: DossierViewModel, wear: Callable[..., Theme], qtbot: QtBot) -> DossierView:
    """The page, dressed, as large as in the window."""
    wear()
    page = DossierView(model)
    qtbot.addWidget(page)
    page.resize(1110, 720)
    return page
