"""An import step by step: nothing is written before it was seen, and all of it or nothing."""

import csv
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.app.session import read_packaged
from desktop.domain.caseload.columns import Field
from desktop.domain.caseload.errors import FileReason, FileRefused
from desktop.domain.caseload.rows import RowProblem, RowReason
from desktop.services.caseload_import import CaseloadImport, Decision
from desktop.services.persons import NewPerson
from desktop.ui.background import Lane, ThreadedBackground
from desktop.ui.changes import ChangeBoard
from desktop.ui.import_caseload import words
from desktop.ui.import_caseload.state import ImportState, Said, Step
from desktop.ui.import_caseload.viewmodel import ImportViewModel
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk


@pytest.fixture
def board() -> ChangeBoard:
    return ChangeBoard()


@pytest.fixture
def background() -> InlineBackground:
    return InlineBackground()


@pytest.fixture
def model(
    background: InlineBackground, imports: CaseloadImport, board: ChangeBoard, qtbot: QtBot
) -> ImportViewModel:
    return ImportViewModel(background, imports, board)


def test_columns_are_matched_by_their_names_with_examples(
    model: ImportViewModel, path: str
) -> None:
    model.choose(path)
    state = model.state
    assert state.step is Step.COLUMNS
    assert state.file_name == "file active.csv"
    assert state.file is not None
    assert state.file.columns.meanings[:2] == (Field.BIRTH_NAME, Field.FIRST_NAME)
    assert state.samples(0) == ("Benali", "Morisset", "Guérin")
    assert state.can_preview


def test_a_meaning_chosen_by_hand_leaves_its_former_column_and_says_so(
    model: ImportViewModel, path: str
) -> None:
    model.choose(path)
    model.assign(5, Field.FIRST_NAME)
    assert model.state.file is not None
    assert model.state.file.columns.meanings[1] is None
    assert model.state.released == "Prénom"
    model.assign(5, None)
    assert not model.state.can_preview
    model.preview()
    assert model.state.step is Step.COLUMNS
    assert "le prénom" in words.missing(model.state.file.columns)


def test_every_row_is_somewhere_in_the_preview(model: ImportViewModel, path: str) -> None:
    model.choose(path)
    model.preview()
    plan = model.state.plan
    assert plan is not None
    assert [row.birth_name for row in plan.new] == ["Morisset", "Guérin"]
    assert [doubt.row.birth_name for doubt in plan.doubtful] == ["Benali"]
    assert plan.refused_rows == {5, 6}
    assert [problem.row_number for problem in plan.repeated] == [7]
    assert model.state.to_create == 2
    assert model.state.undecided == 1
    [suspect] = plan.doubtful[0].suspects
    assert model.state.suspects[str(suspect.person_id)].birth_name == "Benaly"


def test_nothing_is_written_before_somebody_says_so(
    model: ImportViewModel, desk: Desk, path: str
) -> None:
    changes = desk.store.database.changes
    model.choose(path)
    model.preview()
    model.decide(2, Decision.NEW)
    assert desk.store.database.changes == changes


def test_what_was_decided_is_done_and_the_screens_hear_of_it(
    model: ImportViewModel, board: ChangeBoard, desk: Desk, path: str
) -> None:
    heard: list[str] = []
    board.changed.connect(lambda touched: heard.extend(x.kind for x in touched))
    model.choose(path)
    model.preview()
    model.decide(2, Decision.NEW)
    assert model.state.to_create == 3
    model.write()
    assert model.state.step is Step.DONE
    assert model.state.result is not None
    assert (model.state.result.created, model.state.result.refused) == (3, 2)
    assert desk.persons.count() == 4
    assert heard.count("person") == 3
    ended: list[bool] = []
    model.finished.connect(lambda: ended.append(True))
    model.leave()
    assert ended == [True]
    assert model.state == ImportState()


def test_a_decision_can_be_taken_back_and_the_rest_decided_at_once(
    model: ImportViewModel, path: str
) -> None:
    model.choose(path)
    model.preview()
    model.decide(2, Decision.NEW)
    model.decide(2, None)
    assert model.state.undecided == 1
    model.decide_rest(Decision.SAME)
    assert (model.state.undecided, model.state.to_create) == (0, 2)


def test_the_same_file_a_second_time_opens_nothing(
    model: ImportViewModel, desk: Desk, path: str
) -> None:
    model.choose(path)
    model.preview()
    model.decide_rest(Decision.NEW)
    model.write()
    model.restart()
    model.choose(path)
    model.preview()
    assert model.state.to_create == 0
    assert model.state.undecided == 0
    assert desk.persons.count() == 4


def test_a_dossier_that_came_meanwhile_brings_the_preview_again(
    model: ImportViewModel, desk: Desk, path: str
) -> None:
    model.choose(path)
    model.preview()
    model.decide(2, Decision.NEW)
    desk.persons.create(NewPerson(birth_name="Guérin", first_name="Élodie"))
    model.write()
    assert model.state.step is Step.PREVIEW
    assert model.state.said is Said.CHANGED
    assert model.state.decisions[2] is Decision.NEW
    assert desk.persons.count() == 2
    model.decide_rest(Decision.SAME)
    model.write()
    assert desk.persons.count() == 4


