"""Kinds of records: what Coffre remembers, declared once for the laptop and the office.

Adding a field is one line here, one migration on the laptop and one place on a screen; the server
needs nothing. ``KINDS`` lists every kind by name; a kind's ``code`` is never reused.
"""

from collections.abc import Mapping
from types import MappingProxyType

from protocol.errors import UnknownKind
from protocol.kinds.agenda import Absence, Appointment, ContactAttempt, OpeningSlot, Waiting
from protocol.kinds.care import (
    CareAccompaniment,
    Correction,
    Handout,
    MobilityDiagnosis,
    Relay,
    Trip,
    UnmetNeed,
)
from protocol.kinds.circle_keys import CircleKey
from protocol.kinds.conflicts import Conflict
from protocol.kinds.declare import Code, FieldSpec, KindSpec, Record, Rule, Sealed, Shape, Tier
from protocol.kinds.declare import spec_of as spec_of
from protocol.kinds.documents import Document
from protocol.kinds.follow_ups import ClinicalNote, Draft, FollowUp
from protocol.kinds.people import Professional, Structure
from protocol.kinds.persons import CircleMember, Person, PersonIdentifier, SamePerson
from protocol.kinds.places import Place
from protocol.kinds.programmes import Programme, Step, WorkshopPlace, WorkshopSession

SCHEMA_VERSION = 5
"""Number of the set of declarations below; sent with every request (protocol.md, "Versions")."""

_ALL: tuple[type[Record], ...] = (
    Professional,
    Structure,
    Place,
    Person,
    PersonIdentifier,
    CircleMember,
    Appointment,
    FollowUp,
    ClinicalNote,
    Conflict,
    SamePerson,
    OpeningSlot,
    Absence,
    ContactAttempt,
    Waiting,
    Programme,
    Step,
    WorkshopSession,
    WorkshopPlace,
    CareAccompaniment,
    Relay,
    MobilityDiagnosis,
    UnmetNeed,
    Handout,
    Correction,
    Trip,
    Document,
    CircleKey,
    Draft,
)

KINDS: Mapping[str, KindSpec] = MappingProxyType({spec_of(c).name: spec_of(c) for c in _ALL})
SYNCED: Mapping[str, KindSpec] = MappingProxyType(
    {name: spec for name, spec in KINDS.items() if spec.tier is not Tier.LOCAL}
)
BY_CODE: Mapping[int, KindSpec] = MappingProxyType({spec.code: spec for spec in KINDS.values()})

__all__ = [
    "BY_CODE",
    "KINDS",
    "SCHEMA_VERSION",
    "SYNCED",
    "Absence",
    "Appointment",
    "CareAccompaniment",
    "CircleKey",
    "CircleMember",
    "ClinicalNote",
    "Code",
    "Conflict",
    "ContactAttempt",
    "Correction",
    "Document",
    "Draft",
    "FieldSpec",
    "FollowUp",
    "Handout",
    "KindSpec",
    "MobilityDiagnosis",
    "OpeningSlot",
    "Person",
    "PersonIdentifier",
    "Place",
    "Professional",
    "Programme",
    "Record",
    "Relay",
    "Rule",
    "SamePerson",
    "Sealed",
    "Shape",
    "Step",
    "Structure",
    "Tier",
    "Trip",
    "UnmetNeed",
    "Waiting",
    "WorkshopPlace",
    "WorkshopSession",
    "kind_named",
    "spec_of",
]


def kind_named(name: str) -> KindSpec:
    """Return the declaration of a synced kind; raise ``UnknownKind``."""
    try:
        return SYNCED[name]
    except KeyError:
        raise UnknownKind(name) from None
