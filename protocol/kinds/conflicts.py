"""Values that lost a merge: never dropped, always a record that syncs like any other."""

import hashlib

import msgspec

from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.declare import Code, Record, Tier, carried, immutable, kind, scalar
from protocol.limits import LONG_TEXT

WHOLE_RECORD = ""
"""The ``field`` of a conflict about the record itself: one deleted it, another edited it."""


class ConflictState(Code):
    """Whether a worker has settled it."""

    OPEN = "open", "À relire"
    KEPT = "kept", "Version en place gardée"
    RESTORED = "restored", "Autre version rétablie"
    JOINED = "joined", "Versions réunies"


@kind("conflict", code=10, label="À relire", tier=Tier.SHARED, bucket="dossier", signed="lost_by")
class Conflict(Record):
    """One field that two people changed unknown to each other; ``lost`` is the value not shown."""

    dossier: PersonId = immutable("Dossier")
    """The bucket of the record in question."""
    subject_kind: str = immutable("Nature", limit=40)
    subject: RecordId = immutable("Fiche")
    field: str = immutable("Champ", limit=60)
    """Its name, or ``WHOLE_RECORD``."""
    lost: str = carried("Autre version", limit=4 * LONG_TEXT)
    """The losing value, as JSON of its wire form."""
    lost_hlc: int = immutable("Horloge", limit=2**63 - 1)
    lost_by: ProfessionalId | None = immutable("Auteur de l’autre version", default=None)
    kept_by: ProfessionalId | None = scalar("Auteur de la version en place", default=None)
    """Who, when and what stood as the conflict was opened: only the office writes these three."""
    kept_hlc: int | None = scalar("Horloge de la version en place", limit=2**63 - 1, default=None)
    kept_mark: str | None = scalar("Empreinte de la version en place", limit=16, default=None)
    """``value_mark`` of what stood: another value standing now is somebody else's later work."""
    state: ConflictState = scalar("État", default=ConflictState.OPEN)


def value_mark(value: object) -> str:
    """Return a short mark of a wire value, to tell whether it is still the one that stood."""
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=8).hexdigest()
