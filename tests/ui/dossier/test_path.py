"""« Parcours »: programmes, steps and calls, by keyboard, each act taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.services.appointments import Plan
from desktop.services.programmes import NewProgramme
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView
from desktop.ui.kit.buttons import KitButton
from desktop.ui.theme import Mode, Theme
from protocol.ids import AppointmentId, PersonId, ProfessionalId
from protocol.kinds.agenda import AppointmentStatus, CallMedium, CallOutcome, Motive
from protocol.kinds.follow_ups import StepOwner
from protocol.kinds.persons import Discretion, Person
from protocol.kinds.programmes import (
    Cadence,
    Programme,
    ProgrammeExit,
    ProgrammeKind,
    StepState,
)
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring

Wear = Callable[..., Theme]
Offers = list[tuple[str, Callable[[], None]]]


@pytest.fixture
def view(page: DossierView, yves: PersonId) -> DossierView:
    page.open_path(yves)
    page.show()
    return page


@pytest.fixture
def offers(view: DossierView) -> Offers:
    """What the window offers to take back."""
    told: Offers = []
    view.undo_offered.connect(lambda words, undo: told.append((words, undo)))
    return told


def test_an_aspir_is_started_in_a_few_keys_with_its_rhythm_and_taken_back(
    view: DossierView, desk: Desk, yves: PersonId, offers: Offers
) -> None:
    card = view.path.programmes
    assert card.none.isVisible()
    card.new.click()
    assert (card.kind.value, card.cadence.value) == ("psy", "monthly"), "what Claire leads"
    card.kind.setCurrentIndex(card.kind.findData("aspir"))
    card.kind.chosen.emit("aspir")
    assert card.cadence.value == "aspir"
    QTest.keyClick(card.length, Qt.Key.Key_Return)

    assert not card.starting.isVisible()
    (line,) = desk.engagements.programmes.of_person(yves)
    assert line.record.planned_end == date(2027, 2, 23)
    shown = words_of(view)
    assert "ASPIR depuis le 24 novembre 2026" in shown
    assert "Rythme tenu" in shown
    assert "1er renouvellement possible le 9 février 2027" in shown
    ((words, undo),) = offers
    assert words == "Accompagnement commencé\u00a0: ASPIR."
    undo()
    assert desk.engagements.programmes.of_person(yves) == []
    assert card.none.isVisible()


def test_the_series_is_told_then_made_in_one_act_and_taken_back(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard, offers: Offers
) -> None:
    start(desk, board, yves, date(2026, 11, 3))
    assert "jours de retard" in words_of(view)
    assert "rendez-vous proposés, du jeudi 26 novembre" not in words_of(view)
    before = len(desk.appointments.upcoming(yves))

    act(view, "Créer la série").click()

    made = len(desk.appointments.upcoming(yves)) - before
    assert made > 5
    assert offers[-1][0] == f"Rendez-vous pris\u00a0: {made}."
    offers[-1][1]()
    assert len(desk.appointments.upcoming(yves)) == before


def test_somebody_not_met_for_twice_her_interval_is_at_risk(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard
) -> None:
    start(desk, board, yves, date(2026, 11, 10))
    assert "À risque de rupture\u00a0: 14\u00a0jours de retard" in words_of(view)


def test_a_renewal_is_offered_a_fortnight_before_the_end(
    view: DossierView,
    desk: Desk,
    yves: PersonId,
    board: ChangeBoard,
    offers: Offers,
    qtbot: QtBot,
) -> None:
    start(desk, board, yves, date(2026, 9, 1))
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    act(view, "Renouveler").setFocus()
    QTest.keyClick(act(view, "Renouveler"), Qt.Key.Key_Space)
    assert view.focusWidget() in view.path.programmes.stops, "the keyboard is still on the card"
    assert "2e renouvellement possible le 14 février 2027" in words_of(view)
    assert not [b for b in acts(view) if b.text().startswith("Renouveler")]
    offers[-1][1]()
    assert "1er renouvellement possible depuis le 16 novembre 2026" in words_of(view)


def test_ending_asks_how_it_ended_and_keeps_the_bilan_for_the_team(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard, offers: Offers
) -> None:
    start(desk, board, yves, date(2026, 11, 3))
    card = view.path.programmes
    act(view, "Terminer…").click()
    card.ending_form.save.click()
    assert card.ending_form.fields["issue"].problem, "nobody's programme ends in a CDI by default"
    card.issue.set_value(ProgrammeExit.TRAINING.value)
    card.bilan.set_value("Entre en formation.")
    card.ending_form.save.click()

    assert "ASPIR, du 3 novembre 2026 au 24 novembre 2026" in words_of(view)
    assert "Formation · Entre en formation." in words_of(view)
    assert acts(view) == []
    offers[-1][1]()
    assert [button.text() for button in acts(view)][-1] == "Terminer…"


def test_a_rhythm_is_changed(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard
) -> None:
    start(desk, board, yves, date(2026, 11, 3))
    card = view.path.programmes
    act(view, "Changer le rythme…").click()
    card.new_cadence.set_value(Cadence.FORTNIGHTLY.value)
    _type(card.new_length, "rien")
    card.changing.save.click()
    assert card.changing.fields["minutes"].problem
    _type(card.new_length, "30")
    card.changing.save.click()
    assert "Tous les 15 jours · 30\u00a0min" in words_of(view)


def test_a_colleague_s_programme_can_only_be_taken_over(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard, offers: Offers
) -> None:
    start(desk, board, yves, date(2026, 11, 3))
    (line,) = desk.engagements.programmes.of_person(yves)
    known = desk.store.records.get(Programme, line.id)
    assert known is not None
    roy = next(c for c in desk.directory.colleagues().values() if c.name == "Catherine Roy")
    bring(desk.workplace, replace(known, professional=ProfessionalId(roy.id)))
    view._viewmodel.refresh()

    (only,) = acts(view)
    assert only.text() == "Reprendre l’accompagnement"
    assert "avec C. Roy" in words_of(view)
    only.click()
    assert "avec vous" in words_of(view)
    offers[-1][1]()
    assert "avec C. Roy" in words_of(view)


def test_a_step_is_agreed_ticked_and_taken_back_by_keyboard(
    view: DossierView, desk: Desk, yves: PersonId, offers: Offers
) -> None:
    card = view.path.steps
    card.new.click()
    QTest.keyClick(card.text, Qt.Key.Key_Return)
    assert card.form.fields["text"].problem
    card.text.setText("Écrire à la CAF.")
    _type(card.due, "jeudi prochain")
    card.form.save.click()
    assert card.form.fields["due_on"].problem
    _type(card.due, "4/12/26")
    QTest.keyClick(card.due, Qt.Key.Key_Return)

    assert not card.form.isVisible()
    (row,) = card.rows
    assert "La personne («\u00a0vous\u00a0») · pour le vendredi 4 décembre" in words_of(view)
    QTest.keyClick(row.tick, Qt.Key.Key_Space)
    (line,) = desk.engagements.steps.of_person(yves)
    assert (line.state, line.done_on) == (StepState.DONE, date(2026, 11, 24))
    assert [shown.tick.value for shown in card.rows] == [True]
    offers[-1][1]()
    assert [shown.tick.value for shown in card.rows] == [False]
    assert desk.engagements.steps.of_person(yves)[0].state is StepState.PLANNED


def test_a_step_that_waits_says_so_and_one_that_is_late_too(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard
) -> None:
    board.announce(
        desk.engagements.steps.agree(
            yves, "Appeler le CMP.", StepOwner.PROFESSIONAL, date(2026, 11, 20)
        ).touched
    )
    assert "En retard" in words_of(view)
    (row,) = view.path.steps.rows
    row.state.setCurrentIndex(row.state.findData(StepState.WAITING.value))
    row.state.chosen.emit(StepState.WAITING.value)
    assert desk.engagements.steps.of_person(yves)[0].state is StepState.WAITING


def test_somebody_who_did_not_come_is_called_and_the_answer_closes_it(
    view: DossierView, desk: Desk, yves: PersonId, board: ChangeBoard, offers: Offers
) -> None:
    miss(desk, yves)
    view.open_path(yves, recall=True)
    card = view.path.recalls
    assert card.form.isVisible(), "ready to write the call down"
    assert "Absence non excusée le mardi 17 novembre" in card.missed.text()
    assert card.number.text() == "06 12 34 56 01", "the number to call"
    card.outcome.set_value(CallOutcome.NO_ANSWER.value)
    card.form.save.click()
    assert "1 appel sans réponse." in card.missed.text()
    assert "06 ·· ·· ·· 01" in view.header.subtitle.text(), "covered again"

    card.new.click()
    card.outcome.set_value(CallOutcome.REACHED.value)
    card.form.save.click()
    assert not card.missed.isVisible()
    assert offers[-1][0] == "Appel noté\u00a0: a répondu."
    offers[-1][1]()
    assert card.missed.isVisible()


def test_nothing_proposes_to_leave_a_message_where_that_is_a_danger(
    view: DossierView, desk: Desk, yves: PersonId
) -> None:
    known = desk.store.records.get(Person, yves)
    assert known is not None
    bring(desk.workplace, replace(known, discretion=Discretion.DANGER))
    miss(desk, yves)
    view.open_path(yves, recall=True)
    card = view.path.recalls
    media = [card.medium.itemData(at) for at in range(card.medium.count())]
    outcomes = [card.outcome.itemData(at) for at in range(card.outcome.count())]
    assert media == [CallMedium.PHONE.value, CallMedium.REFERENT.value]
    assert CallOutcome.MESSAGE.value not in outcomes
    assert card.warning.isVisible()


def test_the_form_of_a_call_opens_only_for_whom_it_was_asked(
    view: DossierView, desk: Desk, background: InlineBackground, yves: PersonId
) -> None:
    other = desk.appointments.of_day(desk.clock.moment.date())[2].person
    miss(desk, yves)
    background.hold()
    view.open_path(yves, recall=True)
    view.open(other)
    background.release()
    assert not view.path.recalls.form.isVisible()


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
@pytest.mark.parametrize("forms", ["none", "start", "end"])
def test_the_page_is_readable_by_everybody(
    view: DossierView,
    desk: Desk,
    yves: PersonId,
    board: ChangeBoard,
    wear: Wear,
    qtbot: QtBot,
    mode: Mode,
    scale: int,
    forms: str,
) -> None:
    wear(mode=mode, scale=scale)
    start(desk, board, yves, date(2026, 9, 1))
    steps = desk.engagements.steps
    for text, due in (("Appeler la plateforme mobilité.", date(2026, 11, 20)), ("Venir.", None)):
        board.announce(steps.agree(yves, text, StepOwner.BOTH, due).touched)
    missed = miss(desk, yves)
    call = desk.engagements.recalls.record(yves, missed, CallMedium.PHONE, CallOutcome.MESSAGE)
    board.announce(call.touched)
    if forms != "none":
        view.path.steps.open_form()
        view.path.recalls.open_form()
        card = view.path.programmes
        (line,) = desk.engagements.programmes.of_person(yves)
        if forms == "start":
            card.open_start()
        else:
            card.open_ending(line)

    def is_readable() -> None:
        assert_accessible(view)

    qtbot.waitUntil(is_readable)  # what was rebuilt is laid out in a few passes


def start(desk: Desk, board: ChangeBoard, person: PersonId, started_on: date) -> None:
    """Start an ASPIR elsewhere; the open page hears of it. Nothing is planned today any more."""
    for line in desk.appointments.of_day(date(2026, 11, 24)):
        if line.person == person:
            desk.appointments.qualify(line.id, AppointmentStatus.CANCELLED_BY_SERVICE)
    new = NewProgramme(person, ProgrammeKind.ASPIR, Cadence.ASPIR, started_on, 45, None)
    board.announce(desk.engagements.programmes.start(new).touched)


def miss(desk: Desk, person: PersonId) -> AppointmentId:
    """Wait for somebody in vain last week, and let nothing be planned since."""
    for line in desk.appointments.of_day(date(2026, 11, 24)):
        if line.person == person:
            desk.appointments.qualify(line.id, AppointmentStatus.CANCELLED_BY_SERVICE)
    moment = desk.clock.moment - timedelta(days=7)
    made = desk.appointments.plan(Plan(person, moment, 45, None, Motive.FOLLOW_UP)).value
    desk.appointments.qualify(made, AppointmentStatus.NO_SHOW)
    return made


def acts(view: DossierView) -> list[KitButton]:
    """The buttons of the programmes."""
    card = view.path.programmes
    inside = {button for form in card.forms for button in form.findChildren(KitButton)}
    found = card.findChildren(KitButton)
    return [button for button in found if button not in inside and button is not card.new]


def act(view: DossierView, words: str) -> KitButton:
    """One of them."""
    return next(button for button in acts(view) if button.text().startswith(words))


def words_of(view: DossierView) -> str:
    """All that the page says."""
    return " | ".join(label.text() for label in view.path.findChildren(QLabel))


def _type(field: QLineEdit, text: str) -> None:
    field.selectAll()
    QTest.keyClicks(field, text)
