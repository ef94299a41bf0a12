"""An office that lies by every door, and a laptop with a caseload to lose."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from desktop.store.state import Enrolment
from desktop.sync.enrolment import IDENTITY
from desktop.sync.errors import (
    MassRemoval,
)
from desktop.sync.transport import Cancellation
from protocol import wire
from protocol.ids import uuid7
from protocol.kinds import FollowUp
from protocol.wire import Change, Removal, Root
from tests.support.laptop import Desk
from tests.support.opened import opened_words
from tests.sync.test_lying_office import meet
from tests.sync.told_office import EPOCH, ToldOffice, synchroniser_of

FALSE_ROOT = Root(1, 1, "f" * 32)


MANY = 30
"""Dossiers: more than an ordinary day ever takes away."""


def somewhere(number: int) -> str:
    """Return an identifier that nobody made."""
    return uuid7(1_790_000_000_000 + number, number.to_bytes(10, "big"))


@dataclass
class FalseOffice(ToldOffice):
    """Says anything about what it holds, and gives anything again."""

    held: Sequence[wire.BucketDigest] = ()
    listed: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """By bucket, the records it says it holds."""
    given: list[Change] = field(default_factory=list)
    gone: str | None = None
    """The cause under which everything it is asked again is said to be gone."""
    kinds: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    questions: int = 0

    def digests(
        self, request: wire.DigestsRequest, cancelled: Cancellation | None = None
    ) -> wire.DigestsReply:
        self.questions += 1
        if request.bucket is None:
            return wire.DigestsReply(EPOCH, self.cursor, buckets=list(self.held))
        listed = self.listed.get(request.bucket, ())
        kinds = sorted({kind for kind, _ in listed})
        lines = [wire.RecordDigest(kinds.index(kind), rid, "f" * 32) for kind, rid in listed]
        return wire.DigestsReply(EPOCH, self.cursor, kinds=kinds, records=lines)

    def reread(
        self, request: wire.RereadRequest, cancelled: Cancellation | None = None
    ) -> wire.RereadReply:
        self.questions += 1
        if self.gone is None:
            return wire.RereadReply(
                EPOCH, self.cursor, kinds=self.kinds, fields=self.fields, changes=self.given
            )
        removals = [Removal(kind, rid, 5, self.gone) for kind, rid in request.records]
        return wire.RereadReply(EPOCH, self.cursor, kinds=request.kinds, removals=removals)


@pytest.fixture
def told() -> FalseOffice:
    """An office that is honest until it is told otherwise."""
    return FalseOffice(patience=10**6)


@pytest.fixture
def claire(claire: Desk) -> Desk:
    """Claire, whose laptop is enrolled: it has what it takes to go on as a new device."""
    store, me = claire.store, claire.workplace.me
    with store.database.transaction():
        store.keyring.put(IDENTITY, claire.workplace.identity.to_bytes())
        known = Enrolment("https://x", EPOCH, "79", "", somewhere(79), me, None, None)
        store.state.set_enrolment(known)
        store.state.set("device", known.device)
    return claire


@pytest.fixture
def caseload(claire: Desk, told: FalseOffice) -> list[FollowUp]:
    """A meeting with a sealed note in each of many dossiers; the office has them all."""
    met = [meet(claire, f"Note {n}", name=f"Nom{n}", summary=f"Mots {n}") for n in range(MANY)]
    synchroniser_of(claire, told).run()
    return met


def words_of(desk: Desk) -> tuple[int, int, int]:
    """Return how many dossiers, meetings and notes are here."""
    records = desk.store.records
    return records.count("person"), records.count("follow_up"), records.count("clinical_note")


def all_text(desk: Desk) -> str:
    """Return everything that the laptop holds, in clear."""
    database = desk.store.database
    tables = database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    rows = repr([database.rows(f'SELECT * FROM "{name}"') for (name,) in tables])
    return rows + opened_words(desk.store)


@contextmanager
def unasked_nothing_goes(desk: Desk) -> Iterator[None]:
    """What happens inside asks first, and takes nothing away."""
    before = words_of(desk)
    with pytest.raises(MassRemoval):
        yield
    assert words_of(desk) == before
