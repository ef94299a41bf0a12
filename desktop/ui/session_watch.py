"""Hears that the owner of the laptop goes: its lid, its sleep, the lock of its session.

Three ears, for none hears everything. On Linux, D-Bus: logind says when the laptop goes to sleep
and when its session is locked, the desktop when its screen saver locks, UPower when the lid closes.
On Windows, the messages that the system sends to windows. macOS says nothing that Qt passes on.
On every system, two clocks: the one on the wall went on while the laptop slept, the steady one did
not, so at the latest it wakes up locked.
"""

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import SLOT, QObject, Qt, QTimer, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection

    Buses = Callable[[], tuple[QDBusConnection, ...]]
else:
    Buses = Callable

Say = Callable[[], None]

_LOOK_EVERY_MS = 2_000
_JUMP_S = 10.0

_WM_POWERBROADCAST, _PBT_APMSUSPEND = 0x0218, 0x0004
_WM_WTSSESSION_CHANGE = 0x02B1
_WTS_LEAVING = frozenset({0x2, 0x4, 0x6, 0x7})
"""Another user takes the console, a remote desktop is hung up, log-off, lock."""


class Ear(Protocol):
    """One way to hear that the owner goes."""

    def open(self) -> None:
        """Begin to listen."""

    def close(self) -> None:
        """Listen no more; safe to call twice."""


