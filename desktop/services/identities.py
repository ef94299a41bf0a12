"""Who colleagues are to this laptop: keys to seal for, and how far they are trusted.

Trust on first use. The keys that the directory first tells for somebody are kept. Should the office
tell others later, they are *changed*: nothing is sealed for that person until somebody has compared
the words with her and settled it. Comparing them at any time makes the keys *verified*.

What a service that seals asks::

    known = identities.recipient(professional)   # raises IdentityChanged, IdentityUnknown
    seal(text, known.encryption, …)
    verify(known.signing, statement, signature)

``look`` never raises, for screens. Nothing here talks to the office: the reference bucket brings
``professional`` records, and the store keeps the first keys of each as the page is applied.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from desktop.config.clock import paris, unix_ms
from desktop.crypto.identity import PublicIdentity
from desktop.crypto.identity_words import identity_words
from desktop.domain.touched import Touched
from desktop.services.done import Done
from desktop.services.errors import IdentityChanged, IdentityUnknown, NotFound
from desktop.services.workplace import Workplace
from desktop.store.known_identities import KnownIdentity, public_identity
from protocol.kinds.people import Job, Professional

__all__ = ["Correspondent", "Identities", "IdentityChanged", "IdentityUnknown", "Trust"]


class Trust(StrEnum):
    """How far the keys of somebody are trusted here."""

    NONE = "none"
    """She has no laptop yet: the directory tells no keys."""
    NEW = "new"
    """The first keys seen for her; they have not changed since."""
    VERIFIED = "verified"
    """Compared with her."""
    CHANGED = "changed"
    """The directory tells other keys than those known here: nothing may be sealed for her."""
    DOUBTED = "doubted"
    """Somebody compared, and heard other words: nothing may be sealed for her either."""

    @property
    def is_blocked(self) -> bool:
        """Whether nothing may be sealed for her until the words have been compared."""
        return self in (Trust.CHANGED, Trust.DOUBTED)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A colleague and her keys, as a screen shows them."""

    id: str
    name: str
    job: Job
    active: bool
    trust: Trust
    words: tuple[str, ...] = ()
    """Of the keys that the directory tells today: those to compare with her."""
    seen_on: date | None = None
    verified_on: date | None = None


class Identities:
    """The directory of keys of this laptop. For the store's lane."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def recipient(self, professional: str) -> PublicIdentity:
        """Return the keys to seal for; raise ``IdentityChanged``, ``IdentityUnknown``."""
        me = self._workplace
        if professional == me.me:
            return me.identity.public
        told = self._told(professional)
        if told is None:
            raise IdentityUnknown
        known = self._pinned(professional, told)
        if _trust(told, known).is_blocked:
            raise IdentityChanged(professional)
        return known.public

    def look(self, professional: str) -> Trust:
        """Tell how far somebody's keys are trusted; oneself is verified, unless the office lies."""
        told = self._told(professional)
        if told is None:
            return Trust.NONE
        return _trust(told, self._pinned(professional, told))

    def my_words(self) -> tuple[str, ...]:
        """Return the words of one's own keys, to be read to a colleague."""
        return identity_words(self._workplace.identity.public)

    def colleagues(self) -> list[Correspondent]:
        """Return all colleagues, those whose keys changed first, then by name."""
        known = self._workplace.store.known_identities.all()
        found = self._workplace.store.records.select(Professional, order='"name"')
        listed = [
            self._correspondent(record, known.get(record.id))
            for record in found
            if str(record.id) != self._workplace.me
        ]
        return sorted(listed, key=lambda it: not it.trust.is_blocked)

    def colleague(self, professional: str) -> Correspondent:
        """Return one colleague; raise ``NotFound``."""
        record = self._workplace.store.records.get(Professional, professional)
        if record is None:
            raise NotFound
        return self._correspondent(record, self._workplace.store.known_identities.get(professional))

    def blocked(self) -> list[Correspondent]:
        """Return those for whom nothing is sealed until somebody settles it."""
        return [it for it in self.colleagues() if it.trust.is_blocked]

    def is_misrepresented(self) -> bool:
        """Whether the office tells colleagues other keys than mine under my name."""
        told = self._told(self._workplace.me)
        return told is not None and told != self._workplace.identity.public

    def verify(self, professional: str, words: tuple[str, ...]) -> Done[None]:
        """Note that these words, read by her, are hers; raise ``IdentityChanged`` if the directory
        tells other keys by now.

        It also settles a change: whoever compared the new words takes the new keys.
        """
        told = self._told(professional)
        if told is None:
            raise IdentityUnknown
        if identity_words(told) != words:
            raise IdentityChanged(professional)
        today = self._today()
        known = self._pinned(professional, told)
        seen = known.seen_on if known.public == told else today
        with self._workplace.store.database.transaction():
            self._workplace.store.known_identities.put(
                KnownIdentity(professional, told, seen_on=seen, verified_on=today)
            )
            hlc = self._workplace.store.state.tick(unix_ms(self._workplace.clock.now()))
            self._workplace.circle_keys().give_again(professional, hlc)
        return Done(None, frozenset({Touched("professional", professional)}))

    def doubt(self, professional: str) -> Done[None]:
        """Note that the words were not the same: nothing is sealed for her until they are."""
        store = self._workplace.store
        known = store.known_identities.get(professional)
        if known is not None:
            doubted = replace(known, verified_on=None, doubted_on=self._today())
            with store.database.transaction():
                store.known_identities.put(doubted)
        return Done(None, frozenset({Touched("professional", professional)}))

    def _correspondent(self, record: Professional, known: KnownIdentity | None) -> Correspondent:
        told = public_identity(record.identity_key, record.encryption_key)
        trust = Trust.NONE if told is None else _trust(told, known)
        return Correspondent(
            id=record.id,
            name=record.name,
            job=record.job,
            active=record.active,
            trust=trust,
            words=identity_words(told) if told else (),
            seen_on=known.seen_on if known else None,
            verified_on=known.verified_on if known else None,
        )

    def _told(self, professional: str) -> PublicIdentity | None:
        record = self._workplace.store.records.get(Professional, professional)
        if record is None:
            return None
        return public_identity(record.identity_key, record.encryption_key)

    def _pinned(self, professional: str, told: PublicIdentity) -> KnownIdentity:
        """Return what is known; keep what is told when nothing is (a vault of an older Coffre)."""
        known = self._workplace.store.known_identities.get(professional)
        if known is not None:
            return known
        known = KnownIdentity(professional, told, seen_on=self._today())
        with self._workplace.store.database.transaction():
            self._workplace.store.known_identities.put(known)
        return known

    def _today(self) -> date:
        return paris(self._workplace.clock.now()).date()


def _trust(told: PublicIdentity, known: KnownIdentity | None) -> Trust:
    if known is None:
        return Trust.NEW
    if known.public != told:
        return Trust.CHANGED
    if known.doubted_on:
        return Trust.DOUBTED
    return Trust.VERIFIED if known.verified_on else Trust.NEW
