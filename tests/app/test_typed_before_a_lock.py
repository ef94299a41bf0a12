"""Nothing typed is lost by a lock: each small form comes back, open, with its words."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.app.road_pages import TRIPS, WORKSHOPS
from desktop.app.workspace import AGENDA, DOSSIER, TODAY
from desktop.services.permanences import OpeningLine
from desktop.services.programmes import ProgrammeLine
from desktop.ui.agenda import AgendaView
from desktop.ui.agenda.state import Panel
from desktop.ui.background import Lane
from desktop.ui.documents import DocumentsView
from desktop.ui.dossier import DossierView
from desktop.ui.kit import Choice
from desktop.ui.person_records import PersonRecordsView
from desktop.ui.trips import TripsView
from desktop.ui.workshops import WorkshopsView
from protocol.ids import PersonId
from protocol.kinds.agenda import Motive
from protocol.kinds.programmes import Cadence
from tests.app.conftest import Opened

Page = TypeVar("Page", bound=QWidget)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def lock_and_unlock(opened: Opened) -> None:
    opened.lock()
    opened.unlock()


def agenda_of(opened: Opened) -> AgendaView:
    view = opened.desk.window.page(AGENDA)
    assert isinstance(view, AgendaView)
    return view


def open_agenda(opened: Opened) -> AgendaView:
    """Open the agenda, and wait until it is read."""
    opened.desk.window.open(AGENDA)
    view = agenda_of(opened)
    opened.until(lambda: view._viewmodel.state.read is not None)
    return view


def dossier_of(opened: Opened) -> DossierView:
    view = opened.desk.window.page(DOSSIER)
    assert isinstance(view, DossierView)
    return view


def openings_of(view: AgendaView) -> tuple[OpeningLine, ...]:
    read = view._viewmodel.state.read
    return read.openings if read is not None else ()


def open_dossier(opened: Opened, person: PersonId, tab: str = "path") -> DossierView:
    """Open somebody's dossier, and wait until it is read."""
    opened.desk.workspace.open_person(person)
    view = dossier_of(opened)
    opened.until(lambda: view.kept == person)
    view.tabs.open(tab)
    return view


def documents_of(view: DossierView) -> DocumentsView:
    return page_of(view, DocumentsView)


def page_of(view: DossierView, kind: type[Page]) -> Page:
    page = view.findChild(kind)
    assert isinstance(page, kind)
    return page


def going_on(view: DossierView) -> tuple[ProgrammeLine, ...]:
    read = view._viewmodel.state.read
    return read.engagement.programmes if read is not None else ()


# The agenda


def test_an_appointment_being_booked_comes_back_with_whom_and_when(opened: Opened) -> None:
    opened.unlock()
    view = open_agenda(opened)
    view.new.click()
    form = view.booking
    QTest.keyClicks(form.person, "mori")
    opened.until(lambda: bool(form.person._proposed))
    form.person.take(next(iter(form.person._proposed)))
    chosen, name = form.person.chosen, form.person.value
    assert chosen is not None
    form.day.setText("24 nov")
    QTest.keyClicks(form.at, "quand vous voulez")
    form.motive.set_value(Motive.OTHER.value)
    form.discreet.setChecked(True)
    form.at.setFocus()

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == AGENDA)
    again = agenda_of(opened).booking
    opened.until(lambda: again.at.text() == "quand vous voulez")
    assert again.isVisible()
    assert (again.person.chosen, again.person.value) == (chosen, name)
    assert again.day.text() == "24 nov"
    assert again.motive.value == Motive.OTHER.value
    assert again.discreet.isChecked()
    opened.until(again.at.hasFocus)


def test_what_is_being_corrected_is_still_that_appointment_or_that_permanence(
    opened: Opened,
) -> None:
    opened.unlock()
    view = open_agenda(opened)
    state = view._viewmodel.state
    assert state.read is not None
    [meeting, *_] = [one for one in state.read.days.meetings if view._viewmodel._movable(one.id)]
    view._viewmodel.open(meeting.id)
    view._viewmodel.begin_correction()
    view.booking.at.setText("17 h 15")

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == AGENDA)
    again = agenda_of(opened)
    opened.until(lambda: again.booking.at.text() == "17 h 15")
    corrected = again._viewmodel.state.booking.meeting
    assert corrected is not None
    assert corrected.id == meeting.id
    assert not again.booking.person.isEnabled()

    view = open_agenda(opened)
    view._viewmodel.show_panel(Panel.OPENING)
    view.opening.place.set_value(str(view.opening.place.itemData(1)))
    view.opening.days.set_value(list(view.opening.days._chips)[:1])
    view.opening.save.click()
    opened.until(lambda: bool(openings_of(view)))
    [line] = openings_of(view)
    view._viewmodel.show_panel(Panel.OPENING, opening=line)
    view.opening.closes.setText("13 h 50")

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == AGENDA)
    again = agenda_of(opened)
    opened.until(lambda: again.opening.closes.text() == "13 h 50")
    permanence = again._viewmodel.state.opening
    assert permanence is not None
    assert permanence.id == line.id


