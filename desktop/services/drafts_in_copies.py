"""What was being typed when a copy was made: told, and given back where nothing stands instead.

A form has one draft. Where one is being typed today, it stays as it is, and what the copy holds is
shown beside it: whoever wants those words copies them, or finishes and asks again. What became a
record since is no draft any more, and its words are in the record.
"""

import json
from collections.abc import Mapping
from typing import cast

from desktop.domain.text_differences import compare
from desktop.services.corrections import Change
from desktop.services.dossiers import Dossiers
from desktop.services.field_values import FieldValues, Readable
from desktop.services.persons import shown_name
from desktop.services.workplace import Workplace
from desktop.store.comparison import Difference
from desktop.store.records import Data
from protocol.ids import PersonId
from protocol.kinds import KINDS
from protocol.kinds.conflicts import Conflict, ConflictState
from protocol.kinds.declare import FieldSpec, KindSpec, Rule, spec_of
from protocol.kinds.follow_ups import ClinicalNote, Draft, DraftOf, FollowUp
from protocol.kinds.persons import Person
from protocol.values import Wire

DRAFT = spec_of(Draft)
_NOTE = spec_of(ClinicalNote).by_name["body"]
_SUBJECT, _TARGET, _PERSON, _CONTENT = "subject", "target", "person", "content"


class DraftsInCopies:
    """Reads the drafts of a copy, in the words of the present."""

    def __init__(self, workplace: Workplace, values: FieldValues) -> None:
        self._workplace = workplace
        self._records = workplace.store.records
        self._values = values
        self._dossiers = Dossiers(workplace)

    def standing(self, data: Data) -> Data | None:
        """Return what is being typed today in the same form, written down or not yet."""
        for held in self._workplace.unwritten.drafts:
            if (held.subject, held.target) == (data[_SUBJECT], data[_TARGET]):
                return {_CONTENT: held.content}
        found = self._records.select(
            Draft, '"subject" = ? AND "target" = ?', (data[_SUBJECT], data[_TARGET])
        )
        return self._records.data(DRAFT, found[0].id) if found else None

    def opened(self, item: Difference) -> Difference | None:
        """Return a draft beside what stands in its place; nothing when it is not to be told."""
        now = self.standing(item.was)
        if now is not None and now[_CONTENT] == item.was[_CONTENT]:
            return None
        is_mine = item.was["created_by"] == self._workplace.me
        if not is_mine or not self._has_a_place(item.was):
            return None
        return Difference(item.spec, item.rid, item.was, now)

    def label(self, data: Data) -> str:
        """« Brouillon (suivi) »: what it would have become."""
        kind = _kind(data)
        what = kind.label if kind is not None else DraftOf(str(data[_SUBJECT])).label
        return f"{DRAFT.label} ({what[:1].lower()}{what[1:]})"

    def person(self, data: Data) -> str:
        """Whose, as screens name her, or as far as her name was typed."""
        known = shown_name(self._workplace, self._dossiers.kept(PersonId(str(data[_PERSON]))))
        if known or data[_SUBJECT] != DraftOf.PERSON:
            return known
        typed = _inner(data)
        first, last = str(typed.get("first_name") or ""), str(typed.get("birth_name") or "")
        return self._workplace.names.of(first, last)

    def detail(self, item: Difference) -> tuple[Change, ...]:
        """Return what was typed, and what is being typed today where something is."""
        was = self._words(item.was)
        now = self._words({**item.was, **item.now}) if item.now is not None else {}
        found = []
        for label, typed in was.items():
            today = now.get(label)
            if typed == today or (item.now is None and not typed):
                continue
            if item.now is not None and isinstance(typed, str):
                spans = compare(typed, str(today or ""))
                found.append(Change(label, typed, today, spans.first, spans.second))
            else:
                found.append(Change(label, typed, today))
        return tuple(found)

    def _has_a_place(self, data: Data) -> bool:
        """Whether a form of today would show it."""
        try:
            subject, typed = DraftOf(str(data[_SUBJECT])), _typed(data)
        except ValueError:  # of a newer Coffre, or damaged
            return False
        if subject is DraftOf.PERSON and typed.get("new"):
            return True
        if subject is DraftOf.JOINED_TEXT:
            conflict = self._records.get(Conflict, str(data[_TARGET]))
            return conflict is not None and conflict.state is ConflictState.OPEN
        if subject is DraftOf.RECORD and _kind(data) is None:
            return False
        return self._records.holds("person", self._dossiers.kept(PersonId(str(data[_PERSON]))))

    def _words(self, data: Data) -> dict[str, Readable]:
        subject, typed = DraftOf(str(data[_SUBJECT])), _typed(data)
        if subject is DraftOf.JOINED_TEXT:
            return {subject.label: str(data[_CONTENT])}
        if subject is DraftOf.FOLLOW_UP:
            return self._of_follow_up(typed)
        spec = _kind(data) or spec_of(Person)
        return {
            spec.by_name[name].label: self._read(spec.by_name[name], value)
            for name, value in _inner(data).items()
            if name in spec.by_name
        }

    def _of_follow_up(self, typed: Mapping[str, object]) -> dict[str, Readable]:
        """The words: what is ticked or dated has a value before anybody types."""
        spec = spec_of(FollowUp)
        texts = {name: spec.by_name[name] for name in spec.by_name if _is_text(spec.by_name[name])}
        words: dict[str, Readable] = {
            item.label: str(typed[name]) for name, item in texts.items() if typed.get(name)
        }
        if typed.get("clinical"):
            words[_NOTE.label] = str(typed["clinical"])
        return words

    def _read(self, item: FieldSpec, value: object) -> Readable:
        if isinstance(value, str) and not value.strip():
            return None
        if _is_text(item):
            return str(value) if value is not None else None
        return self._values.read(item, cast(Wire, value))


def _is_text(item: FieldSpec) -> bool:
    return item.rule is Rule.SEALED_TEXT


def _typed(data: Data) -> Mapping[str, object]:
    """What a form kept; raise ``ValueError`` for what no form wrote."""
    if data[_SUBJECT] == DraftOf.JOINED_TEXT:
        return {}
    typed = json.loads(str(data[_CONTENT]))
    if not isinstance(typed, dict):
        raise ValueError
    return typed


def _inner(data: Data) -> Mapping[str, object]:
    """What was typed of a sheet, or of a record of the professions, by field."""
    inner = _typed(data).get("values" if data[_SUBJECT] == DraftOf.RECORD else "changes")
    return inner if isinstance(inner, dict) else {}


def _kind(data: Data) -> KindSpec | None:
    """The kind of a record of the professions, where this Coffre knows it."""
    if data[_SUBJECT] != DraftOf.RECORD:
        return None
    return KINDS.get(str(_typed(data).get("kind")))
