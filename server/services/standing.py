"""What the author of a batch is to the dossiers it names, and what of it is no more."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from protocol.kinds import FollowUp, spec_of
from protocol.values import Wire
from server.services.authorship import Author, Words, words_at_stake
from server.services.erased import Erased, joined_dossiers, named_records
from server.services.incoming import Incoming
from server.store import erasures, grants, lost_words
from server.store.database import Connection
from server.store.digests import Sum
from server.store.records import Key, StoredRecord

LATE = timedelta(days=90)
"""How long after she lost a dossier somebody's work on it is still taken in."""
_FOLLOW_UP = spec_of(FollowUp).code


@dataclass(frozen=True, slots=True)
class DossierStanding:
    """What buckets are to an author, and what they hold."""

    held: dict[str, Sum]
    """By bucket, for those that exist."""
    granted: set[str]
    """Dossiers that are open to her."""
    lost: set[str]
    """Those she lost not long ago."""


def standing_of(
    connection: Connection, professional: str, buckets: Collection[str], today: date
) -> DossierStanding:
    """Return what an author is to these buckets."""
    known = grants.known_buckets(connection, professional, buckets)
    return DossierStanding(
        held={bucket.id: Sum(bucket.records, int(bucket.digest)) for bucket in known},
        granted={bucket.id for bucket in known if bucket.open},
        lost={bucket.id for bucket in known if not bucket.open and _is_late(bucket, today)},
    )


def find_erased(
    connection: Connection,
    author: Author,
    operations: Collection[Incoming],
    named: Collection[str],
) -> Erased:
    """Return what was erased among what a batch names; ``named`` are its buckets."""
    if not erasures.is_anybody_erased(connection):
        return Erased()
    found = erasures.erased_among(connection, named_records(operations))
    buckets = erasures.erased_buckets(connection, {*named, *joined_dossiers(operations)})
    if not found and not buckets:
        return Erased()
    gone = buckets | {item.bucket for item in found.values()}
    had = {grant.bucket for grant in grants.grants_of(connection, author.professional, gone)}
    return Erased(found, buckets, had | {author.professional})


def restorable_words(
    connection: Connection,
    author: Author,
    rows: Mapping[Key, StoredRecord],
    operations: Collection[Incoming],
) -> Mapping[Words, Collection[Wire]]:
    """Return what authors of follow-ups wrote and no longer stands, where a colleague writes."""
    wanted = words_at_stake(author, rows, operations)
    subjects = {rid: rows[_FOLLOW_UP, rid] for rid, _field in wanted}
    if not subjects:
        return {}
    found: dict[Words, list[Wire]] = {}
    buckets = {row.bucket for row in subjects.values()}
    for rid, name, lost, by in lost_words.lost_words(connection, buckets, list(subjects)):
        if by == subjects[rid].data.get("professional"):
            # A laptop wrote it: what is no value puts nobody's words back, and stops nobody.
            with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                # Without the mark of its key, which is that of a clear value.
                found.setdefault((rid, name), []).append(msgspec.json.decode(lost[1:]))
    # Nobody else ever wrote there: a colleague who put words back may change her mind.
    for rid, name, value in lost_words.words_before(connection, _FOLLOW_UP, list(subjects)):
        found.setdefault((rid, name), []).append(value)
    return found


def _is_late(bucket: grants.KnownBucket, today: date) -> bool:
    return bucket.revoked_on is not None and today < bucket.revoked_on + LATE
