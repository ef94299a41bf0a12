"""The checker finds what it is there to find: a checker that never fails protects nobody."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.theme import Theme
from tests.support.accessibility import clipped, disordered, unnamed


def test_it_finds_a_field_without_a_name(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    field = QLineEdit()
    layout.addWidget(field)
    qtbot.addWidget(window)
    window.show()
    assert len(unnamed(window)) == 1
    label = QLabel("Nom")
    label.setBuddy(field)
    layout.insertWidget(0, label)
    assert unnamed(window) == []


def test_it_finds_words_that_do_not_fit(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    layout = QVBoxLayout(window)
    button = QPushButton("Enregistrer le texte réuni")
    layout.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    assert clipped(window) == []
    button.setFixedWidth(60)
    assert len(clipped(window)) == 1


def test_it_finds_a_widget_that_sticks_out(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    window.resize(200, 100)
    label = QLabel("Melle", window)
    qtbot.addWidget(window)
    window.show()
    label.move(190, 10)
    assert "sticks out" in clipped(window)[0]


def test_it_finds_a_tab_key_that_goes_back(qtbot: QtBot, theme: Theme) -> None:
    window = QWidget()
    layout = QHBoxLayout(window)
    buttons = [QPushButton(word) for word in ("Un", "Deux", "Trois", "Quatre")]
    for button in buttons:
        layout.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    assert disordered(window) == []
    QWidget.setTabOrder(buttons[0], buttons[2])
    assert len(disordered(window)) == 1
