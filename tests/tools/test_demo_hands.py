"""Hands at the keyboard: fields by their names, tabs by their titles, a file where it was said."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLineEdit,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.ui.kit import Choice, LabeledField, LineField
from tools.demo.hands import Hands, NotSeen


class Desk(QWidget):
    """A few things under the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.tabs = QTabBar()
        for title in ("Résumé", "Suivis (3)", "Parcours"):
            self.tabs.addTab(title)
        self.outcome = Choice([("", ""), ("done", "Fait"), ("refused", "Refusé")])
        self.distance = LineField()
        self.distance.set_value("12")
        self.save = QPushButton("Enregistrer")
        self.save.setAccessibleName("Enregistrer")
        self.save.clicked.connect(self._save)
        self.picture = QWidget()
        self.picture.setAccessibleName("Aperçu")
        self.picture.setAccessibleDescription("Pour vous")
        layout = QVBoxLayout(self)
        for part in (
            self.tabs,
            LabeledField("Résultat", self.outcome),
            LabeledField("Kilomètres", self.distance),
            self.save,
            self.picture,
        ):
            layout.addWidget(part)

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Coffre", "", "Texte (*.txt)")
        if chosen:
            Path(chosen).write_text("écrit", "utf-8")


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    desk = Desk()
    qtbot.addWidget(desk)
    desk.show()
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow)
    return desk


@pytest.fixture
def hands(qapp: QApplication, desk: Desk) -> Hands:
    return Hands(qapp, lambda: desk)


def test_a_field_is_found_by_the_tab_key_and_filled_anew(hands: Hands, desk: Desk) -> None:
    hands.fill("Kilomètres", "24")
    assert desk.distance.value == "24"
    with pytest.raises(NotSeen, match="Transport"):
        hands.tab_to("Transport")


def test_a_tab_is_reached_by_the_arrows_in_either_direction(hands: Hands, desk: Desk) -> None:
    hands.open_tab("Parcours")
    assert desk.tabs.currentIndex() == 2
    hands.open_tab("Suivis")
    assert desk.tabs.currentIndex() == 1
    with pytest.raises(NotSeen, match="Documents"):
        hands.open_tab("Documents")


def test_a_picture_is_known_by_what_a_screen_reader_tells(hands: Hands) -> None:
    assert hands.described("Aperçu") == "Pour vous"
    assert hands.described("Carte") == ""


def test_a_file_is_saved_where_it_was_said(hands: Hands, tmp_path: Path) -> None:
    path = tmp_path / "feuille.txt"
    hands.save_as(path)
    hands.click("Enregistrer")
    assert path.read_text("utf-8") == "écrit"


def test_a_picture_of_the_window_is_kept(hands: Hands, desk: Desk, tmp_path: Path) -> None:
    assert desk.findChildren(QLineEdit)
    hands.shoot(tmp_path / "01-bureau.png")
    assert (tmp_path / "01-bureau.png").stat().st_size > 100


@pytest.mark.parametrize(("moves", "comes"), [(20, True), (0, False), (10_000, False)])
def test_hands_wait_while_something_moves_and_neither_after_nor_for_ever(
    hands: Hands, desk: Desk, moves: int, comes: bool
) -> None:
    turns: list[int] = []

    def is_so() -> bool:
        turns.append(1)
        if len(turns) < moves:
            desk.save.setText(f"Enregistrer {len(turns)}")
        return comes and len(turns) > moves

    if comes:
        hands.wait(is_so, "la fin", patience_s=0.05)
    else:
        with pytest.raises(NotSeen, match="la fin"):
            hands.wait(is_so, "la fin", patience_s=0.05)
    assert len(turns) <= 60
