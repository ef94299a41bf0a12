"""Lays out the page of the sheet: what goes on it at the left, what it looks like at the right."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.handout.paper import FILE_NAME, paint
from desktop.ui.handout.preview import PagesPreview
from desktop.ui.handout.state import HandoutState
from desktop.ui.handout.viewmodel import HandoutViewModel
from desktop.ui.handout.words import plain
from desktop.ui.kit import (
    Card,
    Choice,
    LabeledField,
    Notice,
    PrimaryButton,
    ScreenHeader,
    Secondary,
    SecondaryButton,
    Text,
    Tick,
    clear_layout,
    column,
    scrolling,
)
from desktop.ui.kit.columns import Columns
from desktop.ui.kit.slowness import Slowness
from desktop.ui.outlets import Outlets, SystemOutlets, print_sheet
from desktop.ui.text import translate
from desktop.ui.theme import Role
from protocol.kinds.persons import Discretion


class HandoutView(QWidget):
    """Renders a `HandoutViewModel`. Nothing is printed that was not looked at first."""

    closed = Signal()

    def __init__(
        self,
        viewmodel: HandoutViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._outlets = outlets or SystemOutlets()
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.save_button = SecondaryButton(self.tr("Enregistrer en PDF…"), shortcut="Ctrl+S")
        self.print_button = PrimaryButton(self.tr("Imprimer…"), shortcut="Ctrl+P")
        self.header = ScreenHeader(actions=(self.close_button, self.save_button, self.print_button))
        self.notice = Notice()
        self.warning = Notice()
        self.agreement = Tick(
            self.tr("La personne m’a dit qu’elle peut garder cette feuille sans danger.")
        )
        self.language = Choice()
        self.steps = Card(self.tr("Ce qui est convenu"))
        self.withheld = Secondary()
        self.map = Tick(self.tr("Ajouter un petit plan des communes autour du lieu"))
        self.ticks: dict[str, Tick] = {}
        self.preview = PagesPreview()
        self.drawing = Secondary(self.tr("Mise en page…"))
        self._slow = Slowness(self.drawing)
        self._lay_out()
        self._connect()
        self._offer_languages()
        self._render()

    def _lay_out(self) -> None:
        language = Card(self.tr("Seconde langue"))
        language.add(
            LabeledField(
                self.tr("Langue de la personne"),
                self.language,
                help=self.tr(
                    "Seules les phrases fixes sont traduites\u00a0; vos mots restent tels quels."
                ),
            )
        )
        self._lines = column(gap=4)
        self.steps.add(
            Secondary(self.tr("Décochez ce qui doit rester entre professionnels."), small=True)
        )
        self.steps.add(self._lines)
        paper = Card(self.tr("Avant d’imprimer"))
        paper.add(
            Text(
                self.tr(
                    "La feuille ne porte pas le nom de la personne. Une imprimante partagée garde "
                    "parfois une copie\u00a0: prenez la plus proche de vous."
                )
            )
        )
        paper.add(self.withheld)
        paper.add(self.map)
        left = QWidget()
        stacked = column(self.warning, self.agreement, self.steps, language, paper, gap=16)
        stacked.addStretch(1)
        left.setLayout(stacked)
        shown = Card(self.tr("Aperçu"))
        shown.add(self.drawing)
        shown.add(self.preview)
        shown.body.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        page = scrolling(Columns(left, shown, shares=(1, 1)))
        # The preview holds nothing to press: the page takes the keyboard to be scrolled.
        page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page.setAccessibleName(self.tr("Feuille à remettre"))
        layout.addWidget(page, 1)
        self.first_stop = self.print_button

    def _connect(self) -> None:
        viewmodel = self._viewmodel
        viewmodel.changed.connect(self._render)
        self.close_button.clicked.connect(self.closed)
        self.print_button.clicked.connect(self.print_sheet)
        self.save_button.clicked.connect(self.save_sheet)
        self.agreement.toggled.connect(lambda on: viewmodel.agree(agreed=on))
        self.language.chosen.connect(viewmodel.choose_language)
        self.map.toggled.connect(lambda on: viewmodel.show_map(shown=on))
        self.notice.remedy_asked.connect(viewmodel.refresh)

    # -- acts -----------------------------------------------------------------------------------

    def print_sheet(self) -> None:
        state = self._viewmodel.state
        if not state.can_be_given:
            return
        print_sheet(
            self._outlets,
            self,
            lambda printer: paint(printer, state.blocks),
            printed=self._viewmodel.note_printed,
            failed=self._viewmodel.refuse,
        )

    def save_sheet(self) -> None:
        if not self._viewmodel.state.can_be_given:
            return
        path = self._outlets.ask_path(self, FILE_NAME, "PDF (*.pdf)")
        if path is not None:
            self._viewmodel.save(path)

    # -- rendering ------------------------------------------------------------------------------

    def _offer_languages(self) -> None:
        known = [
            (x.code, self.tr("{0} · {1}").format(x.french, x.own))
            for x in self._viewmodel.languages
        ]
        self.language.set_choices([("", self.tr("Français seulement")), *known])

    def _render(self) -> None:
        state = self._viewmodel.state
        sheet = state.sheet
        name = sheet.person_name if sheet else ""
        title = self.tr("Feuille à remettre · {0}") if name else self.tr("Feuille à remettre")
        self.header.set_title(title.format(name))
        for button in (self.print_button, self.save_button):
            button.setEnabled(state.can_be_given)
        self._render_notice(state)
        self._render_warning(state)
        self.language.set_value(state.language)
        self._render_steps(state)
        meeting = sheet.meeting if sheet else None
        self.map.setVisible(meeting is not None and meeting.around is not None)
        self.map.setChecked(state.with_map)
        withheld = sheet.withheld if sheet else 0
        self.withheld.setVisible(bool(withheld))
        self.withheld.setText(
            translate(
                "Handout",
                "%n passage(s) nommant une structure sensible ne figure(nt) pas sur la feuille.",
                "",
                withheld,
            )
        )
        is_open = state.follow_up is not None and state.problem is None
        self._slow.watch(is_waiting=is_open and state.drawn is None)
        self.preview.show_pages(state.drawn.pages if state.drawn else (), plain(state.blocks))

    def _render_notice(self, state: HandoutState) -> None:
        self.notice.setVisible(state.problem is not None or bool(state.note))
        if state.problem is not None:
            # It reads again: of no use to who could neither print nor save.
            retry = self.tr("Réessayer") if state.drawn is None else ""
            self.notice.say(state.problem.whole, retry, Role.DANGER)
        else:
            self.notice.say(state.note, role=Role.OK)

    def _render_warning(self, state: HandoutState) -> None:
        discretion = state.sheet.discretion if state.sheet else Discretion.NORMAL
        self.warning.setVisible(discretion is not Discretion.NORMAL)
        self.agreement.setVisible(state.is_dangerous)
        self.agreement.setChecked(state.is_agreed)
        if discretion is Discretion.DANGER:
            self.warning.say(
                self.tr(
                    "Une feuille trouvée chez elle peut mettre cette personne en danger. "
                    "Demandez-lui d’abord si elle peut la garder\u00a0; sinon, ne l’imprimez pas."
                ),
                role=Role.DANGER,
            )
        elif discretion is Discretion.DISCREET:
            self.warning.say(
                self.tr(
                    "Contact discret\u00a0: le métier et le service ne figurent pas sur la feuille."
                ),
                role=Role.PENDING,
            )

    def _render_steps(self, state: HandoutState) -> None:
        steps = state.sheet.steps if state.sheet else ()
        self.steps.setVisible(bool(steps))
        if list(self.ticks) != [step.key for step in steps]:
            clear_layout(self._lines)
            self.ticks.clear()
            for step in steps:
                words = self.tr("{0}\u00a0: {1}").format(step.owner.label, step.text)
                tick = Tick(words)
                tick.toggled.connect(
                    lambda on, key=step.key: self._viewmodel.leave_out(key, out=not on)
                )
                self.ticks[step.key] = tick
                self._lines.addWidget(tick)
            self._order_tab()
        for key, tick in self.ticks.items():
            tick.setChecked(key not in state.left_out)

    def _order_tab(self) -> None:
        stops: list[QWidget] = [self.agreement, *self.ticks.values(), self.language, self.map]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
