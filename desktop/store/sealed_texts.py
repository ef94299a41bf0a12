"""What circles share, sealed in the tables and opened as it is read.

The tables, the mirror, the outbox and the digests hold envelopes, exactly as the office does:
nothing of the engine has to know. Only ``Records.get`` and ``select`` open them, for the services;
a text whose key has not come yet is kept as it is, and opens by itself the day the key comes.
"""

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator
from enum import Enum

from desktop.crypto.circle_texts import CircleSecret, TextPlace, name_of
from desktop.crypto.errors import SealBroken
from desktop.crypto.secret import Secret
from desktop.domain.closed_texts import BROKEN, NOT_YET, unsealed
from desktop.domain.touched import Touched
from desktop.store.database import EncryptedDatabase
from desktop.store.json_text import write_json
from protocol.kinds import SYNCED
from protocol.kinds.declare import KindSpec
from protocol.values import CIRCLE_KEY, CLEAR_KEY, Wire
from protocol.visibility import bucket_of

Data = dict[str, Wire]

_MOST_READ, _SHORT = 4_000, 8_000
"""Texts kept open in memory, and the characters of the longest: some megabytes."""


class Seal(Enum):
    """What became of opening a text."""

    OPEN = "open"
    CLEAR = "clear"
    """In clear, and taken as such."""
    UNSEALED = "unsealed"
    """In clear, where it should have been sealed."""
    NOT_YET = "not yet"
    BROKEN = "broken"


