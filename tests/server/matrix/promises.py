"""What is promised about who may read and write what: the table the office is held against.

Written from docs/protocol.md ("Access", "Late contributions") and from the decision on who may
write what, never from the office's own code: an office that changes its mind makes a test fail
until somebody changes this page too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from protocol.kinds import FieldSpec, KindSpec, Rule, Tier
from protocol.kinds.people import Job


class Relation(Enum):
    """What a laptop's owner is to a dossier, or what the laptop is to the office."""

    FOUNDER = "she opened the dossier, and has no place in its circle"
    UNIQUE_REFERENT = "unique_referent"
    PROGRAM_REFERENT = "program_referent"
    CONTRIBUTOR = "contributor"
    PRESCRIBER = "prescriber"
    FORMER_ROLE = "former"
    LEAVING = "her place ends one day, which has not come"
    OVERLAP = "her place has ended, and its overlap has not"
    TWO_PLACES = "one of her two places has ended"
    REOPENED = "her place had ended, and was opened again"
    SECOND_LAPTOP = "her other laptop is in the circle as well"
    ENDED = "her place has ended"
    TAKEN_AWAY = "her place was deleted"
    EXPIRED = "the overlap after her place has ended by itself"
    LONG_GONE = "her place ended more than ninety days ago"
    NEVER = "she never had anything to do with it"
    COLLEAGUE = "she works in the same structure as its circle"
    NEVER_OPEN = "her place had ended before it was written down"
    ABROAD = "she works in another département"
    REVOKED = "she has a place, and her laptop was revoked"
    FORGED = "she has a place, and signs with another key"
    UNKNOWN = "nobody knows this laptop"


class Standing(Enum):
    """What those relations come to."""

    OPEN = "reads and writes the dossier"
    LATE = "had the dossier; what she wrote on the road still arrives"
    CLOSED = "has, and hears, nothing of it"
    ABROAD = "has nothing of this département"
    WITHDRAWN = "is told that her laptop is no longer welcome"
    STRANGER = "is told nothing"


STANDING: Mapping[Relation, Standing] = MappingProxyType(
    {
        Relation.FOUNDER: Standing.OPEN,
        Relation.UNIQUE_REFERENT: Standing.OPEN,
        Relation.PROGRAM_REFERENT: Standing.OPEN,
        Relation.CONTRIBUTOR: Standing.OPEN,
        Relation.PRESCRIBER: Standing.OPEN,
        Relation.FORMER_ROLE: Standing.OPEN,
        Relation.LEAVING: Standing.OPEN,
        Relation.OVERLAP: Standing.OPEN,
        Relation.TWO_PLACES: Standing.OPEN,
        Relation.REOPENED: Standing.OPEN,
        Relation.SECOND_LAPTOP: Standing.OPEN,
        Relation.ENDED: Standing.LATE,
        Relation.TAKEN_AWAY: Standing.LATE,
        Relation.EXPIRED: Standing.LATE,
        Relation.LONG_GONE: Standing.CLOSED,
        Relation.NEVER: Standing.CLOSED,
        Relation.COLLEAGUE: Standing.CLOSED,
        Relation.NEVER_OPEN: Standing.CLOSED,
        Relation.ABROAD: Standing.ABROAD,
        Relation.REVOKED: Standing.WITHDRAWN,
        Relation.FORGED: Standing.STRANGER,
        Relation.UNKNOWN: Standing.STRANGER,
    }
)

HAD_IT = frozenset(
    {
        Relation.TWO_PLACES,
        Relation.REOPENED,
        Relation.ENDED,
        Relation.TAKEN_AWAY,
        Relation.EXPIRED,
        Relation.LONG_GONE,
    }
)
"""Those who may be told that a dossier they once read is closed to them."""

TURNED_AWAY: Mapping[Standing, tuple[int, str]] = MappingProxyType(
    {Standing.WITHDRAWN: (410, "revoked"), Standing.STRANGER: (401, "unauthenticated")}
)
"""What every signed request of these is answered, whatever it asks."""


class Home(Enum):
    """Where records of a kind live."""

    DOSSIER = "the dossier of a person"
    DRAWER = "the private drawer of their author"
    REFERENCE = "what everybody reads"


