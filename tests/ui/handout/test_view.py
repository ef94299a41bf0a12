"""The page of the sheet: looked at, chosen, printed or kept, and remembered as given."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QPagedPaintDevice, QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.services.appointments import Plan
from desktop.ui.background import Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.handout import HandoutView, HandoutViewModel
from desktop.ui.handout.paper import can_write, draw
from desktop.ui.theme import Mode, Theme
from protocol.ids import FollowUpId, PersonId
from protocol.kinds.agenda import Motive
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.persons import Discretion, Person
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk
from tests.support.shown_words import shown_words

Wear = Callable[..., Theme]


class Paper:
    """A printer that prints in a file of the test, and a person who chooses where to save."""

    def __init__(self, folder: Path) -> None:
        self.path: Path | None = folder / "feuille.pdf"
        self.printed = folder / "printed.pdf"
        self.is_there = True
        self.proposed = ""

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        self.proposed = name
        return self.path

    def has_printer(self) -> bool:
        return self.is_there

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        return QPdfWriter(str(self.printed)) if self.path else None


@pytest.fixture
def outlets(tmp_path: Path) -> Paper:
    folder = tmp_path / "chosen"
    folder.mkdir()
    return Paper(folder)


@pytest.fixture
def met(desk: Desk, persons: list[PersonId]) -> FollowUpId:
    desk.clock.advance(hours=1)
    form = replace(
        desk.follow_ups.begin(persons[1]),
        for_person="Pensez au courrier de la CAF.",
        next_step="Appeler la CAF ensemble",
        next_step_owner=StepOwner.BOTH,
    )
    return desk.follow_ups.finish(form).value


@pytest.fixture
def view(
    desk: Desk,
    met: FollowUpId,
    background: InlineBackground,
    board: ChangeBoard,
    outlets: Paper,
    wear: Wear,
    qtbot: QtBot,
) -> HandoutView:
    wear()
    known = tuple(x for x in desk.handouts.languages if can_write(x))
    model = HandoutViewModel(background, desk.handouts, board, draw, known)
    view = HandoutView(model, outlets)
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.show()
    model.open(met)
    return view


def test_it_is_looked_at_before_it_is_printed(
    view: HandoutView, background: InlineBackground
) -> None:
    assert view.header.title.text() == "Feuille à remettre · Yves Morisset"
    assert view.preview.page_count == 1
    assert "Pensez au courrier de la CAF." in view.preview.accessibleDescription()
    assert "Yves" not in view.preview.accessibleDescription()
    assert "Yves" not in view.window().windowTitle()
    assert set(background.asked) == {Lane.STORE}  # nothing is read or drawn on the window's thread


def test_printed_it_is_noted_as_given_and_other_pages_hear_of_it(
    view: HandoutView, desk: Desk, persons: list[PersonId], board: ChangeBoard, outlets: Paper
) -> None:
    heard: list[str] = []
    board.changed.connect(lambda touched: heard.extend(item.kind for item in touched))
    view.print_button.click()
    assert outlets.printed.read_bytes().startswith(b"%PDF-")
    [given] = desk.handouts.of(persons[1])
    assert given.printed
    assert heard == ["handout"]
    assert "notée comme remise" in view.notice.sentence


def test_it_is_written_where_somebody_chose_and_nowhere_else(
    view: HandoutView, desk: Desk, persons: list[PersonId], outlets: Paper, tmp_path: Path
) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    QTest.keyClick(view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    view.save_button.click()
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert {path for path in written if "coffre.db" not in path.name} == {outlets.path}
    assert outlets.path is not None
    assert outlets.path.stat().st_mode & 0o077 == 0
    assert outlets.proposed == "feuille-a-remettre.pdf"
    assert not any(given.printed for given in desk.handouts.of(persons[1]))


def test_who_changes_her_mind_has_given_nothing(
    view: HandoutView, desk: Desk, persons: list[PersonId], outlets: Paper
) -> None:
    outlets.path = None
    view.save_button.click()
    view.print_button.click()
    outlets.is_there = False
    view.print_button.click()
    assert "Aucune imprimante" in view.notice.sentence
    assert desk.handouts.of(persons[1]) == []


@pytest.mark.qt_log_ignore("QPdfEngine|QPainter::begin", extend=True)
def test_a_printer_that_takes_nothing_is_told_and_nothing_is_noted(
    view: HandoutView, desk: Desk, persons: list[PersonId], outlets: Paper, tmp_path: Path
) -> None:
    outlets.printed = tmp_path / "no-such-folder" / "printed.pdf"
    view.print_button.click()
    assert "L’imprimante n’a rien pris" in view.notice.sentence
    assert desk.handouts.of(persons[1]) == []
    assert view.print_button.isEnabled()


def test_a_disk_that_refuses_is_told_and_nothing_is_noted(
    view: HandoutView, desk: Desk, persons: list[PersonId], outlets: Paper, tmp_path: Path
) -> None:
    outlets.path = tmp_path / "no-such-folder" / "feuille.pdf"
    view.save_button.click()
    assert view.notice.isVisible()
    assert desk.handouts.of(persons[1]) == []
    assert view.print_button.isEnabled()


def test_a_paper_that_could_put_her_in_danger_is_asked_about_first(
    view: HandoutView, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    yves = desk.store.records.get(Person, persons[1])
    assert yves is not None
    board.announce(desk.persons.edit(replace(yves, discretion=Discretion.DANGER)).touched)
    assert "mettre cette personne en danger" in view.warning.sentence
    assert not view.print_button.isEnabled()
    view.print_sheet()
    view.save_sheet()
    assert desk.handouts.of(persons[1]) == []
    view.agreement.click()
    assert view.print_button.isEnabled()
    view.print_button.click()
    assert len(desk.handouts.of(persons[1])) == 1


def test_a_step_can_stay_between_professionals(view: HandoutView) -> None:
    [tick] = view.ticks.values()
    assert tick.value
    assert "Appeler la CAF ensemble" in view.preview.accessibleDescription()
    tick.click()
    assert "Appeler la CAF ensemble" not in view.preview.accessibleDescription()


def test_a_map_of_the_surroundings_is_a_tick_away(
    view: HandoutView, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    assert not view.map.isVisible()
    there = desk.appointments.of_day(desk.clock.moment.date())[-1].place
    plan = Plan(
        persons[1], desk.clock.moment + timedelta(days=7), 45, there, Motive.PSY_CONSULTATION
    )
    board.announce(desk.appointments.plan(plan).touched)
    assert view.map.isVisible()
    assert not view.map.value
    view.map.click()
    assert "Plan\u00a0: Chef-Boutonne" in view.preview.accessibleDescription()


def test_a_second_language_follows_the_french(
    view: HandoutView, desk: Desk, persons: list[PersonId]
) -> None:
    view.language.set_value("pt")
    view.language.chosen.emit("pt")
    assert "O seu próximo encontro marcado" in view.preview.accessibleDescription()
    view.print_button.click()
    assert desk.handouts.of(persons[1])[0].language == "pt"


def test_in_discreet_mode_the_page_names_nobody(
    view: HandoutView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    desk.workplace.names.choose(discreet=True)
    view._viewmodel.open(met)
    assert view.header.title.text() == "Feuille à remettre · Y. M."
    assert "Morisset" not in shown_words(view)


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_it_is_readable_by_everybody(
    view: HandoutView,
    desk: Desk,
    persons: list[PersonId],
    board: ChangeBoard,
    wear: Wear,
    mode: Mode,
    scale: int,
) -> None:
    yves = desk.store.records.get(Person, persons[1])
    assert yves is not None
    board.announce(desk.persons.edit(replace(yves, discretion=Discretion.DANGER)).touched)
    wear(mode=mode, scale=scale)
    for _ in range(8):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert_accessible(view)
