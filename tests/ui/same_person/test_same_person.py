"""Two dossiers side by side: what is proposed, chosen, answered and taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.services.persons import NewPerson
from desktop.ui.changes import ChangeBoard
from desktop.ui.same_person import Picks, SamePersonView, SamePersonViewModel
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole, Discretion
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring, professional

Wear = Callable[..., Theme]
BORN = date(1988, 5, 14)


@pytest.fixture
def nadia(desk: Desk) -> tuple[PersonId, PersonId]:
    """Nadia Benali in two dossiers, each with its référent unique; the older first."""
    found = []
    for name, phone, discretion in (
        ("Benali", "0611111111", Discretion.DISCREET),
        ("Ben Ali", "0622222222", Discretion.NORMAL),
    ):
        desk.clock.advance(minutes=1)
        new = NewPerson(birth_name=name, first_name="Nadia", birth_date=BORN, phone1=phone)
        person = desk.persons.create(replace(new, discretion=discretion)).value
        who = professional(desk.workplace, desk.workplace.new_id(), f"Anne {name}", Job.REFERENT)
        bring(desk.workplace, who)
        desk.persons.welcome(person, ProfessionalId(who.id), CircleRole.UNIQUE_REFERENT)
        found.append(person)
    return found[0], found[1]


@pytest.fixture
def viewmodel(
    desk: Desk,
    nadia: tuple[PersonId, PersonId],
    background: InlineBackground,
    board: ChangeBoard,
) -> SamePersonViewModel:
    made = SamePersonViewModel(background, desk.same_persons, board, desk.clock)
    made.open(nadia[1], nadia[0])
    return made


@pytest.fixture
def view(viewmodel: SamePersonViewModel, wear: Wear, qtbot: QtBot) -> SamePersonView:
    wear()
    view = SamePersonView(viewmodel)
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.show()
    return view


def test_each_line_that_differs_proposes_a_value_and_takes_the_other(
    view: SamePersonView, viewmodel: SamePersonViewModel
) -> None:
    assert {name: picks[1].isChecked() for name, picks in view.lines.picks.items()} == {
        "birth_name": True,
        "discretion": False,
        "phone1": True,
    }
    first, second = view.lines.picks["phone1"]
    assert (first.words, second.words) == ("06 11 11 11 11", "06 22 22 22 22")
    first.click()
    assert viewmodel.state.from_other == {"birth_name"}
    assert not second.isChecked()
    assert view.lines.picks["birth_name"][1].isChecked()


def test_dossiers_are_joined_with_what_was_chosen_and_it_can_be_taken_back(
    view: SamePersonView,
    viewmodel: SamePersonViewModel,
    desk: Desk,
    nadia: tuple[PersonId, PersonId],
    qtbot: QtBot,
) -> None:
    older, newer = nadia
    view.lines.picks["phone1"][0].click()
    chosen = desk.same_persons.compare(older, newer).referents[1]
    viewmodel.choose_referent(chosen.id)
    offered: list[Callable[[], object]] = []
    view.undo_offered.connect(lambda _, undo: offered.append(undo))
    with qtbot.waitSignal(view.joined) as joined:
        QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        view.join.click()
    assert joined.args == [older]
    sheet = desk.persons.sheet(newer)
    assert (sheet.name, sheet.person.phone1) == ("Nadia Ben Ali", "0611111111")
    assert sheet.referent is not None
    assert sheet.referent.id == chosen.id
    offered[-1]()
    assert desk.persons.sheet(older).name == "Nadia Benali"
    assert desk.persons.sheet(newer).dossiers[0] == newer


def test_two_persons_stay_two_until_it_is_taken_back(
    view: SamePersonView, desk: Desk, nadia: tuple[PersonId, PersonId], qtbot: QtBot
) -> None:
    while desk.duplicates.compare_waiting().value:
        pass
    offered: list[Callable[[], object]] = []
    view.undo_offered.connect(lambda _, undo: offered.append(undo))
    assert len(desk.duplicates.of(nadia[0])) == 1
    with qtbot.waitSignal(view.closed):
        view.apart.click()
    assert desk.duplicates.of(nadia[0]) == []
    offered[0]()
    assert len(desk.duplicates.of(nadia[0])) == 1


def test_dossiers_joined_meanwhile_are_said_to_be(
    view: SamePersonView, viewmodel: SamePersonViewModel, nadia: tuple[PersonId, PersonId]
) -> None:
    viewmodel.join()
    viewmodel.open(*nadia)
    assert view.gone.isVisible()
    assert viewmodel.state.comparison is None


def test_what_follows_is_said_before_it_is_done(view: SamePersonView) -> None:
    told = view.header.subtitle.text()
    assert "Anne Ben Ali, Anne Benali liront aussi l’autre dossier" in told
    assert "séparer à nouveau" in told


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_everything_can_be_read_and_reached(
    view: SamePersonView, wear: Wear, qtbot: QtBot, mode: Mode, scale: int
) -> None:
    wear(mode=mode, scale=scale)
    qtbot.wait(20)
    assert_accessible(view)


def test_the_tab_key_stops_on_the_value_that_is_kept(view: SamePersonView) -> None:
    for picks in view.lines.picks.values():
        stops = [bool(pick.focusPolicy().value & Qt.FocusPolicy.TabFocus.value) for pick in picks]
        assert stops == [pick.isChecked() for pick in picks]
    kept, left = reversed(view.lines.picks["phone1"])
    kept.setFocus()
    QTest.keyClick(kept, Qt.Key.Key_Left)
    assert left.isChecked()
    assert left.hasFocus()


def test_what_was_chosen_is_found_again(
    viewmodel: SamePersonViewModel, nadia: tuple[PersonId, PersonId]
) -> None:
    assert viewmodel.state.comparison is not None
    referent = viewmodel.state.comparison.referents[1].id
    viewmodel.open(*nadia, Picks(frozenset({"discretion", "first_name"}), referent))
    assert viewmodel.state.from_other == {"discretion"}, "the first names are the same"
    assert viewmodel.state.referent == referent
    viewmodel.open(*nadia, Picks(frozenset(), "somebody who left"))
    assert viewmodel.state.from_other == frozenset()
    assert viewmodel.state.referent == viewmodel.state.comparison.referents[0].id


def test_a_long_value_is_shown_whole_over_several_lines(
    view: SamePersonView,
    viewmodel: SamePersonViewModel,
    desk: Desk,
    nadia: tuple[PersonId, PersonId],
    wear: Wear,
    qtbot: QtBot,
) -> None:
    told = "Orientée par sa médecin : ne dort plus depuis l’été, et ne sort plus guère. " * 4
    for person in nadia:
        sheet = desk.persons.sheet(person)
        desk.persons.edit(replace(sheet.person, request=f"{told} ({sheet.name})"))
    viewmodel.open(*nadia)
    for scale in (100, 200):
        wear(scale=scale)
        qtbot.wait(20)
        assert_accessible(view)
