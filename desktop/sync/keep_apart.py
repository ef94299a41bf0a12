"""Two people rewrote the same passage: the office's version stands, ours becomes a record.

A clear text goes whole into a ``conflict`` record, which syncs to the circle and waits for a worker
to settle it. A clinical note is nobody else's: ours becomes a second note on the same follow-up,
sealed anew for its own place, and the author joins them when she next saves.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace

from desktop.config.clock import Clock, unix_ms
from desktop.crypto.circle_texts import TextPlace
from desktop.crypto.errors import CryptoError
from desktop.crypto.escrow import NO_ESCROW, Escrow
from desktop.crypto.identity import Identity
from desktop.crypto.randomness import Random
from desktop.crypto.sealing import Place, is_own, revision_of, seal_own, unseal
from desktop.domain.closed_texts import unvouched
from desktop.store.circle_keys import CircleKeys
from desktop.store.proof import Key
from desktop.store.records import Data
from desktop.store.set_aside import Missing
from desktop.store.store import Store
from desktop.store.text_joining import Unjoined
from protocol.ids import PersonId, ProfessionalId, RecordId, uuid7
from protocol.kinds import KINDS, ClinicalNote, Conflict, KindSpec, Rule, spec_of
from protocol.kinds.declare import Record, Sealed
from protocol.values import AUTHOR_KEY, CLEAR_KEY, Wire, to_wire
from protocol.visibility import bucket_of

_NOTE = spec_of(ClinicalNote)


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps what could not be joined; writes inside the caller's transaction."""

    store: Store
    clock: Clock
    random: Random
    identity: Identity
    me: ProfessionalId
    department: str
    escrow: Escrow = NO_ESCROW
    """The Département's key, by the policy of this laptop."""

    def circle_keys(self) -> CircleKeys:
        """Return what makes and gives the keys of dossiers."""
        return CircleKeys(self.store, self.identity, self.me, self.clock, self.random, self.escrow)

    def keep(self, unjoined: Unjoined) -> Key | None:
        """Make a record of our version and say which; ``None`` when there is nothing to keep."""
        if str(unjoined.mine or "").startswith(AUTHOR_KEY):
            return self._second_note(unjoined)
        return None if unjoined.mine is None else self._conflict(unjoined, self.me)

    def keep_missing(self, missing: Missing) -> None:
        """Make a record of a value that only this laptop still holds."""
        # Held here, and typed by nobody knows whom, nor when.
        held = Unjoined(missing.kind, missing.rid, missing.field, missing.value, None, hlc=0)
        spec = KINDS[missing.kind]
        if spec.is_in_dossier:
            self._conflict(held, None)
        else:
            self._write_again(spec, held)

    def offer(self, missing: Missing, dossier: str, hlc: int = 0) -> None:
        """Plan a record of a value of a dossier that leaves this laptop; its row is never here.

        ``hlc``: when it was typed, if it waited in a conflict.
        """
        held = Unjoined(missing.kind, missing.rid, missing.field, missing.value, None, hlc)
        record = self._conflict_of(held, dossier, missing.value, hlc=hlc, author=None)
        now = self.store.state.hlc()
        self.store.outbox.offer(spec_of(Conflict), record.id, to_wire(record), now)

    def _write_again(self, spec: KindSpec, held: Unjoined) -> None:
        """No circle would settle it: whoever it belongs to writes it again, others leave it."""
        if str(held.mine).startswith(AUTHOR_KEY) and spec is _NOTE:
            self._second_note(held)
            return
        data = self.store.records.data(spec, held.rid)
        owner = "created_by" if spec.is_in_drawer else spec.signed
        # What was added to a counter is brought back by whoever added it.
        is_counted = spec.by_name[held.field].rule is Rule.COUNTER
        if data is not None and owner and data.get(owner) == self.me and not is_counted:
            after = {**data, held.field: held.mine}
            self.store.outbox.save(spec, held.rid, after, self._tick())

    def _conflict(self, unjoined: Unjoined, author: ProfessionalId | None) -> Key:
        spec = KINDS[unjoined.kind]
        data = self.store.records.data(spec, unjoined.rid) or {}
        hlc = self._tick()
        lost, dossier = self._sealed(unjoined, spec, data), bucket_of(spec, unjoined.rid, data)
        return self._save(self._conflict_of(unjoined, dossier, lost, hlc=hlc, author=author), hlc)

    def _conflict_of(
        self,
        unjoined: Unjoined,
        dossier: str,
        lost: Wire,
        *,
        hlc: int,
        author: ProfessionalId | None,
    ) -> Conflict:
        return Conflict(
            id=self._new_id(),
            created_at=self.clock.now(),
            created_by=self.me,
            dossier=PersonId(dossier),
            subject_kind=unjoined.kind,
            subject=RecordId(unjoined.rid),
            field=unjoined.field,
            lost=json.dumps(lost, ensure_ascii=False),
            lost_hlc=hlc if unjoined.hlc is None else unjoined.hlc,
            lost_by=author,
        )

    def _sealed(self, unjoined: Unjoined, spec: KindSpec, data: Data) -> Wire:
        """Return a value as it may travel: a text of an older Coffre was in clear."""
        mine = unjoined.mine
        item = spec.by_name.get(unjoined.field)
        if item is None or not item.for_circle or not str(mine).startswith(CLEAR_KEY):
            return mine
        place = TextPlace(
            bucket_of(spec, unjoined.rid, data), unjoined.kind, unjoined.rid, unjoined.field
        )
        return self.store.texts.sealed_like(place, str(mine)[1:], unjoined.theirs) or mine

    def _second_note(self, unjoined: Unjoined) -> Key | None:
        known = self.store.records.get(ClinicalNote, unjoined.rid)
        if known is None:
            return None
        envelope = b64decode(str(unjoined.mine)[1:])
        try:
            text = unseal(
                envelope,
                self.identity.encryption,
                self._place(unjoined.rid),
                revision=revision_of(envelope),
            )
        except CryptoError:
            return None  # never readable by anybody: nothing to keep apart
        if not is_own(envelope):
            text = unvouched(text.decode(errors="replace")).encode()  # mine by nobody's proof
        rid = self._new_id()
        sealed = seal_own(
            text, self.identity.encryption, self._place(rid), revision=1, random=self.random
        )
        body = Sealed(b64encode(sealed).decode())
        again = replace(known, id=rid, body=body, created_at=self.clock.now())
        return self._save(again, self._tick())

    def _save(self, record: Record, hlc: int) -> Key:
        spec = spec_of(type(record))
        self.store.outbox.save(spec, record.id, to_wire(record), hlc)
        return spec.name, record.id

    def _place(self, rid: str) -> Place:
        return Place(self.department, "clinical_note", rid, "body", self.me)

    def _new_id(self) -> RecordId:
        return RecordId(uuid7(unix_ms(self.clock.now()), self.random.bytes(10)))

    def _tick(self) -> int:
        return self.store.state.tick(unix_ms(self.clock.now()))
