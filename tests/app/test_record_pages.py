"""The pages of the professions in the real window: reached, read, left, and come back to."""

import pytest
from PySide6.QtWidgets import QApplication

from desktop.app.record_pages import RECORD_FORM
from desktop.app.workspace import DOSSIER, TODAY
from desktop.app.writing_pages import FOLLOW_UP
from desktop.ui.dossier import DossierView
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.person_records import PersonRecordsView
from desktop.ui.record_form.view import RecordFormView
from desktop.ui.search import SearchPalette
from desktop.ui.today import TodayView
from protocol.kinds.follow_ups import Medium
from tests.app.conftest import Opened
from tests.support.accessibility import assert_accessible
from tests.support.shown_words import shown_words


def open_form(opened: Opened, kind: str) -> RecordFormView:
    """Open a new form about Yves."""
    opened.desk.workspace.records.begin(kind, opened.persons[1])
    page = opened.desk.window.page(RECORD_FORM)
    assert isinstance(page, RecordFormView)
    opened.until(lambda: page.viewmodel.state.kind == kind)
    opened.until(lambda: page.viewmodel.state.target is not None)
    return page


@pytest.mark.parametrize("scale", [100, 200])
def test_what_is_recorded_can_be_reached_named_and_read(opened: Opened, scale: int) -> None:
    opened.unlock()
    opened.application.theme.choose_scale(scale)
    workspace, window = opened.desk.workspace, opened.desk.window
    workspace.open_person(opened.persons[1])
    dossier = window.page(DOSSIER)
    assert isinstance(dossier, DossierView)
    opened.until(dossier.tabs.isVisible)
    dossier.tabs.open("records")
    [records] = dossier.findChildren(PersonRecordsView)
    opened.until(records.needs.isVisible)
    for _ in range(5):
        QApplication.processEvents()
    assert_accessible(window)
    for kind in ("relay", "mobility_diagnosis"):
        open_form(opened, kind)
        for _ in range(5):
            QApplication.processEvents()
        assert_accessible(window)


def test_a_form_that_was_left_is_reminded_of_and_taken_up_from_the_day(opened: Opened) -> None:
    opened.unlock()
    page = open_form(opened, "relay")
    page.viewmodel.type("request", "Disponible le matin.")
    page.viewmodel.leave()
    today = opened.desk.window.open(TODAY)
    assert isinstance(today, TodayView)
    told = "Brouillon non terminé\u00a0: Relais, Yves Morisset"
    opened.until(lambda: told in [reminder.words for reminder in today.reminders.reminders])
    [reminder] = [one for one in today.reminders.reminders if one.words == told]
    today.reminders.record_asked.emit(*reminder.key.split()[1:])
    opened.until(lambda: opened.desk.window.current == RECORD_FORM)
    opened.until(lambda: page.viewmodel.state.target is not None)
    assert page.form.fields["request"].value == "Disponible le matin."


def test_discreet_mode_covers_the_name_on_a_form(opened: Opened) -> None:
    opened.unlock()
    page = open_form(opened, "relay")
    assert "Morisset" in shown_words(page)
    opened.desk.discreet.choose(discreet=True)
    opened.until(lambda: "Morisset" not in page.header.title.text())
    assert "Morisset" not in shown_words(page)
    opened.desk.discreet.choose(discreet=False)
    opened.until(lambda: "Morisset" in page.header.title.text())


def test_a_call_asks_who_it_is_and_opens_her_follow_up(opened: Opened) -> None:
    opened.unlock()
    opened.desk.workspace.unplanned.ask(Medium.PHONE)
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, SearchPalette)
    assert palette.accessibleName() == "Qui est au téléphone\u00a0?"
    palette.field.setText("morisset")
    opened.until(lambda: palette.model.rowCount() == 1)
    palette.list.opened.emit(palette.model.rows[0].key)
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    page = opened.desk.window.page(FOLLOW_UP)
    assert isinstance(page, FollowUpView)
    opened.until(lambda: page.viewmodel.state.form is not None)
    assert page.viewmodel.form.medium is Medium.PHONE


def test_nobody_is_asked_for_any_more_once_the_laptop_is_locked(opened: Opened) -> None:
    opened.unlock()
    opened.desk.workspace.unplanned.ask(Medium.WALK_IN)
    palette = QApplication.activeModalWidget()
    assert isinstance(palette, SearchPalette)
    opened.lock()
    assert QApplication.activeModalWidget() is None
