"""Claire attaches a letter to a dossier and reads it there; no clear byte ever reaches a disk."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.document_files import media_of
from desktop.services.documents import ChosenFile, NewDocument
from desktop.ui.changes import ChangeBoard
from desktop.ui.documents import DocumentsView, DocumentsViewModel, open_pages
from desktop.ui.theme import Mode, Theme
from protocol.ids import PersonId, RecordId
from protocol.kinds.documents import DocumentCategory
from tests.support.accessibility import assert_accessible
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk
from tests.support.scans import pdf, png

Wear = Callable[..., Theme]
CANARY = "CANARI-LETTRE"


class Answers:
    """The dialogs of the computer, answered by the test."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self.copy: Path | None = None
        self.proposed = ""

    def ask_file(self, parent: QWidget, kinds: str) -> Path | None:
        return self.file

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        self.proposed = name
        return self.copy


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def yves(persons: list[PersonId]) -> PersonId:
    return persons[1]


@pytest.fixture
def view(
    desk: Desk,
    yves: PersonId,
    background: InlineBackground,
    board: ChangeBoard,
    wear: Wear,
    answers: Answers,
    qtbot: QtBot,
) -> DocumentsView:
    wear()
    model = DocumentsViewModel(background, desk.documents, open_pages, board, desk.clock)
    view = DocumentsView(model, answers, desk.guard)
    qtbot.addWidget(view)
    view.resize(1110, 640)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    view.open(yves)
    return view


def attach(desk: Desk, person: PersonId, content: bytes, title: str = "Bail") -> RecordId:
    """Attach a content, without the window."""
    file = ChosenFile("bail", media_of(content), content)
    new = NewDocument(person, title, DocumentCategory.PROOF, file)
    return desk.documents.add(new).value


def read(view: DocumentsView, title: str) -> None:
    """Open a document from the list, with the keyboard."""
    at = [row.title for row in view.rows.rows].index(title)
    view.list.setCurrentIndex(view.rows.index(at))
    QTest.keyClick(view.list, Qt.Key.Key_Return)


@pytest.fixture
def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders into which a program puts what it does not want to keep in memory."""
    names = ("TMPDIR", "TEMP", "TMP", "HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")
    folders = []
    for name in names:
        folder = tmp_path / name.lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(folder))
        folders.append(folder)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(folders[0])
    assert tempfile.gettempdir() == str(folders[0])
    return folders


@pytest.mark.parametrize(
    ("name", "content"),
    [("lettre.pdf", pdf(2, CANARY)), ("scan.png", png(word=CANARY))],
)
def test_from_the_file_to_the_page_on_screen_no_clear_byte_reaches_a_disk(
    everywhere: list[Path],
    view: DocumentsView,
    answers: Answers,
    tmp_path: Path,
    name: str,
    content: bytes,
) -> None:
    answers.file = tmp_path / name
    answers.file.write_bytes(content)
    view.add.click()
    view.form.save.click()
    read(view, Path(name).stem)
    view.preview.grab()
    assert not view.preview.sheet.image.isNull()
    assert [path for folder in everywhere for path in folder.rglob("*")] == []
    seen = 0
    for path in tmp_path.rglob("*"):
        if path.is_file() and path != answers.file:
            seen += 1
            assert CANARY.encode() not in path.read_bytes(), path.name
    assert seen >= 1, "the store is among what was looked at"
    assert CANARY.encode() in answers.file.read_bytes(), "the search would find it"
    assert not any(CANARY in value for value in os.environ.values())


def test_a_document_is_added_with_the_keyboard_alone(
    view: DocumentsView, desk: Desk, yves: PersonId, answers: Answers, tmp_path: Path
) -> None:
    assert view.none.isVisible()
    answers.file = tmp_path / "courrier_CAF.pdf"
    answers.file.write_bytes(pdf())
    view.add.setFocus()
    QTest.keyClick(view.add, Qt.Key.Key_Return)
    assert view.form.title_field.hasFocus()
    assert view.form.title_field.text() == "courrier CAF"
    QTest.keyClicks(view.form.title_field, "Lettre de la CAF")
    QTest.keyClick(view.form.title_field, Qt.Key.Key_Return)
    (line,) = desk.documents.of(yves)
    assert line.title == "Lettre de la CAF"
    assert [row.title for row in view.rows.rows] == ["Lettre de la CAF"]
    assert not view.form.isVisible()
    assert "effacez-le" in view.said.text()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_the_keyboard_stays_on_the_page_once_a_document_is_named_or_given_up(
    view: DocumentsView, answers: Answers, tmp_path: Path, key: Qt.Key, qtbot: QtBot
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    beside = QHBoxLayout(window)
    beside.addWidget(QPushButton("Aujourd’hui"))
    beside.addWidget(view)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    answers.file = tmp_path / "courrier_CAF.png"
    answers.file.write_bytes(png())
    view.add.click()
    QTest.keyClick(view.form.title_field, key)
    assert not view.form.isVisible()
    assert view.add.hasFocus()
    view.setParent(None)  # each is put away by itself


def test_a_file_that_is_dropped_waits_for_its_title(view: DocumentsView, tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(png())
    drop(view, path)
    assert view.form.isVisible()
    assert "Image PNG" in view.form.file.text()
    QTest.keyClick(view.form.title_field, Qt.Key.Key_Escape)
    assert not view.form.isVisible()
    assert view.rows.rowCount() == 0
    drop(view, path, path)
    assert "un par un" in view.notice.sentence
    assert not view.form.isVisible()


def drop(view: DocumentsView, *paths: Path) -> None:
    """Drop files on the page."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left = Qt.MouseButton.LeftButton
    plain = Qt.KeyboardModifier.NoModifier
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    entering = QDragEnterEvent(QPoint(5, 5), both, data, left, plain)
    view.dragEnterEvent(entering)
    assert entering.isAccepted()
    dropped = QDropEvent(QPointF(5, 5), both, data, left, plain)
    view.dropEvent(dropped)
    assert dropped.dropAction() is Qt.DropAction.CopyAction, "the file stays where it is"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "vide"),
        (b"MZ programme", "ni un PDF ni une image"),
        (pdf() + bytes(15 << 20), "dépasse 15\u00a0Mo"),
        (None, "n’a pas pu être lu"),
    ],
)
def test_a_file_that_cannot_be_attached_is_told_in_one_sentence(
    view: DocumentsView, answers: Answers, tmp_path: Path, content: bytes | None, words: str
) -> None:
    answers.file = tmp_path / "scan.pdf"
    if content is not None:
        answers.file.write_bytes(content)
    view.add.click()
    assert words in view.notice.sentence
    assert not view.form.isVisible()


