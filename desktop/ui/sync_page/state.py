"""What the synchronisation screen shows, in frozen values that know nothing of the engine."""

from dataclasses import dataclass, field
from enum import StrEnum

from desktop.services.sync_report import SyncReport


class Phase(StrEnum):
    """Where synchronisation stands. Being offline is a normal state."""

    OFFLINE = "offline"
    IDLE = "idle"
    """In touch with the office, nothing under way."""
    RUNNING = "running"
    DONE = "done"
    PROBLEM = "problem"
    """Something that somebody can mend stands in the way."""


@dataclass(frozen=True, slots=True)
class SyncReceipt:
    """What one synchronisation did."""

    sent: int
    received: int
    octets: int
    """Both ways, as they went through the network."""
    to_review: int = 0


@dataclass(frozen=True, slots=True)
class SyncState:
    """What the application tells the screen and the sidebar."""

    phase: Phase = Phase.OFFLINE
    sent: int = 0
    to_send: int = 0
    """0 when nothing has to be sent, or not known yet."""
    received: int = 0
    receipt: SyncReceipt | None = None
    problem: str = ""
    """One sentence."""
    remedy: str = ""
    """One thing to do."""

    @classmethod
    def offline(cls) -> "SyncState":
        """No network: work goes on, changes wait."""
        return cls(Phase.OFFLINE)

    @classmethod
    def idle(cls) -> "SyncState":
        """In touch, and nothing to do."""
        return cls(Phase.IDLE)

    @classmethod
    def running(cls, sent: int = 0, to_send: int = 0, received: int = 0) -> "SyncState":
        """Under way."""
        return cls(Phase.RUNNING, sent=sent, to_send=to_send, received=received)

    @classmethod
    def done(cls, receipt: SyncReceipt) -> "SyncState":
        """Just ended well."""
        return cls(Phase.DONE, receipt=receipt)

    @classmethod
    def in_trouble(cls, problem: str, remedy: str) -> "SyncState":
        """Stopped by something that will not pass by itself."""
        return cls(Phase.PROBLEM, problem=problem, remedy=remedy)


@dataclass(frozen=True, slots=True)
class PageState:
    """The page at one moment: what is under way, and what the laptop remembers."""

    sync: SyncState = field(default_factory=SyncState)
    report: SyncReport | None = None
    """Nothing until it was read."""
    failure: Exception | None = None
    """Why the report could not be read."""
