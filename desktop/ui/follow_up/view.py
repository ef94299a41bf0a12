"""Lays the follow-up editor out and renders its state."""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.free_text import NUMBERS, Family, FreeTextGuard
from desktop.ui.errors import sentence
from desktop.ui.follow_up import words
from desktop.ui.follow_up.care_card import CareCard
from desktop.ui.follow_up.facts import FactsCard
from desktop.ui.follow_up.next_steps import NextStepsCard
from desktop.ui.follow_up.pen import Pen
from desktop.ui.follow_up.said import SaidCard
from desktop.ui.follow_up.state import EditorState
from desktop.ui.follow_up.tiers import NoteFrame, PersonCard, SharedCard, TierText
from desktop.ui.follow_up.viewmodel import FollowUpViewModel
from desktop.ui.free_text import GuardLine, guard_field
from desktop.ui.gone import gone_words, throw_away_words
from desktop.ui.kit import (
    CARD_GAP,
    DraftNotice,
    EmptyState,
    LabeledField,
    LinkButton,
    Notice,
    PrimaryButton,
    ScreenHeader,
    ScrollPage,
    Secondary,
    SecondaryButton,
    column,
    row,
)
from desktop.ui.kit.slowness import Slowness
from desktop.ui.theme import Role, current_tokens
from desktop.ui.writing_page import WritingPage

_NARROW_PX = 900
"""Below this, at 100 % of text size, what was said goes under the form."""
_SAID_LEAST_PX = 320


