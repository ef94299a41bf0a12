"""Decides what the page of the documents shows: attaches, opens, turns pages, removes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.config.clock import Clock, paris
from desktop.config.private_files import write_private
from desktop.domain.touched import Touched
from desktop.services.documents import (
    ChosenFile,
    DocumentLine,
    Documents,
    NewDocument,
    OpenDocument,
    Removed,
    read_file,
)
from desktop.services.done import Done
from desktop.services.errors import InvalidInput, NotFound
from desktop.ui.background import Background, Handle, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.documents import words
from desktop.ui.documents.state import (
    WHOLE_WIDTH,
    ZOOMS,
    CannotShow,
    DocumentsState,
    Pages,
    Reading,
)
from desktop.ui.errors import sentence
from desktop.ui.text import translate
from protocol.ids import PersonId, RecordId, is_id
from protocol.kinds.documents import DocumentCategory, DocumentMedia

T = TypeVar("T")
_PAGE_PX = 1_400
"""Width of a page drawn at 100 %: twice what it takes on most screens, so that it stays sharp."""
_EVERYWHERE = frozenset({"professional", "same_person"})

OpenPages = Callable[[DocumentMedia, bytes], Pages]


class _OpenPages:
    """The document being read, on the store's lane: opening another one closes it."""

    def __init__(self, open_pages: OpenPages) -> None:
        self._open_pages = open_pages
        self._pages: Pages | None = None

    def open(self, document: OpenDocument) -> Reading:
        """Return the first page; none when the document cannot be shown."""
        self.close()
        try:
            self._pages = self._open_pages(document.media, document.content)
            return Reading(document, self._pages.count, image=self._pages.draw(0, _PAGE_PX))
        except CannotShow:
            self.close()
            return Reading(document)

    def draw(self, page: int, width_px: int) -> object:
        """Return the image of a page; raise ``CannotShow``."""
        if self._pages is None:
            raise CannotShow
        return self._pages.draw(page, width_px)

    def close(self) -> None:
        """Let go of it."""
        if self._pages is not None:
            self._pages.close()
            self._pages = None


