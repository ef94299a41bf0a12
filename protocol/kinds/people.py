"""Those who work: professionals and the structures they belong to."""

from protocol.ids import StructureId
from protocol.kinds.declare import Code, Record, Tier, choices, kind, scalar


class Job(Code):
    """What a professional does; it decides the words on her screens, not her rights."""

    PSYCHOLOGIST = "psychologist", "Psychologue clinicienne"
    NURSE = "nurse", "Infirmier·ère mobile"
    MOBILITY_ADVISOR = "mobility_advisor", "Conseiller·ère mobilité"
    REFERENT = "referent", "Référent·e unique"
    ASPIR_REFERENT = "aspir", "Référent·e ASPIR"
    SOCIAL_WORKER = "social_worker", "Travailleur·se social·e"
    INSERTION_HEAD = "insertion_head", "Chef·fe de bureau insertion"
    ANIMATOR = "animator", "Animateur·rice PTI"
    ADMIN = "admin", "Administrateur·rice"


class StructureKind(Code):
    """What a structure is."""

    DEPARTMENT = "department", "Département"
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    MISSION_LOCALE = "mission_locale", "Mission locale"
    PLIE = "plie", "PLIE"
    MAISON_EMPLOI = "maison_emploi", "Maison de l’emploi"
    CCAS = "ccas", "CCAS"
    CSC = "csc", "Centre socioculturel"
    CAF = "caf", "CAF"
    MSA = "msa", "MSA"
    SIAE = "siae", "SIAE"
    MOBILITY_PLATFORM = "mobility_platform", "Plateforme mobilité"
    CMP = "cmp", "Centre médico-psychologique"
    HOSPITAL = "hospital", "Hôpital"
    ASSOCIATION = "association", "Association"
    TRAINING = "training", "Organisme de formation"
    CHAMBER = "chamber", "Chambre consulaire"


class Territory(Code):
    """The five territories of the pact (PTI 2022-2027), made of EPCI."""

    NIORTAIS = "niortais", "Niortais"
    HAUT_VAL_DE_SEVRE_MELLOIS = "hvs_mellois", "Haut Val de Sèvre et Mellois"
    BRESSUIRAIS = "bressuirais", "Bressuirais"
    PARTHENAY = "parthenay", "Parthenay"
    THOUARSAIS = "thouarsais", "Thouarsais"


@kind("professional", code=1, label="Professionnel", tier=Tier.REFERENCE, bucket=None)
class Professional(Record):
    """Someone who works with Coffre; she is known to all enrolled laptops."""

    name: str = scalar("Nom")
    job: Job = scalar("Métier")
    structure: StructureId | None = scalar("Structure", default=None)
    territories: frozenset[Territory] = choices("Territoires", default=frozenset())
    phone: str | None = scalar("Téléphone", default=None)
    email: str | None = scalar("Courriel", default=None)
    active: bool = scalar("En activité", default=True)
    identity_key: str | None = scalar("Clé d’identité", default=None)
    """Ed25519 public key of her identity, hexadecimal; set at enrolment."""
    encryption_key: str | None = scalar("Clé de chiffrement", default=None)
    """X25519 public key of her identity, hexadecimal; set at enrolment."""


@kind("structure", code=2, label="Structure", tier=Tier.REFERENCE, bucket=None)
class Structure(Record):
    """An organisation professionals belong to or refer people to."""

    name: str = scalar("Nom")
    category: StructureKind = scalar("Type")
    siret: str | None = scalar("SIRET", limit=14, default=None)
    commune: str | None = scalar("Commune", limit=5, default=None)
    """INSEE code."""
    phone: str | None = scalar("Téléphone", default=None)
    email: str | None = scalar("Courriel", default=None)
    sensitive: bool = scalar("Structure sensible", default=False)
    """Being known there tells something about a person: never printed on a hand-out."""
