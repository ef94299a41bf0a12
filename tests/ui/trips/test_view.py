"""What only the page of the kilometres can get wrong: keys, files, large letters, names."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.caseload.readers import read_sheet
from desktop.services.trips import TripForm
from desktop.ui.changes import ChangeBoard
from desktop.ui.theme import Mode, Theme
from desktop.ui.trips import TripsView, TripsViewModel
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk
from tests.support.road import a_day_on_the_road

Wear = Callable[..., Theme]


class Folder:
    """Files go where the test says; there is no printer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        return self.folder / name

    def has_printer(self) -> bool:
        return False

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        return None


@pytest.fixture
def view(
    desk: Desk,
    background: InlineBackground,
    board: ChangeBoard,
    wear: Wear,
    tmp_path: Path,
    qtbot: QtBot,
) -> TripsView:
    wear()
    a_day_on_the_road(desk)
    desk.trips.note(TripForm(date(2026, 11, 3), 62, "Niort – Melle – Niort", 48_250))
    desk.trips.note(TripForm(date(2026, 11, 10), 104, "Niort – Bressuire – Niort"))
    model = TripsViewModel(background, desk.trips, desk.tours, board, desk.clock)
    view = TripsView(model, Folder(tmp_path))
    qtbot.addWidget(view)
    view.resize(1110, 720)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


def test_the_day_is_noted_with_one_key(view: TripsView, desk: Desk) -> None:
    assert view.kilometres.text() == "103"
    assert view.proposed.isVisible()

    QTest.keyClick(view.kilometres, Qt.Key.Key_Return)

    assert view.rows.rowCount() == 3
    assert not view.proposed.isVisible()
    assert view.total.text() == "269\u00a0km · 3 trajets"
    assert view.form_card.heading.text() == "Corriger un trajet"


def test_kilometres_that_cannot_be_read_are_said_under_their_field(view: TripsView) -> None:
    view.kilometres.setText("beaucoup")
    QTest.keyClick(view.kilometres, Qt.Key.Key_Return)
    assert view.fields["kilometres"].problem
    assert view.rows.rowCount() == 2


def test_half_a_kilometre_is_rounded_and_said_before_and_after(view: TripsView) -> None:
    view.kilometres.setText("12,5")
    assert view.fields["kilometres"].field.accessibleDescription() == (
        "Noté au kilomètre près\u00a0: 13\u00a0km."
    )
    QTest.keyClick(view.kilometres, Qt.Key.Key_Return)
    assert view.notice.sentence == "13\u00a0km notés, arrondis au kilomètre."
    assert view.kilometres.text() == "13"
    assert view.fields["kilometres"].field.accessibleDescription() == ""


def test_what_is_typed_and_not_noted_stays_when_one_comes_back(view: TripsView) -> None:
    view.kilometres.selectAll()
    QTest.keyClicks(view.kilometres, "98")
    view.hide()

    view._viewmodel.open(date(2026, 11, 24))
    view.show()
    assert view.kilometres.text() == "98"

    view._viewmodel.open(date(2026, 11, 10))
    assert view.kilometres.text() == "104"


def test_a_line_of_the_month_is_corrected_and_taken_out(view: TripsView, qtbot: QtBot) -> None:
    view.list.setCurrentIndex(view.rows.index(0))
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert view.detail.text() == "Niort – Melle – Niort"
    assert view.odometer.text() == "48\u202f250"

    view.kilometres.setText("64")
    QTest.keyClick(view.kilometres, Qt.Key.Key_Return)
    assert view.total.text() == "168\u00a0km · 2 trajets"

    with qtbot.waitSignal(view.undo_offered):
        view.remove.click()
    assert view.rows.rowCount() == 1


def test_the_spreadsheet_is_read_again_with_its_days_and_sum(
    view: TripsView, tmp_path: Path
) -> None:
    view.ods.click()

    sheet = read_sheet((tmp_path / "kilometres-2026-11.ods").read_bytes())
    assert sheet.sheet_name == "Novembre 2026"
    assert [line.cells for line in sheet.lines] == [
        ("Date", "Trajet", "Kilomètres", "Compteur à l’arrivée"),
        ("2026-11-03", "Niort – Melle – Niort", "62", "48250"),
        ("2026-11-10", "Niort – Bressuire – Niort", "104"),
        ("Total", "", "166"),
    ]
    assert view.notice.sentence == "Enregistré."


def test_the_paper_to_sign_names_nobody(view: TripsView, tmp_path: Path) -> None:
    view.pdf.click()

    pdf = (tmp_path / "kilometres-2026-11.pdf").read_bytes()
    assert pdf.startswith(b"%PDF")
    for name in ("Claire", "Martin", "Benali"):
        assert name.encode() not in pdf
        assert name.encode("utf-16-be") not in pdf


def test_an_empty_month_has_nothing_to_claim(view: TripsView) -> None:
    view.after.click()
    assert view.month_card.heading.text() == "Décembre 2026"
    assert view.none.isVisible()
    assert not view.ods.isEnabled()
    view.before.click()
    assert view.ods.isEnabled()


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_page_is_readable_by_everybody(
    view: TripsView, wear: Wear, qtbot: QtBot, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    qtbot.wait(20)
    assert_accessible(view)
