"""How much of what everybody reads one author may take.

Whatever is valid is taken in otherwise: a laptop gone bad could fill all the others with
permanences, or a workshop with nobody. Bounds lie far above what people need, and are declared with
the kinds (``most``); a place in a workshop is to be somebody's.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from protocol.kinds import BY_CODE, KindSpec, WorkshopPlace, WorkshopSession, spec_of
from server.services.incoming import Incoming, OperationRefused
from server.store import records
from server.store.database import Connection
from server.store.records import LIVE, Key, StoredRecord

_SESSION, _PLACE = spec_of(WorkshopSession), spec_of(WorkshopPlace)
_TAKEN = "taken"
SPARE_PLACES = 3
"""Places counted beyond those that are somebody's: an erased dossier takes its places with it, and
what they counted for stays."""

Share = tuple[int, str]
"""A kind, and whose its records are."""


@dataclass(slots=True)
class Shares:
    """What the authors named by one batch have already, followed while it is applied."""

    held: Counter[Share] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    """How many places are somebody's, by workshop."""

    def take(self, spec: KindSpec, data: Mapping[str, object]) -> None:
        """Count a record that is about to live; raise ``OperationRefused``."""
        if spec.code == _PLACE.code:
            self.places[str(data["session"])] += 1
        share = _share(spec, data)
        if spec.most is None or share is None:
            return
        if self.held[share] >= spec.most:
            raise OperationRefused("too_many")
        self.held[share] += 1

    def give_back(self, spec: KindSpec, data: Mapping[str, object]) -> None:
        """Make room for another."""
        share = _share(spec, data)
        if share is not None:
            self.held[share] -= 1

    def check_added(self, row: StoredRecord, name: str, value: object) -> None:
        """Refuse places that are nobody's, added by somebody who does not lead the workshop."""
        if row.kind != _SESSION.code or name != _TAKEN:
            return
        before, after = (int(str(known or 0)) for known in (row.data.get(name), value))
        if after > before and after > self.places[row.rid] + SPARE_PLACES:
            raise OperationRefused("too_many", name)


def find_shares(
    connection: Connection, operations: Iterable[Incoming], rows: Mapping[Key, StoredRecord]
) -> Shares:
    """Count what a batch may come to take more of; nothing is read for other batches."""
    named: dict[int, set[str]] = {}
    sessions: set[str] = set()
    for operation in operations:
        spec = operation.spec
        row = rows.get((spec.code, operation.rid))
        share = _share(spec, operation.values if row is None else row.data)
        if share is not None and (row is None or row.state != LIVE):
            named.setdefault(spec.code, set()).add(share[1])
        if spec.code == _SESSION.code and _TAKEN in operation.values:
            sessions.add(operation.rid)
    held: Counter[Share] = Counter()
    for code, names in named.items():
        signed = str(BY_CODE[code].signed)
        counted = records.count_naming(connection, code, signed, names)
        held.update({(code, whose): count for whose, count in counted.items()})
    return Shares(held, Counter(records.count_naming(connection, _PLACE.code, "session", sessions)))


def _share(spec: KindSpec, data: Mapping[str, object]) -> Share | None:
    if spec.most is None:
        return None
    return spec.code, str(data.get(str(spec.signed)))
