"""A search over Claire's small caseload and three pages."""

import pytest

from desktop.ui.search.viewmodel import Command, SearchViewModel
from protocol.ids import PersonId
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk

COMMANDS = (
    Command("today", "Aujourd’hui", "Ctrl+1", "tournée"),
    Command("persons", "Personnes", "Ctrl+2"),
    Command("settings", "Réglages", words="apparence taille sombre"),
)


@pytest.fixture
def search(desk: Desk, persons: list[PersonId], background: InlineBackground) -> SearchViewModel:
    search = SearchViewModel(background, desk.persons, desk.directory, COMMANDS)
    search.begin()
    return search
