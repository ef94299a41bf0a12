"""« Ateliers »: announced, filled from the dossiers, and who came said in one gesture."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop.config.guard_words import guard_words_text
from desktop.domain.free_text import FreeTextGuard, read_lexicon
from desktop.services.workshops import NewSession
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.free_text import GuardLine
from desktop.ui.kit import Choice, LinkButton
from desktop.ui.theme import Mode, Theme
from desktop.ui.workshops import WorkshopsView, WorkshopsViewModel
from protocol.ids import PersonId, SessionId
from protocol.kinds.programmes import Attendance, WorkshopTheme
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk

Wear = Callable[..., Theme]
Offers = list[tuple[str, Callable[[], None]]]


@pytest.fixture
def view(
    desk: Desk,
    persons: list[PersonId],
    background: InlineBackground,
    board: ChangeBoard,
    wear: Wear,
    qtbot: QtBot,
) -> WorkshopsView:
    wear()
    view = WorkshopsView(
        WorkshopsViewModel(background, desk.workshops, desk.directory, board, desk.clock),
        FreeTextGuard(read_lexicon(guard_words_text())),
    )
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.show()
    return view


@pytest.fixture
def offers(view: WorkshopsView) -> Offers:
    """What the window offers to take back."""
    told: Offers = []
    view.undo_offered.connect(lambda words, undo: told.append((words, undo)))
    return told


@pytest.fixture
def dossier(
    desk: Desk,
    persons: list[PersonId],
    background: InlineBackground,
    board: ChangeBoard,
    wear: Wear,
    qtbot: QtBot,
) -> DossierView:
    """The « Parcours » of the first person."""
    wear()
    names = [item.name for item in fields(DossierServices)]
    services = DossierServices(**{name: getattr(desk, name) for name in names})
    view = DossierView(DossierViewModel(background, services, board, desk.clock))
    qtbot.addWidget(view)
    view.resize(1110, 720)
    view.open_path(persons[0])
    view.show()
    return view


def hold(desk: Desk, board: ChangeBoard, title: str, days: int = 7, capacity: int = 2) -> SessionId:
    """Announce a session elsewhere."""
    moment = desk.clock.moment + timedelta(days=days)
    new = NewSession(title, WorkshopTheme.WELLBEING, moment, 120, None, capacity)
    done = desk.workshops.create(new)
    board.announce(done.touched)
    return done.value


def test_a_workshop_is_announced_by_keyboard_and_taken_back(
    view: WorkshopsView, desk: Desk, offers: Offers
) -> None:
    assert view.none.isVisible()
    view.new.click()
    QTest.keyClick(view.form.title, Qt.Key.Key_Return)
    assert [name for name, field in view.form.fields.items() if field.problem] == [
        *("title", "day", "at")
    ]
    view.form.title.setText("Bien dormir")
    QTest.keyClicks(view.form.day, "1/12/26")
    QTest.keyClicks(view.form.at, "14h")
    view.form.capacity.setText("200")
    view.form.save.click()
    assert view.form.fields["capacity"].problem
    view.form.capacity.setText("8")
    QTest.keyClick(view.form.capacity, Qt.Key.Key_Return)

    assert not view.form.isVisible()
    (line,) = desk.workshops.sessions()
    assert (line.title, line.capacity, line.starts_at.hour) == ("Bien dormir", 8, 14)
    assert view.session.heading.text() == "Bien dormir"
    assert "animé par vous" in view.about.text()
    assert offers[-1][0] == "Atelier annoncé."
    offers[-1][1]()
    assert view.none.isVisible()


def test_who_came_is_said_in_one_gesture_and_taken_back(
    view: WorkshopsView, desk: Desk, persons: list[PersonId], board: ChangeBoard, offers: Offers
) -> None:
    session = hold(desk, board, "Bien dormir")
    board.announce(desk.workshops.register(session, persons[0], first_step_with=True).touched)
    assert view.taken.text() == "1 place prise sur 2."
    assert "premier pas accompagné" in " ".join(x.text() for x in view.session.findChildren(QLabel))

    (attendance,) = view.session.findChildren(Choice)
    attendance.set_value(Attendance.WITHDRAWN.value)
    attendance.chosen.emit(Attendance.WITHDRAWN.value)

    assert view.taken.text().startswith("0 place")
    assert offers[-1][0] == "Nadia Benali\u00a0: désinscription."
    offers[-1][1]()
    assert view.taken.text() == "1 place prise sur 2."


def test_a_name_leads_to_the_dossier(
    view: WorkshopsView, desk: Desk, persons: list[PersonId], board: ChangeBoard, qtbot: QtBot
) -> None:
    session = hold(desk, board, "Bien dormir")
    board.announce(desk.workshops.register(session, persons[0], first_step_with=False).touched)
    (name,) = view.session.findChildren(LinkButton)
    with qtbot.waitSignal(view.person_requested) as asked:
        name.click()
    assert asked.args == [persons[0]]


def test_a_workshop_that_is_cancelled_leaves_the_list_until_that_is_taken_back(
    view: WorkshopsView, desk: Desk, board: ChangeBoard, offers: Offers
) -> None:
    hold(desk, board, "Bien dormir")
    view.cancel.click()
    assert view.none.isVisible()
    offers[-1][1]()
    assert view.session.heading.text() == "Bien dormir"


def test_a_person_is_registered_from_her_dossier_while_a_place_is_left(
    dossier: DossierView, desk: Desk, persons: list[PersonId], board: ChangeBoard
) -> None:
    told: Offers = []
    dossier.undo_offered.connect(lambda words, undo: told.append((words, undo)))
    full, free = hold(desk, board, "Budget", capacity=1), hold(desk, board, "Bien dormir", days=9)
    board.announce(desk.workshops.register(full, persons[1], first_step_with=False).touched)
    card = dossier.path.workshops
    card.new.click()
    shown = [card.session.itemText(at) for at in range(card.session.count())]
    assert shown[1].endswith("(complet)")
    assert shown[2].endswith("(2 places)")
    for session, problem in (("", "Choisissez un atelier."), (full, "Cet atelier est complet.")):
        card.session.set_value(session)
        card.form.save.click()
        assert card.form.fields["session"].problem == problem
    card.session.set_value(free)
    card.first_step.set_value("with")
    card.form.save.click()

    (line,) = desk.workshops.of_person(persons[0])
    assert (line.session.id, line.first_step_with) == (free, True)
    card.new.click()
    card.session.set_value(free)
    card.form.save.click()
    assert card.form.fields["session"].problem == "Cette personne y est déjà inscrite."
    assert told[-1][0] == "Inscription\u00a0: Bien dormir."
    told[-1][1]()
    assert desk.workshops.of_person(persons[0]) == []


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_page_is_readable_by_everybody(
    view: WorkshopsView,
    desk: Desk,
    persons: list[PersonId],
    board: ChangeBoard,
    wear: Wear,
    qtbot: QtBot,
    mode: Mode,
    scale: int,
) -> None:
    wear(mode=mode, scale=scale)
    session = hold(desk, board, "Bien dormir, se sentir mieux et retrouver de l’énergie")
    hold(desk, board, "Budget", days=-3)
    for person in persons[:2]:
        board.announce(desk.workshops.register(session, person, first_step_with=True).touched)
    view.form.open_form()

    def is_readable() -> None:
        assert_accessible(view)

    qtbot.waitUntil(is_readable)


def test_the_title_of_a_workshop_is_looked_over_but_its_subject_is_free(
    view: WorkshopsView, wear: Wear
) -> None:
    view.new.click()
    [line] = view.form.findChildren(GuardLine)
    view.form.title.set_value("Vivre avec la schizophrénie")
    line.look()
    assert line.sentence == ""
    view.form.title.set_value("Atelier des fainéants")
    line.look()
    assert "“fainéants”" in line.sentence
    wear(scale=200)
    QApplication.processEvents()
    assert_accessible(view)
