"""Réglages, from the look to the keys; each choice is taken at once, there is nothing to save."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from desktop.config.preferences import Appearance, Preferences
from desktop.ui.focus_follower import FocusFollower
from desktop.ui.kit import (
    Card,
    Choice,
    Flow,
    LabeledField,
    Notice,
    ScreenHeader,
    SecondaryButton,
    Segments,
    Text,
    Tick,
    column,
    row,
    scrolling,
)
from desktop.ui.outlets import Outlets
from desktop.ui.settings.about import AboutCard
from desktop.ui.settings.key_pages_card import KeyPagesCard
from desktop.ui.settings.keys_card import KeysCard
from desktop.ui.settings.viewmodel import Panel, SettingsViewModel
from desktop.ui.text import translate
from desktop.ui.theme import Mode, Role, Theme, current_tokens

TEXT_SIZES = (100, 125, 150, 175, 200)
LOCK_DELAYS_MIN = (1, 2, 3, 5, 10, 15)
_AS_THE_SYSTEM = "system"
_WIDTH_PX = 820


class SettingsView(QWidget):
    """Renders a `SettingsViewModel`, and wears its choices."""

    backups_requested = Signal()
    safety_requested = Signal()

    def __init__(
        self,
        viewmodel: SettingsViewModel,
        theme: Theme,
        today: Callable[[], date],
        version: str,
        outlets: Outlets | None = None,
        code: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`code` is the card of the short code, where one may be offered."""
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._theme = theme
        self.notice = Notice()
        self.keys = KeysCard(viewmodel, today, outlets)
        self.key_pages = KeyPagesCard()
        self.look = self._made_look()
        self.lock = self._made_lock()
        self._cards = column(
            self.look,
            self.lock,
            self.keys,
            self.key_pages,
            self._made_backups(),
            AboutCard(version),
            gap=16,
        )
        if code is not None:
            self._cards.insertWidget(2, code)
        self._lay_out()
        viewmodel.changed.connect(self.render_state)
        viewmodel.preferences_changed.connect(self._wear)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        preferences = state.preferences
        self.appearance.set_value(preferences.appearance.value)
        self.text_size.set_value(_size_key(preferences.text_percent))
        self.lock_delay.set_value(str(preferences.lock_after_min))
        self.starts_discreet.setChecked(preferences.starts_discreet)
        said = state.problem.whole if state.problem else state.note
        in_the_card = state.panel is not Panel.NONE
        self.notice.say(said, role=Role.PENDING if state.problem else Role.OK)
        self.notice.setVisible(bool(said) and not in_the_card)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._viewmodel.state.panel is Panel.PAPER:
            # Who opens this page again may not be alone: « Revoir les mots » shows them.
            self._viewmodel.retype()

    def _wear(self, preferences: Preferences) -> None:
        self._theme.choose_mode(Mode(preferences.appearance.value))
        self._theme.choose_scale(preferences.text_percent)

    def _made_look(self) -> Card:
        self.appearance = Segments(
            self.tr("Apparence"),
            [
                (Appearance.LIGHT.value, self.tr("Clair")),
                (Appearance.DARK.value, self.tr("Sombre")),
                (Appearance.SYSTEM.value, self.tr("Comme l’ordinateur")),
            ],
        )
        sizes = [(str(size), self.tr("{0}\u00a0%").format(size)) for size in TEXT_SIZES]
        self.text_size = Segments(
            self.tr("Taille du texte"), [*sizes, (_AS_THE_SYSTEM, self.tr("Comme l’ordinateur"))]
        )
        self.appearance.chosen.connect(
            lambda key: self._viewmodel.choose_appearance(Appearance(key))
        )
        self.text_size.chosen.connect(lambda key: self._viewmodel.choose_text_size(_size_of(key)))
        card = Card(self.tr("Apparence"))
        card.add(LabeledField(self.tr("Couleurs"), self.appearance))
        card.add(LabeledField(self.tr("Taille du texte"), self.text_size))
        return card

    def _made_lock(self) -> Card:
        self.lock_delay = Choice(
            [
                (str(minutes), translate("Settings", "%n minute(s)", "", minutes))
                for minutes in LOCK_DELAYS_MIN
            ]
        )
        self.lock_delay.chosen.connect(lambda key: self._viewmodel.choose_lock_delay(int(key)))
        card = Card(self.tr("Verrouillage"))
        field = LabeledField(
            self.tr("Verrouiller après"),
            self.lock_delay,
            help=self.tr("Sans clavier ni souris. Ctrl+L verrouille tout de suite."),
        )
        card.add(field)
        self.starts_discreet = Tick(
            self.tr(
                "Ouvrir toujours en mode discret\u00a0: les noms en initiales, F8 pour les voir"
            )
        )
        self.starts_discreet.toggled.connect(self._viewmodel.start_discreet)
        card.add(self.starts_discreet)
        self.safety_button = SecondaryButton(self.tr("Diagnostic de sécurité…"))
        self.safety_button.clicked.connect(self.safety_requested)
        card.add(Flow(self.safety_button))
        return card

    def _made_backups(self) -> Card:
        self.backups_button = SecondaryButton(self.tr("Voir les sauvegardes"))
        self.backups_button.clicked.connect(self.backups_requested)
        card = Card(self.tr("Sauvegardes"))
        card.add(
            Text(
                self.tr(
                    "Coffre garde sur cet ordinateur des copies chiffrées de ce que vous écrivez, "
                    "et peut vous rendre ce qui a été effacé ou changé par mégarde."
                )
            )
        )
        card.add(Flow(self.backups_button))
        return card

    def _lay_out(self) -> None:
        self._page = QWidget()
        self._page.setLayout(self._cards)
        self._cards.addStretch(1)
        across = QWidget()
        line = row(self._page)
        line.addStretch(1)
        line.setStretch(0, 100)
        across.setLayout(line)
        layout = column(
            ScreenHeader(
                self.tr("Réglages"), self.tr("Pour ce poste seulement, pris en compte aussitôt.")
            ),
            self.notice,
            gap=12,
        )
        self.area = scrolling(across)
        FocusFollower(self.area)
        layout.addWidget(self.area, 1)
        self.setLayout(layout)
        self._fit()

    def _fit(self) -> None:
        self._page.setMaximumWidth(current_tokens().text_px(_WIDTH_PX))


def _size_key(percent: int | None) -> str:
    """The nearest size offered: a file may hold any."""
    if percent is None:
        return _AS_THE_SYSTEM
    return str(min(TEXT_SIZES, key=lambda size: abs(size - percent)))


def _size_of(key: str) -> int | None:
    return None if key == _AS_THE_SYSTEM else int(key)
