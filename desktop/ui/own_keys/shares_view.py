"""The page « Parts de votre clé »."""

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.config.clock import paris
from desktop.sync.key_shares import Kept
from desktop.ui.keys.words_grid import ShownWords, WordsField
from desktop.ui.kit import (
    Card,
    Choice,
    DangerButton,
    Flow,
    LabeledField,
    PassphraseField,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    Text,
    clear_layout,
    column,
)
from desktop.ui.own_keys.page import KeyPage
from desktop.ui.own_keys.shares import SharesState, SharesViewModel
from desktop.ui.text import day_with_year

WORDS = 26


class SharesView(KeyPage):
    """Renders a `SharesViewModel`."""

    def __init__(self, viewmodel: SharesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_head(
            self.tr("Parts de votre clé"),
            self.tr("Un secours de plus pour vos notes, si vous le voulez. Deux parts suffisent."),
        )
        self._viewmodel = viewmodel
        self._kept: tuple[Kept, ...] = ()
        self.kept_rows: list[KeptRow] = []
        self.lay_out(self._made_mine(), self._made_kept())
        viewmodel.changed.connect(self.render_state)
        self.first_stop = self.start_button
        self.render_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            # Who opens this page again may not be alone.
            self._viewmodel.leave()

    def render_state(self) -> None:
        state = self._viewmodel.state
        busy = self._viewmodel.is_busy
        self._say_standing(state)
        is_idle = not state.is_choosing and state.cut is None
        self.start_button.setVisible(is_idle and len(state.keepers) > 1)
        self.back_button_of_shares.setVisible(is_idle and state.standing.split is not None)
        self.few.setVisible(is_idle and len(state.keepers) < 2)
        self._choosing.setVisible(state.is_choosing)
        if state.is_choosing and self.one.count() != len(state.keepers):
            self._offer_keepers(state)
        self._paper.setVisible(state.cut is not None and not state.is_typing)
        self.paper_words.show_words(state.cut.paper if state.cut else ())
        self._typing.setVisible(state.cut is not None and state.is_typing)
        self.typed_words.point_at(state.wrong)
        if state.cut is None:
            self.typed_words.set_value(())
        for button in (self.cut_button, self.give_button, self.back_button_of_shares):
            button.setEnabled(not busy)
        if state.standing.kept != self._kept:
            self._show_kept(state)
        self.kept_none.setVisible(state.is_known and not state.standing.kept)
        for line in self.kept_rows:
            line.render_act(state, is_busy=busy)
        self.tell(self._viewmodel)

    def _say_standing(self, state: SharesState) -> None:
        standing = state.standing
        if standing.split is None or standing.since is None:
            said = self.tr("Votre clé n’est pas partagée.")
        else:
            names = self.tr(" et ").join(state.name_of(it) for it in standing.holders)
            said = self.tr(
                "Depuis le {0}\u00a0: une part sur votre papier, les deux autres chez {1}."
            ).format(day_with_year(paris(standing.since).date()), names)
        self.standing.setText(said)

    def _offer_keepers(self, state: SharesState) -> None:
        choices = [(it.id, it.name) for it in state.keepers]
        self.one.set_choices(choices, value=choices[0][0])
        self.other.set_choices(choices, value=choices[1][0])

    def _show_kept(self, state: SharesState) -> None:
        self._kept = state.standing.kept
        clear_layout(self._kept_list)
        self.kept_rows = [
            KeptRow(one, state.name_of(one.owner), self._viewmodel) for one in self._kept
        ]
        for line in self.kept_rows:
            self._kept_list.addWidget(line)

    def _made_mine(self) -> Card:
        viewmodel = self._viewmodel
        card = Card(self.tr("Votre clé"))
        self.standing = Text()
        self.few = Secondary(
            self.tr(
                "Il faut deux collègues psychologues ou infirmiers, vérifiés d’abord\u00a0: "
                "Réglages, «\u00a0Vérifier avec un collègue\u00a0»."
            )
        )
        self.start_button = SecondaryButton(self.tr("Partager ma clé en trois…"))
        self.back_button_of_shares = DangerButton(self.tr("Reprendre les parts"))
        self.start_button.clicked.connect(viewmodel.start)
        self.back_button_of_shares.clicked.connect(viewmodel.take_back)
        for part in (
            Secondary(
                self.tr(
                    "Si vous perdez tout, deux parts rouvrent vos notes sur un nouvel ordinateur. "
                    "C’est aussi dire que deux personnes qui s’entendraient le pourraient sans "
                    "vous, avec une invitation de l’informatique. Une part seule ne dit rien."
                )
            ),
            self.standing,
            self.few,
            Flow(self.start_button, self.back_button_of_shares, gap=8),
            self._made_choosing(),
            self._made_paper(),
            self._made_typing(),
        ):
            card.add(part)
        return card

    def _made_choosing(self) -> QWidget:
        self.one, self.other = Choice(), Choice()
        self.cut_button = PrimaryButton(self.tr("Faire les trois parts"))
        self.cut_button.clicked.connect(
            lambda: self._viewmodel.cut(self.one.value, self.other.value)
        )
        self._choosing = _panel(
            LabeledField(self.tr("Une part chez"), self.one),
            LabeledField(self.tr("Une autre chez"), self.other),
            Flow(self._leaving(), self.cut_button, gap=8, at_right=True),
        )
        return self._choosing

    def _made_paper(self) -> QWidget:
        self.paper_words = ShownWords(count=WORDS)
        self.copied_button = PrimaryButton(self.tr("La part est recopiée"))
        self.copied_button.clicked.connect(self._viewmodel.type_back)
        self._paper = _panel(
            Text(
                self.tr(
                    "Recopiez votre part, vingt-six mots, sur un papier à ranger sous clé. Rien "
                    "n’est donné à personne avant que vous ne l’ayez tapée."
                )
            ),
            self.paper_words,
            Flow(self._leaving(), self.copied_button, gap=8, at_right=True),
        )
        return self._paper

    def _made_typing(self) -> QWidget:
        self.typed_words = WordsField(count=WORDS)
        self.give_button = PrimaryButton(self.tr("Vérifier, et donner les deux parts"))
        again = SecondaryButton(self.tr("Revoir les mots"))
        again.clicked.connect(self._viewmodel.show_again)
        self.give_button.clicked.connect(self._give)
        self.typed_words.submitted.connect(self._give)
        self._typing = _panel(
            Text(self.tr("Tapez-la depuis le papier\u00a0; quatre lettres par mot suffisent.")),
            self.typed_words,
            Flow(self._leaving(), again, self.give_button, gap=8, at_right=True),
        )
        return self._typing

    def _made_kept(self) -> Card:
        card = Card(self.tr("Parts que vous gardez"))
        self.kept_none = Secondary(self.tr("Aucune."))
        self._kept_list = column(gap=12)
        kept = QWidget()
        kept.setLayout(self._kept_list)
        card.add(self.kept_none)
        card.add(kept)
        return card

    def _leaving(self) -> SecondaryButton:
        button = SecondaryButton(self.tr("Annuler"))
        button.clicked.connect(self._viewmodel.leave)
        return button

    def _give(self) -> None:
        self._viewmodel.give(self.typed_words.value)


class KeptRow(QWidget):
    """One share kept for a colleague, shown to her face to face."""

    def __init__(self, kept: Kept, owner: str, viewmodel: SharesViewModel) -> None:
        super().__init__()
        self._of = kept
        self.show_button = SecondaryButton(self.tr("La montrer…"))
        self.show_button.setAccessibleDescription(owner)
        self.passphrase = PassphraseField()
        self.open_button = PrimaryButton(self.tr("Montrer les mots"))
        self.words = ShownWords(count=WORDS)
        leave, hide = SecondaryButton(self.tr("Annuler")), SecondaryButton(self.tr("Cacher"))
        self._asking = _panel(
            Text(
                self.tr(
                    "{0} doit être en face de vous\u00a0: ces mots ne se dictent pas au téléphone, "
                    "et ne s’envoient pas."
                ).format(owner)
            ),
            LabeledField(self.tr("Votre phrase de passe"), self.passphrase),
            Flow(leave, self.open_button, gap=8, at_right=True),
        )
        self._shown = _panel(self.words, Flow(hide, at_right=True))
        self.setLayout(
            column(
                Text(self.tr("Vous gardez une part de la clé de {0}").format(owner)),
                Flow(self.show_button),
                self._asking,
                self._shown,
                gap=8,
            )
        )
        self.show_button.clicked.connect(lambda: viewmodel.ask_for(kept))
        self.open_button.clicked.connect(lambda: viewmodel.show_kept(self.passphrase.value))
        self.passphrase.submitted.connect(lambda: viewmodel.show_kept(self.passphrase.value))
        for button in (leave, hide):
            button.clicked.connect(viewmodel.leave)

    def render_act(self, state: SharesState, *, is_busy: bool) -> None:
        """Show the words, or ask for the passphrase, if it is about this share."""
        is_asked = state.asked == self._of
        self.show_button.setVisible(not is_asked)
        self._asking.setVisible(is_asked and not state.shown)
        self._shown.setVisible(is_asked and bool(state.shown))
        self.words.show_words(state.shown if is_asked else ())
        self.open_button.setEnabled(not is_busy)
        if not is_asked or state.shown:
            self.passphrase.clear()


def _panel(*parts: QWidget) -> QWidget:
    panel = QWidget()
    panel.setLayout(column(*parts, gap=12))
    panel.hide()
    return panel