def test_refused_rows_leave_in_a_file_with_their_reasons(
    model: ImportViewModel, path: str, tmp_path: Path
) -> None:
    model.choose(path)
    model.preview()
    target = tmp_path / "refus.csv"
    model.export_refused(str(target))
    assert model.state.said is Said.EXPORTED
    rows = list(csv.reader(target.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0][-2:] == ["Ligne", "Motif"]
    assert [row[-2] for row in rows[1:]] == ["5", "6"]
    assert "n’existe pas" in rows[2][-1]


def test_a_folder_that_cannot_be_written_is_told(
    model: ImportViewModel, path: str, tmp_path: Path
) -> None:
    model.choose(path)
    model.preview()
    model.export_refused(str(tmp_path / "nowhere" / "refus.csv"))
    assert isinstance(model.state.failure, OSError)
    assert model.state.step is Step.PREVIEW


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", FileReason.EMPTY),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, FileReason.OLD_EXCEL),
        (b"PK\x03\x04 not a workbook", FileReason.DAMAGED),
        (b"%PDF-1.7", FileReason.UNKNOWN_FORMAT),
    ],
)
def test_a_file_that_is_not_a_caseload_is_refused_with_its_reason(
    model: ImportViewModel, tmp_path: Path, content: bytes, reason: FileReason
) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    model.choose(str(path))
    assert model.state.step is Step.CHOOSE
    assert isinstance(model.state.failure, FileRefused)
    assert model.state.failure.reason is reason


def test_an_enormous_file_is_refused_without_being_read(
    model: ImportViewModel, tmp_path: Path
) -> None:
    path = tmp_path / "file.csv"
    with path.open("wb") as file:
        file.truncate(8 << 30)
    model.choose(str(path))
    assert isinstance(model.state.failure, FileRefused)


def test_a_file_that_vanished_is_told(model: ImportViewModel, tmp_path: Path) -> None:
    model.choose(str(tmp_path / "gone.csv"))
    assert isinstance(model.state.failure, OSError)


def test_reading_and_planning_never_hold_the_store(
    model: ImportViewModel, background: InlineBackground, path: str
) -> None:
    model.choose(path)
    model.preview()
    assert background.asked == [Lane.NETWORK, Lane.NETWORK]
    model.write()
    assert background.asked[2:] == [Lane.STORE]


def test_leaving_before_the_end_closes_without_a_trace(
    model: ImportViewModel, desk: Desk, path: str
) -> None:
    closed: list[bool] = []
    model.closed.connect(lambda: closed.append(True))
    model.choose(path)
    model.preview()
    model.leave()
    assert closed == [True]
    assert desk.persons.count() == 1


def test_five_hundred_dossiers_are_opened_while_the_window_counts_them(
    tmp_path: Path, qtbot: QtBot
) -> None:
    lanes = ThreadedBackground()
    opened: list[Desk] = []
    failed: list[Exception] = []
    lanes.run(Lane.STORE, lambda: make_desk(tmp_path / "laptop"), opened.append, failed.append)
    qtbot.waitUntil(lambda: bool(opened))
    [desk] = opened
    imports = CaseloadImport(desk.workplace, desk.persons, read_packaged())
    model = ImportViewModel(lanes, imports, ChangeBoard())
    seen: list[int] = []
    model.changed.connect(lambda: seen.append(model.state.done))
    model.choose(_many(tmp_path, 500))
    qtbot.waitUntil(lambda: model.state.step is Step.COLUMNS)
    model.preview()
    qtbot.waitUntil(lambda: model.state.step is Step.PREVIEW)
    model.write()
    qtbot.waitUntil(lambda: model.state.step is Step.DONE)
    assert len(set(seen)) > 10
    counted: list[int] = []
    lanes.run(Lane.STORE, desk.persons.count, counted.append, failed.append)
    lanes.run(Lane.STORE, desk.store.database.close, lambda _: None, failed.append)
    assert lanes.close()
    assert (counted, failed) == ([500], [])


def test_cancelling_while_dossiers_are_opened_leaves_none(
    imports: CaseloadImport, board: ChangeBoard, desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    path = _many(tmp_path, 300)
    model = ImportViewModel(InlineBackground(), imports, board)
    model.choose(path)
    model.preview()
    assert model.state.to_create == 300
    _cancel_at_first_progress(model)
    model.write()
    assert model.state.step is Step.PREVIEW
    assert model.state.said is Said.CANCELLED
    assert desk.persons.count() == 1


def test_cancelling_the_comparison_goes_back_to_the_columns(
    imports: CaseloadImport, board: ChangeBoard, tmp_path: Path, qtbot: QtBot
) -> None:
    model = ImportViewModel(InlineBackground(), imports, board)
    model.choose(_many(tmp_path, 500))
    _cancel_at_first_progress(model)
    model.preview()
    assert model.state.step is Step.COLUMNS
    assert model.state.said is Said.CANCELLED


def _cancel_at_first_progress(model: ImportViewModel) -> None:
    def cancel() -> None:
        if model.state.done:
            model.cancel()

    model.changed.connect(cancel)


def _many(folder: Path, count: int) -> str:
    path = folder / "many.csv"
    letters = "abcdefghij"
    names = ("".join(letters[int(digit)] for digit in f"{n:04d}") for n in range(count))
    lines = [f"Nom{name};Prénom{name[::-1]};{n % 28 + 1:02d}/01/{1950 + n % 50}"
             for n, name in enumerate(names)]  # fmt: skip
    path.write_text("Nom;Prénom;Date de naissance\n" + "\n".join(lines), "utf-8")
    return str(path)


@pytest.mark.parametrize("reason", list(RowReason))
def test_every_reason_has_its_own_sentence(reason: RowReason) -> None:
    said = words.problem(RowProblem(3, "Commune", reason, ("Saint-Martin", "Saint-Maurice")))
    assert said.startswith("Commune\u00a0: ")
    assert said.endswith(".")
    assert "{" not in said
    assert "pas pu être comprise" not in said
