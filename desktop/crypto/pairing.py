"""Two laptops of one person make acquaintance through an office that neither has to believe.

A key exchange with a commitment (as in ZRTP and in Vaudenay's SAS protocols): the new laptop says
the hash of its share before it has seen the other's, so that whoever sits in between has to choose
his own before he knows the words they lead to. He is found out but once in 2^44 tries, when the
four words are compared on both screens. Only then does the known laptop give the identity.

::

    new laptop                                       known laptop
    1. hash(invitation, key, nonce)            ──►
                                               ◄──   2. key, nonce
    3. key, nonce                              ──►   compares with 1
    four words                                       the same four words
                                               ◄──   4. the identity, encrypted
"""

from __future__ import annotations

import hmac

from desktop.crypto.account_bundle import AccountKeys
from desktop.crypto.errors import PairingBroken, UnusableKey
from desktop.crypto.identity import Identity
from desktop.crypto.identity_words import words_of
from desktop.crypto.keys import EncryptionKey, SigningKey
from desktop.crypto.packing import pack_fields
from desktop.crypto.primitives import KEY_BYTES, Purpose, digest, unwrap, wrap
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret

WORDS = 4
_CONTEXT = "coffre.pair.1"
_SAID_BYTES = 2 * KEY_BYTES


class _Agreed:
    """What both sides know once each has heard the other."""

    def __init__(self, shared: Secret, transcript: bytes) -> None:
        together = shared.reveal() + transcript
        self.key = Secret(digest(Purpose.PAIRING_KEY, together))
        self.words = words_of(digest(Purpose.PAIRING_WORDS, together, size=64), WORDS)
        self.binding = pack_fields(_CONTEXT, digest(Purpose.PAIRING_PROMISE, transcript))


class NewLaptop:
    """The side that has no identity yet."""

    def __init__(self, server: str, invitation: str, random: Random) -> None:
        self._place = (server, invitation)
        self._key = EncryptionKey.generate(random)
        self._nonce = random.bytes(KEY_BYTES)
        self._agreed: _Agreed | None = None
        self.promise = _promise(self._place, self._said)
        """The first message."""

    @property
    def _said(self) -> bytes:
        return self._key.public + self._nonce

    def hear(self, answer: bytes) -> bytes:
        """Take the second message, return the third; raise ``PairingBroken``."""
        shared = _shared(self._key, answer)
        transcript = _transcript(self._place, self.promise, answer, self._said)
        self._agreed = _Agreed(shared, transcript)
        return self._said

    @property
    def words(self) -> tuple[str, ...]:
        """The words to compare, once the other side was heard."""
        return self._heard().words

    def receive(self, sealed: bytes) -> AccountKeys:
        """Open the fourth message, once the words were compared; raise ``PairingBroken``."""
        agreed = self._heard()
        opened = unwrap(agreed.key, sealed, agreed.binding)
        if opened is None or len(opened) != 2 * KEY_BYTES:
            raise PairingBroken
        keys = opened.reveal()
        signing, encryption = Secret(keys[:KEY_BYTES]), Secret(keys[KEY_BYTES:])
        return AccountKeys(SigningKey(signing), EncryptionKey(encryption))

    def _heard(self) -> _Agreed:
        if self._agreed is None:
            raise LookupError("the other laptop has not been heard")
        return self._agreed


class KnownLaptop:
    """The side that has the identity."""

    def __init__(self, server: str, invitation: str, promise: bytes, random: Random) -> None:
        """``promise`` is the first message: nothing is said before it was heard."""
        if len(promise) != KEY_BYTES:
            raise PairingBroken
        self._place = (server, invitation)
        self._promise = promise
        self._key = EncryptionKey.generate(random)
        self.answer = self._key.public + random.bytes(KEY_BYTES)
        """The second message."""
        self._agreed: _Agreed | None = None

    def hear(self, opening: bytes) -> tuple[str, ...]:
        """Take the third message, return the words to compare; raise ``PairingBroken``."""
        if not hmac.compare_digest(_promise(self._place, opening), self._promise):
            raise PairingBroken
        shared = _shared(self._key, opening)
        transcript = _transcript(self._place, self._promise, self.answer, opening)
        self._agreed = _Agreed(shared, transcript)
        return self._agreed.words

    def give(self, identity: Identity, random: Random) -> bytes:
        """Return the fourth message, once the words were compared."""
        if self._agreed is None:
            raise LookupError("the other laptop has not been heard")
        keys = identity.signing.seed().reveal() + identity.encryption.private().reveal()
        return wrap(self._agreed.key, Secret(keys), self._agreed.binding, random)


def _promise(place: tuple[str, str], said: bytes) -> bytes:
    return digest(Purpose.PAIRING_PROMISE, pack_fields(_CONTEXT, *place, said))


def _transcript(place: tuple[str, str], promise: bytes, answer: bytes, opening: bytes) -> bytes:
    return pack_fields(_CONTEXT, *place, promise, answer, opening)


def _shared(key: EncryptionKey, said: bytes) -> Secret:
    if len(said) != _SAID_BYTES:
        raise PairingBroken
    try:
        return key.shared_with(said[:KEY_BYTES])
    except UnusableKey:
        raise PairingBroken from None
