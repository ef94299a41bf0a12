"""What the synchronisation screen shows, in frozen values that know nothing of the engine."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from desktop.services.conflict_sheets import ConflictSheet, ToReview, Version
from desktop.services.sync_report import SyncReport


class Phase(StrEnum):
    """Where synchronisation stands. Being offline is a normal state."""

    SOON = "soon"
    """Just unlocked: the first one has not begun, and the network is not known yet."""
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
    octets: int = 0
    """What has moved: of records, both ways; then of contents of documents."""
    octets_in_all: int = 0
    """Of contents of documents; 0 until they are on their way, once the records are in."""
    receipt: SyncReceipt | None = None
    problem: str = ""
    """One sentence; when there is no network, only for somebody who has just asked."""
    remedy: str = ""
    """One thing to do."""
    is_asked_above: bool = False
    """The window asks what to do about the problem: the page need not say it again."""
    is_forgotten: bool = False
    """The office does not know this laptop any more: an invitation would mend it."""

    @classmethod
    def soon(cls) -> "SyncState":
        """Not tried yet."""
        return cls(Phase.SOON)

    @classmethod
    def offline(cls) -> "SyncState":
        """No network: work goes on, changes wait."""
        return cls(Phase.OFFLINE)

    @classmethod
    def idle(cls) -> "SyncState":
        """In touch, and nothing to do."""
        return cls(Phase.IDLE)

    @classmethod
    def running(
        cls, sent: int = 0, to_send: int = 0, received: int = 0, octets: int = 0
    ) -> "SyncState":
        """Under way."""
        return cls(Phase.RUNNING, sent=sent, to_send=to_send, received=received, octets=octets)

    @classmethod
    def moving(cls, octets: int, octets_in_all: int) -> "SyncState":
        """Records are in; the contents of documents are on their way."""
        return cls(Phase.RUNNING, octets=octets, octets_in_all=octets_in_all)

    @classmethod
    def done(cls, receipt: SyncReceipt) -> "SyncState":
        """Just ended well."""
        return cls(Phase.DONE, receipt=receipt)

    @classmethod
    def in_trouble(cls, problem: str, remedy: str) -> "SyncState":
        """Stopped by something that will not pass by itself."""
        return cls(Phase.PROBLEM, problem=problem, remedy=remedy)

    @classmethod
    def forgotten(cls, problem: str, remedy: str) -> "SyncState":
        """Stopped by an office that does not know this laptop any more."""
        return cls(Phase.PROBLEM, problem=problem, remedy=remedy, is_forgotten=True)


@dataclass(frozen=True, slots=True)
class PageState:
    """The page at one moment: what is under way, and what the laptop remembers."""

    sync: SyncState = field(default_factory=SyncState)
    report: SyncReport | None = None
    """Nothing until it was read."""
    failure: Exception | None = None
    """Why the report could not be read."""
    seen: datetime | None = None
    """When the office last answered while Coffre has been open."""

    @property
    def last_success(self) -> datetime | None:
        """Of the journal, which skips a synchronisation in which nothing moved, or since."""
        written = self.report.last_success if self.report is not None else None
        return max(filter(None, (written, self.seen)), default=None)


class Side(StrEnum):
    """One of the two versions of a conflict."""

    KEPT = "kept"
    """The version in place."""
    LOST = "lost"
    """The other one."""


class Told(StrEnum):
    """What the card of conflicts says of the last thing that happened, without a window."""

    NOTHING = ""
    SETTLED_ELSEWHERE = "settled_elsewhere"
    CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class ReviewState:
    """What is to be read again, and the conflict being settled."""

    lines: tuple[ToReview, ...] | None = None
    """Nothing until they were read."""
    chosen: str | None = None
    sheet: ConflictSheet | None = None
    """Of the chosen one; ``None`` while it is being read, or when all was put off."""
    typed: str | None = None
    """The joined text, as soon as somebody has touched it."""
    told: Told = Told.NOTHING
    failure: Exception | None = None

    @property
    def sides(self) -> tuple[Side, Side]:
        """The two versions in the order they are shown: mine first, else the earlier."""
        sheet = self.sheet
        if sheet is not None and sheet.is_forgotten:
            return Side.LOST, Side.KEPT  # nothing stands, and one side shows
        if sheet is None or sheet.is_deletion:
            return Side.KEPT, Side.LOST
        if sheet.kept.mine != sheet.lost.mine:
            lost_first = sheet.lost.mine
        else:
            at = sheet.kept.written_at, sheet.lost.written_at
            lost_first = at[0] is not None and at[1] is not None and at[1] < at[0]
        return (Side.LOST, Side.KEPT) if lost_first else (Side.KEPT, Side.LOST)

    def version(self, side: Side) -> Version | None:
        """Return one of the two versions of what is being settled."""
        if self.sheet is None:
            return None
        return self.sheet.kept if side is Side.KEPT else self.sheet.lost

    @property
    def joined(self) -> str:
        """The joined text as it stands: what was typed, else the proposal."""
        if self.typed is not None:
            return self.typed
        return (self.sheet.proposal or "") if self.sheet else ""
