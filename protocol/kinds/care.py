"""What each profession records beside the follow-up: care, relays, mobility, needs, hand-outs."""

from datetime import date, datetime

from protocol.ids import FollowUpId, PersonId, PlaceId, ProfessionalId, StructureId
from protocol.kinds.declare import (
    Code,
    Record,
    Sealed,
    Tier,
    choices,
    immutable,
    kind,
    retired,
    scalar,
    sealed_text,
)
from protocol.kinds.follow_ups import Theme
from protocol.limits import LONG_TEXT


class CarePurpose(Code):
    """What somebody was accompanied for; never why she is in care."""

    RIGHTS = "rights", "Accès aux droits"
    CARE_VISIT = "care_visit", "Lieu de soins"
    ADMINISTRATION = "admin", "Démarche"


class CarePlace(Code):
    """Where."""

    CMP = "cmp", "CMP"
    HOSPITAL = "hospital", "Hôpital"
    DOCTOR = "doctor", "Médecin"
    DENTIST = "dentist", "Dentiste"
    CPAM = "cpam", "CPAM"
    CSAPA = "csapa", "CSAPA"
    PLANNING = "planning", "Centre de santé sexuelle"
    OPTICIAN = "optician", "Ophtalmologue, opticien"
    LABORATORY = "laboratory", "Laboratoire, imagerie"
    OTHER = "other", "Autre"


class Transport(Code):
    """How people went there."""

    SERVICE = "service", "Véhicule du service"
    PERSON = "person", "Par ses moyens"
    PUBLIC = "public", "Transports en commun"
    TAXI = "taxi", "Taxi, VSL"
    WALKING = "walking", "À pied"


class CareOutcome(Code):
    """What came of it."""

    DONE = "done", "Fait"
    POSTPONED = "postponed", "Reporté"
    REFUSED = "refused", "Refusé"
    NO_PRACTITIONER = "no_professional", "Pas de praticien"
    ABSENT = "absent", "Personne absente"


