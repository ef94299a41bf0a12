"""What a professional keeps at the office of her own keys: bundles, shares, names of laptops."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from server.store.database import Connection


@dataclass(frozen=True, slots=True)
class OwnLaptop:
    """A laptop as its owner sees it."""

    id: str
    name: str | None
    platform: str | None
    enrolled_at: datetime
    last_seen_at: datetime
    revoked_at: datetime | None
    renewed_by: str | None


@dataclass(frozen=True, slots=True)
class Split:
    """A key that was split: what it opens, and since when."""

    professional: str
    number: str
    bundle: bytes
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A share that somebody keeps."""

    owner: str
    number: str
    sealed: bytes
    made_at: datetime


def laptops_of(connection: Connection, professional: str) -> list[OwnLaptop]:
    """Return the devices of a professional, oldest first."""
    with connection.cursor(row_factory=class_row(OwnLaptop)) as cursor:
        return cursor.execute(
            "SELECT id, name, platform, enrolled_at, last_seen_at, revoked_at, renewed_by"
            " FROM device WHERE professional = %s ORDER BY enrolled_at, id",
            (professional,),
        ).fetchall()


def name_laptop(connection: Connection, device: str, name: str | None) -> None:
    """Give a laptop a name."""
    connection.execute("UPDATE device SET name = %s WHERE id = %s", (name, device))


def bundles_of(connection: Connection, professional: str) -> list[bytes]:
    """Return the bundles kept for a professional, each once, newest first.

    Those of withdrawn laptops too: who lost a laptop needs its paper.
    """
    rows = connection.execute(
        "SELECT account_bundle FROM device WHERE professional = %s AND account_bundle <> ''"
        " ORDER BY enrolled_at DESC, id",
        (professional,),
    ).fetchall()
    return list(dict.fromkeys(bytes(row[0]) for row in rows))


def keep_bundle(connection: Connection, device: str, bundle: bytes) -> None:
    """Replace the bundle of a device."""
    connection.execute("UPDATE device SET account_bundle = %s WHERE id = %s", (bundle, device))


def drop_other_bundles(connection: Connection, professional: str, device: str) -> None:
    """Keep no bundle of a professional but that of one device."""
    connection.execute(
        "UPDATE device SET account_bundle = '' WHERE professional = %s AND id <> %s",
        (professional, device),
    )


def drop_bundles(connection: Connection, professional: str) -> None:
    """Keep no bundle of a professional."""
    connection.execute(
        "UPDATE device SET account_bundle = '' WHERE professional = %s", (professional,)
    )


def split_of(connection: Connection, professional: str) -> Split | None:
    """Return the split of a professional, if there is one."""
    with connection.cursor(row_factory=class_row(Split)) as cursor:
        return cursor.execute(
            "SELECT professional, number, bundle, made_at FROM key_split WHERE professional = %s",
            (professional,),
        ).fetchone()


def holders_of(connection: Connection, professional: str) -> list[str]:
    """Return who keeps a share of somebody's key."""
    rows = connection.execute(
        "SELECT holder FROM key_share WHERE professional = %s ORDER BY holder", (professional,)
    )
    return [str(row[0]) for row in rows]


def held_by(connection: Connection, holder: str) -> list[Held]:
    """Return the shares that somebody keeps."""
    with connection.cursor(row_factory=class_row(Held)) as cursor:
        return cursor.execute(
            "SELECT s.professional AS owner, k.number, s.sealed, k.made_at"
            " FROM key_share s JOIN key_split k USING (professional)"
            " WHERE s.holder = %s ORDER BY k.made_at, owner",
            (holder,),
        ).fetchall()


def take_back(connection: Connection, professional: str) -> None:
    """Forget a split and its shares."""
    connection.execute("DELETE FROM key_split WHERE professional = %s", (professional,))


def keep_split(connection: Connection, split: Split, shares: dict[str, bytes]) -> None:
    """Keep a split in place of the former one."""
    take_back(connection, split.professional)
    connection.execute(
        "INSERT INTO key_split VALUES (%s, %s, %s, %s)",
        (split.professional, split.number, split.bundle, split.made_at),
    )
    for holder, sealed in shares.items():
        connection.execute(
            "INSERT INTO key_share VALUES (%s, %s, %s)", (split.professional, holder, sealed)
        )
