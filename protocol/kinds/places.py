"""Where people meet: the twelve lieux and the others."""

from protocol.kinds.declare import Code, Record, Tier, kind, scalar


class Network(Code):
    """What a laptop can expect there."""

    GOOD = "good", "Bon réseau"
    WEAK = "weak", "Réseau faible"
    NONE = "none", "Pas de réseau"


@kind("place", code=3, label="Lieu", tier=Tier.REFERENCE, bucket=None)
class Place(Record):
    """A lieu de rendez-vous: a village hall, a CSC, a CCAS, a medico-social centre."""

    name: str = scalar("Nom")
    commune: str = scalar("Commune", limit=5)
    """INSEE code."""
    address: str | None = scalar("Adresse", default=None)
    latitude: float | None = scalar("Latitude", default=None)
    """Degrees, WGS 84."""
    longitude: float | None = scalar("Longitude", default=None)
    room: str | None = scalar("Salle", default=None)
    keys_note: str | None = scalar("Clés et accès", limit=500, default=None)
    accessible: bool | None = scalar("Accessible PMR", default=None)
    network: Network | None = scalar("Réseau", default=None)
    has_printer: bool = scalar("Imprimante", default=False)
    active: bool = scalar("Utilisé", default=True)
