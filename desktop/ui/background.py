"""Lanes for slow work, so that the window's thread only ever draws and listens.

The store lane owns the connection to the encrypted file; the network lane talks with the office; a
third one copies the store, beside it; a fourth asks the system's keyring. A callable goes in, and
exactly one of two callbacks comes out, on the window's thread. Nothing below `ui` starts a thread.
"""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import StrEnum
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot

T = TypeVar("T")

_TURN_S = 0.001
"""How long a lane keeps the interpreter while the window waits for it: the usual 5 ms, several
times in a frame, would be seen."""


_KEYRING_TIMEOUT_S = 2.0


class Lane(StrEnum):
    """Where a piece of work is done. Within a lane, work is done in the order it was asked."""

    STORE = "store"
    NETWORK = "network"
    COPY = "copy"
    """Reads the store through a connection of its own, for minutes, while the others work."""
    KEYRING = "keyring"
    """Asks the system's keyring, which may ask somebody and take a minute."""


class BackgroundClosed(Exception):
    """The application is closing: the work was not done."""


class WrongThread(Exception):
    """Somebody asked the window's thread to wait for the store."""


class WorkStopped(Exception):
    """The work tried to end the interpreter instead of raising or returning."""


class Handle:
    """What `run` gives back: a way to stop caring."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._abandoned = threading.Event()

    def cancel(self) -> None:
        """From now on no callback is called. The work itself is still done: a save must be."""
        self._cancelled.set()

    def abandon(self) -> None:
        """Cancels, and spares the work if it has not begun: a search that was typed over."""
        self._cancelled.set()
        self._abandoned.set()

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    @property
    def is_abandoned(self) -> bool:
        return self._abandoned.is_set()


class Background(Protocol):
    """What view-models ask for; see `ThreadedBackground` and the tests' `InlineBackground`."""

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
    ) -> Handle:
        """Does `work` in `lane`; then one callback on the window's thread, unless cancelled."""

    def run_in_store(self, work: Callable[[], T]) -> T:
        """From the network lane only: has the store lane do `work`, and waits for it."""

    def begin_in_store(self, work: Callable[[], T]) -> Callable[[], T]:
        """From the network lane only: has the store lane begin `work`; the answer waits for it."""


class Job(Generic[T]):
    """One piece of work and who wants to hear how it went."""

    def __init__(
        self,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
    ) -> None:
        self.handle = Handle()
        self._work = work
        self._on_done = on_done
        self._on_failed = on_failed
        self._outcome: Future[T] = _failed(BackgroundClosed())

    def do(self) -> None:
        """In the lane. What comes of it is kept until `deliver`."""
        if not self.handle.is_abandoned:
            self._outcome = _attempt(self._work)

    def deliver(self) -> None:
        """On the window's thread: calls the one callback that fits, if anybody still listens."""
        failure = self._outcome.exception()
        callback = self._on_done if failure is None else self._on_failed
        if self.handle.is_cancelled or _has_left(callback):
            return
        if isinstance(failure, Exception):
            self._on_failed(failure)
        else:
            self._on_done(self._outcome.result())


