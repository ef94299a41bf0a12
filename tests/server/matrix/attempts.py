"""What one laptop tries: every verb on every kind and field, and what it is answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from protocol import wire
from protocol.kinds import SYNCED, KindSpec
from tests.server.matrix.promises import (
    ACCEPTED,
    LATE,
    LEFT_OUT,
    OWNED,
    Home,
    Question,
    Standing,
    Target,
    Verb,
    answer_to,
    home_of,
    office_writes,
    signatures_of,
)
from tests.server.matrix.town import CHANGED, DELETED, Actor, Records, Town
from tests.server.matrix.values import Value, after, edit, record, sample
from tests.support.raw_device import Op, Refused

Made = Mapping[tuple[str, str], Op]
_FAR = 2**40
"""A base that no write is after: nothing is crossed, rights alone decide."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One cell: an operation, and what it must be answered."""

    verb: Verb
    target: Target
    op: Op
    field: str | None
    expected: str

    def __str__(self) -> str:
        """Tell the cell in words, without a value."""
        return f"{self.verb.value} {self.op.kind} {self.target.value}, {self.field or 'whole'}"


class Attempts:
    """Makes the attempts of one actor."""

    def __init__(self, town: Town, actor: Actor) -> None:
        self._town = town
        self._actor = actor
        self._mine = actor.device.professional

    def all(self) -> list[Attempt]:
        """Return them in an order in which none spoils a later one."""
        made = [item for spec in SYNCED.values() for item in self._of_kind(spec)]
        last = {Target.OWN_PLACE: 2, Target.SELF: 1}
        return sorted(made, key=lambda item: (last.get(item.target, 0), _ORDER[item.verb]))

    def _of_kind(self, spec: KindSpec) -> Iterator[Attempt]:
        home = home_of(spec)
        if home is Home.DOSSIER:
            yield from self._changes(spec, Target.DOSSIER, self._actor.targets)
            yield from self._creations(spec, Target.DOSSIER)
            if (spec.name, CHANGED) in self._actor.own:
                yield from self._changes(spec, Target.OWN_WORDS, self._actor.own)
        elif home is Home.DRAWER:
            yield from self._changes(spec, Target.OWN_DRAWER, self._actor.drawer)
            yield from self._changes(spec, Target.OTHER_DRAWER, self._town.notes)
            yield from self._creations(spec, Target.OWN_DRAWER)
        else:
            yield from self._changes(spec, Target.REFERENCE, self._actor.reference)
            yield from self._creations(spec, Target.REFERENCE)
            if spec.name in OWNED:
                yield from self._changes(spec, Target.OWN_COMMON, self._actor.common)
                theirs = self._new(spec, professional=self._town.keeper.professional)
                yield self._attempt(Verb.CREATE_FOR, spec, Target.REFERENCE, theirs, None)
        if spec.name == "correction":
            yield from self._corrections(spec)
        if spec.name == "circle_member":
            yield from self._own_place(spec)
        if spec.name == "professional":
            yield from self._self(spec)

    def _changes(self, spec: KindSpec, target: Target, made: Made) -> Iterator[Attempt]:
        changed = made[spec.name, CHANGED]
        yield from self._edits(spec, target, changed)
        yield self._deletion(spec, target, made[spec.name, DELETED])

    def _edits(self, spec: KindSpec, target: Target, op: Op) -> Iterator[Attempt]:
        for item in spec.fields:
            op_made = edit(op, item, self._actor.mark, base=_FAR)
            yield self._attempt(Verb.EDIT, spec, target, op_made, item.name)

    def _deletion(self, spec: KindSpec, target: Target, op: Op) -> Attempt:
        gone = Op(op.kind, op.rid, verb=wire.DELETE, base=_FAR)
        return self._attempt(Verb.DELETE, spec, target, gone, None)

    def _creations(self, spec: KindSpec, target: Target) -> Iterator[Attempt]:
        yield self._attempt(Verb.CREATE, spec, target, self._new(spec), None)
        for name in signatures_of(spec):
            other = self._town.keeper.professional
            where = Target.OTHER_DRAWER if target is Target.OWN_DRAWER else target
            forged = self._new(spec, **{name: other})
            yield self._attempt(Verb.CREATE_AS, spec, where, forged, name)
        verb = Verb.CREATE if spec.name in LEFT_OUT else Verb.CREATE_AS
        for name in sorted(office_writes(spec)):
            value = sample(spec.by_name[name], self._actor.mark, turn=1)
            yield self._attempt(verb, spec, target, self._new(spec, **{name: value}), name)

    def _corrections(self, spec: KindSpec) -> Iterator[Attempt]:
        """How a follow-up stood is for its author to say."""
        met = self._actor.targets["follow_up", CHANGED]
        theirs = self._new(spec, follow_up=met.rid)
        yield self._attempt(Verb.CREATE_AS, spec, Target.DOSSIER, theirs, "follow_up")
        if ("follow_up", CHANGED) in self._actor.own:
            own = self._new(spec, follow_up=self._actor.own["follow_up", CHANGED].rid)
            yield self._attempt(Verb.CREATE, spec, Target.DOSSIER, own, None)

    def _own_place(self, spec: KindSpec) -> Iterator[Attempt]:
        place = self._actor.place
        if place is not None:
            yield from self._edits(spec, Target.OWN_PLACE, place)
            yield self._deletion(spec, Target.OWN_PLACE, place)
        own = self._new(spec, professional=self._mine)
        yield self._attempt(Verb.CREATE, spec, Target.OWN_PLACE, own, None)

    def _self(self, spec: KindSpec) -> Iterator[Attempt]:
        """What is common and about her: nobody gives herself a job."""
        yield from self._edits(spec, Target.SELF, Op(spec.name, self._mine))

    def _new(self, spec: KindSpec, **given: Value) -> Op:
        if spec.name == "circle_member":
            given = {"professional": self._town.colleague, **given}
        return record(
            spec,
            author=self._mine,
            dossier=self._actor.dossier,
            mark=self._actor.mark,
            **given,
        )

    def _attempt(
        self, verb: Verb, spec: KindSpec, target: Target, op: Op, field: str | None
    ) -> Attempt:
        edited = field if verb is Verb.EDIT else None
        asked = Question(self._actor.relation, self._actor.job, verb, target, spec, edited)
        return Attempt(verb, target, op, field, answer_to(asked))


