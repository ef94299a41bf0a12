"""The pages of the professions: what was recorded, in the dossier, and the form that is filled."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.app.coming_back import Place
from desktop.app.interrupted import RECORD, Interrupted
from desktop.app.parts import Pages, Parts
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.window import MainWindow
from desktop.ui.person_records import (
    PersonRecordsView,
    PersonRecordsViewModel,
    RecordServices,
    mobility_pdf,
)
from desktop.ui.record_form.view import RecordFormView
from desktop.ui.record_form.viewmodel import RecordFormViewModel
from protocol.ids import PersonId, RecordId

RECORD_FORM = "record_form"


class RecordPages(Pages):
    """Ties the form, the page of the dossier and the window together."""

    accompaniment_requested = Signal(str)
    """A nurse begins an accompaniment with this person."""

    def __init__(self, parts: Parts, window: MainWindow, parent: QObject | None = None) -> None:
        super().__init__(parts, window, parent)
        self._form: RecordFormViewModel | None = None
        window.register(Section(RECORD_FORM, "", self._form_page))

    # -- where one can go ---------------------------------------------------------------------

    def begin(self, kind: str, person: str) -> None:
        """A new record about somebody, or the one that was being typed."""
        form = self._ready()
        form.begin(kind, PersonId(person))
        self._window.open(RECORD_FORM)

    def open(self, kind: str, record: str, *, goes_on: bool = False) -> None:
        """A record, or a draft by the identifier it will have."""
        form = self._ready()
        form.open(kind, RecordId(record), goes_on=goes_on)
        self._window.open(RECORD_FORM)

    # -- what is being typed ------------------------------------------------------------------

    @property
    def person(self) -> str | None:
        """Whom the form is about, while one is open."""
        return self._form.state.person if self._form is not None else None

    def flush(self) -> None:
        """Keep what is being typed, before the vault closes."""
        if self._form is not None:
            self._form.flush()

    def place(self) -> Place:
        """The form, to come back to it after a lock."""
        return Place(
            RECORD,
            RECORD_FORM,
            self._where,
            lambda it: self.open(it.other, it.target, goes_on=True),
        )

    # -- pages --------------------------------------------------------------------------------

    def page_of_dossier(self) -> PersonRecordsView:
        """Make the page that the dossier shows."""
        services = self._services
        together = RecordServices(
            directory=services.directory,
            care=services.care,
            relays=services.relays,
            mobility=services.mobility,
            needs=services.needs,
            drafts=services.record_drafts,
        )
        viewmodel = PersonRecordsViewModel(
            self._background, together, mobility_pdf, self._board, self._clock
        )
        view = PersonRecordsView(viewmodel)
        view.new_requested.connect(self.begin)
        view.open_requested.connect(self.open)
        view.accompaniment_requested.connect(self.accompaniment_requested)
        view.undo_offered.connect(self._window.offer_undo)
        return view

    def _form_page(self) -> QWidget:
        services = self._services
        keepers = {keeper.kind: keeper for keeper in (services.relays.form, services.mobility.form)}
        viewmodel = RecordFormViewModel(
            self._background, keepers, services.record_drafts, self._board, self._clock
        )
        viewmodel.closed.connect(self._window.back)
        viewmodel.finished.connect(lambda _person: self._window.back())
        self._form = viewmodel
        view = RecordFormView(viewmodel, services.guard)
        view.undo_offered.connect(self._window.offer_undo)
        return view

    def _where(self) -> Interrupted | None:
        state = self._form.state if self._form is not None else None
        if state is None or state.target is None:
            return None
        return Interrupted(RECORD, state.target, state.kind)

    def _ready(self) -> RecordFormViewModel:
        self._window.page(RECORD_FORM)
        if self._form is None:
            raise LookupError("the page makes its view-model")
        return self._form
