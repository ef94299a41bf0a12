"""A laptop long away, a server that takes much back, a lock in the middle of a sentence."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit

from desktop.app.interrupted import COMPARISON, Interrupted
from desktop.app.road_pages import TRIPS
from desktop.app.sync_runner import SyncProgress, shown
from desktop.app.workspace import AGENDA, DOSSIER, PERSONS, SYNC, TODAY
from desktop.app.writing_pages import FOLLOW_UP, PERSON_FORM, SAME_PERSON
from desktop.services.errors import LeaseOver
from desktop.services.programmes import ProgrammeLine
from desktop.services.same_person import Choices
from desktop.sync.brake import ALLOWED
from desktop.sync.errors import ClientTooOld, MassRemoval
from desktop.ui.agenda import AgendaView
from desktop.ui.agenda.state import Mode
from desktop.ui.background import Lane
from desktop.ui.dossier import DossierView
from desktop.ui.dossier.path_page import PathPage
from desktop.ui.errors import sentence
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.kit.labels import Text
from desktop.ui.person_form import PersonFormView
from desktop.ui.same_person import SamePersonView
from desktop.ui.sync_page import SyncPageView
from desktop.ui.sync_page.state import Phase
from desktop.ui.trips import TripsView
from protocol.ids import PersonId
from tests.app.conftest import Opened
from tests.app.test_application import summary_field, words_of
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.support.crossings import HERS, MINE, crossed
from tests.support.laptop import bring, desk_of
from tests.support.office import Office


def begin_to_write(opened: Opened) -> QPlainTextEdit:
    """Open the editor on Yves' meeting; return the field of the summary."""
    opened.desk.workspace.open_meeting(opened.persons[1], "")
    editor = opened.desk.workspace.writing._follow_up
    assert editor is not None
    opened.until(lambda: editor.state.form is not None)
    field = summary_field(opened)
    opened.until(field.isEnabled)
    return field


# The lease


def turn(opened: Opened, days: float) -> None:
    """Let days pass without the office, then look."""
    opened.clock.advance(days=days)
    opened.desk.lease.look()