def test_a_title_is_asked_for(view: DocumentsView, answers: Answers, tmp_path: Path) -> None:
    answers.file = tmp_path / "scan.pdf"
    answers.file.write_bytes(pdf())
    view.add.click()
    view.form.title_field.clear()
    view.form.save.click()
    assert view.form.title.problem
    assert view.form.isVisible()


def test_a_title_that_says_too_much_is_remarked_upon_and_never_refused(
    view: DocumentsView, desk: Desk, yves: PersonId, answers: Answers, tmp_path: Path
) -> None:
    answers.file = tmp_path / "scan 2 85 05 79 191 023 54.pdf"
    answers.file.write_bytes(pdf())
    view.add.click()
    assert view.form.guard is not None
    assert view.form.guard.sentence
    view.form.save.click()
    assert len(desk.documents.of(yves)) == 1


def test_pages_are_turned_and_made_larger_with_the_keyboard(
    view: DocumentsView, desk: Desk, yves: PersonId
) -> None:
    attach(desk, yves, pdf(3))
    view.open(yves)
    read(view, "Bail")
    preview, first = view.preview, view.preview.sheet.image
    assert preview.hasFocus()
    assert view.page.text() == "Page 1 sur 3"
    assert not view.previous.isEnabled()
    for key, said in (
        (Qt.Key.Key_PageDown, "Page 2 sur 3"),
        (Qt.Key.Key_PageDown, "Page 3 sur 3"),
        (Qt.Key.Key_PageDown, "Page 3 sur 3"),
        (Qt.Key.Key_PageUp, "Page 2 sur 3"),
    ):
        QTest.keyClick(preview, key)
        assert view.page.text() == said == preview.accessibleDescription()
    assert preview.sheet.image != first
    wide = preview.sheet.width()
    QTest.keyClick(preview, Qt.Key.Key_Plus)
    assert preview.sheet.width() > wide
    assert view.page.text() == "Page 2 sur 3"
    QTest.keyClick(preview, Qt.Key.Key_0)
    assert preview.sheet.width() == wide
    QTest.keyClick(preview, Qt.Key.Key_Minus)
    assert preview.sheet.width() < wide


