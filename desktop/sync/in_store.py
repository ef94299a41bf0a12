"""How the network's lane reaches the store: one short piece of work at a time, on its own lane."""

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class InStore(Protocol):
    """Runs a callable on the store's lane and returns its answer."""

    def __call__(self, work: Callable[[], T]) -> T: ...


class BeginInStore(Protocol):
    """Has the store's lane begin a callable; what it returns waits for the answer."""

    def __call__(self, work: Callable[[], T]) -> Callable[[], T]: ...


def exhaust(in_store: InStore, steps: Iterator[object]) -> None:
    """Go through steps of work, each apart: what is being typed passes in between."""
    while in_store(lambda: next(steps, None)) is not None:
        pass


def waiting(in_store: InStore) -> BeginInStore:
    """Return what does the work, where it belongs, before it returns."""

    def begin(work: Callable[[], T]) -> Callable[[], T]:
        answer = in_store(work)
        return lambda: answer

    return begin
