"""The main window of an unlocked laptop: its pages, and the ways between them.

Pages do not know each other. What one asks for (« this person’s dossier », « a follow-up for this
appointment ») is said here, once. A page is made the first time it is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.interrupted import COMPARISON, Interrupted
from desktop.app.interrupted import FOLLOW_UP as AN_EDITOR
from desktop.app.interrupted import SHEET as A_SHEET
from desktop.app.session import Session
from desktop.config.clock import Clock
from desktop.services.directory import Colleague
from desktop.ui.background import Background, Lane
from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.errors import sentence
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.follow_up.viewmodel import FollowUpViewModel
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.person_form import PersonFormView, PersonFormViewModel
from desktop.ui.persons import PersonsView, PersonsViewModel
from desktop.ui.same_person import Picks, SamePersonState, SamePersonView, SamePersonViewModel
from desktop.ui.theme import Role, Theme
from desktop.ui.today import TodayView, TodayViewModel
from protocol.ids import AppointmentId, FollowUpId, PersonId

TODAY, PERSONS, SYNC, SETTINGS = "today", "persons", "sync", "settings"
DOSSIER, FOLLOW_UP, PERSON_FORM, IMPORT = "dossier", "follow_up", "person_form", "import"
SAME_PERSON = "same_person"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the workspace is made of."""

    session: Session
    background: Background
    board: ChangeBoard
    theme: Theme
    clock: Clock


