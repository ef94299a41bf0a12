"""A pair of hands and eyes for the real windows: keys, buttons by their words, what is in sight."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMessageLogContext, QModelIndex, Qt, QTimer, QtMsgType
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

PATIENCE_S = 30.0
_STEP_MS = 10
_ASKS_MS = 5_000
_MOST_TABS = 60
_LOOKS_A_WAIT = 30
_MOST_MOVES = 10
"""What moves for ever without coming to it is given up too."""
_LOOK_MS, _MOST_LOOKS = 40, 25


class NotSeen(Exception):
    """What should have happened did not; the text says what was waited for."""


class Hands:
    """Acts on the window in sight, as somebody at the keyboard would."""

    def __init__(self, qt: QApplication, window: Callable[[], QWidget | None]) -> None:
        self._qt = qt
        self._window = window

    @property
    def window(self) -> QWidget:
        """The window in sight."""
        window = self._window()
        if window is None:
            raise NotSeen("une fenêtre")
        return window

    # -- waiting and seeing -----------------------------------------------------------------------

    def wait(self, is_so: Callable[[], bool], what: str, *, patience_s: float = PATIENCE_S) -> None:
        """Let the windows live until something is so; ``NotSeen`` once nothing moves any more.

        In turns rather than seconds: a machine that is busy elsewhere is given more of them.
        """
        most = max(round(patience_s * 1000 / _STEP_MS), 1)
        between = -(-most // _LOOKS_A_WAIT)
        seen, still, turns = "", 0, 0
        while not is_so():
            if still >= most or turns >= most * _MOST_MOVES:
                raise NotSeen(what)
            QTest.qWait(_STEP_MS)
            still, turns = still + 1, turns + 1
            if turns % between == 0 and (now := self._glance()) != seen:
                seen, still = now, 0

    def _glance(self) -> str:
        return self.read() if self._window() is not None else ""

    def read(self) -> str:
        """Return all the words in sight, one part a line."""
        return "\n".join(part for widget in self._in_sight() for part in _words(widget))

    def wait_for(self, words: str) -> None:
        """Wait until these words are in sight."""
        self.wait(lambda: words in self.read(), f"«\u00a0{words}\u00a0» à l’écran")

    def rows(self, name: str) -> list[str]:
        """Return the rows of a list in sight, as a screen reader says them."""
        return _rows(self._list(name))

    def text(self, name: str) -> str:
        """Return what a field holds."""
        return self._field(name).toPlainText()

    def described(self, name: str) -> str:
        """Return what a screen reader tells of a picture in sight."""
        found = (w for w in self._in_sight() if w.accessibleName() == name)
        widget = next(found, None)
        return widget.accessibleDescription() if widget is not None else ""

    def focus(self) -> QWidget:
        """Return where the keyboard is."""
        if self._qt.activeWindow() is None:
            # Off-screen, nobody gives the keyboard back when a dialog closes.
            self.window.activateWindow()
            QTest.qWait(_STEP_MS)
        return self._qt.focusWidget() or self.window

    def shoot(self, path: Path) -> None:
        """Keep a picture of the window in sight."""
        seen = self.window.grab().toImage()
        for _ in range(_MOST_LOOKS):
            QTest.qWait(_LOOK_MS)
            before, seen = seen, self.window.grab().toImage()
            if seen == before:
                break  # what was being laid out is in its place
        if not seen.save(str(path)):
            raise NotSeen(f"l’image {path.name}")

    # -- acting -----------------------------------------------------------------------------------

    def type(self, text: str) -> None:
        """Type where the keyboard is, letter after letter."""
        for letter in text:
            target = self.focus()
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                self._qt.sendEvent(target, event)
        QTest.qWait(_STEP_MS)

    def press(
        self, key: Qt.Key, *, control: bool = False, shift: bool = False, alt: bool = False
    ) -> None:
        """Press a key, where the keyboard is."""
        held = Qt.KeyboardModifier.NoModifier
        for is_held, modifier in (
            (control, Qt.KeyboardModifier.ControlModifier),
            (shift, Qt.KeyboardModifier.ShiftModifier),
            (alt, Qt.KeyboardModifier.AltModifier),
        ):
            if is_held:
                held |= modifier
        QTest.keyClick(self.focus(), key, held)
        QTest.qWait(_STEP_MS)

    def click(self, words: str) -> None:
        """Click the button of these words."""
        QTest.mouseClick(self.wait_for_button(words), Qt.MouseButton.LeftButton)
        QTest.qWait(_STEP_MS)

    def wait_for_button(self, words: str) -> QAbstractButton:
        """Wait until the button of these words can be pressed."""
        found: list[QAbstractButton] = []

        def is_there() -> bool:
            found[:] = [
                widget
                for widget in self._in_sight()
                if isinstance(widget, QAbstractButton)
                and widget.accessibleName().startswith(words)
                and widget.isEnabled()
            ]
            return bool(found)

        self.wait(is_there, f"le bouton «\u00a0{words}\u00a0»")
        return found[0]

    def choose(self, name: str, title: str) -> None:
        """Move to a row of a list, by the arrows."""
        listed = self._list(name)
        listed.setFocus()
        self.press(Qt.Key.Key_Home)
        for _ in range(listed.model().rowCount()):
            if title in _row(listed.currentIndex()):
                return
            self.press(Qt.Key.Key_Down)
        raise NotSeen(f"une ligne de la liste «\u00a0{name}\u00a0»")

    def tab_to(self, name: str) -> None:
        """Go to a field by the Tab key alone."""
        self._tab_until(
            lambda: self.focus().accessibleName().startswith(name),
            f"le champ «\u00a0{name}\u00a0»",
        )

    def fill(self, name: str, text: str) -> None:
        """Go to a field by the Tab key and write in place of what it holds."""
        self.tab_to(name)
        self.press(Qt.Key.Key_A, control=True)
        self.type(text)

    def save_as(self, path: Path) -> None:
        """Answer the next question « where to save? » with a path typed at the keyboard."""
        QTimer.singleShot(_STEP_MS, lambda: self._answer(path, time.monotonic() + PATIENCE_S))

    def open_tab(self, title: str) -> None:
        """Go to the tabs by the Tab key, and to one of them by the arrows."""
        self._tab_until(lambda: isinstance(self.focus(), QTabBar), "les onglets")
        tabs = self.focus()
        if not isinstance(tabs, QTabBar):
            raise NotSeen("les onglets")
        titles = [tabs.tabText(at) for at in range(tabs.count())]
        wanted = next((at for at, known in enumerate(titles) if known.startswith(title)), None)
        if wanted is None:
            raise NotSeen(f"l’onglet «\u00a0{title}\u00a0»")
        way = Qt.Key.Key_Right if wanted > tabs.currentIndex() else Qt.Key.Key_Left
        for _ in range(abs(wanted - tabs.currentIndex())):
            self.press(way)

    def has_button(self, words: str) -> bool:
        """Tell whether a button of these words is in sight."""
        return any(
            isinstance(widget, QAbstractButton) and widget.accessibleName().startswith(words)
            for widget in self._in_sight()
        )

    # -- inside -----------------------------------------------------------------------------------

    def _answer(self, path: Path, deadline: float) -> None:
        dialog = self._qt.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            if time.monotonic() < deadline:
                QTimer.singleShot(_STEP_MS, lambda: self._answer(path, deadline))
            return
        # A window that still asks would wait for ever: the step then says what is missing.
        QTimer.singleShot(_ASKS_MS, dialog.reject)
        name = dialog.findChildren(QLineEdit)[0]
        # Pasted rather than typed: the proposals of the dialog would take the Enter key.
        name.setText(str(path))
        QTest.keyClick(name, Qt.Key.Key_Return)

    def _tab_until(self, is_so: Callable[[], bool], what: str) -> None:
        for _ in range(_MOST_TABS):
            if is_so():
                return
            self.press(Qt.Key.Key_Tab)
        raise NotSeen(f"{what} par la touche Tab")

    def _in_sight(self) -> list[QWidget]:
        dialog = self._qt.activeModalWidget()
        top = dialog if dialog is not None else self.window
        return [top, *(w for w in top.findChildren(QWidget) if w.isVisibleTo(top))]

    def _list(self, name: str) -> QListView:
        for widget in self._in_sight():
            if isinstance(widget, QListView) and widget.accessibleName() == name:
                return widget
        raise NotSeen(f"la liste «\u00a0{name}\u00a0»")

    def _field(self, name: str) -> QPlainTextEdit:
        for widget in self._in_sight():
            if isinstance(widget, QPlainTextEdit) and widget.accessibleName().startswith(name):
                return widget
        raise NotSeen(f"le champ «\u00a0{name}\u00a0»")


def qt_says(_kind: QtMsgType, _context: QMessageLogContext, said: str | None) -> None:
    """Print what Qt has to say, but for what off-screen windows cannot ask of nobody."""
    if said and not said.startswith("This plugin does not support"):
        print(said, file=sys.stderr)


def _words(widget: QWidget) -> list[str]:
    if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
        return [widget.text()]
    if isinstance(widget, QPlainTextEdit):
        return [widget.toPlainText()]
    if isinstance(widget, QTabBar):
        return [widget.tabText(index) for index in range(widget.count())]
    return _rows(widget) if isinstance(widget, QListView) else []


def _rows(listed: QListView) -> list[str]:
    model = listed.model()
    return [_row(model.index(at, 0)) for at in range(model.rowCount())]


def _row(index: QModelIndex) -> str:
    return str(index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data() or "")