@kind(
    "care_accompaniment",
    code=20,
    label="Accompagnement physique",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class CareAccompaniment(Record):
    """A care visit or a démarche made with the person; why is the nurse's own note."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    follow_up: FollowUpId = immutable("Suivi")
    purpose: CarePurpose = scalar("Objet", default=CarePurpose.CARE_VISIT)
    care_place: CarePlace | None = scalar("Où", default=None)
    structure: StructureId | None = scalar("Structure", default=None)
    transport: Transport | None = scalar("Transport", default=None)
    kilometres: int | None = scalar("Kilomètres", default=None)
    outcome: CareOutcome | None = scalar("Résultat", default=None)
    obstacle: str | None = sealed_text("Obstacle", limit=1_000, tier=Tier.SHARED, default=None)


class RelayTo(Code):
    """Towards whom."""

    CMP = "cmp", "CMP"
    PLIE = "plie", "PLIE, action d’écoute"
    DOCTOR = "doctor", "Médecin"
    HOSPITAL = "hospital", "Hôpital"
    CSAPA = "csapa", "CSAPA"
    PSYCHOLOGIST = "psychologist", "Psychologue"
    SOCIAL = "social", "Service social"
    OTHER = "other", "Autre"


class RelayState(Code):
    """What was answered."""

    SENT = "sent", "En attente de réponse"
    ACCEPTED = "accepted", "Accepté"
    REFUSED = "refused", "Refusé"
    NO_ANSWER = "no_answer", "Sans réponse"
    WITHDRAWN = "withdrawn", "Abandonné"


@kind("relay", code=21, label="Relais", tier=Tier.SERVICE, bucket="person", signed="professional")
class Relay(Record):
    """A relay towards a CMP, a PLIE, a doctor; its answer and its delay (PTI L904, L316)."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    to: RelayTo = scalar("Vers")
    structure: StructureId | None = scalar("Structure", default=None)
    sent_on: date = scalar("Envoyé le")
    person_agreed: bool = scalar("La personne est d’accord", default=False)
    request: str | None = sealed_text("Demande", limit=4_000, tier=Tier.SHARED, default=None)
    state: RelayState = scalar("Réponse", default=RelayState.SENT)
    answered_on: date | None = scalar("Répondu le", default=None)
    answer: str | None = sealed_text("Réponse reçue", limit=4_000, tier=Tier.SHARED, default=None)


class Licence(Code):
    """Where somebody stands with a driving licence."""

    NONE = "none", "Aucun"
    CODE_ONGOING = "code_ongoing", "Code en cours"
    CODE_OBTAINED = "code_obtained", "Code obtenu"
    DRIVING_ONGOING = "driving_ongoing", "Conduite en cours"
    B = "b", "Permis B"
    AM = "am", "AM (ex-BSR)"
    OTHER = "other", "Autre permis"
    SUSPENDED = "suspended", "Suspendu"
    INVALID = "invalid", "Invalidé"
    FOREIGN = "foreign_non_eee", "Permis étranger hors EEE"


class Vehicle(Code):
    """What somebody can drive."""

    NONE = "none", "Aucun"
    OWN = "own", "Voiture personnelle"
    SHARED = "shared", "Voiture partagée"
    WITHOUT_LICENCE = "without_licence", "Voiture sans permis"
    TWO_WHEELS = "two_wheels", "Deux-roues"
    BIKE = "bike", "Vélo"
    EBIKE = "ebike", "Vélo électrique"
    OUT_OF_ORDER = "out_of_order", "En panne"


class TransitAccess(Code):
    """What buses and trains offer from home."""

    NONE = "none", "Aucun"
    WEAK = "weak", "Faible"
    OK = "ok", "Suffisant"


class Zone(Code):
    """How far somebody can look for work (NATMOB)."""

    COMMUNE = "commune", "La commune"
    DEPARTEMENT = "departement", "Le département"
    OTHER = "other", "Plus loin"


class MobilityObstacle(Code):
    """What keeps somebody from moving about (PTI L377)."""

    MONEY = "money", "Budget"
    LANGUAGE = "language", "Langue"
    COGNITIVE = "cognitive", "Apprentissage"
    HEALTH = "health", "Santé"
    FEAR = "fear", "Appréhension"
    ADMINISTRATION = "admin", "Démarches"
    CHILDCARE = "childcare", "Garde d’enfants"
    ISOLATION = "isolation", "Isolement"


class ReadyForCode(Code):
    """Whether the theory test is within reach."""

    READY = "ready", "Dès maintenant"
    WITH_SUPPORT = "with_support", "Avec un appui"
    NOT_NOW = "not_now", "Pas maintenant"


class MobilityAnswer(Code):
    """What the advisor recommends."""

    LOAN = "loan", "Location"
    GARAGE = "garage", "Garage solidaire"
    CARPOOL = "carpool", "Covoiturage"
    ON_DEMAND = "tad", "Transport à la demande"
    EBIKE = "ebike", "Vélo électrique"
    LICENCE_AID = "licence_aid", "Aide au permis"
    SOCIAL_SCHOOL = "social_driving_school", "Auto-école sociale"
    COACHING = "coaching", "Atelier mobilité"
    MICROCREDIT = "microcredit", "Microcrédit"
    RELOCATION = "relocation", "Rapprochement du domicile"


@kind(
    "mobility_diagnosis",
    code=22,
    label="Diagnostic mobilité",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class MobilityDiagnosis(Record):
    """How somebody moves about, on one page; each review is a record of its own (PTI L376)."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    follow_up: FollowUpId | None = immutable("Suivi", default=None)
    reviewed_on: date = scalar("Fait le")
    licence: Licence | None = scalar("Permis", default=None)
    vehicle: Vehicle | None = scalar("Véhicule", default=None)
    insured: bool | None = scalar("Assuré", default=None)
    roadworthy: bool | None = scalar("Contrôle technique valide", default=None)
    transit: TransitAccess | None = scalar("Transports en commun", default=None)
    reads_map: bool | None = scalar("Lit un plan", default=None)
    buys_tickets: bool | None = scalar("Achète un billet en ligne", default=None)
    max_kilometres: int | None = scalar("Distance possible", default=None)
    """Kilometres one way."""
    max_minutes: int | None = scalar("Temps possible", default=None)
    """Minutes one way."""
    zone: Zone | None = scalar("Zone de recherche", default=None)
    odd_hours: bool | None = scalar("Horaires décalés nécessaires", default=None)
    obstacles: frozenset[MobilityObstacle] = choices("Obstacles", default=frozenset())
    monthly_budget: int | None = scalar("Budget par mois", default=None)
    """Euros."""
    ready_for_code: ReadyForCode | None = scalar("Code de la route", default=None)
    answers: frozenset[MobilityAnswer] = choices("Recommandations", default=frozenset())
    platform: StructureId | None = scalar("Plateforme", default=None)
    synthesis: str | None = sealed_text("Synthèse", limit=4_000, tier=Tier.SHARED, default=None)


class NeedReason(Code):
    """Why a need found no answer."""

    NO_OFFER = "no_offer", "Aucune offre"
    FULL = "full", "Complet"
    TOO_FAR = "too_far", "Trop loin"
    HOURS = "hours", "Horaires"
    CRITERIA = "criteria", "Critères"
    COST = "cost", "Coût"
    OTHER = "other", "Autre"


@kind(
    "unmet_need",
    code=23,
    label="Besoin sans réponse",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class UnmetNeed(Record):
    """A need for which nothing was found, where and why (PTI L916)."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    theme: Theme = scalar("Thème")
    commune: str | None = scalar("Commune", limit=5, default=None)
    """INSEE code."""
    reason: NeedReason = scalar("Raison", default=NeedReason.NO_OFFER)
    noted_on: date = immutable("Noté le")


@kind(
    "handout",
    code=24,
    label="Remis à la personne",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class Handout(Record):
    """A sheet given to the person; its words stay in the follow-up it was made from (PTI L515)."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    follow_up: FollowUpId | None = immutable("Suivi", default=None)
    given_at: datetime = immutable("Remis le")
    printed: bool = immutable("Imprimé", default=True)
    """Otherwise kept as a file at the person's request."""
    language: str | None = immutable("Seconde langue", limit=2, default=None)
    """ISO 639-1."""


@kind(
    "correction",
    code=25,
    label="Correction",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class Correction(Record):
    """What a follow-up said before its author corrected it; never edited."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    follow_up: FollowUpId = immutable("Suivi")
    corrected_at: datetime = immutable("Corrigé le")
    before: str = sealed_text("Ce qui était écrit", limit=4 * LONG_TEXT, tier=Tier.SHARED)
    """The fields that were changed, as they were: JSON by field name."""


@kind("trip", code=26, label="Trajet", tier=Tier.SERVICE, bucket="created_by")
class Trip(Record):
    """Kilometres of one professional, for her expense sheet; no name of a person is in it."""

    driven_on: date = scalar("Le")
    start: PlaceId | None = scalar("De", default=None)
    end: PlaceId | None = scalar("À", default=None)
    detail: str | None = retired("Trajet", limit=120, default=None)
    route: Sealed | None = scalar("Trajet", limit=1_000, default=None)
    """Where from, by where, where to: where somebody lives may be among them."""
    kilometres: int = scalar("Kilomètres")
    odometer: int | None = scalar("Compteur à l’arrivée", default=None)
    """Kilometres."""
