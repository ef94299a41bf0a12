"""What only the form's page can get wrong: fields, the list of communes, large letters."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from desktop.config.guard_words import guard_words_text
from desktop.domain.free_text import FreeTextGuard, read_lexicon
from desktop.ui.changes import ChangeBoard
from desktop.ui.free_text import GuardLine
from desktop.ui.kit import SecondaryButton
from desktop.ui.person_form import PersonFormView, PersonFormViewModel
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId
from tests.support.accessibility import assert_accessible
from tests.support.departure import leave
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk
from tests.support.shown_words import painted, shown_words

Wear = Callable[..., Theme]


@pytest.fixture
def view(
    desk: Desk,
    persons: list[PersonId],
    background: InlineBackground,
    board: ChangeBoard,
    wear: Wear,
    qtbot: QtBot,
) -> PersonFormView:
    wear()
    model = PersonFormViewModel(
        background,
        desk.persons,
        desk.person_drafts,
        desk.duplicates,
        desk.directory,
        board,
        desk.clock,
    )
    view = PersonFormView(model)
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.start_new()
    view.show()
    return view


def test_the_sheet_of_somebody_is_never_taken_for_a_new_one_while_it_is_read(
    view: PersonFormView, persons: list[PersonId], background: InlineBackground
) -> None:
    background.hold()
    view.start_edit(persons[1])
    assert view.header.title.text() == "Modifier la fiche"
    background.release()
    assert view.header.title.text() == "Modifier la fiche · Yves Morisset"


def test_a_sheet_that_is_open_when_its_dossier_leaves_says_so(
    view: PersonFormView, desk: Desk, persons: list[PersonId], board: ChangeBoard, qtbot: QtBot
) -> None:
    view.start_edit(persons[1])
    _type(view, "language", "arabe")

    board.announce(leave(desk, persons[1]))

    assert view.notice.isVisible()
    assert not view.save.isEnabled()
    assert view.header.title.text() == "Modifier la fiche · Yves Morisset"
    assert view.typed.language == "arabe"
    with qtbot.waitSignal(view.closed):
        view.notice.remedy.click()
    assert desk.person_drafts.lines() == []


def test_a_new_dossier_is_not_taken_for_one_that_has_left(
    view: PersonFormView, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    _type(view, "birth_name", "Abadie")
    board.announce(leave(desk, persons[1]))
    assert not view.notice.isVisible()


def test_a_dossier_is_opened_by_keyboard(view: PersonFormView, desk: Desk, qtbot: QtBot) -> None:
    _type(view, "birth_name", "Abadie")
    _type(view, "first_name", "Rose")
    _type(view, "birth", "4/3/79")
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)

    with qtbot.waitSignal(view.saved) as saved:
        QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert saved.args is not None
    assert desk.persons.sheet(PersonId(saved.args[0])).name == "Rose Abadie"
    assert view.typed.birth_name == ""


def test_a_commune_is_chosen_in_a_list_that_shows_postal_codes(
    view: PersonFormView, desk: Desk
) -> None:
    _type(view, "birth_name", "Abadie")
    _type(view, "first_name", "Rose")
    _type(view, "commune", "niort")
    words = [choice.words for choice in view.commune.proposed]
    assert "Niort (79000)" in words
    assert view.typed.commune is None

    view.commune._list.activated.emit("Niort (79000)")

    assert view.commune.text() == "Niort (79000)"
    view.save.click()
    [rose] = desk.persons.search("abadie rose")
    assert rose.commune_name == "Niort"


def test_typing_over_a_chosen_commune_forgets_it(view: PersonFormView) -> None:
    _type(view, "commune", "niort")
    view.commune._list.activated.emit("Niort (79000)")

    QTest.keyClicks(view.commune, "x")

    assert view.typed.commune is None


def test_the_first_problem_gets_the_keyboard(view: PersonFormView, qtbot: QtBot) -> None:
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    _type(view, "birth_name", "Abadie")

    view.save.click()

    assert view.fields["first_name"].problem
    assert view.fields["first_name"].field.hasFocus()


def test_a_likely_duplicate_is_shown_and_its_dossier_opened(
    view: PersonFormView, persons: list[PersonId], qtbot: QtBot
) -> None:
    _type(view, "birth_name", "Morisset")
    _type(view, "first_name", "Yves")
    _type(view, "phone1", "06 12 34 56 01")
    qtbot.waitUntil(view.near.isVisible)
    assert "Ouvrir quand même" in view.save.text()
    [look] = view.near.findChildren(SecondaryButton)
    assert "Morisset Yves" in look.accessibleName()

    with qtbot.waitSignal(view.person_requested) as asked:
        look.click()

    assert asked.args == [persons[1]]


def test_a_sheet_is_corrected_with_what_is_known(
    view: PersonFormView, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    view.start_edit(persons[1])
    assert view.typed.birth_name == "Morisset"
    assert view.typed.phone1 == "06 12 34 56 01"
    assert view.fields["status"].isVisible()
    view.interpreter.setChecked(True)
    _type(view, "phone2", "05 49 00 00 00")

    with qtbot.waitSignal(view.saved):
        view.save.click()

    person = desk.persons.sheet(persons[1]).person
    assert (person.interpreter_needed, person.phone2) == (True, "0549000000")


def test_what_was_erased_is_offered_back(view: PersonFormView, qtbot: QtBot) -> None:
    _type(view, "birth_name", "Abadie")
    with qtbot.waitSignal(view.undo_offered) as offered:
        view.discard.click()
    assert view.typed.birth_name == ""
    assert offered.args is not None

    offered.args[1]()

    assert view.typed.birth_name == "Abadie"


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_page_is_readable_by_everybody(
    view: PersonFormView, wear: Wear, qtbot: QtBot, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    model = view._viewmodel
    model.type(replace(model.state.typed, birth_name="Morisset", first_name="Yves"))
    model.type(replace(model.state.typed, phone1="0612345601", birth="jamais"))
    qtbot.waitUntil(lambda: bool(model.state.near))
    model.save()
    qtbot.wait(20)

    assert_accessible(view)


def _type(view: PersonFormView, name: str, text: str) -> None:
    field = view.fields[name].field
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, text)


def test_a_draft_is_shown_with_its_two_answers(
    view: PersonFormView, persons: list[PersonId], qtbot: QtBot
) -> None:
    _type(view, "birth_name", "Abadie")
    view.start_edit(persons[1])
    assert not view.draft_notice.isVisible()

    view.start_new()
    assert view.draft_notice.isVisible()
    assert "brouillon" in view.draft_notice.sentence
    view.draft_notice.remedy.click()
    assert not view.draft_notice.isVisible()
    assert view.typed.birth_name == "Abadie"

    view.start_edit(persons[1])
    view.start_new()
    view.draft_notice.throw_away.click()
    assert view.typed.birth_name == ""
    assert not view.draft_notice.isVisible()


def test_leaving_the_page_keeps_the_draft(view: PersonFormView, desk: Desk) -> None:
    _type(view, "birth_name", "Abadie")

    view.hide()

    assert [line.person_name for line in desk.person_drafts.lines()] == ["Abadie"]


def test_in_discreet_mode_names_are_masked_and_still_kept(
    view: PersonFormView, desk: Desk, persons: list[PersonId]
) -> None:
    view.start_edit(persons[1])
    view.show_discreet(True)
    told = shown_words(view)
    assert view.veiled.isVisible()
    assert "Morisset" not in told.replace("Modifier la fiche · Yves Morisset", "")
    assert view.typed.birth_name == "Morisset"
    view.show_discreet(False)
    assert not view.veiled.isVisible()
    assert "Morisset" in painted(view)


def test_what_everybody_will_read_is_looked_over(view: PersonFormView) -> None:
    guarded = PersonFormView(view._viewmodel, FreeTextGuard(read_lexicon(guard_words_text())))
    request = guarded.fields["request"]
    request.field.set_value("Alcoolique, dit-on.")  # type: ignore[attr-defined]  # a text
    safe = guarded.fields["safe_contact_note"]
    safe.field.set_value("Appeler sa sœur au 06 12 34 56 78")  # type: ignore[attr-defined]
    said = {}
    for name, labeled in (("request", request), ("safe", safe)):
        [line] = labeled.findChildren(GuardLine)
        line.look()
        said[name] = not line.isHidden()
    assert said == {"request": True, "safe": False}