def test_a_permanence_an_absence_or_a_wait_being_typed_comes_back(opened: Opened) -> None:
    opened.unlock()
    view = open_agenda(opened)
    view._viewmodel.show_panel(Panel.OPENING)
    form = view.opening
    form.days.set_value(["1", "3"] if "1" in form.days._chips else list(form.days._chips)[:2])
    days = form.days.value
    form.opens.setText("8 h 20")
    form.repeat.set_value("monthly")
    form.on_holidays.setChecked(True)

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == AGENDA)
    again = agenda_of(opened).opening
    opened.until(lambda: again.opens.text() == "8 h 20")
    assert again.days.value == days
    assert again.on_holidays.isChecked()
    assert again.repeat.value == "monthly"
    assert not again.fields["days"].isVisible(), "a monthly permanence has no days to tick"

    view = open_agenda(opened)
    view._viewmodel.show_panel(Panel.ABSENCE)
    view.absence.first.setText("1er décembre")
    view.absence.begins.setText("9")

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == AGENDA)
    absence = agenda_of(opened).absence
    opened.until(lambda: absence.first.text() == "1er décembre")
    assert absence.begins.text() == "9"

    view = open_agenda(opened)
    view._viewmodel.show_panel(Panel.WAIT)
    view.wait.person.setText("bros")
    view.wait.comment.setText("plutôt le matin")
    view.wait.comment.setFocus()

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == AGENDA)
    wait = agenda_of(opened).wait
    opened.until(lambda: wait.comment.value == "plutôt le matin")
    assert wait.person.value == "bros"
    assert wait.person.chosen is None
    opened.until(wait.comment.hasFocus)


# The dossier


def test_the_change_of_a_rhythm_comes_back_to_its_programme(opened: Opened) -> None:
    opened.unlock()
    yves = opened.persons[1]
    view = open_dossier(opened, yves)
    card = view.path.programmes
    card.open_start()
    card.starting.save.click()
    opened.until(lambda: bool(going_on(view)))
    opened.until(lambda: not card.starting.is_open)
    [line] = going_on(view)
    card.open_change(line)
    card.new_cadence.set_value(Cadence.MONTHLY.value)
    card.new_length.setText("1 h 20")
    card.new_length.setFocus()

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    again = dossier_of(opened).path.programmes
    opened.until(lambda: again.changing.is_open)
    assert again.new_cadence.value == Cadence.MONTHLY.value
    assert again.new_length.text() == "1 h 20"
    opened.until(again.new_length.hasFocus)
    again.changing.save.click()
    opened.until(lambda: going_on(dossier_of(opened))[0].record.minutes == 80)
    assert going_on(dossier_of(opened))[0].record.id == line.record.id


def test_what_was_typed_in_another_dossier_comes_back_too(opened: Opened) -> None:
    opened.unlock()
    nadia, yves, *_ = opened.persons
    view = open_dossier(opened, yves)
    view.path.steps.open_form()
    QTest.keyClicks(view.path.steps.text, "Appeler la mission locale")
    open_dossier(opened, nadia)
    assert not view.path.steps.form.is_open

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    assert dossier_of(opened).path.steps.form.is_open is False
    again = open_dossier(opened, yves)
    opened.until(lambda: again.path.steps.form.is_open)
    assert again.path.steps.text.text() == "Appeler la mission locale"


def test_a_need_or_a_workshop_being_noted_comes_back(opened: Opened) -> None:
    opened.unlock()
    view = open_dossier(opened, opened.persons[1], "records")
    needs = page_of(view, PersonRecordsView).needs
    opened.until(lambda: needs.theme.count() > 0)
    theme, reason = other_of(needs.theme), other_of(needs.reason)
    needs.theme.set_value(theme)
    needs.reason.set_value(reason)

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    view = dossier_of(opened)
    again = page_of(view, PersonRecordsView).needs
    opened.until(lambda: again.reason.value == reason)
    assert again.theme.value == theme
    assert view.tabs.current == "records"

    opened.desk.workspace.road.open_workshops()
    workshops = opened.desk.window.page(WORKSHOPS)
    assert isinstance(workshops, WorkshopsView)
    opened.until(lambda: workshops._viewmodel.state.sessions is not None)
    workshops.new.click()
    QTest.keyClicks(workshops.form.title, "Cuisine et bud")
    workshops.form.capacity.setText("8?")
    workshops.form.title.setFocus()

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == WORKSHOPS)
    back = opened.desk.window.page(WORKSHOPS)
    assert isinstance(back, WorkshopsView)
    opened.until(lambda: back.form.title.value == "Cuisine et bud")
    assert back.form.isVisible()
    assert back.form.capacity.text() == "8?"
    opened.until(back.form.title.hasFocus)


