"""Erasures: what was taken out, who is told, who has said that it is done.

What remains of a person is the identifiers below: they keep her from coming back, and tell each
laptop that held her what to erase. They are kept for good; no clock forgets them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from protocol.kinds import (
    ClinicalNote,
    Conflict,
    Document,
    FollowUp,
    Person,
    SamePerson,
    spec_of,
)
from server.store.database import Connection
from server.store.records import Key


@dataclass(frozen=True, slots=True)
class PersonFound:
    """Somebody, as an administrator asked to erase her tells her from another."""

    id: str
    birth_name: str
    usual_name: str | None
    first_name: str
    birth_date: str | None
    is_deleted: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One record a laptop is told to erase."""

    kind: int
    rid: str
    erasure: int


@dataclass(frozen=True, slots=True)
class Gone:
    """Where a record was before it was erased."""

    bucket: str
    erasure: int


@dataclass(frozen=True, slots=True)
class ErasureLine:
    """One line of the register."""

    seq: int
    bucket: str
    reason: str
    records: int
    made_at: datetime
    devices: int
    """Devices told, those revoked since left aside."""
    acknowledged: int
    rewritten_at: datetime | None
    """When no byte of it was left in PostgreSQL's tables; ``None``: not yet."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A device that has not yet said that it has erased."""

    device: str
    professional: str
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A record to take out."""

    kind: int
    rid: str
    bucket: str

    @property
    def key(self) -> Key:
        """Return its key."""
        return self.kind, self.rid


_PERSON, _MEETING = spec_of(Person).code, spec_of(FollowUp).code
_NOTE, _CONFLICT = spec_of(ClinicalNote).code, spec_of(Conflict).code
_DOCUMENT = spec_of(Document).code

_PERSONS = f"""
SELECT rid AS id, data ->> 'birth_name' AS birth_name, data ->> 'usual_name' AS usual_name,
    data ->> 'first_name' AS first_name, data ->> 'birth_date' AS birth_date,
    state = 'deleted' AS is_deleted
FROM record WHERE kind = {_PERSON} ORDER BY rid
"""  # noqa: S608 - codes of kinds

# Notes hang on a meeting and live in their author's drawer; other kinds name the dossier itself.
_CITING = f"""
SELECT kind, rid, bucket FROM record
WHERE bucket <> %(bucket)s AND (
    (kind = {_NOTE} AND data ->> 'follow_up' IN
        (SELECT rid::text FROM record WHERE bucket = %(bucket)s AND kind = {_MEETING}))
    OR (kind = ANY(%(citing)s::smallint[]) AND data::text LIKE '%%' || %(bucket)s || '%%'))
"""  # noqa: S608 - codes of kinds

_ABOUT = f"""
SELECT kind, rid, bucket FROM record
WHERE kind = {_CONFLICT} AND data ->> 'subject' = ANY(%s::text[])
"""  # noqa: S608 - codes of kinds

_ON_UNKNOWN = f"""
SELECT kind, rid, bucket FROM record AS note
WHERE kind = {_NOTE} AND rid = ANY(%s::uuid[]) AND bucket = %s
    AND data ->> 'follow_up' IS NOT NULL AND NOT EXISTS (
        SELECT FROM record
        WHERE kind = {_MEETING} AND rid::text = note.data ->> 'follow_up')
"""  # noqa: S608 - codes of kinds

_LAST_TOLD = f"SELECT max(erasure) FROM erasure_notice WHERE device = %s AND kind = {_PERSON}"  # noqa: S608 - code of a kind

_NOTICE = """
INSERT INTO erasure_notice (device, erasure, kind, rid)
SELECT d.id, %(erasure)s, %(kind)s, %(rid)s::uuid FROM device d
WHERE d.revoked_at IS NULL AND (d.professional = %(bucket)s OR d.professional IN
    (SELECT professional FROM grant_ WHERE bucket = %(bucket)s))
