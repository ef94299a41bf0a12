"""« À relire »: what two people wrote unknown to each other, settled by whoever reads it here."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.conflict_sheets import ConflictSheet
from desktop.ui.errors import sentence
from desktop.ui.kit import (
    GRID,
    Card,
    Flow,
    LabeledField,
    LinkButton,
    ListView,
    Notice,
    PrimaryButton,
    Row,
    RowsModel,
    Secondary,
    SecondaryButton,
    TextField,
)
from desktop.ui.sync_page import review_words
from desktop.ui.sync_page.review_viewmodel import ReviewViewModel
from desktop.ui.sync_page.state import ReviewState
from desktop.ui.sync_page.version_card import VersionCard
from desktop.ui.text import number
from desktop.ui.theme import Role, current_tokens
from protocol.limits import LONG_TEXT

_NARROW_PX = 470
_ROWS_SHOWN = 3
_FRAME_PX = 6
_ROOM = 2 * LONG_TEXT + 1
"""Both texts whole, before somebody shortens them to what the field may hold."""


class ReviewCard(Card):
    """The list when there are several, and the two versions of the one being settled."""

    person_asked = Signal(str)
    emptied = Signal()
    """The keyboard was here and there is nothing left to settle."""

    def __init__(
        self,
        viewmodel: ReviewViewModel,
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self.viewmodel = viewmodel
        self._now = now
        self.notice = Notice(role=Role.PENDING)
        self.notice.hide()
        self.model = RowsModel(self)
        self.list = ListView(self.tr("À relire"), lines=True)
        self.list.setModel(self.model)
        self.explained = Secondary()
        self.meeting = Secondary()
        self.first = VersionCard(Role.PENDING, "Alt+1")
        self.second = VersionCard(Role.OK, "Alt+2")
        self.joined = TextField(lines=3, most_lines=10, limit=_ROOM)
        self._field = LabeledField(self.tr("Texte réuni"), self.joined)
        self.open_person = LinkButton(self.tr("Ouvrir le dossier"))
        self.later = SecondaryButton(self.tr("Plus tard"), shortcut="Alt+3")
        self.join = PrimaryButton(self.tr("Enregistrer le texte réuni"), shortcut="Ctrl+S")
        self._takes_keyboard = False
        self._lay_out()
        self._connect()
        self._render()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._fit()
            self._fit_list()

    def _render(self) -> None:
        state = self.viewmodel.state
        had_keyboard = self._has_keyboard()
        self._render_list(state)
        self._render_notice(state)
        sheet = state.sheet
        if sheet is None and state.chosen is not None and self._settling.isVisible():
            return  # being read: what is in sight stays, for a moment, rather than blink
        self._settling.setVisible(sheet is not None)
        self.setUpdatesEnabled(False)
        if sheet is None:
            self.set_title(self.tr("À relire"))
            self.explained.setText(review_words.nothing_shown(state))
        else:
            self._render_sheet(state, sheet)
        self.setUpdatesEnabled(True)
        if sheet is not None and self._takes_keyboard:
            self._takes_keyboard = False
            self._keyboard_to(state)
        elif sheet is None:
            self._takes_keyboard &= state.chosen is not None
            if had_keyboard:
                self._leave_keyboard()

    def _render_sheet(self, state: ReviewState, sheet: ConflictSheet) -> None:
        at, count = self.viewmodel.place
        title = review_words.title(sheet)
        self.set_title(f"{title} ({at}/{count})" if count > 1 else title)
        self.explained.setText(review_words.explained(sheet))
        meeting = review_words.meeting(sheet, self._now())
        self.meeting.setText(meeting)
        self.meeting.setVisible(bool(meeting))
        for card, side in zip((self.first, self.second), state.sides, strict=True):
            card.show_version(sheet, side, self._now())
        self.second.setVisible(not sheet.is_forgotten)
        is_text = sheet.proposal is not None and sheet.can_settle
        self._field.setVisible(is_text)
        self.join.setVisible(is_text)
        if is_text:
            self.joined.set_value(state.joined)
            self._show_length()

    def _render_list(self, state: ReviewState) -> None:
        lines = state.lines or ()
        self.model.show(
            [Row(line.id, line.person_name, review_words.line_words(line)) for line in lines]
        )
        # Alone and in sight, it needs no list; put off, it is found again there.
        self.list.setVisible(len(lines) > 1 or (bool(lines) and state.chosen is None))
        if state.chosen is not None and self.list.current_key != state.chosen:
            self.list.setCurrentIndex(self.model.find(state.chosen))
        self._fit_list()

    def _fit_list(self) -> None:
        rows = min(self.model.rowCount(), _ROWS_SHOWN)
        self.list.setFixedHeight(max(self.list.sizeHintForRow(0), 1) * rows + _FRAME_PX)

    def _render_notice(self, state: ReviewState) -> None:
        said = review_words.told(state)
        role = Role.PENDING
        if state.failure is not None:
            said, role = sentence(state.failure).whole, Role.DANGER
        if said != self.notice.sentence or role is not self.notice.role:
            self.notice.say(said, role=role)
        self.notice.setVisible(bool(said))

    def _has_keyboard(self) -> bool:
        focused: QWidget | None = QApplication.focusWidget()
        return focused is not None and self._settling.isAncestorOf(focused)

    def _await_sheet(self) -> None:
        """The keyboard goes to what was asked for, once it has been read."""
        self._takes_keyboard = True

    def _keyboard_to(self, state: ReviewState) -> None:
        """To her own words where she left them, else to the first version."""
        if state.typed is not None and self.joined.isVisibleTo(self):
            self.joined.moveCursor(QTextCursor.MoveOperation.End)
            self.joined.setFocus()
        else:
            (self.first.text if self.first.text.isVisibleTo(self) else self.first.keep).setFocus()

    def _leave_keyboard(self) -> None:
        """Nothing is being settled any more: to what was put off, else out of the card."""
        if self.list.isVisibleTo(self):
            self.list.setFocus()
        else:
            self.emptied.emit()

    def _focus_next(self) -> None:
        """After an act, the keyboard and the screen reader go to what comes next."""
        if self.viewmodel.state.chosen is None:
            self._leave_keyboard()
        else:
            self.first.keep.setFocus()

    def _connect(self) -> None:
        viewmodel = self.viewmodel
        viewmodel.changed.connect(self._render)
        viewmodel.settled.connect(self._focus_next)
        viewmodel.asked_for.connect(self._await_sheet)
        self.list.opened.connect(lambda key: viewmodel.choose(str(key)))
        self.first.chosen.connect(lambda: viewmodel.keep(viewmodel.state.sides[0]))
        self.second.chosen.connect(lambda: viewmodel.keep(viewmodel.state.sides[1]))
        self.joined.value_changed.connect(self._typed)
        self.join.clicked.connect(viewmodel.join)
        self.later.clicked.connect(viewmodel.later)
        self.open_person.clicked.connect(self._ask_person)

    def _typed(self) -> None:
        self.viewmodel.type(self.joined.value)
        self._show_length()

    def _show_length(self) -> None:
        state = self.viewmodel.state
        limit = state.sheet.limit if state.sheet else 0
        is_too_long = len(state.joined) > limit
        said = self.tr("Le texte est trop long\u00a0: {0} caractères au plus.")
        self._field.show_problem(said.format(number(limit)) if is_too_long else "")
        self.join.setEnabled(not is_too_long)

    def _ask_person(self) -> None:
        if self.viewmodel.state.sheet is not None:
            self.person_asked.emit(self.viewmodel.state.sheet.line.person)

    def _lay_out(self) -> None:
        self._versions = QHBoxLayout()
        self._versions.setSpacing(12)
        self._versions.addWidget(self.first, 1)
        self._versions.addWidget(self.second, 1)
        self._settling = QWidget()
        inner = QVBoxLayout(self._settling)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(12)
        inner.addWidget(self.meeting)
        inner.addLayout(self._versions)
        inner.addWidget(self._field)
        inner.addWidget(Flow(self.open_person, self.later, self.join, gap=GRID, at_right=True))
        inner.addStretch(1)
        self.add(self.notice)
        self.add(self.list)
        self.add(self.explained)
        self.add(self._settling)

    def _fit(self) -> None:
        narrow = self.width() < current_tokens().text_px(_NARROW_PX)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._versions.setDirection(down if narrow else across)
