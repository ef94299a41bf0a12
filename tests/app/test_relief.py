"""What takes over at the lock, seen from the program that locks; the real processes: scenarios."""

import io
import os
import sys
import threading
import weakref
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.relief import ARGUMENT, Fate, Order, ProcessRelief, Watch, waiting_command
from desktop.config.preferences import Appearance, Preferences
from desktop.ui.cover import cover

_ANSWERS = """
import sys
for line in sys.stdin:
    print("shown", flush=True)
"""
ORDER = Order((10, 20, 900, 600), fills=False, preferences=Preferences())


def test_an_order_is_heard_as_it_was_told() -> None:
    preferences = Preferences(Appearance.DARK, 150, lock_after_min=2, starts_discreet=True)
    order = Order((-5, 0, 1366, 768), fills=True, preferences=preferences)
    assert Order.read(order.line().decode("ascii").partition(" ")[2]) == order
    order = replace(order, is_withdrawn=True)
    word, _, told = order.line().decode("ascii").partition(" ")
    assert word == "show"
    assert Order.read(told) == order


def test_what_a_coffre_of_before_an_upgrade_tells_is_heard() -> None:
    told = '{"unsent": 2, "refusal": "", "vault": "0a"}'
    assert Fate.read(told) == Fate(unsent=2, vault="0a")


def test_the_command_says_a_folder_and_nothing_else(tmp_path: Path) -> None:
    assert waiting_command(None)[1:] == ["-m", "desktop", ARGUMENT]
    assert waiting_command(tmp_path)[-2:] == ["--home", str(tmp_path)]


def test_this_process_ends_once_the_vault_is_closed_and_the_lock_in_sight(qtbot: QtBot) -> None:
    ends: list[str] = []
    seen: list[str] = []
    relief = ProcessRelief([sys.executable, "-c", _ANSWERS], lambda: ends.append("ended"))
    relief.prepare()
    relief.take_over(ORDER, lambda: seen.append("in sight"))
    qtbot.waitUntil(lambda: bool(seen))
    assert ends == []
    relief.leave([])
    assert ends == ["ended"]
    relief.dismiss()
    qtbot.waitUntil(lambda: not relief.is_prepared)


def test_a_lock_that_nobody_can_show_ends_the_process_all_the_same(
    qtbot: QtBot, tmp_path: Path
) -> None:
    ends: list[str] = []
    relief = ProcessRelief([str(tmp_path / "no-such-program")], lambda: ends.append("ended"))
    relief.prepare()
    relief.take_over(ORDER, lambda: None)
    relief.leave([b"sealed"])
    assert ends == ["ended"]


def test_a_withdrawal_that_nobody_can_show_leaves_the_page_to_this_process(
    qtbot: QtBot, tmp_path: Path
) -> None:
    ends: list[str] = []
    relief = ProcessRelief([str(tmp_path / "no-such-program")], lambda: ends.append("ended"))
    assert not relief.take_over(replace(ORDER, is_withdrawn=True), lambda: None)
    assert ends == []


def test_whoever_waits_hears_the_order_then_the_sealed_words_then_the_end(qtbot: QtBot) -> None:
    told = io.BytesIO(ORDER.line() + b"sealed c2VhbGVk\n")
    answers = io.BytesIO()
    watch = Watch(told, answers)
    heard: list[object] = []
    watch.ordered.connect(heard.append)
    watch.sealed.connect(heard.append)
    with qtbot.waitSignal(watch.relieved):
        watch.begin()
    assert heard == [ORDER, b"sealed"]
    watch.wait_until_gone()
    watch.tell_shown()
    assert answers.getvalue() == b"shown\n"


def test_what_listens_is_never_destroyed_by_the_thread_that_listened(qtbot: QtBot) -> None:
    told, told_by = os.pipe()
    before = set(threading.enumerate())
    destroyed: list[str] = []
    with os.fdopen(told, "rb") as pipe:
        watch = Watch(pipe, io.BytesIO())
        known = weakref.ref(watch, lambda _: destroyed.append(threading.current_thread().name))
        watch.begin()
        [listening] = set(threading.enumerate()) - before
        del watch
        os.close(told_by)
        listening.join(10)
    assert destroyed == []
    assert known() is not None


@pytest.mark.parametrize("told", [b"", b"nonsense\n"])
def test_an_end_without_an_order_is_no_lock(qtbot: QtBot, told: bytes) -> None:
    watch = Watch(io.BytesIO(told), io.BytesIO())
    with qtbot.waitSignal(watch.dismissed):
        watch.begin()


def test_a_covered_window_shows_nothing_and_takes_no_key(qtbot: QtBot) -> None:
    window, other = QWidget(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(other)
    label = QLabel("Nadia Benali", window)
    window.setGeometry(QRect(0, 0, 300, 200))
    window.show()
    other.show()
    before = window.grab().toImage()
    cover(window)
    after = window.grab().toImage()
    assert before != after
    colours = {after.pixel(x, y) for x in range(0, 300, 3) for y in range(0, 200, 3)}
    assert len(colours) == 1
    assert not window.isEnabled()
    assert not other.isVisible()
    assert label.text()
