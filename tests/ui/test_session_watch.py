"""When its owner goes, the laptop hears it one way or another."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from desktop.ui.session_watch import (
    DBusEar,
    SessionWatch,
    SleepClocks,
    says_leaving,
    system_ears,
)

LOGIND = "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep"
SESSION = "/org/freedesktop/login1/session/_32", "org.freedesktop.login1.Session", "Lock"
GNOME = "/org/gnome/ScreenSaver", "org.gnome.ScreenSaver", "ActiveChanged"
KDE = "/ScreenSaver", "org.freedesktop.ScreenSaver", "ActiveChanged"
UPOWER = "/org/freedesktop/UPower", "org.freedesktop.DBus.Properties", "PropertiesChanged"


@dataclass
class Clocks:
    """A steady clock and a wall clock, turned by hand."""

    steady: float = 1000.0
    wall: float = 5_000_000.0

    def work(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds

    def sleep(self, seconds: float) -> None:
        self.wall += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def watch(qtbot: QtBot, clocks: Clocks) -> Iterator[SessionWatch]:
    sleep = SleepClocks(lambda: clocks.steady, lambda: clocks.wall)
    watch = SessionWatch(sleep, lambda say: (), look_every_ms=5)
    watch.start()
    yield watch
    watch.stop()


def test_a_laptop_that_slept_is_noticed_by_itself(
    qtbot: QtBot, watch: SessionWatch, clocks: Clocks
) -> None:
    with qtbot.waitSignal(watch.leaving):
        clocks.sleep(3600)
    assert not watch.is_watching


def test_a_morning_of_work_is_not_a_departure(
    qtbot: QtBot, watch: SessionWatch, clocks: Clocks
) -> None:
    with qtbot.assertNotEmitted(watch.leaving, wait=50):
        for _ in range(3):
            clocks.work(3600)
            watch.look()


def test_a_clock_corrected_by_some_seconds_or_set_back_is_not_a_departure(
    qtbot: QtBot, watch: SessionWatch, clocks: Clocks
) -> None:
    with qtbot.assertNotEmitted(watch.leaving):
        clocks.sleep(9)
        watch.look()
        clocks.sleep(-86_400)
        watch.look()


def test_one_departure_is_said_once(watch: SessionWatch) -> None:
    said: list[None] = []
    watch.leaving.connect(lambda: said.append(None))
    watch.leave()
    watch.leave()
    assert len(said) == 1


def test_a_locked_laptop_is_not_watched(qtbot: QtBot, watch: SessionWatch, clocks: Clocks) -> None:
    watch.stop()
    with qtbot.assertNotEmitted(watch.leaving, wait=30):
        clocks.sleep(3600)


def test_a_night_spent_locked_does_not_lock_the_morning(
    qtbot: QtBot, watch: SessionWatch, clocks: Clocks
) -> None:
    watch.stop()
    clocks.sleep(8 * 3600)
    watch.start()
    with qtbot.assertNotEmitted(watch.leaving, wait=30):
        watch.look()


def test_the_ears_of_this_system_open_and_close_whatever_it_offers(qtbot: QtBot) -> None:
    watch = SessionWatch(ears=system_ears)
    for _ in range(2):
        watch.start()
        assert watch.is_watching
        watch.stop()


@pytest.mark.parametrize(
    ("message", "parameter", "is_leaving"),
    [
        (0x0218, 0x0004, True),  # going to sleep
        (0x0218, 0x0007, False),  # awake again
        (0x02B1, 0x0007, True),  # locked
        (0x02B1, 0x0008, False),  # unlocked
        (0x02B1, 0x0002, True),  # another user
        (0x0100, 0x0007, False),  # a key
    ],
)
def test_windows_says_it_in_numbers(message: int, parameter: int, is_leaving: bool) -> None:
    assert says_leaving(message, parameter) is is_leaving


class Bus:
    """A bus of our own, on which tests speak as the system does."""

    def __init__(self, address: str) -> None:
        from PySide6.QtDBus import QDBusConnection

        self.heard_by = QDBusConnection.connectToBus(address, "coffre-hears")
        self._speaker = QDBusConnection.connectToBus(address, "coffre-speaks")
        assert self.heard_by.isConnected()
        assert self._speaker.isConnected()

    def say(self, signal: tuple[str, str, str], *values: object) -> None:
        """Send a signal."""
        from PySide6.QtDBus import QDBusMessage

        message = QDBusMessage.createSignal(*signal)
        message.setArguments(list(values))
        assert self._speaker.send(message)

    def settle(self) -> None:
        """Wait until the bus knows what we listen to: it answers in the order it is asked."""
        assert self.heard_by.interface().isServiceRegistered("org.freedesktop.DBus").value()

    def close(self) -> None:
        """Hang up."""
        from PySide6.QtDBus import QDBusConnection

        for name in ("coffre-hears", "coffre-speaks"):
            QDBusConnection.disconnectFromBus(name)


@pytest.fixture(scope="module")
def bus_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("no D-Bus on this machine")
    socket = tmp_path_factory.mktemp("bus") / "socket"
    process = subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address", f"--address=unix:path={socket}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait(timeout=10)
    process.stdout.close()


@pytest.fixture
def bus(qtbot: QtBot, bus_address: str) -> Iterator[Bus]:
    bus = Bus(bus_address)
    yield bus
    bus.close()


@pytest.fixture
def listening(bus: Bus) -> Iterator[SessionWatch]:
    watch = SessionWatch(ears=lambda say: (DBusEar(say, lambda: (bus.heard_by,)),))
    watch.start()
    bus.settle()
    yield watch
    watch.stop()


@pytest.mark.parametrize(
    ("signal", "values"),
    [
        (LOGIND, (True,)),
        (SESSION, ()),
        (GNOME, (True,)),
        (KDE, (True,)),
        (UPOWER, ("org.freedesktop.UPower", {"LidIsClosed": True}, ["OnBattery"])),
    ],
)
def test_what_linux_says_on_its_bus_is_heard(
    qtbot: QtBot,
    bus: Bus,
    listening: SessionWatch,
    signal: tuple[str, str, str],
    values: tuple[object, ...],
) -> None:
    with qtbot.waitSignal(listening.leaving):
        bus.say(signal, *values)


@pytest.mark.parametrize(
    ("signal", "values"),
    [
        (LOGIND, (False,)),
        (GNOME, (False,)),
        (UPOWER, ("org.freedesktop.UPower", {"LidIsClosed": False}, ["OnBattery"])),
        (UPOWER, ("org.freedesktop.UPower", {"OnBattery": True}, ["LidIsClosed"])),
        (UPOWER, ("a liar", {"LidIsClosed": True}, [7])),
        (LOGIND, ("a liar",)),
    ],
)
def test_waking_up_or_unplugging_is_not_a_departure(
    qtbot: QtBot,
    bus: Bus,
    listening: SessionWatch,
    signal: tuple[str, str, str],
    values: tuple[object, ...],
) -> None:
    said: list[None] = []
    listening.leaving.connect(lambda: said.append(None))
    bus.say(signal, *values)
    # Signals come in order: once the second has been heard, the first was heard and let pass.
    with qtbot.waitSignal(listening.leaving):
        bus.say(SESSION)
    assert len(said) == 1


def test_a_locked_laptop_no_longer_listens_to_the_bus(
    qtbot: QtBot, bus: Bus, listening: SessionWatch
) -> None:
    other = SessionWatch(ears=lambda say: (DBusEar(say, lambda: (bus.heard_by,)),))
    other.start()
    listening.stop()
    bus.settle()
    with qtbot.assertNotEmitted(listening.leaving), qtbot.waitSignal(other.leaving):
        bus.say(LOGIND, True)


def test_nothing_listens_to_a_bus_once_the_ear_is_closed_whatever_still_refers_to_it(
    qtbot: QtBot, bus: Bus
) -> None:
    ear = DBusEar(lambda: None, lambda: (bus.heard_by,))
    gone_on: list[int] = []
    for times in (1, 2):
        ear.open()
        listener = ear.listener
        assert listener is not None
        listener.destroyed.connect(lambda: gone_on.append(threading.get_ident()))
        ear.close()
        assert ear.listener is None
        assert not shiboken6.isValid(listener)
        assert gone_on == [threading.get_ident()] * times
    ear.close()


def test_without_a_bus_the_clocks_still_watch(qtbot: QtBot, clocks: Clocks, tmp_path: Path) -> None:
    from PySide6.QtDBus import QDBusConnection

    nobody = QDBusConnection.connectToBus(f"unix:path={tmp_path / 'nobody'}", "coffre-nobody")
    watch = SessionWatch(
        SleepClocks(lambda: clocks.steady, lambda: clocks.wall),
        lambda say: (DBusEar(say, lambda: (nobody,)),),
        look_every_ms=5,
    )
    watch.start()
    with qtbot.waitSignal(watch.leaving):
        clocks.sleep(60)
    QDBusConnection.disconnectFromBus("coffre-nobody")
