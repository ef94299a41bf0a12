"""The first window can be read, reached and typed in by everybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.first_run import FirstRunView, FirstRunViewModel
from desktop.ui.first_run.pages import InvitationPage, OfficePage, PassphrasePage
from desktop.ui.first_run.viewmodel import Step
from desktop.ui.keys.paper_page import PaperPage, RetypePage
from desktop.ui.theme import Mode, Theme
from tests.support.accessibility import assert_accessible
from tests.support.newcomer import ADDRESS, CLAIRE_SAYS, INVITATION, Newcomer, come_to_paper
from tests.support.pdf_words import words_of

TODAY = date(2026, 11, 24)


@dataclass
class Outlets:
    """Answers for the dialogs of the computer."""

    path: Path | None = None
    printers: list[str] = field(default_factory=list)
    printer: QPagedPaintDevice | None = None

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        return self.path

    def has_printer(self) -> bool:
        return bool(self.printers)

    def ask_printer(self, parent: QWidget) -> QPagedPaintDevice | None:
        return self.printer


@pytest.fixture
def outlets() -> Outlets:
    return Outlets()


@pytest.fixture
def view(wizard: FirstRunViewModel, theme: Theme, outlets: Outlets, qtbot: QtBot) -> FirstRunView:
    view = FirstRunView(wizard, lambda: TODAY, outlets)
    qtbot.addWidget(view)
    view.resize(1366, 768)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    return view


def _settle() -> None:
    """Lets the layouts that wrap words find their heights: one pass moves the next."""
    for _ in range(8):
        QApplication.processEvents()


def _steps(wizard: FirstRunViewModel) -> list[Callable[[], None]]:
    """What brings each page to sight, in order."""

    def invitation() -> None:
        wizard.type_address(ADDRESS)
        wizard.go_on()

    def phrase() -> None:
        wizard.type_invitation(INVITATION)
        wizard.go_on()
        wizard.choice.propose()

    def paper() -> None:
        wizard.choice.type_again(wizard.choice.state.passphrase)
        wizard.go_on()

    def wrong_word() -> None:
        words = wizard.paper.state.words
        wizard.go_on()
        wizard.paper.type((*words[:23], "x"))
        wizard.go_on()

    return [lambda: None, invitation, phrase, paper, wrong_word]


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
def test_every_page_is_within_everybodys_reach(
    wear: Callable[..., Theme],
    wizard: FirstRunViewModel,
    qtbot: QtBot,
    mode: Mode,
    scale: int,
) -> None:
    wear(mode=mode, scale=scale)
    view = FirstRunView(wizard, lambda: TODAY, Outlets())
    qtbot.addWidget(view)
    view.resize(1366, 768)
    view.show()
    for step in _steps(wizard):
        step()
        _settle()
        assert_accessible(view)


def test_the_keyboard_alone_leads_to_the_paper(
    view: FirstRunView, wizard: FirstRunViewModel, newcomer: Newcomer
) -> None:
    office, invitation = view.pages[Step.OFFICE], view.pages[Step.INVITATION]
    phrase = view.pages[Step.PHRASE]
    assert isinstance(office, OfficePage)
    assert isinstance(invitation, InvitationPage)
    assert isinstance(phrase, PassphrasePage)
    assert view.focusWidget() is office.field
    QTest.keyClicks(office.field, "coffre.exemple.fr")
    QTest.keyClick(office.field, Qt.Key.Key_Return)
    assert view.focusWidget() is invitation.field
    QTest.keyClicks(invitation.field, INVITATION)
    QTest.keyClick(invitation.field, Qt.Key.Key_Return)
    QTest.keyClicks(phrase.form.first.line, CLAIRE_SAYS)
    QTest.keyClick(phrase.form.first.line, Qt.Key.Key_Return)
    assert view.focusWidget() is phrase.form.second.line
    QTest.keyClicks(phrase.form.second.line, CLAIRE_SAYS)
    QTest.keyClick(phrase.form.second.line, Qt.Key.Key_Return)
    assert wizard.state.step is Step.PAPER


def test_escape_goes_back_and_ctrl_enter_goes_on(
    view: FirstRunView, wizard: FirstRunViewModel, qtbot: QtBot
) -> None:
    wizard.type_address(ADDRESS)
    QTest.keyClick(view.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: wizard.state.step is Step.INVITATION)
    QTest.keyClick(view.focusWidget(), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: wizard.state.step is Step.OFFICE)


def test_the_paper_is_saved_for_its_owner_alone(
    view: FirstRunView, wizard: FirstRunViewModel, outlets: Outlets, tmp_path: Path
) -> None:
    come_to_paper(wizard)
    page = view.pages[Step.PAPER]
    assert isinstance(page, PaperPage)
    outlets.path = tmp_path / "papier.pdf"
    page.save_button.click()
    assert outlets.path.read_bytes().startswith(b"%PDF")
    assert outlets.path.stat().st_mode & 0o077 == 0
    assert "Enregistré" in page.notice.sentence


def test_changing_ones_mind_saves_nothing(
    view: FirstRunView, wizard: FirstRunViewModel, tmp_path: Path
) -> None:
    come_to_paper(wizard)
    page = view.pages[Step.PAPER]
    assert isinstance(page, PaperPage)
    page.save_button.click()
    assert list(tmp_path.glob("*.pdf")) == []
    assert page.notice.isHidden()


def test_a_folder_that_refuses_the_paper_is_told_in_place(
    view: FirstRunView, wizard: FirstRunViewModel, outlets: Outlets, tmp_path: Path
) -> None:
    come_to_paper(wizard)
    page = view.pages[Step.PAPER]
    assert isinstance(page, PaperPage)
    (tmp_path / "file").write_text("no folder")
    outlets.path = tmp_path / "file" / "papier.pdf"
    page.save_button.click()
    assert page.notice.isVisible()
    assert wizard.state.step is Step.PAPER


def test_the_paper_is_printed_with_every_word_and_no_name(
    view: FirstRunView, wizard: FirstRunViewModel, outlets: Outlets, tmp_path: Path
) -> None:
    come_to_paper(wizard)
    page = view.pages[Step.PAPER]
    assert isinstance(page, PaperPage)
    outlets.printers = ["un"]
    page.print_button.click()  # she changes her mind in the dialog
    assert page.notice.isHidden()
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    outlets.printer = printer
    page.print_button.click()
    printed = words_of(tmp_path / "printed.pdf").casefold()
    assert [word for word in wizard.paper.state.words if word.casefold() not in printed] == []
    assert not page.notice.isHidden()


def test_without_a_printer_one_is_told_what_else_to_do(
    view: FirstRunView, wizard: FirstRunViewModel
) -> None:
    come_to_paper(wizard)
    page = view.pages[Step.PAPER]
    assert isinstance(page, PaperPage)
    page.print_button.click()
    assert "PDF" in page.notice.sentence


def test_pasting_the_whole_paper_fills_every_word(
    view: FirstRunView, wizard: FirstRunViewModel
) -> None:
    come_to_paper(wizard)
    words = wizard.paper.state.words
    wizard.go_on()
    page = view.pages[Step.RETYPE]
    assert isinstance(page, RetypePage)
    page.words.cells[0].setText(" ".join(f"{n}. {w.upper()}" for n, w in enumerate(words, 1)))
    assert [word.lower() for word in page.words.value] == list(words)
    view.next_button.click()
    assert wizard.state.step is Step.DONE


def test_the_wrong_word_has_the_keyboard(view: FirstRunView, wizard: FirstRunViewModel) -> None:
    come_to_paper(wizard)
    words = wizard.paper.state.words
    wizard.go_on()
    wizard.paper.type((*words[:11], "x", *words[12:]))
    wizard.go_on()
    page = view.pages[Step.RETYPE]
    assert isinstance(page, RetypePage)
    assert view.focusWidget() is page.words.cells[11]
    assert page.words.cells[11].property("problem") is True
    assert "12" in page.notice.sentence


def test_no_name_reaches_the_task_bar(view: FirstRunView, wizard: FirstRunViewModel) -> None:
    come_to_paper(wizard)
    words = wizard.paper.state.words
    wizard.go_on()
    wizard.paper.type(words)
    wizard.go_on()
    assert view.title.text() == "Bonjour Claire"
    assert view.windowTitle() == "Coffre"
