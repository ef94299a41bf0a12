"""After a lock she is back where she was: at her sentence, her form, two dossiers to compare."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from desktop.app.interrupted import COMPARISON, Interrupted
from desktop.app.road_pages import TRIPS
from desktop.app.workspace import AGENDA, DOSSIER, PERSONS, SYNC, TODAY
from desktop.app.writing_pages import FOLLOW_UP, PERSON_FORM, SAME_PERSON
from desktop.services.errors import LeaseOver
from desktop.services.programmes import ProgrammeLine
from desktop.services.same_person import Choices
from desktop.ui.agenda import AgendaView
from desktop.ui.agenda.state import Mode
from desktop.ui.background import Lane
from desktop.ui.dossier import DossierView
from desktop.ui.dossier.path_page import PathPage
from desktop.ui.errors import sentence
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.lock import LockView
from desktop.ui.same_person import SamePersonView
from desktop.ui.sync_page import SyncPageView
from desktop.ui.trips import TripsView
from protocol.ids import PersonId
from tests.app.conftest import Opened
from tests.app.test_away import turn
from tests.app.writing import begin_a_sheet, begin_to_write, sheet_of, summary_field
from tests.support.crossings import HERS, MINE, crossed
from tests.support.laptop import bring, desk_of
from tests.support.office import Office


def test_after_a_lock_she_is_back_at_the_sentence_she_was_writing(opened: Opened) -> None:
    opened.unlock()
    field = begin_to_write(opened)
    QTest.keyClicks(field, "Il dort mieux depuis")
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    again = summary_field(opened)
    assert isinstance(again, QPlainTextEdit)
    opened.until(lambda: again.toPlainText() == "Il dort mieux depuis")


def words_of_summary(opened: Opened) -> str:
    """What the summary in sight says."""
    field = summary_field(opened)
    assert isinstance(field, QPlainTextEdit)
    return field.toPlainText()


def test_she_locks_twice_above_a_page_that_was_not_opened_since(opened: Opened) -> None:
    opened.unlock()
    opened.desk.window.open(SYNC)
    field = begin_to_write(opened)
    QTest.keyClicks(field, "Il dort mieux depuis")
    for _ in range(2):
        opened.lock()
        opened.unlock()
        opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
        opened.until(lambda: words_of_summary(opened) == "Il dort mieux depuis")
    opened.desk.window.back()
    assert opened.desk.window.current == SYNC


def editor_of(opened: Opened) -> FollowUpView:
    """The editor, once it is open on somebody."""
    view = opened.desk.window.page(FOLLOW_UP)
    assert isinstance(view, FollowUpView)
    opened.until(lambda: view.viewmodel.state.form is not None)
    return view


def test_a_page_that_cannot_say_what_is_typed_does_not_keep_the_vault_open(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.unlock()
    opened.desk.window.open(TRIPS)
    opened.until(lambda: opened.desk.coming_back._is_back)
    asked: list[str] = []

    def confused() -> None:
        asked.append(TRIPS)
        raise KeyError(TRIPS)

    monkeypatch.setattr(opened.desk.window.page(TRIPS), "left", confused)
    opened.lock()
    assert asked
    assert isinstance(opened.application.window, LockView)


def test_whoever_ends_what_a_lock_interrupted_goes_back_to_the_dossier_she_was_in(
    opened: Opened,
) -> None:
    opened.unlock()
    desk, yves = opened.desk, opened.persons[1]
    desk.window.open(PERSONS)
    path_of(opened, yves)
    begin_to_write(opened)
    QTest.keyClicks(summary_field(opened), "Il dort mieux depuis")
    opened.lock()
    opened.unlock()
    window = opened.desk.window
    opened.until(lambda: window.current == FOLLOW_UP)
    editor = editor_of(opened)
    assert not editor.draft_notice.isVisible(), "the words are there: there is nothing to choose"

    editor.finish_button.click()
    opened.until(lambda: window.current == DOSSIER)
    dossier = dossier_of(opened)
    opened.until(lambda: dossier.kept == yves)
    assert dossier.tabs.current == "path"
    window.back()
    assert window.current == PERSONS
    window.back()
    assert window.current == TODAY


def test_the_days_that_were_looked_at_are_under_the_form_after_a_lock(opened: Opened) -> None:
    opened.unlock()
    agenda = opened.desk.window.open(AGENDA)
    assert isinstance(agenda, AgendaView)
    day = agenda._viewmodel.today() + timedelta(days=9)
    agenda._viewmodel.look(Mode.DAY, day)
    opened.until(lambda: agenda._viewmodel.state.day == day)
    begin_to_write(opened)
    QTest.keyClicks(summary_field(opened), "Il dort mieux depuis")
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    editor_of(opened).close_button.click()
    opened.until(lambda: opened.desk.window.current == AGENDA)
    again = opened.desk.window.page(AGENDA)
    assert isinstance(again, AgendaView)
    opened.until(
        lambda: (again._viewmodel.state.mode, again._viewmodel.state.day) == (Mode.DAY, day)
    )


def test_after_a_lock_she_is_back_at_the_sheet_she_was_filling(opened: Opened) -> None:
    opened.unlock()
    begin_a_sheet(opened)
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == PERSON_FORM)
    back = sheet_of(opened)
    opened.until(lambda: back.typed.birth_name == "Abadie")
    assert not back.draft_notice.isVisible()


def test_a_page_where_nothing_was_written_is_not_come_back_to(opened: Opened) -> None:
    opened.unlock()
    begin_to_write(opened)
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.coming_back._is_back)
    assert opened.desk.window.current == TODAY


def test_the_forms_of_a_dossier_come_back_with_what_was_typed_when_it_locked(
    opened: Opened,
) -> None:
    opened.unlock()
    yves = opened.persons[1]
    path = path_of(opened, yves)
    path.steps.open_form()
    QTest.keyClicks(path.steps.text, "Appeler la mission locale")
    QTest.keyClicks(path.steps.due, "hier matin")
    path.programmes.open_start()
    path.programmes.length.setText("1 h 10")
    again = back_in_the_dossier(opened)
    opened.until(lambda: again.path.programmes.starting.is_open)
    assert again.tabs.current == "path"
    assert again.path.steps.text.text() == "Appeler la mission locale"
    assert again.path.steps.due.text() == "hier matin"
    assert again.path.programmes.length.text() == "1 h 10"


def test_the_bilan_of_a_programme_comes_back_when_it_locked_before_the_end(
    opened: Opened,
) -> None:
    opened.unlock()
    yves = opened.persons[1]
    path = path_of(opened, yves)
    path.programmes.open_start()
    path.programmes.starting.save.click()
    opened.until(lambda: not path.programmes.starting.is_open)
    view = dossier_of(opened)

    def going_on() -> tuple[ProgrammeLine, ...]:
        read = view._viewmodel.state.read
        return read.engagement.programmes if read is not None else ()

    opened.until(lambda: bool(going_on()))
    path.programmes.open_ending(going_on()[0])
    QTest.keyClicks(path.programmes.bilan, "Va mieux.")
    again = back_in_the_dossier(opened).path.programmes
    opened.until(lambda: again.ending_form.is_open)
    assert again.bilan.value == "Va mieux."


def test_kilometres_being_typed_come_back_after_a_lock(opened: Opened) -> None:
    opened.unlock()
    opened.desk.workspace.road.open_trips()
    trips = opened.desk.window.page(TRIPS)
    assert isinstance(trips, TripsView)
    opened.until(lambda: bool(trips.detail.value))
    trips.kilometres.clear()
    QTest.keyClicks(trips.kilometres, "48")
    QTest.keyClicks(trips.odometer, "48 2")
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == TRIPS)
    again = opened.desk.window.page(TRIPS)
    assert isinstance(again, TripsView)
    opened.until(lambda: again.kilometres.value == "48")
    assert again.odometer.value == "48 2"
    assert again.detail.value == "Melle – Chef-Boutonne – Melle"


def dossier_of(opened: Opened) -> DossierView:
    view = opened.desk.window.page(DOSSIER)
    assert isinstance(view, DossierView)
    return view


def back_in_the_dossier(opened: Opened) -> DossierView:
    """Lock and unlock; wait until a dossier is in sight."""
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    return dossier_of(opened)


def path_of(opened: Opened, person: str) -> PathPage:
    """Open what was agreed with somebody, and wait until it is read."""
    opened.desk.workspace.open_path(person)
    view = dossier_of(opened)
    opened.until(lambda: view.kept == person)
    return view.path


def test_whoever_opened_something_else_meanwhile_is_left_there(opened: Opened) -> None:
    opened.unlock()
    workspace = opened.desk.workspace
    begin_to_write(opened)
    interrupted = opened.desk.coming_back.interrupted()
    assert interrupted is not None
    workspace.open_person(opened.persons[0])
    opened.desk.coming_back.go_back_to(replace(interrupted))
    assert opened.desk.window.current == DOSSIER


def test_a_sheet_that_cannot_be_saved_yet_says_why_and_keeps_what_was_typed(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    turn(opened, 31)
    opened.desk.workspace.new_person()
    form, model = sheet_of(opened), opened.desk.workspace.writing._form
    assert model is not None
    opened.until(lambda: model.state.person is not None)
    for name, typed in (("birth_name", "Abadie"), ("first_name", "Lucie")):
        QTest.keyClicks(form.fields[name].field, typed)
    model.save()
    opened.until(lambda: model.state.problem is not None)
    assert model.state.problem == sentence(LeaseOver())
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == PERSON_FORM)
    back = sheet_of(opened)
    opened.until(lambda: back.typed.birth_name == "Abadie")


def test_after_a_lock_she_is_back_at_the_two_texts_she_was_joining(opened: Opened) -> None:
    opened.unlock()
    desk, yves = opened.desk, opened.persons[1]
    cross(opened, yves)
    desk.window.open(SYNC)
    review = desk.sync_page.review
    opened.until(lambda: review.state.sheet is not None)
    page = desk.window.page(SYNC)
    assert isinstance(page, SyncPageView)
    QTest.keyClicks(page.review.joined, "Ensemble. ")
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == SYNC)
    again = opened.desk.window.page(SYNC)
    assert isinstance(again, SyncPageView)
    opened.until(lambda: "Ensemble. " in again.review.joined.value)
    opened.until(again.review.joined.hasFocus)


def test_after_a_lock_she_is_back_at_the_two_dossiers_she_was_comparing(opened: Opened) -> None:
    opened.unlock()
    nadia, yves, *_ = opened.persons
    opened.desk.workspace.compare(nadia, yves)
    page = opened.desk.window.page(SAME_PERSON)
    assert isinstance(page, SamePersonView)
    opened.until(lambda: "first_name" in page.lines.picks)
    assert page.lines.picks["first_name"][1].isChecked()
    page.lines.picks["first_name"][0].click()
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == SAME_PERSON)
    back = opened.desk.window.page(SAME_PERSON)
    assert isinstance(back, SamePersonView)
    opened.until(lambda: "first_name" in back.lines.picks)
    assert back.lines.picks["first_name"][0].isChecked()
    assert back.lines.picks["birth_name"][1].isChecked()


def test_dossiers_that_were_joined_meanwhile_are_not_come_back_to(opened: Opened) -> None:
    opened.unlock()
    nadia, yves, *_ = opened.persons
    session = opened.desk._session
    choices, done = Choices(nadia, yves, frozenset()), list[object]()
    opened.application.background.run(
        Lane.STORE,
        lambda: session.services.same_persons.join(choices),
        done.append,
        opened.desk.report,
    )
    opened.until(lambda: bool(done))
    opened.desk.coming_back.interrupted = lambda: Interrupted(COMPARISON, nadia, yves)  # type: ignore[method-assign]  # as it was before they were joined
    opened.lock()
    opened.unlock()
    opened.until(lambda: opened.desk.coming_back._is_back)
    assert opened.desk.window.current == TODAY


def cross(opened: Opened, person: PersonId) -> None:
    """Bring a text that two people wrote unknown to each other."""
    session, done = opened.desk._session, list[object]()
    desk = desk_of(session.workplace, opened.clock)

    def work() -> str:
        bring(desk.workplace, replace(desk.persons.sheet(person).person, request=HERS))
        return crossed(desk, person, "request", "0" + MINE, kept_by=None)

    opened.application.background.run(Lane.STORE, work, done.append, opened.desk.report)
    opened.until(lambda: bool(done))
    opened.desk.sync_page.refresh()
