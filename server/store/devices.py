"""Devices: who may speak, what each has sent, and the last number each request bore."""

from dataclasses import dataclass
from datetime import date, datetime

from psycopg.rows import class_row

from server.store.database import Connection


@dataclass(frozen=True, slots=True)
class Caller:
    """A device that asks something, and where its département stands."""

    id: str
    professional: str
    public_key: bytes
    revoked_at: datetime | None
    last_op: int
    last_seen_at: datetime
    epoch: str
    seq: int
    has_expired_access: bool
    has_notices: bool
    """Whether it has yet to say that it erased what it was told to."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device as an administrator sees it."""

    id: str
    professional: str
    platform: str | None
    last_op: int
    enrolled_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None
    schema: int | None
    protocol: int | None
    cursor: int
    """What it said it had received whole, when last noted."""
    given: int
    """The horizon of the last page it was given."""
    renews: str | None
    """The device that the same laptop was before."""
    renewed_by: str | None


@dataclass(frozen=True, slots=True)
class NewDevice:
    """What an enrolment brings."""

    id: str
    professional: str
    public_key: bytes
    identity_key: bytes
    encryption_key: bytes
    certificate: bytes
    account_bundle: bytes
    platform: str | None
    renews: str | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A device that knows more than this database: the trace of a backup put back."""

    device: str
    cause: str
    """``cursor``: it has read further; ``gap``: it has sent more."""
    claimed: int
    held: int
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """What a sync tells of what a device holds."""

    cursor: int
    given: int | None
    """The horizon of the page it is given now; ``None`` if the page holds nothing new."""


@dataclass(frozen=True, slots=True)
class LastReply:
    """What a device's last push was answered, in case the answer was lost."""

    last_op: int
    reply_first_op: int | None
    reply: bytes | None


_CALLER = """
SELECT d.id, d.professional, d.public_key, d.revoked_at, d.last_op, d.last_seen_at, s.epoch,
    s.seq,
    EXISTS (SELECT FROM grant_ g
            WHERE g.professional = d.professional AND g.open AND g.until < %(today)s
           ) AS has_expired_access,
    EXISTS (SELECT FROM erasure_notice n
            WHERE n.device = d.id AND n.acknowledged_at IS NULL) AS has_notices
FROM device d CROSS JOIN sequence s WHERE d.id = %(device)s
"""

_ADD = """
INSERT INTO device (id, professional, public_key, identity_key, encryption_key, certificate,
                    account_bundle, platform, renews, enrolled_at, last_seen_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

_ACKNOWLEDGE = """
UPDATE device SET last_op = %s, reply_first_op = %s, reply = %s, schema = %s, last_seen_at = %s
WHERE id = %s
"""

_LIST = """
SELECT id, professional, platform, last_op, enrolled_at, last_seen_at, revoked_at, schema, protocol,
    cursor, given, renews, renewed_by
FROM device ORDER BY enrolled_at, id
"""

_SEEN = """
UPDATE device SET last_seen_at = %s, cursor = %s, protocol = %s,
    given = CASE WHEN %s THEN greatest(given, %s) ELSE given END
