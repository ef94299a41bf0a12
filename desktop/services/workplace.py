"""An unlocked laptop: who works on it, with what memory, at what time. Services are built on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TypeVar

from desktop.config.clock import Clock, unix_ms
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import Random
from desktop.domain.shown_names import ShownNames
from desktop.domain.touched import Touched
from desktop.services.errors import InvalidInput, LeaseOver
from desktop.services.lease import Lease
from desktop.store.store import Store
from protocol.errors import FieldRefused
from protocol.ids import REFERENCE_BUCKET, ProfessionalId, uuid7
from protocol.kinds.declare import KindSpec, Record, Tier, spec_of
from protocol.values import check_kind, to_wire
from protocol.visibility import bucket_of

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Workplace:
    """What every service needs."""

    store: Store
    clock: Clock
    random: Random
    me: ProfessionalId
    department: str
    identity: Identity
    lease: Lease | None = None
    """How long this laptop may write without the office; ``None`` where there is no office."""
    names: ShownNames = field(default_factory=ShownNames)
    """How names of persons are shown: every service that tells one asks it."""

    def new_id(self) -> str:
        """Return a new identifier, made on this laptop."""
        return uuid7(unix_ms(self.clock.now()), self.random.bytes(10))

    def work(self) -> "UnitOfWork":
        """Start a piece of work: ``with workplace.work() as work: work.save(record)``."""
        return UnitOfWork(self)


class UnitOfWork:
    """One transaction: the records *and* their pending changes, or neither. Nothing else writes."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._transaction = self._store.database.transaction()
        self._touched: set[Touched] = set()
        self._may_send: bool | None = None

    def __enter__(self) -> "UnitOfWork":
        self._transaction.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transaction.__exit__(kind, failure, trace)

    @property
    def touched(self) -> frozenset[Touched]:
        """What was written or removed, for the screens that show it."""
        return frozenset(self._touched)

    def save(self, record: Record) -> None:
        """Write a record; raise ``InvalidInput`` when a field breaks its declaration, and
        ``LeaseOver`` for what would have to be sent, from a laptop too long away.
        """
        spec = spec_of(type(record))
        data = to_wire(record)
        try:
            check_kind(spec, data, strict_codes=False)
        except FieldRefused as refused:
            raise InvalidInput(refused.field, refused.reason) from None
        if spec.tier is Tier.LOCAL:
            self._store.records.put(spec, [(record.id, data)])
        elif not self._store.outbox.save(spec, record.id, data, self._tick()):
            return
        if spec.name == "person":
            self._store.persons.refresh({record.id: data})
        self._touch(spec, record.id, data)

    def delete(self, record: type[R], rid: str) -> None:
        """Remove a record, here and, at the next synchronisation, everywhere."""
        spec = spec_of(record)
        data = self._store.records.data(spec, rid)
        if data is None:
            return
        if spec.tier is Tier.LOCAL:
            self._store.records.remove(spec, [rid])
        else:
            self._store.outbox.delete(spec, rid, self._tick())
        if spec.name == "person":
            self._store.persons.forget([rid])
        self._touch(spec, rid, data)

    def _touch(self, spec: KindSpec, rid: str, data: Mapping[str, object]) -> None:
        # A draft lives in no bucket, and shows in a person's dossier.
        bucket = str(data.get("person", "")) or bucket_of(spec, rid, data)
        self._touched.add(Touched(spec.name, rid, None if bucket == REFERENCE_BUCKET else bucket))

    def _tick(self) -> int:
        """Return the moment of a change to be sent; raise ``LeaseOver`` when none may be made."""
        if self._may_send is None:
            lease = self._workplace.lease
            self._may_send = lease is None or not lease.look().is_over
        if not self._may_send:
            raise LeaseOver
        return self._store.state.tick(unix_ms(self._workplace.clock.now()))
