"""Lays out the form of a record from its declaration and its layout, and renders its state."""

from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from desktop.domain.free_text import FreeTextGuard
from desktop.ui.free_text import guard_field
from desktop.ui.gone import gone_name, gone_words, throw_away_words
from desktop.ui.kit import (
    Card,
    Chips,
    Columns,
    DraftNotice,
    EmptyState,
    Notice,
    PrimaryButton,
    ScreenHeader,
    SecondaryButton,
    TextField,
    column,
    draft_kept,
    scrolling,
)
from desktop.ui.kit.filling import FieldRow
from desktop.ui.kit.slowness import Slowness
from desktop.ui.record_form import words
from desktop.ui.record_form.fields import RecordField
from desktop.ui.record_form.layouts import FormLayout, FormSection, layout_of
from desktop.ui.record_form.state import RecordFormState
from desktop.ui.record_form.viewmodel import RecordFormViewModel
from desktop.ui.theme import Role
from desktop.ui.writing_page import WritingPage
from protocol.kinds import KINDS

_LEAST_PX = 130


class RecordForm(QWidget):
    """The fields of one kind, in two columns of cards; made once for each kind."""

    def __init__(
        self,
        kind: str,
        viewmodel: RecordFormViewModel,
        guard: FreeTextGuard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``guard`` looks over what the team will read."""
        super().__init__(parent)
        self._kind = kind
        self._viewmodel = viewmodel
        self.layout_table: FormLayout = layout_of(kind)
        spec = KINDS[kind]
        self.fields = {
            name: RecordField(
                spec.by_name[name],
                unit=self.layout_table.units.get(name, ""),
                today=viewmodel.today,
                parent=self,
            )
            for name in self.layout_table.names
        }
        texts = [
            field.labeled
            for field in self.fields.values()
            if field.labeled is not None and isinstance(field.entry, TextField)
        ]
        self.guards = [line for one in texts if (line := guard_field(one, guard))]
        left, right = self._side(self.layout_table.left), self._side(self.layout_table.right)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._page = scrolling(Columns(left, right, shares=(1, 1)))
        layout.addWidget(self._page)
        for name, field in self.fields.items():
            field.typed.connect(lambda name=name: self._typed(name))
            field.left.connect(lambda name=name: viewmodel.leave_field(name))
        self._order_tab()

    def show_values(self, state: RecordFormState) -> None:
        """Shows values that did not come from these fields."""
        for name, field in self.fields.items():
            if name in state.choices:
                field.show_choices(state.choices[name])
                # Where no structure is known there is nothing to choose.
                field.widget.setVisible(bool(state.choices[name] or state.values.get(name)))
            field.show_value(state.values.get(name))
        for line in self.guards:
            line.forget()
        self._order_tab()

    def show_problems(self, state: RecordFormState) -> None:
        for name, field in self.fields.items():
            reason = state.problems.get(name)
            field.show_problem(words.problem(self._kind, name, reason) if reason else "")

    def go_to(self, name: str) -> None:
        """Brings a field under the keyboard."""
        field = self.fields[name]
        field.entry.setFocus(Qt.FocusReason.OtherFocusReason)
        self._page.ensureWidgetVisible(field.widget)

    def go_to_first(self) -> None:
        self.go_to(self.layout_table.first or self.layout_table.names[0])

    def _typed(self, name: str) -> None:
        self._viewmodel.type(name, self.fields[name].value)

    def _side(self, sections: tuple[FormSection, ...]) -> QWidget:
        side = QWidget()
        layout = column(*(self._card(section) for section in sections), gap=12)
        layout.addStretch(1)
        side.setLayout(layout)
        return side

    def _card(self, section: FormSection) -> Card:
        card = Card(section.title)
        for names in section.lines:
            if len(names) == 1:
                card.add(self.fields[names[0]].widget)
            else:
                fields = ((self.fields[name].widget, _LEAST_PX) for name in names)
                card.add(FieldRow(*fields))
        return card

    def _order_tab(self) -> None:
        """The Tab key follows the layout, whatever order chips were made in."""
        stops = [stop for name in self.fields for stop in _stops(self.fields[name].entry)]
        for before, after in pairwise(stops):
            # The others are in order as they were placed: moved past the lines under a text,
            # they would leave their labels behind, which send the keyboard back to them.
            if isinstance(before, QPushButton) or isinstance(after, QPushButton):
                QWidget.setTabOrder(before, after)


class RecordFormView(WritingPage):
    """One record. Esc closes it and keeps the draft; Ctrl+Enter finishes."""

    undo_offered = Signal(str, object)

    def __init__(
        self,
        viewmodel: RecordFormViewModel,
        guard: FreeTextGuard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(viewmodel, parent)
        self.viewmodel = viewmodel
        self._guard = guard
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.finish_button = PrimaryButton(self.tr("Terminer"), shortcut="Ctrl+Return")
        self.header = ScreenHeader(actions=(self.close_button, self.finish_button))
        self.notice = Notice()
        self.draft_notice = DraftNotice()
        self.nothing = EmptyState(
            self.tr("Rien n’est ouvert ici. Choisissez une personne, puis ce que vous notez.")
        )
        self.opening = EmptyState(self.tr("Ouverture de la fiche…"))
        self._slow = Slowness(self.opening)
        self._forms: dict[str, RecordForm] = {}
        self._revision = -1
        self._body = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        for part in (self.header, self.notice, self.draft_notice):
            layout.addWidget(part)
        layout.addLayout(self._body, 1)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.opening, 1)
        self._listen()
        self._render()

    @property
    def form(self) -> RecordForm:
        """The fields in sight; only while a record is open."""
        return self._forms[self.viewmodel.state.kind]

    # -- rendering ----------------------------------------------------------------------------

    def _render(self) -> None:
        state = self.viewmodel.state
        is_open = state.target is not None
        self.nothing.setVisible(not is_open and not state.is_loading and state.problem is None)
        self._slow.watch(is_waiting=state.is_loading)
        self.finish_button.setEnabled(is_open and not state.is_finishing and not state.is_gone)
        self._render_notices(state)
        self._show_only(state.kind if is_open else "")
        self.header.set_title(self._title(state))
        self.header.set_subtitle(self._subtitle(state))
        if not is_open:
            return
        if state.revision != self._revision:
            self._revision = state.revision
            self.form.show_values(state)
            if self.isVisible():
                # The window gave the keyboard to a page that had nothing to type in yet.
                self.form.go_to_first()
        self.form.show_problems(state)

    def _show_only(self, kind: str) -> None:
        if kind and kind not in self._forms:
            self._forms[kind] = RecordForm(kind, self.viewmodel, self._guard)
            self._body.addWidget(self._forms[kind])
        for known, form in self._forms.items():
            form.setVisible(known == kind)

    def _title(self, state: RecordFormState) -> str:
        if state.target is None:
            return ""
        table = layout_of(state.kind)
        words_of = table.new if state.is_new else table.known
        return self.tr("{0} · {1}").format(words_of, state.person_name or gone_name())

    def _subtitle(self, state: RecordFormState) -> str:
        if state.target is None:
            return ""
        if state.saved_at is None:
            if state.is_gone:
                return self.tr("Gardé sur ce poste seul")
            return self.tr("Lu par l’équipe de la personne · enregistré dès que vous écrivez")
        return draft_kept(state.saved_at, self.viewmodel.now())

    def _render_notices(self, state: RecordFormState) -> None:
        is_offered = state.found_draft is not None and not state.is_gone
        self.draft_notice.setVisible(is_offered)
        if state.found_draft is not None and is_offered:
            self.draft_notice.tell(state.found_draft, self.viewmodel.now())
        self.notice.setVisible(state.problem is not None or state.is_gone)
        if state.problem is None and state.is_gone:
            self.notice.say(gone_words(), throw_away_words(), Role.DANGER)
        if state.problem is not None:
            self.notice.say(state.problem.whole, self.tr("Réessayer"), Role.DANGER)

    # -- acts ---------------------------------------------------------------------------------

    def _remedy(self) -> None:
        if self.viewmodel.state.problem is not None:
            self.viewmodel.retry()
        else:
            self.viewmodel.throw_away()

    def _go_to_problem(self) -> None:
        state = self.viewmodel.state
        if state.target is None:
            return
        wrong = [name for name in self.form.fields if name in state.problems]
        if wrong:
            self.form.go_to(wrong[0])

    def _focus_moved(self, left: QWidget | None, _: QWidget | None) -> None:
        if left is not None and self.isAncestorOf(left):
            self.viewmodel.flush()

    def _listen(self) -> None:
        self.viewmodel.changed.connect(self._render)
        self.viewmodel.refused.connect(self._go_to_problem)
        self.viewmodel.undo_offered.connect(self.undo_offered)
        self.close_button.clicked.connect(self.viewmodel.leave)
        self.finish_button.clicked.connect(self.viewmodel.finish)
        self.draft_notice.resumed.connect(self.viewmodel.resume)
        self.draft_notice.discarded.connect(self.viewmodel.discard)
        self.notice.remedy_asked.connect(self._remedy)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)


def _stops(entry: QWidget) -> list[QWidget]:
    if isinstance(entry, Chips):
        return [*entry.findChildren(QPushButton)]
    return [entry]
