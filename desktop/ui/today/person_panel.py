"""The person at hand: what one needs to know just before a door opens."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.config.clock import paris
from desktop.services.appointments import AppointmentLine
from desktop.services.today import PersonCard
from desktop.ui.kit import (
    Card,
    Fact,
    Flow,
    Pill,
    PrimaryButton,
    Secondary,
    SecondaryButton,
    Text,
    row,
)
from desktop.ui.text import NO_BREAK_SPACE, clock, day_short, duration
from desktop.ui.today.qualify_bar import QualifyBar
from desktop.ui.today.viewmodel import TodayState
from protocol.kinds.agenda import AppointmentStatus


class PersonPanel(Card):
    """Shows one appointment's person; hidden while there is none."""

    start_asked = Signal()
    dossier_asked = Signal()
    status_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.heading.setProperty("kind", "heading")  # the name is what one looks for
        self.start = PrimaryButton(self.tr("Commencer le suivi"))
        self.start.clicked.connect(self.start_asked)
        self.open = SecondaryButton(self.tr("Ouvrir le dossier"), shortcut="Ctrl+O")
        self.open.clicked.connect(self.dossier_asked)
        self._about = Secondary()
        self._themes = Flow()
        self._request_name = Text(self.tr("Demande"), kind="field")
        self._request = Text()
        self._last = Fact(self.tr("Dernier contact"))
        self._next = Fact(self.tr("Prochaine étape"))
        self._meeting = Fact(self.tr("Rendez-vous"))
        self._facts = QWidget()
        facts = row(self._last, self._next, self._meeting, gap=12)
        for at in range(facts.count()):
            facts.setStretch(at, 1)
        self._facts.setLayout(facts)
        self._outcome = Text(self.tr("Ce rendez-vous"), kind="field")
        self.bar = QualifyBar(self.tr("Ce rendez-vous"), AppointmentStatus.PLANNED)
        self._outcome.setBuddy(self.bar)
        self.bar.chosen.connect(self.status_chosen)
        acts = Flow(self.start, self.open, gap=8)
        request = (self._request_name, self._request)
        parts = (self._about, acts, self._themes, *request, self._facts)
        for part in (*parts, self._outcome, self.bar):
            self.add(part)
        self.body.addStretch(1)

    def show_state(self, state: TodayState) -> None:
        line = state.chosen
        self.setVisible(line is not None)
        if line is None:
            return
        self._render_meeting(line)
        if state.is_veiled:
            self._veil(line)
        elif state.card is None:
            self._name(line)
        else:
            self._render_card(state.card, state.now)

    def _render_meeting(self, line: AppointmentLine) -> None:
        hour, length = clock(paris(line.starts_at)), duration(line.minutes)
        self._meeting.set_value(
            " · ".join(part for part in (hour, length, line.place_name) if part)
        )
        self.bar.set_status(line.status)
        if line.follow_up is not None:
            self.start.set_words(self.tr("Relire le suivi"))
        elif line.has_draft:
            self.start.set_words(self.tr("Reprendre le brouillon"))
        else:
            self.start.set_words(self.tr("Commencer le suivi"))

    def _veil(self, line: AppointmentLine) -> None:
        self.set_title(self.tr("Rendez-vous discret"))
        hour = clock(paris(line.starts_at))
        self._about.setText(
            self.tr("À {0}. Choisissez-le dans la liste pour voir de qui il s’agit.").format(hour)
        )
        self._hide_card()

    def _name(self, line: AppointmentLine) -> None:
        """Somebody was just chosen: what else is known of her is being read."""
        self.set_title(line.name)
        self._about.setText("")
        self._hide_card()

    def _hide_card(self) -> None:
        for part in (self._themes, self._request_name, self._request, self._last, self._next):
            part.hide()

    def _render_card(self, card: PersonCard, now: datetime) -> None:
        self.set_title(card.name)
        self._about.setText(self._about_words(card))
        self._themes.clear()
        for theme in card.themes:
            self._themes.add(Pill(theme))
        self._themes.setVisible(bool(card.themes))
        self._request.setText(card.request)
        for part in (self._request_name, self._request):
            part.setVisible(bool(card.request))
        if card.last is not None:
            day = day_short(paris(card.last.starts_at).date(), now.date())
            who = self.tr("vous") if card.last.mine else card.last.author.short_name
            self._last.set_value(" · ".join(part for part in (day, who) if part))
        else:
            self._last.set_value(self.tr("Aucun suivi encore"))
        self._last.show()
        self._next.set_value(card.next_step)
        self._next.setVisible(bool(card.next_step))

    def _about_words(self, card: PersonCard) -> str:
        where = card.commune_name
        if where and card.epci_name:
            where = self.tr("{0} ({1})").format(where, card.epci_name)
        age = "" if card.age is None else self.tr("{0} ans").format(card.age)
        referent = ""
        if card.referent is not None:
            referent = self.tr("réf. : {0}").format(card.referent.short_name)
        parts = (age.replace(" ", NO_BREAK_SPACE), where, referent)
        return " · ".join(part for part in parts if part)
