"""An office that lies, or that somebody speaks for: it may be silent, but not do harm."""

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
import pytest

from desktop.crypto.recovery import RecoveryKey
from desktop.services.persons import NewPerson
from desktop.sync.enrolment import Enroller
from desktop.sync.errors import BadReply, EpochChanged, SyncError
from protocol import wire
from protocol.ids import FollowUpId, PersonId, uuid7
from protocol.invitations import make_invitation
from protocol.kinds import FollowUp
from protocol.kinds.follow_ups import Theme
from protocol.values import to_wire
from protocol.wire import Change, Operation, Position, Removal, Result, SyncReply, SyncRequest
from tests.support.laptop import Desk
from tests.support.opened import opened_words
from tests.sync.told_office import EPOCH, ToldOffice, answering, page, synchroniser_of

YVES = uuid7(1_790_000_000_000, b"yves morisset")
MADE = {"created_at": "2026-11-01T08:00:00Z", "birth_name": "Morisset", "first_name": "Yves"}


def yves(desk: Desk) -> tuple[str, str, str, dict[str, object]]:
    """Return a person as a page brings him."""
    return "person", YVES, YVES, {**MADE, "created_by": desk.workplace.me}


def meet(desk: Desk, clinical: str, *, name: str = "Diallo", summary: str = "") -> FollowUp:
    """Record a follow-up with a sealed note."""
    person = desk.persons.create(NewPerson(birth_name=name, first_name="Fatou")).value
    begun = desk.follow_ups.begin(person, None)
    themes = frozenset({Theme.HEALTH, Theme.FAMILY, Theme.HOUSING})
    form = replace(begun, clinical=clinical, summary=summary, themes=themes)
    found = desk.store.records.get(FollowUp, desk.follow_ups.finish(form).value)
    assert found is not None
    return found


def sync(desk: Desk, told: ToldOffice) -> None:
    """Synchronise; the only failure there may be is one that has its sentence."""
    with suppress(SyncError):
        synchroniser_of(desk, told).run()


def still_works(desk: Desk) -> None:
    """Everything that is shown can be shown, and what is typed can be kept."""
    made = desk.persons.create(NewPerson(birth_name="Après", first_name="Tout")).value
    desk.persons.search("apres")
    desk.today.read()
    desk.persons.sheet(made)
    desk.sync_reports.read()


# -- messages that are not what they should be --------------------------------------------------


def change(kind: int = 0, rid: str = YVES, bucket: str = YVES, **given: object) -> Change:
    """Return a change of a record."""
    fields = given.get("fields", [0, "Morisset"])
    return Change(kind, bucket, rid, 1, bool(given.get("whole", False)), fields)  # type: ignore[arg-type]


BROKEN: dict[str, dict[str, object]] = {
    "kind before the first": {"changes": [change(kind=-1)]},
    "kind after the last": {"changes": [change(kind=7)]},
    "field before the first": {"changes": [change(fields=[-1, "x"])]},
    "field without value": {"changes": [change(fields=[0])]},
    "field named by a text": {"changes": [change(fields=["0", "x"])]},
    "field named by a list": {"changes": [change(fields=[[], "x"])]},
    "field named by a flag": {"changes": [change(fields=[True, "x"])]},
    "record that is a path": {"changes": [change(rid="../../etc")]},
    "record of a million letters": {"changes": [change(rid="x" * 10**6)]},
    "no bucket": {"changes": [change(bucket="")]},
    "removal of an unknown kind": {"removals": [Removal(-1, YVES, 1, "deleted")]},
    "removal of nothing": {"removals": [Removal(0, "x", 1, "deleted")]},
    "closing of everything": {"dropped": ["tout"]},
    "verdict before the first": {"results": [Result(-1, "refused", ["grant"])]},
    "verdict without reason": {"results": [Result(0, "refused", [])]},
    "enormous cursor": {"cursor": 2**70},
    "large cursor": {"cursor": 2**62},
    "negative cursor": {"cursor": -1},
    "enormous acknowledgement": {"ack": 2**70},
    "negative acknowledgement": {"ack": -1},
    "enormous place": {"more": Position(2**70, 1, YVES)},
    "place of no kind": {"more": Position(1, -1, YVES)},
    "place of no record": {"more": Position(1, 1, "x")},
    "epoch of a million letters": {"epoch": "x" * 10**6},
    "time beyond all": {"hlc": 2**80},
    "time before all": {"hlc": -(2**80)},
}


@pytest.mark.parametrize("lie", BROKEN.values(), ids=BROKEN.keys())
def test_a_message_out_of_shape_is_put_aside_and_work_goes_on(
    claire: Desk, told: ToldOffice, lie: dict[str, object]
) -> None:
    before = claire.store.state.progress()
    told.tell(answering(kinds=["person"], fields=["birth_name"], **lie))
    with suppress(BadReply):
        synchroniser_of(claire, told).run()
        before = claire.store.state.progress()
    assert claire.store.state.progress() == before
    assert claire.persons.count() == 0
    still_works(claire)
    told.cursor = 0
    sync(claire, told)
    assert claire.store.outbox.pending_count() == 0


