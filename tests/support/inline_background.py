"""Lanes without threads, for the tests of view-models; they pass the contract of the real ones."""

from collections.abc import Callable
from typing import TypeVar

from desktop.ui.background import BackgroundClosed, Handle, Job, Lane

T = TypeVar("T")


class InlineBackground:
    """Does the work at once, in the calling thread.

    Callbacks come at once too, unless the background is held: then `release()` delivers them in
    order, which lets a test look at a screen that is still waiting.
    """

    def __init__(self, *, held: bool = False) -> None:
        self._is_held = held
        self._is_closed = False
        self._waiting: list[Callable[[], None]] = []
        self.asked: list[Lane] = []

    def hold(self) -> None:
        self._is_held = True

    def release(self) -> None:
        """Does the work asked while held, and calls back."""
        self._is_held = False
        waiting, self._waiting = self._waiting, []
        for step in waiting:
            step()

    def turn(self) -> None:
        """Does what was asked while held; what comes of it waits."""
        waiting, self._waiting = self._waiting, []
        for step in waiting:
            step()

    def release_one(self) -> None:
        """Does the first thing that was asked while held, and stays held."""
        self._waiting.pop(0)()

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        on_done: Callable[[T], object],
        on_failed: Callable[[Exception], object],
    ) -> Handle:
        self.asked.append(lane)
        job = Job(work, on_done, on_failed)
        allowed = not self._is_closed

        def step() -> None:
            if allowed:
                job.do()
            job.deliver()

        if self._is_held:
            self._waiting.append(step)
        else:
            step()
        return job.handle

    def run_in_store(self, work: Callable[[], T]) -> T:
        if self._is_closed:
            raise BackgroundClosed()
        return work()

    def begin_in_store(self, work: Callable[[], T]) -> Callable[[], T]:
        answer = self.run_in_store(work)
        return lambda: answer

    def close(self, *, drain: bool = True, timeout_s: float = 10.0) -> bool:
        """Drains or drops what is held; nothing here can take time."""
        if drain:
            self.release()
        self._waiting.clear()
        self._is_closed = True
        return timeout_s >= 0