class Target(Enum):
    """Which record an attempt is about."""

    DOSSIER = "of the dossier"
    OWN_WORDS = "of the dossier, and hers"
    OWN_PLACE = "her own place in the circle"
    OWN_DRAWER = "of her own drawer"
    OTHER_DRAWER = "of a colleague's drawer"
    REFERENCE = "of the reference"
    OWN_COMMON = "of the reference, and hers"
    SELF = "about herself"


_COMMON = frozenset({Target.REFERENCE, Target.OWN_COMMON, Target.SELF})


class Verb(Enum):
    """What is attempted."""

    CREATE = "create in her own name"
    CREATE_AS = "create in a colleague's name"
    CREATE_FOR = "create for a colleague, in her own name"
    EDIT = "edit"
    DELETE = "delete"


ACCEPTED, LATE = "accepted", "late"
NO_GRANT, AUTHOR, IMMUTABLE = "refused: grant", "refused: author", "refused: immutable"
MISSING = "refused: missing"

REFERENCE_WRITERS = frozenset({Job.ADMIN, Job.ANIMATOR})
OFFICE_WRITES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "professional": frozenset({"identity_key", "encryption_key"}),
        "conflict": frozenset({"kept_by", "kept_hlc", "kept_mark"}),
    }
)
"""Fields that no laptop writes: keys come with an enrolment, what stands with a merge."""
LEFT_OUT = frozenset({"conflict"})
"""Kinds whose creation is taken without those fields, rather than refused."""
OWNED = frozenset({"opening_slot", "absence", "workshop_session"})
"""What everybody reads and each professional writes of herself."""
KEPT_FOR_GOOD = frozenset({"conflict", "correction", "circle_key"})
"""Kinds that nobody deletes: they hold what was written and no longer stands."""
WRITTEN_ONCE = frozenset(
    {("conflict", "lost"), ("same_person", "before"), ("correction", "before")}
)
"""Fields that are written at creation only, whatever the rule they merge by."""
NEVER_LATE = frozenset({"circle_member", "same_person"})
"""Kinds that decide who reads what: whoever has left a circle decides of it no more."""
SIGNATURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "conflict": ("created_by", "lost_by"),
        **dict.fromkeys(
            (
                "follow_up",
                "correction",
                "contact_attempt",
                "step",
                "workshop_place",
                "care_accompaniment",
                "relay",
                "mobility_diagnosis",
                "unmet_need",
                "handout",
                "document",
            ),
            ("created_by", "professional"),
        ),
    }
)
"""Fields that say whose the words are, where there are more than ``created_by``."""


def home_of(spec: KindSpec) -> Home:
    """Return where records of a kind live; a kind of a new sort has to be thought about here."""
    if spec.bucket_field is None and spec.tier is Tier.REFERENCE:
        return Home.REFERENCE
    if spec.bucket_field == "created_by" and spec.tier in (Tier.PRIVATE, Tier.SERVICE):
        return Home.DRAWER
    if spec.bucket_field is not None and spec.tier in (Tier.SERVICE, Tier.SHARED):
        return Home.DOSSIER
    raise LookupError(f"nobody has said who may read and write {spec.name!r}")


def signatures_of(spec: KindSpec) -> tuple[str, ...]:
    """Return the fields that name whose words a record of this kind holds."""
    return SIGNATURES.get(spec.name, ("created_by",))


def office_writes(spec: KindSpec) -> frozenset[str]:
    """Return the fields of a kind that no laptop writes."""
    return OFFICE_WRITES.get(spec.name, frozenset())


def are_words(spec: KindSpec, item: FieldSpec) -> bool:
    """Tell whether a field holds what its author alone may change."""
    return spec.name == "follow_up" and item.rule is Rule.SEALED_TEXT


def is_read(standing: Standing, target: Target) -> bool:
    """Tell whether records are given, by any road."""
    if target in _COMMON:
        return standing not in (Standing.ABROAD, *TURNED_AWAY)
    if target is Target.OWN_DRAWER:
        return standing not in TURNED_AWAY
    return target is not Target.OTHER_DRAWER and standing is Standing.OPEN