@pytest.mark.parametrize("outcome", ["stale", "conflict"])
def test_a_verdict_on_what_never_changes_is_put_aside_and_the_work_stays_to_be_sent(
    claire: Desk, told: ToldOffice, outcome: str
) -> None:
    meet(claire, "une note", summary="des mots")
    waiting = claire.store.outbox.pending_count()

    def lie(request: SyncRequest) -> SyncReply:
        names = ["person", "created_by"]
        return answering(results=[Result(n, outcome, names) for n in range(len(request.ops))])(
            request
        )

    told.tell(lie)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == waiting
    still_works(claire)
    sync(claire, told)
    assert claire.store.outbox.pending_count() == 0


@pytest.mark.parametrize("name", ["summary", "body"])
def test_words_are_not_said_to_have_lost_and_stay_to_be_sent(
    claire: Desk, told: ToldOffice, name: str
) -> None:
    """An office never chooses between two texts: it asks for them to be joined."""
    met = FollowUpId(meet(claire, "une note", summary="des mots").id)
    sync(claire, told)
    form = claire.follow_ups.open(met).form
    claire.follow_ups.finish(replace(form, clinical="note revue", summary="mots revus"))
    waiting = claire.store.outbox.pending_count()

    def lie(request: SyncRequest) -> SyncReply:
        named = [n for n, op in enumerate(request.ops) if name in _names(request, op)]
        return answering(results=[Result(n, "conflict", [name]) for n in named])(request)

    told.tell(lie)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == waiting
    form = claire.follow_ups.open(met).form
    assert (form.clinical, form.summary) == ("note revue", "mots revus")
    still_works(claire)


def _names(request: SyncRequest, op: Operation) -> set[str]:
    return {request.fields[number] for number in op.fields[::2]}


def test_pages_that_go_back_are_not_read_for_ever(claire: Desk, told: ToldOffice) -> None:
    def lie(request: SyncRequest) -> SyncReply:
        further = request.after is None or request.after.seq == 5
        return answering(more=Position(6 if further else 5, 4, YVES))(request)

    told.tell(*[lie] * 40)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert len(told.requests) < 5


def test_data_of_another_office_are_not_mixed_with_ours(claire: Desk, told: ToldOffice) -> None:
    told.tell(page(yves(claire), cursor=9))
    sync(claire, told)
    other = "0199c0de-0000-7000-8000-0000000000ff"
    told.tell(page(("person", YVES, YVES, {"birth_name": "Autre"}), epoch=other, whole=False))
    with pytest.raises(EpochChanged):
        synchroniser_of(claire, told).run()
    assert claire.store.state.progress().epoch == EPOCH
    assert claire.persons.sheet(PersonId(YVES)).person.birth_name == "Morisset"


def test_half_a_record_nobody_knows_is_not_shown(claire: Desk, told: ToldOffice) -> None:
    """Without its name, a person would stop the list she is in."""
    told.tell(
        page(
            ("person", YVES, YVES, {"phone1": "05 49 00 00 00"}),
            ("follow_up", YVES, uuid7(1, bytes(10)), {"person": YVES, "minutes": 5}),
            whole=False,
            cursor=9,
        )
    )
    sync(claire, told)
    assert claire.persons.count() == 0
    assert claire.follow_ups.timeline(PersonId(YVES)) == []
    still_works(claire)


def test_a_record_refused_then_sent_back_does_not_stop_the_laptop(
    claire: Desk, told: ToldOffice
) -> None:
    met = meet(claire, "", summary="Des mots")
    (creation,) = claire.store.outbox.of_record("follow_up", met.id)
    data = to_wire(met)
    told.tell(
        lambda request: answering(
            results=[Result(n, "refused", ["grant"]) for n in range(len(request.ops))]
        )(request),
        page(("follow_up", met.person, met.id, {**data, "themes": ["health"]}), cursor=9),
    )
    sync(claire, told)
    sync(claire, told)
    assert creation.creates
    (line,) = claire.follow_ups.timeline(met.person)
    assert line.summary == "Des mots"
    assert [theme.value for theme in line.themes] == ["health"]
    kept = next(op for op in claire.store.outbox.refused() if op.rid == met.id)
    assert kept.fields["themes"] == sorted(met.themes), "what was refused is kept, and told"


# -- sealed notes -------------------------------------------------------------------------------


