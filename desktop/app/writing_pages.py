"""The pages to write or to choose in: a follow-up, a sheet, two dossiers side by side.

They keep what is typed by themselves, and are what one comes back to after a lock.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.coming_back import Place
from desktop.app.interrupted import COMPARISON, Interrupted
from desktop.app.interrupted import FOLLOW_UP as AN_EDITOR
from desktop.app.interrupted import SHEET as A_SHEET
from desktop.app.parts import Pages, Parts
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.follow_up.viewmodel import FollowUpViewModel
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.person_form import PersonFormView, PersonFormViewModel
from desktop.ui.same_person import Picks, SamePersonView, SamePersonViewModel
from protocol.ids import AppointmentId, FollowUpId, PersonId
from protocol.kinds.follow_ups import Medium

FOLLOW_UP, PERSON_FORM, SAME_PERSON = "follow_up", "person_form", "same_person"


class WritingPages(Pages):
    """Makes them when they are first opened, opens them, and says where each stands."""

    person_requested = Signal(str)
    met = Signal(str, bool)
    """A follow-up is finished: which, and whether for the first time."""

    def __init__(self, parts: Parts, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parts, window, parent)
        self._names = parts.session.workplace.names
        self._follow_up: FollowUpViewModel | None = None
        self._form: PersonFormViewModel | None = None
        self._form_view: PersonFormView | None = None
        self._same_person: SamePersonViewModel | None = None
        for key, make in (
            (FOLLOW_UP, self._editor),
            (PERSON_FORM, self._person_form),
            (SAME_PERSON, self._comparison),
        ):
            window.register(Section(key, "", make))

    # -- where one can go -----------------------------------------------------------------------

    def meet(self, person: str, appointment: str, medium: Medium = Medium.WALK_IN) -> None:
        """A follow-up to begin; ``appointment`` is empty when nobody planned the meeting."""
        chosen = AppointmentId(appointment) if appointment else None
        self._edit(lambda editor: editor.open_new(PersonId(person), chosen, medium))

    def correct(self, follow_up: str) -> None:
        """A finished follow-up, or a draft."""
        self._edit(lambda editor: editor.open(FollowUpId(follow_up)))

    def new_sheet(self) -> None:
        """The sheet of somebody who has no dossier yet."""
        self._fill(PersonFormView.start_new)

    def edit_sheet(self, person: str) -> None:
        """Somebody's sheet, or the draft of a new one."""
        self._fill(lambda form: form.start_edit(person))

    def compare(self, one: str, other: str, picks: Picks | None = None) -> None:
        """Two dossiers: are they one person's?"""
        self._window.page(SAME_PERSON)
        if self._same_person is not None:
            self._same_person.open(PersonId(one), PersonId(other), picks)
            self._window.open(SAME_PERSON)

    # -- what is being typed --------------------------------------------------------------------

    @property
    def persons(self) -> set[str | None]:
        """Whom the follow-up and the sheet are about, while they are open."""
        editor, form = self._follow_up, self._form
        return {
            editor.state.form.person if editor and editor.state.form else None,
            form.state.person if form else None,
        }

    def flush(self) -> None:
        """Keep what is being typed, before the vault closes."""
        if self._follow_up is not None:
            self._follow_up.flush()
        if self._form_view is not None:
            self._form_view.flush()

    def show_discreet(self, discreet: bool) -> None:
        """Cover, or uncover, the names that are typed in full."""
        if self._form_view is not None:
            self._form_view.show_discreet(discreet)

    def places(self) -> list[Place]:
        """The pages, to come back to them after a lock."""
        return [
            Place(AN_EDITOR, FOLLOW_UP, self._edited, self._edit_again),
            Place(A_SHEET, PERSON_FORM, self._filled, self._fill_again),
            Place(COMPARISON, SAME_PERSON, self._compared, self._compare_again),
        ]

    # -- pages ----------------------------------------------------------------------------------

    def _editor(self) -> QWidget:
        services = self._services
        viewmodel = FollowUpViewModel(
            self._background,
            services.follow_ups,
            services.persons,
            services.directory,
            services.agenda,
            self._board,
            self._clock,
        )
        viewmodel.closed.connect(self._window.back)
        viewmodel.finished.connect(lambda _person: self._window.back())
        viewmodel.met.connect(self.met)
        self._follow_up = viewmodel
        view = FollowUpView(viewmodel, services.guard)
        view.undo_offered.connect(self._window.offer_undo)
        return view

    def _person_form(self) -> QWidget:
        services = self._services
        self._form = PersonFormViewModel(
            self._background,
            services.persons,
            services.person_drafts,
            services.duplicates,
            services.directory,
            self._board,
            self._clock,
        )
        view = PersonFormView(self._form, services.guard)
        view.saved.connect(self._saved)
        view.person_requested.connect(self.person_requested)
        view.closed.connect(self._window.back)
        view.undo_offered.connect(self._window.offer_undo)
        view.show_discreet(self._names.is_discreet)
        self._form_view = view
        return view

    def _comparison(self) -> QWidget:
        self._same_person = SamePersonViewModel(
            self._background, self._services.same_persons, self._board, self._clock
        )
        view = SamePersonView(self._same_person)
        view.joined.connect(self._saved)
        view.person_requested.connect(self.person_requested)
        view.closed.connect(self._window.back)
        view.undo_offered.connect(self._window.offer_undo)
        return view

    # -- inside ---------------------------------------------------------------------------------

    def _edit(self, begin: Callable[[FollowUpViewModel], object]) -> None:
        self._window.page(FOLLOW_UP)
        if self._follow_up is not None:
            begin(self._follow_up)
            self._window.open(FOLLOW_UP)

    def _fill(self, begin: Callable[[PersonFormView], object]) -> None:
        self._window.page(PERSON_FORM)
        if self._form_view is not None:
            begin(self._form_view)
            self._window.open(PERSON_FORM)

    def _edited(self) -> Interrupted | None:
        form = self._follow_up.state.form if self._follow_up is not None else None
        return Interrupted(AN_EDITOR, form.target) if form is not None else None

    def _filled(self) -> Interrupted | None:
        person = self._form.state.person if self._form is not None else None
        return Interrupted(A_SHEET, person) if person else None

    def _edit_again(self, it: Interrupted) -> None:
        self._edit(lambda editor: editor.open(FollowUpId(it.target), goes_on=True))

    def _fill_again(self, it: Interrupted) -> None:
        self._fill(lambda form: form.start_edit(it.target, goes_on=True))

    def _compared(self) -> Interrupted | None:
        state = self._same_person.state if self._same_person is not None else None
        if state is None or state.comparison is None:
            return None
        kept, other = state.comparison.kept.person.id, state.comparison.other.person.id
        picks = tuple(sorted(state.from_other))
        return Interrupted(COMPARISON, kept, other, picks, state.referent)

    def _compare_again(self, it: Interrupted) -> None:
        self.compare(it.target, it.other, Picks(frozenset(it.picks), it.referent))

    def _saved(self, person: str) -> None:
        self._window.back()
        self.person_requested.emit(person)
