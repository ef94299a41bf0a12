"""Lays out the documents of a dossier: the list and its form at the left, a page at the right."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.domain.document_files import suffix_of
from desktop.domain.free_text import FreeTextGuard
from desktop.ui.documents import words
from desktop.ui.documents.form import NamingForm
from desktop.ui.documents.preview import PagePreview
from desktop.ui.documents.state import ZOOMS, DocumentsState, Reading
from desktop.ui.documents.viewmodel import DocumentsViewModel
from desktop.ui.kit import (
    GRID,
    Card,
    Columns,
    DangerButton,
    EmptyState,
    Flow,
    Heading,
    IconButton,
    Level,
    ListView,
    Mark,
    Notice,
    Row,
    RowsModel,
    Secondary,
    SecondaryButton,
    Shape,
    Text,
    column,
    scrolling,
)
from desktop.ui.kit.typed import Left, Typed
from desktop.ui.outlets import SystemOutlets
from desktop.ui.theme import Role
from protocol.ids import PersonId, RecordId
from protocol.kinds.documents import DocumentCategory, DocumentMedia

_ROWS_IN_SIGHT = 4


class FileOutlets(Protocol):
    """Both questions are answered by None when the person changes her mind."""

    def ask_file(self, parent: QWidget, kinds: str) -> Path | None:
        """Which file to attach."""
        ...

    def ask_path(self, parent: QWidget, name: str, kinds: str) -> Path | None:
        """Where to save a copy."""
        ...


class DocumentsView(QWidget):
    """A page of the dossier. Files come by the button, or are dropped on it."""

    undo_offered = Signal(str, object)

    def __init__(
        self,
        viewmodel: DocumentsViewModel,
        outlets: FileOutlets | None = None,
        guard: FreeTextGuard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._outlets = outlets or SystemOutlets()
        self._shown: RecordId | None = None
        self._kept: Typed | None = None
        self.setAcceptDrops(True)
        self.notice = Notice()
        self.notice.hide()
        self.rows = RowsModel(self)
        self.list = ListView(self.tr("Documents, du plus récent au plus ancien"))
        self.list.setModel(self.rows)
        self.add = SecondaryButton(self.tr("Ajouter un document"), icon_name="plus")
        self.hint = Secondary(
            self.tr("Ou déposez ici un PDF ou une image, 15\u00a0Mo au plus."), small=True
        )
        self.form = NamingForm(guard)
        self.said = Text("", kind="secondary")
        self.none = EmptyState(self.tr("Aucun document dans ce dossier."))
        self._lay_out_preview()
        left = Card(self.tr("Documents"))
        for part in (Flow(self.add), self.hint, self.form, self.said, self.none):
            left.add(part)
        left.add(self.list, 1)
        self._beside = Card()
        for part in (self.heading, self.facts, self.way, self.tools):
            self._beside.add(part)
        self._beside.add(self.preview, 1)
        beside = QWidget()
        beside.setLayout(column(self._beside))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.notice)
        layout.addWidget(scrolling(Columns(left, beside, shares=(2, 3))))
        self._connect()
        self._render()

    def open(self, person: str) -> None:
        """Shows this person's documents."""
        self._viewmodel.open(PersonId(person))

    def left(self) -> Left | None:
        """Return what is being named, with its file or its document."""
        state, typed = self._viewmodel.state, self.form.typed()
        if self._kept is not None or typed is None:
            return Left({}, (self._kept,)) if self._kept is not None else None
        about = typed.about or state.naming or str(state.path or "")
        return Left({}, (replace(typed, about=about, of=typed.of or state.person or ""),))

    def come_back(self, left: Left) -> None:
        """Name it again, once the documents of its dossier are read."""
        for typed in left.forms:
            if typed.form == self.form.form_name:
                self._kept = typed

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._viewmodel.cover()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._make_room()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        # Copied, whatever the other program proposes: the file stays where it is.
        can_copy = bool(event.possibleActions() & Qt.DropAction.CopyAction)
        if can_copy and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.take_files(
            [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        )

    def take_files(self, paths: Sequence[Path]) -> None:
        """Files were dropped."""
        self._viewmodel.choose(paths)

    def _lay_out_preview(self) -> None:
        self.heading = Heading("", Level.SUBHEADING)
        self.facts = Secondary("")
        self.way = Text("")
        self.previous = IconButton("chevron-left", self.tr("Page précédente"))
        self.following = IconButton("chevron-right", self.tr("Page suivante"))
        self.page = Text("", wrap=False)
        self.smaller = IconButton("zoom-out", self.tr("Plus petit"))
        self.larger = IconButton("zoom-in", self.tr("Plus grand"))
        self.rename = IconButton("pencil", self.tr("Renommer"))
        self.copy = SecondaryButton(self.tr("Enregistrer une copie…"))
        self.remove = DangerButton(self.tr("Retirer"))
        self.tools = Flow(
            self.previous,
            self.page,
            self.following,
            self.smaller,
            self.larger,
            self.rename,
            self.copy,
            self.remove,
            gap=GRID,
        )
        self.preview = PagePreview()

    def _connect(self) -> None:
        model = self._viewmodel
        model.changed.connect(self._render)
        model.undo_offered.connect(self.undo_offered)
        self.notice.remedy_asked.connect(model.refresh)
        self.add.clicked.connect(self._choose)
        self.form.save.clicked.connect(self._attach)
        self.form.cancel.clicked.connect(model.put_form_away)
        self.list.opened.connect(lambda key: model.read(RecordId(str(key))))
        self.previous.clicked.connect(lambda: model.turn(-1))
        self.following.clicked.connect(lambda: model.turn(1))
        self.smaller.clicked.connect(lambda: model.zoom(-1))
        self.larger.clicked.connect(lambda: model.zoom(1))
        self.preview.turn_asked.connect(model.turn)
        self.preview.zoom_asked.connect(model.zoom)
        self.rename.clicked.connect(model.begin_naming)
        self.copy.clicked.connect(self._save_copy)
        self.remove.clicked.connect(model.remove)

    def _choose(self) -> None:
        kinds = self.tr("PDF et images (*.pdf *.jpg *.jpeg *.png)")
        if chosen := self._outlets.ask_file(self, kinds):
            self._viewmodel.choose([chosen])

    def _attach(self) -> None:
        category = DocumentCategory(self.form.category_field.value)
        self._viewmodel.attach(self.form.title_field.value, category)

    def _save_copy(self) -> None:
        reading = self._viewmodel.state.reading
        if reading is None:
            return
        suffix = suffix_of(reading.document.media)
        # A neutral name: names of files are seen by others.
        name = self.tr("document{0}").format(suffix)
        if path := self._outlets.ask_path(self, name, f"*{suffix}"):
            self._viewmodel.save_copy(path)

    # -- showing ------------------------------------------------------------------------------

    def _render(self) -> None:
        state = self._viewmodel.state
        self.notice.setVisible(state.problem is not None)
        if state.problem is not None:
            self.notice.say(state.problem.whole, role=Role.DANGER)
        self.add.setEnabled(not state.is_busy)
        was_named = self.form.isAncestorOf(QApplication.focusWidget() or self)
        self.form.show_state(state)
        if was_named and self.form.isHidden():
            self.add.setFocus()  # a form that goes away leaves the keyboard on another page
        self.said.setText(state.said)
        self.said.setVisible(bool(state.said))
        self._render_list(state)
        self._render_document(state)
        self._resume(state)

    def _resume(self, state: DocumentsState) -> None:
        kept = self._kept
        if kept is not None and state.lines is not None:
            if kept.of in (state.person, *state.dossiers):
                self._kept = None
                self.form.keep(kept)
                self._viewmodel.resume(kept.about)

    def _render_list(self, state: DocumentsState) -> None:
        lines = state.lines or ()
        self.none.setVisible(state.lines is not None and not lines)
        self.list.setVisible(bool(lines))
        today = state.now.date()
        rows = [
            Row(
                key=line.id,
                title=line.title,
                subtitle=words.subtitle(line, today),
                mark=Mark(way, Role.PENDING, Shape.RING) if (way := words.way(line)) else None,
            )
            for line in lines
        ]
        with QSignalBlocker(self.list):
            self.rows.show(rows)
            at = self.rows.find(state.selected)
            if at.isValid() and at != self.list.currentIndex():
                self.list.setCurrentIndex(at)
        self._make_room()

    def _render_document(self, state: DocumentsState) -> None:
        line, reading = state.line, state.reading
        self._beside.setVisible(line is not None)
        if line is None:
            self._shown = None
            self.preview.forget()
            return
        self.heading.setText(line.title)
        self.facts.setText(words.subtitle(line, state.now.date()))
        way = words.way_in_full(line)
        self.way.setText(way)
        self.way.setVisible(bool(way))
        self.rename.setVisible(line.mine)
        self.remove.setVisible(line.mine)
        self.copy.setVisible(reading is not None)
        has_pages = reading is not None and reading.pages > 0
        has_several = reading is not None and reading.pages > 1
        shown: list[tuple[QWidget, bool]] = [
            *((part, has_pages) for part in (self.smaller, self.larger, self.preview)),
            *((part, has_several) for part in (self.previous, self.page, self.following)),
        ]
        for part, is_shown in shown:
            part.setVisible(is_shown)
        if reading is None or not has_pages:
            self._shown = None
            self.preview.forget()
        else:
            self._render_page(reading, line.media)

    def _render_page(self, reading: Reading, media: DocumentMedia) -> None:
        said = words.page_of(reading.page, reading.pages)
        self.page.setText(said)
        self.previous.setEnabled(reading.page > 0)
        self.following.setEnabled(reading.page < reading.pages - 1)
        self.smaller.setEnabled(reading.zoom > ZOOMS[0])
        self.larger.setEnabled(reading.zoom < ZOOMS[-1])
        spoken = said if media is DocumentMedia.PDF else media.label
        self.preview.show_page(reading.image, reading.page, reading.zoom, spoken)
        if self._shown != reading.document.id:
            self._shown = reading.document.id
            if self.list.hasFocus():
                self.preview.setFocus()  # in sight, also where the columns are stacked

    def _make_room(self) -> None:
        """A few documents are in sight even when the columns are stacked."""
        row = max(self.list.sizeHintForRow(0), 0)
        self.list.setMinimumHeight(min(self.rows.rowCount(), _ROWS_IN_SIGHT) * row + 2 * GRID)