def test_a_follow_up_is_not_moved_to_another_person(claire: Desk, told: ToldOffice) -> None:
    met = meet(claire, "", summary="De Fatou")
    sync(claire, told)
    told.tell(page(("follow_up", YVES, met.id, {"person": YVES}), yves(claire), whole=False))
    sync(claire, told)
    assert claire.follow_ups.timeline(met.person)[0].summary == "De Fatou"
    assert claire.follow_ups.timeline(PersonId(YVES)) == []


# -- what an office removes or withholds ----------------------------------------------------------


def test_an_office_that_closes_everything_does_not_take_unsent_work_nor_my_notes(
    claire: Desk, told: ToldOffice
) -> None:
    met = meet(claire, "Ma note", summary="Envoyé")
    sync(claire, told)
    late = meet(claire, "Pas encore partie", name="Sow", summary="Pas encore parti")
    told.tell(
        answering(
            ack=0,
            dropped=[met.person, late.person, claire.workplace.me, "0" * 8 + EPOCH[8:]],
            pulled=False,
        )
    )
    sync(claire, told)
    assert claire.follow_ups.note(FollowUpId(met.id)) == "Ma note"
    assert "Pas encore parti" in opened_words(claire.store)
    still_works(claire)


def test_after_a_dossier_closed_nothing_a_colleague_wrote_stays(
    claire: Desk, told: ToldOffice
) -> None:
    record = "follow_up", YVES, uuid7(2, bytes(10)), {
        "created_at": "2026-11-01T08:00:00Z",
        "created_by": uuid7(3, bytes(10)),
        "professional": uuid7(3, bytes(10)),
        "person": YVES,
        "starts_at": "2026-11-01T08:00:00Z",
        "summary": "0CANARI DE COLLEGUE",
    }  # fmt: skip
    told.tell(page(yves(claire), record, cursor=9))
    sync(claire, told)
    edited = claire.store.records.get(FollowUp, record[2])
    assert edited is not None
    with claire.workplace.work() as work:
        work.save(replace(edited, minutes=20))
    told.tell(answering(ack=0, dropped=[YVES], pulled=False))
    sync(claire, told)
    database = claire.store.database
    tables = database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    held = repr([database.rows(f'SELECT * FROM "{name}"') for (name,) in tables])
    assert "CANARI" not in held
    assert '"minutes":20' in held
    told.tell(
        page(("person", YVES, YVES, yves(claire)[3]), record, ack=0, cursor=12),
    )
    sync(claire, told)
    assert claire.follow_ups.timeline(PersonId(YVES))[0].minutes == 20


def test_an_office_that_forgets_my_own_name_does_not_stop_me(
    claire: Desk, told: ToldOffice
) -> None:
    meet(claire, "Ma note")
    told.tell(answering(kinds=["professional"], removals=[Removal(0, claire.workplace.me, 3, "x")]))
    sync(claire, told)
    still_works(claire)


# -- words that would hold the laptop --------------------------------------------------------------


def test_no_text_of_a_colleague_holds_the_laptop_for_long(claire: Desk, told: ToldOffice) -> None:
    met = meet(claire, "", summary="a b " * 1400)
    sync(claire, told)
    with claire.workplace.work() as work:
        work.save(replace(met, summary="b a " * 1400))
    theirs = "0" + "a a b b " * 700
    told.tell(page(("follow_up", met.person, met.id, {"summary": theirs}), whole=False, cursor=9))
    started = time.monotonic()
    sync(claire, told)
    assert timedelta(seconds=time.monotonic() - started) < timedelta(seconds=5)


# -- the first contact --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [
        {"server": "0199c0de-0000-7000-8000-0000000000ee"},
        {"department": "86"},
        {"department": "79\n"},
        {"professional": "moi"},
    ],
    ids=["server", "department", "line feed", "professional"],
)
def test_an_enrolment_answered_for_elsewhere_is_refused(
    claire: Desk, told: ToldOffice, lie: dict[str, str]
) -> None:
    """Requests would be signed for another office, and could be shown to it."""
    invitation = str(make_invitation("79", bytes(range(13))))
    truth = wire.EnrolReply("79", "Deux-Sèvres", YVES, "Claire", "psychologist", EPOCH, EPOCH)
    office = Welcoming(welcome=msgspec.structs.replace(truth, **lie))
    enroller = Enroller(claire.clock, claire.workplace.random, lambda _: office, None, None)
    enroller.prepare(claire.store, RecoveryKey.generate(claire.workplace.random))
    found = enroller.find_office("https://coffre.exemple.fr")
    with pytest.raises(BadReply):
        enroller.enrol(claire.store, found, invitation, lambda work: work())
    assert claire.store.state.enrolment() is None


@dataclass
class Welcoming(ToldOffice):
    """An office that answers one thing to all who enrol."""

    welcome: wire.EnrolReply | None = None

    def enrol(self, request: wire.EnrolRequest) -> wire.EnrolReply:
        assert self.welcome is not None
        return self.welcome
