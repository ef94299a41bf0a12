"""Documents attached to a dossier: letters, scans, photographs. Their content travels in pieces."""

from datetime import date

from protocol.ids import FollowUpId, PersonId, ProfessionalId
from protocol.kinds.declare import Code, Record, Tier, immutable, kind, scalar, sealed_text


class DocumentCategory(Code):
    """What it is."""

    CERFA = "cerfa", "Cerfa"
    LETTER = "courrier", "Courrier"
    PROOF = "justificatif", "Justificatif"
    REPORT = "rapport", "Rapport"
    PHOTO = "photo", "Photo"
    OTHER = "autre", "Autre"


class DocumentMedia(Code):
    """What it is made of: no other form is opened, so that nothing in it can act."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "Image JPEG"
    PNG = "png", "Image PNG"


@kind(
    "document",
    code=27,
    label="Document",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class Document(Record):
    """What is known of a document; its pieces, encrypted, are apart (protocol.md, "Documents")."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    follow_up: FollowUpId | None = immutable("Suivi", default=None)
    title: str = sealed_text("Titre", limit=200, tier=Tier.SHARED)
    category: DocumentCategory = scalar("Catégorie", default=DocumentCategory.OTHER)
    media: DocumentMedia = immutable("Format")
    size: int = immutable("Taille")
    """Bytes of what is in it, in clear."""
    pieces: int = immutable("Morceaux")
    digest: str = immutable("Empreinte", limit=64)
    """BLAKE2b-256 of the encrypted pieces, one after the other, hexadecimal."""
    key: str = sealed_text("Clé", limit=64, tier=Tier.SHARED)
    """Key of this document alone, hexadecimal: shared with the circle like its words."""
    added_on: date = immutable("Ajouté le")