WHERE id = %s
"""

_AHEAD = """
INSERT INTO ahead (device, cause, claimed, held, seen_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (device) DO UPDATE SET cause = excluded.cause, claimed = excluded.claimed,
    held = excluded.held, seen_at = excluded.seen_at
"""

_KEYS = """
SELECT id, professional, public_key, identity_key, encryption_key, certificate, account_bundle,
    platform, renews
FROM device WHERE id = %s
"""


def find_caller(connection: Connection, device: str, today: date) -> Caller | None:
    """Return the device that asks."""
    with connection.cursor(row_factory=class_row(Caller)) as cursor:
        return cursor.execute(_CALLER, {"device": device, "today": today}).fetchone()


def count_request(connection: Connection, device: str, counter: int) -> bool:
    """Note a request's number; False if this number, or a later one, was already seen."""
    return bool(
        connection.execute(
            "UPDATE request_counter SET last = %s WHERE device = %s AND last < %s",
            (counter, device, counter),
        ).rowcount
    )


def last_count(connection: Connection, device: str) -> int:
    """Return the number of the last request accepted."""
    row = connection.execute(
        "SELECT last FROM request_counter WHERE device = %s", (device,)
    ).fetchone()
    return row[0] if row else 0


def last_reply(connection: Connection, device: str) -> LastReply:
    """Return what the device was last acknowledged."""
    with connection.cursor(row_factory=class_row(LastReply)) as cursor:
        row = cursor.execute(
            "SELECT last_op, reply_first_op, reply FROM device WHERE id = %s", (device,)
        ).fetchone()
    assert row is not None  # noqa: S101 - the caller was found a moment ago, rows are never deleted
    return row


def read_up_to(connection: Connection, device: str) -> int:
    """Return up to where a device that has read further than these data had read them.

    What it was given it has received: it would else have asked for it again.
    """
    row = connection.execute(
        "SELECT greatest(cursor, given) FROM device WHERE id = %s", (device,)
    ).fetchone()
    return int(row[0]) if row else 0


def acknowledge(
    connection: Connection, device: str, reply: LastReply, *, schema: int, now: datetime
) -> None:
    """Keep what this push is answered, with the push."""
    connection.execute(
        _ACKNOWLEDGE, (reply.last_op, reply.reply_first_op, reply.reply, schema, now, device)
    )


def replace_reply(connection: Connection, device: str, reply: bytes) -> None:
    """Replace what is kept of a device's last answer."""
    connection.execute("UPDATE device SET reply = %s WHERE id = %s", (reply, device))


def note_seen(
    connection: Connection, device: str, seen: Seen, *, protocol: int, now: datetime
) -> None:
    """Note when a device was last heard of, what it had received and what it was given."""
    was_given = seen.given is not None
    connection.execute(_SEEN, (now, seen.cursor, protocol, was_given, seen.given or 0, device))


def note_ahead(connection: Connection, ahead: Ahead) -> None:
    """Note that a device knows more than this database."""
    connection.execute(
        _AHEAD, (ahead.device, ahead.cause, ahead.claimed, ahead.held, ahead.seen_at)
    )


def all_ahead(connection: Connection) -> list[Ahead]:
    """Return the devices that know more than this database, as last noted."""
    with connection.cursor(row_factory=class_row(Ahead)) as cursor:
        return cursor.execute(
            "SELECT device, cause, claimed, held, seen_at FROM ahead ORDER BY seen_at, device"
        ).fetchall()


def forget_ahead(connection: Connection) -> None:
    """Forget them: a new epoch answers each."""
    connection.execute("DELETE FROM ahead")


def keys_of(connection: Connection, device: str) -> NewDevice | None:
    """Return a device as it was added."""
    with connection.cursor(row_factory=class_row(NewDevice)) as cursor:
        return cursor.execute(_KEYS, (device,)).fetchone()


def hold_device(connection: Connection, device: str) -> None:
    """Let nobody else renew or revoke a device until this transaction ends."""
    connection.execute("SELECT FROM device WHERE id = %s FOR NO KEY UPDATE", (device,))


def hold_all(connection: Connection) -> None:
    """Let no device be added, renewed or revoked until this transaction ends."""
    connection.execute("LOCK TABLE device IN EXCLUSIVE MODE")


def note_renewed(connection: Connection, device: str, by: str) -> None:
    """Note under which device a laptop goes on."""
    connection.execute("UPDATE device SET renewed_by = %s WHERE id = %s", (by, device))


def count_renewals(connection: Connection, professional: str, since: datetime) -> int:
    """Return how many times laptops of a professional went on as another since a moment."""
    row = connection.execute(
        "SELECT count(*) FROM device"
        " WHERE professional = %s AND renews IS NOT NULL AND enrolled_at >= %s",
        (professional, since),
    ).fetchone()
    return row[0] if row else 0


def add_device(connection: Connection, device: NewDevice, now: datetime) -> None:
    """Add a device."""
    connection.execute(
        _ADD,
        (
            device.id,
            device.professional,
            device.public_key,
            device.identity_key,
            device.encryption_key,
            device.certificate,
            device.account_bundle,
            device.platform,
            device.renews,
            now,
            now,
        ),
    )
    connection.execute("INSERT INTO request_counter VALUES (%s, 0)", (device.id,))


def public_key(connection: Connection, device: str) -> bytes | None:
    """Return the key of a device, revoked or not."""
    row = connection.execute("SELECT public_key FROM device WHERE id = %s", (device,)).fetchone()
    return bytes(row[0]) if row else None


def is_revoked(connection: Connection, device: str) -> bool:
    """Tell whether a device was revoked."""
    row = connection.execute("SELECT revoked_at FROM device WHERE id = %s", (device,)).fetchone()
    return row is not None and row[0] is not None


def professional_of(connection: Connection, devices: list[str]) -> dict[str, str]:
    """Return whose these devices are."""
    rows = connection.execute(
        "SELECT id, professional FROM device WHERE id = ANY(%s::uuid[])", (devices,)
    )
    return dict(rows.fetchall())


def all_devices(connection: Connection) -> list[Device]:
    """Return every device, oldest first."""
    with connection.cursor(row_factory=class_row(Device)) as cursor:
        return cursor.execute(_LIST).fetchall()


def revoke_device(connection: Connection, device: str, now: datetime) -> bool:
    """Refuse a device for ever; False if it does not exist or was revoked already."""
    return bool(
        connection.execute(
            "UPDATE device SET revoked_at = %s WHERE id = %s AND revoked_at IS NULL", (now, device)
        ).rowcount
    )