@dataclass(frozen=True, slots=True)
class Question:
    """One cell: who, on what, does what."""

    relation: Relation
    job: Job
    verb: Verb
    target: Target
    spec: KindSpec
    field: str | None
    """The field edited; ``None`` for the whole record."""

    @property
    def standing(self) -> Standing:
        """Return what the relation comes to."""
        return STANDING[self.relation]

    @property
    def item(self) -> FieldSpec | None:
        """Return the declaration of the field edited."""
        return None if self.field is None else self.spec.by_name[self.field]


def answer_to(asked: Question) -> str:
    """Return what one attempt of a laptop that is let in is answered."""
    if asked.target is Target.OTHER_DRAWER:
        return NO_GRANT
    if asked.target is Target.OWN_DRAWER:
        return _in_reach(asked)
    if asked.target in _COMMON:
        return _of_reference(asked)
    if asked.spec.bucket_field == "id" and asked.verb in (Verb.CREATE, Verb.CREATE_AS):
        return _in_reach(asked)  # a dossier of her own
    if asked.standing is Standing.OPEN:
        return _own_place(asked) if asked.target is Target.OWN_PLACE else _in_reach(asked)
    if asked.standing is Standing.LATE:
        return _late(asked)
    if asked.spec.bucket_field == "id" and _is_abroad(asked) and asked.verb is Verb.EDIT:
        return MISSING  # nobody there: it would be a dossier of her own, and lacks all
    return NO_GRANT


def _in_reach(asked: Question) -> str:
    spec, item = asked.spec, asked.item
    if asked.verb is Verb.CREATE_AS:
        return AUTHOR
    if asked.verb is Verb.DELETE:
        return _deletion(asked)
    if item is None:
        return ACCEPTED
    if item.name in office_writes(spec):
        return AUTHOR
    if item.rule is Rule.IMMUTABLE or (spec.name, item.name) in WRITTEN_ONCE:
        return IMMUTABLE
    return AUTHOR if are_words(spec, item) and asked.target is Target.DOSSIER else ACCEPTED


def _deletion(asked: Question) -> str:
    """What keeps somebody's words is nobody else's to delete."""
    if asked.spec.name in KEPT_FOR_GOOD:
        return IMMUTABLE
    others = asked.spec.name == "follow_up" and asked.target is Target.DOSSIER
    return AUTHOR if others else ACCEPTED


def _own_place(asked: Question) -> str:
    """Nobody prolongs her own access once her place has ended."""
    has_left = asked.relation is Relation.OVERLAP
    if has_left and (asked.verb is Verb.CREATE or asked.field in ("ended_on", "overlap_until")):
        return NO_GRANT
    return _in_reach(asked)


def _late(asked: Question) -> str:
    """Nobody comes back into a circle, takes anything away, settles or overwrites anything."""
    if asked.verb is Verb.DELETE or asked.spec.name in NEVER_LATE:
        return NO_GRANT
    said = _in_reach(asked)
    if asked.verb is Verb.EDIT and asked.spec.name == "conflict":
        refused = {*office_writes(asked.spec), *(name for _kind, name in WRITTEN_ONCE)}
        return said if asked.field in refused else NO_GRANT
    return LATE if said == ACCEPTED else said


def _of_reference(asked: Question) -> str:
    """Some jobs write all of it; others what is theirs, and add to what is counted."""
    is_hers = asked.target is Target.OWN_COMMON or asked.verb in (Verb.CREATE, Verb.CREATE_AS)
    owns = asked.spec.name in OWNED and is_hers
    adds = asked.item is not None and asked.item.rule is Rule.COUNTER and not _is_abroad(asked)
    if asked.job not in REFERENCE_WRITERS and not owns and not adds:
        return NO_GRANT
    if asked.target is Target.REFERENCE and _is_abroad(asked):
        # Her own département has no such record: an edit would be a creation, which lacks all.
        return NO_GRANT if asked.verb is Verb.DELETE else MISSING
    return _in_reach(asked)


def _is_abroad(asked: Question) -> bool:
    return asked.standing is Standing.ABROAD and asked.verb in (Verb.EDIT, Verb.DELETE)
