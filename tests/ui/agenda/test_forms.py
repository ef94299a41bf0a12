"""The forms beside the days: who, where, when, and what is said under a field."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.config.guard_words import guard_words_text
from desktop.domain.free_text import FreeTextGuard, read_lexicon
from desktop.ui.agenda import AgendaView
from desktop.ui.agenda.cells import CellKind
from desktop.ui.agenda.state import Panel
from desktop.ui.free_text import GuardLine
from protocol.kinds.agenda import Visibility
from tests.support.accessibility import assert_accessible
from tests.support.agenda_week import MONDAY, Week
from tests.support.laptop import Desk
from tests.ui.agenda.hands import FRIDAY, TUESDAY, Wear, cell, middle


def test_a_free_slot_is_proposed_to_who_waits_and_given_in_two_gestures(
    view: AgendaView, desk: Desk, qtbot: QtBot
) -> None:
    QTest.mouseClick(
        view.grid.viewport(),
        Qt.MouseButton.LeftButton,
        pos=middle(view, cell(view, TUESDAY, "10 h 30")),
    )
    assert [button.accessibleName() for button in view.slot.buttons] == [
        "Proposer ce créneau à Marc Texier",
        "Proposer ce créneau à Sandrine Pelletier",
    ]
    view.slot.buttons[0].click()
    assert view.booking.person.text() == "Marc Texier"
    with qtbot.waitSignal(view.undo_offered) as offered:
        view.booking.save.click()
    assert cell(view, TUESDAY, "10 h 30").title == "M. Texier"
    assert "Marc Texier" not in [line.name for line in view.waiting.lines]
    assert offered.args is not None
    offered.args[1]()
    assert cell(view, TUESDAY, "10 h 30").title == "Libre"
    assert "Marc Texier" in [line.name for line in view.waiting.lines]


def test_what_is_told_of_a_wait_is_looked_over_and_stays_written(
    view: AgendaView, desk: Desk, week: Week, wear: Wear
) -> None:
    view.watch_texts(FreeTextGuard(read_lexicon(guard_words_text())))
    view.waiting.add_asked.emit()
    view.wait.comment.set_value("Alcoolique, ne vient jamais")
    [line] = view.wait.findChildren(GuardLine)
    line.look()
    assert "“Alcoolique”" in line.sentence
    for scale in (100, 200):
        wear(scale=scale)
        QApplication.processEvents()
        assert_accessible(view)
    view.wait.person.set_chosen(week.persons["Guérin"], "Élodie Guérin")
    view.wait.save.click()
    assert "Alcoolique, ne vient jamais" in [one.comment for one in desk.waiting.lines()]


def test_a_new_appointment_is_made_by_name_and_warns_before_it_hurts(
    view: AgendaView, desk: Desk, week: Week
) -> None:
    view.new.click()
    form = view.booking
    QTest.keyClicks(form.person, "moriss")
    form.person.take("Morisset Yves (Melle)")
    assert (form.person.chosen, form.person.value) == (week.persons["Morisset"], "Yves Morisset")
    for field, text in ((form.day, "27 novembre 2026"), (form.at, "9h30")):
        field.clear()
        QTest.keyClicks(field, text)
    assert form.warning.isVisible()
    assert "En même temps qu’un autre rendez-vous, à 9\u00a0h\u00a000." in form.warning.sentence
    form.at.clear()
    QTest.keyClicks(form.at, "17h30")
    assert not form.warning.isVisible()
    form.discreet.setChecked(True)
    QTest.keyClick(form.at, Qt.Key.Key_Return)
    made = desk.appointments.of_day(FRIDAY)[-1]
    assert (made.name, made.visibility) == ("Yves Morisset", Visibility.DISCREET)
    assert view.waiting.isVisible()


def test_who_already_comes_that_day_is_said_in_the_form(view: AgendaView, desk: Desk) -> None:
    view.new.click()
    form = view.booking
    for field, text in ((form.day, "24 novembre 2026"), (form.at, "17h30")):
        field.clear()
        QTest.keyClicks(field, text)
    assert not form.warning.isVisible()
    QTest.keyClicks(form.person, "bonn")
    form.person.take("Bonnin Aline (Melle)")
    [said] = form.warning.sentence.splitlines()
    assert said == "Aline Bonnin a déjà rendez-vous ce jour-là à 11\u00a0h\u00a015."
    QTest.keyClick(form.at, Qt.Key.Key_Return)
    assert desk.appointments.of_day(TUESDAY)[-1].name == "Aline Bonnin", "said, not refused"


def test_a_form_without_a_person_says_so_in_place(view: AgendaView) -> None:
    view.new.click()
    view.booking.save.click()
    field = view.booking.fields["person"]
    assert "Choisissez une personne" in _problem(field)


def _problem(field: QWidget) -> str:
    from desktop.ui.kit import LabeledField

    assert isinstance(field, LabeledField)
    return field.problem


def test_enter_in_the_list_of_proposals_chooses_a_person_and_saves_nothing_yet(
    view: AgendaView, week: Week
) -> None:
    view.new.click()
    form = view.booking
    refusals: list[object] = []
    form.refused.connect(refusals.append)
    form.person.setFocus()
    QTest.keyClicks(form.person, "moriss")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert form.person.chosen == week.persons["Morisset"]
    assert refusals == []
    assert view.booking.isVisible()


def test_choosing_a_person_answers_what_was_said_under_the_field(
    view: AgendaView, week: Week
) -> None:
    view.new.click()
    form = view.booking
    form.save.click()
    assert _problem(form.fields["person"])
    QTest.keyClicks(form.person, "moriss")
    form.person.take("Morisset Yves (Melle)")
    assert _problem(form.fields["person"]) == ""


def test_ctrl_enter_saves_from_any_field_of_a_form(view: AgendaView) -> None:
    view._viewmodel.show_panel(Panel.OPENING)
    refusals: list[object] = []
    view.opening.refused.connect(refusals.append)
    for field in (view.opening.place, view.opening.opens):
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(refusals) == 2


def test_a_permanence_and_an_absence_are_added_from_the_page(view: AgendaView, desk: Desk) -> None:
    view.manage.click()
    view.openings.new.click()
    form = view.opening
    form.place.set_value(next(p.id for p in desk.directory.places() if p.name == "Melle"))
    form.days.set_value(["thu"])
    form.opens.setText("16h30")
    form.closes.setText("18h")
    form.save.click()
    assert view.openings.isVisible()
    assert cell(view, MONDAY + timedelta(days=3), "16 h 30").title == "Libre"
    view.openings.leave.click()
    view.absence.first.setText("26 novembre 2026")
    view.absence.last.setText("26 novembre 2026")
    view.absence.save.click()
    thursday = [one for one in view.grid.cells if one.day == MONDAY + timedelta(days=3)]
    assert CellKind.FREE not in {one.kind for one in thursday}
    assert CellKind.AWAY in {one.kind for one in thursday}


def test_a_permanence_that_ends_before_it_begins_is_refused_in_place(view: AgendaView) -> None:
    view._viewmodel.show_panel(Panel.OPENING)
    view.opening.place.setCurrentIndex(1)
    view.opening.opens.setText("14h")
    view.opening.closes.setText("9h")
    view.opening.save.click()
    assert _problem(view.opening.fields["closes"]) == "La fin vient après le début."


def test_somebody_is_put_on_the_waiting_list_and_taken_off(
    view: AgendaView, week: Week, qtbot: QtBot
) -> None:
    view.waiting.new.click()
    view.wait.person.set_chosen(week.persons["Diallo"], "Fatou Diallo")
    view.wait.days.set_value(["fri"])
    view.wait.save.click()
    line = next(line for line in view.waiting.lines if line.name == "Fatou Diallo")
    with qtbot.waitSignal(view.undo_offered) as offered:
        view._viewmodel.writer.withdraw(line)
    assert "Fatou Diallo" not in [one.name for one in view.waiting.lines]
    assert offered.args is not None
    offered.args[1]()
    assert "Fatou Diallo" in [one.name for one in view.waiting.lines]


def test_who_corrects_an_appointment_begins_in_a_field_that_takes_what_she_types(
    view: AgendaView, week: Week, qtbot: QtBot
) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view._viewmodel.open(week.appointments[-1])
    view._viewmodel.begin_correction()
    assert not view.booking.person.isEnabled()
    qtbot.waitUntil(view.booking.place.hasFocus)