class DocumentsViewModel(QObject):
    """Shows one person's documents at a time."""

    changed = Signal()
    undo_offered = Signal(str, object)

    def __init__(
        self,
        background: Background,
        documents: Documents,
        open_pages: OpenPages,
        board: ChangeBoard,
        clock: Clock,
        parent: QObject | None = None,
    ) -> None:
        """``open_pages`` makes what draws a document; it is called on the store's lane."""
        super().__init__(parent)
        self._background = background
        self._documents = documents
        self._pages = _OpenPages(open_pages)
        self._board = board
        self._clock = clock
        self._reading: Handle | None = None
        self._opening: Handle | None = None
        self._drawing: Handle | None = None
        self._state = DocumentsState(now=paris(clock.now()))
        board.changed.connect(self._hear)

    @property
    def state(self) -> DocumentsState:
        return self._state

    # -- the list -----------------------------------------------------------------------------

    def open(self, person: PersonId) -> None:
        """Show this person; nothing of another one stays."""
        if person != self._state.person and person not in self._state.dossiers:
            self.cover()
            self._become(DocumentsState(now=paris(self._clock.now()), person=person))
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        person = self._state.person
        if person is None:
            return
        if self._reading is not None:
            self._reading.abandon()
        documents = self._documents
        self._reading = self._background.run(
            Lane.STORE,
            lambda: (documents.dossiers_of(person), tuple(documents.of(person))),
            self._show,
            self._refuse,
        )

    # -- attaching ----------------------------------------------------------------------------

    def choose(self, paths: Sequence[Path]) -> None:
        """Look at a file that was chosen or dropped; it then waits for its title."""
        if len(paths) != 1:
            self._become(replace(self._state, problem=words.one_at_a_time(), said=""))
            return
        path = paths[0]
        self._work(lambda: read_file(path), lambda chosen: self._look_at(chosen, path))

    def resume(self, about: str) -> None:
        """Take up again the file, or the document, that was being named before a lock."""
        mine = [line.id for line in self._state.lines or () if line.mine and line.id == about]
        if mine:
            self.read(mine[0])
            self.begin_naming()
        elif not is_id(about):
            self.choose([Path(about)])

    def attach(self, title: str, category: DocumentCategory) -> None:
        """Attach the file that waits, or name otherwise the document that is being named."""
        state = self._state
        person, chosen, naming = state.person, state.chosen, state.naming
        if naming is not None:
            self._work(lambda: self._documents.edit(naming, title, category), self._named)
        elif person is not None and chosen is not None:
            new = NewDocument(person, title, category, chosen)
            self._work(lambda: self._documents.add(new), self._attached)

    def begin_naming(self) -> None:
        """Name the document in sight otherwise."""
        if self._state.line is not None:
            self._become(replace(self._state, naming=self._state.selected, chosen=None))

    def put_form_away(self) -> None:
        """Nothing is attached, nor named."""
        self._become(replace(self._state, chosen=None, naming=None, field_problems={}))

    # -- reading ------------------------------------------------------------------------------

    def read(self, document: RecordId) -> None:
        """Put a document in sight, and open it if it is here."""
        self._let_go()
        self._become(
            replace(
                self._state, selected=document, reading=None, said="", problem=None, naming=None
            )
        )
        line = self._state.line
        if line is None or not line.is_here:
            return
        documents, pages = self._documents, self._pages
        self._become(replace(self._state, is_busy=True))
        self._opening = self._background.run(
            Lane.STORE, lambda: pages.open(documents.open(document)), self._opened, self._refuse
        )

    def turn(self, by: int) -> None:
        """Go some pages further, or back."""
        reading = self._state.reading
        if reading is not None and reading.pages:
            page = min(max(reading.page + by, 0), reading.pages - 1)
            if page != reading.page:
                self._draw(replace(reading, page=page))

    def zoom(self, by: int) -> None:
        """Larger or smaller by one step; 0 goes back to the width of the page."""
        reading = self._state.reading
        if reading is None:
            return
        at = ZOOMS.index(reading.zoom) if reading.zoom in ZOOMS else ZOOMS.index(WHOLE_WIDTH)
        zoom = ZOOMS[min(max(at + by, 0), len(ZOOMS) - 1)] if by else WHOLE_WIDTH
        if zoom != reading.zoom:
            self._draw(replace(reading, zoom=zoom))

    def cover(self) -> None:
        """The page is left: no clear byte of a document stays."""
        self._let_go()
        self._become(
            replace(self._state, reading=None, selected=None, chosen=None, naming=None, said="")
        )

    def save_copy(self, path: Path) -> None:
        """Write the document in sight, in clear, where somebody chose."""
        reading = self._state.reading
        if reading is not None:
            content = reading.document.content
            self._work(
                lambda: write_private(path, content),
                lambda _: self._become(replace(self._state, said=words.copied())),
            )

    # -- removing -----------------------------------------------------------------------------

    def remove(self) -> None:
        """Remove the document in sight, which is mine; it can be put back."""
        document = self._state.selected
        if document is not None:
            self._work(lambda: self._documents.remove(document), self._removed)

    # -- inside -------------------------------------------------------------------------------

    def _work(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        if self._state.is_busy:
            return
        self._become(replace(self._state, is_busy=True, said="", problem=None, field_problems={}))

        def done(value: T) -> None:
            self._become(replace(self._state, is_busy=False))
            then(value)

        self._background.run(Lane.STORE, work, done, self._refuse)

    def _look_at(self, chosen: ChosenFile, path: Path) -> None:
        self._become(replace(self._state, chosen=chosen, path=path, naming=None))

    def _attached(self, done: Done[RecordId]) -> None:
        self._become(replace(self._state, chosen=None, said=words.attached()))
        self._board.announce(done.touched)

    def _named(self, done: Done[None]) -> None:
        self._become(replace(self._state, naming=None))
        self._board.announce(done.touched)

    def _removed(self, done: Done[Removed]) -> None:
        self._let_go()
        self._become(replace(self._state, selected=None, reading=None))
        self._board.announce(done.touched)
        documents, removed = self._documents, done.value

        def put_back() -> None:
            self._background.run(
                Lane.STORE,
                lambda: documents.put_back(removed),
                lambda back: self._board.announce(back.touched),
                self._refuse,
            )

        self.undo_offered.emit(translate("Documents", "Document retiré"), put_back)

    def _opened(self, reading: Reading) -> None:
        problem = None if reading.pages else words.problem_of(CannotShow())
        self._become(replace(self._state, reading=reading, problem=problem, is_busy=False))

    def _draw(self, reading: Reading) -> None:
        """Show at once where one is; the image follows."""
        pages = self._pages
        self._become(replace(self._state, reading=reading))
        if self._drawing is not None:
            self._drawing.abandon()
        width = _PAGE_PX * max(reading.zoom, WHOLE_WIDTH) // 100
        self._drawing = self._background.run(
            Lane.STORE, lambda: pages.draw(reading.page, width), self._drawn, self._refuse
        )

    def _drawn(self, image: object) -> None:
        reading = self._state.reading
        if reading is not None:
            self._become(replace(self._state, reading=replace(reading, image=image)))

    def _let_go(self) -> None:
        for handle in (self._opening, self._drawing):
            if handle is not None:
                handle.abandon()
        if self._opening is not None:
            self._background.run(Lane.STORE, self._pages.close, lambda _: None, self._refuse)
        self._opening = self._drawing = None
        if self._state.is_busy:
            self._become(replace(self._state, is_busy=False))

    def _hear(self, touched: frozenset[Touched]) -> None:
        hers = self._state.dossiers or (self._state.person,)
        if any(touch.dossier in hers or touch.kind in _EVERYWHERE for touch in touched):
            self.refresh()

    def _show(self, read: tuple[tuple[PersonId, ...], tuple[DocumentLine, ...]]) -> None:
        dossiers, lines = read
        before = self._state.line
        self._become(
            replace(self._state, now=paris(self._clock.now()), dossiers=dossiers, lines=lines)
        )
        after = self._state.line
        if self._state.selected is not None and after is None:
            self._let_go()
            self._become(replace(self._state, selected=None, reading=None, naming=None))
        elif after is not None and after.is_here and before is not None and not before.is_here:
            self.read(after.id)  # its last piece has just arrived

    def _refuse(self, failure: Exception) -> None:
        state = replace(self._state, is_busy=False)
        if isinstance(failure, InvalidInput):
            said = {failure.field: sentence(failure).text}
            self._become(replace(state, field_problems=said))
        elif isinstance(failure, NotFound):
            self._become(replace(state, selected=None, reading=None, naming=None))
            self.refresh()
        else:
            self._become(replace(state, problem=words.problem_of(failure)))

    def _become(self, state: DocumentsState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
