"""What a person reads of a conflict: a line in the list, and both versions side by side."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from desktop.domain.text_differences import Compared, Span, compare, join
from desktop.services.conflict_cases import Case
from desktop.services.directory import Directory
from desktop.services.field_values import FieldValues, Readable
from desktop.services.persons import shown_name
from desktop.services.workplace import Workplace
from protocol.clock import Hlc, millis
from protocol.ids import RecordId
from protocol.kinds.conflicts import value_mark
from protocol.values import Wire, value_to_wire


@dataclass(frozen=True, slots=True)
class ToReview:
    """One line of the list."""

    id: RecordId
    person: str
    person_name: str
    subject: str
    """« Personne », « Rendez-vous »…"""
    field: str
    """The field's label; empty when the record itself was deleted by one and edited by another."""
    is_forgotten: bool = False
    """The office has forgotten the record: what is left of it is told together."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two values: whose, when, and what it says."""

    author: str
    """Her name; empty when it is not known."""
    mine: bool
    written_at: datetime | None
    value: Readable
    spans: tuple[Span, ...] = ()
    """For a text: what the other version lacks is marked."""
    is_later: bool = False
    """It was written over since the two met: its author is not known here."""
    is_unread: bool = False
    """Its key has not come to this laptop: a sentence stands for its words."""


@dataclass(frozen=True, slots=True)
class Remain:
    """One value of a record that the office has forgotten."""

    conflict: RecordId
    """What holds it."""
    field: str
    """The field's label."""
    value: Readable


@dataclass(frozen=True, slots=True)
class ConflictSheet:
    """What is needed to settle one."""

    line: ToReview
    kept: Version
    lost: Version
    place_name: str
    """Where the meeting is or was, for what belongs to a meeting."""
    happened_at: datetime | None
    """When that meeting is or was."""
    proposal: str | None
    """Both texts in one, to be edited; ``None`` for anything but a text."""
    limit: int
    """Characters that a text may hold."""
    is_protective: bool
    """The version in place was preferred because it protects more."""
    is_unread: bool
    """Some of the words to choose from cannot be read on this laptop yet."""
    can_settle: bool
    can_restore: bool
    """The other version may be put in place, as soon as this can be settled."""
    standing: Wire
    """What stood as this was read: settling what has changed since is refused."""
    remains: tuple[Remain, ...] = ()
    """All that is left of a record which the office has forgotten, to be read and copied."""

    @property
    def is_deletion(self) -> bool:
        """Whether one of the two wanted the record gone."""
        return not self.line.field

    @property
    def is_forgotten(self) -> bool:
        """Whether the office has forgotten the record: nothing stands to choose from."""
        return self.line.is_forgotten


class ConflictReading:
    """Tells conflicts in names, moments and words."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._me = workplace.me
        self._records = workplace.store.records
        self._outbox = workplace.store.outbox
        self._directory = directory
        self._values = FieldValues(workplace, directory)

    def line(self, case: Case) -> ToReview:
        """Return how a list tells it."""
        conflict = case.conflict
        label = "" if case.is_deletion else conflict.field
        return ToReview(
            id=conflict.id,
            person=conflict.dossier,
            person_name=shown_name(self._workplace, conflict.dossier),
            subject=case.spec.label if case.spec else conflict.subject_kind,
            field=case.item.label if case.item else label,
            is_forgotten=case.is_forgotten,
        )

    def remain(self, case: Case) -> Remain:
        """Return one value of a record that is no more."""
        label = case.item.label if case.item else case.conflict.field
        return Remain(case.conflict.id, label, self._readable(case, case.shown(case.lost)))

    def versions(self, case: Case) -> tuple[Version, Version]:
        """Return the version in place and the other; of a text, what each lacks is marked."""
        kept, lost = self._version_in_place(case), self._other_version(case)
        if case.is_unread:
            kept = replace(kept, is_unread=case.is_waiting(case.standing))
            lost = replace(lost, is_unread=case.is_waiting(case.lost))
        if case.is_text:
            # A sentence that stands for words is no other version of them: nothing is marked.
            shown = compare if case.is_open else _unmarked
            spans = shown(*_texts(kept, lost))
            kept, lost = replace(kept, spans=spans.first), replace(lost, spans=spans.second)
        return kept, lost

    def place_name(self, case: Case) -> str:
        """Return where the meeting in question is or was, unless that is what differs."""
        place = None if case.conflict.field == "place" else (case.data or {}).get("place")
        return self._values.place_name(place)

    def _version_in_place(self, case: Case) -> Version:
        conflict, value = case.conflict, self._readable(case, case.shown(case.standing))
        typed_here = [
            op.hlc
            for op in self._outbox.of_record(conflict.subject_kind, conflict.subject)
            if conflict.field in op.fields
        ]
        if typed_here:
            return self._version(self._me, typed_here[-1], value)
        mark = conflict.kept_mark
        if not case.is_deletion and mark is not None and mark != value_mark(case.standing):
            return Version("", mine=False, written_at=None, value=value, is_later=True)
        return self._version(conflict.kept_by, conflict.kept_hlc, value)

    def _other_version(self, case: Case) -> Version:
        conflict = case.conflict
        return self._version(
            conflict.lost_by, conflict.lost_hlc, self._readable(case, case.shown(case.lost))
        )

    def _version(self, author: str | None, hlc: int | None, value: Readable) -> Version:
        known = self._directory.colleagues().get(author or "")
        return Version(
            author=known.name if known else "",
            mine=author == self._me,
            written_at=_moment(hlc),
            value=value,
        )

    def _readable(self, case: Case, value: Wire) -> Readable:
        if case.is_deletion:
            return None
        if case.item is not None:
            shown = value_to_wire(case.item, case.item.default) if value is None else value
            return self._values.read(case.item, shown)
        return None if value is None else str(value)


def joined_text(case: Case, kept: Version, lost: Version) -> str | None:
    """Return both texts in one, to be edited, the older first; ``None`` for anything but a text."""
    if not case.is_text or not case.is_open:
        return None
    one, two = _texts(kept, lost)
    is_older = case.conflict.lost_hlc < (case.conflict.kept_hlc or case.conflict.lost_hlc)
    return join(two, one) if is_older else join(one, two)


def _texts(kept: Version, lost: Version) -> tuple[str, str]:
    return str(kept.value or ""), str(lost.value or "")


def _unmarked(first: str, second: str) -> Compared:
    return Compared(*((Span(text, differs=False),) if text else () for text in (first, second)))


def _moment(hlc: int | None) -> datetime | None:
    if not hlc:
        return None
    try:
        return datetime.fromtimestamp(millis(Hlc(hlc)) / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
