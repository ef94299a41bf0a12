"""Keys of dossiers on their way from one member of a circle to another."""

from protocol.ids import PersonId
from protocol.kinds.declare import Record, Tier, immutable, kind


@kind("circle_key", code=28, label="Clé du cercle", tier=Tier.SHARED, bucket="person")
class CircleKey(Record):
    """« I give the key of this epoch of the dossier to her », signed (docs/vault-format.md).

    Written once and never changed: together they tell who reads what was written in which epoch.
    The office carries them and can make none.
    """

    person: PersonId = immutable("Personne")
    statement: str = immutable("Remise de la clé", limit=8_000)
    """Base64 of ``desktop.crypto.circle_statement``."""
