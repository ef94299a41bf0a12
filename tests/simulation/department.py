"""The Département's key, laid on the laptops of some lives: two of its three papers open what
circles shared, and no clinical note.
"""

from base64 import b64decode

from desktop.crypto.circle_statement import Statement, identity_digest
from desktop.crypto.circle_texts import CircleSecret, TextPlace
from desktop.crypto.errors import SealBroken
from desktop.crypto.escrow import ESCROW, Escrow, EscrowKey
from desktop.crypto.sealing import Place, revision_of, unseal
from protocol.kinds import KINDS
from protocol.values import CIRCLE_KEY
from protocol.visibility import bucket_of
from tests.properties.agreement import Data, Rows
from tests.support.laptop import SeededRandom

_PAPERS = EscrowKey.generate(SeededRandom(79)).cut(SeededRandom(80))
_KEY = EscrowKey.joined(_PAPERS[0], _PAPERS[2])
LAID = Escrow(_KEY.public)
"""What the policy of each laptop says of it."""


def left_closed(rows: Rows) -> list[str]:
    """Return the shared texts at the office that the holders could not open."""
    secrets = _secrets([data for (kind, _), data in rows.items() if kind == "circle_key"])
    closed = []
    for (kind, rid), data in rows.items():
        spec = KINDS[kind]
        for item in spec.circle_texts:
            value = data.get(item.name)
            place = TextPlace(bucket_of(spec, rid, data), kind, rid, item.name)
            if isinstance(value, str) and value.startswith(CIRCLE_KEY):
                envelope = b64decode(value[1:])
                if not any(_opens(secret, envelope, place) for secret in secrets):
                    closed.append(f"{kind} {rid} {item.name}")
    return closed


def opens_note(body: str, place: Place) -> bool:
    """Tell whether the holders could read a clinical note, or another word that is its author's."""
    envelope = b64decode(body)
    try:
        unseal(envelope, _KEY.encryption, place, revision=revision_of(envelope))
    except SealBroken:
        return False
    return True


def _secrets(keys: list[Data]) -> list[CircleSecret]:
    mine, found = identity_digest(_KEY.public), {}
    for data in keys:
        stated = Statement.from_bytes(b64decode(str(data["statement"])))
        if stated.recipient == ESCROW and stated.identity == mine:
            found[stated.key] = stated.taken(_KEY.encryption)
    return list(found.values())


def _opens(secret: CircleSecret, envelope: bytes, place: TextPlace) -> bool:
    try:
        secret.open(envelope, place)
    except SealBroken:
        return False
    return True
