"""A conflict read against this laptop's records: what it is about, and whether it says anything."""

import json
from dataclasses import dataclass
from typing import cast

from desktop.crypto.circle_texts import TextPlace
from desktop.domain.text_differences import same_words
from desktop.store.records import Data
from desktop.store.sealed_texts import SealedTexts
from desktop.store.store import Store
from protocol.kinds import SYNCED, Conflict, Rule, Shape
from protocol.kinds.conflicts import WHOLE_RECORD
from protocol.kinds.declare import FieldSpec, KindSpec
from protocol.values import CLEAR_KEY, Wire, value_to_wire
from protocol.visibility import bucket_of


@dataclass(frozen=True, slots=True)
class Case:
    """A conflict read against this laptop's records."""

    conflict: Conflict
    spec: KindSpec | None
    item: FieldSpec | None
    data: Data | None
    """The record in question."""
    lost: Wire
    texts: SealedTexts

    @property
    def is_deletion(self) -> bool:
        return self.conflict.field == WHOLE_RECORD

    @property
    def is_known(self) -> bool:
        """Whether this version of Coffre knows what it is about."""
        return self.spec is not None and (self.is_deletion or self.item is not None)

    @property
    def is_forgotten(self) -> bool:
        """Whether it is all that is left of a record which a restored office has forgotten.

        A laptop offered it as it left the dossier, and the office said of nothing that it stands.
        """
        about = self.conflict
        is_offered = about.lost_by is None and about.kept_hlc is None
        return is_offered and self.data is None and self.is_known and not self.is_deletion

    @property
    def about(self) -> tuple[str, str, str]:
        """The record in question: in its dossier, whoever names its number in another one."""
        return self.conflict.dossier, self.conflict.subject_kind, self.conflict.subject

    @property
    def standing(self) -> Wire:
        return None if self.data is None or self.is_deletion else self.data.get(self.conflict.field)

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to choose: both versions are the same for a person."""
        if self.is_deletion or self.item is None:
            return False
        if not self.item.for_circle:
            return _equal(self.item, self.standing, self.lost)
        one, other = (self.texts.words(self._place, it) for it in (self.standing, self.lost))
        # Of words that cannot be read here nothing is said but that they are the same envelope.
        if one is None or other is None:
            return self.standing == self.lost
        return same_words(one, other)

    @property
    def is_open(self) -> bool:
        """Whether both versions can be read here."""
        values = (self.standing, self.lost)
        return all(it is None or self.texts.opens(self._place, str(it)) for it in values)

    @property
    def is_unread(self) -> bool:
        """Whether one of both is words whose key has not come to this laptop."""
        return self.is_waiting(self.standing) or self.is_waiting(self.lost)

    def is_waiting(self, value: Wire) -> bool:
        """Tell whether a value of the field is words whose key has not come yet."""
        is_sealed = self.item is not None and self.item.for_circle
        return is_sealed and self.texts.is_waiting(self._place, value)

    def shown(self, value: Wire) -> Wire:
        """Return a value of the field as it can be read: a text out of its envelope."""
        is_sealed = self.item is not None and self.item.for_circle
        return self.texts.shown(self._place, value) if is_sealed else value

    @property
    def _place(self) -> TextPlace:
        about = self.conflict
        return TextPlace(about.dossier, about.subject_kind, about.subject, about.field)

    @property
    def is_text(self) -> bool:
        item = self.item
        return item is not None and item.rule is Rule.SEALED_TEXT and item.shape is Shape.TEXT


def read_case(store: Store, conflict: Conflict) -> Case:
    """Read what a conflict is about."""
    spec = SYNCED.get(conflict.subject_kind)
    item = spec.by_name.get(conflict.field) if spec else None
    data = store.records.data(spec, conflict.subject) if spec else None
    if spec and data and bucket_of(spec, conflict.subject, data) != conflict.dossier:
        data = None  # who reads this dossier has no say in another one
    return Case(conflict, spec, item, data, _lost(conflict), store.texts)


def _lost(conflict: Conflict) -> Wire:
    """Return the other value; what is no value of any field is told as it came.

    A colleague's laptop wrote it: nothing in it may keep the rest from being read.
    """
    try:
        found = json.loads(conflict.lost)
    except (ValueError, RecursionError):
        return conflict.lost
    parts = found if isinstance(found, list) else [found]
    if any(isinstance(part, list | dict) for part in parts):
        return conflict.lost
    return cast(Wire, found)


def _equal(item: FieldSpec, one: Wire, other: Wire) -> bool:
    """Tell whether two wire values say the same to a person."""
    default = value_to_wire(item, item.default)
    one, other = (default if value is None else value for value in (one, other))
    if isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    if item.shape is Shape.TEXT:
        return same_words(*(_words(item, value) for value in (one, other)))
    return one == other or (one in (None, []) and other in (None, []))


def _words(item: FieldSpec, value: Wire) -> str:
    text = "" if value is None else str(value)
    return text.removeprefix(CLEAR_KEY) if item.rule is Rule.SEALED_TEXT else text
