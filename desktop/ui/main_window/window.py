"""The main window: sidebar, pages made when first opened, and the keys that work everywhere."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.kit.layout import PAGE_MARGIN
from desktop.ui.kit.notices import Notice, UndoBar
from desktop.ui.main_window.escrow_notice import EscrowNotice
from desktop.ui.main_window.sections import Section
from desktop.ui.main_window.shortcuts_sheet import ShortcutsSheet
from desktop.ui.main_window.sidebar import Sidebar
from desktop.ui.main_window.standing import LeaseNotice, RemovalQuestion
from desktop.ui.main_window.sync_status import SyncState
from desktop.ui.main_window.vault_notice import VaultNotice
from desktop.ui.theme import Role, Theme

PRODUCT = "Coffre"
# Below this, words in the sidebar would take more than a quarter of the window.
_WIDE_SHARE = 4


class MainWindow(QWidget):
    """The frame. It knows keys of pages, never what is on them, and never a person's name.

    A page that has something to close before Esc leaves it (a dialog, a search) takes Esc itself.
    """

    search_requested = Signal()
    new_follow_up_requested = Signal()
    lock_requested = Signal()
    sync_requested = Signal()
    discreet_requested = Signal()
    section_opened = Signal(str)
    closing = Signal()

    def __init__(
        self, theme: Theme, sections: Sequence[Section], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(PRODUCT)
        self._sections = {section.key: section for section in sections}
        self._made: dict[str, QWidget] = {}
        self._trail: list[str] = []
        self._more_shortcuts: list[tuple[str, str]] = []
        self._on_remedy: Callable[[], object] | None = None
        self.sidebar = Sidebar(sections)
        self.pages = QStackedWidget()
        self.notice = Notice(closable=True)
        self.notice.hide()
        self.lease = LeaseNotice()
        self.removal = RemovalQuestion()
        self.vault = VaultNotice()
        self.escrow = EscrowNotice()
        self.undo_bar = UndoBar(self)
        self._lay_out()
        self._bind_keys(sections)
        self.sidebar.section_asked.connect(self.open)
        self.sidebar.lock_asked.connect(self.lock_requested)
        self.sidebar.status.pressed.connect(self.sync_requested)
        self.sidebar.discreet.clicked.connect(self.discreet_requested)
        theme.changed.connect(self._fit)
        self.resize(1366, 768)

    @property
    def current(self) -> str:
        """The key of the page in sight; empty before the first one."""
        return self._trail[-1] if self._trail else ""

    @property
    def below(self) -> tuple[str, ...]:
        """The pages that Esc goes back to, the next one last."""
        return tuple(self._trail[:-1])

    def lay_below(self, keys: Sequence[str]) -> None:
        """Has Esc go back through these pages, as if they had just been seen."""
        known = [key for key in keys if self.has(key) and key != self.current]
        self._trail = [*known, *self._trail[-1:]]

    def is_listed(self, key: str) -> bool:
        """Whether the sidebar leads to a page."""
        return key in self.sidebar.buttons

    def open(self, key: str) -> QWidget:
        """Brings a page to sight, making it if need be, and gives it the keyboard."""
        page = self.page(key)
        if self.current != key:
            self._trail = [seen for seen in self._trail if seen != key] + [key]
        self._bring(key, page)
        return page

    def page(self, key: str) -> QWidget:
        """The page, made but not shown."""
        if key not in self._made:
            page = self._sections[key].make()
            self._made[key] = page
            self.pages.addWidget(page)
        return self._made[key]

    def made(self) -> dict[str, QWidget]:
        """The pages that exist, by their keys."""
        return dict(self._made)

    def has(self, key: str) -> bool:
        """Whether there is such a page, made or not."""
        return key in self._sections

    def back(self) -> None:
        """To the page before, if there was one."""
        if len(self._trail) > 1:
            self._trail.pop()
            self._bring(self.current, self.page(self.current))

    def register(self, section: Section) -> None:
        """Adds a page that the sidebar does not list."""
        self._sections[section.key] = section

    def show_who(self, name_and_job: str) -> None:
        """« Claire Martin · psychologue »: the person at the keyboard, never a person followed."""
        self.sidebar.show_who(name_and_job)

    def show_discreet(self, discreet: bool) -> None:
        """Says that names are initials now, and how to have them back."""
        self.sidebar.show_discreet(discreet)
        if discreet:
            self.undo_bar.reword(self.tr("Dernière action"))

    def show_sync(self, state: SyncState) -> None:
        self.sidebar.status.show_state(state)

    def say(
        self,
        sentence: str,
        remedy: str = "",
        on_remedy: Callable[[], object] | None = None,
        *,
        role: Role = Role.NEUTRAL,
    ) -> None:
        """One sentence above the page, for what concerns no page in particular."""
        self._on_remedy = on_remedy
        self.notice.say(sentence, remedy, role)
        self.notice.show()

    def hush(self) -> None:
        self.notice.hide()

    def hush_if(self, sentence: str) -> None:
        """Takes a sentence back that is true no more, if it is the one in sight."""
        if self.notice.sentence == sentence:
            self.hush()

    def offer_undo(self, sentence: str, undo: Callable[[], object]) -> None:
        self.undo_bar.offer(sentence, undo)

    def add_shortcut(self, key: str, words: str) -> None:
        """Has the sheet of shortcuts tell a key that a page handles."""
        self._more_shortcuts.append((key, words))

    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        sections = [s for s in self._sections.values() if s.number is not None]
        return (
            *((f"Ctrl+{section.number}", section.title) for section in sections),
            ("Ctrl+K", self.tr("Rechercher partout")),
            ("Ctrl+N", self.tr("Nouveau suivi")),
            *self._more_shortcuts,
            ("Ctrl+Z", self.tr("Annuler la dernière suppression")),
            ("F8", self.tr("Mode discret\u00a0: les noms en initiales, ou en entier")),
            ("Ctrl+L", self.tr("Verrouiller")),
            ("F1", self.tr("Raccourcis")),
            ("Esc", self.tr("Revenir à la page précédente")),
        )

    def show_shortcuts(self) -> None:
        sheet = ShortcutsSheet(self.shortcuts(), self)
        sheet.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        self.undo_bar.settle()
        self.closing.emit()
        super().closeEvent(event)

    def _bring(self, key: str, page: QWidget) -> None:
        self.pages.setCurrentWidget(page)
        self.sidebar.show_current(key)
        stop = _first_stop(page)
        if stop is page and key in self.sidebar.buttons:
            # Nothing to type or press there yet: the keyboard stays where the page was asked for.
            stop = self.sidebar.buttons[key]
        stop.setFocus()
        self.section_opened.emit(key)

    def _fit(self) -> None:
        wide = self.sidebar.width_when(narrow=False)
        self.sidebar.set_narrow(wide * _WIDE_SHARE > self.width())

    def _remedy(self) -> None:
        self.notice.hide()
        if self._on_remedy is not None:
            self._on_remedy()

    def _lay_out(self) -> None:
        self.notice.remedy_asked.connect(self._remedy)
        content = QVBoxLayout()
        content.setContentsMargins(PAGE_MARGIN, 16, PAGE_MARGIN, 20)
        content.setSpacing(12)
        for above in (self.removal, self.vault, self.lease, self.escrow, self.notice):
            content.addWidget(above)
        content.addWidget(self.pages, 1)
        content.addWidget(self.undo_bar)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.sidebar)
        layout.addLayout(content, 1)

    def _bind_keys(self, sections: Sequence[Section]) -> None:
        for section in sections:
            if section.number is not None:
                self._bind(f"Ctrl+{section.number}", partial(self.open, section.key))
        self._bind("Ctrl+K", self.search_requested.emit)
        self._bind("Ctrl+N", self.new_follow_up_requested.emit)
        self._bind("Ctrl+L", self.lock_requested.emit)
        self._bind("Ctrl+Z", self.undo_bar.undo)
        self._bind("F8", self.discreet_requested.emit)
        self._bind("F1", self.show_shortcuts)
        self._bind("Esc", self.back)

    def _bind(self, key: str, act: Callable[[], object]) -> None:
        QShortcut(QKeySequence(key), self).activated.connect(act)


def _first_stop(page: QWidget) -> QWidget:
    """Where the keyboard lands on a page: its ``first_stop``, else its first stop of the Tab key.

    Not a focus proxy: Qt would then lead the Tab key to it, past all that stands above.
    """
    chosen = getattr(page, "first_stop", None)
    if isinstance(chosen, QWidget) and chosen.isVisibleTo(page):
        return chosen
    stop = page.nextInFocusChain()
    while stop is not None and stop is not page:
        takes_tab = bool(stop.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes_tab and page.isAncestorOf(stop) and stop.isVisibleTo(page) and stop.isEnabled():
            return stop
        stop = stop.nextInFocusChain()
    return page
