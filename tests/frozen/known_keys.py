"""Keys that everybody may know, and what is sealed under them: they protect nothing.

All is made by the project's own code, as laptops make it; where that draws at random, it is known.
"""

from base64 import b64encode

from desktop.crypto.account_bundle import wrap_account
from desktop.crypto.circle_statement import Statement
from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.crypto.identity import Identity
from desktop.crypto.keys import EncryptionKey, SigningKey
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.sealing import Place, seal_own
from desktop.crypto.secret import Secret
from desktop.store.sealed_texts import seal_text
from protocol.values import AUTHOR_KEY
from tests.crypto.doubles import SeededRandom
from tests.frozen.exchanges import Recorder
from tests.frozen.life import PERSON, Laptop

DEPARTMENT = "79"
CLAIRE, MEHDI, NADIA = 1, 2, 3
"""Numbers of the first laptop of each, which their keys follow from."""


def known_secret(number: int) -> Secret:
    """Return 32 bytes."""
    return Secret(bytes([number]) * 32)


def known_identity(owner: int, laptop: int | None = None) -> Identity:
    """Return somebody's keys on her first laptop, or on another."""
    return Identity(
        SigningKey(known_secret(laptop or owner)),
        SigningKey(known_secret(0x10 + owner)),
        EncryptionKey(known_secret(0x20 + owner)),
    )


def circle_key() -> CircleSecret:
    """Return the key of the dossier."""
    return CircleSecret(known_secret(0x31))


def document_key(rid: str) -> Secret:
    """Return the key of a document."""
    return known_secret(int(rid[-2:], 16))


def paper(laptop: int) -> RecoveryKey:
    """Return the paper of a laptop."""
    return RecoveryKey(known_secret(0x50 + laptop))


def bundle(owner: int, key: RecoveryKey) -> bytes:
    """Return somebody's identity, wrapped by a paper or by a key that is shared."""
    identity = known_identity(owner)
    user = identity.public.signing.hex()
    return wrap_account(identity, key, user=user, random=SeededRandom(f"bundle of {owner}"))


def text_place(kind: str, rid: str, field: str) -> TextPlace:
    """Return where a text of the dossier belongs."""
    return TextPlace(PERSON, kind, rid, field)


def sealed(text: str, kind: str, rid: str, field: str) -> str:
    """Return the wire value of a text that the circle shares."""
    return seal_text(circle_key(), text_place(kind, rid, field), text)


def own_place(kind: str, rid: str, field: str, author: str) -> Place:
    """Return where a text that is nobody else's belongs."""
    return Place(DEPARTMENT, kind, rid, field, author)


def sealed_own(text: str, place: Place, owner: int) -> str:
    """Return the wire value of a text that is nobody else's, written once."""
    key, random = known_identity(owner).encryption, SeededRandom(place.record)
    return AUTHOR_KEY + text_of(seal_own(text.encode(), key, place, revision=1, random=random))


def statement(giver: str, recipient: str, owner: int, members: tuple[str, ...]) -> str:
    """Return the first key of the dossier, given by Claire; ``owner``: whose keys receive it."""
    secret = circle_key()
    said = Statement(
        dossier=PERSON,
        epoch=1,
        key=secret.name,
        previous=b"",
        founds=giver == recipient,
        giver=giver,
        recipient=recipient,
        identity=b"",
        members=tuple(sorted(members)),
    )
    given = said.giving(secret, known_identity(owner).public, SeededRandom(f"gift to {owner}"))
    return text_of(given.signed(known_identity(CLAIRE).signing).to_bytes())


def text_of(content: bytes) -> str:
    """Return bytes as they travel."""
    return b64encode(content).decode()


class Owner(Laptop):
    """A laptop whose owner has keys that seal and a paper that opens."""

    def __init__(
        self, recorder: Recorder, number: int, professional: str, owner: int | None = None
    ) -> None:
        super().__init__(recorder, number, professional, owner)
        self.owner = owner or number
        self.bundle = bundle(self.owner, paper(number))

    @property
    def encryption_key(self) -> str:
        """Return her public key, hexadecimal."""
        return known_identity(self.owner).public.encryption.hex()
