"""What looks like one person twice is noticed without being asked, and outlives a lock."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop.app.likeness_watch import LikenessWatch
from desktop.app.workspace import TODAY
from desktop.services.persons import NewPerson
from desktop.ui.changes import ChangeBoard
from protocol.ids import ProfessionalId
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleRole, IdentifierScheme
from tests.app.conftest import Opened
from tests.app.writing import words_of
from tests.support.fleet import enrolled
from tests.support.inline_background import InlineBackground
from tests.support.laptop import MELLE, Desk, make_desk
from tests.support.office import Office


@pytest.fixture
def desk(tmp_path: Path, qapp: QCoreApplication) -> Iterator[Desk]:
    desk = make_desk(tmp_path / "laptop")
    yield desk
    desk.store.close()


@pytest.fixture
def board(qapp: QCoreApplication) -> ChangeBoard:
    return ChangeBoard()


@pytest.fixture
def watch(desk: Desk, board: ChangeBoard) -> LikenessWatch:
    def refuse(failure: Exception) -> None:
        raise failure

    return LikenessWatch(InlineBackground(), desk.duplicates, board, refuse)


def arrive(desk: Desk, board: ChangeBoard, name: str, born: date | None) -> str:
    """Bring somebody, as a synchronisation or a form does."""
    done = desk.persons.create(NewPerson(name, "Nadia", birth_date=born))
    board.announce(done.touched)
    return done.value


def test_a_person_who_arrives_twice_is_noticed_a_little_later(
    watch: LikenessWatch, desk: Desk, board: ChangeBoard, qtbot: QtBot
) -> None:
    arrive(desk, board, "Benali", date(1988, 5, 14))
    arrive(desk, board, "Ben Ali", date(1988, 5, 14))
    with qtbot.waitSignal(
        board.changed,
        check_params_cb=lambda touched: any(item.kind == "same_person" for item in touched),
    ):
        pass
    assert len(desk.duplicates.pairs()) == 1


def test_a_colleagues_dossier_of_somebody_known_is_proposed_once_it_has_arrived(
    office: Office, opened: Opened, tmp_path: Path
) -> None:
    """Mehdi opened one for Nadia as well, and now welcomes Claire in it: her window asks."""
    opened.unlock()
    runner = opened.desk.runner
    opened.until(lambda: runner.progress.last_success is not None)
    mehdi = enrolled(office, tmp_path / "mehdi", "Mehdi Belkacem", Job.REFERENT, opened.clock)
    new = NewPerson("Ben Ali", "Nadia", commune=MELLE, phone1="0612345600")
    his = mehdi.desk.persons.create(new).value
    claire = ProfessionalId(opened.desk._session.workplace.me)
    mehdi.desk.persons.welcome(his, claire, CircleRole.CONTRIBUTOR)
    mehdi.sync()
    mehdi.close()
    opened.clock.advance(minutes=1)
    today = opened.desk.window.open(TODAY)
    assert "même personne" not in words_of(today)
    runner.sync_now()
    opened.until(lambda: "même personne" in words_of(today))
    assert "Nadia Benali" in words_of(today)


def test_a_number_that_comes_later_is_enough_to_look_again(
    watch: LikenessWatch, desk: Desk, board: ChangeBoard, qtbot: QtBot
) -> None:
    both = [arrive(desk, board, "Benali", None) for _ in range(2)]
    while desk.duplicates.compare_waiting().value:
        pass
    assert desk.duplicates.pairs() == []
    for person in both:
        scheme = IdentifierScheme.FRANCE_TRAVAIL
        board.announce(desk.persons.set_identifier(person, scheme, "1234567A").touched)  # type: ignore[arg-type]  # an id of a person
    qtbot.waitUntil(lambda: len(desk.duplicates.pairs()) == 1)


def test_what_was_not_compared_before_a_lock_is_compared_after_it(
    watch: LikenessWatch, desk: Desk, board: ChangeBoard, qtbot: QtBot
) -> None:
    arrive(desk, board, "Benali", date(1988, 5, 14))
    arrive(desk, board, "Ben Ali", date(1988, 5, 14))
    watch.close()
    assert desk.duplicates.pairs() == []
    after = LikenessWatch(InlineBackground(), desk.duplicates, board, lambda failure: None)
    after.begin()
    qtbot.waitUntil(lambda: len(desk.duplicates.pairs()) == 1)
