"""Slow work leaves the window free, and answers exactly once, on the window's thread."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from desktop.ui.background import (
    Background,
    BackgroundClosed,
    Lane,
    ThreadedBackground,
    WorkStopped,
    WrongThread,
)
from tests.support.inline_background import InlineBackground


class Answers:
    """What came back, in order, and on which thread."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.failed: list[Exception] = []
        self.threads: set[int] = set()

    def on_done(self, value: object) -> None:
        self.threads.add(threading.get_ident())
        self.done.append(value)

    def on_failed(self, failure: Exception) -> None:
        self.threads.add(threading.get_ident())
        self.failed.append(failure)

    def __len__(self) -> int:
        return len(self.done) + len(self.failed)


class Bench:
    """A background under test, and how to let its answers arrive."""

    def __init__(self, background: Background, arrive: Callable[[], None]) -> None:
        self.background = background
        self.arrive = arrive


@pytest.fixture(params=["threads", "inline"])
def bench(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[Bench]:
    if request.param == "inline":
        inline = InlineBackground(held=True)
        yield Bench(inline, inline.release)
        return
    threads = ThreadedBackground()

    def arrive() -> None:
        marks: list[object] = []
        for lane in Lane:
            threads.run(lane, lambda: None, marks.append, marks.append)
        qtbot.waitUntil(lambda: len(marks) == len(Lane))

    yield Bench(threads, arrive)
    threads.close(drain=False)


@pytest.fixture
def threads(qtbot: QtBot) -> Iterator[ThreadedBackground]:
    background = ThreadedBackground()
    yield background
    background.close(drain=False)


def test_work_answers_once_with_what_it_returned(bench: Bench) -> None:
    answers = Answers()
    bench.background.run(Lane.STORE, lambda: 42, answers.on_done, answers.on_failed)
    bench.arrive()
    assert (answers.done, answers.failed) == ([42], [])


def test_an_exception_becomes_a_value_for_the_other_callback(bench: Bench) -> None:
    answers = Answers()
    bench.background.run(Lane.NETWORK, lambda: 1 / 0, answers.on_done, answers.on_failed)
    bench.arrive()
    assert answers.done == []
    assert [type(failure) for failure in answers.failed] == [ZeroDivisionError]


def test_work_that_tries_to_leave_the_interpreter_still_answers(bench: Bench) -> None:
    answers = Answers()

    def leave() -> None:
        raise SystemExit(3)

    bench.background.run(Lane.STORE, leave, answers.on_done, answers.on_failed)
    bench.background.run(Lane.STORE, lambda: "next", answers.on_done, answers.on_failed)
    bench.arrive()
    assert [type(failure) for failure in answers.failed] == [WorkStopped]
    assert answers.done == ["next"]


def test_a_lane_keeps_the_order_it_was_asked_in(bench: Bench) -> None:
    answers = Answers()
    for number in range(20):
        bench.background.run(Lane.STORE, partial(int, number), answers.on_done, answers.on_failed)
    bench.arrive()
    assert answers.done == list(range(20))


def test_callbacks_come_on_the_windows_thread(bench: Bench) -> None:
    answers = Answers()
    for lane in Lane:
        bench.background.run(lane, lambda: None, answers.on_done, answers.on_failed)
    bench.arrive()
    assert answers.threads == {threading.get_ident()}


def test_a_cancelled_save_is_done_but_tells_nobody(bench: Bench) -> None:
    answers, saved = Answers(), []
    handle = bench.background.run(
        Lane.STORE, lambda: saved.append("draft"), answers.on_done, answers.on_failed
    )
    handle.cancel()
    bench.arrive()
    assert saved == ["draft"]
    assert len(answers) == 0


def test_a_screen_that_qt_has_destroyed_is_not_called(bench: Bench) -> None:
    class Screen(QObject):
        def show(self, value: object) -> None:
            called.append(value)

    called: list[object] = []
    screen = Screen()
    bench.background.run(Lane.STORE, lambda: 1, screen.show, screen.show)
    shiboken6.delete(screen)
    bench.arrive()
    assert called == []


def test_work_asked_after_closing_fails_as_closed(bench: Bench, qtbot: QtBot) -> None:
    answers = Answers()
    bench.background.close()  # type: ignore[attr-defined]  # both have it, callers do not need it
    bench.background.run(Lane.STORE, lambda: 1, answers.on_done, answers.on_failed)
    qtbot.waitUntil(lambda: len(answers) == 1)
    assert [type(failure) for failure in answers.failed] == [BackgroundClosed]


def test_an_abandoned_search_that_has_not_begun_is_spared(threads: ThreadedBackground) -> None:
    answers, gate, searched = Answers(), threading.Event(), []
    threads.run(Lane.STORE, gate.wait, answers.on_done, answers.on_failed)
    handle = threads.run(
        Lane.STORE, lambda: searched.append("dup"), answers.on_done, answers.on_failed
    )
    handle.abandon()
    gate.set()
    threads.close(drain=True)
    assert searched == []
    assert answers.done == [True]


def test_the_two_lanes_do_not_wait_for_each_other(
    threads: ThreadedBackground, qtbot: QtBot
) -> None:
    answers, gate = Answers(), threading.Event()
    threads.run(Lane.NETWORK, gate.wait, answers.on_done, answers.on_failed)
    threads.run(Lane.STORE, lambda: "saved", answers.on_done, answers.on_failed)
    qtbot.waitUntil(lambda: answers.done == ["saved"])
    gate.set()
    qtbot.waitUntil(lambda: answers.done == ["saved", True])


def test_the_store_lane_is_always_the_same_thread(threads: ThreadedBackground) -> None:
    answers = Answers()
    for _ in range(5):
        threads.run(Lane.STORE, threading.get_ident, answers.on_done, answers.on_failed)
    threads.close(drain=True)
    assert len(set(answers.done)) == 1
    assert answers.done[0] != threading.get_ident()


def test_a_callback_never_runs_inside_the_call_that_asked(threads: ThreadedBackground) -> None:
    answers = Answers()
    threads.run(Lane.STORE, lambda: 1, answers.on_done, answers.on_failed)
    time.sleep(0.05)  # long enough for the work; only the event loop may deliver
    assert len(answers) == 0


def test_the_network_lane_borrows_the_store_and_waits_for_it(
    threads: ThreadedBackground, qtbot: QtBot
) -> None:
    answers, store_thread = Answers(), Answers()
    threads.run(Lane.STORE, threading.get_ident, store_thread.on_done, store_thread.on_failed)

    seen: list[tuple[int, int]] = []

    def sync() -> None:
        seen.append((threading.get_ident(), threads.run_in_store(threading.get_ident)))

    threads.run(Lane.NETWORK, sync, answers.on_done, answers.on_failed)
    qtbot.waitUntil(lambda: len(answers) == 1 and len(store_thread) == 1)
    assert [store for _, store in seen] == store_thread.done
    assert [network for network, _ in seen] != store_thread.done


def test_a_failure_in_the_borrowed_store_reaches_the_network_lane(
    threads: ThreadedBackground, qtbot: QtBot
) -> None:
    answers = Answers()

    def sync() -> str:
        try:
            threads.run_in_store(lambda: int("missing"))
        except ValueError:
            return "told"
        return "not told"

    threads.run(Lane.NETWORK, sync, answers.on_done, answers.on_failed)
    qtbot.waitUntil(lambda: answers.done == ["told"])


def test_the_window_may_never_wait_for_the_store(threads: ThreadedBackground) -> None:
    with pytest.raises(WrongThread):
        threads.run_in_store(lambda: 1)


def test_the_store_lane_may_borrow_itself(threads: ThreadedBackground, qtbot: QtBot) -> None:
    answers = Answers()
    threads.run(
        Lane.STORE, lambda: threads.run_in_store(lambda: 7), answers.on_done, answers.on_failed
    )
    qtbot.waitUntil(lambda: answers.done == [7])


def test_closing_does_and_delivers_what_was_asked(threads: ThreadedBackground) -> None:
    answers = Answers()
    for number in range(10):
        threads.run(Lane.STORE, partial(int, number), answers.on_done, answers.on_failed)
    threads.run(
        Lane.NETWORK,
        lambda: threads.run_in_store(lambda: "last"),
        answers.on_done,
        answers.on_failed,
    )
    assert threads.close(drain=True)
    assert set(answers.done) == {*range(10), "last"}


def test_closing_in_a_hurry_leaves_the_rest_undone_and_unsaid(
    threads: ThreadedBackground, qtbot: QtBot
) -> None:
    answers, begun, gate, done = Answers(), threading.Event(), threading.Event(), []

    def first() -> None:
        begun.set()
        gate.wait()
        done.append("first")

    threads.run(Lane.STORE, first, answers.on_done, answers.on_failed)
    threads.run(Lane.STORE, lambda: done.append("second"), answers.on_done, answers.on_failed)
    begun.wait()
    threading.Timer(0.05, gate.set).start()
    assert threads.close(drain=False)
    qtbot.wait(20)
    assert done == ["first"]
    assert len(answers) == 0


def test_a_request_that_never_ends_does_not_keep_the_window_open(
    threads: ThreadedBackground,
) -> None:
    answers, begun, gate = Answers(), threading.Event(), threading.Event()

    def request() -> None:
        begun.set()
        gate.wait()

    threads.run(Lane.NETWORK, request, answers.on_done, answers.on_failed)
    begun.wait()
    assert threads.close(drain=True, timeout_s=0.05) is False
    gate.set()


def test_a_keyring_that_hangs_is_left_behind_and_tells_nobody(
    threads: ThreadedBackground, qtbot: QtBot
) -> None:
    answers, begun, gate = Answers(), threading.Event(), threading.Event()
    told: list[int] = []
    threads._finished.connect(told.append, Qt.ConnectionType.DirectConnection)

    def ask() -> None:
        begun.set()
        gate.wait()

    threads.run(Lane.KEYRING, ask, answers.on_done, answers.on_failed)
    begun.wait()
    assert threads.close(drain=True, timeout_s=0.05) is False
    gate.set()
    threads._lanes[Lane.KEYRING]._thread.join(10)
    assert told == []
    assert len(answers) == 0


def test_a_keyring_that_answers_is_waited_for(threads: ThreadedBackground) -> None:
    answers = Answers()
    threads.run(Lane.KEYRING, lambda: "let go", answers.on_done, answers.on_failed)
    assert threads.close(drain=True)
    assert answers.done == ["let go"]
    assert not threads._lanes[Lane.KEYRING]._thread.is_alive()


def test_a_held_inline_background_shows_a_screen_that_waits() -> None:
    inline, answers = InlineBackground(), Answers()
    inline.run(Lane.STORE, lambda: "at once", answers.on_done, answers.on_failed)
    inline.hold()
    inline.run(Lane.NETWORK, lambda: "later", answers.on_done, answers.on_failed)
    assert answers.done == ["at once"]
    inline.release()
    assert answers.done == ["at once", "later"]
    assert inline.asked == [Lane.STORE, Lane.NETWORK]


def test_a_lane_never_holds_the_last_reference_to_a_screen(
    threads: ThreadedBackground, qtbot: QtBot
) -> None:
    deleted_on: list[int] = []

    class Screen:
        def show(self, value: object) -> None:
            answers.append(value)

        def __del__(self) -> None:
            deleted_on.append(threading.get_ident())

    answers: list[object] = []
    for _ in range(50):
        screen = Screen()
        threads.run(Lane.STORE, partial(isinstance, screen, Screen), screen.show, screen.show)
        del screen
    qtbot.waitUntil(lambda: len(answers) == 50 and len(deleted_on) == 50)
    assert set(deleted_on) == {threading.get_ident()}
