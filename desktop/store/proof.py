"""What this laptop holds of what the office gave it, in sums that both sides can compare.

A digest is always computed from this laptop's own rows, never taken from the office: else a hole
that nobody noticed would be declared whole. What is typed and not yet acknowledged does not count:
of such a record it is the mirror that is digested (docs/protocol.md, "Proof").
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import read_json, write_json
from desktop.store.records import Data, Records
from protocol.digests import MODULUS, bucket_mark, record_digest, root_of, to_hex
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import SYNCED
from protocol.kinds.declare import KindSpec
from protocol.visibility import bucket_of
from protocol.wire import Root

Key = tuple[str, str]
"""Name of a kind, identifier."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one bucket."""

    records: int
    digest: int


@dataclass(frozen=True, slots=True)
class _Agreed:
    """A record as both sides know it."""

    bucket: str
    digest: int
    data: Data


class Proof:
    """Keeps a sum for each bucket, and computes it again when asked."""

    def __init__(self, database: EncryptedDatabase, records: Records) -> None:
        self._database = database
        self._records = records

    def changes(self) -> "Changes":
        """Return what follows the records that one page of the office changes."""
        return Changes(self)

    def root(self) -> Root:
        """Return the digest of all that is held, kept as a sum of what each bucket adds to it."""
        kept = self._database.row('SELECT "buckets", "records", "digest" FROM "root_proof"')
        if kept is None:
            return Root(0, 0, to_hex(0))
        return Root(kept[0], kept[1], to_hex(_number(kept[2])))

    def buckets(self) -> dict[str, Held]:
        """Return what is held of each bucket."""
        rows = self._database.rows('SELECT "bucket", "records", "digest" FROM "bucket_proof"')
        return {bucket: Held(records, _number(digest)) for bucket, records, digest in rows}

    def forget_bucket(self, bucket: str) -> None:
        """A dossier left this laptop: nothing of it counts any more."""
        self._replace(self._held([bucket]), {bucket: Held(0, 0)})

    def records_of(self, bucket: str) -> dict[Key, int]:
        """Return the digest of each record of a bucket, computed from the rows."""
        found: dict[Key, int] = {}
        for name, rids in self._rids_of(bucket).items():
            agreed = self.agreed(name, rids)
            found |= {(name, rid): it.digest for rid, it in agreed.items() if it.bucket == bucket}
        return found

    def scrub(self) -> Iterator[int]:
        """Compute every sum again from the rows, a bucket at each step, in its transaction.

        Yields 1 where the sum kept was another, and puts it right: comparing with the office then
        shows which records to read again.
        """
        for bucket in sorted(self._all_buckets() | self.buckets().keys()):
            yield self._check(bucket)
        yield self._check_root()

    def recount(self) -> None:
        """Compute every sum again, in the caller's transaction."""
        for _ in self.scrub():
            pass

    def _check(self, bucket: str) -> int:
        with self._database.transaction():
            digests = self.records_of(bucket).values()
            held = Held(len(digests), sum(digests) % MODULUS)
            before = self._held([bucket])
            if held == before.get(bucket, Held(0, 0)):
                return 0
            self._replace(before, {bucket: held})
        return 1

    def _check_root(self) -> int:
        with self._database.transaction():
            root = root_of((bucket, it.records, it.digest) for bucket, it in self.buckets().items())
            if root == self.root():
                return 0
            self._write_root(root.buckets, root.records, int(root.digest, 16))
        return 1

    def _all_buckets(self) -> set[str]:
        found = {REFERENCE_BUCKET}
        for spec in SYNCED.values():
            if spec.bucket_field is not None:
                rows = self._database.rows(
                    f'SELECT DISTINCT "{spec.bucket_field}" FROM "{spec.name}"'  # noqa: S608
                )
                found |= {str(row[0]) for row in rows}
        rows = self._database.rows('SELECT DISTINCT "bucket" FROM "unknown_record"')
        return found | {str(row[0]) for row in rows}

    def _rids_of(self, bucket: str) -> dict[str, list[str]]:
        """Return the records that are or were in a bucket, by kind."""
        found: dict[str, list[str]] = defaultdict(list)
        for spec in SYNCED.values():
            if spec.bucket_field is None and bucket != REFERENCE_BUCKET:
                continue
            where = "1" if spec.bucket_field is None else f'"{spec.bucket_field}" = ?'
            rows = self._database.rows(
                f'SELECT "id" FROM "{spec.name}" WHERE {where}',  # noqa: S608
                () if spec.bucket_field is None else (bucket,),
            )
            found[spec.name] += [str(row[0]) for row in rows]
        for table in ("outbox", "unknown_record"):
            rows = self._database.rows(
                f'SELECT "kind", "rid" FROM "{table}" WHERE "bucket" = ?',  # noqa: S608
                (bucket,),
            )
            for kind, rid in rows:
                found[kind].append(rid)
        return {kind: rids for kind, rids in found.items() if rids}

    # -- for ``Changes`` ------------------------------------------------------------------------

    def agreed(
        self, name: str, rids: Iterable[str], known: Mapping[Key, Data] | None = None
    ) -> dict[str, _Agreed]:
        """Return those of these records that the office holds, as this laptop knows it.

        The mirror where something waits, the row otherwise; nothing of a record that the office has
        not taken. ``known``: rows just written on which nothing waits, not to be read again.
        """
        spec = SYNCED.get(name)
        if spec is None:
            return self._unknown(name, rids)
        known = known or {}
        held = {rid: known[name, rid] for rid in rids if (name, rid) in known}
        if others := [rid for rid in rids if rid not in held]:
            mine = self._not_taken(name, others)
            held |= {rid: read_json(data) for rid, data in self._mirrors(name, others)}
            missing = [rid for rid in others if rid not in mine and rid not in held]
            held |= self._records.data_of(spec, missing)
        return {rid: _digested(spec, rid, data) for rid, data in held.items()}

    def add(self, deltas: Mapping[str, Held]) -> None:
        """Add to what is held of some buckets."""
        before = self._held(deltas)
        now = {}
        for bucket, delta in deltas.items():
            held = before.get(bucket, Held(0, 0))
            now[bucket] = Held(held.records + delta.records, (held.digest + delta.digest) % MODULUS)
        self._replace(before, now)

    def _held(self, buckets: Iterable[str]) -> dict[str, Held]:
        rows = self._database.rows(
            'SELECT "bucket", "records", "digest" FROM "bucket_proof"'
            ' WHERE "bucket" IN (SELECT "value" FROM json_each(?))',
            (write_json(list(buckets)),),
        )
        return {bucket: Held(records, _number(digest)) for bucket, records, digest in rows}

    def _replace(self, before: Mapping[str, Held], now: Mapping[str, Held]) -> None:
        """Write what is held of some buckets, and what that adds to the root."""
        self._database.execute_many(
            'INSERT OR REPLACE INTO "bucket_proof" VALUES (?, ?, ?)',
            [(bucket, it.records, _blob(it.digest)) for bucket, it in now.items() if it.records],
        )
        self._database.execute_many(
            'DELETE FROM "bucket_proof" WHERE "bucket" = ?',
            [(bucket,) for bucket, it in now.items() if not it.records],
        )
        root, total = self.root(), 0
        counts = [root.buckets, root.records]
        for sign, held in ((-1, {b: before[b] for b in before if b in now}), (1, now)):
            counts[0] += sign * sum(it.records > 0 for it in held.values())
            counts[1] += sign * sum(it.records for it in held.values())
            total += sign * sum(bucket_mark(b, it.records, it.digest) for b, it in held.items())
        self._write_root(counts[0], counts[1], (int(root.digest, 16) + total) % MODULUS)

    def _write_root(self, buckets: int, records: int, digest: int) -> None:
        self._database.execute(
            'INSERT OR REPLACE INTO "root_proof" VALUES (1, ?, ?, ?)',
            (buckets, records, _blob(digest)),
        )

    def _unknown(self, name: str, rids: Iterable[str]) -> dict[str, _Agreed]:
        rows = self._database.rows(
            'SELECT "rid", "bucket", "data" FROM "unknown_record" WHERE "kind" = ?'
            ' AND "rid" IN (SELECT "value" FROM json_each(?))',
            (name, write_json(list(rids))),
        )
        return {
            rid: _Agreed(bucket, record_digest(name, rid, data), data)
            for rid, bucket, data in ((rid, bucket, read_json(text)) for rid, bucket, text in rows)
        }

    def _not_taken(self, name: str, rids: Iterable[str]) -> set[str]:
        """Return those whose creation the office has not acknowledged, or has refused."""
        rows = self._database.rows(
            'SELECT "rid" FROM "outbox" WHERE "creates" = 1 AND "kind" = ?'
            ' AND "rid" IN (SELECT "value" FROM json_each(?))',
            (name, write_json(list(rids))),
        )
        return {str(row[0]) for row in rows}

    def _mirrors(self, name: str, rids: Iterable[str]) -> list[tuple[str, str]]:
        rows = self._database.rows(
            'SELECT "rid", "data" FROM "mirror" WHERE "kind" = ?'
            ' AND "rid" IN (SELECT "value" FROM json_each(?))',
            (name, write_json(list(rids))),
        )
        return [(rid, data) for rid, data in rows]


