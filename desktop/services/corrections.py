"""Corrections of follow-ups: what stood before stays readable, signed by whoever changed it.

A correction is written with the edit, in one transaction, and never changed. Clinical notes have
none: an earlier version of a note would be one more sealed text that nobody asked to keep.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from desktop.domain.text_differences import Span, compare
from desktop.services.directory import Colleague, Directory
from desktop.services.errors import NotFound
from desktop.services.field_values import FieldValues, Readable
from desktop.services.workplace import UnitOfWork, Workplace
from desktop.store.json_text import write_json
from protocol.ids import FollowUpId, RecordId
from protocol.kinds.care import Correction
from protocol.kinds.declare import FieldSpec, Rule, spec_of
from protocol.kinds.follow_ups import FollowUp
from protocol.kinds.people import Job
from protocol.values import CLEAR_KEY, Wire, clean_text, to_wire

_FOLLOW_UP = spec_of(FollowUp)
_MOST = spec_of(Correction).by_name["before"].limit
_OF_THESE = '"follow_up" IN (SELECT "value" FROM json_each(?))'

Before = Mapping[str, Wire]
"""What some fields held, on the wire; ``None`` for nothing."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """When a follow-up was last corrected, and by whom."""

    at: datetime
    author: Colleague


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a correction changed."""

    label: str
    before: Readable
    after: Readable
    before_spans: tuple[Span, ...] = ()
    """For a text: what the other version lacks is marked."""
    after_spans: tuple[Span, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether the two are shown with their differences marked."""
        return bool(self.before_spans or self.after_spans)


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One correction: who, when, and what each field said before and after it."""

    id: RecordId
    corrected_at: datetime
    author: Colleague
    changes: tuple[Change, ...]


class Corrections:
    """Writes and reads what follow-ups said before they were corrected."""

    def __init__(self, workplace: Workplace, directory: Directory) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._directory = directory
        self._values = FieldValues(workplace, directory)

    def keep(self, work: UnitOfWork, before: FollowUp, after: FollowUp) -> None:
        """Keep what an edit of mine replaces; a colleague's follow-up is not mine to sign."""
        if before.professional != self._workplace.me:
            return
        now = self._workplace.clock.now()
        for content in _contents(_replaced(before, after)):
            work.save(
                Correction(
                    id=RecordId(self._workplace.new_id()),
                    created_at=now,
                    created_by=self._workplace.me,
                    person=before.person,
                    professional=self._workplace.me,
                    follow_up=FollowUpId(before.id),
                    corrected_at=now,
                    before=content,
                )
            )

    def latest(self, follow_ups: Iterable[FollowUp]) -> dict[str, Corrected]:
        """Return the last correction of those of these follow-ups that have any."""
        shown = list(follow_ups)
        found = self._signed(shown)
        colleagues = self._directory.colleagues() if found else {}
        latest: dict[str, Corrected] = {}
        for known in shown:
            for item, _before, _after in _steps(known, found.get(known.id, [])):
                latest[known.id] = Corrected(item.corrected_at, _author(colleagues, item))
                break
        return latest

    def history(self, follow_up: FollowUpId) -> tuple[CorrectionLine, ...]:
        """Return every correction of a follow-up, the last one first; raise ``NotFound``."""
        known = self._records.get(FollowUp, follow_up)
        if known is None:
            raise NotFound
        colleagues = self._directory.colleagues()
        return tuple(
            CorrectionLine(
                id=item.id,
                corrected_at=item.corrected_at,
                author=_author(colleagues, item),
                changes=tuple(self._changes(before, after)),
            )
            for item, before, after in _steps(known, self._signed([known]).get(known.id, []))
        )

    def _signed(self, follow_ups: Iterable[FollowUp]) -> dict[str, list[Correction]]:
        """Return the corrections that the authors of these follow-ups signed, last ones first."""
        known = {str(item.id): item for item in follow_ups}
        found: dict[str, list[Correction]] = defaultdict(list)
        for item in self._records.select(
            Correction,
            _OF_THESE,
            (write_json(sorted(known)),),
            order='"corrected_at" DESC, "id" DESC',
        ):
            follow_up = known[item.follow_up]
            if (item.professional, item.person) == (follow_up.professional, follow_up.person):
                found[item.follow_up].append(item)
        return found

    def _changes(self, before: Before, after: Before) -> Iterable[Change]:
        for item in _FOLLOW_UP.fields:
            if item.name not in before:
                continue
            old, new = before[item.name], after.get(item.name)
            was, became = self._values.read(item, old), self._values.read(item, new)
            if item.rule is Rule.SEALED_TEXT:
                spans = compare(str(was or ""), str(became or ""))
                yield Change(item.label, was, became, spans.first, spans.second)
            else:
                yield Change(item.label, was, became)


def _steps(
    known: FollowUp, corrections: Iterable[Correction]
) -> Iterable[tuple[Correction, Before, Before]]:
    """Yield each correction with what stood before and after it, the last one first.

    One whose edit was never taken changed nothing of what is shown: it is not told.
    """
    held: dict[str, Wire] = dict(to_wire(known))
    for item in corrections:
        before = _read(item.before)
        changed = {name: value for name, value in before.items() if value != held.get(name)}
        if changed or not before:
            yield item, changed, dict(held)
        held |= before


def _author(colleagues: Mapping[str, Colleague], item: Correction) -> Colleague:
    unknown = Colleague("", "", Job.REFERENT, active=False)
    return colleagues.get(item.professional, unknown)


def _replaced(before: FollowUp, after: FollowUp) -> dict[str, Wire]:
    """Return what the fields that differ held."""
    old, new = to_wire(before), to_wire(after)
    return {
        item.name: old.get(item.name)
        for item in _FOLLOW_UP.fields
        if item.rule is not Rule.IMMUTABLE and old.get(item.name) != new.get(item.name)
    }


def _contents(replaced: Mapping[str, Wire]) -> list[str]:
    """Return what is kept: one text, or one for each field when they are too long together."""
    if not replaced:
        return []
    whole = _written(replaced)
    if len(whole) <= _MOST or len(replaced) == 1:
        return [whole]
    return [_written({name: value}) for name, value in replaced.items()]


def _written(replaced: Mapping[str, Wire]) -> str:
    # Texts without the character that names their key: they are sealed with the correction.
    plain = {name: _plain(_FOLLOW_UP.by_name[name], value) for name, value in replaced.items()}
    return json.dumps(plain, ensure_ascii=False)


def _plain(item: FieldSpec, value: Wire) -> Wire:
    return value[1:] if item.rule is Rule.SEALED_TEXT and isinstance(value, str) else value


def _read(content: str) -> dict[str, Wire]:
    """Return what fields held; nothing of what this version cannot read."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: _keyed(_FOLLOW_UP.by_name[name], cast(Wire, value))
        for name, value in found.items()
        if name in _FOLLOW_UP.by_name
    }


def _keyed(item: FieldSpec, value: Wire) -> Wire:
    if not isinstance(value, str):
        return value
    return (CLEAR_KEY if item.rule is Rule.SEALED_TEXT else "") + clean_text(value)
