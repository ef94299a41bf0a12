"""What is ours and the office turns out not to know: planned again, in the caller's transaction.

Records one by one, or a whole dossier that an office restored from a backup does not know
(docs/protocol.md, "Repair"). Nobody writes in another's name: colleagues bring back their own.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from desktop.domain.touched import Touched
from desktop.store.proof import Key
from desktop.store.records import Data
from desktop.store.refusals import Refusals
from desktop.store.store import Store
from protocol.kinds import SYNCED, CircleMember, Conflict, KindSpec, Person, spec_of
from protocol.visibility import bucket_of

_PERSON, _PLACE, _CONFLICT = spec_of(Person), spec_of(CircleMember), spec_of(Conflict)


@dataclass(slots=True)
class Offering:
    """Plans again what this laptop's professional made."""

    store: Store
    me: str
    touched: set[Touched] = field(default_factory=set)
    """What is shown otherwise for it."""
    count: int = 0
    """Records planned again."""

    def offer(self, unknown: Collection[Key]) -> None:
        """Plan again those records of our own that the office does not know."""
        held = self._held(unknown)
        changes = self.store.proof.changes()
        for key in self._in_turn(held, held):
            changes.watch(key[0], [key[1]])
            self._offer(key, held[key], held)
        changes.settle()

    def found(self, dossier: str) -> bool:
        """Plan again, of a dossier that is ours, all that is ours; False: at the next repair.

        The office was restored from a backup of before that was opened. A dossier that is closed
        gets the same answer: it is not founded twice, and this is tried once a restoration.
        """
        state, outbox = self.store.state, self.store.outbox
        if not state.has_office_forgotten() or state.is_founded(dossier):
            return True
        founder, agreed = (_PERSON.name, dossier), self.store.proof.records_of(dossier)
        if founder not in agreed or not self._is_ours(self._held([founder])[founder]):
            return True
        if outbox.of_record(*founder):
            return False  # the sheet is being written in, and must come first
        state.note_founded(dossier)
        refused = {(op.kind, op.rid): op for op in self._refusals.made_in(dossier)}
        held = self._held({*agreed, *refused})
        changes = self.store.proof.changes()
        for key in self._in_turn({*agreed, *refused}, held):
            changes.watch(key[0], [key[1]])
            if key in agreed:
                self._offer(key, held[key], held)
            else:
                self._refusals.put_last(refused[key])
                self.count += 1
        changes.settle()
        return True

    def _offer(self, key: Key, data: Data, unknown: Mapping[Key, Data]) -> None:
        (kind, rid), spec = key, SYNCED[key[0]]
        if not self._is_ours(data) or self.store.outbox.of_record(kind, rid):
            return
        if self._would_close(spec, data, unknown):
            return
        whole = self._refusals.taken_up(spec, rid, data)
        self.store.outbox.offer(spec, rid, whole, self.store.state.hlc())
        self.count += 1
        if whole != data:
            self.touched.add(Touched(kind, rid, bucket_of(spec, rid, whole)))
            if spec is _PERSON:
                self.store.persons.refresh({rid: whole})

    def _would_close(self, spec: KindSpec, data: Data, unknown: Mapping[Key, Data]) -> bool:
        """Tell whether this place, which has ended, would close a dossier that is open to us.

        A colleague has welcomed us back there, and has not brought that back.
        """
        if not self._is_own_place(spec.name, data) or data.get("ended_on") is None:
            return False
        dossier = (str(data.get("person")),)
        places = self.store.records.select(CircleMember, '"person" = ?', dossier)
        open_ = [it for it in places if it.professional == self.me and it.ended_on is None]
        away = [it for it in open_ if it.created_by != self.me and (_PLACE.name, it.id) in unknown]
        return bool(away) and len(away) == len(open_)

    def _in_turn(self, keys: Iterable[Key], held: Mapping[Key, Data]) -> list[Key]:
        """Return records in the order in which they leave: what follows an end comes late."""
        return sorted(keys, key=lambda it: (self._turn(it, held.get(it, {})), it))

    def _turn(self, key: Key, data: Data) -> int:
        if self._is_own_place(key[0], data):
            return 3 if data.get("ended_on") is None else 4
        if key[0] == _CONFLICT.name:
            return 2  # after what they are about
        return int(key[0] != _PERSON.name)

    def _is_own_place(self, kind: str, data: Data) -> bool:
        return kind == _PLACE.name and data.get("professional") == self.me

    def _is_ours(self, data: Data) -> bool:
        return data.get("created_by") == self.me

    def _held(self, keys: Iterable[Key]) -> dict[Key, Data]:
        """Return those of these records that are here."""
        by_kind: dict[str, list[str]] = defaultdict(list)
        for kind, rid in keys:
            by_kind[kind].append(rid)
        return {
            (kind, rid): data
            for kind, rids in by_kind.items()
            if kind in SYNCED
            for rid, data in self.store.records.data_of(SYNCED[kind], rids).items()
        }

    @property
    def _refusals(self) -> Refusals:
        return Refusals(self.store.database, self.store.records, self.store.outbox)