def test_nothing_stays_in_sight_once_the_page_is_left(
    view: DocumentsView, desk: Desk, yves: PersonId
) -> None:
    attach(desk, yves, pdf(2))
    view.open(yves)
    read(view, "Bail")
    view.hide()
    view.show()
    assert view._viewmodel.state.reading is None
    assert view._viewmodel._pages._pages is None
    assert view.preview.sheet.image.isNull()


def test_nothing_of_another_person_stays(
    view: DocumentsView, desk: Desk, persons: list[PersonId], yves: PersonId
) -> None:
    attach(desk, yves, pdf(2))
    view.open(yves)
    read(view, "Bail")
    view.open(persons[2])
    assert view.rows.rowCount() == 0
    assert view.preview.sheet.image.isNull()


def test_a_copy_goes_where_she_chooses_and_nowhere_else(
    view: DocumentsView, desk: Desk, yves: PersonId, answers: Answers, tmp_path: Path
) -> None:
    content = pdf(1, CANARY)
    attach(desk, yves, content)
    view.open(yves)
    read(view, "Bail")
    view.copy.click()
    assert not any(CANARY.encode() in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    answers.copy = tmp_path / "copie.pdf"
    view.copy.click()
    assert answers.copy.read_bytes() == content
    assert answers.proposed == "document.pdf", "the name of a file is seen by others"
    assert "pas chiffrée" in view.said.text()
    read(view, "Bail")
    assert not view.said.isVisible()


def test_a_document_is_removed_and_put_back(
    view: DocumentsView, desk: Desk, yves: PersonId, qtbot: QtBot
) -> None:
    attach(desk, yves, pdf())
    view.open(yves)
    read(view, "Bail")
    with qtbot.waitSignal(view.undo_offered) as offered:
        view.remove.click()
    assert view.rows.rowCount() == 0
    assert not view.preview.isVisible()
    words, undo = offered.args
    assert words == "Document retiré"
    undo()
    assert [row.title for row in view.rows.rows] == ["Bail"]
    read(view, "Bail")
    assert not view.preview.sheet.image.isNull()


def test_a_document_is_named_otherwise(view: DocumentsView, desk: Desk, yves: PersonId) -> None:
    attach(desk, yves, pdf())
    view.open(yves)
    read(view, "Bail")
    view.rename.click()
    assert view.form.title_field.text() == "Bail"
    view.form.title_field.setText("Bail signé")
    view.form.save.click()
    assert [row.title for row in view.rows.rows] == ["Bail signé"]
    assert view.heading.text() == "Bail signé"


def test_a_document_on_its_way_says_so_and_opens_by_itself_once_it_is_here(
    view: DocumentsView, desk: Desk, yves: PersonId, board: ChangeBoard
) -> None:
    document = attach(desk, yves, pdf(2))
    pieces = desk.store.pieces.of(document)
    desk.store.pieces.forget(document)
    view.open(yves)
    (row,) = view.rows.rows
    assert row.mark is not None
    assert row.mark.words == "En route"
    read(view, "Bail")
    assert "0 sur 1" in view.way.text()
    assert not view.preview.isVisible()
    assert not view.copy.isVisible()
    desk.store.pieces.put(document, yves, dict(enumerate(pieces)), is_sent=True)
    view.open(yves)
    assert view.page.text() == "Page 1 sur 2"
    assert view.rows.rows[0].mark is None


def test_a_document_that_cannot_be_shown_can_still_be_copied(
    view: DocumentsView, desk: Desk, yves: PersonId, answers: Answers, tmp_path: Path
) -> None:
    attach(desk, yves, b"%PDF-1.4 abime")
    view.open(yves)
    read(view, "Bail")
    assert "ne peut pas être affiché" in view.notice.sentence
    assert not view.preview.isVisible()
    answers.copy = tmp_path / "copie.pdf"
    view.copy.click()
    assert answers.copy.read_bytes() == b"%PDF-1.4 abime"


@pytest.mark.parametrize("mode", [Mode.LIGHT, Mode.DARK])
@pytest.mark.parametrize("scale", [100, 200])
def test_it_can_be_used_without_a_mouse_and_with_large_letters(
    view: DocumentsView,
    desk: Desk,
    yves: PersonId,
    answers: Answers,
    wear: Wear,
    tmp_path: Path,
    mode: Mode,
    scale: int,
) -> None:
    attach(desk, yves, pdf(3))
    wear(mode=mode, scale=scale)
    view.resize(1366 - 81 - 48, 768 - 36 - 160)
    view.open(yves)
    read(view, "Bail")
    answers.file = tmp_path / "scan.png"
    answers.file.write_bytes(png())
    view.add.click()
    QCoreApplication.processEvents()
    assert_accessible(view)
