"""Whose keys this laptop has seen, and which were compared with their owner.

The first keys seen for somebody are kept and never replaced by what the office sends: only a person
who settles the question replaces them (``desktop/services/identities.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from desktop.crypto.identity import PublicIdentity
from desktop.crypto.primitives import KEY_BYTES
from desktop.store.database import EncryptedDatabase
from desktop.store.records import Data


@dataclass(frozen=True, slots=True)
class KnownIdentity:
    """The keys this laptop goes by for somebody."""

    professional: str
    public: PublicIdentity
    seen_on: date
    verified_on: date | None = None
    doubted_on: date | None = None
    """Somebody compared, and heard other words than these."""


class KnownIdentities:
    """The ``known_identity`` table. Each call writes inside the caller's transaction."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def get(self, professional: str) -> KnownIdentity | None:
        """Return what is known of somebody, or nothing."""
        return self._select(' WHERE "professional" = ?', (professional,)).get(professional)

    def all(self) -> dict[str, KnownIdentity]:
        """Return all that is known, by professional."""
        return self._select("", ())

    def pin(self, professionals: Iterable[tuple[str, Data]], today: date) -> None:
        """Keep the keys of those that none are known of; the others stay as they are."""
        for rid, data in professionals:
            public = public_identity(data.get("identity_key"), data.get("encryption_key"))
            if public is not None:
                self._database.execute(
                    'INSERT OR IGNORE INTO "known_identity" VALUES (?, ?, ?, ?, NULL, NULL)',
                    (rid, public.signing, public.encryption, today.isoformat()),
                )

    def put(self, known: KnownIdentity) -> None:
        """Replace what is known of somebody."""
        self._database.execute(
            'INSERT OR REPLACE INTO "known_identity" VALUES (?, ?, ?, ?, ?, ?)',
            (
                *(known.professional, known.public.signing, known.public.encryption),
                *map(_written, (known.seen_on, known.verified_on, known.doubted_on)),
            ),
        )

    def _select(self, where: str, values: tuple[str, ...]) -> dict[str, KnownIdentity]:
        rows = self._database.rows(f'SELECT * FROM "known_identity"{where}', values)  # noqa: S608
        return {
            row[0]: KnownIdentity(
                professional=row[0],
                public=PublicIdentity(bytes(row[1]), bytes(row[2])),
                seen_on=date.fromisoformat(row[3]),
                verified_on=_read(row[4]),
                doubted_on=_read(row[5]),
            )
            for row in rows
        }


def public_identity(signing: object, encryption: object) -> PublicIdentity | None:
    """Return the keys that a professional's record tells, or nothing when it tells none."""
    keys = (_key(signing), _key(encryption))
    return PublicIdentity(keys[0], keys[1]) if keys[0] and keys[1] else None


def _key(text: object) -> bytes | None:
    if not isinstance(text, str) or len(text) != 2 * KEY_BYTES:
        return None
    try:
        key = bytes.fromhex(text)
    except ValueError:
        return None
    return key if len(key) == KEY_BYTES else None


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