class FollowUpView(WritingPage):
    """The editor of one follow-up. Esc closes it and keeps the draft; Ctrl+Enter finishes.

    `undo_offered` carries a sentence and what undoes the act, for the window's undo bar.
    """

    undo_offered = Signal(str, object)

    def __init__(
        self,
        viewmodel: FollowUpViewModel,
        guard: FreeTextGuard | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``guard`` looks over what the team will read."""
        super().__init__(viewmodel, parent)
        self.viewmodel = viewmodel
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.finish_button = PrimaryButton(self.tr("Terminer le suivi"), shortcut="Ctrl+Return")
        self.header = ScreenHeader(actions=(self.close_button, self.finish_button))
        self.stays = Secondary(small=True)
        """What becomes of the words that a correction replaces."""
        self.draft_notice = DraftNotice()
        self.failure_notice = Notice()
        self._pen = Pen(viewmodel)
        self.facts = FactsCard(self._pen, self._today)
        self.care = CareCard(self._pen, self._today)
        self.shared = SharedCard(self._pen)
        self.note = NoteFrame(self._pen)
        self.folded_words = Secondary(small=True)
        self.unfold = LinkButton(self.tr("Afficher ces champs"))
        self.person_card = PersonCard(self._pen)
        self.next_steps = NextStepsCard(self._pen, self._today)
        self.said = SaidCard()
        self.nothing = EmptyState(
            self.tr(
                "Aucun suivi n’est ouvert. Choisissez une personne, puis "
                "«\u00a0Nouveau suivi\u00a0»."
            )
        )
        self.opening = EmptyState(self.tr("Ouverture du suivi…"))
        self._slow = Slowness(self.opening)
        self._fields: Mapping[str, LabeledField] = {
            **self.facts.fields,
            "summary": self.shared.summary,
            "for_person": self.person_card.for_person,
            "person_words": self.person_card.person_words,
            **self.next_steps.fields,
        }
        self.guards = self._guarded(guard)
        self._revision = -1
        self._is_unfolded = False
        self._is_narrow: bool | None = None
        self._lay_out()
        self._listen()
        self.first_stop: QWidget = self.shared.summary
        self._render()

    # -- window events ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()

    # -- rendering --------------------------------------------------------------------------------

    def _render(self) -> None:
        state, now = self.viewmodel.state, self.viewmodel.now()
        is_open = state.form is not None
        self._body.setVisible(is_open)
        self.nothing.setVisible(not is_open and not state.is_loading)
        self._slow.watch(is_waiting=state.is_loading)
        self.finish_button.setEnabled(is_open and not state.is_finishing)
        self.header.set_title(words.title(state, now.date()))
        self.header.set_subtitle(words.subtitle(state, now))
        self.finish_button.set_words(
            self.tr("Terminer le suivi") if state.is_new else self.tr("Enregistrer la correction")
        )
        stays = words.what_stays(state)
        self.stays.setVisible(bool(stays))
        self.stays.setText(stays)
        self._render_notices(state)
        if state.revision != self._revision and is_open:
            self._revision = state.revision
            self._show_form(state)
        self.shared.show_state(state)
        self.note.show_state(state)
        self.person_card.show_state(state)
        self.next_steps.show_planned(state)
        self.said.setVisible(not state.is_gone)  # it left with the dossier
        self.said.show_lines(state.said, now, is_new=state.is_new)
        self._render_folding(state)
        self._render_problems(state)

    def _show_form(self, state: EditorState) -> None:
        form = state.form
        if form is None:
            return
        self._is_unfolded = False
        with self._pen.lifted():
            self.facts.show_form(state)
            self.care.show_form(state)
            self.shared.summary.show_text(form.summary)
            self.note.show_text(form.clinical)
            self.person_card.for_person.show_text(form.for_person)
            self.person_card.person_words.show_text(form.person_words)
            self.next_steps.show_form(state)
        for line in self.guards.values():
            line.forget()
        self.care.setVisible(state.tells_care)
        # After a care visit, its facts are told first: the text says the rest.
        tells_first = state.tells_care and form.care.purpose is not None and state.is_new
        self.first_stop = self.care.first if tells_first else self.shared.summary
        if self.isVisible():
            # The window gave the keyboard to a page that had nothing to type in yet.
            self.first_stop.setFocus()

    def _render_notices(self, state: EditorState) -> None:
        # Of a dossier that has left, « Jeter » stands beside what says so.
        is_offered = state.found_draft is not None and not state.is_gone
        self.draft_notice.setVisible(is_offered)
        if state.found_draft is not None and is_offered:
            now = self.viewmodel.now()
            self.draft_notice.tell(state.found_draft.astimezone(now.tzinfo), now)
        self.failure_notice.setVisible(state.failure is not None or state.is_gone)
        if state.failure is None and state.is_gone:
            self.failure_notice.say(gone_words(is_sent=True), throw_away_words(), Role.DANGER)
        if state.failure is not None:
            problem = sentence(state.failure)
            retry = self.tr("Réessayer") if state.form is not None else ""
            self.failure_notice.say(f"{problem.text} {problem.remedy}".strip(), retry, Role.DANGER)

    def _render_folding(self, state: EditorState) -> None:
        folded = state.was_absent and not self._is_unfolded
        self.facts.fold(folded)
        self.person_card.setVisible(not folded)
        self.next_steps.fold(folded)
        self._folded_row.setVisible(folded)
        form = state.form
        if folded and form is not None:
            held = [
                (bool(form.themes), self.tr("thèmes")),
                (bool(form.for_person.strip()), self.tr("pour la personne")),
                (bool(form.person_words.strip()), self.tr("parole de la personne")),
                (bool(form.orientation.strip()), self.tr("orientation")),
            ]
            self.folded_words.setText(words.folded([name for holds, name in held if holds]))

    def _render_problems(self, state: EditorState) -> None:
        for name, field in self._fields.items():
            reason = state.problems.get(name)
            said = words.problem(name, reason) if reason else ""
            if isinstance(field, TierText):
                field.show_reason(said)
            elif field.problem != said:
                field.show_problem(said)
        self.care.show_problems(state)
        if reason := state.problems.get("clinical"):
            self.note.show_problem(words.problem("clinical", reason))

    def _go_to_problem(self) -> None:
        """Brings the first field to mend under the keyboard."""
        care = {name: part.widget for name, part in self.care.parts.items()}
        for name, field in {**self._fields, **care}.items():
            if name in self.viewmodel.state.problems:
                field.setFocus()
                self._form_page.ensureWidgetVisible(field)
                return

    # -- acts -------------------------------------------------------------------------------------

    def _unfold(self) -> None:
        self._is_unfolded = True
        self._render()

    def _remedy(self) -> None:
        if self.viewmodel.state.failure is not None:
            self.viewmodel.retry()
        else:
            self.viewmodel.throw_away()

    def _offer_undo(self) -> None:
        self.undo_offered.emit(self.tr("Brouillon jeté"), self.viewmodel.undo_discard)

    def _focus_moved(self, left: QWidget | None, _: QWidget | None) -> None:
        if left is not None and self.isAncestorOf(left):
            self.viewmodel.flush()

    def _today(self) -> date:
        return self.viewmodel.now().date()

    def _guarded(self, guard: FreeTextGuard | None) -> dict[str, GuardLine]:
        """Her own words are hers, and a number to call belongs on what she is handed."""
        without_contact = frozenset(Family) - {Family.PHONE, Family.EMAIL}
        families = {
            "summary": frozenset(Family),
            "for_person": without_contact,
            "person_words": NUMBERS,
            "orientation": without_contact,
            "next_step": without_contact,
        }
        lines = {name: guard_field(self._fields[name], guard, families[name]) for name in families}
        obstacle = self.care.parts["obstacle"].labeled
        if obstacle is not None:
            lines["obstacle"] = guard_field(obstacle, guard, without_contact)
        return {name: line for name, line in lines.items() if line is not None}

    # -- laying out -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._folded_row = QWidget()
        folded = row(self.folded_words, self.unfold, gap=12)
        folded.setStretch(0, 1)
        self._folded_row.setLayout(folded)
        form = QWidget()
        self._form_column = column(
            self.facts, self.care, self.shared, self.note, self._folded_row, self.person_card,
            self.next_steps, gap=12,
        )  # fmt: skip
        self._form_column.addStretch(1)
        form.setLayout(self._form_column)
        self._form_page = ScrollPage()
        self._form_page.setWidget(form)
        self._body = QWidget()
        self._split = QHBoxLayout(self._body)
        self._split.setContentsMargins(0, 0, 0, 0)
        self._split.setSpacing(CARD_GAP)
        self._split.addWidget(self._form_page, 70)
        self._split.addWidget(self.said, 30)  # shown without a parent it would be a window
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.stays)
        layout.addWidget(self.failure_notice)
        layout.addWidget(self.draft_notice)
        layout.addWidget(self._body, 1)
        layout.addWidget(self.nothing, 1)
        layout.addWidget(self.opening, 1)

    def _fit(self) -> None:
        tokens = current_tokens()
        narrow = self.width() < tokens.text_px(_NARROW_PX)
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        if narrow:
            self._form_column.insertWidget(self._form_column.count() - 1, self.said)
            self.said.setMinimumHeight(tokens.text_px(_SAID_LEAST_PX))
        else:
            self._split.addWidget(self.said, 30)
            self.said.setMinimumHeight(0)

    def _listen(self) -> None:
        self.viewmodel.changed.connect(self._render)
        self.viewmodel.draft_discarded.connect(self._offer_undo)
        self.close_button.clicked.connect(self.viewmodel.leave)
        self.finish_button.clicked.connect(self.viewmodel.finish)
        self.viewmodel.refused.connect(self._go_to_problem)
        self.draft_notice.resumed.connect(self.viewmodel.resume)
        self.draft_notice.discarded.connect(self.viewmodel.discard)
        self.failure_notice.remedy_asked.connect(self._remedy)
        self.unfold.clicked.connect(self._unfold)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)
