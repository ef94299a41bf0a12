"""What this laptop holds of what the office gave it, in digests that both sides can compare.

A digest is always computed from this laptop's own rows, never taken from the office: else a hole
that nobody noticed would be declared whole. What is typed and not yet acknowledged does not count:
of such a record it is the mirror that is digested (docs/protocol.md, "Proof").
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import read_json, write_json
from desktop.store.records import Data, Records
from protocol.digests import MODULUS, record_digest, root_of
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import SYNCED
from protocol.kinds.declare import KindSpec
from protocol.visibility import bucket_of
from protocol.wire import Root

Key = tuple[str, str]
"""Name of a kind, identifier."""
_SLICE = 1_000
"""Records checked in one transaction of the scrub: what is being typed waits no longer."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one bucket."""

    records: int
    digest: int


class Proof:
    """Keeps the digests; asks for them."""

    def __init__(self, database: EncryptedDatabase, records: Records) -> None:
        self._database = database
        self._records = records

    def changes(self) -> "Changes":
        """Return what follows the records that one page of the office changes."""
        return Changes(self, self._records)

    def root(self) -> Root:
        """Return the digest of all that is held."""
        return root_of((bucket, it.records, it.digest) for bucket, it in self.buckets().items())

    def buckets(self) -> dict[str, Held]:
        """Return what is held of each bucket."""
        rows = self._database.rows('SELECT "bucket", "records", "digest" FROM "bucket_proof"')
        return {bucket: Held(records, _number(digest)) for bucket, records, digest in rows}

    def records_of(self, bucket: str) -> dict[Key, int]:
        """Return the digest of each record held of a bucket, as it was last computed."""
        found: dict[Key, int] = {}
        for spec in SYNCED.values():
            where = _in_bucket(spec)
            if where is None and bucket != REFERENCE_BUCKET:
                continue
            rows = self._database.rows(
                f'SELECT "id", "_digest" FROM "{spec.name}"'  # noqa: S608  # names of kinds
                f' WHERE "_digest" IS NOT NULL AND {where or "1"}',
                () if where is None else (bucket,),
            )
            found |= {(spec.name, rid): _number(digest) for rid, digest in rows}
        mirrors = self._database.rows(
            'SELECT "kind", "rid", "data", "digest" FROM "mirror" WHERE "digest" IS NOT NULL'
        )
        for kind, rid, data, digest in mirrors:
            if bucket_of(SYNCED[kind], rid, read_json(data)) == bucket:
                found[kind, rid] = _number(digest)
        rows = self._database.rows(
            'SELECT "kind", "rid", "digest" FROM "unknown_record"'
            ' WHERE "bucket" = ? AND "digest" IS NOT NULL',
            (bucket,),
        )
        return found | {(kind, rid): _number(digest) for kind, rid, digest in rows}

    def holds_dossier(self, bucket: str) -> bool:
        """Tell whether the dossier of a person is here."""
        return self._database.row('SELECT 1 FROM "person" WHERE "id" = ?', (bucket,)) is not None

    def forget_bucket(self, bucket: str) -> None:
        """A dossier left this laptop: nothing of it counts any more."""
        self._database.execute('DELETE FROM "bucket_proof" WHERE "bucket" = ?', (bucket,))

    def forget_all(self) -> None:
        """The office is another one, or an older one: nothing is agreed upon any more."""
        self._database.execute('DELETE FROM "bucket_proof"')
        self._database.execute('UPDATE "mirror" SET "digest" = NULL')
        self._database.execute('UPDATE "unknown_record" SET "digest" = NULL')
        for spec in SYNCED.values():
            self._database.execute(f'UPDATE "{spec.name}" SET "_digest" = NULL')  # noqa: S608

    def scrub(self) -> Iterator[int]:
        """Compute every digest again from the rows, a slice at each step, in its transaction.

        Yields how many records of the slice had another digest than the one kept: what was kept
        is put right, so that comparing with the office shows which records to read again.
        """
        for name in SYNCED:
            last = ""
            while rids := self._after(name, last):
                last = rids[-1]
                yield self._check(name, rids)
        yield self.recount()

    def _after(self, name: str, last: str) -> list[str]:
        rows = self._database.rows(
            f'SELECT "id" FROM "{name}" WHERE "id" > ? ORDER BY "id" LIMIT {_SLICE}',  # noqa: S608
            (last,),
        )
        return [str(row[0]) for row in rows]

    def _check(self, name: str, rids: list[str]) -> int:
        with self._database.transaction():
            changes = self.changes()
            changes.watch(name, rids)
            return changes.settle()

    def recount(self) -> int:
        """Add everything up again; return 1 if a sum was wrong."""
        sums: dict[str, Held] = {}
        with self._database.transaction():
            for bucket, digest in self._all_digests():
                held = sums.get(bucket, Held(0, 0))
                sums[bucket] = Held(held.records + 1, (held.digest + digest) % MODULUS)
            if sums == self.buckets():
                return 0
            self._database.execute('DELETE FROM "bucket_proof"')
            self._write_buckets(sums)
        return 1

    def _all_digests(self) -> Iterator[tuple[str, int]]:
        mirrored: set[Key] = set()
        for kind, rid, data, digest in self._database.rows(
            'SELECT "kind", "rid", "data", "digest" FROM "mirror"'
        ):
            mirrored.add((kind, rid))
            if digest is not None:
                yield bucket_of(SYNCED[kind], rid, read_json(data)), _number(digest)
        for spec in SYNCED.values():
            for rid, bucket, digest in self._database.rows(
                f'SELECT "id", {_bucket_column(spec)}, "_digest" FROM "{spec.name}"'  # noqa: S608
                ' WHERE "_digest" IS NOT NULL'
            ):
                if (spec.name, rid) not in mirrored:
                    yield str(bucket), _number(digest)
        for bucket, digest in self._database.rows(
            'SELECT "bucket", "digest" FROM "unknown_record" WHERE "digest" IS NOT NULL'
        ):
            yield bucket, _number(digest)

    # -- for ``Changes`` ------------------------------------------------------------------------

    def known(self, name: str, rids: Iterable[str]) -> dict[str, tuple[str, int | None]]:
        """Return the bucket and the digest kept of those of these records that are there."""
        wanted = write_json(list(rids))
        spec = SYNCED.get(name)
        if spec is None:
            rows = self._database.rows(
                'SELECT "rid", "bucket", "digest" FROM "unknown_record" WHERE "kind" = ?'
                ' AND "rid" IN (SELECT "value" FROM json_each(?))',
                (name, wanted),
            )
            return {rid: (bucket, _digest(digest)) for rid, bucket, digest in rows}
        rows = self._database.rows(
            f'SELECT "id", {_bucket_column(spec)}, "_digest" FROM "{name}"'  # noqa: S608
            ' WHERE "id" IN (SELECT "value" FROM json_each(?))',
            (wanted,),
        )
        found = {rid: (str(bucket), _digest(digest)) for rid, bucket, digest in rows}
        for rid, data, digest in self._mirrors(name, wanted):
            found[rid] = (bucket_of(spec, rid, read_json(data)), _digest(digest))
        return found

    def agreed(self, name: str, rids: Iterable[str]) -> dict[str, tuple[str, Data]]:
        """Return the bucket and the data of these records as the office holds them."""
        wanted = write_json(list(rids))
        spec = SYNCED.get(name)
        if spec is None:
            rows = self._database.rows(
                'SELECT "rid", "bucket", "data" FROM "unknown_record" WHERE "kind" = ?'
                ' AND "rid" IN (SELECT "value" FROM json_each(?))',
                (name, wanted),
            )
            return {rid: (bucket, read_json(data)) for rid, bucket, data in rows}
        data_of = self._records.data_of(spec, wanted)
        data_of |= {rid: read_json(data) for rid, data, _ in self._mirrors(name, wanted)}
        return {rid: (bucket_of(spec, rid, data), data) for rid, data in data_of.items()}

    def write(self, name: str, digests: dict[str, int | None]) -> None:
        """Keep the digests of records."""
        rows = [(None if d is None else _blob(d), rid) for rid, d in digests.items()]
        if name not in SYNCED:
            self._database.execute_many(
                'UPDATE "unknown_record" SET "digest" = ? WHERE "rid" = ?', rows
            )
            return
        self._database.execute_many(f'UPDATE "{name}" SET "_digest" = ? WHERE "id" = ?', rows)  # noqa: S608
        if self._database.row('SELECT 1 FROM "mirror" WHERE "kind" = ? LIMIT 1', (name,)):
            self._database.execute_many(
                'UPDATE "mirror" SET "digest" = ? WHERE "rid" = ? AND "kind" = ?',
                [(*row, name) for row in rows],
            )

    def add(self, deltas: dict[str, Held]) -> None:
        """Add to what is held of some buckets."""
        rows = self._database.rows(
            'SELECT "bucket", "records", "digest" FROM "bucket_proof"'
            ' WHERE "bucket" IN (SELECT "value" FROM json_each(?))',
            (write_json(list(deltas)),),
        )
        held = {bucket: Held(records, _number(digest)) for bucket, records, digest in rows}
        now = {}
        for bucket, delta in deltas.items():
            before = held.get(bucket, Held(0, 0))
            now[bucket] = Held(
                before.records + delta.records, (before.digest + delta.digest) % MODULUS
            )
        self._write_buckets(now)

    def _write_buckets(self, held: dict[str, Held]) -> None:
        self._database.execute_many(
            'INSERT OR REPLACE INTO "bucket_proof" VALUES (?, ?, ?)',
            [(bucket, it.records, _blob(it.digest)) for bucket, it in held.items()],
        )
        self._database.execute('DELETE FROM "bucket_proof" WHERE "records" = 0')

    def _mirrors(self, name: str, wanted: str) -> list[tuple[str, str, bytes | None]]:
        rows = self._database.rows(
            'SELECT "rid", "data", "digest" FROM "mirror" WHERE "kind" = ?'
            ' AND "rid" IN (SELECT "value" FROM json_each(?))',
            (name, wanted),
        )
        return [(rid, data, digest) for rid, data, digest in rows]


