"""What leaves this laptop: dossiers no longer followed, and persons erased.

A dossier that is handed over takes its rows, its mirror and its archive along; what was typed and
not yet sent waits for the office, which keeps it for those who now hold the dossier. Of a person
who is erased nothing stays, unsent or not.
"""

from collections.abc import Collection, Mapping, Sequence

from desktop.store.archive import Archive
from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import write_json
from desktop.store.outbox import Outbox, PendingOp
from desktop.store.person_index import PersonIndex
from desktop.store.pieces import PieceStore
from desktop.store.proof import Key, Proof
from desktop.store.records import Records
from desktop.store.sealed_texts import SealedTexts
from desktop.store.set_aside import SetAside
from desktop.store.unknown import UnknownRecords
from protocol.kinds import SYNCED, Conflict, spec_of
from protocol.kinds.declare import KindSpec

DOCUMENT, NOTE = "document", "clinical_note"
_PERSON = "person"
_CONFLICT = spec_of(Conflict).name
_WITH_WORDS = (
    "follow_up",
    "correction",
    "step",
    "relay",
    "care_accompaniment",
    "mobility_diagnosis",
    "programme",
    "waiting",
    "document",
)
_DOSSIERS_OF = {
    kind: f'SELECT "person" FROM "{kind}" WHERE "id" IN (SELECT "value" FROM json_each(?))'  # noqa: S608
    for kind in _WITH_WORDS
} | {
    # A note lives in its author's drawer: what it speaks of is the dossier of its meeting.
    NOTE: (
        'SELECT coalesce(f."person", n."id") FROM "clinical_note" n'
        ' LEFT JOIN "follow_up" f ON f."id" = n."follow_up"'
        ' WHERE n."id" IN (SELECT "value" FROM json_each(?))'
    ),
}

_ELSEWHERE = """
WITH "gone" AS (SELECT "value" AS "id" FROM json_each(:persons)),
"written" AS (
    SELECT "kind", "rid", "fields" FROM (
        SELECT "id", "kind", "rid" FROM "outbox"
        UNION ALL SELECT "id", "kind", "rid" FROM "outbox_archive"
    ) JOIN "op_fields" USING ("id")
    UNION ALL SELECT "kind", "rid", "data" FROM "set_aside"
),
"meeting" AS (
    SELECT "value" AS "id" FROM json_each(:meetings)
    UNION SELECT "id" FROM "follow_up" WHERE "person" IN "gone"
    UNION SELECT "rid" FROM "written"
        WHERE "kind" = 'follow_up' AND "fields" ->> 'person' IN "gone"
)
SELECT 'clinical_note', "id" FROM "clinical_note" WHERE "follow_up" IN "meeting"
UNION SELECT 'same_person', "id" FROM "same_person" WHERE "person" IN "gone" OR "into" IN "gone"
UNION SELECT "kind", "rid" FROM "written"
    WHERE "kind" = 'clinical_note' AND "fields" ->> 'follow_up' IN "meeting"
UNION SELECT "kind", "rid" FROM "written" WHERE "kind" = 'same_person'
    AND ("fields" ->> 'person' IN "gone" OR "fields" ->> 'into' IN "gone")
"""
"""Notes on meetings of some persons, and what says of them that another dossier is theirs.

What was deleted here, or left with its dossier, has no row any more, and may still be sent.
"""


