"""The Département's key, seen from a laptop: told once when it comes, changes or goes; and its use.

What the policy said is remembered in the vault, so that a change is told, and so that nothing new
is sealed under keys that a former one was given.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import msgspec

from desktop.config.clock import Clock
from desktop.crypto.circle_statement import identity_digest
from desktop.crypto.escrow import Escrow, from_policy
from desktop.crypto.identity import PublicIdentity
from desktop.services.directory import Directory
from desktop.services.persons import display_name
from desktop.services.workplace import Workplace
from desktop.store.circle_said import Opening, SaidOfCircles
from desktop.store.errors import StoreError
from desktop.store.store import Store
from protocol.ids import PersonId
from protocol.kinds import Person

_KEY, _TOLD = "escrow", "escrow_told"
_MOST = 50


class _Kept(msgspec.Struct, frozen=True):
    """What the vault remembers of it."""

    key: str | None = None
    former: frozenset[str] = frozenset()
    changes: tuple[tuple[datetime, str, str], ...] = ()
    is_told: bool = True


class What(StrEnum):
    """What became of the Département's key on this laptop."""

    COME = "come"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class EscrowChange:
    """One line of what became of it."""

    at: datetime
    what: What
    fingerprint: str
    """Of the key that came; of the one that went."""


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """The Département opened a dossier to somebody."""

    dossier: PersonId
    name: str
    """The person's, as names are shown; empty when her dossier is not here."""
    successor: str
    """Her name."""
    is_me: bool
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class EscrowNews:
    """What has not been read yet."""

    change: EscrowChange | None
    openings: tuple[OpeningLine, ...]

    def __bool__(self) -> bool:
        return self.change is not None or bool(self.openings)


@dataclass(frozen=True, slots=True)
class EscrowSheet:
    """All there is to tell of it."""

    fingerprint: str | None
    changes: tuple[EscrowChange, ...]
    openings: tuple[OpeningLine, ...]


def take_policy(store: Store, clock: Clock, told: bytes | None, *, is_readable: bool) -> Escrow:
    """Return the Département's key as the policy tells it, and note what changed.

    A policy that cannot be read changes nothing. On the store's lane, once, as the vault opens.
    """
    kept = _kept(store)
    before = None if kept.key is None else from_policy(bytes.fromhex(kept.key))
    public = before
    if is_readable:
        public = None if told is None else from_policy(told)
    if public != before:
        kept = _changed(kept, clock.now(), before, public)
        # A disk that is full keeps nobody out: it is noted, and told, at another opening.
        with suppress(StoreError), store.database.transaction():
            store.state.set(_KEY, msgspec.json.encode(kept).decode())
    return Escrow(public, frozenset(map(bytes.fromhex, kept.former)))


def _changed(
    kept: _Kept, now: datetime, before: PublicIdentity | None, public: PublicIdentity | None
) -> _Kept:
    former = set(kept.former)
    if before is not None:
        former.add(identity_digest(before).hex())
    if public is not None:
        former.discard(identity_digest(public).hex())
    what = What.GONE if public is None else What.COME if before is None else What.CHANGED
    of = public or before
    assert of is not None  # noqa: S101  they differ
    line = (now, what.value, of.fingerprint)
    key = None if public is None else (public.signing + public.encryption).hex()
    return _Kept(key, frozenset(former), (line, *kept.changes)[:_MOST], is_told=False)


class EscrowReports:
    """Reads what is to be told; on the store's lane."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._store = workplace.store
        self._directory = directory

    def fingerprint(self) -> str | None:
        """Return that of the key in force; nothing where there is none."""
        public = self._workplace.escrow.public
        return None if public is None else public.fingerprint

    def sheet(self) -> EscrowSheet:
        """Return all there is to tell."""
        return EscrowSheet(
            fingerprint=self.fingerprint(),
            changes=_changes(_kept(self._store)),
            openings=self._lines(self._openings()),
        )

    def of(self, dossier: PersonId) -> tuple[OpeningLine, ...]:
        """Return the openings of one dossier, the latest first."""
        return self._lines(self._openings(dossier))

    def news(self) -> EscrowNews:
        """Return what has not been read yet: openings first, then what became of the key."""
        kept, told = _kept(self._store), self._told()
        fresh = [one for one in self._openings() if _mark(one) not in told]
        changes = () if fresh or kept.is_told else _changes(kept)
        return EscrowNews(next(iter(changes), None), self._lines(fresh))

    def read(self, news: EscrowNews) -> None:
        """Note that she has read this, and no more than this."""
        seen = {(one.dossier, one.on, one.reason) for one in news.openings}
        told = self._told() | {
            _mark(one) for one in self._openings() if (one.dossier, one.on, one.reason) in seen
        }
        kept = _kept(self._store)
        is_told = kept.is_told or _changes(kept)[:1] == (news.change,)
        kept = msgspec.structs.replace(kept, is_told=is_told)
        with self._store.database.transaction():
            self._store.state.set(_TOLD, msgspec.json.encode(sorted(told)).decode())
            self._store.state.set(_KEY, msgspec.json.encode(kept).decode())

    def _openings(self, dossier: str | None = None) -> list[Opening]:
        return SaidOfCircles(self._store.database).openings(dossier)

    def _told(self) -> set[str]:
        return msgspec.json.decode(self._store.state.get(_TOLD) or "[]", type=set[str])

    def _lines(self, openings: list[Opening]) -> tuple[OpeningLine, ...]:
        if not openings:
            return ()
        colleagues = self._directory.colleagues()
        return tuple(
            OpeningLine(
                dossier=PersonId(one.dossier),
                name=self._name(one.dossier),
                successor=colleagues[one.successor].name if one.successor in colleagues else "",
                is_me=one.successor == self._workplace.me,
                on=one.on,
                reason=one.reason,
            )
            for one in openings
        )

    def _name(self, dossier: str) -> str:
        person = self._store.records.get(Person, dossier)
        return "" if person is None else display_name(person, self._workplace.names)


def _kept(store: Store) -> _Kept:
    return msgspec.json.decode(store.state.get(_KEY) or "{}", type=_Kept)


def _changes(kept: _Kept) -> tuple[EscrowChange, ...]:
    return tuple(EscrowChange(at, What(what), of) for at, what, of in kept.changes)


def _mark(one: Opening) -> str:
    return " ".join((one.dossier, one.successor, one.on.isoformat(), one.reason))
