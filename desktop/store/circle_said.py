"""Statements that were accepted about circles (``circle_statement``), and what they come to.

They are kept whatever the office shows later, as long as the dossier is not erased.
"""

from base64 import b64decode
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from desktop.crypto.circle_statement import Statement
from desktop.crypto.errors import CertificateRefused
from desktop.crypto.escrow import ESCROW
from desktop.store.database import EncryptedDatabase

_COLUMNS = '"epoch", "key", "founds", "giver", "recipient", "identity", "members"'


class Said(NamedTuple):
    """A statement that was accepted. Of somebody who had left: it names nobody, in no epoch."""

    epoch: int
    key: bytes
    founds: bool
    giver: str
    recipient: str
    identity: bytes
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """A dossier's circle as accepted statements tell it. The Département is no member of it."""

    said: list[Said]

    @property
    def members(self) -> set[str]:
        """Return whom members, or the Département's key, named."""
        return {member for one in self.said for member in one.members} - {ESCROW}

    @property
    def newest(self) -> tuple[int, bytes]:
        """Return the newest epoch and its key."""
        return max(((one.epoch, one.key) for one in self.said), default=(0, b""))

    def epochs(self) -> list[tuple[int, bytes]]:
        """Return the epochs, the newest first: in the same order on every laptop."""
        latest: dict[bytes, int] = {}
        for one in self.said:
            latest[one.key] = max(one.epoch, latest.get(one.key, 0))
        return sorted(((epoch, key) for key, epoch in latest.items()), reverse=True)

    def readers(self, key: bytes) -> set[tuple[str, bytes]]:
        """Return which professionals were given a key, and under which identity."""
        given = {(x.recipient, x.identity) for x in self.said if x.key == key and x.identity}
        return {one for one in given if one[0] != ESCROW}

    def holders(self, key: bytes) -> set[str]:
        """Return who has a key as far as anybody said: whoever gives one has it too."""
        given = [one for one in self.said if one.key == key and one.identity]
        return {who for one in given for who in (one.giver, one.recipient)} - {ESCROW}

    def is_known(self, key: bytes) -> bool:
        """Tell whether somebody who counts spoke of a key."""
        return any(one.key == key and one.members for one in self.said)

    def is_held_by_escrow(self, key: bytes, identity: bytes) -> bool:
        """Tell whether the Département's key of this digest was given a key."""
        wanted = (key, ESCROW, identity)
        return any((one.key, one.recipient, one.identity) == wanted for one in self.said)

    def escrows_of(self, key: bytes) -> set[bytes]:
        """Return the Département's keys that a key was given to by whoever began it.

        Whoever begins an epoch gives its key to herself first. What colleagues give later, by the
        policy of their own laptops, does not count: two laptops that do not know the same policy
        would never agree, and begin without end.
        """
        of_key = [one for one in self.said if one.key == key]
        began = {one.giver for one in of_key if one.giver == one.recipient}
        return {x.identity for x in of_key if x.recipient == ESCROW and x.giver in began}

    def came_from_escrow(self, key: bytes) -> bool:
        """Tell whether the Département gave a key: it reads what was written, and seals no more."""
        return any(one.key == key and one.giver == ESCROW for one in self.said)


class Opening(NamedTuple):
    """The Département opened a dossier to somebody."""

    dossier: str
    successor: str
    on: date
    reason: str


class SaidOfCircles:
    """Reads and writes them, in the caller's transaction."""

    def __init__(self, database: EncryptedDatabase) -> None:
        self._database = database

    def keep(self, rid: str, dossier: str, said: Said) -> None:
        """Keep a statement that is believed."""
        self._database.execute(
            'INSERT OR IGNORE INTO "circle_statement" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
            (
                *(rid, dossier, said.epoch, said.key, int(said.founds), said.giver),
                *(said.recipient, said.identity, " ".join(said.members)),
            ),
        )

    def circle(self, dossier: str) -> Circle:
        """Return what is known of a dossier's circle."""
        rows = self._database.rows(
            f'SELECT {_COLUMNS} FROM "circle_statement" WHERE "dossier" = ?',  # noqa: S608
            (dossier,),
        )
        return Circle(
            [
                Said(
                    epoch=epoch,
                    key=bytes(key),
                    founds=bool(founds),
                    giver=giver,
                    recipient=recipient,
                    identity=bytes(identity),
                    members=tuple(members.split()),
                )
                for epoch, key, founds, giver, recipient, identity, members in rows
            ]
        )

    def openings(self, dossier: str | None = None) -> list[Opening]:
        """Return the openings by the Département's key of one dossier or of all, latest first.

        Told by statements that were believed: one that only the office shows is not there.
        """
        of_giver = (
            'SELECT k."statement" FROM "circle_statement" s JOIN "circle_key" k'
            ' ON k."id" = s."rid" WHERE s."giver" = ?'
        )
        if dossier is None:
            rows = self._database.rows(of_giver, (ESCROW,))
        else:
            rows = self._database.rows(of_giver + ' AND s."dossier" = ?', (ESCROW, dossier))
        found = set()
        for (text,) in rows:
            try:
                told = Statement.from_bytes(b64decode(text, validate=True))
            except (CertificateRefused, ValueError):
                continue
            if told.giver == ESCROW:
                on = date.fromisoformat(told.opened_on)
                found.add(Opening(told.dossier, told.recipient, on, told.reason))
        return sorted(found, key=lambda one: (one.on, one.dossier), reverse=True)


def said_by(statement: Statement) -> Said:
    """Return what is kept of a statement."""
    return Said(
        epoch=statement.epoch,
        key=statement.key,
        founds=statement.founds,
        giver=statement.giver,
        recipient=statement.recipient,
        identity=statement.identity,
        members=statement.members,
    )


def said_by_who_left(statement: Statement, circle: Circle) -> Said:
    """Return what is kept of a statement whose giver has left: its key opens what she wrote late.

    She names nobody any more, herself included, and says nothing of a key that others spoke of.
    """
    identity = b"" if circle.is_known(statement.key) else statement.identity
    return said_by(statement)._replace(epoch=0, founds=False, identity=identity, members=())
