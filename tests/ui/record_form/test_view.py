"""The form under the hands: every field by keyboard, large letters, one screen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.record_form import Unread
from desktop.ui.kit import PAGE_MARGIN, Chips, Choice, ScrollPage
from desktop.ui.record_form.fields import RecordField, read_number
from desktop.ui.record_form.layouts import layout_of
from desktop.ui.record_form.view import RecordFormView
from desktop.ui.record_form.viewmodel import RecordFormViewModel
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId
from protocol.kinds import KINDS
from protocol.kinds.people import StructureKind
from tests.support.accessibility import assert_accessible
from tests.support.forms import record, structure
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring

Wear = Callable[..., Theme]
KINDS_WITH_FORMS = ("relay", "mobility_diagnosis")


@pytest.fixture
def view(
    model: RecordFormViewModel, desk: Desk, persons: list[PersonId], wear: Wear, qtbot: QtBot
) -> RecordFormView:
    wear()
    bring(
        desk.workplace,
        structure(desk.workplace, "CMP de Niort", StructureKind.CMP),
        structure(desk.workplace, "Plateforme du Mellois", StructureKind.MOBILITY_PLATFORM),
    )
    view = RecordFormView(model)
    qtbot.addWidget(view)
    view.resize(1366 - 208 - 2 * PAGE_MARGIN, 768 - 36)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    return view


@pytest.mark.parametrize("kind", KINDS_WITH_FORMS)
def test_each_declared_field_stands_once_on_the_form(kind: str) -> None:
    names = layout_of(kind).names
    not_typed = {"person", "professional", "follow_up", "created_at", "created_by"}
    assert sorted(names) == sorted(set(KINDS[kind].by_name) - not_typed)


@pytest.mark.parametrize("kind", KINDS_WITH_FORMS)
def test_a_form_holds_on_one_screen(
    view: RecordFormView, persons: list[PersonId], kind: str
) -> None:
    view.viewmodel.begin(kind, persons[1])
    QApplication.processEvents()
    page = view.form.findChildren(ScrollPage)[0]
    assert page.verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("kind", KINDS_WITH_FORMS)
@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_a_form_can_be_read_named_and_gone_through(
    view: RecordFormView, persons: list[PersonId], wear: Wear, kind: str, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    view.viewmodel.begin(kind, persons[1])
    QApplication.processEvents()
    assert_accessible(view)


@pytest.mark.parametrize("kind", KINDS_WITH_FORMS)
def test_the_tab_key_goes_through_each_field_then_out_of_the_form(
    model: RecordFormViewModel,
    desk: Desk,
    persons: list[PersonId],
    wear: Wear,
    qtbot: QtBot,
    kind: str,
) -> None:
    """Its texts are looked over as in the program: a hidden line stands under each."""
    wear()
    view = RecordFormView(model, desk.guard)
    qtbot.addWidget(view)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    view.viewmodel.begin(kind, persons[1])
    QApplication.processEvents()
    form = view.form
    first = form.fields[form.layout_table.names[0]].entry
    first.setFocus()
    seen: list[QWidget] = []
    while form.isAncestorOf(focused()) and len(seen) < 60:
        seen.append(focused())
        press(Qt.Key.Key_Tab)
    assert len(set(seen)) == len(seen)
    entries = [field.entry for field in form.fields.values() if field.widget.isVisible()]
    singles = [entry for entry in entries if not isinstance(entry, Chips)]
    assert [stop for stop in seen if stop in singles] == singles
    assert all(
        any(entry.isAncestorOf(stop) for stop in seen) for entry in entries if entry not in singles
    )
    assert view.close_button.hasFocus()


def test_a_relay_is_asked_for_by_keyboard_alone(
    view: RecordFormView, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    view.viewmodel.begin("relay", persons[1])
    press(Qt.Key.Key_C)  # CMP
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_C)  # CMP de Niort
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Space, Qt.Key.Key_Tab):
        press(key)
    QTest.keyClicks(focused(), "Disponible le matin.")
    QTest.keyClick(focused(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(desk.relays.of(persons[1])))
    [line] = desk.relays.of(persons[1])
    assert (line.to.value, line.structure_name, line.person_agreed) == ("cmp", "CMP de Niort", True)
    assert line.request == "Disponible le matin."


def test_a_date_that_is_none_is_said_under_its_field_which_gets_the_keyboard(
    view: RecordFormView, persons: list[PersonId]
) -> None:
    view.viewmodel.begin("relay", persons[1])
    field = view.form.fields["sent_on"]
    write(field, "jeudi prochain")
    view.form.fields["request"].entry.setFocus()
    assert "pas lisible" in field.problem
    view.finish_button.click()
    assert field.entry.hasFocus()
    write(field, "3/11/26")
    assert field.problem == ""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("25", 25), ("25 km", 25), ("1 200 €", 1200), ("45min", 45), ("", None), ("  ", None)),
        *(("12,5 km", 13), ("12,4", 12), ("0.5", 1)),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["loin", "2,500", "2,", "-3", "25 lieues", "9" * 12, "２５"])
def test_what_is_no_number_stays_as_it_was_typed(text: str) -> None:
    assert read_number(text) == Unread(text)


def test_a_number_beyond_reason_is_said_with_its_bounds(
    view: RecordFormView, desk: Desk, persons: list[PersonId]
) -> None:
    view.viewmodel.begin("mobility_diagnosis", persons[1])
    write(view.form.fields["max_minutes"], "1000")
    view.finish_button.click()
    assert "de 0 à 600" in view.form.fields["max_minutes"].problem
    assert desk.mobility.versions(persons[1]) == []


def test_a_review_shows_what_the_last_one_said_and_yes_is_not_no(
    view: RecordFormView, desk: Desk, persons: list[PersonId]
) -> None:
    record(
        desk.mobility.form,
        persons[1],
        insured=False,
        reads_map=True,
        max_kilometres=30,
        answers=frozenset({"loan"}),
        synthesis="Garage attendu.",
    )
    view.viewmodel.begin("mobility_diagnosis", persons[1])
    shown = {name: field.value for name, field in view.form.fields.items()}
    assert (shown["insured"], shown["reads_map"], shown["roadworthy"]) == (False, True, None)
    assert (shown["max_kilometres"], shown["answers"]) == (30, frozenset({"loan"}))
    assert shown["synthesis"] == "Garage attendu."
    assert not desk.record_drafts.lines(), "showing is not typing"


def test_a_structure_that_was_closed_since_stays_chosen(
    view: RecordFormView, desk: Desk, persons: list[PersonId]
) -> None:
    gone = desk.workplace.new_id()
    sent = record(desk.relays.form, persons[1], to="cmp", structure=gone)
    view.viewmodel.open("relay", sent)
    choice = view.form.fields["structure"].entry
    assert isinstance(choice, Choice)
    assert (choice.value, choice.currentText()) == (gone, "—")


def test_escape_keeps_the_draft_and_closes(
    view: RecordFormView, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    view.viewmodel.begin("relay", persons[1])
    press(Qt.Key.Key_C)
    with qtbot.waitSignal(view.viewmodel.closed):
        press(Qt.Key.Key_Escape)
    assert len(desk.record_drafts.lines()) == 1
    view.viewmodel.begin("relay", persons[1])
    assert view.draft_notice.isVisible()


def test_nothing_is_said_while_a_record_is_being_read(
    view: RecordFormView, persons: list[PersonId], background: InlineBackground, qtbot: QtBot
) -> None:
    assert view.nothing.isVisible()
    background.hold()
    view.viewmodel.begin("relay", persons[1])
    assert not view.nothing.isVisible(), "something is about to be open"
    assert not view.opening.isVisible(), "nor is a wait told before it lasts"
    qtbot.waitUntil(view.opening.isVisible)
    background.release()
    assert not view.nothing.isVisible()
    assert not view.opening.isVisible()
    assert view.form.isVisible()


def test_the_title_is_hers_and_the_windows_is_not(
    view: RecordFormView, persons: list[PersonId]
) -> None:
    view.viewmodel.begin("relay", persons[1])
    assert view.header.title.text() == "Nouveau relais · Yves Morisset"
    assert "Yves" not in view.window().windowTitle()


def write(field: RecordField, text: str) -> None:
    entry = field.entry
    assert isinstance(entry, QLineEdit)
    entry.setFocus()
    entry.selectAll()
    QTest.keyClicks(entry, text)


def press(key: Qt.Key) -> None:
    QTest.keyClick(focused(), key)


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget
