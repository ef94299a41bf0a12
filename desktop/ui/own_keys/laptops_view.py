"""The page « Vos ordinateurs »."""

from datetime import datetime

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.config.clock import paris
from desktop.sync.own_keys import OwnLaptop
from desktop.ui.keys.pairing_words import PairingWords
from desktop.ui.kit import (
    Card,
    DangerButton,
    Flow,
    LabeledField,
    LineField,
    LinkButton,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    Text,
    clear_layout,
    column,
)
from desktop.ui.own_keys.laptops import LaptopsViewModel
from desktop.ui.own_keys.page import KeyPage
from desktop.ui.text import day_with_year

_NAME_LIMIT = 60


class LaptopsView(KeyPage):
    """Renders a `LaptopsViewModel`."""

    def __init__(self, viewmodel: LaptopsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_head(
            self.tr("Vos ordinateurs"),
            self.tr("Ceux où votre coffre s’ouvre. Le réseau est nécessaire sur cette page."),
        )
        self._viewmodel = viewmodel
        self.rows: list[LaptopCard] = []
        self._listed: tuple[OwnLaptop, ...] = ()
        self._list = column(gap=16)
        listed = QWidget()
        listed.setLayout(self._list)
        self.add_card = self._made_add()
        self.lay_out(listed, self.add_card)
        viewmodel.changed.connect(self.render_state)
        self.first_stop = self.add_button
        self.render_state()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._viewmodel.give_up()

    def render_state(self) -> None:
        state = self._viewmodel.state
        if state.laptops != self._listed:
            self._show_list(state.laptops)
        for card in self.rows:
            card.render_act(state.renaming, state.withdrawing, is_busy=self._viewmodel.is_busy)
        is_open = bool(state.invitation)
        self.add_button.setVisible(not is_open)
        self.add_button.setEnabled(not self._viewmodel.is_busy)
        self.offer.setVisible(is_open)
        self.code.setText(state.invitation)
        self.code.setAccessibleName(self.tr("Invitation\u00a0: {0}").format(state.invitation))
        self.pairing.show_words(state.words)
        self.same_button.setVisible(bool(state.words))
        self.same_button.setEnabled(not self._viewmodel.is_busy)
        self.differ_button.setVisible(bool(state.words))
        self.tell(self._viewmodel)

    def _show_list(self, laptops: tuple[OwnLaptop, ...]) -> None:
        self._listed = laptops
        clear_layout(self._list)
        self.rows = [LaptopCard(it, self._viewmodel) for it in laptops]
        for card in self.rows:
            self._list.addWidget(card)

    def _made_add(self) -> Card:
        viewmodel = self._viewmodel
        self.add_button = SecondaryButton(self.tr("Ajouter un ordinateur…"), icon_name="plus")
        self.code = Text(kind="title", wrap=False)
        self.pairing = PairingWords(waiting=self.tr("En attente de l’autre ordinateur…"))
        self.same_button = PrimaryButton(self.tr("Les mots sont les mêmes"))
        self.differ_button = LinkButton(self.tr("Les mots sont différents"))
        self.cancel_button = SecondaryButton(self.tr("Annuler"))
        self.offer = QWidget()
        self.offer.setLayout(
            column(
                Text(
                    self.tr(
                        "Sur l’autre ordinateur, ouvrez Coffre, donnez l’adresse du serveur, puis "
                        "cette invitation. Elle attend dix minutes."
                    )
                ),
                self.code,
                self.pairing,
                Flow(
                    self.cancel_button,
                    self.differ_button,
                    self.same_button,
                    gap=8,
                    at_right=True,
                ),
                gap=12,
            )
        )
        for button, act in (
            (self.add_button, viewmodel.begin),
            (self.same_button, viewmodel.agree),
            (self.differ_button, viewmodel.differ),
            (self.cancel_button, viewmodel.give_up),
        ):
            button.clicked.connect(act)
        card = Card(self.tr("Un ordinateur de plus"))
        card.add(
            Secondary(
                self.tr(
                    "Il devient le vôtre comme celui-ci, avec vos dossiers et vos notes, sans "
                    "recopier de papier\u00a0: vous comparez quatre mots sur les deux écrans."
                )
            )
        )
        card.add(Flow(self.add_button))
        card.add(self.offer)
        return card


class LaptopCard(Card):
    """One laptop, and what may be done with it."""

    def __init__(self, laptop: OwnLaptop, viewmodel: LaptopsViewModel) -> None:
        super().__init__(laptop.name or self._platform(laptop))
        self._laptop = laptop
        self.facts = Secondary(self._facts(laptop))
        self.rename_button = SecondaryButton(self.tr("Renommer…"))
        self.withdraw_button = SecondaryButton(self.tr("Retirer…"))
        self._acts = Flow(self.rename_button, self.withdraw_button, gap=8)
        self.name = LineField(limit=_NAME_LIMIT)
        self.keep_button = PrimaryButton(self.tr("Enregistrer le nom"))
        self._naming = QWidget()
        self._naming.setLayout(
            column(
                LabeledField(self.tr("Nom de cet ordinateur"), self.name),
                Flow(self._leaving(viewmodel), self.keep_button, gap=8, at_right=True),
            )
        )
        self.sure_button = DangerButton(self.tr("Retirer cet ordinateur"))
        self._withdrawing = QWidget()
        self._withdrawing.setLayout(
            column(
                Text(
                    self.tr(
                        "À son prochain contact avec le bureau, il détruira ses clés et effacera "
                        "tout. Ce qu’il n’a pas encore envoyé sera perdu. C’est définitif."
                    )
                ),
                Flow(self._leaving(viewmodel), self.sure_button, gap=8, at_right=True),
            )
        )
        for part in (self.facts, self._acts, self._naming, self._withdrawing):
            self.add(part)
        self.rename_button.clicked.connect(lambda: viewmodel.start_renaming(laptop.device))
        self.withdraw_button.clicked.connect(lambda: viewmodel.start_withdrawing(laptop.device))
        self.keep_button.clicked.connect(lambda: viewmodel.rename(self.name.value))
        self.name.returnPressed.connect(lambda: viewmodel.rename(self.name.value))
        self.sure_button.clicked.connect(viewmodel.withdraw)
        self.render_act("", "", is_busy=False)

    def render_act(self, renaming: str, withdrawing: str, *, is_busy: bool) -> None:
        """Show the act that is going on, if it is about this laptop."""
        device, is_gone = self._laptop.device, self._laptop.withdrawn_at is not None
        if renaming == device and self._naming.isHidden():
            self.name.set_value(self._laptop.name or "")
            self._naming.show()
            self.name.setFocus()
        self._naming.setVisible(renaming == device)
        self._withdrawing.setVisible(withdrawing == device)
        self._acts.setVisible(not is_gone and device not in (renaming, withdrawing))
        self.withdraw_button.setVisible(not self._laptop.is_this and not is_gone)
        for button in (self.keep_button, self.sure_button):
            button.setEnabled(not is_busy)

    def _leaving(self, viewmodel: LaptopsViewModel) -> SecondaryButton:
        button = SecondaryButton(self.tr("Annuler"))
        button.clicked.connect(viewmodel.leave)
        return button

    def _platform(self, laptop: OwnLaptop) -> str:
        return laptop.platform or self.tr("Ordinateur sans nom")

    def _facts(self, laptop: OwnLaptop) -> str:
        if laptop.withdrawn_at is not None:
            return self.tr("Retiré le {0}").format(_day(laptop.withdrawn_at))
        seen = self.tr("inscrit le {0} · dernier contact le {1}").format(
            _day(laptop.enrolled_at), _day(laptop.last_seen_at)
        )
        here = self.tr("Celui-ci · ") if laptop.is_this else ""
        named = f"{laptop.platform} · " if laptop.name and laptop.platform else ""
        return f"{here}{named}{seen}"


def _day(moment: datetime) -> str:
    return day_with_year(paris(moment).date())
