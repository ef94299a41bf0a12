"""The page « Vérifier avec un collègue »."""

from PySide6.QtWidgets import QWidget

from desktop.services.identities import Correspondent, Trust
from desktop.ui.kit import (
    Card,
    Flow,
    ListView,
    Mark,
    Notice,
    PrimaryButton,
    Row,
    RowsModel,
    Secondary,
    SecondaryButton,
    Shape,
    Text,
)
from desktop.ui.own_keys.colleagues import ColleaguesState, ColleaguesViewModel
from desktop.ui.own_keys.page import KeyPage
from desktop.ui.own_keys.word_line import WordLine
from desktop.ui.text import day_with_year, translate
from desktop.ui.theme import Role, current_tokens

_LEAST_PX, _MOST_LINES, _LIST_EDGE_PX = 60, 8, 4


class ColleaguesView(KeyPage):
    """Renders a `ColleaguesViewModel`."""

    def __init__(self, viewmodel: ColleaguesViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_head(
            self.tr("Vérifier avec un collègue"),
            self.tr("Huit mots lus à voix haute\u00a0: personne ne s’est glissé entre vous."),
        )
        self._viewmodel = viewmodel
        self.warning = Notice(role=Role.DANGER)
        self.mine = WordLine()
        self.list = ListView(self.tr("Collègues"), lines=True)
        self._model = RowsModel(self.list)
        self.list.setModel(self._model)
        self.theirs = WordLine()
        self.about = Text()
        self.same_button = PrimaryButton(self.tr("Les mots sont les mêmes"))
        self.differ_button = SecondaryButton(self.tr("Les mots sont différents"))
        self._acts = Flow(self.differ_button, self.same_button, gap=8, at_right=True)
        self.lay_out(self.warning, self._made_mine(), self._made_list(), self._made_theirs())
        self.list.opened.connect(lambda key: viewmodel.choose(str(key)))
        self.list.highlighted.connect(lambda key: viewmodel.choose(str(key)))
        self.same_button.clicked.connect(viewmodel.confirm)
        self.differ_button.clicked.connect(viewmodel.refuse)
        viewmodel.changed.connect(self.render_state)
        self.first_stop = self.list
        self.render_state()

    def render_state(self) -> None:
        state = self._viewmodel.state
        self.mine.show_words(state.mine)
        self._model.show([_row(it) for it in state.colleagues])
        self._fit_list()
        shown = state.shown
        self._detail.setVisible(shown is not None)
        if shown is not None:
            self._detail.set_title(self.tr("Les mots de {0}").format(shown.name))
            self.theirs.show_words(shown.words)
            self.about.setText(_about(shown))
            self._acts.setVisible(bool(shown.words))
        for button in (self.same_button, self.differ_button):
            button.setEnabled(not self._viewmodel.is_busy)
        warning = _warning(state)
        self.warning.say(warning, role=Role.DANGER)
        self.warning.setVisible(bool(warning))
        self.tell(self._viewmodel)

    def _fit(self) -> None:
        super()._fit()
        self._fit_list()

    def _fit_list(self) -> None:
        """As high as its lines, so that a bar beside it means that there are many."""
        lines = min(max(self._model.rowCount(), 1), _MOST_LINES)
        height = lines * self.list.sizeHintForRow(0) if self._model.rowCount() else 0
        edges = 2 * self.list.frameWidth() + 2 * _LIST_EDGE_PX
        self.list.setFixedHeight(max(height + edges, current_tokens().text_px(_LEAST_PX)))

    def _made_mine(self) -> Card:
        card = Card(self.tr("Vos mots"))
        card.add(self.mine)
        card.add(
            Secondary(
                self.tr(
                    "Lisez-les à votre collègue, en face ou au téléphone, d’une voix que vous vous "
                    "connaissez. Ils ne sont pas secrets."
                )
            )
        )
        return card

    def _made_list(self) -> Card:
        card = Card(self.tr("Vos collègues"))
        card.add(self.list)
        return card

    def _made_theirs(self) -> Card:
        self._detail = Card()
        for part in (self.about, self.theirs, self._acts):
            self._detail.add(part)
        return self._detail


def _row(it: Correspondent) -> Row:
    return Row(key=it.id, title=it.name, subtitle=it.job.label, mark=_mark(it))


def _mark(it: Correspondent) -> Mark:
    return {
        Trust.NONE: Mark(translate("Colleagues", "Pas d’ordinateur")),
        Trust.NEW: Mark(translate("Colleagues", "À vérifier"), Role.NEUTRAL, Shape.RING),
        Trust.VERIFIED: Mark(translate("Colleagues", "Vérifié"), Role.OK, Shape.DISC),
        Trust.CHANGED: Mark(translate("Colleagues", "Clés changées"), Role.DANGER, Shape.TRIANGLE),
        Trust.DOUBTED: Mark(
            translate("Colleagues", "Mots différents"), Role.DANGER, Shape.TRIANGLE
        ),
    }[it.trust]


def _about(it: Correspondent) -> str:
    if it.trust is Trust.NONE:
        return translate("Colleagues", "Cette personne n’a pas encore d’ordinateur avec Coffre.")
    if it.trust is Trust.CHANGED:
        return translate(
            "Colleagues",
            "Ses clés ne sont plus celles que ce poste connaissait. C’est normal si cette personne "
            "a tout perdu et repris de zéro\u00a0; sinon, quelqu’un se fait passer pour elle. "
            "Demandez-lui, et comparez ces mots avant tout.",
        )
    if it.trust is Trust.DOUBTED:
        return translate(
            "Colleagues",
            "À la dernière comparaison, les mots étaient différents. Comparez de nouveau, ou "
            "prévenez l’informatique.",
        )
    if it.trust is Trust.VERIFIED and it.verified_on is not None:
        return translate("Colleagues", "Vérifié ensemble le {0}.").format(
            day_with_year(it.verified_on)
        )
    return translate(
        "Colleagues",
        "Ouvrez la même page l’un et l’autre. Votre collègue lit ses mots\u00a0: ce doivent être "
        "ceux-ci, dans cet ordre.",
    )


def _warning(state: ColleaguesState) -> str:
    if state.is_misrepresented:
        return translate(
            "Colleagues",
            "Le bureau présente à vos collègues d’autres clés que les vôtres. Ne vous confiez plus "
            "rien par Coffre et prévenez l’informatique.",
        )
    blocked = [it.name for it in state.colleagues if it.trust.is_blocked]
    if not blocked:
        return ""
    return translate(
        "Colleagues", "Rien n’est plus confié depuis ce poste à\u00a0: {0}. Comparez vos mots."
    ).format(", ".join(blocked))
