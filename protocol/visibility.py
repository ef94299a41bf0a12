"""Who may read and write what: one rule for push and pull, on both sides.

A record lives in one *bucket*: the dossier of a person, the private bucket of a professional, or
the reference bucket. A professional is *granted* buckets: reference and her own private one always,
a dossier while she has an open place in its circle (``CircleMember``), or until the overlap that
follows a handover ends (PTI L247-249).
"""

from collections.abc import Collection, Mapping
from datetime import date

from protocol.ids import REFERENCE_BUCKET
from protocol.kinds.declare import KindSpec, Rule, Tier
from protocol.kinds.people import Job

REFERENCE_WRITERS = frozenset({Job.ADMIN, Job.ANIMATOR})
"""Jobs whose laptops may change professionals, structures and places, and what is a colleague's."""


def bucket_of(spec: KindSpec, rid: str, data: Mapping[str, object]) -> str:
    """Return the bucket of a new record from its own immutable fields.

    Once stored, the *stored* bucket is what rights are judged on, never what a message claims.
    """
    if spec.bucket_field is None:
        return REFERENCE_BUCKET
    if spec.bucket_field == "id":
        return rid
    return str(data[spec.bucket_field])


def membership_is_open(ended_on: date | None, overlap_until: date | None, today: date) -> bool:
    """Tell whether a place in a circle opens the dossier on ``today``."""
    if ended_on is None or ended_on > today:
        return True
    return overlap_until is not None and overlap_until >= today


def may_write(spec: KindSpec, data: Mapping[str, object], job: Job, professional: str) -> bool:
    """Tell whether she may change a record in a bucket that is granted to her.

    ``data``: the record as it is stored, or as it is about to be created. What is common and hers
    (when she receives, when she is away, her workshops) is hers to write.
    """
    if spec.tier is not Tier.REFERENCE or job in REFERENCE_WRITERS:
        return True
    return spec.signed is not None and data.get(spec.signed) == professional


def only_adds(spec: KindSpec, names: Collection[str]) -> bool:
    """Tell whether an edit only adds to counters, as anybody enrolled may in the reference."""
    for name in names:
        if spec.by_name[name].rule is not Rule.COUNTER:
            return False  # most often the first
    return bool(names)
