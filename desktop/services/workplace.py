"""An unlocked laptop: who works on it, with what memory, at what time. Services are built on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import TypeVar

from desktop.config.clock import Clock, paris, unix_ms
from desktop.crypto.circle_texts import TextPlace
from desktop.crypto.escrow import NO_ESCROW, Escrow
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import Random
from desktop.domain.shown_names import ShownNames
from desktop.domain.touched import Touched
from desktop.services.errors import InvalidInput, LeaseOver
from desktop.services.lease import Lease
from desktop.services.unwritten import Unwritten
from desktop.store.circle_keys import CircleKeys
from desktop.store.errors import StoreError
from desktop.store.records import Data
from desktop.store.sealed_texts import seal_text
from desktop.store.store import Store
from protocol.errors import FieldRefused
from protocol.ids import REFERENCE_BUCKET, ProfessionalId, uuid7
from protocol.kinds.declare import KindSpec, Record, Tier, spec_of
from protocol.kinds.follow_ups import Draft
from protocol.kinds.persons import CircleMember
from protocol.values import CLEAR_KEY, Wire, check_kind, to_wire
from protocol.visibility import bucket_of, membership_is_open

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
    escrow: Escrow = NO_ESCROW
    """The Département's key, by the policy of this laptop."""
    unwritten: Unwritten = field(default_factory=Unwritten)
    """What is being typed and the disk refused."""

    def new_id(self) -> str:
        """Return a new identifier, made on this laptop."""
        return uuid7(unix_ms(self.clock.now()), self.random.bytes(10))

    def office_day(self) -> date:
        """Return what day it is by the office, on which places in circles begin and end.

        A day of the future, by a clock that is ahead, would leave a place open until then.
        """
        return paris(self.store.state.office_time(self.clock.now())).date()

    def circle_keys(self) -> CircleKeys:
        """Return what makes and gives the keys of dossiers."""
        return CircleKeys(self.store, self.identity, self.me, self.clock, self.random, self.escrow)

    def work(self) -> "UnitOfWork":
        """Start a piece of work: ``with workplace.work() as work: work.save(record)``."""
        return UnitOfWork(self)

    def keep_typed(self, draft: Draft) -> frozenset[Touched]:
        """Keep a draft; what the disk refuses is remembered, for the lock to hand over."""
        try:
            with self.work() as work:
                work.save(draft)
        except StoreError:
            self.unwritten.remember(draft)
            raise
        self.unwritten.forget(draft.target)
        return work.touched


class UnitOfWork:
    """One transaction: the records *and* their pending changes, or neither. Nothing else writes."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._transaction = self._store.database.transaction()
        self._touched: set[Touched] = set()
        self._may_send: bool | None = None
        self._circles = workplace.circle_keys()
        self._founded: set[str] = set()
        """Dossiers opened by this piece of work: their first key is made here."""

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
        if failure is None:
            for touch in self._touched:  # a record that is saved needs its draft no more
                self._workplace.unwritten.forget(touch.id)

    @property
    def touched(self) -> frozenset[Touched]:
        """What was written or removed, for the screens that show it."""
        return frozenset(self._touched)

    def save(self, record: Record, as_it_was: Mapping[str, Wire] | None = None) -> None:
        """Write a record; raise ``InvalidInput`` when a field breaks its declaration, and
        ``LeaseOver`` for what would have to be sent, from a laptop too long away.

        ``as_it_was``: sealed texts put back exactly, in the envelope they were in.
        """
        spec = spec_of(type(record))
        data = to_wire(record)
        try:
            check_kind(spec, data, strict_codes=False)
        except FieldRefused as refused:
            raise InvalidInput(refused.field, refused.reason) from None
        if spec.tier is Tier.LOCAL:
            self._store.records.put(spec, [(record.id, data)])
        elif not self._send(spec, record, data, as_it_was or {}):
            return
        if spec.name == "person":
            self._store.persons.refresh({record.id: data})
        self._touch(spec, record.id, data)

    def _send(
        self, spec: KindSpec, record: Record, data: Data, as_it_was: Mapping[str, Wire]
    ) -> bool:
        """Write a record and plan its sending, its texts sealed for the circle."""
        if spec.name == "person" and not self._store.records.holds(spec.name, record.id):
            self._founded.add(record.id)
        sealed = self._sealed(spec, record.id, data, as_it_was)
        joins = isinstance(record, CircleMember) and self._joins(record)
        is_changed = self._store.outbox.save(spec, record.id, sealed, self._tick())
        if joins and isinstance(record, CircleMember):
            founds = record.person in self._founded
            self._circles.admit(record.person, record.professional, founds=founds)
        elif isinstance(record, CircleMember):
            self._circles.note_departures(record.person)
        if self._circles.has_made:
            self._circles.flush(self._tick())
        return is_changed

    def _sealed(self, spec: KindSpec, rid: str, data: Data, as_it_was: Mapping[str, Wire]) -> Data:
        """Return what is kept and sent: a text that did not change stays in its envelope."""
        names = [item.name for item in spec.circle_texts if data.get(item.name) is not None]
        if not names:
            return data
        dossier, texts = bucket_of(spec, rid, data), self._store.texts
        before = self._store.records.data(spec, rid) or {}
        sealed = dict(data)
        for name in names:
            place, held = TextPlace(dossier, spec.name, rid, name), before.get(name)
            kept = as_it_was.get(name) or held
            if kept is not None and texts.shown(place, kept) == data[name]:
                sealed[name] = kept
            elif texts.is_waiting(place, held):
                # Words that nobody has read here are not written over.
                raise InvalidInput(name, "closed")
            else:
                key = self._circles.to_write(dossier, founds=dossier in self._founded)
                sealed[name] = seal_text(key, place, str(data[name]).removeprefix(CLEAR_KEY))
        return sealed

    def _joins(self, place: CircleMember) -> bool:
        """Tell whether somebody gets a place, a new one or the one she had: I name her a member."""
        before = self._store.records.get(CircleMember, place.id)
        return self._opens(place) and (before is None or not self._opens(before))

    def _opens(self, place: CircleMember) -> bool:
        today = paris(self._workplace.clock.now()).date()
        return membership_is_open(place.ended_on, place.overlap_until, today)

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

    def admit(self, dossier: str, professional: str) -> None:
        """Name a member whom the office alone names, give her every key, and hear her at last."""
        self._circles.admit(dossier, professional)
        self._circles.learn(dossier)
        self._circles.complete(dossier)
        self._circles.flush(self._tick())
        self._touched.add(Touched("circle_key", "", dossier))

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
