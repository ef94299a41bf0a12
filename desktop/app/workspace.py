"""The main window of an unlocked laptop: its pages, and the ways between them.

Pages do not know each other. What one asks for (« this person’s dossier », « a follow-up for this
appointment ») is said here, once. A page is made the first time it is opened.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.coming_back import Place
from desktop.app.handout_page import HandoutPage
from desktop.app.interrupted import COMPARISON, Interrupted
from desktop.app.interrupted import FOLLOW_UP as AN_EDITOR
from desktop.app.interrupted import SHEET as A_SHEET
from desktop.app.page_keys import page_keys
from desktop.app.parts import Parts
from desktop.app.record_pages import RecordPages
from desktop.app.road_pages import RoadPages
from desktop.app.unplanned import UnplannedMeetings
from desktop.services.directory import Colleague
from desktop.ui.agenda import AgendaServices, AgendaView, AgendaViewModel
from desktop.ui.background import Lane
from desktop.ui.documents import DocumentsView, DocumentsViewModel, open_pages
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.errors import sentence
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.follow_up.viewmodel import FollowUpViewModel
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.person_form import PersonFormView, PersonFormViewModel
from desktop.ui.persons import PersonsView, PersonsViewModel
from desktop.ui.same_person import Picks, SamePersonView, SamePersonViewModel
from desktop.ui.theme import Role
from desktop.ui.today import TodayView, TodayViewModel
from protocol.ids import AppointmentId, FollowUpId, PersonId
from protocol.kinds.follow_ups import Medium
from protocol.values import instant_from_wire

TODAY, PERSONS, SYNC, SETTINGS = "today", "persons", "sync", "settings"
AGENDA = "agenda"
DOSSIER, FOLLOW_UP, PERSON_FORM, IMPORT = "dossier", "follow_up", "person_form", "import"
SAME_PERSON = "same_person"


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
        self._documents: DocumentsViewModel | None = None
        self.window = MainWindow(parts.theme, self._sections())
        for key, make in (
            (DOSSIER, self._dossier),
            (FOLLOW_UP, self._editor),
            (PERSON_FORM, self._person_form),
            (SAME_PERSON, self._compare_page),
            (IMPORT, others[IMPORT]),
        ):
            self.window.register(Section(key, "", make))
        services, background = parts.session.services, parts.background
        self.records = RecordPages(parts, self.window, self)
        self.records.accompaniment_requested.connect(
            lambda person: self.open_unplanned(person, Medium.EXTERNAL)
        )
        self.road = RoadPages(parts, self.window, self)
        self.road.person_requested.connect(self.open_person)
        self.road.path_requested.connect(self.open_path)
        self.unplanned = UnplannedMeetings(
            services, background, self.window, self.open_unplanned, self
        )
        self.handouts = HandoutPage(
            self.window, parts.background, parts.session.services.handouts, parts.board
        )
        self.window.lock_requested.connect(self.lock_requested)
        self.window.sync_requested.connect(lambda: self.window.open(SYNC))
        self.window.new_follow_up_requested.connect(self._new_follow_up)
        self.window.closing.connect(self.closing)
        for key, words in page_keys():
            self.window.add_shortcut(key, words)
        self.window.open(TODAY)
        self._say_who()

    # -- where one can go -----------------------------------------------------------------------

    def open_person(self, person: str) -> None:
        """Show somebody's dossier."""
        self.window.page(DOSSIER)
        if self._dossier_view is not None:
            self._dossier_view.open(person)
            self.window.open(DOSSIER)

    def open_path(self, person: str) -> None:
        """Show what was agreed with somebody."""
        self._open_path(person, recall=False)

    def open_recall(self, person: str) -> None:
        """Call somebody who did not come."""
        self._open_path(person, recall=True)

    def open_slot(self, opening: str, starts_at: str) -> None:
        """Show a free slot of mine, to be proposed to who waits."""
        agenda = self.window.page(AGENDA)
        if isinstance(agenda, AgendaView):
            agenda.open_slot(opening, instant_from_wire(starts_at))
            self.window.open(AGENDA)

    def open_meeting(self, person: str, appointment: str) -> None:
        """Write the follow-up of a meeting; ``appointment`` is empty for a meeting unplanned."""
        chosen = AppointmentId(appointment) if appointment else None
        self._edit(lambda editor: editor.open_new(PersonId(person), chosen))

    def open_unplanned(self, person: str, medium: Medium) -> None:
        """Write the follow-up of a meeting that nobody planned: she drops in, or calls."""
        self._edit(lambda editor: editor.open_new(PersonId(person), None, medium))

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

    def dossiers_in_sight(self) -> set[str]:
        """Return whose dossiers pages are open on."""
        editor, form = self._follow_up, self._form
        shown = {
            self._dossier_view.person if self._dossier_view else None,
            editor.state.form.person if editor and editor.state.form else None,
            form.state.person if form else None,
            self.records.person,
        }
        return {person for person in shown if person}

    def show_discreet(self, discreet: bool) -> None:
        """Cover, or uncover, what is typed in full."""
        self.window.show_discreet(discreet)
        if self._form_view is not None:
            self._form_view.show_discreet(discreet)

    def let_go(self) -> None:
        """Close what is being read: nothing of it stays in memory once the vault is closed."""
        if self._documents is not None:
            self._documents.cover()

    def flush(self) -> None:
        """Keep what is being typed, before the vault closes."""
        if self._follow_up is not None:
            self._follow_up.flush()
        if self._form_view is not None:
            self._form_view.flush()
        self.records.flush()

    def places(self) -> list[Place]:
        """The pages to write or to choose in, to come back to after a lock."""
        return [
            Place(AN_EDITOR, FOLLOW_UP, self._edited, self._edit_again),
            Place(A_SHEET, PERSON_FORM, self._filled, self._fill_again),
            Place(COMPARISON, SAME_PERSON, self._compared, self._compare_again),
            self.records.place(),
        ]

    def report(self, failure: Exception) -> None:
        """Say in one sentence what no page could say."""
        problem = sentence(failure)
        self.window.say(problem.text, role=Role.DANGER)

    # -- pages ----------------------------------------------------------------------------------

    def _sections(self) -> list[Section]:
        return [
            Section(TODAY, self.tr("Aujourd’hui"), self._today, 1, "calendar-days"),
            Section(PERSONS, self.tr("Personnes"), self._persons, 2, "users"),
            Section(AGENDA, self.tr("Agenda"), self._agenda, 3, "calendar"),
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
        view.record_requested.connect(self.records.open)
        view.sync_requested.connect(lambda: self.window.open(SYNC))
        view.search_requested.connect(self.window.search_requested)
        view.undo_offered.connect(self.window.offer_undo)
        view.compare_requested.connect(self.compare)
        view.tour_requested.connect(self.road.open_tour)
        view.path_requested.connect(self.open_path)
        view.recall_requested.connect(self.open_recall)
        view.slot_requested.connect(self.open_slot)
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

    def _agenda(self) -> QWidget:
        parts, services = self._parts, self._parts.session.services
        together = AgendaServices(
            agenda=services.agenda,
            appointments=services.appointments,
            permanences=services.permanences,
            waiting=services.waiting,
            directory=services.directory,
            persons=services.persons,
            files=services.agenda_files,
        )
        view = AgendaView(AgendaViewModel(parts.background, together, parts.board, parts.clock))
        view.person_requested.connect(self.open_person)
        view.watch_texts(services.guard)
        view.tour_requested.connect(self.road.open_tour)
        view.workshops_requested.connect(self.road.open_workshops)
        view.follow_up_requested.connect(self.open_meeting)
        view.undo_offered.connect(self.window.offer_undo)
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
            engagements=services.engagements,
            handouts=services.handouts,
            agenda=services.agenda,
        )
        view = DossierView(DossierViewModel(parts.background, together, parts.board, parts.clock))
        view.follow_up_requested.connect(self.open_meeting)
        view.correct_requested.connect(self.open_follow_up)
        view.handout_requested.connect(self.handouts.open)
        view.edit_requested.connect(self.edit_person)
        view.search_requested.connect(self.window.search_requested)
        view.closed.connect(self.window.back)
        view.compare_requested.connect(self.compare)
        view.undo_offered.connect(self.window.offer_undo)
        recorded = self.records.page_of_dossier()
        view.add_page("records", self.tr("Soins, relais, mobilité"), recorded)
        view.person_shown.connect(recorded.open)
        self._documents = DocumentsViewModel(
            parts.background, services.documents, open_pages, parts.board, parts.clock
        )
        documents = DocumentsView(self._documents, guard=services.guard)
        documents.undo_offered.connect(self.window.offer_undo)
        view.add_page("documents", self.tr("Documents"), documents)
        view.person_shown.connect(documents.open)
        view.watch_texts(services.guard)
        view.workshops_requested.connect(self.road.open_workshops)
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
            services.agenda,
            parts.board,
            parts.clock,
        )
        viewmodel.closed.connect(self.window.back)
        viewmodel.finished.connect(self._finished)
        viewmodel.met.connect(self.handouts.offer)
        self._follow_up = viewmodel
        view = FollowUpView(viewmodel, services.guard)
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
        view = PersonFormView(self._form, services.guard)
        view.saved.connect(self._person_saved)
        view.person_requested.connect(self.open_person)
        view.closed.connect(self.window.back)
        view.undo_offered.connect(self.window.offer_undo)
        view.show_discreet(parts.session.workplace.names.is_discreet)
        self._form_view = view
        return view

    # -- inside ---------------------------------------------------------------------------------

    def _open_path(self, person: str, *, recall: bool) -> None:
        self.window.page(DOSSIER)
        if self._dossier_view is not None:
            self._dossier_view.open_path(person, recall=recall)
            self.window.open(DOSSIER)

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

    def _edited(self) -> Interrupted | None:
        form = self._follow_up.state.form if self._follow_up is not None else None
        return Interrupted(AN_EDITOR, form.target) if form is not None else None

    def _filled(self) -> Interrupted | None:
        person = self._form.state.person if self._form is not None else None
        return Interrupted(A_SHEET, person) if person else None

    def _edit_again(self, it: Interrupted) -> None:
        self._edit(lambda editor: editor.open(FollowUpId(it.target), goes_on=True))

    def _fill_again(self, it: Interrupted) -> None:
        self._fill_form(lambda form: form.start_edit(it.target, goes_on=True))

    def _compared(self) -> Interrupted | None:
        state = self._same_person.state if self._same_person is not None else None
        if state is None or state.comparison is None:
            return None
        kept, other = state.comparison.kept.person.id, state.comparison.other.person.id
        picks = tuple(sorted(state.from_other))
        return Interrupted(COMPARISON, kept, other, picks, state.referent)

    def _compare_again(self, it: Interrupted) -> None:
        self.compare(it.target, it.other, Picks(frozenset(it.picks), it.referent))

    def _person_saved(self, person: str) -> None:
        self.window.back()
        self.open_person(person)

    def _finished(self, _person: str) -> None:
        self.window.back()

    def _new_follow_up(self) -> None:
        page = self.window.page(self.window.current)
        if isinstance(page, TodayView | PersonsView | DossierView):
            page.start_follow_up()
        elif isinstance(page, AgendaView):
            page.start_appointment()
        else:
            self.window.search_requested.emit()

    def _say_who(self) -> None:
        def say(me: Colleague) -> None:
            self.window.show_who(f"{me.name} · {me.job.label}" if me.name else "")

        directory = self._parts.session.services.directory
        self._parts.background.run(Lane.STORE, directory.me, say, self.report)
