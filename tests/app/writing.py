"""What somebody does in an open Coffre, and what she sees of it: each waits for its page."""

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.app.writing_pages import FOLLOW_UP, PERSON_FORM
from desktop.ui.person_form import PersonFormView
from tests.app.conftest import Opened


def words_of(window: QWidget) -> str:
    """Return every word a window shows."""
    shown = [getattr(w, "text", str)() for w in window.findChildren(QWidget) if w.isVisible()]
    return " ".join(str(word) for word in shown)


def summary_field(opened: Opened) -> QPlainTextEdit:
    """Return the field of the shared summary."""
    page = opened.desk.window.page(FOLLOW_UP)
    return page.shared.summary.field.findChild(QPlainTextEdit) or page.shared.summary.field  # type: ignore[attr-defined,no-any-return]  # the editor's own names


def begin_to_write(opened: Opened) -> QPlainTextEdit:
    """Open the editor on Yves' meeting; return the field of the summary, once it can be seen.

    The fields of an editor that reads are out of sight, not disabled: words typed there are lost.
    """
    opened.desk.workspace.open_meeting(opened.persons[1], "")
    editor = opened.desk.workspace.writing._follow_up
    assert editor is not None
    opened.until(lambda: editor.state.form is not None)
    field = summary_field(opened)
    opened.until(lambda: field.isVisible() and field.isEnabled())
    return field


def sheet_of(opened: Opened) -> PersonFormView:
    """Return the page on which somebody's sheet is typed."""
    form = opened.desk.window.page(PERSON_FORM)
    assert isinstance(form, PersonFormView)
    return form


def begin_a_sheet(opened: Opened) -> None:
    """Open the sheet of somebody new, and type her name on it."""
    opened.desk.workspace.new_person()
    field = sheet_of(opened).fields["birth_name"].field
    opened.until(lambda: field.isVisible() and field.isEnabled())
    QTest.keyClicks(field, "Abadie")