class SleepClocks:
    """Tells from two clocks that the laptop slept since they were last read."""

    def __init__(
        self,
        steady: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._steady = steady
        self._wall = wall
        self.restart()

    def restart(self) -> None:
        """Forget what happened before now."""
        self._ahead = self._wall() - self._steady()

    def slept(self) -> bool:
        """Whether the wall clock ran ahead of the steady one; a clock set forward counts too."""
        before = self._ahead
        self.restart()
        return self._ahead - before > _JUMP_S


class SessionWatch(QObject):
    """Listens while it is started; `leaving` once per departure, and then it rests."""

    leaving = Signal()

    def __init__(
        self,
        clocks: SleepClocks | None = None,
        ears: Callable[[Say], tuple[Ear, ...]] | None = None,
        parent: QObject | None = None,
        look_every_ms: int = _LOOK_EVERY_MS,
    ) -> None:
        super().__init__(parent)
        self._clocks = clocks or SleepClocks()
        self._ears = (ears or system_ears)(self.leave)
        self._timer = QTimer(self)
        self._timer.setInterval(look_every_ms)
        self._timer.timeout.connect(self.look)
        self._is_watching = False

    @property
    def is_watching(self) -> bool:
        return self._is_watching

    def start(self) -> None:
        """From now on the laptop is open."""
        if self._is_watching:
            return
        self._is_watching = True
        self._clocks.restart()
        self._timer.start()
        for ear in self._ears:
            ear.open()

    def stop(self) -> None:
        """The laptop is locked: nothing more to hear; safe to call twice."""
        self._is_watching = False
        self._timer.stop()
        for ear in self._ears:
            ear.close()

    def look(self) -> None:
        """Compares the clocks."""
        if self._is_watching and self._clocks.slept():
            self.leave()

    def leave(self) -> None:
        """Says that the owner goes, if she was there."""
        if self._is_watching:
            self.stop()
            self.leaving.emit()


def system_ears(say: Say) -> tuple[Ear, ...]:
    """Return what this system offers to hear with."""
    ears: tuple[Ear, ...] = ()
    if sys.platform == "win32":
        ears = (WindowsEar(say),)
    elif sys.platform != "darwin":
        ears = (DBusEar(say),)
    return ears


class DBusEar:
    """Hears logind, UPower and the screen savers of the desktops, when the buses are there.

    No sender is asked for by name: looking one up would make the window wait for the bus, and
    the worst that a liar obtains is a locked laptop.

    Qt's thread for the buses calls whatever listens to one, last of all when the bus hangs up. So a
    listener is destroyed when the ear closes, by the thread that closes it: left to the garbage
    collection, it was half destroyed while that thread still had to do with it.
    """

    def __init__(self, say: Say, buses: Buses | None = None) -> None:
        self._say = say
        self._buses = buses or _system_and_session
        self._open: list[tuple[QDBusConnection, _Signal]] = []
        self._listener: _Listener | None = None

    @property
    def listener(self) -> QObject | None:
        """What the buses call, while the ear is open."""
        return self._listener

    def open(self) -> None:
        if self._listener is not None:
            return
        listener = self._listener = _Listener()
        # Later, and not inside the call of the bus: whoever hears it closes this ear.
        listener.heard.connect(self._say, Qt.ConnectionType.QueuedConnection)
        for bus in self._buses():
            for signal in _SIGNALS if bus.isConnected() else ():
                path, interface, name, types, slot = signal
                if bus.connect("", path, interface, name, types, listener, SLOT(slot)):  # type: ignore[call-overload]  # a str it is, whatever the stub says
                    self._open.append((bus, signal))

    def close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is None:
            return
        while self._open:
            bus, (path, interface, name, types, slot) = self._open.pop()
            bus.disconnect("", path, interface, name, types, listener, SLOT(slot))  # type: ignore[call-overload]  # same
        shiboken6.delete(listener)


class _Listener(QObject):
    """Receives what the buses say."""

    heard = Signal()

    @Slot()
    def locked(self) -> None:
        """A session of this laptop was locked."""
        self.heard.emit()

    @Slot(bool)
    def began(self, is_beginning: bool) -> None:
        """Sleep or a screen saver begins, or has ended."""
        if is_beginning:
            self.heard.emit()

    @Slot(str, "QVariantMap", "QStringList")
    def changed(self, interface: str, values: dict[str, object], others: list[str]) -> None:
        """A property of UPower changed."""
        if values.get("LidIsClosed") is True:
            self.heard.emit()


_LOGIND = "org.freedesktop.login1"
_Signal = tuple[str, str, str, str, str]
"""Path (any, if empty), interface, name, types, slot. Qt aborts on types it did not expect."""
_SIGNALS: tuple[_Signal, ...] = (
    ("/org/freedesktop/login1", f"{_LOGIND}.Manager", "PrepareForSleep", "b", "began(bool)"),
    ("", f"{_LOGIND}.Session", "Lock", "", "locked()"),
    ("", "org.freedesktop.ScreenSaver", "ActiveChanged", "b", "began(bool)"),
    ("", "org.gnome.ScreenSaver", "ActiveChanged", "b", "began(bool)"),
    (
        "/org/freedesktop/UPower",
        "org.freedesktop.DBus.Properties",
        "PropertiesChanged",
        "sa{sv}as",
        "changed(QString,QVariantMap,QStringList)",
    ),
)


def _system_and_session() -> "tuple[QDBusConnection, ...]":
    from PySide6.QtDBus import QDBusConnection  # 5 ms, and only here

    return QDBusConnection.systemBus(), QDBusConnection.sessionBus()


def says_leaving(message: int, parameter: int) -> bool:
    """Tell whether a message of Windows announces sleep, a lock or another user."""
    if message == _WM_POWERBROADCAST:
        return parameter == _PBT_APMSUSPEND
    return message == _WM_WTSSESSION_CHANGE and parameter in _WTS_LEAVING


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication
    from PySide6.QtGui import QWindow

    class WindowsEar(QAbstractNativeEventFilter):
        """Hears what Windows sends to a window of ours that is never shown."""

        def __init__(self, say: Say) -> None:
            super().__init__()
            self._say = say
            self._window: QWindow | None = None

        def open(self) -> None:
            app = QCoreApplication.instance()
            if app is None or self._window is not None:
                return
            self._window = QWindow()
            self._window.create()
            ctypes.windll.wtsapi32.WTSRegisterSessionNotification(
                wintypes.HWND(self._window.winId()), wintypes.DWORD(0)
            )
            app.installNativeEventFilter(self)

        def close(self) -> None:
            app = QCoreApplication.instance()
            if app is None or self._window is None:
                return
            app.removeNativeEventFilter(self)
            ctypes.windll.wtsapi32.WTSUnRegisterSessionNotification(
                wintypes.HWND(self._window.winId())
            )
            self._window.destroy()
            self._window = None

        def nativeEventFilter(
            self, kind: QByteArray | bytes | bytearray | memoryview, message: int
        ) -> object:
            if kind == b"windows_generic_MSG":
                said = wintypes.MSG.from_address(int(message))
                if says_leaving(said.message, said.wParam):
                    self._say()
            return False, 0  # everybody else hears it too
