"""Lays out « Sauvegardes »: the copies at the left, what one of them would change at the right."""

from itertools import pairwise

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.services.corrections import Change
from desktop.ui.backups.export_card import ExportCard
from desktop.ui.backups.export_viewmodel import ExportViewModel
from desktop.ui.backups.viewmodel import BackupsState, BackupsViewModel
from desktop.ui.backups.words import line_row, snapshot_row, summary, sure_words, then_and_now
from desktop.ui.kit import (
    CARD_GAP,
    GRID,
    Card,
    Columns,
    EmptyState,
    Flow,
    ListView,
    MarkedText,
    Notice,
    PrimaryButton,
    RowsModel,
    ScreenHeader,
    Secondary,
    SecondaryButton,
    Strong,
    Text,
    clear_layout,
    column,
    scrolling,
)
from desktop.ui.outlets import Outlets
from desktop.ui.theme import Role
from desktop.ui.value_words import only_here

_ROWS_IN_SIGHT = 5
_ROW_PX = 52


class BackupsView(QWidget):
    """Shows the copies; gives back what is chosen."""

    closed = Signal()
    undo_offered = Signal(str, object)

    def __init__(
        self,
        viewmodel: BackupsViewModel,
        export: ExportViewModel,
        outlets: Outlets | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewmodel = viewmodel
        self._export = export
        self.export_card = ExportCard(export, outlets)
        self._shown: tuple[Change, ...] = ()
        self._was_asked = False
        """A copy was just chosen: what it says is to be brought in sight."""
        self._brings = False
        self.close_button = SecondaryButton(self.tr("Fermer"))
        self.make_button = SecondaryButton(self.tr("Faire une sauvegarde maintenant"))
        self.header = ScreenHeader(
            self.tr("Sauvegardes"), actions=(self.make_button, self.close_button)
        )
        self.notice = Notice()
        self.copies_card = self._made_copies()
        self.preview_card = self._made_preview()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.header)
        layout.addWidget(self.notice)
        left = QWidget()
        left.setLayout(column(self.copies_card, self.export_card, gap=CARD_GAP))
        self._columns = Columns(left, self.preview_card, shares=(2, 3))
        self._page = scrolling(self._columns)
        self._page.verticalScrollBar().rangeChanged.connect(self._bring_preview)
        layout.addWidget(self._page, 1)
        self.first_stop = self.copies
        self._connect()
        self._render()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._viewmodel.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._viewmodel.cover()
        self._export.fold()

    def _made_copies(self) -> Card:
        self.copies = ListView(self.tr("Copies gardées sur cet ordinateur"), lines=True)
        self.copy_rows = RowsModel(self)
        self.copies.setModel(self.copy_rows)
        self.copies.setMinimumHeight(_ROWS_IN_SIGHT * _ROW_PX)
        self.no_copy = EmptyState(
            self.tr("Pas encore de sauvegarde\u00a0: la première se fera d’elle-même aujourd’hui.")
        )
        card = Card(self.tr("Gardées sur cet ordinateur"))
        card.add(
            Secondary(
                self.tr(
                    "Une copie chiffrée par jour de travail, faite et vérifiée d’elle-même\u00a0: "
                    "les sept derniers jours, puis quatre semaines. Quand une personne est "
                    "effacée, elle l’est de chacune."
                )
            )
        )
        card.add(self.copies, 1)
        card.add(self.no_copy, 1)
        return card

    def _made_preview(self) -> Card:
        self.invitation = EmptyState(
            self.tr(
                "Choisissez une sauvegarde\u00a0: Coffre montre ce qui a changé depuis, et ne "
                "change rien."
            )
        )
        self.summary = Text()
        self.lines = ListView(self.tr("Ce qui diffère"), lines=True)
        self.line_rows = RowsModel(self)
        self.lines.setModel(self.line_rows)
        self.lines.setMinimumHeight(_ROWS_IN_SIGHT * _ROW_PX)
        self.detail = QWidget()
        self._detail_layout = column(gap=GRID)
        self.detail.setLayout(self._detail_layout)
        self.stays = Secondary(
            self.tr(
                "Ce que vous tapez aujourd’hui reste. Pour reprendre aussi ce que dit la "
                "sauvegarde, recopiez-le d’ici, ou terminez votre saisie et revenez."
            )
        )
        self.one_button = PrimaryButton(self.tr("Restaurer cet élément"), shortcut="Ctrl+Return")
        self.all_button = SecondaryButton(self.tr("Tout restaurer…"))
        self.sure = Notice()
        self.not_now = SecondaryButton(self.tr("Ne rien restaurer"))
        card = Card(self.tr("Ce qui diffère"))
        card.add(self.invitation)
        card.add(self.summary)
        card.add(self.lines, 1)
        card.add(self.detail)
        card.add(self.stays)
        card.add(self.sure)
        card.add(Flow(self.not_now, self.all_button, self.one_button, gap=GRID, at_right=True))
        return card

    def _connect(self) -> None:
        self._viewmodel.changed.connect(self._render)
        self._viewmodel.undo_offered.connect(self.undo_offered)
        self.close_button.clicked.connect(self.closed)
        self.make_button.clicked.connect(self._viewmodel.make_now)
        self.copies.opened.connect(self._choose)
        self.lines.opened.connect(self._pick)
        self.lines.highlighted.connect(self._pick)
        self.one_button.clicked.connect(self._viewmodel.restore_one)
        self.all_button.clicked.connect(self._viewmodel.ask_all)
        self.sure.remedy_asked.connect(self._viewmodel.restore_all)
        self.not_now.clicked.connect(self._viewmodel.put_off)

    def _choose(self, number: object) -> None:
        if isinstance(number, int):
            self._was_asked = True
            self._viewmodel.choose(number)

    def _bring_preview(self) -> None:
        """In large letters it stands below the copies: nothing would seem to happen.

        Its height comes little by little: asked again until it is there, or something is picked.
        """
        if self._brings:
            bar = self._page.verticalScrollBar()
            top = self.preview_card.mapTo(self._columns, QPoint()).y()
            bar.setValue(top)
            self._brings = bar.value() < top

    def _pick(self, key: object) -> None:
        if isinstance(key, tuple):
            self._brings = False
            self._viewmodel.pick((str(key[0]), str(key[1])))

    def _render(self) -> None:
        state = self._viewmodel.state
        self.copy_rows.show([snapshot_row(item, state.today) for item in state.snapshots])
        self.copies.setVisible(bool(state.snapshots))
        self.no_copy.setVisible(not state.snapshots)
        self.make_button.setEnabled(not state.is_copying)
        self.make_button.set_words(
            self.tr("Sauvegarde en cours…")
            if state.is_copying
            else self.tr("Faire une sauvegarde maintenant")
        )
        said = state.problem.whole if state.problem else state.note
        self.notice.say(said, role=Role.PENDING if state.problem else Role.OK)
        self.notice.setVisible(bool(said))
        self._render_preview(state)

    def _render_preview(self, state: BackupsState) -> None:
        preview = state.preview
        if self._was_asked and preview is not None:
            self._was_asked, self._brings = False, True
            QTimer.singleShot(0, self, self._bring_preview)
        self.invitation.setVisible(state.chosen is None)
        self.summary.setVisible(state.chosen is not None)
        if preview is not None:
            self.summary.setText(summary(preview, state.today))
        elif state.is_reading:
            self.summary.setText(self.tr("Comparaison avec ce qui est sur cet ordinateur…"))
        else:
            self.summary.setText("")
        lines = preview.lines if preview is not None else ()
        self.line_rows.show([line_row(line, state.today) for line in lines])
        self.lines.setVisible(bool(lines))
        self._render_detail(state)
        can_be_given = state.line is not None and state.line.can_be_given
        self.one_button.setVisible(can_be_given and not state.asks_all)
        self.stays.setVisible(state.line is not None and not can_be_given)
        self.all_button.setVisible(any(x.can_be_given for x in lines) and not state.asks_all)
        self.one_button.setEnabled(not state.is_writing)
        self.all_button.setEnabled(not state.is_writing)
        self.not_now.setVisible(state.asks_all)
        if preview is not None:
            self.sure.say(sure_words(preview), self.tr("Tout restaurer"), role=Role.PENDING)
        if state.asks_all and self.sure.isHidden():
            QTimer.singleShot(0, self, lambda: self._page.ensureWidgetVisible(self.not_now))
        self.sure.setVisible(state.asks_all)

    def _render_detail(self, state: BackupsState) -> None:
        self.detail.setVisible(state.line is not None and bool(state.changes))
        if state.changes == self._shown:
            return
        self._shown = state.changes
        clear_layout(self._detail_layout)
        missing = state.line is not None and state.line.is_missing
        for change in state.changes:
            self._detail_layout.addWidget(self._made_change(change, is_missing=missing))
        stops: list[QWidget] = [self.lines, *self.detail.findChildren(MarkedText)]
        stops += [self.sure.remedy, self.not_now, self.all_button, self.one_button]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _made_change(self, change: Change, *, is_missing: bool) -> QWidget:
        was, now = then_and_now(change, is_missing=is_missing)
        parts: list[QWidget] = [Strong(change.label)]
        if is_missing:
            parts.append(Text(was))
        elif change.is_text:
            for side, spans, said in (
                (self.tr("Dans la sauvegarde"), change.before_spans, was),
                (self.tr("Aujourd’hui"), change.after_spans, now),
            ):
                parts.append(Secondary(side))
                if not spans:
                    parts.append(Text(said))
                    continue
                text = MarkedText()
                text.setAccessibleName(f"{side}, {change.label}")
                text.setAccessibleDescription(only_here(spans))
                text.show_spans(spans)
                parts.append(text)
        else:
            parts.append(Text(self.tr("{0} (dans la sauvegarde)").format(was)))
            parts.append(Text(self.tr("{0} (aujourd’hui)").format(now)))
        across = QWidget()
        across.setLayout(column(*parts, gap=2))
        return across
