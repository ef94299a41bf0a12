"""Small facts the laptop must not forget: who it is to the office, and how far it has read."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from desktop.config.clock import unix_ms
from desktop.store.database import EncryptedDatabase
from protocol import clock
from protocol.values import instant_from_wire, instant_to_wire
from protocol.wire import Position

_CONTACT_NOTED = timedelta(hours=1)
SCRUBBED = "scrubbed_at"
"""Key of when every digest was last computed again."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_BATCH_ENDS = "batch_ends"
COMPACTION = "compact"
"""Key of whether bytes of what was erased may still be in the file."""
_COPIES_TOO, _FILE_ALONE = "1", "file"
_ERASED, _COPIES_DONE, _DIVERGED = "erased_here", "copies_without", "diverged"
_BATCHES_BESIDE = 2
"""Of those in flight: one more is written down, and has not left yet."""
_TO_COMPARE = "to_compare"
LOOKED_INTO = "looked_into"
"""Key of the last bucket a comparison looked into, as long as some are left for the next one."""
_HAS_FORGOTTEN, _SENT_AGAIN = "office_has_forgotten", "sent_again_until"
_CLOSED = "closed_there"
_UNTOLD_NOTES = "untold_notes"
_VERIFIED_AT, _VERIFIED_DOSSIERS = "verified_at", "verified_dossiers"
_TO_COUNT = "dossiers_to_count"
_AHEAD = "clock_ahead"
# Three look-ups rather than one for three keys, which would make a table of them first.
_PROGRESS = (
    'SELECT (SELECT "value" FROM "sync_state" WHERE "key" = \'epoch\'),'
    ' (SELECT "value" FROM "sync_state" WHERE "key" = \'cursor\'),'
    ' (SELECT "value" FROM "sync_state" WHERE "key" = \'after\')'
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What enrolment taught this laptop; a renewal changes the device, and nothing else."""

    server_address: str
    server: str
    department: str
    department_name: str
    device: str
    professional: str
    ca_file: str | None
    proxy: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far this laptop has read from the office."""

    epoch: str | None
    cursor: int
    """Last complete cursor: everything up to there has arrived."""
    after: Position | None
    """Where a reading that was cut will go on."""


class State:
    """The ``sync_state`` table, typed."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def enrolment(self) -> Enrolment | None:
        """Return who this laptop is to the office, or nothing before enrolment."""
        text = self._get("enrolment")
        return None if text is None else Enrolment(**json.loads(text))

    def set_enrolment(self, enrolment: Enrolment) -> None:
        """Remember who this laptop is to the office."""
        names = Enrolment.__slots__
        self.set("enrolment", json.dumps({name: getattr(enrolment, name) for name in names}))

    def progress(self) -> Progress:
        """Return how far this laptop has read."""
        row = self._database.row(_PROGRESS)
        epoch, cursor, after = row if row is not None else (None, None, None)
        return Progress(
            epoch=epoch,
            cursor=int(cursor or 0),
            after=Position(*json.loads(after)) if after else None,
        )

    def set_progress(self, progress: Progress) -> None:
        """Remember it; called in the same transaction as the page it speaks of."""
        after = progress.after
        self.set("epoch", progress.epoch)
        self.set("cursor", str(progress.cursor))
        self.set("after", json.dumps([after.seq, after.kind, after.rid]) if after else None)

    def cursor(self) -> int:
        """Return the last complete cursor."""
        return int(self._get("cursor") or 0)

    def last_op(self) -> int:
        """Return the number of the last operation that was ever frozen for sending."""
        return int(self._get("last_op") or 0)

    def batch_ends(self) -> list[int]:
        """Return the last numbers of the batches that another one was sent beside."""
        return list(json.loads(self._get(_BATCH_ENDS) or "[]"))

    def note_batch_end(self, n: int) -> None:
        """Another batch leaves before the answer to the one that ends with ``n`` is written."""
        self.set(_BATCH_ENDS, json.dumps([*self.batch_ends(), n][-_BATCHES_BESIDE:]))

    def restart_numbers(self, last_op: int) -> None:
        """Number operations anew from the one after ``last_op``."""
        self.set("last_op", str(last_op))
        self.set(_BATCH_ENDS, None)

    def device(self) -> str:
        """Return this laptop's identifier, or nothing before it has one."""
        return self._get("device") or ""

    def is_realigning(self) -> bool:
        """Whether the office is being read anew after it was restored from a backup."""
        return self.realigning_since() is not None

    def realigning_since(self) -> str | None:
        """Return when the office began to be read anew, or nothing when it is not."""
        return self._get("realigning")

    def set_realigning(self, since: datetime | None) -> None:
        """Note that a reading from the start begins, or is over."""
        self.set("realigning", None if since is None else instant_to_wire(since))
        if since is not None:
            self.set(_HAS_FORGOTTEN, "[]")

    def has_office_forgotten(self) -> bool:
        """Whether the office was restored, and has not been seen to hold all that is here since."""
        return self._get(_HAS_FORGOTTEN) is not None

    def note_sent_again(self, ops: Iterable[int]) -> None:
        """Operations that the office had taken are planned again: what stands here came later."""
        last = max(ops, default=0)
        if last > self.last_sent_again():
            self.set(_SENT_AGAIN, str(last))

    def last_sent_again(self) -> int:
        """Return the identifier of the last operation that was, at any restoration."""
        return int(self._get(_SENT_AGAIN) or 0)

    def note_closed(self, bucket: str) -> None:
        """The office does not give a dossier that is here: nothing there is known to be read."""
        closed = self.closed()
        if bucket not in closed:
            self.set(_CLOSED, json.dumps([*closed, bucket]))

    def note_given(self, buckets: Collection[str]) -> None:
        """It gives these, or they have left."""
        closed = self.closed() if buckets else []
        left = [bucket for bucket in closed if bucket not in buckets]
        if left != closed:
            self.set(_CLOSED, json.dumps(left) if left else None)

    def closed(self) -> list[str]:
        """Return the dossiers here that the office was seen not to give."""
        return list(json.loads(self._get(_CLOSED) or "[]"))

    def is_founded(self, dossier: str) -> bool:
        """Whether a dossier that it did not know was sent to it again since."""
        return dossier in json.loads(self._get(_HAS_FORGOTTEN) or "[]")

    def note_founded(self, dossier: str) -> None:
        """Remember it, so that it is tried once."""
        founded = json.loads(self._get(_HAS_FORGOTTEN) or "[]")
        self.set(_HAS_FORGOTTEN, json.dumps([*founded, dossier]))

    def forget_names(self) -> None:
        """Forget which dossiers were looked into, or sent again: one may have been erased since."""
        self.set(LOOKED_INTO, None)
        if self.has_office_forgotten():
            self.set(_HAS_FORGOTTEN, "[]")

    def is_imported(self) -> bool:
        """Whether this vault came from a file, and is not a device of its own yet."""
        return self._get("imported") is not None

    def set_imported(self, *, imported: bool) -> None:
        """Note that it came from a file, or that it has become a device of its own."""
        self.set("imported", "1" if imported else None)

    def erasures(self) -> list[int]:
        """Return the numbers of the erasures done here that the office has not been told of."""
        return list(json.loads(self._get("erasures") or "[]"))

    def note_erasure(self, number: int) -> None:
        """Note one more."""
        self._set_erasures({*self.erasures(), number})

    def forget_erasures(self, told: Iterable[int]) -> None:
        """The office has been told of these."""
        self._set_erasures(set(self.erasures()) - set(told))

    def untold_notes(self) -> list[str]:
        """Return the notes that went with a meeting of somebody erased, unknown to the office."""
        return list(json.loads(self._get(_UNTOLD_NOTES) or "[]"))

    def note_untold_notes(self, notes: Iterable[str]) -> None:
        """More of them: until the office is told, nothing that it gives of them is taken."""
        untold = {*self.untold_notes(), *notes}
        self.set(_UNTOLD_NOTES, json.dumps(sorted(untold)) if untold else None)

    def forget_untold_notes(self, told: Iterable[str]) -> None:
        """The office has been told of these."""
        untold = set(self.untold_notes()) - set(told)
        self.set(_UNTOLD_NOTES, json.dumps(sorted(untold)) if untold else None)

    def is_compaction_due(self) -> bool:
        """Whether bytes of what was erased may still be in the file."""
        return self._get(COMPACTION) is not None

    def note_erased(self, records: Iterable[tuple[str, str]]) -> None:
        """Records were erased, by kind and identifier: the file and copies hold bytes of them."""
        known = {*self.erased(), *records}
        self.set(_ERASED, json.dumps(sorted(known)))
        self.set(_COPIES_DONE, None)
        self.set(COMPACTION, _COPIES_TOO)

    def erased(self) -> list[tuple[str, str]]:
        """Return what was erased since the file was written anew; an earlier Coffre kept none."""
        return [(kind, rid) for kind, rid in json.loads(self._get(_ERASED) or "[]")]

    def copies_done(self) -> int:
        """Return the number of the last copy that holds nothing of it any more."""
        return int(self._get(_COPIES_DONE) or 0)

    def note_copy_done(self, number: int) -> None:
        """One more copy holds nothing of it, nor do those before."""
        self.set(_COPIES_DONE, str(number))

    def are_copies_clear(self) -> bool:
        """Whether no copy holds anything of what was erased, and the file alone may."""
        return self._get(COMPACTION) == _FILE_ALONE

    def note_copies_clear(self) -> None:
        """No copy does any more; what it was is forgotten before the file is written anew."""
        self.set(_ERASED, None)
        self.set(_COPIES_DONE, None)
        self.set(COMPACTION, _FILE_ALONE)

    def note_compacted(self) -> None:
        """Nothing of what was erased is left."""
        self.set(COMPACTION, None)

    def hlc(self) -> clock.Hlc:
        """Return the last value of this laptop's logical clock."""
        return clock.Hlc(int(self._get("hlc") or 0))

    def tick(self, now_ms: int) -> int:
        """Return the next value of this laptop's logical clock, and remember it."""
        value = clock.tick(self.hlc(), now_ms)
        self.set("hlc", str(value))
        return value

    def observe(self, seen: int, now_ms: int) -> None:
        """Advance the logical clock past one seen elsewhere."""
        last = self.hlc()
        value = clock.observe(last, clock.Hlc(seen), now_ms)
        if value != last:
            self.set("hlc", str(value))

    def last_contact(self) -> datetime | None:
        """Return when the office last answered, to the hour, by this laptop's clock."""
        text = self._get("last_contact")
        return None if text is None else instant_from_wire(text)

    def is_fresh_contact(self, now: datetime) -> bool:
        """Whether the last contact was noted less than an hour ago: no need to note it again."""
        last = self.last_contact()
        return last is not None and timedelta(0) <= now - last < _CONTACT_NOTED

    def note_contact(self, now: datetime, told: int | None = None) -> None:
        """The office has answered; ``told`` is its clock, as it says it."""
        self.set("last_contact", instant_to_wire(now))
        if told is not None:
            ahead_ms = unix_ms(now) - clock.millis(clock.Hlc(told))
            self.set(_AHEAD, str(min(max(ahead_ms, 0), unix_ms(now))))

    def office_time(self, now: datetime) -> datetime:
        """Return what time it is by the office's clock, where this laptop's was ahead of it.

        Never before their last contact: the laptop's may have been put right since.
        """
        ahead, last = int(self._get(_AHEAD) or 0), self.last_contact()
        if not ahead or last is None:
            return now
        return max(now, last) - timedelta(milliseconds=ahead)

    def note_verified(self, now: datetime, dossiers: int | None) -> None:
        """Both sides have been seen to hold the same; ``None``: as many dossiers as before."""
        self.set(_VERIFIED_AT, instant_to_wire(now))
        if dossiers is not None:
            self.set(_VERIFIED_DOSSIERS, str(dossiers))
            self.set(_TO_COUNT, None)
        self.set(_DIVERGED, None)
        self.set(_HAS_FORGOTTEN, None)
        self.set(_CLOSED, None)
        self.note_compared()

    def set_dossiers_to_count(self) -> None:
        """Something has come or gone since dossiers were counted."""
        self.set(_TO_COUNT, "1")

    def are_dossiers_to_count(self) -> bool:
        """Whether to count them again: of ten thousand, that takes a millisecond or two."""
        return self._get(_VERIFIED_DOSSIERS) is None or self._get(_TO_COUNT) is not None

    def verified_at(self) -> datetime | None:
        """Return when both sides were last seen to hold the same."""
        text = self._get(_VERIFIED_AT)
        return None if text is None else instant_from_wire(text)

    def verified_dossiers(self) -> int:
        """Return how many dossiers were here then."""
        return int(self._get(_VERIFIED_DOSSIERS) or 0)

    def is_diverged(self) -> bool:
        """Whether both sides were seen to differ since, and it could not be mended."""
        return self._get(_DIVERGED) is not None

    def note_diverged(self) -> None:
        """Both sides have been seen to differ."""
        self.set(_DIVERGED, "1")

    def is_comparison_due(self) -> bool:
        """Whether both sides are to be compared though nothing may be new."""
        return self._get(_TO_COMPARE) is not None

    def ask_comparison(self) -> None:
        """Have each synchronisation compare with the office, until one has done so to the end."""
        self.set(_TO_COMPARE, "1")

    def note_compared(self) -> None:
        """It was done, and what could be mended was."""
        self.set(_TO_COMPARE, None)

    def ask_scrub(self) -> None:
        """Have the next synchronisation compute every digest again and compare with the office."""
        self.set(SCRUBBED, instant_to_wire(_LONG_AGO))

    def _set_erasures(self, numbers: set[int]) -> None:
        self.set("erasures", json.dumps(sorted(numbers)) if numbers else None)

    def get(self, key: str) -> str | None:
        """Return a fact, or nothing."""
        return self._get(key)

    def set(self, key: str, value: str | None) -> None:
        """Remember a fact, or forget it."""
        if value is None:
            self._database.execute('DELETE FROM "sync_state" WHERE "key" = ?', (key,))
        else:
            self._database.execute(
                'INSERT OR REPLACE INTO "sync_state" VALUES (?, ?)', (key, value)
            )

    def _get(self, key: str) -> str | None:
        row = self._database.row('SELECT "value" FROM "sync_state" WHERE "key" = ?', (key,))
        return None if row is None else str(row[0])
