"""« À ne pas oublier »: rhythms, absences and steps, each with the one act that deals with it."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.appointments import Plan
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.programmes import NewProgramme
from desktop.services.waiting import Wait
from desktop.ui.changes import ChangeBoard
from desktop.ui.kit import SecondaryButton
from desktop.ui.theme import Mode, Theme
from desktop.ui.today import TodayView, TodayViewModel
from protocol.ids import PersonId, PlaceId
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.programmes import Cadence, ProgrammeKind, StepState
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk


@pytest.fixture
def view(
    desk: Desk,
    persons: list[PersonId],
    background: InlineBackground,
    board: ChangeBoard,
    theme: Theme,
    qtbot: QtBot,
) -> TodayView:
    for line in desk.appointments.of_day(date(2026, 11, 24)):
        desk.appointments.qualify(line.id, AppointmentStatus.CANCELLED_BY_SERVICE)
    view = TodayView(TodayViewModel(background, desk.today, desk.appointments, board, desk.clock))
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.show()
    return view


def lead(
    desk: Desk, board: ChangeBoard, person: PersonId, cadence: Cadence, last: date | None
) -> None:
    """Lead a programme begun in September, with its last meeting."""
    kind = ProgrammeKind.ASPIR if cadence is Cadence.ASPIR else ProgrammeKind.PSY
    new = NewProgramme(person, kind, cadence, date(2026, 9, 1), 45, None)
    touched = desk.engagements.programmes.start(new).touched
    if last is not None:
        form = desk.follow_ups.begin(person)
        moment = desk.clock.moment.replace(month=last.month, day=last.day)
        touched |= desk.follow_ups.finish(replace(form, starts_at=moment, next_at=None)).touched
    board.announce(touched)


def told(view: TodayView) -> list[str]:
    """What the reminders say."""
    return [reminder.words for reminder in view.reminders.reminders]


def button(view: TodayView, words: str) -> SecondaryButton:
    """The act of the line that says this."""
    found = view.reminders.findChildren(SecondaryButton)
    return next(one for one in found if words in one.accessibleName())


def test_the_risk_of_rupture_comes_first_and_one_act_takes_the_free_slot(
    view: TodayView, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    offers: list[tuple[str, object]] = []
    view.undo_offered.connect(lambda words, undo: offers.append((words, undo)))
    lead(desk, board, persons[2], Cadence.MONTHLY, date(2026, 10, 20))
    lead(desk, board, persons[1], Cadence.FORTNIGHTLY, date(2026, 10, 6))
    assert told(view) == [
        "Yves Morisset, Suivi psychologique\u00a0: à risque de rupture, 35 jours de retard."
        " Créneau libre\u00a0: mardi 1er décembre, 10\u00a0h\u00a040.",
        "Élodie Guérin, Suivi psychologique\u00a0: 7 jours de retard."
        " Créneau libre\u00a0: mardi 1er décembre, 10\u00a0h\u00a040.",
    ]

    button(view, "Yves Morisset").click()

    (planned,) = desk.appointments.upcoming(persons[1])
    assert planned.starts_at.date() == date(2026, 12, 1)
    assert not [words for words in told(view) if "Yves Morisset" in words]
    ((words, undo),) = offers
    assert words.startswith("Rendez-vous pris avec Yves Morisset\u00a0: mardi 1er décembre")
    assert "11\u00a0h\u00a030" in told(view)[0], "the slot is taken: another one for Élodie"
    assert callable(undo)
    undo()
    assert desk.appointments.upcoming(persons[1]) == []
    assert "Yves Morisset" in told(view)[0]


def test_a_step_whose_day_has_gone_by_is_done_in_one_act_and_taken_back(
    view: TodayView, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    offers: list[tuple[str, object]] = []
    view.undo_offered.connect(lambda words, undo: offers.append((words, undo)))
    steps = desk.engagements.steps
    for who, text in (
        (StepOwner.PERSON, "Écrire à la CAF."),
        (StepOwner.PROFESSIONAL, "Appeler le CMP."),
    ):
        board.announce(steps.agree(persons[0], text, who, date(2026, 11, 20)).touched)
    assert sorted(told(view)) == [
        "Nadia Benali\u00a0: «\u00a0Appeler le CMP\u00a0», que vous deviez faire pour le vendredi"
        " 20 novembre.",
        "Nadia Benali\u00a0: «\u00a0Écrire à la CAF\u00a0», étape prévue pour le vendredi"
        " 20 novembre.",
    ]
    button(view, "Appeler le CMP").click()
    states = {line.text: line.state for line in steps.of_person(persons[0])}
    assert states["Appeler le CMP."] is StepState.DONE
    assert len(told(view)) == 1
    undo = offers[0][1]
    assert callable(undo)
    undo()
    assert len(told(view)) == 2


def test_somebody_who_did_not_come_is_to_be_called(
    view: TodayView, desk: Desk, persons: list[PersonId], board: ChangeBoard, qtbot: QtBot
) -> None:
    moment = desk.clock.moment - timedelta(days=7)
    made = desk.appointments.plan(Plan(persons[3], moment, 45, None, Motive.FOLLOW_UP)).value
    board.announce(desk.appointments.qualify(made, AppointmentStatus.NO_SHOW).touched)
    (words,) = told(view)
    assert words == "Jean-Luc Audebert\u00a0: absence non excusée le mardi 17 novembre."
    with qtbot.waitSignal(view.recall_requested) as asked:
        button(view, "Relancer").click()
    assert asked.args == [persons[3]]


def test_a_programme_at_its_end_is_decided_upon_in_the_dossier(
    view: TodayView, desk: Desk, persons: list[PersonId], board: ChangeBoard, qtbot: QtBot
) -> None:
    lead(desk, board, persons[4], Cadence.ASPIR, date(2026, 11, 23))
    (words,) = told(view)
    assert words == "Fatou Diallo, ASPIR\u00a0: fin prévue le lundi 30 novembre."
    with qtbot.waitSignal(view.path_requested) as asked:
        button(view, "Décider").click()
    assert asked.args == [persons[4]]
    desk.clock.advance(days=7)
    view._viewmodel.refresh()
    assert "la fin prévue est passée depuis le lundi 30 novembre" in " ".join(told(view))


def test_a_free_slot_that_somebody_waits_for_is_told_and_opens_where_it_is_given(
    view: TodayView, desk: Desk, persons: list[PersonId], board: ChangeBoard, qtbot: QtBot
) -> None:
    lieu = PlaceId(next(one.id for one in desk.directory.places() if one.name == "Melle"))
    for days in (6, 0, 2, 1):
        day = date(2026, 11, 24) + timedelta(days=days)
        form = OpeningForm(lieu, day, time(9, 45), time(11, 15), 45, Repeat.ONCE)
        board.announce(desk.permanences.open(form).touched)
    assert told(view) == []
    for person in persons[:2]:
        wait = Wait(person, lieu, Motive.PSY_CONSULTATION)
        board.announce(desk.waiting.add(wait).touched)
    assert told(view) == [
        "Mardi 24 novembre, 9\u00a0h\u00a045, Melle\u00a0: créneau libre, 2 personnes attendent",
        "Mercredi 25 novembre, 9\u00a0h\u00a045, Melle\u00a0: créneau libre, 2 personnes attendent",
        "Jeudi 26 novembre, 9\u00a0h\u00a045, Melle\u00a0: créneau libre, 2 personnes attendent",
    ]
    opening = desk.engagements.offers.lines()[0].opening
    with qtbot.waitSignal(view.slot_requested) as asked:
        button(view, "Mardi 24").click()
    assert asked.args == [opening, "2026-11-24T08:45:00Z"]
    waiting = next(line for line in desk.waiting.lines() if line.person == persons[0])
    board.announce(desk.waiting.withdraw(waiting.id).touched)
    assert told(view)[0].endswith("créneau libre, 1 personne attend")


def test_many_late_persons_are_a_few_lines_and_a_count(
    view: TodayView, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    for person in persons:
        lead(desk, board, person, Cadence.WEEKLY, date(2026, 10, 1))
    words = told(view)
    assert len([line for line in words if "à risque de rupture" in line]) == 5
    assert words[-1] == "et 2 autres, à la suite de ceux-ci"


@pytest.mark.parametrize("scale", [100, 200])
def test_the_reminders_are_readable_by_everybody(
    view: TodayView,
    desk: Desk,
    persons: list[PersonId],
    board: ChangeBoard,
    qapp: QApplication,
    qtbot: QtBot,
    scale: int,
) -> None:
    Theme(qapp, mode=Mode.DARK, scale=scale).install()
    lead(desk, board, persons[1], Cadence.FORTNIGHTLY, date(2026, 10, 6))
    text = "Écrire à la CAF avec l’attestation de loyer et en garder une copie dans la pochette."
    agreed = desk.engagements.steps.agree(persons[0], text, StepOwner.BOTH, date(2026, 11, 20))
    board.announce(agreed.touched)

    def is_readable() -> None:
        assert_accessible(view)

    qtbot.waitUntil(is_readable)