class Changes:
    """Follows some records through one page: watched before, settled after."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        self._before: dict[str, dict[str, _Agreed]] = defaultdict(dict)
        self._watched: dict[str, set[str]] = defaultdict(set)

    def watch(self, name: str, rids: Iterable[str]) -> None:
        """Note what is held of some records, before they change."""
        fresh = set(rids) - self._watched[name]
        if fresh:
            self._watched[name] |= fresh
            self._before[name] |= self._proof.agreed(name, fresh)

    def watch_new(self, name: str, rids: Iterable[str]) -> None:
        """The same for records that this laptop makes: the office does not hold them yet."""
        self._watched[name] |= set(rids)

    def held(self, name: str) -> Mapping[str, Data]:
        """Return the watched records of a kind as they were; what waits on them is not in it."""
        return {rid: it.data for rid, it in self._before[name].items()}

    def settle(self, known: Mapping[Key, Data] | None = None) -> None:
        """Add up what is held now. ``known``: rows just written, exactly as they now are."""
        deltas: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for name, rids in self._watched.items():
            now = self._proof.agreed(name, rids, known)
            for sign, held in ((-1, self._before[name]), (1, now)):
                for it in held.values():
                    deltas[it.bucket][0] += sign
                    deltas[it.bucket][1] += sign * it.digest
        moved = {bucket: Held(*delta) for bucket, delta in deltas.items() if delta != [0, 0]}
        if moved:
            self._proof.add(moved)
        self._watched.clear()
        self._before.clear()


def _digested(spec: KindSpec, rid: str, data: Data) -> _Agreed:
    return _Agreed(bucket_of(spec, rid, data), record_digest(spec.name, rid, data), data)


def _number(blob: bytes) -> int:
    return int.from_bytes(blob, "big")


def _blob(digest: int) -> bytes:
    return digest.to_bytes(16, "big")
