"""What this laptop holds of what the office gave it, in sums that both sides can compare.

A digest is always computed from this laptop's own rows, never taken from the office: else a hole
that nobody noticed would be declared whole. What is typed and not yet acknowledged does not count:
of such a record it is the mirror that is digested (docs/protocol.md, "Proof").
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import read_json, write_json
from desktop.store.records import Data, Records
from desktop.store.watched import Agreed, Changes, Foreseen, Held
from protocol.digests import MODULUS, bucket_mark, record_digest, root_of, to_hex
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds import SYNCED
from protocol.kinds.declare import KindSpec
from protocol.visibility import bucket_of
from protocol.wire import DELETE, Root

_AT_ONCE = 100
"""Records to a step of a scrub, and buckets: some ten milliseconds."""

Key = tuple[str, str]
"""Name of a kind, identifier."""


_NOTHING = Held(0, 0)


class Proof:
    """Keeps a sum for each bucket, and computes it again when asked."""

    def __init__(self, database: EncryptedDatabase, records: Records) -> None:
        self._database = database
        self._records = records

    def changes(self, foreseen: Foreseen | None = None) -> Changes:
        """Return what follows the records that one page of the office changes."""
        is_so_still = foreseen is not None and foreseen.at == self._database.changes
        return Changes(self, foreseen if is_so_still else None)

    def foresee(self, named: Mapping[str, Set[str]]) -> Foreseen:
        """Digest some records now, from this laptop's own rows as ever."""
        before, after = {}, {}
        for name, rids in named.items():
            before[name] = self.agreed(name, rids)
            after[name] = _digested(SYNCED[name], self._records.data_of(SYNCED[name], rids))
        return Foreseen(self._database.changes, named, before, after)

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
        self._replace(self._held([bucket]), {bucket: _NOTHING})

    def records_of(self, bucket: str) -> dict[Key, int]:
        """Return the digest of each record of a bucket, computed from the rows."""
        found: dict[Key, int] = {}
        for name, rids in self._rids_of(bucket).items():
            agreed = self.agreed(name, rids)
            found |= {(name, rid): it.digest for rid, it in agreed.items() if it.bucket == bucket}
        return found

    def scrub(self) -> Iterator[int]:
        """Compute every sum again from the rows, a page of records at each step.

        Yields how many sums were others, and puts them right: comparing with the office then shows
        which records to read again.
        """
        return _Scrub(self._database, self).steps()

    def recount(self) -> None:
        """Compute every sum again, in the caller's transaction."""
        for _ in self.scrub():
            pass

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
        self, name: str, rids: Iterable[str], known: Mapping[str, Data] | None = None
    ) -> dict[str, Agreed]:
        """Return those of these records that the office holds, as this laptop knows it.

        The mirror where something waits, the row otherwise; nothing of a record that the office has
        not taken. ``known``: rows just written on which nothing waits, not to be read again.
        """
        spec = SYNCED.get(name)
        if spec is None:
            return self._unknown(name, rids)
        held = {rid: known[rid] for rid in rids if rid in known} if known else {}
        if others := [rid for rid in rids if rid not in held]:
            mine: set[str] = set()
            if self._is_anything_waiting():
                mine = self._not_taken(name, others)
                taken = [rid for rid in others if rid not in mine]
                held |= {rid: read_json(data) for rid, data in self._mirrors(name, taken)}
            missing = [rid for rid in others if rid not in mine and rid not in held]
            held |= self._records.data_of(spec, missing)
        return _digested(spec, held)

    def add(self, deltas: Mapping[str, Held]) -> None:
        """Add to what is held of some buckets."""
        before = self._held(deltas)
        now = {}
        for bucket, (records, digest) in deltas.items():
            held = before.get(bucket, _NOTHING)
            now[bucket] = Held(held.records + records, (held.digest + digest) % MODULUS)
        self._replace(before, now)

    def put_right(self, wrong: Mapping[str, Held]) -> None:
        """Keep these sums instead of those that are."""
        self._replace(self._held(wrong), wrong)

    def put_root_right(self, root: Root) -> bool:
        """Keep this root; tell whether another was kept."""
        if root == self.root():
            return False
        self._write_root(root.buckets, root.records, int(root.digest, 16))
        return True

    def _held(self, buckets: Iterable[str]) -> dict[str, Held]:
        rows = self._database.rows(
            'SELECT "bucket", "records", "digest"'
            ' FROM json_each(?) CROSS JOIN "bucket_proof" ON "bucket" = "value"',
            (write_json(list(buckets)),),
        )
        return {bucket: Held(records, _number(digest)) for bucket, records, digest in rows}

    def _replace(self, before: Mapping[str, Held], now: Mapping[str, Held]) -> None:
        """Write what is held of some buckets, and what that adds to the root."""
        self._database.execute_many(
            # In its place: an index entry is not taken out to be put back.
            'INSERT INTO "bucket_proof" VALUES (?, ?, ?) ON CONFLICT ("bucket") DO UPDATE SET'
            ' "records" = excluded."records", "digest" = excluded."digest"',
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

    def _unknown(self, name: str, rids: Iterable[str]) -> dict[str, Agreed]:
        rows = self._database.rows(
            'SELECT "rid", "bucket", "data" FROM json_each(?)'
            ' CROSS JOIN "unknown_record" ON "kind" = ? AND "rid" = "value"',
            (write_json(list(rids)), name),
        )
        return {
            rid: Agreed(bucket, record_digest(name, rid, data), data)
            for rid, bucket, data in ((rid, bucket, read_json(text)) for rid, bucket, text in rows)
        }

    def _is_anything_waiting(self) -> bool:
        """Tell whether any record may be other here than both sides know it: most often none."""
        sql = 'SELECT EXISTS (SELECT 1 FROM "outbox") OR EXISTS (SELECT 1 FROM "mirror")'
        row = self._database.row(sql)
        return row is not None and bool(row[0])

    def _not_taken(self, name: str, rids: Iterable[str]) -> set[str]:
        """Return those whose creation the office has not acknowledged, or has refused.

        It holds one that was removed here and put back at once, of which both are still to be sent.
        """
        rows = self._database.rows(
            'SELECT "rid" FROM json_each(?)'
            ' CROSS JOIN "outbox" made ON made."kind" = ? AND made."rid" = "value"'
            ' WHERE made."creates" = 1 AND NOT EXISTS (SELECT 1 FROM "outbox" gone'
            ' WHERE gone."kind" = made."kind" AND gone."rid" = made."rid"'
            ' AND gone."verb" = ? AND gone."id" < made."id")',
            (write_json(list(rids)), name, DELETE),
        )
        return {str(row[0]) for row in rows}

    def _mirrors(self, name: str, rids: Iterable[str]) -> list[tuple[str, str]]:
        rows = self._database.rows(
            'SELECT "rid", "data" FROM json_each(?)'
            ' CROSS JOIN "mirror" ON "kind" = ? AND "rid" = "value"',
            (write_json(list(rids)), name),
        )
        return [(rid, data) for rid, data in rows]


class _Scrub:
    """Reads everything once, by kind; what is held of each bucket is added up in memory.

    As many statements for a page of records as there would be for each dossier, and whoever types
    waits for no more than a page. What people do between two steps changes no sum. It may remove a
    row before it is reached: so what waits to be sent is counted first, at each step.
    """

    def __init__(self, database: EncryptedDatabase, proof: Proof) -> None:
        self._database = database
        self._proof = proof
        self._records: dict[str, int] = defaultdict(int)
        self._digests: dict[str, int] = defaultdict(int)

    def steps(self) -> Iterator[int]:
        """Yield, a transaction at a time, how many sums have been put right."""
        for name in sorted(SYNCED):
            yield from self._walk(name, f'SELECT "id" FROM "{name}" WHERE "id" > ?')  # noqa: S608
        unknown = self._database.rows('SELECT DISTINCT "kind" FROM "unknown_record"')
        for name in sorted({str(row[0]) for row in unknown} - SYNCED.keys()):
            of_kind = 'SELECT "rid" FROM "unknown_record" WHERE "rid" > ? AND "kind" = ?'
            yield from self._walk(name, of_kind, name)
        yield from self._compare()

    def _walk(self, name: str, following: str, *given: str) -> Iterator[int]:
        """Count each record of a kind once."""
        after, seen = "", 0
        todo, counted = set[str](), set[str]()
        while True:
            with self._database.transaction():
                seen, waiting = self._waiting(name, seen)
                # Of those before, what waits has been counted as a row.
                todo |= {rid for rid in waiting if rid > after} - counted
                page = sorted(todo)[:_AT_ONCE] or self._page(following, after, *given)
                self._count(name, [rid for rid in page if rid not in counted])
            if todo:
                todo -= set(page)
                counted |= set(page)
            elif page:
                after = page[-1]
            else:
                return
            yield 0

    def _page(self, following: str, *given: str) -> list[str]:
        rows = self._database.rows(f"{following} ORDER BY 1 LIMIT {_AT_ONCE}", given)
        return [str(row[0]) for row in rows]

    def _waiting(self, name: str, seen: int) -> tuple[int, set[str]]:
        """Return what waits since another look."""
        rows = self._database.rows(
            'SELECT "id", "rid" FROM "outbox" WHERE "id" > ? AND "kind" = ?', (seen, name)
        )
        return max((int(row[0]) for row in rows), default=seen), {str(row[1]) for row in rows}

    def _count(self, name: str, rids: list[str]) -> None:
        for it in self._proof.agreed(name, rids).values():
            self._records[it.bucket] += 1
            self._digests[it.bucket] += it.digest

    def _compare(self) -> Iterator[int]:
        """Put right what is kept of each bucket, then of all of them."""
        kept = self._proof.buckets()
        buckets, root = sorted(kept.keys() | self._records.keys()), [0, 0, 0]
        for at in range(0, len(buckets), _AT_ONCE):
            now = {bucket: self._held(bucket) for bucket in buckets[at : at + _AT_ONCE]}
            wrong = {b: held for b, held in now.items() if held != kept.get(b, _NOTHING)}
            if wrong:
                with self._database.transaction():
                    self._proof.put_right(wrong)
            some = root_of((b, it.records, it.digest) for b, it in now.items() if it.records)
            root = [root[0] + some.buckets, root[1] + some.records, root[2] + int(some.digest, 16)]
            yield len(wrong)
        with self._database.transaction():
            mended = self._proof.put_root_right(Root(root[0], root[1], to_hex(root[2] % MODULUS)))
        yield int(mended)

    def _held(self, bucket: str) -> Held:
        return Held(self._records.get(bucket, 0), self._digests.get(bucket, 0) % MODULUS)


def _digested(spec: KindSpec, held: Mapping[str, Data]) -> dict[str, Agreed]:
    return {
        rid: Agreed(bucket_of(spec, rid, data), record_digest(spec.name, rid, data), data)
        for rid, data in held.items()
    }


def _number(blob: bytes) -> int:
    return int.from_bytes(blob, "big")


def _blob(digest: int) -> bytes:
    return digest.to_bytes(16, "big")
