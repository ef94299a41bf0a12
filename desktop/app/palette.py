"""Ctrl+K: who is looked for, and all that the window can do, by its name."""

from PySide6.QtCore import QObject, Signal

from desktop.app.backup_pages import BACKUPS
from desktop.app.discreet_mode import DiscreetMode
from desktop.app.key_pages import COLLEAGUES, LAPTOPS
from desktop.app.parts import Parts
from desktop.app.road_pages import TOUR, TRIPS, WORKSHOPS
from desktop.app.workspace import AGENDA, IMPORT, PERSONS, SETTINGS, SYNC, TODAY, Workspace
from desktop.ui.search import Command, SearchPalette, SearchViewModel
from protocol.kinds.follow_ups import Medium

_NEW_PERSON, _LOCK, _DISCREET = "new_person", "lock", "discreet"
_UNPLANNED = "unplanned"


class Palette(QObject):
    """Made when it is first opened; does what is chosen there."""

    lock_requested = Signal()

    def __init__(
        self,
        parts: Parts,
        workspace: Workspace,
        discreet: DiscreetMode,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._parts = parts
        self._workspace = workspace
        self._discreet = discreet
        self._palette: SearchPalette | None = None

    def open(self) -> None:
        """Have the keyboard look for somebody, or for something to do."""
        if self._palette is None:
            services = self._parts.session.services
            viewmodel = SearchViewModel(
                self._parts.background, services.persons, services.directory, self._commands()
            )
            viewmodel.person_requested.connect(self._workspace.open_person)
            viewmodel.command_requested.connect(self._do)
            self._palette = SearchPalette(viewmodel, self._workspace.window)
        self._palette.open()

    def close(self) -> None:
        """It leaves with the window."""
        if self._palette is not None:
            self._palette.reject()

    def _commands(self) -> list[Command]:
        return [
            Command(TODAY, self.tr("Aujourd’hui"), "Ctrl+1", self.tr("tournée rendez-vous jour")),
            Command(TOUR, self.tr("Ma tournée"), "", self.tr("carte route étapes emporter")),
            Command(TRIPS, self.tr("Kilomètres"), "", self.tr("frais trajets voiture")),
            Command(PERSONS, self.tr("Personnes"), "Ctrl+2", self.tr("file active dossiers")),
            Command(AGENDA, self.tr("Agenda"), "Ctrl+3", self.tr("semaine permanence créneau")),
            Command(WORKSHOPS, self.tr("Ateliers"), "", self.tr("groupe séance inscrire")),
            Command(_NEW_PERSON, self.tr("Nouvelle personne"), "", self.tr("ouvrir un dossier")),
            Command(IMPORT, self.tr("Importer une file active"), "", self.tr("csv excel tableur")),
            *(
                Command(f"{_UNPLANNED} {way.medium.value}", way.medium.label, way.key)
                for way in self._workspace.unplanned.ways.values()
            ),
            Command(SYNC, self.tr("Synchronisation"), "Ctrl+6", self.tr("envoyer recevoir")),
            Command(BACKUPS, self.tr("Sauvegardes"), "", self.tr("copie restaurer exporter")),
            Command(LAPTOPS, self.tr("Vos ordinateurs"), "", self.tr("ajouter retirer portable")),
            Command(
                COLLEAGUES, self.tr("Vérifier avec un collègue"), "", self.tr("mots clés identité")
            ),
            Command(SETTINGS, self.tr("Réglages"), "Ctrl+7", self.tr("sombre clair texte phrase")),
            Command(
                _DISCREET, self.tr("Mode discret"), "F8", self.tr("initiales noms cacher masquer")
            ),
            Command(_LOCK, self.tr("Verrouiller"), "Ctrl+L", self.tr("fermer quitter")),
        ]

    def _do(self, key: str) -> None:
        if key == _NEW_PERSON:
            self._workspace.new_person()
        elif key == _DISCREET:
            self._discreet.toggle()
        elif key.startswith(_UNPLANNED):
            self._workspace.unplanned.ask(Medium(key.removeprefix(f"{_UNPLANNED} ")))
        elif key == _LOCK:
            self.lock_requested.emit()
        elif key == TOUR:
            self._workspace.road.open_tour()
        elif key == TRIPS:
            self._workspace.road.open_trips()
        else:
            self._workspace.window.open(key)
