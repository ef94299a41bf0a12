"""Whoever takes over when the laptop locks: a process that never saw a key nor a word.

Neither Python nor Qt can wipe a text from memory, so the process that held them ends with the lock.
Starting another takes most of a second: one is started soon after each unlock and waits without a
window, all but ready. The two talk through pipes, a line each, and nothing secret goes by the
arguments or the environment:

- told: ``show`` with the place of the window and the habits of display; ``sealed`` with what no
  disk took, encrypted under the vault's key (``desktop.services.unwritten``); ``fate`` with what
  became of a vault that the Département has withdrawn; then the pipe closes, which says that
  whoever held the vault is gone;
- it answers ``shown``, once the lock is in sight.
"""

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

import desktop
from desktop.config.preferences import Preferences, preferences_from

ARGUMENT = "--relieve"
_SHOW, _SEALED, _FATE, _SHOWN = "show", "sealed", "fate", "shown"
_PATIENCE_MS = 10_000
"""For the lock to be in sight, on a laptop that is slow to start programs."""
LAST_RESORT_S = 60.0
"""A disk that never answers must not keep keys in memory for ever."""
_LONGEST_LINE = 64 << 20


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a vault that was to be destroyed."""

    unsent: int | None = None
    """Changes that the office never had; ``None`` when nobody could count them."""
    refusal: str = ""
    """The sentence that says why some of it is still there."""
    vault: str = ""
    """Its identifier, in hexadecimal: the system's keyring may hold something of it."""
    had_code: bool = False
    """Whether a short code stood beside it: then the keyring may, whatever the policy says now."""

    def line(self) -> bytes:
        """Return it as it is told."""
        return f"{_FATE} {json.dumps(asdict(self))}\n".encode("ascii")

    @classmethod
    def read(cls, told: str) -> "Fate":
        """Return what was told."""
        found = json.loads(told)
        unsent = found["unsent"]
        refusal, vault = str(found["refusal"]), str(found["vault"])
        had_code = bool(found.get("had_code"))  # a Coffre upgraded while it was open says nothing
        return cls(None if unsent is None else int(unsent), refusal, vault, had_code)


@dataclass(frozen=True, slots=True)
class Order:
    """Where the lock is to be shown, and how."""

    place: tuple[int, int, int, int]
    """Left, top, width, height, without the frame, when it does not fill the screen."""
    fills: bool
    """Whether it fills the screen."""
    preferences: Preferences
    is_withdrawn: bool = False
    """Whether no lock is to be shown, but that the vault is being destroyed."""

    @classmethod
    def of(
        cls, window: QWidget, preferences: Preferences, *, is_withdrawn: bool = False
    ) -> "Order":
        """Return what puts the lock, or what is left of a withdrawn laptop, in a window's place."""
        fills = window.isMaximized() or window.isFullScreen()
        here = window.normalGeometry() if fills else window.geometry()
        return cls(
            (here.x(), here.y(), here.width(), here.height()), fills, preferences, is_withdrawn
        )

    def show(self, window: QWidget) -> None:
        """Put a window there."""
        window.setGeometry(*self.place)
        if self.fills:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)

    def line(self) -> bytes:
        """Return it as it is told."""
        told = {
            "place": self.place,
            "fills": self.fills,
            "preferences": asdict(self.preferences),
            "is_withdrawn": self.is_withdrawn,
        }
        return f"{_SHOW} {json.dumps(told)}\n".encode("ascii")

    @classmethod
    def read(cls, told: str) -> "Order":
        """Return what was told."""
        found = json.loads(told)
        left, top, width, height = map(int, found["place"])
        preferences = preferences_from(found["preferences"])
        place, fills = (left, top, width, height), bool(found["fills"])
        return cls(place, fills, preferences, bool(found["is_withdrawn"]))


class Relief(Protocol):
    """What takes the place of a program that locks."""

    def prepare(self) -> None:
        """Be ready for the next lock; not on the window's thread."""

    def take_over(self, order: Order, shown: Callable[[], None]) -> bool:
        """Show the lock now, ``shown`` once it is in sight; tell whether there is who shows it."""
        ...

    def leave(self, sealed: Sequence[bytes], fate: Fate | None = None) -> None:
        """The vault is closed, or destroyed: end this program, once the lock is in sight."""

    def dismiss(self) -> None:
        """Coffre is being closed: nobody takes over."""


