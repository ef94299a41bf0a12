"""Lays out two dossiers side by side, and the two answers."""

from datetime import date
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.persons import PersonSheet
from desktop.services.same_person import Comparison
from desktop.ui.kit import (
    Card,
    Choice,
    EmptyState,
    LabeledField,
    LinkButton,
    Notice,
    PrimaryButton,
    ScreenHeader,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    column,
    scrolling,
)
from desktop.ui.kit.columns import Columns
from desktop.ui.same_person.lines_card import LinesCard
from desktop.ui.same_person.viewmodel import SamePersonState, SamePersonViewModel
from desktop.ui.same_person.words import around, line_label, line_value, opened, what_follows
from desktop.ui.theme import Role


class SamePersonView(QWidget):
    """Nothing is decided by the machine: it shows, proposes, and somebody answers."""

    joined = Signal(str)
    closed = Signal()
    person_requested = Signal(str)
    undo_offered = Signal(str, object)

    def __init__(self, viewmodel: SamePersonViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.apart = SecondaryButton(self.tr("Ce n’est pas la même personne"))
        self.join = PrimaryButton(self.tr("Réunir les deux dossiers"), shortcut="Ctrl+Return")
        self.header = ScreenHeader(
            self.tr("Est-ce la même personne ?"), actions=(self.apart, self.join)
        )
        self.notice = Notice()
        self.gone = EmptyState(
            self.tr("Ces deux dossiers sont déjà réunis, ou l’un d’eux n’est plus sur ce poste."),
            self.tr("Fermer"),
        )
        self.cards = (
            _DossierCard(self.tr("Premier dossier")),
            _DossierCard(self.tr("Second dossier")),
        )
        self.lines = LinesCard()
        self.referent = Choice()
        self.referents = Card(self.tr("Référent unique"))
        self.same = Card(self.tr("Ce qui est identique"))
        self._told_same = Text()
        self._lay_out()
        self._connect()
        self._render()

    def _lay_out(self) -> None:
        self.referents.add(
            LabeledField(
                self.tr("Qui reste référent unique ?"),
                self.referent,
                help=self.tr("L’autre reste dans l’équipe, comme intervenant·e."),
            )
        )
        self.same.add(self._told_same)
        self._page = QWidget()
        both = Columns(*self.cards, shares=(1, 1))
        stacked = column(both, self.lines, self.referents, self.same, gap=16)
        stacked.addStretch(1)
        self._page.setLayout(stacked)
        self._scroll = scrolling(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for part in (self.header, self.notice, self.gone):
            layout.addWidget(part)
        layout.addWidget(self._scroll, 1)
        self.first_stop = self.cards[0].look
        self._shown: Comparison | None = None

    def _connect(self) -> None:
        viewmodel = self._viewmodel
        viewmodel.changed.connect(self._render)
        viewmodel.joined.connect(self.joined)
        viewmodel.answered.connect(self.closed)
        viewmodel.undo_offered.connect(self.undo_offered)
        self.join.clicked.connect(viewmodel.join)
        self.apart.clicked.connect(viewmodel.tell_apart)
        self.gone.action_asked.connect(self.closed)
        self.referent.chosen.connect(viewmodel.choose_referent)
        self.lines.picked.connect(lambda name, other: viewmodel.take(name, from_other=other))
        for card in self.cards:
            card.asked.connect(self.person_requested)

    def _render(self) -> None:
        state = self._viewmodel.state
        self.gone.setVisible(state.is_gone)
        self._scroll.setVisible(state.comparison is not None)
        self.notice.setVisible(state.problem is not None)
        if state.problem is not None:
            self.notice.say(state.problem.whole, role=Role.DANGER)
        for button in (self.join, self.apart):
            button.setEnabled(state.comparison is not None and not state.is_writing)
        if state.comparison is not None:
            self._render_both(state, state.comparison)

    def _render_both(self, state: SamePersonState, both: Comparison) -> None:
        sheets = (both.kept, both.other)
        for card, sheet, count in zip(self.cards, sheets, both.follow_ups, strict=True):
            card.show_sheet(sheet, count, state.today)
        self.lines.show_lines(both, state.from_other)
        self.referents.setVisible(bool(both.referents))
        if both.referents:
            people = [(one.id, one.name) for one in both.referents]
            self.referent.set_choices(people, value=state.referent)
        same = [line.name for line in both.lines if not line.differs]
        told = [(line_label(name), line_value(both.kept, name)) for name in same]
        facts = [self.tr("{0} : {1}").format(*fact) for fact in told if fact[1]]
        self.same.setVisible(bool(facts))
        self._told_same.setText("\n".join(facts))
        self.header.set_subtitle(what_follows(both))
        if both is not self._shown:
            self._shown = both
            self._begin_at_the_top()

    def _begin_at_the_top(self) -> None:
        """Other dossiers: nobody's finger is on an answer yet."""
        self._scroll.verticalScrollBar().setValue(0)
        stops: list[QWidget] = [card.look for card in self.cards]
        stops += [pick for both in self.lines.picks.values() for pick in both]
        for before, after in pairwise([self.apart, self.join, *stops, self.referent]):
            QWidget.setTabOrder(before, after)
        if self.isVisible():
            self.first_stop.setFocus()


class _DossierCard(Card):
    """Which dossier this is: who opened it, how much is in it, who is around."""

    asked = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent=parent)
        self._person = ""
        self.name = Strong()
        self.opened = Secondary(small=True)
        self.team = Secondary(small=True)
        self.look = LinkButton("")
        self.look.clicked.connect(lambda: self.asked.emit(self._person))
        for part in (self.name, self.opened, self.team):
            self.add(part)
        self.body.addWidget(self.look, 0, Qt.AlignmentFlag.AlignLeft)

    def show_sheet(self, sheet: PersonSheet, follow_ups: int, today: date) -> None:
        self._person = sheet.person.id
        self.name.setText(sheet.name)
        self.opened.setText(opened(sheet, follow_ups))
        team = around(sheet, today)
        self.team.setText(team)
        self.team.setVisible(bool(team))
        self.look.set_words(self.tr("Ouvrir ce dossier"))
        self.look.setAccessibleName(f"{self.heading.text()} : {self.look.text()}")
