"""The people accompanied, and the circle around each of them."""

from datetime import date

from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.declare import Code, Record, Tier, immutable, kind, safety, scalar, sealed_text
from protocol.limits import LONG_TEXT


class Sex(Code):
    """As the person says it."""

    FEMALE = "f", "Femme"
    MALE = "m", "Homme"
    OTHER = "x", "Autre ou non dit"


class DatePrecision(Code):
    """How much of a date of birth is known."""

    DAY = "day", "Jour connu"
    MONTH = "month", "Mois connu"
    YEAR = "year", "Année connue"
    ESTIMATED = "estimated", "Estimée"


class ContactPreference(Code):
    """How the person wants to be reached."""

    PHONE = "phone", "Téléphone"
    SMS = "sms", "SMS"
    MAIL = "mail", "Courrier"
    REFERENT = "referent", "Via le référent"
    NONE = "none", "Ne pas contacter"


class PersonStatus(Code):
    """Whether the dossier is alive."""

    ACTIVE = "active", "Actif"
    INACTIVE = "inactive", "Inactif"
    ARCHIVED = "archived", "Archivé"
    DECEASED = "deceased", "Décès"


class EntrySource(Code):
    """How the person came."""

    DEPARTMENT = "department", "Département"
    PARTNER = "partner", "Partenaire"
    SPONTANEOUS = "spontaneous", "Spontanée"
    THIRD_PARTY = "third_party", "Tiers"
    OUTREACH = "aller_vers", "Aller-vers"


class IdentifierScheme(Code):
    """Whose number it is. The NIR is not kept (docs/decisions)."""

    CAF = "caf", "N° CAF"
    MSA = "msa", "N° MSA"
    FRANCE_TRAVAIL = "france_travail", "Identifiant France Travail"
    DEPARTMENT = "departement", "N° interne du Département"


class Discretion(Code):
    """How careful colleagues must be when they reach out; from the least to the most."""

    NORMAL = "normal", "Contact ordinaire"
    DISCREET = "discreet", "Contact discret"
    DANGER = "danger", "Ne jamais laisser de message"


class CircleRole(Code):
    """What a professional is to a person."""

    UNIQUE_REFERENT = "unique_referent", "Référent unique"
    PROGRAM_REFERENT = "program_referent", "Référent d’accompagnement"
    CONTRIBUTOR = "contributor", "Intervenant"
    PRESCRIBER = "prescriber", "Prescripteur"
    FORMER = "former", "Ancien référent"


class CircleEnd(Code):
    """Why a professional left the circle."""

    HANDOVER = "handover", "Passage de relais"
    END_OF_PROGRAM = "end_of_program", "Fin d’accompagnement"
    MOVED = "moved", "Déménagement"
    PERSON_REQUEST = "person_request", "À la demande de la personne"
    INACTIVE = "inactive", "Perte de contact"
    DECEASED = "deceased", "Décès"
    SEPARATED = "separated", "Dossiers séparés"
    """Her place came with dossiers that were one for a while; nobody chooses this."""


class SamePersonState(Code):
    """What somebody said of two dossiers."""

    MERGED = "merged", "Réunis"
    UNDONE = "undone", "Séparés à nouveau"
    DISTINCT = "distinct", "Deux personnes différentes"


@kind("person", code=4, label="Personne", tier=Tier.SERVICE, bucket="id")
class Person(Record):
    """Someone accompanied; her identifier is also the identifier of her dossier."""

    birth_name: str = scalar("Nom de naissance", limit=100)
    usual_name: str | None = scalar("Nom d’usage", limit=100, default=None)
    first_name: str = scalar("Prénom", limit=100)
    sex: Sex | None = scalar("Sexe", default=None)
    birth_date: date | None = scalar("Date de naissance", default=None)
    birth_date_precision: DatePrecision = scalar("Précision", default=DatePrecision.DAY)
    address_line: str | None = scalar("Adresse", default=None)
    commune: str | None = scalar("Commune", limit=5, default=None)
    """INSEE code: 42 postal codes cover 252 communes, so a postal code is never enough."""
    postal_code: str | None = scalar("Code postal", limit=5, default=None)
    phone1: str | None = scalar("Téléphone", limit=30, default=None)
    phone2: str | None = scalar("Autre téléphone", limit=30, default=None)
    email: str | None = scalar("Courriel", default=None)
    contact_preference: ContactPreference | None = scalar("Contact préféré", default=None)
    discretion: Discretion = safety(
        "Discrétion", protective=("normal", "discreet", "danger"), default=Discretion.NORMAL
    )
    safe_contact_note: str | None = sealed_text(
        "Comment la joindre sans risque", limit=1_000, tier=Tier.SHARED, default=None
    )
    language: str | None = scalar("Langue", default=None)
    interpreter_needed: bool = scalar("Interprète nécessaire", default=False)
    status: PersonStatus = scalar("Statut", default=PersonStatus.ACTIVE)
    entry_source: EntrySource | None = scalar("Entrée", default=None)
    first_contact_on: date | None = scalar("Premier contact", default=None)
    request: str | None = sealed_text("Demande", limit=4_000, tier=Tier.SHARED, default=None)
    """What brought the person, in the words of whoever opened the dossier."""


@kind("person_identifier", code=5, label="Identifiant", tier=Tier.SERVICE, bucket="person")
class PersonIdentifier(Record):
    """A number another administration knows the person by."""

    person: PersonId = immutable("Personne")
    scheme: IdentifierScheme = immutable("Organisme")
    value: str = scalar("Numéro", limit=40)
    verified_on: date | None = scalar("Vérifié le", default=None)


@kind("circle_member", code=6, label="Équipe", tier=Tier.SERVICE, bucket="person")
class CircleMember(Record):
    """A professional's place in a person's circle: it opens the dossier to her, and closes it."""

    person: PersonId = immutable("Personne")
    professional: ProfessionalId = immutable("Professionnel")
    role: CircleRole = scalar("Rôle")
    started_on: date = scalar("Depuis")
    ended_on: date | None = scalar("Jusqu’au", default=None)
    end_reason: CircleEnd | None = scalar("Motif de fin", default=None)
    overlap_until: date | None = scalar("Accès conservé jusqu’au", default=None)


@kind(
    "same_person",
    code=11,
    label="Dossiers de la même personne",
    tier=Tier.SERVICE,
    bucket="person",
)
class SamePerson(Record):
    """Two dossiers that are one person's, or that look so and are not.

    Nothing moves: each record stays in its own dossier, and laptops show the dossiers as one.
    """

    person: PersonId = immutable("Dossier réuni")
    into: PersonId = immutable("Dossier gardé")
    state: SamePersonState = scalar("État")
    before: str | None = sealed_text(
        "Ce que la réunion a changé", limit=2 * LONG_TEXT, tier=Tier.SHARED, default=None
    )
    """What separating puts back, as JSON (``desktop.domain.one_person``); never edited."""
