"""The page of somebody who has a laptop already."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.ui.first_run.identity import IdentityQuestion, Way
from desktop.ui.keys.pairing_words import PairingWords
from desktop.ui.keys.words_grid import WordsField
from desktop.ui.kit import (
    Flow,
    LinkButton,
    Notice,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    column,
)
from desktop.ui.text import translate
from desktop.ui.theme import Role

SHARE_WORDS = 26


class IdentityPage(QWidget):
    """Renders an `IdentityQuestion`."""

    def __init__(self, question: IdentityQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = question
        self._shown: Way | None = None
        self.notice = Notice(role=Role.PENDING)
        self.paper_words = WordsField()
        self.share_words = WordsField(count=SHARE_WORDS)
        self.pairing = PairingWords(
            waiting=self.tr("Votre autre ordinateur répond… Gardez les deux écrans sous les yeux.")
        )
        self.panels = {
            Way.CHOICE: self._made_choice(),
            Way.PAIRING: self._made_pairing(),
            Way.PAPER: self._made_paper(),
            Way.FIRST_SHARE: self._made_share(),
            Way.LOST: self._made_lost(),
        }
        self.setLayout(column(*self.panels.values(), self.notice, gap=16))
        question.changed.connect(self.render_state)
        self.render_state()

    def render_state(self) -> None:
        state = self._question.state
        if state.way is not self._shown:
            self._turn_to(state.way)
        self.shares_button.setVisible(state.standing.has_shares)
        self.pairing.show_words(state.pairing.words)
        self.differ_button.setVisible(bool(state.pairing.words))
        self.after_agreeing.setVisible(state.has_agreed)
        for field in (self.paper_words, self.share_words):
            field.setEnabled(not state.is_busy)
            field.point_at(state.wrong)
        self.share_title.setText(
            self.tr("La seconde part")
            if state.way is Way.SECOND_SHARE
            else self.tr("La première part")
        )
        self.notice.say(state.problem.whole if state.problem else "", role=Role.PENDING)
        self.notice.setVisible(state.problem is not None)

    def _turn_to(self, way: Way) -> None:
        self._shown = way
        # What was typed for one way must not wait in another.
        self.paper_words.set_value(())
        self.share_words.set_value(())
        shown = Way.FIRST_SHARE if way is Way.SECOND_SHARE else way
        for key, panel in self.panels.items():
            panel.setVisible(key is shown)
        self.setFocusProxy(self.panels[shown])
        self.panels[shown].setFocus()

    def _made_choice(self) -> QWidget:
        self.paper_button = SecondaryButton(self.tr("Avec ma clé de secours, sur papier"))
        self.shares_button = SecondaryButton(self.tr("Avec deux parts de ma clé"))
        self.lost_button = LinkButton(self.tr("Je n’ai plus rien de tout cela"))
        for button, way in (
            (self.paper_button, Way.PAPER),
            (self.shares_button, Way.FIRST_SHARE),
            (self.lost_button, Way.LOST),
        ):
            button.clicked.connect(self._choosing(way))
        return _panel(
            Text(
                self.tr(
                    "Vous avez déjà un ordinateur avec Coffre. Celui-ci devient le vôtre aussi, "
                    "avec vos notes, dès qu’il retrouve votre identité."
                )
            ),
            Secondary(
                self.tr(
                    "Si l’autre ordinateur est là, ouvrez-y Réglages, «\u00a0Vos "
                    "ordinateurs\u00a0», et tapez ici l’invitation qu’il affiche\u00a0: le papier "
                    "n’est alors pas nécessaire."
                )
            ),
            Flow(self.paper_button, self.shares_button, gap=8),
            Flow(self.lost_button),
            focus=self.paper_button,
        )

    def _made_pairing(self) -> QWidget:
        self.differ_button = LinkButton(self.tr("Les mots sont différents"))
        self.differ_button.clicked.connect(self._question.differ)
        self.after_agreeing = Secondary(
            self.tr("Confirmez aussi sur l’autre ordinateur\u00a0: il donne alors votre identité.")
        )
        return _panel(self.pairing, self.after_agreeing, self.differ_button, focus=self.pairing)

    def _made_paper(self) -> QWidget:
        self.paper_words.value_changed.connect(self._question.type)
        self.paper_words.submitted.connect(self._question.go_on)
        return _panel(
            Text(
                self.tr(
                    "Tapez les vingt-quatre mots du papier. Cet ordinateur en fera un nouveau, et "
                    "l’ancien n’ouvrira plus rien au bureau."
                )
            ),
            self.paper_words,
            focus=self.paper_words,
        )

    def _made_share(self) -> QWidget:
        self.share_words.value_changed.connect(self._question.type)
        self.share_words.submitted.connect(self._question.go_on)
        self.share_title = Strong()
        return _panel(
            Text(
                self.tr(
                    "Deux parts suffisent\u00a0: celle de votre papier et celle d’un collègue, ou "
                    "celles de deux collègues, qui les lisent sur leur écran, en face de vous."
                )
            ),
            self.share_title,
            self.share_words,
            focus=self.share_words,
        )

    def _made_lost(self) -> QWidget:
        back = SecondaryButton(self.tr("Revenir au choix"))
        back.clicked.connect(self._choosing(Way.CHOICE))
        return _panel(*(Text(said) for said in lost_words()), Flow(back), focus=back)

    def _choosing(self, way: Way) -> Callable[[], None]:
        return lambda: self._question.choose(way)


def lost_words() -> tuple[str, ...]:
    """Return what is true when everything was forgotten: nothing here can be got back."""
    return (
        translate(
            "IdentityPage",
            "Sans phrase de passe, ni papier, ni autre ordinateur, ni deux parts, vos notes "
            "cliniques ne peuvent plus être lues\u00a0: ni par vous, ni par le Département, ni par "
            "nous. Rien n’a été prévu pour passer outre.",
        ),
        translate(
            "IdentityPage",
            "Ce qui était partagé n’est pas perdu\u00a0: vos collègues l’ont. Cherchez encore le "
            "papier, puis appelez l’informatique, qui peut vous inscrire comme une nouvelle "
            "personne.",
        ),
    )


def _panel(*parts: QWidget, focus: QWidget) -> QWidget:
    panel = QWidget()
    panel.setLayout(column(*parts, gap=16))
    panel.setFocusProxy(focus)
    panel.hide()
    return panel