class Workspace(QObject):
    """Owns the main window while the laptop is unlocked."""

    lock_requested = Signal()
    sync_requested = Signal()
    closing = Signal()

    def __init__(self, parts: Parts, others: dict[str, Callable[[], QWidget]]) -> None:
        """``others`` makes the pages that need more than services: sync, settings, import."""
        super().__init__()
        self._parts = parts
        self._others = others
        self._follow_up: FollowUpViewModel | None = None
        self._dossier_view: DossierView | None = None
        self._form_view: PersonFormView | None = None
        self._same_person: SamePersonViewModel | None = None
        self._form: PersonFormViewModel | None = None
        self.window = MainWindow(parts.theme, self._sections())
        for key, make in (
            (DOSSIER, self._dossier),
            (FOLLOW_UP, self._editor),
            (PERSON_FORM, self._person_form),
            (SAME_PERSON, self._compare_page),
            (IMPORT, others[IMPORT]),
        ):
            self.window.register(Section(key, "", make))
        self.window.lock_requested.connect(self.lock_requested)
        self.window.sync_requested.connect(lambda: self.window.open(SYNC))
        self.window.new_follow_up_requested.connect(self._new_follow_up)
        self.window.closing.connect(self.closing)
        self._tell_keys()
        self.window.open(TODAY)
        self._say_who()

    # -- where one can go -----------------------------------------------------------------------

    def open_person(self, person: str) -> None:
        """Show somebody's dossier."""
        self.window.page(DOSSIER)
        if self._dossier_view is not None:
            self._dossier_view.open(person)
            self.window.open(DOSSIER)

    def open_meeting(self, person: str, appointment: str) -> None:
        """Write the follow-up of a meeting; ``appointment`` is empty for a meeting unplanned."""
        chosen = AppointmentId(appointment) if appointment else None
        self._edit(lambda editor: editor.open_new(PersonId(person), chosen))

    def open_follow_up(self, follow_up: str) -> None:
        """Correct a follow-up, or take a draft up again."""
        self._edit(lambda editor: editor.open(FollowUpId(follow_up)))

    def new_person(self) -> None:
        """Open a dossier."""
        self._fill_form(PersonFormView.start_new)

    def edit_person(self, person: str) -> None:
        """Correct somebody's sheet, or go on with the draft of a new one."""
        self._fill_form(lambda form: form.start_edit(person))

    def compare(self, one: str, other: str, picks: Picks | None = None) -> None:
        """Put two dossiers side by side: are they one person's?"""
        self.window.page(SAME_PERSON)
        if self._same_person is not None:
            self._same_person.open(PersonId(one), PersonId(other), picks)
            self.window.open(SAME_PERSON)

    def flush(self) -> None:
        """Keep what is being typed, before the vault closes."""
        if self._follow_up is not None:
            self._follow_up.flush()
        if self._form_view is not None:
            self._form_view.flush()

    def interrupted(self) -> Interrupted | None:
        """Return what the page in sight is about, if it is a page to write or to choose in."""
        editor, form = self._follow_up, self._form
        if self.window.current == FOLLOW_UP and editor is not None and editor.state.form:
            return Interrupted(AN_EDITOR, editor.state.form.target)
        if self.window.current == PERSON_FORM and form is not None and form.state.person:
            return Interrupted(A_SHEET, form.state.person)
        if self.window.current == SAME_PERSON and self._same_person is not None:
            return _compared(self._same_person.state)
        return None

    def go_back_to(self, interrupted: Interrupted) -> None:
        """Show a draft where it was left, unless something else was opened meanwhile."""
        if self.window.current != TODAY:
            return
        if interrupted.what == AN_EDITOR:
            self.open_follow_up(interrupted.target)
        elif interrupted.what == COMPARISON:
            picks = Picks(frozenset(interrupted.picks), interrupted.referent)
            self.compare(interrupted.target, interrupted.other, picks)
        else:
            self.edit_person(interrupted.target)

    def report(self, failure: Exception) -> None:
        """Say in one sentence what no page could say."""
        problem = sentence(failure)
        self.window.say(problem.text, role=Role.DANGER)

    # -- pages ----------------------------------------------------------------------------------

    def _sections(self) -> list[Section]:
        return [
            Section(TODAY, self.tr("Aujourd’hui"), self._today, 1, "calendar-days"),
            Section(PERSONS, self.tr("Personnes"), self._persons, 2, "users"),
            Section(SYNC, self.tr("Synchronisation"), self._others[SYNC], 6, "refresh-cw"),
            Section(SETTINGS, self.tr("Réglages"), self._others[SETTINGS], 7, "settings"),
        ]

    def _today(self) -> QWidget:
        parts, services = self._parts, self._parts.session.services
        view = TodayView(
            TodayViewModel(
                parts.background, services.today, services.appointments, parts.board, parts.clock
            )
        )
        view.person_requested.connect(self.open_person)
        view.follow_up_requested.connect(self.open_meeting)
        view.draft_requested.connect(self.open_follow_up)
        view.sheet_requested.connect(self.edit_person)
        view.sync_requested.connect(lambda: self.window.open(SYNC))
        view.search_requested.connect(self.window.search_requested)
        view.undo_offered.connect(self.window.offer_undo)
        view.compare_requested.connect(self.compare)
        return view

    def _persons(self) -> QWidget:
        parts, services = self._parts, self._parts.session.services
        view = PersonsView(
            PersonsViewModel(parts.background, services.persons, parts.board, parts.clock)
        )
        view.person_requested.connect(self.open_person)
        view.follow_up_requested.connect(self.open_meeting)
        view.new_person_requested.connect(self.new_person)
        view.import_requested.connect(lambda: self.window.open(IMPORT))
        view.search_requested.connect(self.window.search_requested)
        return view

    def _dossier(self) -> QWidget:
        parts, services = self._parts, self._parts.session.services
        together = DossierServices(
            persons=services.persons,
            follow_ups=services.follow_ups,
            appointments=services.appointments,
            directory=services.directory,
            duplicates=services.duplicates,
            same_persons=services.same_persons,
        )
        view = DossierView(DossierViewModel(parts.background, together, parts.board, parts.clock))
        view.follow_up_requested.connect(self.open_meeting)
        view.correct_requested.connect(self.open_follow_up)
        view.edit_requested.connect(self.edit_person)
        view.search_requested.connect(self.window.search_requested)
        view.closed.connect(self.window.back)
        view.compare_requested.connect(self.compare)
        view.undo_offered.connect(self.window.offer_undo)
        self._dossier_view = view
        return view

    def _compare_page(self) -> QWidget:
        parts, services = self._parts, self._parts.session.services
        viewmodel = SamePersonViewModel(
            parts.background, services.same_persons, parts.board, parts.clock
        )
        self._same_person = viewmodel
        view = SamePersonView(viewmodel)
        view.joined.connect(self._person_saved)
        view.person_requested.connect(self.open_person)
        view.closed.connect(self.window.back)
        view.undo_offered.connect(self.window.offer_undo)
        return view

    def _editor(self) -> QWidget:
        parts, services = self._parts, self._parts.session.services
        viewmodel = FollowUpViewModel(
            parts.background,
            services.follow_ups,
            services.persons,
            services.directory,
            parts.board,
            parts.clock,
        )
        viewmodel.closed.connect(self.window.back)
        viewmodel.finished.connect(self._finished)
        self._follow_up = viewmodel
        view = FollowUpView(viewmodel)
        view.undo_offered.connect(self.window.offer_undo)
        return view

    def _person_form(self) -> QWidget:
        parts, services = self._parts, self._parts.session.services
        self._form = PersonFormViewModel(
            parts.background,
            services.persons,
            services.person_drafts,
            services.duplicates,
            services.directory,
            parts.board,
            parts.clock,
        )
        view = PersonFormView(self._form)
        view.saved.connect(self._person_saved)
        view.person_requested.connect(self.open_person)
        view.closed.connect(self.window.back)
        view.undo_offered.connect(self.window.offer_undo)
        self._form_view = view
        return view

    # -- inside ---------------------------------------------------------------------------------

    def _edit(self, begin: Callable[[FollowUpViewModel], object]) -> None:
        self.window.page(FOLLOW_UP)
        if self._follow_up is not None:
            begin(self._follow_up)
            self.window.open(FOLLOW_UP)

    def _fill_form(self, begin: Callable[[PersonFormView], object]) -> None:
        self.window.page(PERSON_FORM)
        if self._form_view is not None:
            begin(self._form_view)
            self.window.open(PERSON_FORM)

    def _person_saved(self, person: str) -> None:
        self.window.back()
        self.open_person(person)

    def _finished(self, _person: str) -> None:
        self.window.back()

    def _new_follow_up(self) -> None:
        page = self.window.page(self.window.current)
        if isinstance(page, TodayView | PersonsView | DossierView):
            page.start_follow_up()
        else:
            self.window.search_requested.emit()

    def _tell_keys(self) -> None:
        """Has the sheet of shortcuts tell the keys of the pages, beside those of the window."""
        for key, words in (
            ("Ctrl+Return", self.tr("L’acte principal de la page : terminer, enregistrer…")),
            ("Ctrl+O", self.tr("Aujourd’hui : ouvrir le dossier ; import : le fichier")),
            (self.tr("1 à 7"), self.tr("Aujourd’hui : ce qu’est devenu le rendez-vous")),
            ("Ctrl+F", self.tr("Personnes : chercher dans la liste")),
            ("Ctrl+Shift+N", self.tr("Personnes : nouvelle personne")),
            ("Ctrl+Shift+I", self.tr("Personnes : importer une file active")),
            ("Ctrl+R", self.tr("Dossier : nouveau rendez-vous")),
            ("Ctrl+T", self.tr("Dossier : afficher le téléphone")),
            ("Ctrl+E", self.tr("Dossier : corriger le suivi")),
            ("Ctrl+Shift+L", self.tr("Dossier : lire ma note")),
            ("Ctrl+Shift+E", self.tr("Dossier : modifier la fiche")),
            ("Ctrl+Shift+A", self.tr("Dossier : ajouter un·e collègue")),
            ("Alt+M", self.tr("Import : c’est la même personne")),
            ("Alt+A", self.tr("Import : c’est une autre personne")),
            ("Alt+1", self.tr("Synchronisation, à relire\u00a0: garder la première version")),
            ("Alt+2", self.tr("Synchronisation, à relire\u00a0: garder la seconde version")),
            ("Alt+3", self.tr("Synchronisation, à relire\u00a0: plus tard")),
            ("Ctrl+P", self.tr("Clé de secours : imprimer")),
            ("Ctrl+S", self.tr("Clé de secours : enregistrer en PDF")),
        ):
            self.window.add_shortcut(key, words)

    def _say_who(self) -> None:
        def say(me: Colleague) -> None:
            self.window.show_who(f"{me.name} · {me.job.label}" if me.name else "")

        directory = self._parts.session.services.directory
        self._parts.background.run(Lane.STORE, directory.me, say, self.report)


def _compared(state: SamePersonState) -> Interrupted | None:
    if state.comparison is None:
        return None
    kept, other = state.comparison.kept.person.id, state.comparison.other.person.id
    return Interrupted(COMPARISON, kept, other, tuple(sorted(state.from_other)), state.referent)
