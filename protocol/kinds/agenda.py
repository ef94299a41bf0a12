"""Appointments."""

from datetime import datetime

from protocol.ids import PersonId, PlaceId, ProfessionalId
from protocol.kinds.declare import Code, Record, Tier, immutable, kind, scalar


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
    cancel_reason: str | None = scalar("Raison", default=None)
