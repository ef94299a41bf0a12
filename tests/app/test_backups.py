"""« Sauvegardes » in the real window: a copy made, something lost, and given back."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from desktop.app.backup_pages import BACKUPS
from desktop.app.session import Session
from desktop.app.workspace import SETTINGS
from desktop.services.follow_up_form import FollowUpForm
from desktop.ui.background import Lane
from desktop.ui.backups import BackupsView
from desktop.ui.kit import MarkedText
from desktop.ui.settings import SettingsView
from protocol.ids import PersonId
from protocol.kinds import Appointment, Person
from tests.app.conftest import Opened
from tests.support.accessibility import assert_accessible

T = TypeVar("T")


def opened_page(opened: Opened) -> BackupsView:
    """Go there as somebody does: by the settings."""
    opened.unlock()
    opened.desk.window.open(SETTINGS)
    settings = opened.desk.window.page(SETTINGS)
    assert isinstance(settings, SettingsView)
    settings.backups_button.click()
    page = opened.desk.window.page(BACKUPS)
    assert isinstance(page, BackupsView)
    assert opened.desk.window.current == BACKUPS
    return page


def in_store(opened: Opened, work: Callable[[Session], T]) -> T:
    """Do something in the store's lane, as the pages do, and wait for it."""
    session: Session = opened.desk._session
    answers: list[T] = []
    failures: list[Exception] = []
    opened.application.background.run(
        Lane.STORE, lambda: work(session), answers.append, failures.append
    )
    opened.until(lambda: bool(answers or failures))
    assert failures == []
    return answers[0]


def lose_something(session: Session) -> str:
    """Delete an appointment, change what is said of a person; return what she had asked."""
    records = session.workplace.store.records
    person = next(one for one in records.select(Person) if one.request)
    with session.workplace.work() as work:
        work.delete(Appointment, records.select(Appointment, limit=1)[0].id)
        work.save(replace(person, request="Écrit par mégarde."))
    return str(person.request)


def type_something(session: Session) -> FollowUpForm:
    """Leave a follow-up unfinished."""
    person = session.workplace.store.records.select(Person, limit=1)[0]
    form = replace(session.services.follow_ups.begin(PersonId(person.id)), summary="Resté en plan.")
    session.services.follow_ups.autosave(form)
    return form


def test_what_was_lost_is_shown_given_back_and_taken_back(opened: Opened) -> None:
    page = opened_page(opened)
    opened.until(lambda: not opened.desk.backups.watch.is_copying)
    typed = in_store(opened, type_something)
    page.make_button.click()
    opened.until(lambda: page.copy_rows.rowCount() >= 1)
    opened.until(lambda: not opened.desk.backups.watch.is_copying)
    newest = page.copy_rows.rows[0].key
    asked = in_store(opened, lose_something)
    in_store(opened, lambda session: session.services.follow_ups.discard(typed.target))

    page.copies.opened.emit(newest)
    opened.until(lambda: page.line_rows.rowCount() == 3)
    assert "Elle garde aussi 1" in page.summary.text()
    assert "1\u00a0élément effacé, 1\u00a0élément changé" in page.summary.text().replace(
        "1 é", "1\u00a0é"
    )
    assert page.one_button.isHidden()
    changed = next(row for row in page.line_rows.rows if "Personne" in row.title)
    page.lines.opened.emit(changed.key)
    opened.until(page.detail.isVisible)
    told = " ".join(text.toPlainText() for text in page.detail.findChildren(MarkedText))
    assert asked in told
    assert "Écrit par mégarde." in told

    page.one_button.click()
    opened.until(lambda: page.line_rows.rowCount() == 2)
    assert in_store(opened, requests).count(asked) == 1
    opened.desk.window.undo_bar.undo()
    opened.until(lambda: page.line_rows.rowCount() == 3)
    assert "Écrit par mégarde." in in_store(opened, requests)

    page.all_button.click()
    assert page.sure.isVisible()
    page.sure.remedy.click()
    opened.until(lambda: page.line_rows.rowCount() == 0 and "Rien de vous" in page.summary.text())
    assert "Écrit par mégarde." not in in_store(opened, requests)

    # Of a form that is being typed today, the copy's words are shown, and nothing replaces hers.
    again = replace(typed, summary="Repris aujourd’hui.")
    in_store(opened, lambda session: session.services.follow_ups.autosave(again))
    opened.application.theme.choose_scale(200)
    opened.desk.window.resize(1366, 768)
    opened.until(lambda: page.preview_card.visibleRegion().isEmpty())
    page.copies.opened.emit(newest)
    opened.until(lambda: page.line_rows.rowCount() == 1)
    # In large letters it stands below the copies: it is brought in sight.
    opened.until(lambda: not page.lines.visibleRegion().isEmpty())
    opened.application.theme.choose_scale(100)
    page.lines.opened.emit(page.line_rows.rows[0].key)
    opened.until(page.detail.isVisible)
    told = " ".join(text.toPlainText() for text in page.detail.findChildren(MarkedText))
    assert "Resté en plan." in told
    assert page.stays.isVisible()
    assert page.one_button.isHidden()
    assert page.all_button.isHidden()
    assert_accessible(opened.desk.window)


