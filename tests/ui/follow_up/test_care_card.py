"""The nurse's facts in the sheet of her follow-up: prefilled, by keyboard, hidden from others."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.services.appointments import Plan
from desktop.ui.changes import ChangeBoard
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.follow_up.viewmodel import FollowUpViewModel
from desktop.ui.theme import Mode, Theme
from protocol.ids import AppointmentId, PersonId
from protocol.kinds.agenda import Motive
from protocol.kinds.care import CarePlace, CarePurpose
from protocol.kinds.people import Job
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk, seed_small
from tests.ui.follow_up.editor import make_model


@dataclass
class Sheet:
    """Julie's editor, and whom she went with."""

    desk: Desk
    model: FollowUpViewModel
    view: FollowUpView
    yves: PersonId
    visit: AppointmentId


@pytest.fixture
def sheet(
    tmp_path: Path, qtbot: QtBot, wear: Callable[..., Theme], request: pytest.FixtureRequest
) -> Iterator[Sheet]:
    wear()
    job = getattr(request, "param", Job.NURSE)
    desk = make_desk(tmp_path, name="Julie Petit", job=job)
    yves = seed_small(desk)[1]
    plan = Plan(yves, desk.clock.now(), 60, None, Motive.CARE_TRIP)
    visit = desk.appointments.plan(plan).value
    model = make_model(desk, InlineBackground(), ChangeBoard())
    view = FollowUpView(model)
    view.resize(1110, 716)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    yield Sheet(desk, model, view, yves, visit)
    view.hide()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.store.close()


def test_a_care_visit_asks_where_first(sheet: Sheet) -> None:
    sheet.model.open_new(sheet.yves, sheet.visit)
    assert sheet.view.care.isVisible()
    assert sheet.view.care.purpose.value == "care_visit"
    assert sheet.view.care.first.hasFocus()
    QTest.keyClick(sheet.view.care.first, Qt.Key.Key_D)
    assert sheet.model.form.care.care_place is CarePlace.DENTIST


def test_an_interview_asks_for_words_first_and_writes_no_accompaniment(sheet: Sheet) -> None:
    sheet.model.open_new(sheet.yves)
    assert sheet.view.care.isVisible()
    assert sheet.view.care.purpose.currentText() == "Pas d’accompagnement"
    assert [name for name, part in sheet.view.care.parts.items() if part.widget.isVisible()] == []
    assert sheet.view.shared.summary.text.hasFocus()
    QApplication.processEvents()
    assert sheet.view.note.text.visibleRegion().boundingRect().height() > 80, "she sees her note"
    sheet.model.finish()
    assert sheet.desk.care.of(sheet.yves) == []


def test_saying_what_it_was_for_asks_the_rest_and_the_tab_key_goes_there(sheet: Sheet) -> None:
    sheet.model.open_new(sheet.yves)
    choose_purpose(sheet, CarePurpose.ADMINISTRATION)
    sheet.view.care.purpose.setFocus()
    QTest.keyClick(sheet.view.care.purpose, Qt.Key.Key_Tab)
    assert sheet.view.care.first.hasFocus()
    write(sheet, "kilometres", "24 km")
    sheet.model.finish()
    [line] = sheet.desk.care.of(sheet.yves)
    assert (line.purpose, line.kilometres) == (CarePurpose.ADMINISTRATION, 24)


@pytest.mark.parametrize("typed", ["loin", "5000"])
def test_an_accompaniment_that_there_was_not_stops_nothing(sheet: Sheet, typed: str) -> None:
    sheet.model.open_new(sheet.yves, sheet.visit)
    write(sheet, "kilometres", typed)
    choose_purpose(sheet, None)
    assert not sheet.view.care.parts["kilometres"].widget.isVisible()
    sheet.model.finish()
    assert sheet.model.state.form is None
    assert sheet.desk.care.of(sheet.yves) == []


def test_the_first_words_of_the_note_are_in_sight_after_a_care_visit_too(sheet: Sheet) -> None:
    sheet.model.open_new(sheet.yves, sheet.visit)
    QApplication.processEvents()
    assert sheet.view.note.visibleRegion().boundingRect().height() > 50


def choose_purpose(sheet: Sheet, purpose: CarePurpose | None) -> None:
    choice = sheet.view.care.purpose
    at = choice.findData(purpose.value if purpose is not None else "")
    choice.setCurrentIndex(at)
    choice.activated.emit(at)


def test_kilometres_that_cannot_be_read_are_said_in_place(sheet: Sheet) -> None:
    sheet.model.open_new(sheet.yves, sheet.visit)
    write(sheet, "kilometres", "loin")
    part = sheet.view.care.parts["kilometres"]
    assert "nombre entier" in part.problem
    sheet.model.finish()
    assert part.entry.hasFocus()
    assert sheet.desk.care.of(sheet.yves) == []
    write(sheet, "kilometres", "5000")
    sheet.model.finish()
    assert "de 0 à 1" in part.problem
    write(sheet, "kilometres", "24")
    assert part.problem == ""
    sheet.model.finish()
    assert sheet.desk.care.of(sheet.yves)[0].kilometres == 24


def test_half_a_kilometre_is_rounded_and_said(sheet: Sheet) -> None:
    sheet.model.open_new(sheet.yves, sheet.visit)
    write(sheet, "kilometres", "12,5")
    assert sheet.view.care.parts["kilometres"].problem == ""
    assert sheet.view.care.first.accessibleDescription() == ""
    entry = sheet.view.care.parts["kilometres"].entry
    assert entry.accessibleDescription() == "Arrondi\u00a0: 13."
    write(sheet, "kilometres", "24")
    assert entry.accessibleDescription() == ""
    write(sheet, "kilometres", "12,5")
    sheet.model.finish()
    assert sheet.desk.care.of(sheet.yves)[0].kilometres == 13


@pytest.mark.parametrize("sheet", [Job.PSYCHOLOGIST], indirect=True)
def test_who_accompanies_nobody_sees_no_such_card(sheet: Sheet) -> None:
    sheet.model.open_new(sheet.yves)
    assert not sheet.view.care.isVisible()


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_sheet_can_be_read_named_and_gone_through(
    sheet: Sheet, wear: Callable[..., Theme], mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    sheet.model.open_new(sheet.yves, sheet.visit)
    for _ in range(3):
        QApplication.processEvents()
    assert_accessible(sheet.view)


def write(sheet: Sheet, name: str, text: str) -> None:
    entry = sheet.view.care.parts[name].entry
    assert isinstance(entry, QLineEdit)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text)
