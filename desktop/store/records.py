"""Rows and records: reading, and the low-level writing that only the outbox and the replica use."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cache
from typing import Any, TypeVar

from desktop.store.database import EncryptedDatabase, Row
from desktop.store.json_text import read_json, write_json
from desktop.store.schema import columns
from desktop.store.sealed_texts import SealedTexts
from protocol.kinds.declare import FieldSpec, KindSpec, Record, Rule, Shape, Tier, spec_of
from protocol.values import Wire, column_value, from_column, from_wire

R = TypeVar("R", bound=Record)
Data = dict[str, Wire]
"""The wire form of a record, fields unknown to this version included."""
_OTHERWISE = frozenset({Shape.CODES, Shape.ENTRIES, Shape.FLAG})
"""Values that a column holds otherwise than the wire; everything else is there what it is there."""


class Records:
    """The typed tables."""

    def __init__(self, database: EncryptedDatabase, texts: SealedTexts) -> None:
        self._database = database
        self._texts = texts
        self._questions: dict[str, str] = {}

    def get(self, record: type[R], rid: str) -> R | None:
        """Return one record, or nothing."""
        found = self.select(record, '"id" = ?', (rid,))
        return found[0] if found else None

    def select(
        self,
        record: type[R],
        where: str = "1",
        parameters: Sequence[Any] | Mapping[str, Any] = (),
        *,
        order: str = '"id"',
        limit: int = -1,
        offset: int = 0,
    ) -> list[R]:
        """Return the records for which ``where`` (SQL with parameters, written by us) holds."""
        spec = spec_of(record)
        stretch = f"ORDER BY {order} LIMIT {limit:d} OFFSET {offset:d}"
        rows = self._database.rows(f"{self._question(spec)} WHERE {where} {stretch}", parameters)
        readable = self._texts.readable
        return [
            from_wire(record, row[0], readable(spec, row[0], _known(spec, row))) for row in rows
        ]

    def holds(self, kind: str, rid: str) -> bool:
        """Tell whether a record is here."""
        return self._database.row(f'SELECT 1 FROM "{kind}" WHERE "id" = ?', (rid,)) is not None  # noqa: S608

    def count(self, kind: str) -> int:
        """Return how many records of a kind there are."""
        row = self._database.row(f'SELECT count(*) FROM "{kind}"')  # noqa: S608
        return int(row[0]) if row else 0

    def data(self, spec: KindSpec, rid: str) -> Data | None:
        """Return the wire form of one record, or nothing."""
        row = self._database.row(f'{self._question(spec)} WHERE "id" = ?', (rid,))
        return None if row is None else row_data(spec, row)

    def data_of(self, spec: KindSpec, rids: Iterable[str]) -> dict[str, Data]:
        """Return the wire form of those of these records that are there."""
        wanted = list(rids)
        if not wanted:
            return {}
        rows = self._database.rows(
            # Each looked up as it is read: with IN, a table of them would be made first.
            f'{self._question(spec)} JOIN (SELECT "value" AS "wanted" FROM json_each(?))'  # noqa: S608
            ' ON "id" = "wanted"',
            (write_json(wanted),),
        )
        return {row[0]: row_data(spec, row) for row in rows}

    def of_bucket(self, spec: KindSpec, bucket: str) -> dict[str, Data]:
        """Return the wire form of the records of a kind that live in a bucket."""
        rows = self._database.rows(
            f'{self._question(spec)} WHERE "{spec.bucket_field}" = ?',
            (bucket,),
        )
        return {row[0]: row_data(spec, row) for row in rows}

    def add(self, spec: KindSpec, rid: str, data: Mapping[str, Wire]) -> None:
        """Write a record that is not there yet: one statement that is quickly understood."""
        names = columns(spec)
        self._database.execute(_insert(spec, names), _row_writer(spec)(rid, data))

    def put(self, spec: KindSpec, rows: Sequence[tuple[str, Mapping[str, Wire]]]) -> None:
        """Write whole records, replacing what was there and may change."""
        if not rows:
            return
        names = columns(spec)
        kept = _written_once(spec)
        fresh = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in kept)
        sql = f'{_insert(spec, names)} ON CONFLICT ("id") DO UPDATE SET {fresh}'
        row_of = _row_writer(spec)
        self._database.execute_many(sql, [row_of(rid, data) for rid, data in rows])

    def change(
        self, spec: KindSpec, held: Mapping[str, Data], rows: Mapping[str, Mapping[str, Wire]]
    ) -> None:
        """Write whole records; of those whose rows are known, as ``held``, only what differs.

        Indexes of what stays are left alone: for fifty texts, half of the work.
        """
        known, once = frozenset(spec.by_name), _written_once(spec)
        loose = [name for name in spec.by_name if name not in once]
        alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for rid in rows.keys() & held.keys():
            before, after = held[rid], rows[rid]
            differing = [name for name in loose if before.get(name) != after.get(name)]
            if _extra(before, known) != _extra(after, known):
                differing.append("_extra")
            alike[tuple(differing)].append(rid)
        whole = rows.keys() - held.keys()
        for names, rids in alike.items():
            found = self._update(spec, names, {rid: rows[rid] for rid in rids}) if names else 0
            if found != len(rids):
                whole.update(rids)  # taken out, and given again
        self.put(spec, [it for it in rows.items() if it[0] in whole])

    def _update(
        self, spec: KindSpec, names: Sequence[str], rows: Mapping[str, Mapping[str, Wire]]
    ) -> int:
        """Write these columns; return how many rows there were."""
        fresh = ", ".join(f'"{name}" = ?' for name in names)
        row_of, places = _row_writer(spec), [columns(spec).index(name) for name in names]
        written = ((rid, row_of(rid, data)) for rid, data in rows.items())
        return self._database.execute_many(
            f'UPDATE "{spec.name}" SET {fresh} WHERE "id" = ?',  # noqa: S608
            [[*(row[n] for n in places), rid] for rid, row in written],
        )

    def remove(self, spec: KindSpec, rids: Iterable[str]) -> None:
        """Take records out of their table."""
        gone = [(rid,) for rid in rids]
        if not gone:
            return  # nearly always: a statement costs something before its first row
        sql = f'DELETE FROM "{spec.name}" WHERE "id" = ?'  # noqa: S608
        self._database.execute_many(sql, gone)

    def _question(self, spec: KindSpec) -> str:
        """Return how a question about whole records of a kind begins: put together once."""
        question = self._questions.get(spec.name)
        if question is None:
            names = ", ".join(f'"{name}"' for name in columns(spec))
            question = f'SELECT {names} FROM "{spec.name}"'  # noqa: S608  # names come from the declarations
            self._questions[spec.name] = question
        return question


def _written_once(spec: KindSpec) -> set[str]:
    """Return what is immutable, whoever says otherwise: a note stays where it was."""
    return {item.name for item in spec.fields if item.rule is Rule.IMMUTABLE} | {"id"}


def _insert(spec: KindSpec, names: Sequence[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    return f'INSERT INTO "{spec.name}" ({quoted}) VALUES ({marks})'  # noqa: S608


def row_data(spec: KindSpec, row: Row) -> Data:
    """Return the wire form of a row whose values are those of ``columns(spec)``."""
    known = _known(spec, row)
    return known if spec.tier is Tier.LOCAL or row[-1] is None else known | read_json(row[-1])


def _known(spec: KindSpec, row: Row) -> Data:
    # mypy sees the hash of a record where that of its class is asked.
    names, others = _reading(spec.record)  # type: ignore[arg-type]
    known = {n: value for n, value in zip(names, row[1:], strict=False) if value is not None}
    for item in others:
        if item.name in known:
            known[item.name] = from_column(item, known[item.name])
    return known


@cache  # one entry for each kind declared
def _reading(record: type[Record]) -> tuple[tuple[str, ...], tuple[FieldSpec, ...]]:
    """Return the fields of a kind, and those that a column holds otherwise than the wire."""
    spec = spec_of(record)
    return tuple(spec.by_name), tuple(it for it in spec.fields if it.shape in _OTHERWISE)


def _row_writer(spec: KindSpec) -> Callable[[str, Mapping[str, Wire]], list[object]]:
    """Return what makes rows of a kind: made once for a page, called for each of its records."""
    names = tuple(spec.by_name)
    known = frozenset(names)
    others = [
        (position, item.name)
        for position, item in enumerate(spec.fields, start=1)
        if item.shape in _OTHERWISE
    ]
    keeps_extra = spec.tier is not Tier.LOCAL

    def row(rid: str, data: Mapping[str, Wire]) -> list[object]:
        values: list[object] = [rid, *map(data.get, names)]
        for position, name in others:
            values[position] = column_value(data.get(name))
        if keeps_extra:
            values.append(_extra(data, known))
        return values

    return row


def _extra(data: Mapping[str, Wire], known: Set[str]) -> str | None:
    if known >= data.keys():
        return None
    extra = {k: v for k, v in data.items() if k not in known and v is not None}
    return write_json(extra) if extra else None