def test_a_document_being_named_comes_back_with_its_file_or_its_pages(
    opened: Opened, tmp_path: Path
) -> None:
    file = tmp_path / "courrier.pdf"
    file.write_bytes(PDF)
    opened.unlock()
    view = open_dossier(opened, opened.persons[1], "documents")
    documents = documents_of(view)
    documents.take_files([file])
    opened.until(documents.form.isVisible)
    documents.form.title_field.setText("Accord de la CPAM")
    category = other_of(documents.form.category_field)
    documents.form.category_field.set_value(category)

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    again = documents_of(dossier_of(opened))
    opened.until(lambda: again.form.title_field.value == "Accord de la CPAM")
    assert again.form.isVisible()
    assert again.form.category_field.value == category
    again.form.save.click()
    opened.until(lambda: bool(again._viewmodel.state.lines))
    [line] = again._viewmodel.state.lines or ()
    assert line.title == "Accord de la CPAM"

    file = tmp_path / "courrier.pdf"
    file.write_bytes(PDF)
    view = open_dossier(opened, opened.persons[1], "documents")
    documents = documents_of(view)
    documents.take_files([file])
    opened.until(documents.form.isVisible)
    documents.form.save.click()
    opened.until(lambda: bool(documents._viewmodel.state.lines))
    [line] = documents._viewmodel.state.lines or ()
    documents._viewmodel.read(line.id)
    opened.until(lambda: not documents._viewmodel.state.is_busy)
    documents._viewmodel.begin_naming()
    documents.form.title_field.setText("Autre titre")

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    again = documents_of(dossier_of(opened))
    opened.until(lambda: again.form.title_field.value == "Autre titre")
    assert again._viewmodel.state.naming == line.id


def other_of(choice: Choice) -> str:
    """A value that is not the one in sight."""
    keys = [str(choice.itemData(at)) for at in range(choice.count())]
    return next(key for key in reversed(keys) if key != choice.value)


# The road


# All of them


def test_forms_left_open_on_other_pages_wait_there_after_a_lock(opened: Opened) -> None:
    opened.unlock()
    agenda = open_agenda(opened)
    agenda._viewmodel.show_panel(Panel.WAIT)
    agenda.wait.comment.setText("plutôt le matin")
    opened.desk.workspace.road.open_trips()
    trips = opened.desk.window.page(TRIPS)
    assert isinstance(trips, TripsView)
    opened.until(lambda: bool(trips.detail.value))
    trips.kilometres.clear()
    QTest.keyClicks(trips.kilometres, "48")
    view = open_dossier(opened, opened.persons[1])
    view.path.steps.open_form()
    QTest.keyClicks(view.path.steps.text, "Appeler la CAF")
    opened.desk.window.open(TODAY)

    lock_and_unlock(opened)
    lock_and_unlock(opened)  # before anything was looked at
    assert opened.desk.window.current == TODAY
    agenda = open_agenda(opened)
    opened.until(lambda: agenda.wait.comment.value == "plutôt le matin")
    opened.desk.workspace.road.open_trips()
    again_trips = opened.desk.window.page(TRIPS)
    assert isinstance(again_trips, TripsView)
    assert again_trips.kilometres.value == "48"
    again = open_dossier(opened, opened.persons[1])
    opened.until(lambda: again.path.steps.text.text() == "Appeler la CAF")


def test_what_was_answered_does_not_come_back(opened: Opened) -> None:
    opened.unlock()
    view = open_dossier(opened, opened.persons[1])
    view.path.steps.open_form()
    QTest.keyClicks(view.path.steps.text, "Appeler la CAF")
    view.path.steps.form.save.click()
    opened.until(lambda: not view.path.steps.form.is_open)
    agenda = open_agenda(opened)
    agenda.new.click()
    agenda._close_panel()

    lock_and_unlock(opened)
    opened.until(lambda: opened.desk.coming_back._is_back)
    assert opened.desk.window.current == TODAY
    assert not open_dossier(opened, opened.persons[1]).path.steps.form.is_open


def test_two_seconds_of_typing_are_all_that_a_crash_may_take(opened: Opened) -> None:
    opened.unlock()
    view = open_dossier(opened, opened.persons[1])
    view.path.steps.open_form()
    QTest.keyClicks(view.path.steps.text, "Appeler la CAF")
    crash_once(opened, lambda: "Appeler la CAF" in kept(opened))

    opened.unlock()
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    again = dossier_of(opened)
    opened.until(lambda: again.path.steps.form.is_open)
    assert again.path.steps.text.text() == "Appeler la CAF"

    again.path.steps.form.save.click()
    crash_once(opened, lambda: "Appeler la CAF" not in kept(opened))
    opened.unlock()
    opened.until(lambda: opened.desk.coming_back._is_back)
    assert opened.desk.window.current == TODAY, "what was answered does not come back"


def kept(opened: Opened) -> str:
    """What the vault keeps of what is being typed."""
    state, got = opened.desk._session.workplace.store.state, list[str | None]()
    opened.application.background.run(
        Lane.STORE, lambda: state.get("interrupted"), got.append, opened.desk.report
    )
    opened.until(lambda: bool(got))
    return got[0] or ""


def crash_once(opened: Opened, ready: Callable[[], bool]) -> None:
    """Once that is true, the program goes without a word: nothing is asked what it holds."""
    opened.until(ready)
    desk, session = opened.desk, opened.desk._session

    def die() -> Callable[[], None]:
        desk._stop()
        return session.close

    desk.leave = die  # type: ignore[method-assign]  # without a word
    opened.lock()
