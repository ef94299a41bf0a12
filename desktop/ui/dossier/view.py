"""Lays out a dossier: its head, « Résumé » and « Suivis »."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.free_text import FreeTextGuard
from desktop.ui.dossier.follow_ups_page import FollowUpsPage
from desktop.ui.dossier.inline_form import InlineForm
from desktop.ui.dossier.path_page import PathPage
from desktop.ui.dossier.reading import DossierReading
from desktop.ui.dossier.same_person_notice import SamePersonNotice
from desktop.ui.dossier.summary_page import SummaryPage
from desktop.ui.dossier.viewmodel import DossierState, DossierViewModel
from desktop.ui.dossier.words import header_mark, subtitle
from desktop.ui.free_text import guard_field
from desktop.ui.kit import (
    EmptyState,
    Flow,
    IconButton,
    Notice,
    Pill,
    PrimaryButton,
    ScreenHeader,
    SecondaryButton,
    Tabs,
)
from desktop.ui.kit.typed import FormPage, Left
from desktop.ui.theme import Role
from protocol.ids import PersonId


class DossierView(QWidget):
    """One person at a time. The window owns Ctrl+N: it calls `start_follow_up`."""

    follow_up_requested = Signal(str, str)
    """The person, and her appointment of the day or an empty text."""
    correct_requested = Signal(str)
    handout_requested = Signal(str)
    """The follow-up whose sheet is to be handed out."""
    edit_requested = Signal(str)
    search_requested = Signal()
    compare_requested = Signal(str, str)
    """Two dossiers that may be one person's."""
    undo_offered = Signal(str, object)
    workshops_requested = Signal()
    person_shown = Signal(str)
    """The dossier that is kept, for the pages that were added."""
    closed = Signal()

    def __init__(self, viewmodel: DossierViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.phone = IconButton("eye", self.tr("Afficher le téléphone"), shortcut="Ctrl+T")
        self.edit = SecondaryButton(self.tr("Modifier"), shortcut="Ctrl+Shift+E")
        self.new = PrimaryButton(self.tr("Nouveau suivi"))
        # The window listens to the key; here it is only shown.
        self.new.setText(self.tr("Nouveau suivi  Ctrl+N"))
        self.header = ScreenHeader(actions=(self.phone, self.edit, self.new), search=True)
        # Under the name, where large letters leave it whole: it is a warning.
        self.mark = Pill()
        self.marks = Flow(self.mark)
        self.notice = Notice()
        self.notice.hide()
        self.alike = SamePersonNotice()
        self.summary = SummaryPage(viewmodel, self._today)
        self.follow_ups = FollowUpsPage(viewmodel)
        self.tabs = Tabs(self.tr("Dossier"))
        self.tabs.add("summary", self.tr("Résumé"), self.summary)
        self.tabs.add("follow_ups", self.tr("Suivis"), self.follow_ups)
        self.path = PathPage(viewmodel, self._today)
        self.tabs.add("path", self.tr("Parcours"), self.path)
        self._recalling: PersonId | None = None
        self._added: list[FormPage] = []
        self.gone = EmptyState(
            self.tr(
                "Ce dossier n’est plus sur ce poste : il a été retiré, ou vous n’êtes plus dans"
                " l’équipe de cette personne."
            ),
            self.tr("Fermer"),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self.header, self.marks, self.notice, self.alike, self.gone):
            layout.addWidget(part)
        layout.addWidget(self.tabs, 1)
        self.first_stop = self.tabs.bar
        self._forms = self.findChildren(InlineForm)
        self._connect()
        self._render()

    def open(self, person: str) -> None:
        """Shows this person's « Résumé »."""
        if person != self._viewmodel.state.person:
            self.tabs.open("summary")
        self._viewmodel.open(PersonId(person))
        self.person_shown.emit(person)

    def add_page(self, key: str, title: str, page: QWidget) -> None:
        """Adds what another part of Coffre shows of the person; see `person_shown`."""
        self.tabs.add(key, title, page)
        if isinstance(page, FormPage):
            self._added.append(page)

    def watch_texts(self, guard: FreeTextGuard) -> None:
        """Have what is typed here for the team looked over."""
        guard_field(self.path.steps.form.fields["text"], guard)
        guard_field(self.path.programmes.ending_form.fields["exit_reason"], guard)

    @property
    def person(self) -> PersonId | None:
        """Whose dossier is shown."""
        return self._viewmodel.state.person

    @property
    def kept(self) -> PersonId | None:
        """The dossier that is kept of those shown as one; the forms know it by this name."""
        read = self._viewmodel.state.read
        return PersonId(read.sheet.person.id) if read is not None else None

    def open_path(self, person: str, *, recall: bool = False) -> None:
        """Shows this person's « Parcours », ready to write down a call when one is to be made."""
        self._recalling = PersonId(person) if recall else None
        self.open(person)
        self.tabs.open("path")
        self._open_recall()

    def left(self) -> Left | None:
        """Return what the forms hold, also those of dossiers that are not in sight."""
        forms = [typed for form in self._forms for typed in form.typed()]
        for page in self._added:
            if (left := page.left()) is not None:
                forms += left.forms
        return Left(self.where(), forms) if forms else None

    def where(self) -> Mapping[str, str]:
        """Whose dossier is in sight, and which of its pages."""
        return {"person": self.person or "", "tab": self.tabs.current}

    def stand(self, where: Mapping[str, str]) -> None:
        """Show it, unless another one was opened."""
        if where["person"] and self.person is None:
            self.open(where["person"])
            self.tabs.open(where["tab"])

    def come_back(self, left: Left) -> None:
        """Show a dossier as it was left, its forms open with what was typed."""
        for form in self._forms:
            for typed in left.forms:
                if typed.form == form.form_name:
                    form.keep(typed)
        for page in self._added:
            page.come_back(left)
        self.stand(left.at)

    def start_follow_up(self) -> None:
        """Ctrl+N: with her appointment of the day when there is one to write up."""
        state = self._viewmodel.state
        if state.person is not None and state.read is not None:
            self.follow_up_requested.emit(state.person, state.read.to_write_up or "")

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._viewmodel.cover()

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self.header.search_asked.connect(self.search_requested)
        self.new.clicked.connect(self.start_follow_up)
        self.edit.clicked.connect(self._edit)
        self.phone.clicked.connect(self._toggle_phone)
        self.notice.remedy_asked.connect(self._viewmodel.refresh)
        self.gone.action_asked.connect(self.closed)
        self._viewmodel.undo_offered.connect(self.undo_offered)
        self.alike.compare_asked.connect(self.compare_requested)
        self.alike.apart_asked.connect(lambda other: self._viewmodel.tell_apart(PersonId(other)))
        self.summary.joined.compare_asked.connect(self.compare_requested)
        self.path.workshops.all_asked.connect(self.workshops_requested)
        self.follow_ups.correct_asked.connect(self.correct_requested)
        self.follow_ups.handout_asked.connect(self.handout_requested)
        self.follow_ups.start_asked.connect(self.start_follow_up)

    def _today(self) -> date:
        return self._viewmodel.state.now.date()

    def _open_recall(self) -> None:
        """Once her dossier has been read."""
        read = self._viewmodel.state.read
        if self._recalling is not None and read is not None:
            wanted, self._recalling = self._recalling, None
            if wanted in read.sheet.dossiers:
                self.path.recalls.open_form()

    def _edit(self) -> None:
        if self._viewmodel.state.person is not None:
            self.edit_requested.emit(self._viewmodel.state.person)

    def _toggle_phone(self) -> None:
        self._viewmodel.show_phone(not self._viewmodel.state.is_phone_shown)

    def _render(self) -> None:
        state = self._viewmodel.state
        self.gone.setVisible(state.is_gone)
        self.header.setVisible(state.read is not None)
        self.marks.setVisible(state.read is not None)
        self.tabs.setVisible(state.read is not None)
        self._render_notice(state)
        self.alike.show_pair(state.read.alike[0] if state.read and state.read.alike else None)
        if state.read is not None:
            self._render_dossier(state, state.read)

    def _render_notice(self, state: DossierState) -> None:
        self.notice.setVisible(state.problem is not None or state.is_slow)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        elif state.is_slow:
            self.notice.say(self.tr("Lecture du dossier…"))

    def _render_dossier(self, state: DossierState, read: DossierReading) -> None:
        sheet = read.sheet
        mark = header_mark(sheet.person)
        self.header.set_title(sheet.name)
        self.marks.setVisible(mark is not None)
        if mark is not None:
            self.mark.show_mark(mark)
        self.header.set_subtitle(subtitle(sheet, phone_shown=state.is_phone_shown))
        self.phone.setVisible(bool(sheet.person.phone1))
        self.phone.set_icon("eye-off" if state.is_phone_shown else "eye")
        self.phone.set_words(
            self.tr("Masquer le téléphone")
            if state.is_phone_shown
            else self.tr("Afficher le téléphone")
        )
        self.tabs.set_title("follow_ups", self.tr("Suivis ({0})").format(read.follow_ups))
        self.summary.show_state(state, read)
        self.follow_ups.show_state(state, read)
        self.path.show_state(state, read)
        self._open_recall()
        if self.hasFocus():
            self.first_stop.setFocus()  # it was not there yet when the page was opened
