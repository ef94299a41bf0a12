"""« Identifiants »: the numbers other administrations know the person by."""

from PySide6.QtWidgets import QWidget

from desktop.ui.dossier.acting_card import ActingCard
from desktop.ui.dossier.fact_grid import FactGrid
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import (
    Choice,
    Flow,
    LabeledField,
    LineField,
    Secondary,
    SecondaryButton,
)
from protocol.kinds.persons import IdentifierScheme

_LIMIT = 40


class IdentifiersCard(ActingCard):
    """One number for each administration; an emptied one is removed."""

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(viewmodel, "identifier", parent)
        self.set_title(self.tr("Identifiants"))
        self.none = Secondary(self.tr("Aucun numéro connu."))
        self.grid = FactGrid()
        self.change = SecondaryButton(self.tr("Ajouter ou corriger un numéro"))
        self._opens(self.change, self.open_form)
        self.scheme = Choice([(scheme.value, scheme.label) for scheme in IdentifierScheme])
        self.scheme.currentIndexChanged.connect(self._show_known)
        self.number = LineField(limit=_LIMIT)
        self.form = InlineForm(
            self.tr("Ajouter ou corriger un numéro"),
            self.tr("Enregistrer le numéro"),
            {
                "scheme": LabeledField(self.tr("Organisme"), self.scheme),
                "value": LabeledField(
                    self.tr("Numéro"), self.number, help=self.tr("Vide, il est retiré.")
                ),
            },
        )
        self._answer(self.form, self._save, lambda _: self.open_form())
        for part in (self.none, self.grid, self.form, Flow(self.change)):
            self.add(part)

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        known = [(item.scheme.label, item.value) for item in read.sheet.identifiers]
        self.grid.show_facts(known)
        self.none.setVisible(not known)
        self._show_forms(state, read.sheet.person.id)

    def open_form(self) -> None:
        self._show_known()
        self._open(self.form)

    def _show_known(self) -> None:
        read = self._viewmodel.state.read
        known = {item.scheme.value: item.value for item in read.sheet.identifiers} if read else {}
        self.number.set_value(known.get(self.scheme.value, ""))

    def _save(self) -> None:
        scheme = IdentifierScheme(self.scheme.value)
        self._viewmodel.set_identifier(scheme, self.number.value)
