"""From the end of an interview to the paper in hand, in the real window."""

from pathlib import Path

from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtWidgets import QWidget

from desktop.app.handout_page import HANDOUT
from desktop.app.workspace import DOSSIER, TODAY
from desktop.app.writing_pages import FOLLOW_UP
from desktop.ui.dossier import DossierView
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.handout import HandoutView
from desktop.ui.kit import ROW_ROLE
from tests.app.conftest import Opened


class Folder:
    """Somebody who always saves in the same folder, and has no printer."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        return self.path / name

    def has_printer(self) -> bool:
        return False

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        return None


def test_a_person_leaves_with_a_sheet_and_her_dossier_remembers_it(
    opened: Opened, tmp_path: Path
) -> None:
    opened.unlock()
    window, workspace, yves = opened.desk.window, opened.desk.workspace, opened.persons[1]
    workspace.open_meeting(yves, "")
    editor = window.page(FOLLOW_UP)
    assert isinstance(editor, FollowUpView)
    opened.until(lambda: editor.viewmodel.state.form is not None)
    editor.person_card.for_person.text.set_value("Pensez au courrier de la CAF.")
    editor.finish_button.click()
    opened.until(lambda: window.current == TODAY and window.notice.isVisible())
    assert "Suivi terminé" in window.notice.sentence

    window.notice.remedy.click()
    assert window.current == HANDOUT
    sheet = window.page(HANDOUT)
    assert isinstance(sheet, HandoutView)
    assert not window.notice.isVisible()
    opened.until(lambda: sheet.preview.page_count > 0)
    assert "Pensez au courrier de la CAF." in sheet.preview.accessibleDescription()
    sheet._outlets = Folder(tmp_path)
    sheet.save_button.click()
    opened.until(lambda: "notée comme remise" in sheet.notice.sentence)
    assert (tmp_path / "feuille-a-remettre.pdf").read_bytes().startswith(b"%PDF-")

    workspace.open_person(yves)
    dossier = window.page(DOSSIER)
    assert isinstance(dossier, DossierView)
    dossier.tabs.open("follow_ups")
    page = dossier.follow_ups
    opened.until(lambda: page.timeline.rowCount() == 1)
    assert "feuille remise" in page.timeline.index(0).data(ROW_ROLE).subtitle
    assert page.detail.given.text().startswith("Feuille enregistrée pour la personne")
    assert page.detail.given.text().endswith("par vous.")


def test_a_correction_is_told_as_one(opened: Opened) -> None:
    opened.unlock()
    opened.desk.workspace.writing.met.emit("somebody", False)
    assert "Correction enregistrée" in opened.desk.window.notice.sentence


def test_the_offer_goes_away_with_the_next_page_and_is_not_made_to_who_did_not_come(
    opened: Opened,
) -> None:
    opened.unlock()
    window, workspace = opened.desk.window, opened.desk.workspace
    workspace.handouts.offer("somebody")
    assert window.notice.isVisible()
    window.open(FOLLOW_UP)
    assert not window.notice.isVisible()
    workspace.open_meeting(opened.persons[1], "")
    editor = window.page(FOLLOW_UP)
    assert isinstance(editor, FollowUpView)
    opened.until(lambda: editor.viewmodel.state.form is not None)
    at = editor.facts.presence.findText("Excusé")
    editor.facts.presence.setCurrentIndex(at)
    editor.facts.presence.activated.emit(at)
    finished: list[str] = []
    editor.viewmodel.finished.connect(finished.append)
    editor.finish_button.click()
    opened.until(lambda: bool(finished))
    assert not window.notice.isVisible()
