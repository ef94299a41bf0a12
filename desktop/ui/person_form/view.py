"""Lays out the form: who the person is, how to reach her, where she lives, what she asks for."""

from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.free_text import Family, FreeTextGuard
from desktop.ui.free_text import guard_field
from desktop.ui.gone import gone_name, gone_words, throw_away_words
from desktop.ui.kit import (
    Card,
    Choice,
    DraftNotice,
    LabeledField,
    LineField,
    LinkButton,
    Notice,
    PrimaryButton,
    ScreenHeader,
    SecondaryButton,
    TextField,
    Tick,
    column,
    draft_kept,
    scrolling,
)
from desktop.ui.kit.columns import Columns
from desktop.ui.person_form.commune_field import CommuneField
from desktop.ui.person_form.near_card import NearCard
from desktop.ui.person_form.state import PersonFormState
from desktop.ui.person_form.typed import Typed
from desktop.ui.person_form.viewmodel import PersonFormViewModel
from desktop.ui.theme import Role
from protocol.ids import PersonId
from protocol.kinds.declare import Code
from protocol.kinds.persons import ContactPreference, Discretion, PersonStatus, Sex

_NAMING = ("birth_name", "first_name", "usual_name", "email")
_READ_BY_ALL = {
    # Whom to call, and where, is what this one is for.
    "safe_contact_note": frozenset(Family) - {Family.PHONE, Family.EMAIL},
    "request": frozenset(Family),
}
_NAME = 100
_NOTE = 1_000
_REQUEST = 4_000


