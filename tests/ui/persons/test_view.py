"""What only the page of persons can get wrong: keys, empty pages, large letters."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.services.persons import NewPerson
from desktop.ui.changes import ChangeBoard
from desktop.ui.persons import PersonsView, PersonsViewModel
from desktop.ui.theme import Mode, Theme
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, seed_small

Wear = Callable[..., Theme]


@pytest.fixture
def empty(
    desk: Desk, background: InlineBackground, board: ChangeBoard, wear: Wear, qtbot: QtBot
) -> PersonsView:
    wear()
    view = PersonsView(PersonsViewModel(background, desk.persons, board, desk.clock))
    qtbot.addWidget(view)
    view.resize(1110, 720)
    return view


@pytest.fixture
def view(desk: Desk, empty: PersonsView, qtbot: QtBot) -> PersonsView:
    seed_small(desk)
    empty.show()
    qtbot.waitUntil(lambda: bool(empty.caseload.read_pages))
    return empty


def test_typing_a_name_and_enter_opens_the_dossier(
    desk: Desk, view: PersonsView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.person_requested) as asked:
        QTest.keyClicks(view.search, "mori")
        QTest.keyClick(view.search, Qt.Key.Key_Return)

    [yves] = desk.persons.search("morisset")
    assert asked.args == [yves.id]


def test_enter_opens_who_answers_what_is_typed_and_nobody_found_before(
    desk: Desk, view: PersonsView, background: InlineBackground, qtbot: QtBot
) -> None:
    QTest.keyClicks(view.search, "benali")
    background.hold()
    view.search.clear()
    QTest.keyClicks(view.search, "mori")
    with qtbot.assertNotEmitted(view.person_requested):
        QTest.keyClick(view.search, Qt.Key.Key_Return)
    with qtbot.waitSignal(view.person_requested, timeout=0) as asked:
        background.release()
    [yves] = desk.persons.search("morisset")
    assert asked.args == [yves.id]


def test_an_answer_that_comes_after_she_left_the_page_opens_nobody(
    view: PersonsView, background: InlineBackground, qtbot: QtBot
) -> None:
    background.hold()
    QTest.keyClicks(view.search, "mori")
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    view.hide()
    with qtbot.assertNotEmitted(view.person_requested):
        background.release()


def test_down_goes_from_the_box_to_the_list_and_enter_opens(
    desk: Desk, view: PersonsView, qtbot: QtBot
) -> None:
    QTest.keyClick(view.search, Qt.Key.Key_Down)
    QTest.keyClick(view.list, Qt.Key.Key_Down)

    with qtbot.waitSignal(view.person_requested) as asked:
        QTest.keyClick(view.list, Qt.Key.Key_Return)

    assert asked.args == [desk.persons.caseload()[1].id]


def test_esc_empties_the_box_before_it_leaves_the_page(view: PersonsView, qtbot: QtBot) -> None:
    QTest.keyClicks(view.search, "zzzz")
    assert view.not_found.isVisible()
    assert "zzzz" in view.not_found.sentence

    QTest.keyClick(view.search, Qt.Key.Key_Escape)

    assert view.search.text() == ""
    assert view.list.isVisible()


def test_an_empty_laptop_says_how_to_begin(
    desk: Desk, empty: PersonsView, board: ChangeBoard, qtbot: QtBot
) -> None:
    empty.show()
    assert empty.nobody.isVisible()
    with qtbot.waitSignal(empty.new_person_requested):
        empty.nobody.button.click()

    board.announce(desk.persons.create(NewPerson("Abadie", "Rose")).touched)

    qtbot.waitUntil(empty.list.isVisible)
    assert empty.header.subtitle.text() == "1 personne sur ce poste"


def test_an_import_is_asked_for(view: PersonsView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.import_requested):
        QTest.mouseClick(view.bring, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
@pytest.mark.parametrize("typed", ["", "mori", "zzzz"])
def test_the_page_is_readable_by_everybody(
    view: PersonsView, wear: Wear, qtbot: QtBot, mode: Mode, scale: int, typed: str
) -> None:
    wear(mode=mode, scale=scale)
    QTest.keyClicks(view.search, typed)
    qtbot.wait(20)

    assert_accessible(view)
