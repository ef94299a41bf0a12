"""« Code court »: what it changes, what it risks, and the form to choose one."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.keys.code_field import CodeField
from desktop.ui.kit import (
    Card,
    Choice,
    Flow,
    LabeledField,
    Notice,
    PassphraseField,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    Text,
    Tick,
    column,
)
from desktop.ui.settings.code_viewmodel import USUAL_HOURS, CodeViewModel, Running, Stand
from desktop.ui.text import clock, translate
from desktop.ui.theme import Role

S = TypeVar("S")
HOURS = (1, 2, 4, 8, 12)


class CodeCard(Card):
    """Renders a `CodeViewModel`; hidden where the Département allows no code."""

    def __init__(
        self,
        viewmodel: CodeViewModel[S],
        wall: Callable[[datetime], datetime],
        parent: QWidget | None = None,
    ) -> None:
        """`wall` turns a moment into what people read on a clock."""
        super().__init__(parent=parent)
        self.set_title(self.tr("Code court"))
        self._viewmodel = viewmodel
        self._wall = wall
        self._shown = Stand.LOOKING
        self.switch = Tick(self.tr("Ouvrir avec un code court après un verrouillage"))
        self.switch.clicked.connect(self._switched)
        self._state = Secondary()
        self.notice = Notice(role=Role.PENDING)
        self.form = self._made_form()
        self.add(Text(self._changes()))
        self.add(Text(self._risks()))
        self.add(self.switch)
        self.add(self._state)
        self.add(self.form)
        self.add(self.notice)
        viewmodel.changed.connect(self.render_state)
        viewmodel.settled.connect(self._forget)
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        self.setVisible(state.stand is not Stand.NOT_ALLOWED)
        self.switch.setChecked(state.stand in (Stand.ON, Stand.CHOOSING))
        known = state.stand in (Stand.OFF, Stand.ON, Stand.CHOOSING)
        self.switch.setEnabled(known and not state.is_busy)
        self._state.setText(self._standing())
        self._state.setVisible(bool(self._standing()))
        self.form.setVisible(state.stand is Stand.CHOOSING)
        self.take_button.setEnabled(not state.is_busy)
        self.take_button.set_words(self.tr("Un instant…") if state.is_busy else self.tr("Activer"))
        self.cancel_button.setEnabled(not state.is_busy)
        said = state.problem.whole if state.problem else state.note
        self.notice.say(said, role=Role.PENDING if state.problem else Role.OK)
        self.notice.setVisible(bool(said))
        if state.stand is not self._shown:
            self._shown = state.stand
            if state.stand is Stand.CHOOSING:
                self.asked.setFocus()

    def refresh(self) -> None:
        """What the card says may have changed elsewhere."""
        self._viewmodel.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _standing(self) -> str:
        state = self._viewmodel.state
        if state.stand is Stand.NO_KEYRING:
            return self.tr(
                "Pas sur cet ordinateur\u00a0: Coffre n’y trouve pas le trousseau du système "
                "(Windows, macOS, ou Secret Service sous Linux), et n’en accepte aucun autre."
            )
        if state.stand is Stand.ON and state.running is not None:
            return self._told(state.running)
        return ""

    def _told(self, running: Running) -> str:
        hours = translate(
            "Settings", "Pendant %n heure(s) après la phrase de passe", "", running.hours
        )
        if running.until is None:
            return self.tr("{0}. Il servira après la prochaine.").format(hours)
        until = clock(self._wall(running.until))
        return self.tr("{0}\u00a0: jusqu’à {1}.").format(hours, until)

    def _changes(self) -> str:
        return self.tr(
            "Pendant quelques heures après la phrase de passe, six chiffres ou deux mots rouvrent "
            "le coffre. Au cinquième code faux, la phrase de passe est redemandée."
        )

    def _risks(self) -> str:
        return self.tr(
            "Ce que cela risque\u00a0: la moitié de la clé est dans le trousseau de votre session. "
            "Qui se sert de cette session ouverte peut la lire, puis essayer des codes ailleurs, "
            "sans limite. Verrouillez l’ordinateur en vous éloignant, et préférez un code long."
        )

    def _made_form(self) -> QWidget:
        self.asked = PassphraseField()
        self.first, self.second = CodeField(), CodeField()
        self.hours = Choice(
            [(str(hours), translate("Settings", "%n heure(s)", "", hours)) for hours in HOURS],
            value=str(USUAL_HOURS),
        )
        self.take_button = PrimaryButton(self.tr("Activer"))
        self.cancel_button = SecondaryButton(self.tr("Annuler"))
        self.asked.submitted.connect(self.first.setFocus)
        self.first.submitted.connect(self.second.setFocus)
        self.second.submitted.connect(self._choose)
        self.take_button.clicked.connect(self._choose)
        self.cancel_button.clicked.connect(self._viewmodel.fold)
        form = QWidget()
        form.setLayout(
            column(
                LabeledField(self.tr("Votre phrase de passe"), self.asked),
                LabeledField(
                    self.tr("Nouveau code"),
                    self.first,
                    help=self.tr("Ni date, ni suite, ni mot seul. Un code long vaut mieux."),
                ),
                LabeledField(self.tr("Le même, une seconde fois"), self.second),
                LabeledField(self.tr("Pendant"), self.hours),
                Flow(self.cancel_button, self.take_button, gap=8, at_right=True),
                gap=16,
            )
        )
        return form

    def _switched(self, wanted: bool) -> None:
        if not wanted:
            self._viewmodel.fold()
            self._viewmodel.turn_off()
        else:
            self._viewmodel.unfold()
        self.render_state()

    def _choose(self) -> None:
        self._viewmodel.choose(
            self.asked.value, self.first.value, self.second.value, int(self.hours.value)
        )

    def _forget(self) -> None:
        for field in (self.asked, self.first, self.second):
            field.clear()
