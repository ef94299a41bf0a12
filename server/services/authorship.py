"""Who may write what in a dossier that is open to her (docs/decisions/0007-who-may-write-what.md).

The circle corrects facts; words are their author's; nobody prolongs her own access once her place
has ended. The office itself writes without these bounds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from protocol.kinds import (
    CircleKey,
    Correction,
    FollowUp,
    KindSpec,
    Professional,
    Rule,
    SamePerson,
    Tier,
    spec_of,
)
from protocol.kinds.people import Job
from protocol.values import Wire
from protocol.visibility import bucket_of
from server.services.circle import CIRCLE, Circle, prolongs
from server.services.conflicts import CONFLICT, STANDING
from server.services.incoming import Incoming, OperationRefused
from server.store.records import DELETED, Key, StoredRecord

FOLLOW_UP = spec_of(FollowUp)
PROFESSIONAL = spec_of(Professional)
CORRECTION = spec_of(Correction)

_KEYS = frozenset({"identity_key", "encryption_key"})
"""Fields of a professional that only an enrolment writes: no colleague's laptop replaces a key."""
_WRITTEN_ONCE = {
    CONFLICT.code: frozenset({"lost"}),
    spec_of(SamePerson).code: frozenset({"before"}),
    CORRECTION.code: frozenset({"before"}),
}
"""Fields that another field's rule lets change, and that nobody changes."""
_KEPT_FOR_GOOD = {
    CONFLICT.code: "lost",
    CORRECTION.code: "before",
    spec_of(CircleKey).code: "statement",
}
"""Kinds that hold what was written and no longer stands, or what opens it, with the field that
holds it."""

Words = tuple[str, str]
"""A record and one of its fields."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: a device and its professional, or the office itself (no device)."""

    device: str | None
    professional: str
    job: Job


@dataclass(frozen=True, slots=True)
class Authorship:
    """The bounds of one author in one batch."""

    author: Author
    circle: Circle
    restorable: Mapping[Words, Collection[Wire]]
    """Words of her follow-ups' authors that no longer stand: a colleague may put them back."""
    rows: Mapping[Key, StoredRecord]
    """The records that the batch has to do with, as they stand while it is applied."""

    def check_new(self, spec: KindSpec, rid: str, given: Mapping[str, object]) -> None:
        """Refuse what a laptop would write in somebody else's name."""
        if self.author.device is None:
            return
        # Who may write what is common may write it for a colleague, in her own name.
        signed = None if spec.tier is Tier.REFERENCE else spec.signed
        for name in ("created_by", signed):
            if given.get(name or "") not in (None, self.author.professional):
                raise OperationRefused("author", name)
        if spec is CORRECTION:
            self._check_corrected(given)
        if spec.code == PROFESSIONAL.code:
            self._check_keys(given)
        if spec.code == CIRCLE and given.get("professional") == self.author.professional:
            self._check_place(bucket_of(spec, rid, given))

    def check_edit(self, row: StoredRecord, operation: Incoming) -> None:
        """Refuse what is not this author's to change; values are not checked yet."""
        if self.author.device is None:
            return
        if row.kind == PROFESSIONAL.code:
            self._check_keys(operation.values)
        if row.kind == CONFLICT.code and not operation.values.keys().isdisjoint(STANDING):
            raise OperationRefused("author", min(operation.values.keys() & STANDING))
        for name, value in operation.values.items():
            if row.data.get(name) != value:
                self._check_words(row, operation.spec, name, value)

    def check_places(self, row: StoredRecord, after: Mapping[str, Wire]) -> None:
        """Refuse an edit after which this author would read a dossier longer than she does."""
        if self.author.device is None or row.kind != CIRCLE:
            return
        is_hers = row.data["professional"] == self.author.professional
        if is_hers and (row.state == DELETED or prolongs(row.data, after)):
            self._check_place(row.bucket)

    def check_deletion(self, row: StoredRecord) -> None:
        """Refuse to delete what is somebody else's, or keeps what somebody typed."""
        if self.author.device is None:
            return
        if row.kind == FOLLOW_UP.code and not self._is_hers(row):
            raise OperationRefused("author")
        if row.kind in _KEPT_FOR_GOOD:
            raise OperationRefused("immutable", _KEPT_FOR_GOOD[row.kind])

    def _check_words(self, row: StoredRecord, spec: KindSpec, name: str, value: Wire) -> None:
        if name in _WRITTEN_ONCE.get(row.kind, ()):
            raise OperationRefused("immutable", name)
        if row.kind != FOLLOW_UP.code or spec.by_name[name].rule is not Rule.SEALED_TEXT:
            return
        if not self._is_hers(row) and value not in self.restorable.get((row.rid, name), ()):
            raise OperationRefused("author", name)

    def _check_corrected(self, given: Mapping[str, object]) -> None:
        """Refuse what says how a colleague's follow-up stood: she alone corrects it."""
        row = self.rows.get((FOLLOW_UP.code, str(given["follow_up"])))
        # One that the office has forgotten may come after what corrects it.
        if row is not None and row.bucket == given["person"] and not self._is_hers(row):
            raise OperationRefused("author", "follow_up")

    def _check_place(self, dossier: str) -> None:
        if self.circle.has_left((self.author.professional, dossier)):
            raise OperationRefused("grant")

    def _check_keys(self, given: Mapping[str, object]) -> None:
        if not _KEYS.isdisjoint(given):
            raise OperationRefused("author", min(_KEYS & given.keys()))

    def _is_hers(self, row: StoredRecord) -> bool:
        return row.data.get("professional") == self.author.professional


def words_at_stake(
    author: Author, rows: Mapping[Key, StoredRecord], operations: Collection[Incoming]
) -> list[Words]:
    """Return the words of colleagues' follow-ups that a batch would change."""
    if author.device is None:
        return []
    found = []
    for operation in operations:
        row = rows.get((operation.spec.code, operation.rid))
        if operation.spec is not FOLLOW_UP or row is None:
            continue
        if row.data.get("professional") != author.professional:
            found += [
                (row.rid, name)
                for name in operation.values
                if FOLLOW_UP.by_name[name].rule is Rule.SEALED_TEXT
            ]
    return found
