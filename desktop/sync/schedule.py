"""When the next sync is: a value that events change, without a thread, a timer or a clock.

The application tells what happened and what time it is (monotonic seconds); it sets one timer on
`Schedule.wait_s`. Demand always wins; after a decision of the office, or under a certificate that
cannot be trusted, only people and slow chance try again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from desktop.sync.backoff import Backoff
from desktop.sync.errors import (
    Busy,
    Cancelled,
    Consent,
    Defect,
    OfficeDecision,
    SyncError,
    WrongConnection,
)

Random = Callable[[], float]


class Trigger(StrEnum):
    """What may bring a sync forward."""

    UNLOCK = "unlock"
    """The start as well: nothing can be read before it."""
    NETWORK_RETURNED = "network_returned"
    SAVED = "saved"
    """Something new waits to be sent."""
    DEMAND = "demand"
    """Somebody pressed « Synchroniser »."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds that shape an ordinary day."""

    every_s: float = 180.0
    after_save_s: float = 10.0
    """Lets a form be finished: several saves leave in one exchange."""
    settle_s: float = 2.0
    """A network that has just returned has rarely a name server yet."""
    spread_s: float = 5.0
    """At half past eight everybody unlocks; they do not all call in the same second."""
    backoff: Backoff = field(default_factory=Backoff)
    elsewhere_s: float = 300.0
    """Behind a portal or a stranger's certificate: look again rarely."""
    defect_s: float = 900.0


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to sync next. Immutable: each event gives the schedule that follows."""

    rhythm: Rhythm = field(default_factory=Rhythm)
    next_at: float | None = None
    """``None``: not before an event asks for it."""
    failures: int = 0
    is_halted: bool = False
    """The office has decided: it is for people to act."""
    not_before: float = 0.0
    """The office asked for patience, or failures impose it; only a demand goes past."""

    def told(self, trigger: Trigger, now: float, random: Random) -> "Schedule":
        """Return the schedule after an event; it never postpones what was due sooner."""
        rhythm = self.rhythm
        match trigger:
            case Trigger.DEMAND:
                return replace(self, next_at=now)
            case Trigger.UNLOCK:
                # A new day, or a new chance: the Département may have put things right meanwhile.
                return replace(self, is_halted=False)._by(now + rhythm.spread_s * random())
            case Trigger.NETWORK_RETURNED if not self.is_halted:
                # Former failures were the former network's, unless the office itself had spoken.
                return replace(self, failures=0)._by(now + rhythm.settle_s + random())
            case Trigger.SAVED if not self.is_halted and not self.failures:
                return self._by(now + rhythm.after_save_s)
        return self

    def succeeded(self, now: float, random: Random) -> "Schedule":
        """Return the schedule after a complete sync."""
        # ± 10 %, so that laptops started together drift apart.
        pause = self.rhythm.every_s * (0.9 + 0.2 * random())
        return Schedule(self.rhythm, next_at=now + pause)

    def failed(self, error: SyncError, now: float, random: Random) -> "Schedule":
        """Return the schedule after a failure: who can mend it decides when to look again."""
        if isinstance(error, Cancelled):
            later = None if self.is_halted else now + self.rhythm.every_s
            return replace(self, next_at=later)
        failures = self.failures + 1
        if isinstance(error, OfficeDecision):
            return replace(self, next_at=None, failures=failures, is_halted=True)
        pause = self._pause_s(error, failures, random)
        patient_until = now + pause if isinstance(error, Busy) else self.not_before
        return replace(
            self,
            next_at=now + pause,
            failures=failures,
            is_halted=False,
            not_before=patient_until,
        )

    def is_due(self, now: float) -> bool:
        return self.next_at is not None and now >= self.next_at

    def wait_s(self, now: float) -> float | None:
        """Return how long the timer should run; ``None``: no timer."""
        return None if self.next_at is None else max(0.0, self.next_at - now)

    def _by(self, at: float) -> "Schedule":
        wanted = at if self.next_at is None else min(at, self.next_at)
        return replace(self, next_at=max(wanted, self.not_before))

    def _pause_s(self, error: SyncError, failures: int, random: Random) -> float:
        rhythm = self.rhythm
        backoff = rhythm.backoff.delay_s(failures, random)
        if isinstance(error, Busy):
            # After what was asked, never before; spread, for everybody was told the same.
            return error.retry_after_s + backoff
        if isinstance(error, WrongConnection):
            return rhythm.elsewhere_s * (0.9 + 0.2 * random())
        if isinstance(error, Defect | Consent):
            # What is written here still leaves at each of these tries.
            return rhythm.defect_s * (0.9 + 0.2 * random())
        return backoff
