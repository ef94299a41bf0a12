"""A laptop that nobody touches locks itself, however it spent the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.idle import IdleWatch, Stillness
from desktop.ui.kit import TextField
from desktop.ui.window_hygiene import ClipboardGuard, discreet


@dataclass
class Clocks:
    """A steady clock and a wall clock, turned by hand."""

    steady: float = 1000.0
    wall: float = 5_000_000.0

    def pass_(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def stillness(clocks: Clocks) -> Stillness:
    return Stillness(300, lambda: clocks.steady, lambda: clocks.wall)


def test_five_minutes_without_a_key_are_too_long(clocks: Clocks, stillness: Stillness) -> None:
    clocks.pass_(299)
    assert not stillness.is_over
    clocks.pass_(1)
    assert stillness.is_over


def test_a_key_starts_the_wait_again(clocks: Clocks, stillness: Stillness) -> None:
    clocks.pass_(299)
    stillness.touch()
    clocks.pass_(299)
    assert not stillness.is_over
    assert stillness.left_s == 1


def test_a_laptop_that_slept_wakes_up_locked(clocks: Clocks, stillness: Stillness) -> None:
    clocks.wall += 3600
    assert stillness.is_over


def test_a_clock_set_back_does_not_keep_the_laptop_open(
    clocks: Clocks, stillness: Stillness
) -> None:
    clocks.pass_(100)
    clocks.wall -= 86_400
    clocks.pass_(200)
    assert stillness.is_over


class Room:
    """A window with a field, watched."""

    def __init__(self, watch: IdleWatch, clocks: Clocks) -> None:
        self.watch = watch
        self.clocks = clocks
        self.window = QWidget()
        self.field = QLineEdit()
        QVBoxLayout(self.window).addWidget(self.field)
        self.idles: list[int] = []
        watch.idle.connect(lambda: self.idles.append(1))


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication, clocks: Clocks, stillness: Stillness) -> Iterator[Room]:
    room = Room(IdleWatch(qapp, stillness), clocks)
    qtbot.addWidget(room.window)
    room.window.show()
    qtbot.waitExposed(room.window)
    room.watch.start()
    yield room
    room.watch.stop()


def _type(widget: QWidget) -> None:
    handle = widget.window().windowHandle()
    assert handle is not None
    QTest.keyClick(handle, Qt.Key.Key_A)


def test_typing_keeps_the_laptop_open(room: Room) -> None:
    for _ in range(3):
        room.clocks.pass_(200)
        _type(room.field)
        room.watch.look()
    assert room.idles == []


def test_moving_the_mouse_keeps_the_laptop_open(room: Room) -> None:
    handle = room.window.windowHandle()
    assert handle is not None
    room.clocks.pass_(200)
    QTest.mouseMove(handle, QPoint(5, 5))
    room.clocks.pass_(200)
    room.watch.look()
    assert room.idles == []


def test_typing_in_a_dialog_keeps_the_laptop_open(room: Room, qtbot: QtBot) -> None:
    dialog = QDialog(room.window)
    field = QLineEdit(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    handle = dialog.windowHandle()
    assert handle is not None
    handle.requestActivate()
    qtbot.waitUntil(lambda: QGuiApplication.focusWindow() is handle)
    field.setFocus()
    room.clocks.pass_(200)
    _type(field)
    room.clocks.pass_(200)
    room.watch.look()
    assert room.idles == []


def test_silence_locks_once(room: Room) -> None:
    room.clocks.pass_(301)
    room.watch.look()
    room.watch.look()
    assert not room.watch.is_watching
    assert room.idles == [1]


def test_the_first_key_after_a_night_opens_nothing(room: Room) -> None:
    room.field.setFocus()
    room.clocks.wall += 8 * 3600
    _type(room.field)
    assert room.idles == [1]
    assert room.field.text() == ""


def test_a_shorter_delay_is_taken_at_once(room: Room) -> None:
    room.clocks.pass_(90)
    room.watch.set_delay(1)
    assert room.idles == [1]


def test_the_lock_really_comes_by_itself(
    qtbot: QtBot, qapp: QApplication, clocks: Clocks, stillness: Stillness
) -> None:
    watch = IdleWatch(qapp, stillness)
    stillness.delay_s = 0.05
    watch.start()
    clocks.pass_(1)
    with qtbot.waitSignal(watch.idle):
        pass


def test_a_locked_laptop_is_not_watched(room: Room) -> None:
    room.watch.stop()
    room.clocks.pass_(1000)
    _type(room.field)
    assert room.idles == []


def test_a_copy_asks_histories_to_look_away() -> None:
    windows = discreet("compte rendu", "win32")
    assert windows.text() == "compte rendu"
    for name in ("CanIncludeInClipboardHistory", "CanUploadToCloudClipboard"):
        data = windows.data(f'application/x-qt-windows-mime;value="{name}"')
        assert bytes(data.data()) == bytes(4)
    linux = discreet("compte rendu", "linux")
    assert bytes(linux.data("x-kde-passwordManagerHint").data()) == b"secret"
    assert discreet("x", "darwin").hasFormat("application/x-nspasteboard-concealed-type")


def test_locking_clears_what_was_copied_here(qapp: QApplication) -> None:
    guard = ClipboardGuard(qapp.clipboard())
    guard.copy("compte rendu")
    assert qapp.clipboard().text() == "compte rendu"
    guard.forget()
    assert qapp.clipboard().text() == ""


def test_locking_leaves_what_another_program_copied(qapp: QApplication) -> None:
    guard = ClipboardGuard(qapp.clipboard())
    guard.copy("compte rendu")
    qapp.clipboard().setText("d’un autre logiciel")
    if not qapp.clipboard().ownsClipboard():
        guard.forget()
        assert qapp.clipboard().text() == "d’un autre logiciel"


def test_a_copy_lasts_half_a_minute_at_most(qtbot: QtBot, qapp: QApplication) -> None:
    guard = ClipboardGuard(qapp.clipboard(), clear_after_s=0.02)
    guard.copy("compte rendu")
    qtbot.waitUntil(lambda: qapp.clipboard().text() == "")


def test_half_a_minute_is_thirty_seconds_from_the_last_copy(qapp: QApplication) -> None:
    guard = ClipboardGuard(qapp.clipboard())
    guard.copy("compte rendu")
    assert guard._timer.isActive()
    assert guard._timer.isSingleShot()
    assert guard._timer.interval() == 30_000
    guard._timer.timeout.emit()  # thirty seconds have passed
    assert qapp.clipboard().text() == ""
    assert not guard._timer.isActive()


@pytest.fixture
def field(qtbot: QtBot) -> TextField:
    field = TextField(value="Il dort mieux.\nDepuis une semaine.")
    qtbot.addWidget(field)
    field.selectAll()
    return field


def test_what_is_copied_from_a_note_asks_histories_to_look_away(
    qapp: QApplication, field: TextField
) -> None:
    field.copy()

    copied = qapp.clipboard().mimeData()
    assert copied.text() == "Il dort mieux.\nDepuis une semaine."
    assert not copied.hasHtml()
    marks = set(discreet("").formats()) - {"text/plain"}
    assert marks <= set(copied.formats())


def test_what_is_copied_from_a_note_leaves_with_the_lock(
    qapp: QApplication, field: TextField
) -> None:
    guard = ClipboardGuard(qapp.clipboard())
    field.copy()
    guard.forget()
    assert qapp.clipboard().text() == ""


def test_what_is_cut_from_a_note_leaves_after_its_time(
    qapp: QApplication, field: TextField, qtbot: QtBot
) -> None:
    guard = ClipboardGuard(qapp.clipboard(), clear_after_s=0.02)
    field.cut()
    assert qapp.clipboard().text() != ""
    qtbot.waitUntil(lambda: qapp.clipboard().text() == "")
    guard.deleteLater()


def test_what_another_program_copies_after_a_note_stays(
    qapp: QApplication, field: TextField, qtbot: QtBot
) -> None:
    guard = ClipboardGuard(qapp.clipboard(), clear_after_s=0.02)
    field.copy()
    qapp.clipboard().setText("une recette")
    qtbot.wait(60)
    guard.forget()
    assert qapp.clipboard().text() == "une recette"