ON CONFLICT DO NOTHING
"""

_NOTICE_TO_ALL = """
INSERT INTO erasure_notice (device, erasure, kind, rid)
SELECT id, %(erasure)s, %(kind)s, %(rid)s::uuid FROM device WHERE revoked_at IS NULL
ON CONFLICT DO NOTHING
"""

_NOTICE_TO_NEWCOMER = f"""
INSERT INTO erasure_notice (device, erasure, kind, rid)
SELECT %s::uuid, seq, {_PERSON}, bucket FROM erasure WHERE told_to_all
ON CONFLICT DO NOTHING
"""  # noqa: S608 - code of a kind

_TOLD = """
SELECT kind, rid, erasure FROM erasure_notice
WHERE device = %s AND (acknowledged_at IS NULL OR erasure > %s) AND erasure <= %s
ORDER BY erasure, kind, rid
"""

_WELCOME = """
SELECT count(*) FROM device WHERE revoked_at IS NULL
    AND (%(these)s::uuid[] IS NULL OR professional = ANY(%(these)s::uuid[]))
"""

_REGISTER = """
SELECT e.seq, e.bucket, e.reason, e.records, e.made_at, e.rewritten_at,
    count(DISTINCT n.device) AS devices,
    count(DISTINCT n.device) FILTER (WHERE n.acknowledged_at IS NOT NULL) AS acknowledged
FROM erasure e LEFT JOIN (
    SELECT erasure, device, acknowledged_at FROM erasure_notice JOIN device ON device.id = device
    WHERE device.revoked_at IS NULL
) n ON n.erasure = e.seq
GROUP BY e.seq ORDER BY e.seq
"""

_WAITING = """
SELECT DISTINCT d.id AS device, d.professional, d.last_seen_at
FROM erasure_notice n JOIN device d ON d.id = n.device
WHERE n.erasure = %s AND n.acknowledged_at IS NULL AND d.revoked_at IS NULL
ORDER BY d.last_seen_at, d.id
"""

_JOINED = f"""
SELECT unnest(ARRAY[data ->> 'person', data ->> 'into']) FROM record
WHERE kind = {spec_of(SamePerson).code} AND state = 'live' AND data ->> 'state' = 'merged'
    AND %(bucket)s IN (data ->> 'person', data ->> 'into')