def test_three_weeks_away_a_banner_says_when_the_laptop_will_only_read(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    banner = opened.desk.window.lease
    turn(opened, 20)
    opened.bot.wait(100)
    assert not banner.isVisible()
    turn(opened, 2)
    opened.until(banner.isVisible)
    assert "22 jours sans le bureau" in banner.sentence
    assert "ne fera plus que lire" in banner.sentence
    assert faults_of(banner.sentence) == []
    assert_accessible(opened.desk.window)


def test_after_thirty_days_typing_goes_on_as_a_draft_and_one_contact_lets_it_be_finished(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    field = begin_to_write(opened)
    turn(opened, 31)
    banner = opened.desk.window.lease
    opened.until(banner.isVisible)
    assert "Vos brouillons sont gardés" in banner.sentence

    QTest.keyClicks(field, "Il dort mieux")
    page = opened.desk.window.page(FOLLOW_UP)
    assert isinstance(page, FollowUpView)
    editor = opened.desk.workspace.writing._follow_up
    assert editor is not None
    editor.finish()
    opened.until(lambda: isinstance(editor.state.failure, LeaseOver))
    said = sentence(LeaseOver())
    opened.until(lambda: any(said.text in text.text() for text in page.findChildren(Text)))
    assert field.toPlainText() == "Il dort mieux"
    opened.until(lambda: editor.state.saved_at is not None and not editor.is_dirty)
    office.clock.offset = office.clock.offset + (opened.clock.now() - office.clock())
    office.online()
    opened.desk.runner.sync_now()
    opened.until(lambda: not banner.isVisible())
    with opened.bot.waitSignal(editor.finished, timeout=10_000):
        editor.finish()


# The brake


def allowed(opened: Opened) -> str | None:
    """Return the consent that is kept, once all that was asked before is done."""
    state, got = opened.desk._session.workplace.store.state, list[str | None]()
    opened.application.background.run(
        Lane.STORE, lambda: state.get(ALLOWED), got.append, opened.desk.report
    )
    opened.until(lambda: bool(got))
    return got[0]


def test_a_server_that_takes_much_back_asks_first_and_the_answer_is_kept_for_the_next_sync(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    runner, question = opened.desk.runner, opened.desk.window.removal
    runner._failed(MassRemoval(120, 174))
    opened.until(question.isVisible)
    assert "120 de vos 174 dossiers" in question.notice.sentence
    assert "120" in question.accept.text()
    assert opened.desk.sync_page.state.sync.is_asked_above, "its page need not say it again"
    assert faults_of(question.notice.sentence) == []
    opened.bot.wait(100)
    assert_accessible(opened.desk.window)
    opened.until(lambda: "Synchronisation arrêtée" in words_of(opened.desk.window.sidebar))

    question.accept.click()
    assert allowed(opened) == "120"
    assert not question.isVisible()
    opened.until(lambda: "Hors connexion" in words_of(opened.desk.window.sidebar))


def test_whoever_waits_is_not_asked_again_until_she_synchronises_or_more_would_go(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    runner, question = opened.desk.runner, opened.desk.window.removal
    runner._failed(MassRemoval(120, 174))
    question.wait.click()
    assert not question.isVisible()
    assert not opened.desk.sync_page.state.sync.is_asked_above
    assert allowed(opened) is None
    runner._failed(MassRemoval(120, 174))
    assert not question.isVisible()
    runner._failed(MassRemoval(130, 174))
    assert question.isVisible()
    question.wait.click()
    opened.desk.sync_page.sync_now_requested.emit()
    opened.until(lambda: not runner.is_running and runner.progress.failure is not None)
    runner._failed(MassRemoval(120, 174))
    assert question.isVisible()


# Small things


def test_before_the_first_try_nobody_says_that_the_network_is_missing(opened: Opened) -> None:
    said: list[str] = []
    opened.unlock()
    status = opened.desk.window.sidebar.status
    opened.desk.sync_page.changed.connect(lambda: said.append(status.state.words))
    opened.until(lambda: "À jour" in words_of(opened.desk.window.sidebar))
    assert shown(SyncProgress()).phase is Phase.SOON
    assert "Hors connexion" not in said


def test_a_coffre_too_old_says_that_work_still_leaves() -> None:
    assert "vos envois partent toujours" in sentence(ClientTooOld()).whole


def lock(opened: Opened) -> None:
    """Lock, and wait until it is done."""
    with opened.bot.waitSignal(opened.application.locked, timeout=10_000):
        opened.desk.lock_requested.emit()


def test_after_a_lock_she_is_back_at_the_sentence_she_was_writing(opened: Opened) -> None:
    opened.unlock()
    field = begin_to_write(opened)
    QTest.keyClicks(field, "Il dort mieux depuis")
    lock(opened)
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    again = summary_field(opened)
    assert isinstance(again, QPlainTextEdit)
    opened.until(lambda: again.toPlainText() == "Il dort mieux depuis")


def editor_of(opened: Opened) -> FollowUpView:
    """The editor, once it is open on somebody."""
    view = opened.desk.window.page(FOLLOW_UP)
    assert isinstance(view, FollowUpView)
    opened.until(lambda: view.viewmodel.state.form is not None)
    return view


def test_whoever_ends_what_a_lock_interrupted_goes_back_to_the_dossier_she_was_in(
    opened: Opened,
) -> None:
    opened.unlock()
    desk, yves = opened.desk, opened.persons[1]
    desk.window.open(PERSONS)
    path_of(opened, yves)
    begin_to_write(opened)
    QTest.keyClicks(summary_field(opened), "Il dort mieux depuis")
    lock(opened)
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
    lock(opened)
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
    opened.desk.workspace.new_person()
    form = opened.desk.window.page(PERSON_FORM)
    assert isinstance(form, PersonFormView)
    field = form.fields["birth_name"].field
    opened.until(field.isEnabled)
    QTest.keyClicks(field, "Abadie")
    lock(opened)
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == PERSON_FORM)
    back = opened.desk.window.page(PERSON_FORM)
    assert isinstance(back, PersonFormView)
    opened.until(lambda: back.typed.birth_name == "Abadie")
    assert not back.draft_notice.isVisible()


def test_a_page_where_nothing_was_written_is_not_come_back_to(opened: Opened) -> None:
    opened.unlock()
    begin_to_write(opened)
    lock(opened)
    opened.unlock()
    opened.bot.wait(500)
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
    lock(opened)
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    again = dossier_of(opened)
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
    lock(opened)
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    again = dossier_of(opened).path.programmes
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
    lock(opened)
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
    form, model = opened.desk.window.page(PERSON_FORM), opened.desk.workspace.writing._form
    assert isinstance(form, PersonFormView)
    assert model is not None
    opened.until(lambda: model.state.person is not None)
    for name, typed in (("birth_name", "Abadie"), ("first_name", "Lucie")):
        QTest.keyClicks(form.fields[name].field, typed)
    model.save()
    opened.until(lambda: model.state.problem is not None)
    assert model.state.problem == sentence(LeaseOver())
    lock(opened)
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == PERSON_FORM)
    back = opened.desk.window.page(PERSON_FORM)
    assert isinstance(back, PersonFormView)
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
    lock(opened)
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
    lock(opened)
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
    lock(opened)
    opened.unlock()
    opened.bot.wait(500)
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
