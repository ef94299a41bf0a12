"""Values a batch does not show: each becomes a conflict, with whose it is and whose stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from protocol.merge import Version
from protocol.values import Wire
from server.services.conflicts import new_conflict, standing
from server.store.records import StoredRecord


@dataclass(frozen=True, slots=True)
class Aside:
    """Makes the conflicts of one batch."""

    device: str | None
    professional: str
    seq: int
    now: datetime
    new_id: Callable[[], str]
    professionals: Mapping[str, str] = field(default_factory=dict)
    """Whose device is whose."""

    def conflict(
        self, row: StoredRecord, name: str, lost: Wire, loser: Version, kept: dict[str, Wire]
    ) -> StoredRecord:
        """Return an open conflict that holds a value not shown; nothing anybody typed is lost."""
        lost_by = self.professional_of(loser.device)
        return new_conflict(
            row,
            name,
            lost,
            rid=self.new_id(),
            seq=self.seq,
            now=self.now,
            created_by=lost_by or self.professional,
            lost_by=lost_by,
            lost_hlc=loser.hlc,
            kept=kept,
        )

    def standing(self, version: Version, value: Wire) -> dict[str, Wire]:
        """Return what a conflict says of the value that stands."""
        return standing(version, value, self.professional_of(version.device))

    def professional_of(self, device: str | None) -> str | None:
        """Return whose a device is, among those the batch has to do with."""
        if device is not None and device == self.device:
            return self.professional
        return self.professionals.get(device or "")