"""  # noqa: S608 - codes of kinds

_TAKE_OVER = """
INSERT INTO erasure_notice (device, erasure, kind, rid)
SELECT DISTINCT %s::uuid, n.erasure, n.kind, n.rid
FROM erasure_notice n JOIN device d ON d.id = n.device WHERE d.professional = %s
ON CONFLICT DO NOTHING
"""


def is_anybody_erased(connection: Connection) -> bool:
    """Tell whether anything was ever erased here: most pushes need not ask for more."""
    row = connection.execute("SELECT EXISTS (SELECT FROM erasure)").fetchone()
    return row is not None and row[0]


def erased_among(connection: Connection, keys: Collection[Key]) -> dict[Key, Gone]:
    """Return those of these records that were erased."""
    if not keys:
        return {}
    rows = connection.execute(
        "SELECT kind, rid, bucket, erasure FROM erased_record"
        " JOIN unnest(%s::smallint[], %s::uuid[]) AS wanted (kind, rid) USING (kind, rid)",
        ([key[0] for key in keys], [key[1] for key in keys]),
    )
    return {(kind, rid): Gone(bucket, erasure) for kind, rid, bucket, erasure in rows}


def erased_buckets(connection: Connection, buckets: Iterable[str]) -> set[str]:
    """Return those of these buckets that were erased."""
    rows = connection.execute(
        "SELECT id FROM bucket WHERE id = ANY(%s::uuid[]) AND erased_seq IS NOT NULL",
        (list(buckets),),
    )
    return {row[0] for row in rows}


def told_to(connection: Connection, device: str, *, cursor: int, until: int) -> list[Told]:
    """Return what a device is to erase: what it has not said is done, or has not passed."""
    with connection.cursor(row_factory=class_row(Told)) as rows:
        return rows.execute(_TOLD, (device, cursor, until)).fetchall()


def acknowledge(
    connection: Connection, device: str, erasures: Sequence[int], now: datetime
) -> None:
    """Note that a device has erased what it was told."""
    connection.execute(
        "UPDATE erasure_notice SET acknowledged_at = %s"
        " WHERE device = %s AND erasure = ANY(%s::bigint[]) AND acknowledged_at IS NULL",
        (now, device, list(erasures)),
    )


def take_over(connection: Connection, device: str, professional: str) -> None:
    """Tell a device everything the other devices of its professional were ever told."""
    connection.execute(_TAKE_OVER, (device, professional))


def all_persons(connection: Connection) -> Iterator[PersonFound]:
    """Yield every person, those whose sheet was deleted included."""
    with connection.cursor(row_factory=class_row(PersonFound)) as cursor:
        yield from cursor.execute(_PERSONS)


def dossier_records(connection: Connection, bucket: str) -> list[Held]:
    """Return every record of a dossier, deleted ones included."""
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        return cursor.execute(
            "SELECT kind, rid, bucket FROM record WHERE bucket = %s", (bucket,)
        ).fetchall()


def records_citing(connection: Connection, bucket: str, kinds: Collection[int]) -> list[Held]:
    """Return what hangs on a dossier elsewhere: notes on its meetings, records of these kinds."""
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        citing = cursor.execute(_CITING, {"bucket": bucket, "citing": list(kinds)}).fetchall()
        about = cursor.execute(_ABOUT, ([held.rid for held in citing],)).fetchall()
    return [*citing, *about]


def remove_records(connection: Connection, held: Collection[Held]) -> None:
    """Take records and their history out."""
    keys = ([item.kind for item in held], [item.rid for item in held])
    for table in ("history", "record"):
        connection.execute(
            f"DELETE FROM {table} USING unnest(%s::smallint[], %s::uuid[]) AS gone (kind, rid)"  # noqa: S608 - two constants
            f" WHERE {table}.kind = gone.kind AND {table}.rid = gone.rid".encode(),
            keys,
        )


def add_erasure(
    connection: Connection,
    seq: int,
    bucket: str,
    *,
    reason: str,
    held: Collection[Held],
    now: datetime,
    to_all: bool,
) -> None:
    """Keep what remains of a person: identifiers, and that she was erased."""
    connection.execute(
        "INSERT INTO erasure (seq, bucket, reason, records, made_at, told_to_all)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        (seq, bucket, reason, len(held), now, to_all),
    )
    connection.execute("UPDATE bucket SET erased_seq = %s WHERE id = %s", (seq, bucket))
    _keep_out(connection, seq, held)


def add_to_erasure(connection: Connection, seq: int, held: Collection[Held]) -> None:
    """Keep what remains of more records that went with it: their bytes are still in the files."""
    connection.execute(
        "UPDATE erasure SET records = records + %s, rewritten_at = NULL WHERE seq = %s",
        (len(held), seq),
    )
    _keep_out(connection, seq, held)


def last_told(connection: Connection, device: str) -> int | None:
    """Return the number of the last erasure of a person that a device was told of."""
    row = connection.execute(_LAST_TOLD, (device,)).fetchone()
    return None if row is None else row[0]


def notes_on_unknown(
    connection: Connection, professional: str, notes: Collection[str]
) -> list[Held]:
    """Return those of these notes that are a professional's, on meetings that nobody knows."""
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        return cursor.execute(_ON_UNKNOWN, (list(notes), professional)).fetchall()


def add_notices(connection: Connection, erasure: int, told: Iterable[Held]) -> None:
    """Let every laptop that may hold these records be told."""
    with connection.cursor() as cursor:
        cursor.executemany(
            _NOTICE,
            [
                {"erasure": erasure, "kind": item.kind, "rid": item.rid, "bucket": item.bucket}
                for item in told
            ],
        )


def tell_all(connection: Connection, erasure: int, person: str) -> None:
    """Let every laptop be told of an erased person: any of them may hold her."""
    told = {"erasure": erasure, "kind": _PERSON, "rid": person}
    connection.execute(_NOTICE_TO_ALL, told)


