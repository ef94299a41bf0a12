"""Somebody drops in, or calls: a key, her name, Enter, and the follow-up is open."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.app.session import Services
from desktop.services.directory import PlaceLine
from desktop.ui.background import Background
from desktop.ui.main_window.window import MainWindow
from desktop.ui.search import SearchPalette, SearchViewModel
from protocol.kinds.follow_ups import Medium


@dataclass(frozen=True, slots=True)
class Way:
    """A way of meeting that nobody planned."""

    medium: Medium
    key: str
    asked: str
    """What the search asks for."""
    words: str
    """What the sheet of shortcuts says."""


class _NoPlaces:
    """Persons only are looked for here."""

    def places(self) -> list[PlaceLine]:
        return []


class UnplannedMeetings(QObject):
    """Listens to the keys on every page, and asks who it is."""

    def __init__(
        self,
        services: Services,
        background: Background,
        window: MainWindow,
        begin: Callable[[str, Medium], object],
        parent: QObject | None = None,
    ) -> None:
        """``begin`` opens the follow-up of a meeting that was not planned."""
        super().__init__(parent)
        self._services = services
        self._background = background
        self._window = window
        self._begin = begin
        self._palettes: dict[Medium, SearchPalette] = {}
        self.ways = {way.medium: way for way in self._ways()}
        for way in self.ways.values():
            window.add_shortcut(way.key, way.words)
            shortcut = QShortcut(QKeySequence(way.key), window)
            shortcut.activated.connect(lambda medium=way.medium: self.ask(medium))

    def ask(self, medium: Medium) -> SearchPalette:
        """Ask who it is; Enter opens her follow-up."""
        palette = self._palettes.get(medium) or self._made(medium)
        self._palettes[medium] = palette
        palette.open()
        return palette

    def close(self) -> None:
        """Nothing that was searched stays open when the laptop locks."""
        for palette in self._palettes.values():
            palette.reject()

    def _made(self, medium: Medium) -> SearchPalette:
        viewmodel = SearchViewModel(self._background, self._services.persons, _NoPlaces(), ())
        viewmodel.person_requested.connect(lambda person: self._begin(person, medium))
        return SearchPalette(viewmodel, self._window, asked=self.ways[medium].asked)

    def _ways(self) -> tuple[Way, ...]:
        return (
            Way(
                Medium.WALK_IN,
                "Ctrl+Shift+S",
                self.tr("Qui vient d’arriver\u00a0?"),
                self.tr("Accueil spontané\u00a0: choisir la personne, Entrée, écrire"),
            ),
            Way(
                Medium.PHONE,
                "Ctrl+Shift+T",
                self.tr("Qui est au téléphone\u00a0?"),
                self.tr("Appel téléphonique\u00a0: choisir la personne, Entrée, écrire"),
            ),
        )
