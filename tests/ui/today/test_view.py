"""What only the page of the day can get wrong: keys, focus, large letters, names."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.appointments import Plan
from desktop.services.persons import NewPerson
from desktop.ui.changes import ChangeBoard
from desktop.ui.kit import SecondaryButton
from desktop.ui.kit.chips import Chip
from desktop.ui.main_window import MainWindow, Section
from desktop.ui.theme import Mode, Theme
from desktop.ui.today import TodayView, TodayViewModel
from desktop.ui.today.qualify_bar import QualifyBar
from protocol.ids import PersonId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive, Visibility
from tests.support.accessibility import assert_accessible
from tests.support.crossings import crossed
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring

Wear = Callable[..., Theme]


@pytest.fixture
def view(
    desk: Desk,
    persons: list[PersonId],
    background: InlineBackground,
    board: ChangeBoard,
    wear: Wear,
    qtbot: QtBot,
) -> TodayView:
    wear()
    _live(desk, persons)
    model = TodayViewModel(background, desk.today, desk.appointments, board, desk.clock)
    view = TodayView(model)
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.show()
    return view


def test_ctrl_n_starts_the_follow_up_of_the_person_at_hand(
    view: TodayView, persons: list[PersonId], qtbot: QtBot
) -> None:
    window = MainWindow(Theme(_app()), [Section("today", "Aujourd’hui", lambda: view, 1)])
    qtbot.addWidget(window)
    window.new_follow_up_requested.connect(view.start_follow_up)
    window.open("today")
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    with qtbot.waitSignal(view.follow_up_requested) as asked:
        QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    assert asked.args is not None
    assert asked.args[0] == persons[1]
    assert asked.args[1]


def test_arrows_walk_the_round_and_the_card_follows(view: TodayView, qtbot: QtBot) -> None:
    view.list.setFocus()
    assert view.person.heading.text() == "Yves Morisset"

    QTest.keyClick(view.list, Qt.Key.Key_Down)

    assert view.person.heading.text() == "Élodie Guérin"


def test_enter_on_an_appointment_opens_its_follow_up_and_a_click_only_shows_it(
    view: TodayView, persons: list[PersonId], qtbot: QtBot
) -> None:
    asked: list[tuple[str, str]] = []
    view.follow_up_requested.connect(lambda person, meeting: asked.append((person, meeting)))
    view.list.setFocus()
    QTest.keyClick(view.list, Qt.Key.Key_Down)
    chosen = view._viewmodel.state.chosen
    assert chosen is not None
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert asked == [(chosen.person, chosen.id)]

    row = view.list.visualRect(view.list.model().index(0, 0))
    QTest.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert len(asked) == 1
    assert view.list.currentIndex().row() == 0


def test_enter_on_a_discreet_appointment_first_says_whose_it_is(
    view: TodayView, desk: Desk, persons: list[PersonId]
) -> None:
    asked: list[str] = []
    view.follow_up_requested.connect(lambda person, _: asked.append(person))
    chosen = view._viewmodel.state.chosen
    assert chosen is not None
    hidden = desk.store.records.get(Appointment, chosen.id)
    assert hidden is not None
    bring(desk.workplace, replace(hidden, visibility=Visibility.DISCREET))
    view._viewmodel.refresh()
    assert view.person.heading.text() == "Rendez-vous discret"
    view.list.setFocus()
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert asked == []
    assert view.person.heading.text() == "Yves Morisset"
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert asked == [chosen.person]


def test_a_draft_is_taken_up_again_from_the_reminders(
    view: TodayView, desk: Desk, qtbot: QtBot
) -> None:
    [draft] = desk.follow_ups.drafts()
    [button] = [b for b in view.reminders.findChildren(SecondaryButton) if b.text() == "Reprendre"]

    with qtbot.waitSignal(view.draft_requested) as asked:
        QTest.keyClick(button, Qt.Key.Key_Space)

    assert asked.args == [draft.target]
    assert "Élodie Guérin" in button.accessibleName()


def test_a_sheet_that_was_not_saved_is_taken_up_again_from_the_reminders(
    view: TodayView, desk: Desk, persons: list[PersonId], board: ChangeBoard, qtbot: QtBot
) -> None:
    kept = desk.person_drafts.autosave(persons[1], {"language": "arabe"}, is_new=False)
    new = desk.person_drafts.begin().person
    kept_new = desk.person_drafts.autosave(new, {"birth_name": "Abadie"}, is_new=True)

    board.announce(kept.touched | kept_new.touched)

    words = [reminder.words for reminder in view.reminders.reminders]
    assert "Fiche modifiée, non enregistrée\u00a0: Yves Morisset" in words
    assert "Nouveau dossier non enregistré\u00a0: Abadie" in words
    [button] = [
        b for b in view.reminders.findChildren(SecondaryButton) if "Abadie" in b.accessibleName()
    ]
    with qtbot.waitSignal(view.sheet_requested) as asked:
        button.click()
    assert asked.args == [new]


def test_one_digit_says_what_became_of_a_past_appointment(
    view: TodayView, desk: Desk, qtbot: QtBot
) -> None:
    [left] = desk.appointments.left_open()
    [bar] = view.reminders.findChildren(QualifyBar)
    assert not [chip for chip in bar.findChildren(Chip) if chip.isChecked()]

    chip = bar.focusProxy()
    assert chip is not None
    QTest.keyClick(chip, Qt.Key.Key_4)  # « Excusé », the fourth

    assert desk.appointments.left_open() == []
    assert left.id not in [reminder.key for reminder in view.reminders.reminders]


def test_reminders_that_say_the_same_keep_their_widgets(view: TodayView, desk: Desk) -> None:
    before = view.reminders.findChildren(QualifyBar)

    view._viewmodel.refresh()

    assert view.reminders.findChildren(QualifyBar) == before


def test_a_day_without_appointments_says_what_to_do(
    view: TodayView, desk: Desk, qtbot: QtBot
) -> None:
    desk.clock.advance(days=2)
    view._viewmodel.refresh()

    assert view.empty.isVisible()
    assert "Ctrl+2" in view.empty.sentence
    assert not view.person.isVisible()
    with qtbot.waitSignal(view.search_requested):
        view.start_follow_up()


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_page_is_readable_by_everybody(
    view: TodayView, wear: Wear, qtbot: QtBot, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    qtbot.wait(20)

    assert_accessible(view)


def _live(desk: Desk, persons: list[PersonId]) -> None:
    first, _, third, *_ = desk.appointments.of_day(desk.clock.moment.date())
    done = desk.follow_ups.begin(persons[0], first.id)
    desk.follow_ups.finish(replace(done, summary="Va mieux.", next_at=None))
    desk.follow_ups.autosave(desk.follow_ups.begin(persons[2], third.id))
    before = desk.clock.moment - timedelta(days=7)
    desk.appointments.plan(Plan(persons[5], before, 45, None, Motive.FOLLOW_UP))
    assert desk.appointments.left_open()[0].status is AppointmentStatus.PLANNED


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def test_dossiers_that_may_be_one_persons_are_one_line_and_one_act(
    view: TodayView, desk: Desk, board: ChangeBoard, qtbot: QtBot
) -> None:
    for name in ("Benali", "Ben Ali", "Bénali"):
        desk.clock.advance(minutes=1)
        desk.persons.create(NewPerson(name, "Inès", birth_date=date(1988, 5, 14)))
    while (done := desk.duplicates.compare_waiting()).value:
        board.announce(done.touched)
    board.announce(done.touched)
    (line,) = view.reread.reminders
    assert line.key.startswith("alike")
    assert "peut-être la même personne (et 2 autres cas semblables)" in line.words
    (button,) = [
        one
        for one in view.reread.findChildren(SecondaryButton)
        if one.accessibleName().startswith("Vérifier")
    ]
    with qtbot.waitSignal(view.compare_requested) as asked:
        button.click()
    assert asked.args == line.key.split()[1:]


@pytest.mark.parametrize(("scale", "width"), [(100, 1110), (200, 1236)])
def test_what_is_to_be_read_again_is_in_sight_without_scrolling(
    view: TodayView,
    desk: Desk,
    persons: list[PersonId],
    wear: Wear,
    qtbot: QtBot,
    scale: int,
    width: int,
) -> None:
    assert not view.reread.isVisible(), "nothing waits"
    wear(scale=scale)
    view.resize(width, 720)
    crossed(desk, persons[0], "phone1", "0549000000")
    view._viewmodel.refresh()
    (line,) = view.reread.reminders
    assert line.words == "1 modification croisée à relire"
    (button,) = view.reread.findChildren(SecondaryButton)
    qtbot.waitUntil(lambda: button.visibleRegion().boundingRect() == button.rect())
    assert "review" not in [one.key for one in view.reminders.reminders], "told once"
    with qtbot.waitSignal(view.review_requested):
        button.click()
