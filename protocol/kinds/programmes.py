"""What a person is engaged in: programmes and their cadence, steps agreed, workshops."""

from datetime import date, datetime

from protocol.ids import (
    FollowUpId,
    PersonId,
    PlaceId,
    ProfessionalId,
    SessionId,
    StructureId,
)
from protocol.kinds.declare import Code, Record, Tier, counter, immutable, kind, scalar, sealed_text
from protocol.kinds.follow_ups import StepOwner


class ProgrammeKind(Code):
    """Which accompaniment."""

    ASPIR = "aspir", "ASPIR"
    GLOBAL = "ag", "Accompagnement global"
    PLIE = "plie", "PLIE"
    SOCIAL = "social", "Accompagnement social"
    PSY = "psy", "Suivi psychologique"
    NURSE = "nurse", "Accompagnement santé"
    MOBILITY = "mobility", "Accompagnement mobilité"
    CEJ = "cej", "CEJ"
    PACEA = "pacea", "PACEA"
    IAE = "iae", "IAE"
    EMPLOYMENT = "employment", "Dans l’emploi"


class Cadence(Code):
    """How often people meet; what each means is ``desktop.domain.rhythm``."""

    NONE = "none", "Sans rythme fixe"
    ASPIR = "aspir", "Chaque semaine deux mois, puis tous les 15 jours"
    WEEKLY = "weekly", "Chaque semaine"
    FORTNIGHTLY = "every_15_days", "Tous les 15 jours"
    MONTHLY = "monthly", "Chaque mois"
    TWO_MONTHLY = "every_2_months", "Tous les 2 mois"
    QUARTERLY = "quarterly", "Tous les 3 mois"
    SIX_MONTHLY = "six_monthly", "Tous les 6 mois"
    EMPLOYMENT = "employment", "Dans l’emploi : J+15, J+30, J+90"


class ProgrammeExit(Code):
    """How a programme ended; « sortie dynamique » is what leads to work or training (PTI L870)."""

    LASTING_JOB = "job_cdi", "CDI"
    LONG_JOB = "job_cdd_6m", "CDD de 6 mois ou plus"
    SHORT_JOB = "job_short", "Emploi court, intérim"
    TRAINING = "training", "Formation"
    IAE = "iae", "IAE"
    REORIENTED = "reoriented", "Réorientation"
    GOALS_REACHED = "goals_reached", "Objectifs atteints"
    RELAYED = "relayed", "Relais pris par un autre service"
    MOVED = "moved", "Déménagement"
    STOPPED_BY_PERSON = "stopped_by_person", "À la demande de la personne"
    LOST_CONTACT = "lost_contact", "Perte de contact"
    NO_SOLUTION = "end_without_solution", "Fin sans solution"
    DECEASED = "deceased", "Décès"


@kind("programme", code=16, label="Accompagnement", tier=Tier.SERVICE, bucket="person")
class Programme(Record):
    """An accompaniment with its cadence, its renewals and its end (PTI L829)."""

    person: PersonId = immutable("Personne")
    programme: ProgrammeKind = immutable("Accompagnement")
    professional: ProfessionalId = scalar("Professionnel")
    prescribed_on: date | None = scalar("Prescrit le", default=None)
    started_on: date = scalar("Commencé le")
    planned_end: date | None = scalar("Fin prévue", default=None)
    renewals: int = scalar("Renouvellements", default=0)
    """How many times ``planned_end`` was put off by one period."""
    cadence: Cadence = scalar("Rythme", default=Cadence.NONE)
    place: PlaceId | None = scalar("Lieu", default=None)
    minutes: int = scalar("Durée", default=45)
    """Minutes of one meeting."""
    ended_on: date | None = scalar("Fini le", default=None)
    exit: ProgrammeExit | None = scalar("Issue", default=None)
    exit_reason: str | None = sealed_text("Bilan", limit=4_000, tier=Tier.SHARED, default=None)


class StepState(Code):
    """Where a step stands."""

    PLANNED = "planned", "Prévue"
    ONGOING = "ongoing", "En cours"
    WAITING = "waiting", "En attente"
    DONE = "done", "Faite"
    CANCELLED = "cancelled", "Annulée"
    ABANDONED = "abandoned", "Abandonnée"


@kind("step", code=17, label="Étape", tier=Tier.SERVICE, bucket="person", signed="professional")
class Step(Record):
    """What was agreed, who does it (« vous » or « nous ») and by when."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    follow_up: FollowUpId | None = immutable("Suivi", default=None)
    text: str = sealed_text("Étape", limit=1_000, tier=Tier.SHARED)
    owner: StepOwner = scalar("Qui", default=StepOwner.PERSON)
    due_on: date | None = scalar("Échéance", default=None)
    state: StepState = scalar("État", default=StepState.PLANNED)
    done_on: date | None = scalar("Faite le", default=None)


class WorkshopTheme(Code):
    """What a workshop is about (PTI L926)."""

    WELLBEING = "wellbeing", "Bien-être"
    DIGITAL = "digital", "Numérique"
    FOOD = "food", "Alimentation"
    HEALTH = "health", "Santé"
    BUDGET = "budget", "Budget"
    BEAUTY = "beauty", "Esthétique"
    CULTURE = "culture", "Culture"
    PARENTING = "parenting", "Parentalité"
    SPORT = "sport", "Sport"
    LANGUAGE = "language", "Français"
    MOBILITY = "mobility", "Mobilité"
    EMPLOYMENT = "employment", "Emploi"


@kind(
    "workshop_session",
    code=18,
    label="Atelier",
    tier=Tier.REFERENCE,
    bucket=None,
    signed="professional",
    most=2_000,
)
class WorkshopSession(Record):
    """A group meeting with its places; who comes is in each person's dossier."""

    professional: ProfessionalId = immutable("Animé par")
    structure: StructureId | None = scalar("Structure", default=None)
    place: PlaceId | None = scalar("Lieu", default=None)
    theme: WorkshopTheme = scalar("Thème")
    title: str = scalar("Titre", limit=120)
    starts_at: datetime = scalar("Début")
    minutes: int = scalar("Durée", default=120)
    """Minutes."""
    capacity: int = scalar("Places", default=10)
    taken: int = counter("Places prises", default=0)
    """Places given on all laptops; a registration adds one, a withdrawal takes one away."""
    cancelled: bool = scalar("Annulé", default=False)


class Attendance(Code):
    """Whether somebody came."""

    REGISTERED = "registered", "Inscription"
    ATTENDED = "attended", "Présence"
    EXCUSED = "excused", "Absence excusée"
    ABSENT = "absent", "Absence"
    WITHDRAWN = "withdrawn", "Désinscription"


@kind(
    "workshop_place",
    code=19,
    label="Inscription à un atelier",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class WorkshopPlace(Record):
    """A person's place in a workshop."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Inscription par")
    session: SessionId = immutable("Atelier")
    attendance: Attendance = scalar("Présence", default=Attendance.REGISTERED)
    first_step_with: bool = scalar("Premier pas accompagné", default=False)
    """Somebody goes with her the first time (PTI L926)."""
