"""What only the page of the round can get wrong: keys, paper, large letters, names."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPagedPaintDevice, QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.changes import ChangeBoard
from desktop.ui.kit import KitButton, LinkButton
from desktop.ui.theme import Mode, Theme
from desktop.ui.tour import TourView, TourViewModel
from protocol.ids import PersonId
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import TUESDAY, Desk
from tests.support.road import a_day_on_the_road

Wear = Callable[..., Theme]
DAY = TUESDAY.date()


class OnPaper:
    """Outlets that answer at once."""

    def __init__(self, folder: Path, *, printer: bool = True) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self._printer = printer

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        self.asked.append(name)
        return self.folder / name

    def has_printer(self) -> bool:
        return self._printer

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        return QPdfWriter(os.fspath(self.folder / "printed.pdf"))


@pytest.fixture
def persons(desk: Desk) -> list[PersonId]:
    return a_day_on_the_road(desk)


@pytest.fixture
def outlets(tmp_path: Path) -> OnPaper:
    return OnPaper(tmp_path)


@pytest.fixture
def view(
    desk: Desk,
    persons: list[PersonId],
    background: InlineBackground,
    board: ChangeBoard,
    outlets: OnPaper,
    wear: Wear,
    qtbot: QtBot,
) -> TourView:
    wear()
    view = TourView(TourViewModel(background, desk.tours, desk.trips, board, desk.clock), outlets)
    qtbot.addWidget(view)
    view.resize(1110, 720)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


def press(
    view: TourView,
    qtbot: QtBot,
    key: Qt.Key,
    button: KitButton,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier,
) -> None:
    """A key that belongs to a button presses it, a moment later."""
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(view, key, modifier)


def test_the_round_is_in_words_beside_the_map(view: TourView) -> None:
    assert view.header.title.text() == "Tournée du mardi 24 novembre"
    assert [stop.name for stop in view.stops.stops] == [
        "Niort",
        "Melle (CSC)",
        "Chef-Boutonne (mairie)",
        "Niort",
    ]
    assert view.bring.papers.text().startswith("CER à signer (1)")
    assert view.map.isVisible()
    assert len(view.map.markers) == 12


def test_alt_arrows_walk_the_days(view: TourView, qtbot: QtBot) -> None:
    press(view, qtbot, Qt.Key.Key_Right, view.after, Qt.KeyboardModifier.AltModifier)
    assert view.header.title.text() == "Tournée du mercredi 25 novembre"
    assert view.empty.isVisible()
    assert not view.print_button.isEnabled()
    press(view, qtbot, Qt.Key.Key_Left, view.before, Qt.KeyboardModifier.AltModifier)
    assert not view.empty.isVisible()


def test_ctrl_enter_goes_to_the_kilometres_of_the_day_shown(view: TourView, qtbot: QtBot) -> None:
    view._viewmodel.go(1)
    with qtbot.waitSignal(view.trips_requested) as asked:
        QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [DAY + timedelta(days=1)]


def test_a_name_opens_the_dossier(view: TourView, persons: list[PersonId], qtbot: QtBot) -> None:
    [nadia, *_] = view.meetings.findChildren(LinkButton)
    with qtbot.waitSignal(view.person_requested) as asked:
        QTest.keyClick(nadia, Qt.Key.Key_Space)
    assert asked.args == [persons[0]]


def test_the_pdf_says_nothing_about_anybody(
    view: TourView, outlets: OnPaper, tmp_path: Path, qtbot: QtBot
) -> None:
    press(view, qtbot, Qt.Key.Key_S, view.save_button)

    pdf = (tmp_path / "tournee.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    assert outlets.asked == ["tournee.pdf"]
    for name in ("Benali", "Nadia", "Morisset", "Claire", "Martin"):
        assert name.encode() not in pdf
        assert name.encode("utf-16-be") not in pdf
    assert "Coffre".encode("utf-16-be") in pdf  # title and maker
    assert "Enregistré." in view.notice.sentence


def test_ctrl_p_prints_the_sheet(view: TourView, tmp_path: Path, qtbot: QtBot) -> None:
    press(view, qtbot, Qt.Key.Key_P, view.print_button)
    assert (tmp_path / "printed.pdf").stat().st_size > 5_000
    assert "imprimante" in view.notice.sentence


def test_without_a_printer_the_pdf_is_proposed(view: TourView, tmp_path: Path) -> None:
    view._outlets = OnPaper(tmp_path, printer=False)
    view.print_button.click()
    assert "en PDF" in view.notice.sentence


def test_the_map_gives_way_to_large_letters(view: TourView, wear: Wear, qtbot: QtBot) -> None:
    wear(scale=200)
    qtbot.wait(20)
    assert not view.map_card.isVisible()
    assert view.stops.isVisible()
    wear(scale=100)
    qtbot.wait(20)
    assert view.map_card.isVisible()


def test_stops_that_stay_the_same_keep_their_widgets(view: TourView) -> None:
    before = view.stops.findChildren(QWidget)
    view._viewmodel.refresh()
    assert view.stops.findChildren(QWidget) == before


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_page_is_readable_by_everybody(
    view: TourView, wear: Wear, qtbot: QtBot, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    qtbot.wait(20)
    assert_accessible(view)


def test_a_small_window_shows_a_small_map(view: TourView, qtbot: QtBot) -> None:
    view.resize(QSize(900, 520))
    qtbot.wait(20)
    assert_accessible(view)
