"""Exporting the vault from its page, and taking it on a clean machine from the first run."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.application import Application
from desktop.app.backup_pages import BACKUPS
from desktop.config.folders import Folders
from desktop.config.policy import Policy
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.ui.first_run import FirstRunView
from desktop.ui.vault_import import VaultImportView
from tests.app.conftest import Opened
from tests.app.test_backups import opened_page

FILE_PHRASE = "cerise tambour glacier pupitre moulin orange vitrail"
NEW_PHRASE = "lavande brume cloche ruisseau panier ardoise sentier"


@dataclass
class Answers:
    """Where to save, which file to open."""

    path: Path

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        assert re.fullmatch(r"coffre-\d{4}-\d\d-\d\d\.coffre", name)
        return self.path

    def ask_file(self, parent: QWidget, kinds: str) -> Path | None:
        return self.path

    def has_printer(self) -> bool:
        return False

    def ask_printer(self, parent: QWidget) -> None:
        return None


def test_a_vault_exported_from_its_page_opens_on_a_clean_machine(
    opened: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    answers = Answers(tmp_path / "coffre.coffre")
    export(opened, answers)
    persons = len(opened.persons)

    clean = Folders(tmp_path / "clean" / "vault", tmp_path / "clean" / "settings")
    clean.make()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    application = Application(app, clean, Policy(), opened.clock, SystemRandom(), FLOOR)
    try:
        application.start()
        qtbot.waitUntil(lambda: isinstance(application.window, FirstRunView))
        first = application.window
        assert isinstance(first, FirstRunView)
        first.import_button.click()
        view = application.window
        assert isinstance(view, VaultImportView)
        look_and_take(view, answers, persons, qtbot.waitUntil)
        qtbot.waitUntil(lambda: application.desk is not None)
    finally:
        application.close()


def export(opened: Opened, answers: Answers) -> None:
    page = opened_page(opened)
    card = page.export_card
    card._outlets = answers
    assert not card.write.isVisible()
    card.begin.click()
    for field in (card.form.first, card.form.second):
        field.line.setText(FILE_PHRASE)
    opened.until(card.write.isEnabled)
    card.write.click()
    opened.until(lambda: "relu" in card.notice.sentence)
    assert answers.path.exists()
    assert card.form.first.value == ""
    assert opened.desk.window.current == BACKUPS


def look_and_take(
    view: VaultImportView,
    answers: Answers,
    persons: int,
    until: Callable[[Callable[[], bool]], object],
) -> None:
    view._chooser = answers
    assert not view.look.isVisible()
    view.choose.click()
    view.phrase.line.setText("une autre phrase de passe")
    view.look.click()
    until(view.notice.isVisible)
    assert "n’ouvre pas" in view.notice.sentence
    view.phrase.line.setText(FILE_PHRASE)
    view.look.click()
    until(view.take.isVisible)
    assert f"{persons}\u00a0personnes" in view.holds.text().replace(" personnes", "\u00a0personnes")
    assert not view.take.isEnabled()
    for field in (view.form.first, view.form.second):
        field.line.setText(NEW_PHRASE)
    until(view.take.isEnabled)
    view.take.click()


def test_going_back_leaves_nothing_of_the_file_on_the_machine(
    opened: Opened, tmp_path: Path, qtbot: QtBot
) -> None:
    from tests.scenarios.test_vault_in_a_file import importing

    answers = Answers(tmp_path / "coffre.coffre")
    export(opened, answers)
    clean = tmp_path / "clean"
    wanted = importing(clean)
    wanted.look(answers.path, passphrase=FILE_PHRASE)
    assert list(clean.iterdir())
    wanted.forget()
    assert list(clean.iterdir()) == []