_CREATIONS = (Verb.CREATE, Verb.CREATE_AS, Verb.CREATE_FOR)
_ORDER = {Verb.EDIT: 0, **dict.fromkeys(_CREATIONS, 1), Verb.DELETE: 2}


def answers(actor: Actor, attempts: list[Attempt]) -> list[str]:
    """Send the attempts as one batch; return what each was answered."""
    try:
        reply = actor.device.push(*(item.op for item in attempts))
    except Refused as refused:
        return [f"{refused.status} {refused.code}"] * len(attempts)
    found: list[list[str]] = [[] for _ in attempts]
    for result in reply.results:
        reason = f": {result.detail[0]}" if result.outcome == "refused" else ""
        found[result.index].append(result.outcome + reason)
    return [" and ".join(said) or ACCEPTED for said in found]


def carry_out(town: Town, actor: Actor, attempt: Attempt) -> None:
    """Do to the records expected what the office must have done."""
    op, key = attempt.op, (attempt.op.kind, attempt.op.rid)
    records = _records(town, actor, attempt)
    if attempt.verb in _CREATIONS and attempt.expected in (ACCEPTED, LATE):
        left_out = office_writes(SYNCED[op.kind])
        records[key] = {name: value for name, value in op.fields.items() if name not in left_out}
    elif attempt.expected == LATE:
        town.late_edits[op.rid, str(attempt.field), actor.device.professional] += 1
    elif attempt.expected == ACCEPTED and attempt.verb is Verb.DELETE:
        records.pop(key, None)
    elif attempt.expected == ACCEPTED and key in records:
        item = SYNCED[op.kind].by_name[str(attempt.field)]
        stored = records[key]
        stored[item.name] = after(item, stored.get(item.name), op.fields[item.name])


def _records(town: Town, actor: Actor, attempt: Attempt) -> Records:
    home = home_of(SYNCED[attempt.op.kind])
    if home is Home.DRAWER:
        return actor.kept
    founded = attempt.verb is Verb.CREATE and SYNCED[attempt.op.kind].bucket_field == "id"
    if founded or actor.standing is Standing.ABROAD:
        return {}  # a dossier of her own, or another département: the keeper sees neither
    return town.dossiers if home is Home.DOSSIER else town.reference
