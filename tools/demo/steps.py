"""One step after the other, each with what it found and how long it took; the first miss stops."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

from tools.demo.hands import NotSeen

NBSP = "\u00a0"


@dataclass(frozen=True)
class Step:
    """Something that must hold; ``do`` returns what was seen, or raises ``Missed``."""

    title: str
    do: Callable[[], str]


class Missed(Exception):
    """A step looked and did not find what it promises."""


def expect(is_so: bool, what: str) -> None:
    """Raise ``Missed`` unless it is so."""
    if not is_so:
        raise Missed(what)


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect what Qt lets Python only print: exceptions in signals, which nobody raises."""
    heard: list[str] = []
    former = sys.excepthook

    def hear(
        kind: type[BaseException], failure: BaseException, trace: TracebackType | None
    ) -> None:
        heard.append(kind.__name__)
        traceback.print_exception(kind, failure, trace)

    sys.excepthook = hear
    try:
        yield heard
    finally:
        sys.excepthook = former


def play(steps: Sequence[Step]) -> bool:
    """Do the steps in order and print each; return whether all of them held."""
    with hearing() as heard:
        return _play(steps, heard)


def _play(steps: Sequence[Step], heard: list[str]) -> bool:
    for number, step in enumerate(steps, start=1):
        started = time.monotonic()
        head = f"{number:>2}/{len(steps)} {step.title}{NBSP}:"
        try:
            seen = step.do()
            expect(not heard, f"aucune exception dans la fenêtre ({', '.join(heard)})")
        except (Missed, NotSeen) as missed:
            print(f"✗ {head} attendu et non trouvé{NBSP}: {missed}", flush=True)
            return False
        except Exception:  # noqa: BLE001  # said below, and the run fails
            # The people are invented: a full account helps whoever mends the demonstration.
            print(f"✗ {head} arrêt imprévu", flush=True)
            traceback.print_exc(file=sys.stdout)
            return False
        print(f"✓ {head} {seen} ({seconds(time.monotonic() - started)})", flush=True)
    return True


def seconds(value: float) -> str:
    """Return « 0,4 s »."""
    return f"{value:.1f}".replace(".", ",") + f"{NBSP}s"


def number(value: int) -> str:
    """Return « 1 250 »."""
    return f"{value:,}".replace(",", NBSP)