class SealedTexts:
    """The keys of dossiers on this laptop (``circle_secret``), and what they open."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self.database = database
        self._known: dict[bytes, tuple[str, CircleSecret]] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._read: dict[tuple[object, ...], str] = {}
        """Texts lately opened: a dossier is read again at each of its pages."""
        self.trusts_clear = True
        """Whether a text in clear is shown like another: not on a laptop that has an office."""

    # -- keys ---------------------------------------------------------------------------------

    def keep(self, dossier: str, secret: CircleSecret) -> None:
        """Keep the key of an epoch of a dossier."""
        self.database.execute(
            'INSERT OR IGNORE INTO "circle_secret" VALUES (?, ?, ?)',
            (secret.name, dossier, secret.secret.reveal()),
        )

    def held(self, dossier: str) -> dict[bytes, CircleSecret]:
        """Return the keys of a dossier that are here, by name."""
        rows = self.database.rows(
            'SELECT "name", "secret" FROM "circle_secret" WHERE "dossier" = ?', (dossier,)
        )
        return {bytes(name): CircleSecret(Secret(bytes(secret))) for name, secret in rows}

    def forget_keys(self, dossier: str) -> None:
        """Forget the keys of a dossier that left; who was in its circle stays known.

        Else an office that takes a dossier away and gives it again could name other members.
        """
        self.database.execute('DELETE FROM "circle_secret" WHERE "dossier" = ?', (dossier,))
        self._known.clear()
        self._read.clear()

    def forget(self, dossier: str) -> None:
        """Forget all of a dossier that was erased."""
        self.forget_keys(dossier)
        for table in ("circle_statement", "circle_closed"):
            self.database.execute(f'DELETE FROM "{table}" WHERE "dossier" = ?', (dossier,))  # noqa: S608

    def _secret(self, name: bytes, dossier: str) -> CircleSecret | None:
        found = self._known.get(name)
        if found is None:
            row = self.database.row(
                'SELECT "dossier", "secret" FROM "circle_secret" WHERE "name" = ?', (name,)
            )
            if row is None:
                return None
            found = self._known[name] = (row[0], CircleSecret(Secret(bytes(row[1]))))
        # The key of another dossier opens nothing here, whoever says so.
        return found[1] if found[0] == dossier else None

    def opened(self, dossiers: Collection[str]) -> Iterator[Touched]:
        """Yield what of these dossiers the keys that came open, for the screens.

        One record of each kind and dossier: no screen looks closer, and a row is read for its name.
        """
        for spec in SYNCED.values() if dossiers else ():
            if self._names_of(spec):
                rows = self.database.rows(
                    f'SELECT "value", (SELECT "id" FROM "{spec.name}" WHERE'  # noqa: S608
                    f' "{spec.bucket_field}" = asked."value" LIMIT 1) FROM json_each(?) AS asked',
                    (write_json(list(dossiers)),),
                )
                yield from (Touched(spec.name, rid, dossier) for dossier, rid in rows if rid)

    # -- texts --------------------------------------------------------------------------------

    def readable(self, spec: KindSpec, rid: str, data: Data) -> Data:
        """Return a record as services read it: its texts open, or a sentence in their place."""
        names = self._names_of(spec)
        sealed = [(name, value) for name in names if (value := data.get(name)) is not None]
        if not sealed:
            return data
        dossier, shown = bucket_of(spec, rid, data), dict(data)
        for name, value in sealed:
            # Most have just been read: asked first, a page of follow-ups costs half.
            known = self._read.get((dossier, spec.name, rid, name, value))
            if known is not None:
                shown[name] = CLEAR_KEY + known
            else:
                shown[name] = self.shown(TextPlace(dossier, spec.name, rid, name), value)
        return shown

    def shown(self, place: TextPlace, value: Wire) -> Wire:
        """Return a text as a clear value that services read; ``None`` for nothing."""
        if not isinstance(value, str):
            return value
        seal, text = self.open(place, value)
        if seal is Seal.NOT_YET:
            return CLEAR_KEY + NOT_YET
        if seal is Seal.BROKEN:
            return CLEAR_KEY + BROKEN
        return CLEAR_KEY + (unsealed(text) if seal is Seal.UNSEALED else text)

    def words(self, place: TextPlace, value: Wire) -> str | None:
        """Return what the circle wrote there; ``None`` when it cannot be told to be that."""
        seal, text = self.open(place, str(value or CLEAR_KEY))
        if not value:
            return ""
        return text if seal in (Seal.OPEN, Seal.CLEAR) else None

    def opens(self, place: TextPlace, value: str) -> bool:
        """Tell whether there are words to be read, whoever vouches for them."""
        return self.open(place, value)[0] not in (Seal.NOT_YET, Seal.BROKEN)

    def is_waiting(self, place: TextPlace, value: Wire) -> bool:
        """Tell whether there are words whose key has not come yet."""
        return isinstance(value, str) and self.open(place, value)[0] is Seal.NOT_YET

    def open(self, place: TextPlace, value: str) -> tuple[Seal, str]:
        """Open one value, and say how that went."""
        if value[:1] == CLEAR_KEY:
            return (Seal.CLEAR if self.trusts_clear else Seal.UNSEALED), value[1:]
        if value[:1] != CIRCLE_KEY:
            return Seal.BROKEN, ""
        try:
            envelope = b64decode(value[1:], validate=True)
            secret = self._secret(name_of(envelope), place.dossier)
            if secret is None:
                return Seal.NOT_YET, ""
            text = secret.open(envelope, place).decode()
        except (SealBroken, ValueError):
            return Seal.BROKEN, ""
        self._remember(place, value, text)
        return Seal.OPEN, text

    def sealed_like(self, place: TextPlace, text: str, *examples: Wire) -> str | None:
        """Seal a text under the key of one of these values, the first whose key is here."""
        for value in examples:
            name = key_name(value)
            secret = None if name is None else self._secret(name, place.dossier)
            if secret is not None:
                return seal_text(secret, place, text)
        return None

    def _remember(self, place: TextPlace, value: str, text: str) -> None:
        if len(value) > _SHORT:
            return
        if len(self._read) >= _MOST_READ:
            self._read.clear()
        self._read[place.dossier, place.kind, place.record, place.field, value] = text

    def _names_of(self, spec: KindSpec) -> tuple[str, ...]:
        names = self._names.get(spec.name)
        if names is None:
            names = self._names[spec.name] = tuple(item.name for item in spec.circle_texts)
        return names


def key_name(value: Wire) -> bytes | None:
    """Return the name of the key that a wire value is sealed under, if it is."""
    if not isinstance(value, str) or value[:1] != CIRCLE_KEY:
        return None
    try:
        return name_of(b64decode(value[1:]))
    except (SealBroken, ValueError):
        return None


def seal_text(secret: CircleSecret, place: TextPlace, text: str) -> str:
    """Return the wire value of a text sealed under a key."""
    return CIRCLE_KEY + b64encode(secret.seal(text.encode(), place)).decode()