class ProcessRelief(QObject):
    """Takes over with a process of its own; ends this one."""

    _was_shown = Signal()

    def __init__(
        self,
        command: Sequence[str],
        end: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        """``command`` starts a Coffre that waits; ``end`` ends this process, whatever it does."""
        super().__init__(parent or _owner())
        self._command = tuple(command)
        self._end = end
        self._child: subprocess.Popen[bytes] | None = None
        self._guard = threading.Lock()
        self._is_shown = False
        self._is_leaving = False
        self._tell_shown: Callable[[], None] = _nothing
        self._was_shown.connect(self._shown)

    @property
    def is_prepared(self) -> bool:
        """Whether somebody waits, as far as is known."""
        return self._child is not None and self._child.poll() is None

    def prepare(self) -> None:
        with self._guard:
            if self.is_prepared:
                return
            with suppress(OSError):  # tried again at the lock
                self._start()

    def take_over(self, order: Order, shown: Callable[[], None]) -> bool:
        self._tell_shown = shown
        # Whatever holds the store's lane, keys do not outlive the lock by more than a minute.
        last_resort = threading.Timer(LAST_RESORT_S, self._end)
        last_resort.daemon = True
        last_resort.start()
        if not self._tell(order.line()):
            self.prepare()
            if not self._tell(order.line()):
                if order.is_withdrawn:
                    last_resort.cancel()  # the page stays here: it says what is lost
                return False
        child = self._child
        if child is not None and child.stdout is not None:
            allow_foreground(child.pid)
            threading.Thread(target=self._hear, args=(child.stdout,), daemon=True).start()
        return True

    def leave(self, sealed: Sequence[bytes], fate: Fate | None = None) -> None:
        for content in sealed:
            self._tell(f"{_SEALED} {_text(content)}\n".encode("ascii"))
        if fate is not None:
            self._tell(fate.line())
        self._is_leaving = True
        if self._is_shown or not self.is_prepared:
            self._end()
        else:
            QTimer.singleShot(_PATIENCE_MS, self, self._end)

    def dismiss(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.stdin is not None:
            with suppress(OSError):
                child.stdin.close()
            threading.Thread(target=_reap, args=(child,), daemon=True).start()

    def _start(self) -> None:
        self._child = subprocess.Popen(
            self._command,
            # What the program was started from may hold anything; its own code is beside it.
            cwd=Path(desktop.__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def _tell(self, line: bytes) -> bool:
        child = self._child
        if child is None or child.stdin is None or child.poll() is not None:
            return False
        try:
            child.stdin.write(line)
            child.stdin.flush()
        except OSError:
            return False
        return True

    def _hear(self, answers: IO[bytes]) -> None:
        with suppress(OSError, ValueError, RuntimeError):  # closed, or this object is gone
            for line in answers:
                if line.strip() == _SHOWN.encode("ascii"):
                    self._was_shown.emit()

    def _shown(self) -> None:
        self._is_shown = True
        self._tell_shown()
        if self._is_leaving:
            self._end()


class Watch(QObject):
    """In the process that waits: hears what it is told, on a thread, and says it in the window's.

    A thread, for Windows has no other way to wait for a pipe.
    """

    ordered = Signal(object)
    """An `Order`: show the lock."""
    sealed = Signal(bytes)
    fate = Signal(object)
    """A `Fate`."""
    relieved = Signal()
    """Whoever held the vault is gone."""
    dismissed = Signal()
    """Gone without a lock: there is nothing to take over."""

    def __init__(
        self,
        told: IO[bytes],
        answers: IO[bytes],
        first: bytes = b"",
        parent: QObject | None = None,
    ) -> None:
        """``first`` is the line that was already read."""
        super().__init__(parent or _owner())
        self._told = told
        self._first = first
        self._answers = answers
        self._gone = threading.Event()
        self._was_ordered = False

    def begin(self) -> None:
        """Listen from now on."""
        threading.Thread(target=self._listen, name="coffre-watch", daemon=True).start()

    def wait_until_gone(self) -> None:
        """Wait for the vault to be let go of; on the store's lane."""
        self._gone.wait(LAST_RESORT_S)

    def tell_shown(self) -> None:
        """The lock is in sight."""
        with suppress(OSError):
            self._answers.write(f"{_SHOWN}\n".encode("ascii"))
            self._answers.flush()

    def _listen(self) -> None:
        with suppress(OSError, ValueError):
            if self._first:
                self._take(self._first.decode("ascii").strip())
            while line := self._told.readline(_LONGEST_LINE):
                self._take(line.decode("ascii").strip())
        self._gone.set()
        (self.relieved if self._was_ordered else self.dismissed).emit()

    def _take(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == _SHOW:
            self._was_ordered = True
            self.ordered.emit(Order.read(rest))
        elif word == _SEALED:
            self.sealed.emit(base64.b64decode(rest))
        elif word == _FATE:
            self.fate.emit(Fate.read(rest))


def _owner() -> QObject | None:
    """What keeps an object that a thread of its own speaks for: without an owner, that thread would
    be the last to know it, and destroy it while the window's still delivers what it said.
    """
    return QCoreApplication.instance()


def waiting_command(home: Path | None) -> list[str]:
    """Return what starts a Coffre that waits to take over from this one."""
    own = [] if getattr(sys, "frozen", False) else ["-m", "desktop"]
    where = [] if home is None else ["--home", str(home.resolve())]
    return [sys.executable, *own, ARGUMENT, *where]


def first_order() -> bytes | None:
    """Wait for the first line before any window system is asked for anything; none, no order.

    On macOS alone, where a program that talks to the window system is seen in the Dock. Elsewhere
    it is better to be all ready.
    """
    if sys.platform == "darwin":
        return sys.stdin.buffer.readline(_LONGEST_LINE) or None
    return b""


def watch(first: bytes) -> Watch:
    """Return what hears the Coffre that started this one."""
    return Watch(sys.stdin.buffer, sys.stdout.buffer, first)


def end_at_once() -> None:
    """End this process without a word more: nothing of it is to be kept."""
    os._exit(0)


def allow_foreground(pid: int) -> None:
    """Let another process put its window in front, which Windows otherwise refuses."""
    if sys.platform == "win32":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.windll.user32.AllowSetForegroundWindow(pid)


def _reap(child: subprocess.Popen[bytes]) -> None:
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _nothing() -> None:
    """Nobody wants to know."""
