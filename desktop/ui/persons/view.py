"""Lays out « Personnes »: a search box above the caseload."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.kit import (
    Card,
    EmptyState,
    LabeledField,
    LinkButton,
    ListView,
    Notice,
    PrimaryButton,
    RowsModel,
    ScreenHeader,
    Secondary,
    SecondaryButton,
    column,
)
from desktop.ui.kit.slowness import Slowness
from desktop.ui.persons.model import CaseloadModel, person_row
from desktop.ui.persons.search_field import SearchField
from desktop.ui.persons.viewmodel import FOUND_AT_MOST, PAGE, PersonsState, PersonsViewModel
from desktop.ui.text import number, translate
from desktop.ui.theme import Role

_PLACED_AT_ONCE = 1_000


class PersonsView(QWidget):
    """Everybody by name, or who is found."""

    person_requested = Signal(str)
    follow_up_requested = Signal(str, str)
    """A person, and no appointment."""
    new_person_requested = Signal()
    import_requested = Signal()
    search_requested = Signal()

    def __init__(self, viewmodel: PersonsViewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self.new = PrimaryButton(self.tr("Nouvelle personne"), shortcut="Ctrl+Shift+N")
        self.bring = SecondaryButton(self.tr("Importer une file active…"), shortcut="Ctrl+Shift+I")
        self.header = ScreenHeader(self.tr("Personnes"), actions=(self.bring, self.new))
        self.notice = Notice()
        self._is_asked = False
        """Whether Enter was pressed before the answer came."""
        self.search = SearchField(hint=self.tr("morisset yves, 4/3/79, 06 12…"))
        self.caseload = CaseloadModel(PAGE, lambda: viewmodel.now, self)
        self.list = ListView(self.tr("File active"), lines=True)
        self.list.setModel(self.caseload)
        # 25,000 rows are placed a few at a time, so that the window goes on listening.
        self.list.setLayoutMode(ListView.LayoutMode.Batched)
        self.list.setBatchSize(_PLACED_AT_ONCE)
        self.results = RowsModel(self)
        self.found = ListView(self.tr("Personnes trouvées"), lines=True)
        self.found.setModel(self.results)
        self.nobody = EmptyState(
            self.tr(
                "Aucun dossier sur ce poste. Ouvrez le premier, ou importez votre file active."
            ),
            self.tr("Ouvrir un dossier"),
        )
        self.not_found = EmptyState("", self.tr("Ouvrir un nouveau dossier"))
        self.elsewhere = LinkButton(self.tr("Chercher aussi les lieux et les commandes (Ctrl+K)"))
        self.told = Secondary(small=True)
        self.waiting = Secondary(self.tr("Recherche…"), small=True)
        self._slow = Slowness(self.waiting)
        self._pages = QStackedWidget()
        self._lay_out()
        self._connect()
        self._render()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._is_asked = False  # she went elsewhere: a late answer opens nothing over it

    def _lay_out(self) -> None:
        nothing = QWidget()
        nothing.setLayout(column(self.not_found, self.elsewhere))
        self._nothing = nothing
        for page in (self.list, self.found, self.nobody, nothing):
            self._pages.addWidget(page)
        field = LabeledField(
            self.tr("Rechercher une personne"),
            self.search,
            help=self.tr(
                "Nom, prénom, date de naissance ou téléphone ; les fautes de frappe sont comprises."
            ),
        )
        card = Card()
        card.add(self.waiting)
        card.add(self.told)
        card.add(self._pages, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for part in (self.header, self.notice, field):
            layout.addWidget(part)
        layout.addWidget(card, 1)
        self.first_stop = self.search
        for before, after in ((self.bring, self.new), (self.new, self.search)):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        viewmodel = self._viewmodel
        viewmodel.changed.connect(self._render)
        viewmodel.page_read.connect(self.caseload.show_page)
        viewmodel.outdated.connect(self.caseload.outdate)
        self.caseload.page_wanted.connect(viewmodel.read_page)
        self.caseload.look_again.connect(self.list.viewport().update)
        self.search.value_changed.connect(self._search)
        self.search.list_asked.connect(self._go_to_list)
        self.search.first_asked.connect(self._open_first)
        self.notice.remedy_asked.connect(viewmodel.refresh)
        self.new.clicked.connect(self.new_person_requested)
        self.nobody.action_asked.connect(self.new_person_requested)
        self.not_found.action_asked.connect(self.new_person_requested)
        self.elsewhere.clicked.connect(self.search_requested)
        self.bring.clicked.connect(self.import_requested)
        for shown in (self.list, self.found):
            shown.opened.connect(self._open)
        find = QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self)
        find.activated.connect(self.search.setFocus)

    def start_follow_up(self) -> None:
        """Ctrl+N: with the person the keyboard is on; without one, find somebody first."""
        shown = self._pages.currentWidget()
        if isinstance(shown, ListView) and shown.hasFocus() and shown.current_key is not None:
            self.follow_up_requested.emit(str(shown.current_key), "")
        else:
            self.search_requested.emit()

    def _open(self, person: object) -> None:
        if person is not None:
            self.person_requested.emit(str(person))

    def _search(self, text: str) -> None:
        self._is_asked = False  # somebody who goes on typing has not found yet
        self._viewmodel.search(text)

    def _open_first(self) -> None:
        """Enter: the first of those found, once they answer what was typed and nothing before."""
        state = self._viewmodel.state
        self._is_asked = state.is_searching and not state.is_answered
        if state.found and state.is_answered:
            self._open(state.found[0].id)

    def _go_to_list(self) -> None:
        shown = self._pages.currentWidget()
        if isinstance(shown, ListView):
            shown.setFocus()
            if not shown.currentIndex().isValid():
                shown.setCurrentIndex(shown.model().index(0, 0))

    def _render(self) -> None:
        state = self._viewmodel.state
        self.notice.setVisible(state.problem is not None)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)
        if state.count is not None:
            self.caseload.show_count(state.count)
            words = translate("Persons", "%n personne(s) sur ce poste", "", state.count)
            self.header.set_subtitle(words.replace(str(state.count), number(state.count)))
        if state.found is not None:
            today = self._viewmodel.now.date()
            self.results.show([person_row(line, today) for line in state.found])
        self._render_told(state)
        self._pages.setCurrentWidget(self._page_for(state))
        if state.problem is not None:
            self._is_asked = False
        if self._is_asked and state.is_answered:
            self._open_first()

    def _page_for(self, state: PersonsState) -> QWidget:
        if state.is_searching and state.found is not None:
            return self.found if state.found else self._nothing
        if state.is_searching:
            return self._pages.currentWidget() or self.list  # the answer is on its way
        return self.nobody if state.count == 0 else self.list

    def _render_told(self, state: PersonsState) -> None:
        self._slow.watch(is_waiting=not state.is_answered and state.problem is None)
        if not state.is_answered:
            return
        found = state.found if state.is_searching else None
        self.told.setVisible(bool(found))
        if found:
            words = translate("Persons", "%n personne(s) trouvée(s)", "", len(found))
            if len(found) == FOUND_AT_MOST:
                words = self.tr("Les {0} plus proches ; précisez pour en voir moins.").format(
                    FOUND_AT_MOST
                )
            self.told.setText(words)
        elif found is not None:
            self.not_found.say(
                self.tr(
                    "Personne ne correspond à « {0} » sur ce poste. Essayez le prénom, la date de"
                    " naissance ou le téléphone."
                ).format(state.asked.strip()),
                self.tr("Ouvrir un nouveau dossier"),
            )
