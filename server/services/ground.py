"""What a batch stands on: the records, rights and limits it needs, loaded before it is applied."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from protocol.values import Wire
from server.services.authorship import Words
from server.services.circle import Circle
from server.services.erased import Erased
from server.services.offered import Kept
from server.services.shares import Shares
from server.store.digests import Sum
from server.store.records import Key, StoredRecord


@dataclass(slots=True)
class Ground:
    """What a batch stands on, loaded before it is applied."""

    rows: dict[Key, StoredRecord]
    buckets: set[str]
    """Those that exist, among those the batch names."""
    granted: set[str]
    """Dossiers open to the author, among those the batch names."""
    circle: Circle
    held: Mapping[str, Sum] = field(default_factory=dict)
    """What they held before this batch."""
    lost: set[str] = field(default_factory=set)
    """Dossiers closed to the author not long ago: what she wrote on the road is still taken in."""
    professionals: Mapping[str, str] = field(default_factory=dict)
    """Whose device is whose, for the devices named by ``rows``."""
    restorable: Mapping[Words, Collection[Wire]] = field(default_factory=dict)
    """Words of colleagues that no longer stand, among those the batch would change."""
    kept: Kept = field(default_factory=Kept)
    """What no longer stands of what comes late and was written before."""
    erased: Erased = field(default_factory=Erased)
    """What is no more, among what the batch names."""
    shares: Shares = field(default_factory=Shares)
    """How much of what is common its authors have already."""