class PersonFormView(QWidget):
    """Leaving the page, or locking, keeps what was typed; nobody is asked whether to save."""

    saved = Signal(str)
    person_requested = Signal(str)
    closed = Signal()
    undo_offered = Signal(str, object)

    def __init__(
        self,
        viewmodel: PersonFormViewModel,
        guard: FreeTextGuard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``guard`` looks over what the team will read."""
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.save = PrimaryButton(self.tr("Enregistrer"), shortcut="Ctrl+Return")
        self.discard = LinkButton(self.tr("Effacer ce qui est tapé"))
        self.header = ScreenHeader(actions=(self.discard, self.close_button, self.save))
        self.notice = Notice()
        self.veiled = Notice(
            self.tr("Mode discret\u00a0: le nom et le courriel sont masqués. F8 pour les voir."),
        )
        self.veiled.hide()
        self.draft_notice = DraftNotice()
        self.near = NearCard()
        self.fields: dict[str, LabeledField] = {}
        self._make_fields()
        lines = (
            guard_field(self.fields[name], guard, families)
            for name, families in _READ_BY_ALL.items()
        )
        self._guards = [line for line in lines if line is not None]
        self.interpreter = Tick(self.tr("Interprète nécessaire"))
        self._is_filling = False
        self._lay_out()
        self._connect()
        self._fill()
        self._render()

    def start_new(self) -> None:
        self._viewmodel.start_new()

    def start_edit(self, person: str, *, goes_on: bool = False) -> None:
        """``person``: somebody, or the identifier that a new dossier's draft has."""
        self._viewmodel.start_edit(PersonId(person), goes_on=goes_on)

    def show_discreet(self, discreet: bool) -> None:
        """Masks what names somebody; what is typed is kept all the same."""
        modes = LineField.EchoMode
        self.veiled.setVisible(discreet)
        for name in _NAMING:
            field = self.fields[name].field
            if isinstance(field, LineField):
                field.setEchoMode(modes.Password if discreet else modes.Normal)

    def flush(self) -> None:
        """Keep what was typed: the laptop locks."""
        self._viewmodel.flush()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._viewmodel.flush()

    @property
    def typed(self) -> Typed:
        """What the fields hold."""
        texts = {name: _value(labeled.field) for name, labeled in self.fields.items()}
        texts["commune_text"] = texts.pop("commune")
        texts_only = Typed(**texts)  # type: ignore[arg-type]  # the two others are set below
        return replace(
            texts_only,
            commune=self.commune.chosen,
            interpreter_needed=self.interpreter.isChecked(),
        )

    def _make_fields(self) -> None:
        short, note = LineField, TextField
        self.commune = CommuneField(hint=self.tr("Les premières lettres"))
        self._field("birth_name", self.tr("Nom de naissance"), short(limit=_NAME))
        self._field("first_name", self.tr("Prénom"), short(limit=_NAME))
        self._field("usual_name", self.tr("Nom d’usage, s’il est différent"), short(limit=_NAME))
        self._field("sex", self.tr("Sexe"), _choice(Sex, self.tr("Non renseigné")))
        born = self.tr("Par exemple 4/3/1979, mars 1979, 1979 ou vers 1979.")
        self._field("birth", self.tr("Date de naissance"), short(limit=40), born)
        self._field("status", self.tr("Statut du dossier"), _choice(PersonStatus))
        self._field("phone1", self.tr("Téléphone"), short(limit=30))
        self._field("phone2", self.tr("Autre téléphone"), short(limit=30))
        self._field("email", self.tr("Courriel"), short())
        nothing = self.tr("Non renseignée")
        preference = _choice(ContactPreference, nothing)
        self._field("contact_preference", self.tr("Préférence de contact"), preference)
        careful = self.tr("Lue avant tout appel par toute l’équipe.")
        self._field("discretion", self.tr("Discrétion"), _choice(Discretion), careful)
        safe = self.tr("Comment la joindre sans risque")
        self._field("safe_contact_note", safe, note(lines=2, limit=_NOTE))
        help_words = self.tr("Le code postal ne suffit pas : choisissez dans la liste.")
        self._field("commune", self.tr("Commune"), self.commune, help_words)
        self._field("address_line", self.tr("Adresse"), short())
        self._field("language", self.tr("Langue parlée"), short())
        self._field("request", self.tr("Demande, en quelques mots"), note(limit=_REQUEST))

    def _field(self, name: str, label: str, field: QWidget, help_words: str = "") -> None:
        self.fields[name] = LabeledField(label, field, help=help_words)

    def _lay_out(self) -> None:
        who = self._card(
            self.tr("Identité"),
            *("birth_name", "first_name", "usual_name", "birth", "sex", "status"),
        )
        asked = self._card(self.tr("Demande"), "request")
        reach = self._card(
            self.tr("Contact"),
            *("phone1", "phone2", "email"),
            *("contact_preference", "discretion", "safe_contact_note"),
        )
        home = self._card(self.tr("Lieu de vie"), "commune", "address_line", "language")
        home.add(self.interpreter)
        left, right = QWidget(), QWidget()
        for side, cards in ((left, (who, self.near, asked)), (right, (home, reach))):
            stacked = column(*cards, gap=16)
            stacked.addStretch(1)
            side.setLayout(stacked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        layout.addWidget(self.veiled)
        layout.addWidget(self.draft_notice)
        self._sheet = Columns(left, right, shares=(1, 1))
        layout.addWidget(scrolling(self._sheet), 1)
        self.first_stop = self.fields["birth_name"]

    def _card(self, title: str, *names: str) -> Card:
        card = Card(title)
        for name in names:
            card.add(self.fields[name])
        return card

    def _connect(self) -> None:
        viewmodel = self._viewmodel
        viewmodel.changed.connect(self._render)
        viewmodel.loaded.connect(self._fill)
        viewmodel.saved.connect(self.saved)
        viewmodel.undo_offered.connect(self.undo_offered)
        self.commune.typed.connect(viewmodel.suggest_communes)
        self.commune.commune_changed.connect(self._typed)
        self.near.dossier_asked.connect(self.person_requested)
        self.save.clicked.connect(viewmodel.save)
        self.discard.clicked.connect(viewmodel.discard)
        self.close_button.clicked.connect(self.closed)
        self.notice.remedy_asked.connect(self._remedy)
        self.draft_notice.resumed.connect(viewmodel.resume)
        self.draft_notice.discarded.connect(viewmodel.discard)
        self.interpreter.toggled.connect(self._typed)
        for labeled in self.fields.values():
            if isinstance(labeled.field, (LineField, TextField)):
                labeled.field.value_changed.connect(self._typed)
            elif isinstance(labeled.field, Choice):
                labeled.field.chosen.connect(self._typed)

    def _remedy(self) -> None:
        if self._viewmodel.state.problem is not None:
            self._viewmodel.retry()
        else:
            self._viewmodel.discard()
            self.closed.emit()

    def _typed(self) -> None:
        if not self._is_filling:
            self._viewmodel.type(self.typed)

    def _fill(self) -> None:
        """Puts the state in the fields; what the code writes is not somebody typing."""
        typed = self._viewmodel.state.typed
        self._is_filling = True
        for name, labeled in self.fields.items():
            if name != "commune":
                _set_value(labeled.field, str(getattr(typed, name)))
        self.commune.set_chosen(typed.commune, typed.commune_text)
        self.interpreter.setChecked(typed.interpreter_needed)
        self._is_filling = False
        for line in self._guards:
            line.forget()
        self._sheet.setEnabled(self._viewmodel.state.person is not None)
        if self.isVisible():
            # The window gave the keyboard to a sheet that could not be typed on yet.
            self.fields["birth_name"].setFocus()

    def _render(self) -> None:
        state = self._viewmodel.state
        is_new = state.is_new
        self.header.set_title(self._title(state))
        self.header.set_subtitle(self._subtitle(state))
        self.fields["status"].setVisible(not is_new)
        self.save.set_words(self._save_words(is_new=is_new, known=bool(state.near)))
        is_here = state.person is not None and not state.is_gone
        self.save.setEnabled(is_here and not state.is_saving)
        self.discard.setVisible(
            self._viewmodel.has_changes and is_here and state.found_draft is None
        )
        self.near.show_near(state.near)
        # Made while somebody types, they would come last: the Tab key meets them where they are.
        for before, after in pairwise((self.fields["status"].field, *self.near.buttons)):
            QWidget.setTabOrder(before, after)
        self.commune.propose(state.communes)
        self._render_problems(state)

    def _title(self, state: PersonFormState) -> str:
        if state.is_new:
            return self.tr("Nouvelle personne")
        if state.person is None:
            return self.tr("Modifier la fiche")
        return self.tr("Modifier la fiche · {0}").format(state.name or gone_name())

    def _subtitle(self, state: PersonFormState) -> str:
        if state.saved_at is not None:
            return draft_kept(state.saved_at, self._viewmodel.now)
        if state.is_new:
            return self.tr("Seuls le nom et le prénom sont nécessaires.")
        return ""

    def _save_words(self, *, is_new: bool, known: bool) -> str:
        if not is_new:
            return self.tr("Enregistrer")
        return self.tr("Ouvrir quand même") if known else self.tr("Ouvrir le dossier")

    def _render_problems(self, state: PersonFormState) -> None:
        new = [
            name
            for name in self.fields
            if state.field_problems.get(name) and not self.fields[name].problem
        ]
        for name, labeled in self.fields.items():
            labeled.show_problem(state.field_problems.get(name, ""))
        if new:
            self.fields[new[0]].setFocus()
        self.notice.setVisible(state.problem is not None or state.is_gone)
        if state.problem is None and state.is_gone:
            self.notice.say(gone_words(), throw_away_words(), Role.DANGER)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        is_offered = state.found_draft is not None and not state.is_gone
        self.draft_notice.setVisible(is_offered)
        if state.found_draft is not None and is_offered:
            self.draft_notice.tell(state.found_draft, self._viewmodel.now)


def _choice(codes: type[Code], nothing: str = "") -> Choice:
    """The codes in their order, after « Non renseigné » where nothing may be said."""
    unsaid = [("", nothing)] if nothing else []
    return Choice([*unsaid, *((code.value, code.label) for code in codes)])


def _value(field: QWidget) -> str:
    return field.value if isinstance(field, (LineField, TextField, Choice)) else ""


def _set_value(field: QWidget, value: str) -> None:
    if isinstance(field, (LineField, TextField, Choice)):
        field.set_value(value)