class ThreadedBackground(QObject):
    """The real lanes: one daemon thread each, started by the first work they are given.

    Jobs stay in a table of the window's thread, and lanes know them by number. So a lane never
    drops the last reference to a callback, and no widget is ever deleted from another thread.
    """

    _finished = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_TURN_S)
        self._window_thread = threading.get_ident()
        self._lanes = {lane: _LaneThread(f"coffre-{lane}") for lane in Lane}
        self._numbers = count()
        self._jobs: dict[int, _Deliverable] = {}
        self._is_silent = False
        self._telling = threading.Lock()
        self._is_over = False
        # Queued even when the sender is the window's thread, so that a callback never runs inside
        # the call that asked for the work.
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
    ) -> Handle:
        job = Job(work, on_done, on_failed)
        number = next(self._numbers)
        self._jobs[number] = job
        self._lanes[lane].put(partial(self._go_through, number))
        return job.handle

    def run_in_store(self, work: Callable[[], T]) -> T:
        return self.begin_in_store(work)()

    def begin_in_store(self, work: Callable[[], T]) -> Callable[[], T]:
        if threading.get_ident() == self._window_thread:
            raise WrongThread("The window's thread never waits for the store.")
        store = self._lanes[Lane.STORE]
        if store.is_current():
            return _attempt(work).result
        waited: Future[Future[T]] = Future()

        def step(allowed: bool) -> None:
            waited.set_result(_attempt(work) if allowed else _failed(BackgroundClosed()))

        store.put(step)
        return lambda: waited.result().result()

    def close(self, *, drain: bool = True, timeout_s: float = 10.0) -> bool:
        """Ends the lanes; says whether they stopped in time.

        Draining does the work already asked and delivers its callbacks before returning.
        Abandoning does only what has begun and delivers nothing. Work asked later fails with
        `BackgroundClosed`.
        """
        self._is_silent = self._is_silent or not drain
        # The network lane first: its work may be waiting for the store.
        stopped = [
            self._lanes[lane].close(drain=drain, timeout_s=timeout_s)
            for lane in (Lane.NETWORK, Lane.COPY, Lane.STORE)
        ]
        # A keyring that hangs keeps nobody from closing; one that answers has the time to.
        patience_s = min(timeout_s, _KEYRING_TIMEOUT_S)
        stopped.append(self._lanes[Lane.KEYRING].close(drain=drain, timeout_s=patience_s))
        with self._telling:
            self._is_over = True
        if drain:
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)
        return all(stopped)

    def _go_through(self, number: int, allowed: bool) -> None:
        if allowed:
            self._jobs[number].do()
        # A lane may outlive the window by the length of one request: it then tells nobody.
        with self._telling:
            is_window = threading.get_ident() == self._window_thread
            if (is_window or not self._is_over) and shiboken6.isValid(self):
                self._finished.emit(number)

    @Slot(int)
    def _deliver(self, number: int) -> None:
        job = self._jobs.pop(number)
        if not self._is_silent:
            job.deliver()


def _attempt(work: Callable[[], T]) -> Future[T]:
    """A settled future: what the work returned, or what it raised."""
    outcome: Future[T] = Future()
    try:
        outcome.set_result(work())
    except Exception as failure:  # noqa: BLE001 - failures become values
        outcome.set_exception(failure)
    except BaseException as stop:  # noqa: BLE001 - see below
        # A lane that dies silently would leave the window waiting for ever.
        outcome.set_exception(WorkStopped(type(stop).__name__))
    return outcome


def _failed(failure: Exception) -> Future[T]:
    outcome: Future[T] = Future()
    outcome.set_exception(failure)
    return outcome


def _has_left(callback: Callable[..., object]) -> bool:
    """Whether the callback belongs to a screen that Qt has already destroyed."""
    held = [getattr(callback, "__self__", None)]
    # A function made inside a method remembers the screen as a method does.
    held += [cell.cell_contents for cell in getattr(callback, "__closure__", None) or ()]
    return any(isinstance(it, QObject) and not shiboken6.isValid(it) for it in held)


class _Deliverable(Protocol):
    """A job whose type of answer does not matter here."""

    def do(self) -> None: ...

    def deliver(self) -> None: ...


class _LaneThread:
    """One thread and its queue of steps; a step is told whether it may still do its work."""

    def __init__(self, name: str) -> None:
        self._steps: SimpleQueue[Callable[[bool], None] | None] = SimpleQueue()
        self._guard = threading.Lock()
        self._is_closed = False
        self._is_draining = True
        self._thread = threading.Thread(target=self._work_through, name=name, daemon=True)
        self._has_started = False

    def is_current(self) -> bool:
        return threading.current_thread() is self._thread

    def put(self, step: Callable[[bool], None]) -> None:
        with self._guard:
            accepted = not self._is_closed
            if accepted:
                self._steps.put(step)
                self._start()
        if not accepted:
            step(False)

    def close(self, *, drain: bool, timeout_s: float) -> bool:
        with self._guard:
            self._is_draining = self._is_draining and drain
            if not self._is_closed:
                self._is_closed = True
                self._steps.put(None)
        if not self._has_started:
            return True
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _start(self) -> None:
        if not self._has_started:
            self._has_started = True
            self._thread.start()

    def _work_through(self) -> None:
        while (step := self._steps.get()) is not None:
            step(self._is_draining)
            del step