def requests(session: Session) -> list[str]:
    return [str(one.request) for one in session.workplace.store.records.select(Person)]


def test_f8_hides_the_names_of_what_a_copy_holds_and_brings_them_back(opened: Opened) -> None:
    page = opened_page(opened)
    opened.until(lambda: not opened.desk.backups.watch.is_copying)
    page.make_button.click()
    opened.until(lambda: page.copy_rows.rowCount() >= 1)
    opened.until(lambda: not opened.desk.backups.watch.is_copying)
    in_store(opened, lose_something)
    page.copies.opened.emit(page.copy_rows.rows[0].key)
    opened.until(lambda: page.line_rows.rowCount() == 2)
    changed = next(row for row in page.line_rows.rows if "Personne" in row.title)
    page.lines.opened.emit(changed.key)
    opened.until(page.detail.isVisible)

    whole = [row.title for row in page.line_rows.rows]
    opened.desk.discreet.toggle()
    opened.until(lambda: changed.title not in [row.title for row in page.line_rows.rows])
    hidden = [row.title for row in page.line_rows.rows]
    names = {word for title in whole for word in title.split(" · ")[-1].split()}
    assert not [name for name in names if any(name in title for title in hidden)], hidden
    assert page.detail.isVisible(), "the record that was looked at is still there"
    opened.desk.discreet.toggle()
    opened.until(lambda: [row.title for row in page.line_rows.rows] == whole)


def test_leaving_the_page_forgets_what_a_copy_holds(opened: Opened) -> None:
    page = opened_page(opened)
    page.make_button.click()
    opened.until(lambda: not opened.desk.backups.watch.is_copying)
    opened.until(lambda: page.copy_rows.rowCount() >= 1)
    in_store(opened, lose_something)
    page.copies.opened.emit(page.copy_rows.rows[0].key)
    opened.until(lambda: page.line_rows.rowCount() == 2)
    opened.desk.window.back()
    assert page.line_rows.rowCount() == 0
    assert page.summary.text() == ""


def test_a_lock_during_a_copy_closes_the_vault_and_leaves_no_unfinished_copy(
    opened: Opened,
) -> None:
    page = opened_page(opened)
    page.make_button.click()
    with opened.bot.waitSignal(opened.application.locked):
        opened.application.lock()
    folder = opened.folders.vault / "snapshots"
    assert not (opened.folders.vault / "coffre.db-wal").exists()  # nobody read it any more
    opened.unlock()
    opened.until(lambda: not list(folder.glob("*.tmp*")))


@pytest.mark.parametrize("scale", [100, 200])
def test_the_page_is_read_and_walked_by_keyboard_at_any_size(opened: Opened, scale: int) -> None:
    page = opened_page(opened)
    opened.application.theme.choose_scale(scale)
    page.make_button.click()
    opened.until(lambda: not opened.desk.backups.watch.is_copying)
    opened.until(lambda: page.copy_rows.rowCount() >= 1)
    in_store(opened, lose_something)
    page.copies.opened.emit(page.copy_rows.rows[0].key)
    opened.until(lambda: page.line_rows.rowCount() == 2)
    page.lines.opened.emit(page.line_rows.rows[0].key)
    opened.until(page.detail.isVisible)
    page.export_card.begin.click()
    assert_accessible(opened.desk.window)
