"""Promises of one laptop that an honest office, on an ordinary day, never puts to the test."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from desktop.services.persons import NewPerson
from desktop.store.errors import StoreError
from desktop.store.state import Progress
from desktop.sync.errors import EpochChanged, Offline, OfflineReason
from desktop.sync.transport import Cancellation
from protocol import wire
from protocol.digests import to_hex
from protocol.ids import PersonId, uuid7
from protocol.kinds import Person, spec_of
from protocol.wire import Position, Removal, Result, Root
from tests.support.laptop import Desk
from tests.sync.told_office import EPOCH, ToldOffice, answering, page, replying, synchroniser_of

YVES = uuid7(1_790_000_000_000, b"yves morisset")
PLACE = Position(5, 4, YVES)
MADE = "2026-11-01T08:00:00Z"


def yves(desk: Desk) -> tuple[str, str, str, dict[str, object]]:
    """Return a person as a page brings him."""
    made = {"created_at": "2026-11-01T08:00:00Z", "created_by": desk.workplace.me}
    return "person", YVES, YVES, {**made, "birth_name": "Morisset", "first_name": "Yves"}


def open_dossier(desk: Desk, name: str = "Grelier") -> PersonId:
    """Open a dossier."""
    return desk.persons.create(NewPerson(birth_name=name, first_name="Fatou")).value


def meet(desk: Desk, person: PersonId, summary: str) -> None:
    """Write a follow-up."""
    form = desk.follow_ups.begin(person)
    desk.follow_ups.finish(replace(form, summary=summary))


def set_phone(desk: Desk, person: PersonId, phone: str) -> None:
    """Correct a telephone number."""
    desk.persons.edit(replace(desk.persons.sheet(person).person, phone1=phone))


def sync(desk: Desk, told: ToldOffice) -> None:
    """Synchronise once."""
    synchroniser_of(desk, told).run()


def everything(desk: Desk) -> str:
    """Return all that the laptop holds, in clear."""
    database = desk.store.database
    tables = database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return repr([database.rows(f'SELECT * FROM "{name}"') for (name,) in tables])


@contextmanager
def refusing(desk: Desk, table: str) -> Iterator[None]:
    """A disk that takes everything but the rows of one table."""
    database = desk.store.database
    database.execute(
        f'CREATE TEMP TRIGGER refusing BEFORE INSERT ON main."{table}"'
        " BEGIN SELECT RAISE(ABORT, 'refused'); END"
    )
    yield
    database.execute("DROP TRIGGER refusing")


# -- one transaction --------------------------------------------------------------------------


@pytest.mark.invariant(6)
def test_what_cannot_be_planned_to_leave_is_not_kept(claire: Desk, told: ToldOffice) -> None:
    with refusing(claire, "outbox"), pytest.raises(StoreError):
        open_dossier(claire)
    assert claire.persons.count() == 0
    assert "Grelier" not in everything(claire)
    person = open_dossier(claire)
    sync(claire, told)
    with refusing(claire, "op_fields"), pytest.raises(StoreError):
        set_phone(claire, person, "05 49 00 00 01")
    assert claire.persons.sheet(person).person.phone1 is None


@pytest.mark.invariant(6)
def test_a_page_that_could_not_be_kept_is_read_again(claire: Desk, told: ToldOffice) -> None:
    told.tell(page(yves(claire), cursor=9))
    with refusing(claire, "person"), pytest.raises(StoreError):
        sync(claire, told)
    assert claire.store.state.progress() == Progress(None, 0, None)
    told.tell(page(yves(claire), cursor=9))
    sync(claire, told)
    assert told.requests[-1].cursor == 0
    assert claire.persons.count() == 1
    assert claire.store.state.progress() == Progress(EPOCH, 9, None)


# -- what an edit claims to have seen ---------------------------------------------------------


@pytest.mark.invariant(16)
def test_an_edit_between_two_pages_claims_to_have_seen_neither(
    claire: Desk, told: ToldOffice
) -> None:
    person = open_dossier(claire)
    told.tell(answering(cursor=3))
    sync(claire, told)
    meet(claire, person, "Ma part")
    told.tell(
        page(yves(claire), cursor=12, more=PLACE),
        Offline(OfflineReason.DROPPED),
    )
    with pytest.raises(Offline):
        sync(claire, told)
    assert claire.sync_reports.read().pending == 0
    assert claire.persons.count() == 2
    set_phone(claire, person, "05 49 00 00 01")
    told.tell(answering(cursor=12))
    sync(claire, told)
    sent = [op for asked in told.requests[3:] for op in asked.ops]
    assert [op.base for op in sent] == [3]


# -- proof ------------------------------------------------------------------------------------


@dataclass
class CountingOffice(ToldOffice):
    """Counts how often it is asked for the digests of all it holds; it says that it has none."""

    comparisons: int = 0

    def digests(
        self, request: wire.DigestsRequest, cancelled: Cancellation | None = None
    ) -> wire.DigestsReply:
        self.comparisons += request.bucket is None
        return wire.DigestsReply(EPOCH, self.cursor)


@pytest.mark.invariant(19)
def test_a_difference_that_cannot_be_mended_is_looked_for_once_a_synchronisation(
    claire: Desk,
) -> None:
    office = CountingOffice()
    person = open_dossier(claire)
    sync(claire, office)
    known = claire.persons.sheet(person).person
    claire.persons.edit(replace(known, request="Il dort mal."))
    unknown = Root(9, 9, to_hex(9))
    # A text that is never taken makes for several rounds, each with a comparison.
    office.tell(*[answering(root=unknown, results=[Result(0, "stale", ["request"])])] * 20)
    before = len(office.requests)
    sync(claire, office)
    assert len(office.requests) - before > 2
    assert office.comparisons == 1
    sync(claire, office)
    assert office.comparisons == 2


# -- what leaves ------------------------------------------------------------------------------


def _read_anew(desk: Desk, told: ToldOffice, person: PersonId) -> None:
    """An office put back from a backup gives something older: what stood here is set aside."""
    data = desk.store.records.data(spec_of(Person), person)
    assert data is not None
    told.tell(
        EpochChanged(EPOCH, seq=1, taken=desk.store.state.last_op()),
        page(("person", person, person, {**data, "phone1": "06"}), cursor=4),
    )
    sync(desk, told)
    assert desk.store.set_aside.count() == 1


@pytest.mark.invariant(12)
def test_nothing_of_a_dossier_that_left_stays_in_any_table(claire: Desk, told: ToldOffice) -> None:
    person = open_dossier(claire, "CANARINOM")
    meet(claire, person, "CANARIMOTS")
    sync(claire, told)
    set_phone(claire, person, "CANARI 05")
    unknown = "newer_kind", person, uuid7(5, bytes(10)), {"words": "CANARI D’UNE AUTRE VERSION"}
    told.tell(page(unknown, cursor=3))
    sync(claire, told)
    _read_anew(claire, told, person)
    assert everything(claire).upper().count("CANARI") > 6
    told.tell(answering(dropped=[person], cursor=9))
    sync(claire, told)
    assert "CANARI" not in everything(claire).upper()
    offered = [repr(op.fields) for request in told.requests for op in request.ops]
    assert len(offered) == len(set(offered)), "what was set aside is offered once, as it leaves"


def _saying(said: Sequence[str], request: wire.SyncRequest) -> wire.SyncReply:
    """Answer the same of each operation; nothing said: that they are all taken."""
    numbers = range(len(request.ops)) if said else ()
    return replying(request, results=[Result(n, said[0], list(said[1:])) for n in numbers])


@pytest.mark.invariant(12)
@pytest.mark.parametrize("said", [["late"], ["refused", "grant"], []])
def test_an_office_that_takes_a_dossier_away_reads_of_it_what_it_could_read(
    claire: Desk, told: ToldOffice, said: list[str]
) -> None:
    """Whatever it answers then, nothing of the dossier stays."""
    person = open_dossier(claire, "Grelier")
    form = claire.follow_ups.begin(person)
    claire.follow_ups.finish(replace(form, summary="CANARIMOTS", clinical="CANARINOTE"))
    colleague, other, gone = (claire.workplace.new_id() for _ in range(3))
    common = {"created_at": MADE, "created_by": colleague, "person": person}
    common |= {"professional": colleague, "starts_at": MADE}
    told.tell(
        page(
            ("follow_up", person, other, {**common, "summary": "0CANARI", "themes": ["health"]}),
            ("appointment", person, gone, {**common, "cancel_reason": "CANARI RETIRE"}),
            ("vignette", person, claire.workplace.new_id(), {"mots": "CANARI"}),
            cursor=3,
        )
    )
    synchroniser_of(claire, told).run()
    before, last = len(told.requests), claire.store.state.last_op()
    told.tell(
        EpochChanged(EPOCH, seq=0, taken=last),
        answering(dropped=[person], cursor=9),
        lambda request: _saying(said, request),
    )
    synchroniser_of(claire, told).run()
    sent = b"".join(wire.encode(request) for request in told.requests[before:])
    assert b"health" in sent, "what the office may read is offered"
    assert b"summary" in sent
    assert b"CANARI" not in sent
    assert claire.store.outbox.pending_count() == 0
    offered = [op for op in claire.store.outbox.refused() if op.kind == "conflict"]
    assert offered == []
    assert bool(claire.store.texts.held(person)) is (said[:1] == ["refused"]), "its keys"
    assert colleague not in repr(claire.store.database.rows('SELECT * FROM "op_fields"'))


@pytest.mark.invariant(11)
def test_a_laptop_that_heard_of_an_erasure_sends_nothing_more_of_her(
    claire: Desk, told: ToldOffice
) -> None:
    person = open_dossier(claire, "CANARINOM")
    told.tell(answering(results=[Result(0, "refused", ["grant"])]))
    sync(claire, told)
    assert len(claire.store.outbox.refused()) == 1

    def erased_meanwhile(request: wire.SyncRequest) -> wire.SyncReply:
        meet(claire, person, "CANARIMOTS")  # she types while the answer comes
        return replying(
            request, kinds=["person"], removals=[Removal(0, person, 7, "erased")], cursor=9
        )

    told.tell(erased_meanwhile)
    sync(claire, told)
    sync(claire, told)
    assert not [op for asked in told.requests[1:] for op in asked.ops]
    assert not claire.store.outbox.refused()
    assert "CANARI" not in everything(claire).upper()


@pytest.mark.invariant(11)
def test_after_an_erasure_no_freed_page_is_left_in_the_file(claire: Desk, told: ToldOffice) -> None:
    person = open_dossier(claire)
    for _ in range(5):
        meet(claire, person, "Des mots " * 1_000)
    sync(claire, told)
    told.tell(answering(kinds=["person"], removals=[Removal(0, person, 7, "erased")], cursor=9))
    sync(claire, told)
    assert claire.store.database.row("PRAGMA freelist_count") == (0,)


@pytest.mark.invariant(11)
def test_an_erasure_is_told_once_nothing_of_her_is_left_in_the_file(
    claire: Desk, told: ToldOffice
) -> None:
    person = open_dossier(claire)
    sync(claire, told)
    gone = answering(
        kinds=["person"], removals=[Removal(0, person, 7, "erased")], cursor=9, more=PLACE
    )
    told.tell(gone, Offline(OfflineReason.DROPPED))
    with pytest.raises(Offline):
        sync(claire, told)
    before = len(told.requests)
    sync(claire, told)
    told_of = [asked.erased for asked in told.requests[before:]]
    assert told_of[0] == []
    assert told_of[-1] == [7]
    sync(claire, told)
    assert told.requests[-1].erased == []