def tell_newcomer(connection: Connection, device: str) -> None:
    """Tell a laptop that is enrolled what all were told: it may have been enrolled before."""
    connection.execute(_NOTICE_TO_NEWCOMER, (device,))


def not_rewritten(connection: Connection) -> list[int]:
    """Return the erasures whose bytes may still be in PostgreSQL's files."""
    rows = connection.execute("SELECT seq FROM erasure WHERE rewritten_at IS NULL ORDER BY seq")
    return [row[0] for row in rows]


def is_any_document(connection: Connection, erasures: Sequence[int]) -> bool:
    """Tell whether a document was erased by any of these."""
    row = connection.execute(
        "SELECT EXISTS (SELECT FROM erased_record WHERE erasure = ANY(%s::bigint[]) AND kind = %s)",
        (list(erasures), _DOCUMENT),
    ).fetchone()
    return row is not None and row[0]


def note_rewritten(connection: Connection, erasures: Sequence[int], now: datetime) -> None:
    """Note that no byte of these is left in PostgreSQL's tables."""
    connection.execute(
        "UPDATE erasure SET rewritten_at = %s WHERE seq = ANY(%s::bigint[])",
        (now, list(erasures)),
    )


def register(connection: Connection) -> list[ErasureLine]:
    """Return every erasure, oldest first."""
    with connection.cursor(row_factory=class_row(ErasureLine)) as cursor:
        return cursor.execute(_REGISTER).fetchall()


def waiting_for(connection: Connection, erasure: int) -> list[Waiting]:
    """Return the devices that have not yet erased, the most silent first."""
    with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        return cursor.execute(_WAITING, (erasure,)).fetchall()


def not_acknowledged_by(connection: Connection, device: str) -> list[int]:
    """Return the erasures that a device has not said are done."""
    rows = connection.execute(
        "SELECT DISTINCT erasure FROM erasure_notice"
        " WHERE device = %s AND acknowledged_at IS NULL ORDER BY erasure",
        (device,),
    )
    return [row[0] for row in rows]


def professionals_of(connection: Connection, bucket: str) -> list[str]:
    """Return the professionals who ever had a dossier."""
    rows = connection.execute(
        "SELECT professional FROM grant_ WHERE bucket = %s ORDER BY granted_seq", (bucket,)
    )
    return [row[0] for row in rows]


def joined_with(connection: Connection, bucket: str) -> list[str]:
    """Return the dossiers that somebody said are the same person's."""
    rows = connection.execute(_JOINED, {"bucket": bucket})
    return sorted({row[0] for row in rows} - {bucket})


def close_dossier(connection: Connection, bucket: str, seq: int, today: date) -> list[str]:
    """Close an erased dossier to everybody; return the professionals who ever had it."""
    connection.execute(
        "UPDATE grant_ SET open = false, revoked_seq = %s, revoked_on = %s, until = NULL"
        " WHERE bucket = %s AND open",
        (seq, today, bucket),
    )
    return professionals_of(connection, bucket)


def welcome_devices(connection: Connection, professionals: Collection[str] | None) -> int:
    """Return how many devices of these professionals are still welcome; ``None``: of all."""
    row = connection.execute(
        _WELCOME, {"these": None if professionals is None else list(professionals)}
    ).fetchone()
    return row[0] if row is not None else 0


def devices_of(connection: Connection, professionals: Collection[str]) -> dict[str, bool]:
    """Return every device of these professionals, and whether it is still welcome."""
    rows = connection.execute(
        "SELECT id, revoked_at IS NULL FROM device WHERE professional = ANY(%s::uuid[])",
        (list(professionals),),
    )
    return dict(rows.fetchall())


def _keep_out(connection: Connection, seq: int, held: Collection[Held]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO erased_record (kind, rid, bucket, erasure) VALUES (%s, %s, %s, %s)",
            [(item.kind, item.rid, item.bucket, seq) for item in held],
        )