class Departures:
    """Removes; the caller's transaction decides."""

    def __init__(
        self,
        database: EncryptedDatabase,
        records: Records,
        outbox: Outbox,
        archive: Archive,
        index: PersonIndex,
        unknown: UnknownRecords,
        proof: Proof,
        set_aside: SetAside,
        pieces: PieceStore,
        texts: SealedTexts,
    ) -> None:
        self._database = database
        self._records = records
        self._outbox = outbox
        self._archive = archive
        self._index = index
        self._unknown = unknown
        self._proof = proof
        self._set_aside = set_aside
        self._pieces = pieces
        self._texts = texts

    def losing(self, records: Collection[Key]) -> set[str]:
        """Return the dossiers that lose words when these records go."""
        found: set[str] = set()
        for kind, sql in _DOSSIERS_OF.items():
            rids = [rid for name, rid in records if name == kind]
            if rids:
                found |= {str(row[0]) for row in self._database.rows(sql, (write_json(rids),))}
        return found

    def leave(self, bucket: str) -> Mapping[str, Sequence[str]]:
        """Remove a dossier; return what was removed, by kind. Unsent operations stay."""
        left: dict[str, list[str]] = {}
        for spec in SYNCED.values():
            if not spec.is_in_dossier:
                continue
            rows = self._database.rows(
                f'SELECT "id" FROM "{spec.name}" WHERE "{spec.bucket_field}" = ?',  # noqa: S608
                (bucket,),
            )
            rids = [str(row[0]) for row in rows]
            self._records.remove(spec, rids)
            if rids:
                left[spec.name] = rids
        for op in self._outbox.of_bucket(bucket):
            self._outbox.mirror.forget(op.kind, [op.rid])
        self._index.forget([bucket])
        self._unknown.forget_bucket(bucket)
        self._archive.forget_bucket(bucket)
        self._set_aside.forget_bucket(bucket)
        self._pieces.leave(bucket)
        if not self._outbox.of_bucket(bucket):
            # What was typed here and still waits stays readable to who typed it.
            self._texts.forget_keys(bucket)
        self._proof.forget_bucket(bucket)
        return left

    def forget_offers(self, taken: Sequence[PendingOp]) -> list[PendingOp]:
        """Forget what was offered of dossiers that left, whatever became of it; return the rest.

        They are nobody's words on this laptop: refused, or taken as ours, nothing of them stays.
        """
        offers = [op for op in taken if is_offer(op)]
        held = {op.bucket for op in offers if self._records.holds("person", op.bucket)}
        gone = [op for op in offers if op.bucket not in held]
        for op in gone:
            self._outbox.forget(op)
        forgotten = {op.id for op in gone}
        return [op for op in taken if op.id not in forgotten]

    def forget_keys(self, bucket: str) -> None:
        """Forget the keys of a dossier that left, once nothing of it waits any more."""
        is_here = any(
            self._database.row(f'SELECT 1 FROM "{kind}" WHERE "{name}" = ?', (bucket,))  # noqa: S608
            for kind, name in (("person", "id"), ("circle_key", "person"))
        )
        if not is_here and not self._outbox.of_bucket(bucket):
            self._texts.forget_keys(bucket)

    def erase(self, person: str) -> Mapping[str, Sequence[str]]:
        """Remove a dossier, whatever was still to be sent, and drafts."""
        left = dict(self.leave(person))
        self._pieces.forget_bucket(person)
        for op in self._outbox.of_bucket(person):
            self._outbox.forget(op)
        self._texts.forget(person)
        self._database.execute('DELETE FROM "draft" WHERE "person" = ?', (person,))
        return left

    def erase_all(self, records: Collection[Key]) -> None:
        """Leave nothing of these, of dossiers they founded, nor of what hangs on them elsewhere.

        Of a copy of the store: there is nothing to tell anybody.
        """
        persons = [rid for kind, rid in records if kind == _PERSON]
        with self._database.transaction():
            hung = self.elsewhere_on(persons)
            named = [key for key in (*records, *hung) if key[0] != _PERSON]
            changes = self._proof.changes()
            for kind, rid in named:
                if kind in SYNCED:
                    changes.watch(kind, [rid])
                    self.forget_record(SYNCED[kind], rid)
                else:
                    self._unknown.forget(kind, rid)
            for person in persons:
                self.erase(person)
            changes.settle()
            for person in persons:
                self._proof.forget_bucket(person)  # what was watched of it went with the rest

    def forget_content(self, kind: str, rid: str) -> None:
        """A record was deleted by somebody: what it is about has no other place."""
        if kind == DOCUMENT:
            self._pieces.forget(rid)

    def elsewhere_on(self, persons: Collection[str], meetings: Collection[str] = ()) -> list[Key]:
        """Return what speaks of these outside their dossiers, while those are here.

        Notes on their meetings, and on ``meetings``; what says that another dossier is theirs.
        """
        named = {"persons": write_json(list(persons)), "meetings": write_json(list(meetings))}
        return [(str(kind), str(rid)) for kind, rid in self._database.rows(_ELSEWHERE, named)]

    def forget_record(
        self, spec: KindSpec, rid: str, *, late: bool = False, is_answered: bool = False
    ) -> None:
        """Remove one record and every word ever typed of it.

        Of one taken ``late`` the office has what was sent: what it refused is here alone, and told,
        and what was typed since still waits. Of a document it still wants the pieces. While the
        office answers, what is under way stays: it goes again word for word, until it is answered.
        """
        if spec.name == DOCUMENT and not late:
            self._pieces.forget(rid)
        self._records.remove(spec, [rid])
        self._outbox.mirror.forget(spec.name, [rid])
        for op in self._outbox.all_of_record(spec.name, rid):
            is_under_way = is_answered and op.state == "sent"
            if not (late or is_under_way):
                self._outbox.forget(op)
        self._archive.forget_record(spec.name, rid)
        self._set_aside.forget_record(spec.name, rid)
        if spec.name == "person":
            self._index.forget([rid])


def is_offer(op: PendingOp) -> bool:
    """Tell whether an operation only says what was typed by nobody knows whom."""
    return op.kind == _CONFLICT and op.creates and op.fields.get("lost_by") is None
