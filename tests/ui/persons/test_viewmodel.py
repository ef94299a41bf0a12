"""What « Personnes » decides, on a real store."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from desktop.services.persons import NewPerson, PersonLine
from desktop.ui.background import Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.kit import KEY_ROLE
from desktop.ui.persons import PersonsViewModel
from desktop.ui.persons.model import CaseloadModel, about
from desktop.ui.persons.viewmodel import PAGE
from protocol.kinds.persons import DatePrecision, Sex
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, seed_small


@pytest.fixture
def model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> PersonsViewModel:
    seed_small(desk)
    return PersonsViewModel(background, desk.persons, board, desk.clock)


@pytest.fixture
def caseload(model: PersonsViewModel) -> CaseloadModel:
    """The list as the page ties it to its view-model."""
    caseload = CaseloadModel(PAGE, lambda: model.now)
    model.page_read.connect(caseload.show_page)
    model.outdated.connect(caseload.outdate)
    model.changed.connect(lambda: caseload.show_count(model.state.count or 0))
    caseload.page_wanted.connect(model.read_page)
    return caseload


def test_everybody_is_counted_but_only_who_is_looked_at_is_read(
    desk: Desk, model: PersonsViewModel, caseload: CaseloadModel, qtbot: QtBot
) -> None:
    _bring_many(desk, 250)
    model.refresh()
    assert caseload.rowCount() == 257
    assert caseload.read_pages == frozenset()

    assert caseload.index(0).data() == "…"
    qtbot.waitUntil(lambda: caseload.read_pages == {0})
    assert caseload.index(0).data() == "Audebert Jean-Luc"

    caseload.index(256).data()
    qtbot.waitUntil(lambda: caseload.read_pages == {0, 2})
    assert caseload.index(120).data() == "…"


def test_a_changed_name_touches_its_row_and_never_resets_the_list(
    desk: Desk, model: PersonsViewModel, caseload: CaseloadModel, qtbot: QtBot, board: ChangeBoard
) -> None:
    resets: list[object] = []
    told: list[tuple[int, int]] = []
    caseload.modelReset.connect(lambda: resets.append(1))
    model.refresh()
    _look(caseload, qtbot)
    caseload.dataChanged.connect(lambda a, b: told.append((a.row(), b.row())))
    yves = next(line for line in desk.persons.caseload() if line.name == "Morisset Yves")

    person = desk.persons.sheet(yves.id).person
    board.announce(desk.persons.edit(replace(person, first_name="Yvon")).touched)
    _look(caseload, qtbot, until="Morisset Yvon")

    row = caseload.row_of(yves.id)
    assert row is not None
    assert (row, row) in told
    assert resets == []


def test_a_new_dossier_adds_one_row(
    desk: Desk, model: PersonsViewModel, caseload: CaseloadModel, qtbot: QtBot, board: ChangeBoard
) -> None:
    model.refresh()
    _look(caseload, qtbot)
    inserted: list[QModelIndex] = []
    caseload.rowsInserted.connect(lambda *told: inserted.append(told[0]))

    board.announce(desk.persons.create(NewPerson("Abadie", "Rose")).touched)
    qtbot.waitUntil(lambda: caseload.rowCount() == 8)
    _look(caseload, qtbot, until="Abadie Rose")

    assert len(inserted) == 1
    assert caseload.index(0).data() == "Abadie Rose"


def test_a_page_scrolled_past_is_not_read(
    desk: Desk, model: PersonsViewModel, background: InlineBackground
) -> None:
    _bring_many(desk, 900)
    read: list[int] = []
    model.page_read.connect(lambda number, _: read.append(number))
    background.hold()

    for page in range(9):
        model.read_page(page)
    background.release()

    assert read == [5, 6, 7, 8]
    assert background.asked == [Lane.STORE] * 9


def test_an_answer_that_was_typed_over_never_shows(
    model: PersonsViewModel, background: InlineBackground
) -> None:
    shown: list[tuple[str, tuple[PersonLine, ...] | None]] = []
    model.changed.connect(lambda: shown.append((model.state.asked, model.state.found)))
    background.hold()

    model.search("pel")
    model.search("mori")
    background.release()

    assert model.state.asked == "mori"
    assert [line.name for line in model.state.found or ()] == ["Morisset Yves"]
    assert not [found for _, found in shown if found and found[0].name == "Pelletier Sandrine"]


def test_a_misspelt_name_is_found_and_an_emptied_box_shows_everybody(
    model: PersonsViewModel,
) -> None:
    model.search("gerin elodi")
    assert [line.name for line in model.state.found or ()] == ["Guérin Élodie"]

    model.search("   ")
    assert model.state.found is None
    assert not model.state.is_searching


def test_a_search_is_asked_again_when_somebody_arrives(
    desk: Desk, model: PersonsViewModel, board: ChangeBoard, qtbot: QtBot
) -> None:
    model.search("abadie")
    assert model.state.found == ()

    board.announce(desk.persons.create(NewPerson("Abadie", "Rose")).touched)

    qtbot.waitUntil(lambda: bool(model.state.found))


@pytest.mark.parametrize(
    ("sex", "precision", "words"),
    [
        (Sex.FEMALE, DatePrecision.DAY, "née le 1er janvier 1979"),
        (Sex.MALE, DatePrecision.MONTH, "né en janvier 1979"),
        (Sex.OTHER, DatePrecision.YEAR, "né·e en 1979"),
        (None, DatePrecision.ESTIMATED, "né·e vers 1979"),
    ],
)
def test_a_date_of_birth_is_told_as_she_is_addressed_and_no_more_precise_than_it_is(
    desk: Desk, sex: Sex | None, precision: DatePrecision, words: str
) -> None:
    born = desk.clock.moment.date().replace(year=1979, month=1, day=1)
    new = NewPerson("Abadie", "Rose", birth_date=born, birth_date_precision=precision, sex=sex)
    line = desk.persons.line(desk.persons.create(new).value)

    assert line is not None
    assert about(line).startswith(words)


def test_a_closed_vault_is_said_in_a_sentence(desk: Desk, model: PersonsViewModel) -> None:
    desk.store.close()

    model.refresh()

    assert model.state.problem is not None


def _bring_many(desk: Desk, count: int) -> None:
    with desk.workplace.work() as work:
        for at in range(count):
            desk.persons.add(work, NewPerson(f"Dupont{at:04d}", "Zoé"))


def test_a_change_does_not_have_all_the_rows_measured(
    desk: Desk, model: PersonsViewModel, caseload: CaseloadModel, qtbot: QtBot
) -> None:
    _bring_many(desk, 250)
    model.refresh()
    _look(caseload, qtbot)
    told: list[int] = []
    caseload.dataChanged.connect(lambda first, last: told.append(last.row() - first.row() + 1))

    with qtbot.waitSignal(caseload.look_again):
        model.refresh()

    assert told == []


def _look(caseload: CaseloadModel, qtbot: QtBot, until: str = "") -> None:
    """What a page on screen does: it asks each row it paints."""

    def seen() -> bool:
        names = [caseload.index(at).data(Qt.ItemDataRole.DisplayRole) for at in range(7)]
        return until in names if until else "…" not in names

    qtbot.waitUntil(seen)
    assert caseload.index(0).data(KEY_ROLE)
