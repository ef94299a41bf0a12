"""« Résumé »: who the person is, how to reach her, what she asks for, who is around her."""

from collections.abc import Callable
from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.shown_names import ShownNames
from desktop.services.persons import PersonSheet
from desktop.ui.birth_words import birth_words
from desktop.ui.dossier.appointments_card import AppointmentsCard
from desktop.ui.dossier.circle_card import CircleCard
from desktop.ui.dossier.fact_grid import FactGrid
from desktop.ui.dossier.identifiers_card import IdentifiersCard
from desktop.ui.dossier.joined_card import JoinedCard
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.dossier.words import discretion_warning, phone
from desktop.ui.kit import Card, LinkButton, Notice, Text, column, scrolling
from desktop.ui.kit.columns import Columns
from desktop.ui.text import day_with_year
from desktop.ui.theme import Role
from protocol.kinds.persons import Discretion, Person


class SummaryPage(QWidget):
    """Two columns of cards that scroll together."""

    def __init__(
        self,
        viewmodel: DossierViewModel,
        today: Callable[[], date],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.request = Text()
        self.warning = Notice()
        self.contact = FactGrid()
        self.reveal = LinkButton(self.tr("Afficher les numéros"))
        self.reveal.clicked.connect(self._toggle_phone)
        self.identity = FactGrid()
        self.appointments = AppointmentsCard(viewmodel, today)
        self.circle = CircleCard(viewmodel)
        self.identifiers = IdentifiersCard(viewmodel)
        self.joined = JoinedCard(viewmodel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scrolling(Columns(self._left(), self._right(), shares=(1, 1))))

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        sheet = read.sheet
        asked = sheet.person.request
        self.request.setText(asked or self.tr("Aucune demande écrite pour le moment."))
        self._show_contact(sheet.person, sheet.names, phone_shown=state.is_phone_shown)
        self.identity.show_facts(self._identity(sheet))
        self.appointments.show_state(state, read)
        self.circle.show_state(state, read)
        self.identifiers.show_state(state, read)
        self.joined.show_state(state, read)

    def _left(self) -> QWidget:
        asked = Card(self.tr("Demande"))
        asked.add(self.request)
        reach = Card(self.tr("Contact"))
        for part in (self.warning, self.contact, self.reveal):
            reach.add(part)
        who = Card(self.tr("Identité"))
        who.add(self.identity)
        return _stack(asked, reach, who, self.identifiers)

    def _right(self) -> QWidget:
        return _stack(self.appointments, self.circle, self.joined)

    def _show_contact(self, person: Person, names: ShownNames, *, phone_shown: bool) -> None:
        warning = discretion_warning(person)
        self.warning.setVisible(bool(warning))
        danger = person.discretion is Discretion.DANGER
        self.warning.say(warning, role=Role.DANGER if danger else Role.PENDING)
        preference = person.contact_preference.label if person.contact_preference else ""
        self.contact.show_facts(
            [
                (self.tr("Sans risque"), person.safe_contact_note or ""),
                (self.tr("Préférence"), preference),
                (self.tr("Téléphone"), phone(person.phone1, shown=phone_shown)),
                (self.tr("Autre téléphone"), phone(person.phone2, shown=phone_shown)),
                (self.tr("Courriel"), names.address(person.email or "")),
                (self.tr("Adresse"), person.address_line or ""),
            ]
        )
        self.reveal.setVisible(bool(person.phone1 or person.phone2))
        shown = self.tr("Masquer les numéros") if phone_shown else self.tr("Afficher les numéros")
        self.reveal.set_words(shown)

    def _identity(self, sheet: PersonSheet) -> list[tuple[str, str]]:
        person = sheet.person
        age = "" if sheet.age is None else self.tr("{0} ans").format(sheet.age)
        born = " · ".join(part for part in (birth_words(person), age) if part)
        where = sheet.commune_name
        if where and person.postal_code:
            where = self.tr("{0} ({1})").format(where, person.postal_code)
        interpreter = self.tr("Nécessaire") if person.interpreter_needed else ""
        first = person.first_contact_on
        return [
            (self.tr("Nom de naissance"), sheet.names.part(person.birth_name)),
            (self.tr("Nom d’usage"), sheet.names.part(person.usual_name or "")),
            (self.tr("Prénom"), sheet.names.part(person.first_name)),
            (self.tr("Sexe"), person.sex.label if person.sex else ""),
            (self.tr("Naissance"), born),
            (self.tr("Commune"), " · ".join(part for part in (where, sheet.epci_name) if part)),
            (self.tr("Langue"), person.language or ""),
            (self.tr("Interprète"), interpreter),
            (self.tr("Premier contact"), day_with_year(first) if first else ""),
            (self.tr("Statut"), person.status.label),
        ]

    def _toggle_phone(self) -> None:
        self._viewmodel.show_phone(not self._viewmodel.state.is_phone_shown)


def _stack(*cards: QWidget) -> QWidget:
    stacked = QWidget()
    layout = column(*cards, gap=16)
    layout.addStretch(1)
    stacked.setLayout(layout)
    return stacked
