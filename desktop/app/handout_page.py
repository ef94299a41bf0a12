"""The page of the sheet to hand out, and the offer made when a follow-up has just been finished."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.services.handouts import Handouts
from desktop.ui.background import Background
from desktop.ui.changes import ChangeBoard
from desktop.ui.handout import HandoutView, HandoutViewModel
from desktop.ui.handout.paper import can_write, draw
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.theme import Role
from protocol.ids import FollowUpId

HANDOUT = "handout"


class HandoutPage(QObject):
    """Registers the page with the window; `open` shows a sheet."""

    def __init__(
        self, window: MainWindow, background: Background, handouts: Handouts, board: ChangeBoard
    ) -> None:
        super().__init__(window)
        self._window = window
        self._background = background
        self._handouts = handouts
        self._board = board
        self._viewmodel: HandoutViewModel | None = None
        self._is_offering = False
        window.register(Section(HANDOUT, "", self._make))
        window.section_opened.connect(self._page_opened)

    def open(self, follow_up: str) -> None:
        """Prepare the sheet of a meeting and show it."""
        self._window.page(HANDOUT)
        if self._viewmodel is not None:
            self._viewmodel.open(FollowUpId(follow_up))
            self._window.open(HANDOUT)

    def offer(self, follow_up: str, is_new: bool = True) -> None:
        """Say that the follow-up is finished, with the sheet one press away; until another page."""
        self._window.say(
            self.tr("Suivi terminé. La personne peut repartir avec une feuille.")
            if is_new
            else self.tr("Correction enregistrée. Ce que le suivi disait avant reste lisible."),
            self.tr("Feuille à remettre"),
            lambda: self.open(follow_up),
            role=Role.OK,
        )
        self._is_offering = True

    def _make(self) -> QWidget:
        languages = tuple(known for known in self._handouts.languages if can_write(known))
        self._viewmodel = HandoutViewModel(
            self._background, self._handouts, self._board, draw, languages
        )
        view = HandoutView(self._viewmodel)
        view.closed.connect(self._window.back)
        return view

    def _page_opened(self, _key: str) -> None:
        if self._is_offering:
            self._is_offering = False
            self._window.hush()