class Changes:
    """Follows some records through one page: watched before, settled after."""

    def __init__(self, proof: Proof, records: Records) -> None:
        self._proof = proof
        self._before: dict[str, dict[str, tuple[str, int | None]]] = defaultdict(dict)
        self._watched: dict[str, set[str]] = defaultdict(set)
        self._given: set[Key] = set()

    def watch(self, name: str, rids: Iterable[str]) -> None:
        """Note what is held of some records, before they change."""
        fresh = set(rids) - self._watched[name]
        if fresh:
            self._watched[name] |= fresh
            self._before[name] |= self._proof.known(name, fresh)

    def confirm(self, name: str, rid: str) -> None:
        """The office holds this record from now on: it took it, or gave it."""
        self._given.add((name, rid))

    def settle(self) -> int:
        """Compute what is held now; return how many records had another digest before."""
        deltas: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        different = 0
        for name, rids in self._watched.items():
            before, agreed = self._before[name], self._proof.agreed(name, rids)
            digests: dict[str, int | None] = {}
            for rid in rids:
                bucket, old = before.get(rid, ("", None))
                now = None
                if rid in agreed and (old is not None or (name, rid) in self._given):
                    bucket, data = agreed[rid]
                    now = record_digest(name, rid, data)
                if rid in agreed:
                    digests[rid] = now
                if old != now:
                    different += 1
                    deltas[bucket][0] += (now is not None) - (old is not None)
                    deltas[bucket][1] += (now or 0) - (old or 0)
            self._proof.write(name, digests)
        if deltas:
            self._proof.add({bucket: Held(*delta) for bucket, delta in deltas.items()})
        self._watched.clear()
        self._before.clear()
        return different


def _in_bucket(spec: KindSpec) -> str | None:
    return None if spec.bucket_field is None else f'"{spec.bucket_field}" = ?'


def _bucket_column(spec: KindSpec) -> str:
    return f"'{REFERENCE_BUCKET}'" if spec.bucket_field is None else f'"{spec.bucket_field}"'


def _digest(blob: bytes | None) -> int | None:
    return None if blob is None else _number(blob)


def _number(blob: bytes) -> int:
    return int.from_bytes(blob, "big")


def _blob(digest: int) -> bytes:
    return digest.to_bytes(16, "big")
