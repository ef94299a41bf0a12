"""Who may read and write what: one rule for push and pull, on both sides.

A record lives in one *bucket*: the dossier of a person, the private bucket of a professional, or
the reference bucket. A professional is *granted* buckets: reference and her own private one always,
a dossier while she has an open place in its circle (``CircleMember``), or until the overlap that
follows a handover ends (PTI L247-249).
"""

from collections.abc import Mapping
from datetime import date

from protocol.ids import REFERENCE_BUCKET
from protocol.kinds.declare import KindSpec, Tier
from protocol.kinds.people import Job

REFERENCE_WRITERS = frozenset({Job.ADMIN, Job.ANIMATOR})
"""Jobs whose laptops may change professionals, structures and places."""


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


def may_write(tier: Tier, job: Job) -> bool:
    """Tell whether a laptop of this job may change records of this tier in a granted bucket."""
    return tier is not Tier.REFERENCE or job in REFERENCE_WRITERS
