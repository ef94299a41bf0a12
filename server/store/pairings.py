"""Pairings: what two laptops of one person say to one another through the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from server.store.database import Connection


@dataclass(frozen=True, slots=True)
class StoredPairing:
    """What was said so far."""

    code_hash: bytes
    professional: str
    device: str
    expires_at: datetime
    offered: list[bytes]
    joined: list[bytes]


def add_pairing(connection: Connection, pairing: StoredPairing, opened_at: datetime) -> None:
    """Begin a pairing."""
    connection.execute(
        "INSERT INTO pairing (code_hash, professional, device, opened_at, expires_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        (
            *(pairing.code_hash, pairing.professional, pairing.device),
            *(opened_at, pairing.expires_at),
        ),
    )


def hold_pairing(connection: Connection, code_hash: bytes) -> StoredPairing | None:
    """Return a pairing and keep others from adding to it until this transaction ends."""
    with connection.cursor(row_factory=class_row(StoredPairing)) as cursor:
        return cursor.execute(
            "SELECT code_hash, professional, device, expires_at, offered, joined FROM pairing"
            " WHERE code_hash = %s FOR UPDATE",
            (code_hash,),
        ).fetchone()


def say(connection: Connection, pairing: StoredPairing) -> None:
    """Keep what both sides have said."""
    connection.execute(
        "UPDATE pairing SET offered = %s, joined = %s WHERE code_hash = %s",
        (pairing.offered, pairing.joined, pairing.code_hash),
    )


def count_since(connection: Connection, professional: str, since: datetime) -> int:
    """Return how many pairings a professional began since a moment."""
    row = connection.execute(
        "SELECT count(*) FROM pairing WHERE professional = %s AND opened_at >= %s",
        (professional, since),
    ).fetchone()
    return row[0] if row else 0


def close_pairing(connection: Connection, code_hash: bytes, now: datetime) -> None:
    """Forget what was said, and let the invitation serve nobody who has not used it yet.

    The row stays for a day: it counts.
    """
    connection.execute(
        "UPDATE pairing SET expires_at = %s, offered = '{}', joined = '{}' WHERE code_hash = %s",
        (now, code_hash),
    )
    connection.execute(
        "UPDATE invitation SET expires_at = %s WHERE code_hash = %s AND used_at IS NULL",
        (now, code_hash),
    )


def close_all(connection: Connection, professional: str, now: datetime) -> None:
    """Close the pairings of a professional: of those that lapsed, the invitation served still."""
    rows = connection.execute(
        "SELECT code_hash FROM pairing WHERE professional = %s", (professional,)
    ).fetchall()
    for row in rows:
        close_pairing(connection, row[0], now)


def close_of(connection: Connection, devices: Sequence[str], now: datetime) -> None:
    """Close the pairings that these devices began: what they invited to comes no more."""
    rows = connection.execute(
        "SELECT code_hash FROM pairing WHERE device = ANY(%s::uuid[])", (list(devices),)
    ).fetchall()
    for row in rows:
        close_pairing(connection, row[0], now)


def forget_before(connection: Connection, moment: datetime) -> None:
    """Remove pairings that ended before a moment."""
    connection.execute("DELETE FROM pairing WHERE expires_at < %s", (moment,))


def forget_said(connection: Connection, now: datetime) -> None:
    """Remove what was said in pairings that have ended."""
    connection.execute(
        "UPDATE pairing SET offered = '{}', joined = '{}'"
        " WHERE expires_at <= %s AND (offered <> '{}' OR joined <> '{}')",
        (now,),
    )
