"""Claire drops a letter on a dossier in a village hall; Mehdi reads it once both met the office.

Her window is the real one, on its own lanes; no clear byte of the letter is on her disk afterwards.
"""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.app.sync_runner import Phase, SyncProgress
from desktop.app.workspace import DOSSIER
from desktop.ui.background import Lane
from desktop.ui.documents import DocumentsView, DocumentsViewModel
from desktop.ui.dossier import DossierView
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.persons import CircleRole
from protocol.limits import PIECE
from tests.app.conftest import Opened, opened
from tests.support.fleet import Laptop
from tests.support.office import Office
from tests.support.scans import pdf

__all__ = ["opened"]

CANARY = "CANARI-LETTRE"
LETTER = pdf(3, CANARY) + b"\n%" + b" " * (2 * PIECE)


def documents_of(opened: Opened, person: str) -> DocumentsView:
    """Open somebody's documents in the window."""
    opened.desk.workspace.open_person(person)
    window = opened.desk.window
    opened.until(lambda: window.current == DOSSIER)
    dossier = window.page(DOSSIER)
    assert isinstance(dossier, DossierView)
    opened.until(dossier.tabs.isVisible)
    dossier.tabs.open("documents")
    (view,) = dossier.findChildren(DocumentsView)
    opened.until(view.isVisible)
    return view


def welcome(opened: Opened, person: PersonId, guest: Laptop) -> None:
    """Give a colleague a place in the circle of somebody."""
    parts = opened.desk.workspace._parts
    persons, colleague = parts.session.services.persons, guest.session.workplace.me
    opened.until(lambda: not opened.desk.runner.is_running)
    done: list[object] = []
    parts.background.run(
        Lane.STORE,
        lambda: persons.welcome(person, ProfessionalId(colleague), CircleRole.UNIQUE_REFERENT),
        done.append,
        done.append,
    )
    opened.until(lambda: bool(done))
    assert not isinstance(done[0], Exception)


def is_reading(viewmodel: DocumentsViewModel) -> bool:
    """Tell whether a document is held in clear."""
    return viewmodel.state.reading is not None


def is_done(progress: SyncProgress) -> bool:
    """Tell whether a synchronisation has just ended well."""
    return progress.phase is Phase.IDLE and progress.failure is None


@pytest.mark.invariant(12)
def test_a_letter_dropped_on_the_road_is_read_by_the_team_and_lies_on_no_disk(
    opened: Opened, mehdi: Laptop, office: Office, qtbot: QtBot, tmp_path: Path
) -> None:
    opened.unlock()
    yves = opened.persons[1]
    welcome(opened, yves, mehdi)
    office.offline()
    paper = tmp_path / "lettre.pdf"
    paper.write_bytes(LETTER)
    view = documents_of(opened, yves)
    view.take_files([paper])
    opened.until(view.form.isVisible)
    view.form.title_field.setText("Lettre du bailleur")
    QTest.keyClick(view.form.title_field, Qt.Key.Key_Return)
    opened.until(lambda: view.rows.rowCount() == 1)
    view.list.setCurrentIndex(view.rows.index(0))
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    opened.until(lambda: not view.preview.sheet.image.isNull())
    QTest.keyClick(view.preview, Qt.Key.Key_PageDown)
    opened.until(lambda: view.page.text() == "Page 2 sur 3")
    assert "0 sur 3" in view.way.text()

    office.online()
    runner = opened.desk.runner
    opened.until(lambda: not runner.is_running)
    with qtbot.waitSignal(runner.changed, check_params_cb=is_done):
        runner.sync_now()
    opened.until(lambda: not view.way.isVisible())
    mehdi.clock.moment = opened.clock.moment
    mehdi.sync()
    (line,) = mehdi.desk.documents.of(yves)
    assert (line.title, line.is_here, line.mine) == ("Lettre du bailleur", True, False)
    assert mehdi.desk.documents.open(line.id).content == LETTER

    shown = view._viewmodel
    assert is_reading(shown)
    opened.application.lock()
    assert not is_reading(shown), "no clear byte stays in memory once it is locked"

    paper.unlink()
    assert CANARY not in office.dump()
    assert CANARY not in mehdi.store_text()
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or CANARY.encode() not in path.read_bytes(), path.name
