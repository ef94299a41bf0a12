"""After a lock she is back where she was, at her words; after a crash too, but for two seconds.

A long text has its draft. What the small forms of the pages hold is kept here, with the page that
was in sight, in one text of the encrypted store: a locked laptop remembers nothing outside it.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from PySide6.QtCore import QObject, QTimer

from desktop.app.interrupted import Interrupted, Kept, keep_as_told, read
from desktop.app.session import Session
from desktop.store.errors import StoreError
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.kit.typed import FormPage, Left, Standing, Typed
from desktop.ui.main_window.window import MainWindow
from desktop.ui.text import translate

_LOOK_EVERY_MS = 1_500
_RETRY_MS = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """A page to write or to choose in, which keeps a draft of its own."""

    what: str
    page: str
    where: Callable[[], Interrupted | None]
    """What it is about now; nothing when nothing is begun there."""
    reopen: Callable[[Interrupted], object]


class ComingBack(QObject):
    """Keeps what the open forms hold while somebody works, and opens them again.

    It looks every second and a half rather than listen to each field: a form that is added later
    cannot forget to say that somebody types in it. Nothing is written when nothing has changed.
    """

    def __init__(
        self,
        window: MainWindow,
        home: str,
        places: Sequence[Place],
        session: Session,
        background: Background,
        board: ChangeBoard,
        failed: Callable[[Exception], object],
    ) -> None:
        """``home`` is the page that opens when there is none to come back to."""
        super().__init__(window)
        self._window = window
        self._home = home
        self._session = session
        self._background = background
        self._failed = failed
        self._places = places
        self._is_back = False
        """Until what was kept has been read, nothing may take its place."""
        self._reopening: Interrupted | None = None
        """The draft that its page is reading: a lock before it is there must find it again."""
        self._last: str | None = ""
        """What was kept at the last look; the first one does not know, and asks the store."""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        board.changed.connect(self._look_soon)

    def begin(self) -> None:
        """Read what was kept, open it, and watch from then on."""
        session = self._session
        self._background.run(Lane.STORE, lambda: read(session), self._come_back, self._not_read)

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def leave(self) -> Callable[[], str | None]:
        """Return what keeps it all, for the store's lane, before the vault closes.

        That returns what the disk refused.
        """
        self.stop()
        return self.keep()

    def keep(self) -> Callable[[], str | None]:
        """The same, and go on watching."""
        if not self._is_back:
            return lambda: None
        store, text = self._session.workplace.store, self._text()

        def keep_it() -> str | None:
            try:
                keep_as_told(store, text)
            except StoreError:
                return text
            return None

        return keep_it

    def look(self) -> None:
        """Keep what has changed since the last look."""
        if not self._timer.isActive() or (text := self._text()) == self._last:
            return
        self._last = text
        store = self._session.workplace.store
        self._background.run(
            Lane.STORE, lambda: keep_as_told(store, text), self._was_kept, self._not_kept
        )

    def interrupted(self) -> Interrupted | None:
        """Return what the page in sight is about, if it is one to write or to choose in."""
        here = [place for place in self._places if place.page == self._window.current]
        return next((one for place in here if (one := place.where()) is not None), None)

    def go_back_to(self, interrupted: Interrupted) -> None:
        """Show a draft where it was left, unless something else was opened meanwhile."""
        if self._window.current == self._home:
            for place in self._places:
                if place.what == interrupted.what:
                    self._reopening = interrupted
                    place.reopen(interrupted)

    # -- inside ---------------------------------------------------------------------------------

    def _look_soon(self, _touched: object) -> None:
        """A form that was answered is not to come back: it closes once the answer is told."""
        if self._timer.isActive():
            QTimer.singleShot(0, self, self.look)

    def _come_back(self, kept: Kept | None) -> None:
        if kept is not None:
            self._open_forms({page: _left(words) for page, words in kept.pages.items()})
            if kept.lost_draft:
                self._window.say(_lost_words())
            if kept.draft is not None:
                self.go_back_to(kept.draft)
            elif kept.pages.get(kept.in_sight) and self._window.current == self._home:
                self._window.open(kept.in_sight)
            if self._window.current == kept.in_sight != self._home:
                self._lay_below(kept)
        self._is_back = True
        self._timer.start(_LOOK_EVERY_MS)

    def _not_read(self, failure: Exception) -> None:
        self._come_back(None)
        self._failed(failure)

    def _open_forms(self, pages: Mapping[str, Left]) -> None:
        for key, left in pages.items():
            page = self._page(key)
            if page is not None:
                page.come_back(left)

    def _lay_below(self, kept: Kept) -> None:
        """Whoever ends what the lock interrupted goes back to the page she came from."""
        if not kept.below:
            return
        self._window.lay_below(list(kept.below))
        for key in self._window.below:
            page: object = self._window.page(key) if kept.below[key] else None
            if isinstance(page, Standing) and key not in kept.pages:
                page.stand(kept.below[key])

    def _below(self) -> dict[str, Mapping[str, str]]:
        """The pages under the one in sight: those that can be shown again, and what they show."""
        made, below = self._window.made(), dict[str, Mapping[str, str]]()
        for key in self._window.below:
            page: object = made.get(key)  # laid there at an unlock, and not opened since
            if isinstance(page, Standing):
                below[key] = page.where()
            elif self._window.is_listed(key):
                below[key] = {}
        return below

    def _page(self, key: str) -> FormPage | None:
        page: object = self._window.page(key) if self._window.has(key) else None
        return page if isinstance(page, FormPage) else None

    def _text(self) -> str | None:
        pages = {}
        for key, page in self._window.made().items():
            if isinstance(page, FormPage) and (left := page.left()) is not None:
                pages[key] = asdict(left)
        draft = self._draft()
        if draft is None and not pages:
            return None
        return json.dumps(asdict(Kept(self._window.current, draft, pages, self._below())))

    def _draft(self) -> Interrupted | None:
        """What the page in sight is about; while it is being read again, what it was about."""
        draft, awaited = self.interrupted(), self._reopening
        here = {place.what for place in self._places if place.page == self._window.current}
        if draft is not None or awaited is None or awaited.what not in here:
            self._reopening = None
            return draft
        return awaited

    def _was_kept(self, _: object) -> None:
        if self._timer.isActive() and self._timer.interval() != _LOOK_EVERY_MS:
            self._timer.start(_LOOK_EVERY_MS)

    def _not_kept(self, failure: Exception) -> None:
        """A full disk: it is tried again, not so often that it could not be read about."""
        if self._timer.isActive():
            self._last = ""
            self._timer.start(_RETRY_MS)
            self._failed(failure)


def _lost_words() -> str:
    return translate(
        "ComingBack",
        "Ce que vous écriviez au moment du verrouillage n’est plus un brouillon\u00a0: c’était "
        "terminé ou jeté, ou le dossier a été effacé.",
    )


def _left(words: Mapping[str, object]) -> Left:
    forms = words["forms"]
    if not isinstance(forms, list) or not isinstance(words["at"], dict):
        raise TypeError("the words of a page")
    return Left(words["at"], tuple(Typed(**form) for form in forms))
