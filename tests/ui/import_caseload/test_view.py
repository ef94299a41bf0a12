"""The import as people see it: five steps by keyboard, every problem in words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.caseload_import import CaseloadImport, Decision
from desktop.ui.changes import ChangeBoard
from desktop.ui.import_caseload.model import STRETCH, LazyRows
from desktop.ui.import_caseload.preview_page import DOUBTFUL, NOTICES, REFUSED
from desktop.ui.import_caseload.state import Step
from desktop.ui.import_caseload.view import ImportView
from desktop.ui.import_caseload.viewmodel import ImportViewModel
from desktop.ui.kit import Row
from desktop.ui.main_window import MainWindow, Section, SyncState
from desktop.ui.theme import Mode, Theme
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk
from tests.support.shown_words import shown_words


@pytest.fixture(scope="module")
def theme(qapp: QApplication) -> Theme:
    theme = Theme(qapp, mode=Mode.LIGHT, scale=100)
    theme.install()
    return theme


@pytest.fixture
def view(
    desk: Desk, imports: CaseloadImport, path: str, theme: Theme, qtbot: QtBot, tmp_path: Path
) -> Iterator[ImportView]:
    model = ImportViewModel(InlineBackground(), imports, ChangeBoard())
    view = ImportView(
        model,
        desk.directory.commune_name,
        ask_open=lambda _: path,
        ask_save=lambda _: str(tmp_path / "refus.csv"),
    )
    window = MainWindow(theme, (Section("import", "Personnes", lambda: view, 2, "users"),))
    window.show_sync(SyncState("Hors connexion"))
    window.open("import")
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield view
    window.hide()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_the_whole_import_takes_a_few_keys(view: ImportView, desk: Desk, qtbot: QtBot) -> None:
    def press_enter(*, to_reach: Step) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: view.viewmodel.state.step is to_reach)

    for step in (Step.COLUMNS, Step.PREVIEW, Step.DONE):
        press_enter(to_reach=step)
    ended: list[bool] = []
    view.finished.connect(lambda: ended.append(True))
    QTest.keyClick(view.done.end, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ended == [True])
    assert desk.persons.count() == 3


def test_the_columns_show_examples_and_can_be_changed(view: ImportView) -> None:
    view.viewmodel.choose(_path(view))
    assert [choice.currentText() for choice in view.columns.choices] == [
        "Nom de naissance", "Prénom", "Date de naissance", "Commune", "Téléphone", "Référent",
    ]  # fmt: skip
    assert "Le référent n’est pas repris" in view.columns.notice.sentence
    last = view.columns.choices[5]
    last.setCurrentIndex(last.findData("first_name"))
    last.activated.emit(last.currentIndex())
    assert view.columns.choices[1].currentText() == "Ne pas reprendre"
    assert "«\u00a0Prénom\u00a0» n’est plus reprise" in view.columns.notice.sentence


def test_without_a_first_name_there_is_no_preview(view: ImportView) -> None:
    view.viewmodel.choose(_path(view))
    view.viewmodel.assign(1, None)
    assert not view.columns.go_on.isEnabled()
    assert "le prénom" in view.columns.notice.sentence


def test_a_doubtful_row_says_who_it_may_be_and_takes_an_answer(
    view: ImportView, qtbot: QtBot
) -> None:
    _to_preview(view)
    view.preview.tabs.open(DOUBTFUL)
    doubt = view.preview.doubts.current
    assert doubt is not None
    assert doubt.row.first_name == "Nadia"
    told = " ".join(_texts(view))
    assert "Benaly Nadia · Melle" in told
    assert "même commune" in told
    assert (
        view.preview.doubts.model.index(0)
        .data(Qt.ItemDataRole.AccessibleTextRole)
        .endswith("À décider")
    )
    QTest.mouseClick(view.preview.doubts.other, Qt.MouseButton.LeftButton)
    assert dict(view.viewmodel.state.decisions) == {2: Decision.NEW}
    assert "3" in view.preview.write.text()


def test_refused_rows_are_told_in_words_and_exported(view: ImportView, tmp_path: Path) -> None:
    _to_preview(view)
    view.preview.tabs.open(REFUSED)
    model = view.preview.refused.model
    told = [model.index(at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(3)]
    assert told[0] == "Ligne 5, Nom\u00a0: le nom manque."
    assert "n’existe pas" in told[1]
    assert told[2] == "Ligne 7, La même personne est déjà à la ligne 3."
    QTest.mouseClick(view.preview.export, Qt.MouseButton.LeftButton)
    assert (tmp_path / "refus.csv").stat().st_mode & 0o077 == 0
    assert "contient des noms" in view.notice.sentence


def test_what_is_not_taken_over_is_told(view: ImportView) -> None:
    _to_preview(view)
    view.preview.tabs.open(NOTICES)
    [notice] = view.viewmodel.state.plan.notices if view.viewmodel.state.plan else []
    assert notice.row_number == 4
    told = view.preview.notices.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "pas de téléphone" in told


def test_escape_goes_back_and_leaves_no_trace(view: ImportView, desk: Desk) -> None:
    closed: list[bool] = []
    view.closed.connect(lambda: closed.append(True))
    _to_preview(view)
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert closed == [True]
    assert desk.persons.count() == 1
    assert view.viewmodel.state.step is Step.CHOOSE


def test_a_file_that_cannot_be_read_is_told_where_one_can_choose_again(
    view: ImportView, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_bytes(b"%PDF-1.7")
    view.viewmodel.choose(str(bad))
    assert view.choose.isVisible()
    assert view.notice.isVisible()
    assert view.notice.sentence


def test_five_thousand_rows_are_made_a_stretch_at_a_time(qapp: QApplication) -> None:
    made: list[int] = []

    def make(item: int) -> Row:
        made.append(item)
        return Row(item, str(item))

    model = LazyRows()
    model.show(tuple(range(5_000)), make)
    assert model.rowCount() == STRETCH
    assert model.canFetchMore(model.index(-1))
    model.fetchMore(model.index(-1))
    assert model.rowCount() == 2 * STRETCH
    assert made == []


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("step", [Step.CHOOSE, Step.COLUMNS, Step.PREVIEW, Step.DONE])
def test_each_step_can_be_read_and_walked_through(
    view: ImportView, theme: Theme, qapp: QApplication, step: Step, scale: int
) -> None:
    theme.choose_scale(scale)
    try:
        if step is not Step.CHOOSE:
            view.viewmodel.choose(_path(view))
        if step in (Step.PREVIEW, Step.DONE):
            view.viewmodel.preview()
            view.preview.tabs.open(DOUBTFUL)
        if step is Step.DONE:
            view.viewmodel.write()
        for _ in range(6):
            qapp.processEvents()
        assert view.viewmodel.state.step is step
        assert_accessible(view.window())
    finally:
        theme.choose_scale(100)


def _path(view: ImportView) -> str:
    return view._ask_open(view)


def _to_preview(view: ImportView) -> None:
    view.viewmodel.choose(_path(view))
    view.viewmodel.preview()


def _texts(view: ImportView) -> list[str]:
    from PySide6.QtWidgets import QLabel

    return [label.text() for label in view.findChildren(QLabel) if label.isVisible()]


def test_in_discreet_mode_the_lines_of_the_file_are_covered_and_stay_where_they_were(
    view: ImportView,
) -> None:
    view.choose.button.click()
    step = view.viewmodel.state.step
    assert "Benali" in shown_words(view)
    view.show_discreet(True)
    assert "Benali" not in shown_words(view)
    assert "F8" in view.veil.sentence
    view.show_discreet(False)
    assert view.viewmodel.state.step is step
    assert "Benali" in shown_words(view)
