"""The main window of an unlocked laptop: its pages, and the ways between them.

Pages do not know each other. What one asks for (« this person’s dossier », « a follow-up for this
appointment ») is said here, once. A page is made the first time it is opened.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.coming_back import Place
from desktop.app.handout_page import HandoutPage
from desktop.app.page_keys import page_keys
from desktop.app.parts import Parts
from desktop.app.record_pages import RecordPages
from desktop.app.road_pages import RoadPages
from desktop.app.unplanned import UnplannedMeetings
from desktop.app.writing_pages import WritingPages
from desktop.services.directory import Colleague
from desktop.ui.agenda import AgendaServices, AgendaView, AgendaViewModel
from desktop.ui.background import Lane
from desktop.ui.documents import DocumentsView, DocumentsViewModel, open_pages
from desktop.ui.dossier import DossierView, DossierViewModel
from desktop.ui.dossier.reading import DossierServices
from desktop.ui.errors import sentence
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.persons import PersonsView, PersonsViewModel
from desktop.ui.same_person import Picks
from desktop.ui.theme import Role
from desktop.ui.today import TodayView, TodayViewModel
from protocol.kinds.follow_ups import Medium
from protocol.values import instant_from_wire

TODAY, PERSONS, SYNC, SETTINGS = "today", "persons", "sync", "settings"
AGENDA = "agenda"
DOSSIER, IMPORT = "dossier", "import"


class Workspace(QObject):
    """Owns the main window while the laptop is unlocked."""

    lock_requested = Signal()
    review_requested = Signal()
    """What two people wrote unknown to each other is to be compared."""
    closing = Signal()

    def __init__(self, parts: Parts, others: dict[str, Callable[[], QWidget]]) -> None:
        """``others`` makes the pages that need more than services: sync, settings, import."""
        super().__init__()
        self._parts = parts
        self._others = others
        self._dossier_view: DossierView | None = None
        self._documents: DocumentsViewModel | None = None
        self.window = MainWindow(parts.theme, self._sections())
        self.window.register(Section(DOSSIER, "", self._dossier))
        self.window.register(Section(IMPORT, "", others[IMPORT]))
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
        self.writing = WritingPages(parts, self.window, self)
        self.writing.person_requested.connect(self.open_person)
        self.writing.met.connect(self.handouts.offer)
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
        self.writing.meet(person, appointment)

    def open_unplanned(self, person: str, medium: Medium) -> None:
        """Write the follow-up of a meeting that nobody planned: she drops in, or calls."""
        self.writing.meet(person, "", medium)

    def open_follow_up(self, follow_up: str) -> None:
        """Correct a follow-up, or take a draft up again."""
        self.writing.correct(follow_up)

    def new_person(self) -> None:
        """Open a dossier."""
        self.writing.new_sheet()

    def edit_person(self, person: str) -> None:
        """Correct somebody's sheet, or go on with the draft of a new one."""
        self.writing.edit_sheet(person)

    def compare(self, one: str, other: str, picks: Picks | None = None) -> None:
        """Put two dossiers side by side: are they one person's?"""
        self.writing.compare(one, other, picks)

    def dossiers_in_sight(self) -> set[str]:
        """Return whose dossiers pages are open on."""
        dossier = self._dossier_view.person if self._dossier_view else None
        shown = {dossier, self.records.person, *self.writing.persons}
        return {person for person in shown if person}

    def show_discreet(self, discreet: bool) -> None:
        """Cover, or uncover, what is typed in full."""
        self.window.show_discreet(discreet)
        self.writing.show_discreet(discreet)

    def let_go(self) -> None:
        """Close what is being read: nothing of it stays in memory once the vault is closed."""
        if self._documents is not None:
            self._documents.cover()

    def flush(self) -> None:
        """Keep what is being typed, before the vault closes."""
        self.writing.flush()
        self.records.flush()

    def places(self) -> list[Place]:
        """The pages to write or to choose in, to come back to after a lock."""
        return [*self.writing.places(), self.records.place()]

    def report(self, failure: Exception) -> None:
        """Say what no page could say, and what to do about it."""
        self.window.say(sentence(failure).whole, role=Role.DANGER)

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
        view.review_requested.connect(self.review_requested)
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
            escrow=services.escrow,
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

    # -- inside ---------------------------------------------------------------------------------

    def _open_path(self, person: str, *, recall: bool) -> None:
        self.window.page(DOSSIER)
        if self._dossier_view is not None:
            self._dossier_view.open_path(person, recall=recall)
            self.window.open(DOSSIER)

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
