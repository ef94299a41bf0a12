"""Invitations, kept as hashes."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from server.store.database import Connection


@dataclass(frozen=True, slots=True)
class StoredInvitation:
    """An invitation: for whom, until when, and what it became."""

    code_hash: bytes
    professional: str
    expires_at: datetime
    used_at: datetime | None
    used_by_device: str | None


def add_invitation(
    connection: Connection, code_hash: bytes, professional: str, *, now: datetime, expires: datetime
) -> None:
    """Keep a new invitation."""
    connection.execute(
        "INSERT INTO invitation (code_hash, professional, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s)",
        (code_hash, professional, now, expires),
    )


def hold_invitation(connection: Connection, code_hash: bytes) -> StoredInvitation | None:
    """Return an invitation and keep others from using it until this transaction ends."""
    with connection.cursor(row_factory=class_row(StoredInvitation)) as cursor:
        return cursor.execute(
            "SELECT code_hash, professional, expires_at, used_at, used_by_device"
            " FROM invitation WHERE code_hash = %s FOR UPDATE",
            (code_hash,),
        ).fetchone()


def use_invitation(connection: Connection, code_hash: bytes, device: str, now: datetime) -> None:
    """Mark an invitation used, for ever."""
    connection.execute(
        "UPDATE invitation SET used_at = %s, used_by_device = %s WHERE code_hash = %s",
        (now, device, code_hash),
    )
