"""« À propos » gives their due to those whose data travel with Coffre."""

import re
import tomllib
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop.ui.settings.about import AboutCard
from desktop.ui.theme import Theme

_PROJECT = Path(__file__).parents[3] / "pyproject.toml"
_UNDER_ANOTHER_NAME = {
    "pyside6-essentials": "PySide6",
    "sqlcipher3": "SQLCipher",
    "importlib-metadata": "",  # a part of Python itself from 3.12 on
}


@pytest.fixture
def said(theme: Theme, qtbot: QtBot) -> str:
    """All the card says."""
    card = AboutCard("1.0")
    qtbot.addWidget(card)
    return " ".join(label.text() for label in card.findChildren(QLabel))


def test_every_library_that_travels_with_coffre_is_credited(said: str) -> None:
    needed = tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["dependencies"]
    names = [re.split(r"[<>=;\s]", line)[0] for line in needed]
    called = [_UNDER_ANOTHER_NAME.get(name, name) for name in names]
    assert [name for name in called if name.lower() not in said.lower()] == []


def test_the_owners_of_the_data_are_credited(said: str) -> None:
    for owner in ("INSEE", "DGCL", "La Poste", "DILA", "IGN", "ADMIN EXPRESS", "Licence Ouverte"):
        assert owner in said
