"""« Identifiants »: the numbers other administrations know the person by."""

from PySide6.QtWidgets import QWidget

from desktop.ui.dossier.fact_grid import FactGrid
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.kit import (
    Card,
    Choice,
    Flow,
    LabeledField,
    LineField,
    Secondary,
    SecondaryButton,
)
from protocol.kinds.persons import IdentifierScheme

_LIMIT = 40


class IdentifiersCard(Card):
    """One number for each administration; an emptied one is removed."""

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._viewmodel = viewmodel
        self.set_title(self.tr("Identifiants"))
        self.none = Secondary(self.tr("Aucun numéro connu."))
        self.grid = FactGrid()
        self.change = SecondaryButton(self.tr("Ajouter ou corriger un numéro"))
        self.change.clicked.connect(self.open_form)
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
        self.form.submitted.connect(self._save)
        self.form.closed.connect(self._closed)
        self.form.put_aside.connect(self.change.show)
        viewmodel.saved.connect(self._saved)
        for part in (self.none, self.grid, self.form, Flow(self.change)):
            self.add(part)

    def show_state(self, state: DossierState, read: DossierReading) -> None:
        known = [(item.scheme.label, item.value) for item in read.sheet.identifiers]
        self.grid.show_facts(known)
        self.none.setVisible(not known)
        self.form.belong_to(read.sheet.person.id, lambda _: self.open_form())
        if self.form.is_open:
            self.form.show_problems(dict(state.field_problems))

    def open_form(self) -> None:
        self._viewmodel.forget_problems()
        self._show_known()
        self.change.hide()
        self.form.open_form()

    def _show_known(self) -> None:
        read = self._viewmodel.state.read
        known = {item.scheme.value: item.value for item in read.sheet.identifiers} if read else {}
        self.number.set_value(known.get(self.scheme.value, ""))

    def _save(self) -> None:
        scheme = IdentifierScheme(self.scheme.value)
        self._viewmodel.set_identifier(scheme, self.number.value)

    def _saved(self, what: str) -> None:
        if what == "identifier":
            self.form.close_form()

    def _closed(self) -> None:
        self.change.show()
        self.change.setFocus()
