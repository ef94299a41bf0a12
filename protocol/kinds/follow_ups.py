"""What was said: follow-ups, clinical notes, and drafts of both."""

from datetime import date, datetime

from protocol.ids import (
    AppointmentId,
    FollowUpId,
    PersonId,
    PlaceId,
    ProfessionalId,
    RecordId,
)
from protocol.kinds.agenda import AppointmentStatus
from protocol.kinds.declare import (
    Code,
    Record,
    Sealed,
    Tier,
    choices,
    immutable,
    kind,
    scalar,
    sealed_text,
)
from protocol.limits import LONG_TEXT


class Medium(Code):
    """How people met."""

    PLANNED = "planned_in_person", "Accueil sur rendez-vous"
    WALK_IN = "walk_in", "Accueil spontané"
    PHONE = "phone", "Téléphone"
    HOME = "home", "À domicile"
    EXTERNAL = "external", "Rendez-vous extérieur"
    MAIL = "mail", "Courrier"
    EMAIL = "email", "Courriel"
    VIDEO = "video", "Visio"
    THIRD_PARTY = "third_party", "Entretien avec un tiers"


class Theme(Code):
    """What was talked about."""

    HEALTH = "health", "Santé"
    PSYCHIC_HEALTH = "psychic_health", "Santé psychique"
    DISABILITY = "disability", "Handicap, RQTH"
    MOBILITY = "mobility", "Mobilité"
    HOUSING = "housing", "Logement"
    CHILDCARE = "childcare", "Garde d’enfants"
    FAMILY = "family", "Famille, proches aidés"
    LANGUAGE = "language", "Maîtrise du français"
    BASIC_SKILLS = "basic_skills", "Savoirs de base"
    DIGITAL = "digital", "Numérique"
    RIGHTS = "rights", "Accès aux droits"
    MONEY = "money", "Budget, dettes"
    SOCIAL_LINK = "social_link", "Lien social"
    CONFIDENCE = "confidence", "Confiance"
    QUALIFICATION = "qualification", "Qualification"
    PROJECT = "project", "Projet professionnel"
    EMPLOYMENT = "employment", "Emploi"
    SELF_EMPLOYMENT = "self_employment", "Travail indépendant"
    JUSTICE = "justice", "Situation judiciaire"


class StepOwner(Code):
    """Who does what comes next."""

    PERSON = "person", "La personne"
    PROFESSIONAL = "professional", "Le professionnel"
    BOTH = "both", "Ensemble"


@kind("follow_up", code=8, label="Suivi", tier=Tier.SERVICE, bucket="person", signed="professional")
class FollowUp(Record):
    """What happened at a meeting, for the team: facts in clear codes, words in sealed fields."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    appointment: AppointmentId | None = immutable("Rendez-vous", default=None)
    place: PlaceId | None = scalar("Lieu", default=None)
    starts_at: datetime = scalar("Début")
    minutes: int = scalar("Durée", default=45)
    """Minutes."""
    presence: AppointmentStatus = scalar("Présence", default=AppointmentStatus.ATTENDED)
    medium: Medium = scalar("Modalité", default=Medium.PLANNED)
    themes: frozenset[Theme] = choices("Thèmes abordés", default=frozenset())
    summary: str | None = sealed_text(
        "Synthèse partagée", limit=LONG_TEXT, tier=Tier.SHARED, default=None
    )
    for_person: str | None = sealed_text(
        "Pour la personne", limit=LONG_TEXT, tier=Tier.SHARED, default=None
    )
    person_words: str | None = sealed_text(
        "Parole de la personne", limit=LONG_TEXT, tier=Tier.SHARED, default=None
    )
    next_step: str | None = sealed_text(
        "Étape pour l’équipe", limit=1_000, tier=Tier.SHARED, default=None
    )
    next_step_due: date | None = scalar("Échéance", default=None)
    next_step_owner: StepOwner | None = scalar("Qui", default=None)
    orientation: str | None = sealed_text(
        "Orientation proposée", limit=1_000, tier=Tier.SHARED, default=None
    )


@kind("clinical_note", code=9, label="Note clinique", tier=Tier.PRIVATE, bucket="created_by")
class ClinicalNote(Record):
    """A note sealed for its author: the server and every colleague see a size and a date."""

    follow_up: FollowUpId | None = immutable("Suivi", default=None)
    body: Sealed = sealed_text("Note clinique", limit=4 * LONG_TEXT)


class DraftOf(Code):
    """What a draft will become."""

    FOLLOW_UP = "follow_up", "Suivi"
    PERSON = "person", "Fiche"
    JOINED_TEXT = "joined_text", "Texte réuni"
    RECORD = "record", "Relais, diagnostic"
    """A record of a profession, whose kind is in the content."""


@kind("draft", code=100, label="Brouillon", tier=Tier.LOCAL, bucket=None)
class Draft(Record):
    """What is being typed, kept every two seconds on this laptop only."""

    subject: DraftOf = immutable("Objet")
    person: PersonId = immutable("Personne")
    target: RecordId = immutable("Fiche ou suivi")
    """Identifier the record has, or will have once finished."""
    updated_at: datetime = scalar("Enregistré le")
    content: str = scalar("Contenu", limit=8 * LONG_TEXT)
    """JSON of the fields as typed."""
