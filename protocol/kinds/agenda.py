"""Agenda: appointments, permanences, absences, calls to those who did not come, waiting lists."""

from datetime import date, datetime

from protocol.ids import AppointmentId, PersonId, PlaceId, ProfessionalId, ProgrammeId
from protocol.kinds.declare import (
    Code,
    Record,
    Tier,
    choices,
    immutable,
    kind,
    retired,
    scalar,
    sealed_text,
)


class Motive(Code):
    """Why people meet."""

    PSY_CONSULTATION = "psy_consultation", "Consultation"
    FOLLOW_UP = "follow_up", "Suivi"
    ORIENTATION = "orientation", "Orientation"
    CER_SIGNATURE = "cer_signature", "Signature du CER"
    ASPIR = "aspir", "ASPIR"
    CARE_TRIP = "care_trip", "Accompagnement soins"
    MOBILITY_DIAGNOSIS = "mobility_diag", "Diagnostic mobilité"
    SHARED_DIAGNOSIS = "shared_diag", "Diagnostic partagé"
    HANDOVER = "handover", "Passage de relais"
    WORKSHOP = "workshop", "Atelier"
    OTHER = "other", "Autre"


class AppointmentStatus(Code):
    """What became of an appointment."""

    PLANNED = "planned", "À venir"
    TO_QUALIFY = "to_qualify", "À renseigner"
    ATTENDED = "attended", "Honoré"
    EXCUSED = "excused", "Excusé"
    NO_SHOW = "noshow", "Absence non excusée"
    CANCELLED_BY_SERVICE = "cancelled_service", "Annulé par le service"
    MOVED = "moved", "Reporté"


class Visibility(Code):
    """How an appointment shows on a screen others may see."""

    NORMAL = "normal", "Normal"
    DISCREET = "discreet", "Discret"
    HIDDEN = "hidden", "Masqué"


@kind("appointment", code=7, label="Rendez-vous", tier=Tier.SERVICE, bucket="person")
class Appointment(Record):
    """A moment planned between a person and a professional."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = scalar("Professionnel")
    place: PlaceId | None = scalar("Lieu", default=None)
    starts_at: datetime = scalar("Début")
    minutes: int = scalar("Durée", default=45)
    """Minutes."""
    motive: Motive = scalar("Motif", default=Motive.FOLLOW_UP)
    status: AppointmentStatus = scalar("Statut", default=AppointmentStatus.PLANNED)
    visibility: Visibility = scalar("Visibilité", default=Visibility.NORMAL)
    cancel_reason: str | None = retired("Raison", default=None)
    """No screen ever wrote it: why somebody does not come is said in a follow-up, sealed."""
    programme: ProgrammeId | None = immutable("Accompagnement", default=None)
    """The programme whose cadence planned it; appointments of one programme are its series."""


@kind(
    "opening_slot",
    code=12,
    label="Permanence",
    tier=Tier.REFERENCE,
    bucket=None,
    signed="professional",
    most=500,
)
class OpeningSlot(Record):
    """When a professional receives at a lieu, again and again; every colleague sees it."""

    professional: ProfessionalId = immutable("Professionnel")
    place: PlaceId = scalar("Lieu")
    starts_at: datetime = scalar("Première fois")
    """Start of the first permanence; later ones keep the hour of Paris, summer and winter."""
    minutes: int = scalar("Durée")
    """Minutes from the opening to the end."""
    slot_minutes: int = scalar("Créneau", default=45)
    """Minutes of one appointment: 30, 45 or 60."""
    rule: str | None = scalar("Répétition", default=None)
    """RFC 5545 RRULE without its name, as ``FREQ=WEEKLY;INTERVAL=2``; none: once."""
    on_holidays: bool = scalar("Tenue les jours fériés", default=False)
    active: bool = scalar("En cours", default=True)


@kind(
    "absence",
    code=13,
    label="Absence",
    tier=Tier.REFERENCE,
    bucket=None,
    signed="professional",
    most=20_000,
)
class Absence(Record):
    """When a professional does not receive; why is nobody's business."""

    professional: ProfessionalId = immutable("Professionnel")
    starts_at: datetime = scalar("Du")
    ends_at: datetime = scalar("Au")


class CallOutcome(Code):
    """What came of an attempt to reach somebody."""

    REACHED = "reached", "A répondu"
    REBOOKED = "rebooked", "Nouveau rendez-vous"
    MESSAGE = "message", "Message laissé"
    NO_ANSWER = "no_answer", "Pas de réponse"
    WRONG_NUMBER = "wrong_number", "Numéro non attribué"
    DECLINED = "declined", "Ne souhaite plus venir"


class CallMedium(Code):
    """How somebody was called."""

    PHONE = "phone", "Téléphone"
    SMS = "sms", "SMS"
    MAIL = "mail", "Courrier"
    EMAIL = "email", "Courriel"
    REFERENT = "referent", "Via le référent"


@kind(
    "contact_attempt",
    code=14,
    label="Relance",
    tier=Tier.SERVICE,
    bucket="person",
    signed="professional",
)
class ContactAttempt(Record):
    """A call to somebody who did not come, or whose date must change."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    appointment: AppointmentId | None = immutable("Rendez-vous", default=None)
    at: datetime = immutable("Le")
    medium: CallMedium = immutable("Par", default=CallMedium.PHONE)
    outcome: CallOutcome = scalar("Résultat")


class Weekday(Code):
    """Days of a week at the lieux."""

    MONDAY = "mon", "Lundi"
    TUESDAY = "tue", "Mardi"
    WEDNESDAY = "wed", "Mercredi"
    THURSDAY = "thu", "Jeudi"
    FRIDAY = "fri", "Vendredi"
    SATURDAY = "sat", "Samedi"


class HalfDay(Code):
    """Part of a day a person can come."""

    MORNING = "morning", "Matin"
    AFTERNOON = "afternoon", "Après-midi"


class WaitingState(Code):
    """Whether somebody still waits."""

    WAITING = "waiting", "En attente"
    SERVED = "served", "Rendez-vous donné"
    WITHDRAWN = "withdrawn", "Ne souhaite plus"


@kind("waiting", code=15, label="Attente", tier=Tier.SERVICE, bucket="person")
class Waiting(Record):
    """Somebody who waits for a first or a next appointment at a lieu."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId | None = scalar("Professionnel", default=None)
    place: PlaceId | None = scalar("Lieu", default=None)
    """The lieu wished for; none: any of them."""
    since: date = scalar("Depuis")
    motive: Motive = scalar("Motif", default=Motive.FOLLOW_UP)
    minutes: int = scalar("Durée", default=45)
    """Minutes."""
    days: frozenset[Weekday] = choices("Jours possibles", default=frozenset())
    """Empty: any day."""
    halves: frozenset[HalfDay] = choices("Moments possibles", default=frozenset())
    """Empty: any time."""
    comment: str | None = sealed_text("Précision", limit=1_000, tier=Tier.SHARED, default=None)
    state: WaitingState = scalar("État", default=WaitingState.WAITING)
    appointment: AppointmentId | None = scalar("Rendez-vous donné", default=None)
