"""An office that lies about digests, epochs, erasures and numbers: it is contradicted, or harmless.

Nothing typed is lost or leaves; the laptop does not loop, and much does not go unasked.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from desktop.domain.one_person import Before
from desktop.store.state import Enrolment
from desktop.sync.brake import ALLOWED
from desktop.sync.engine import MOST_PAGES
from desktop.sync.enrolment import IDENTITY
from desktop.sync.errors import (
    BadReply,
    EpochChanged,
    LaptopBehind,
    MassRemoval,
    OpGap,
    ReplyFault,
    RequestRejected,
    SyncError,
)
from desktop.sync.repair import MOST_REREADS
from protocol import wire
from protocol.ids import RecordId, uuid7
from protocol.kinds import CircleMember, ClinicalNote, FollowUp
from protocol.kinds.declare import spec_of
from protocol.limits import MAX_OPS, PAGE_ROWS
from protocol.values import to_wire
from protocol.wire import Change, Position, Removal, Result, Root, SyncReply, SyncRequest
from tests.support.laptop import Desk
from tests.sync.test_lying_office import YVES, meet, note_of, still_works, sync, yves
from tests.sync.told_office import EPOCH, ToldOffice, answering, page, synchroniser_of

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

    def digests(self, request: wire.DigestsRequest) -> wire.DigestsReply:
        self.questions += 1
        if request.bucket is None:
            return wire.DigestsReply(EPOCH, self.cursor, buckets=list(self.held))
        listed = self.listed.get(request.bucket, ())
        kinds = sorted({kind for kind, _ in listed})
        lines = [wire.RecordDigest(kinds.index(kind), rid, "f" * 32) for kind, rid in listed]
        return wire.DigestsReply(EPOCH, self.cursor, kinds=kinds, records=lines)

    def reread(self, request: wire.RereadRequest) -> wire.RereadReply:
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
    return repr([database.rows(f'SELECT * FROM "{name}"') for (name,) in tables])


@contextmanager
def unasked_nothing_goes(desk: Desk) -> Iterator[None]:
    """What happens inside asks first, and takes nothing away."""
    before = words_of(desk)
    with pytest.raises(MassRemoval):
        yield
    assert words_of(desk) == before


# -- many at once, by every door ------------------------------------------------------------------


@pytest.mark.parametrize("cause", ["deleted", "erased"])
def test_records_read_again_do_not_take_a_caseload_away_unasked(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp], cause: str
) -> None:
    """A false root, then everything that is asked again is said to be gone, a bucket at a time."""
    told.gone = cause
    told.tell(answering(root=FALSE_ROOT, cursor=9))
    with pytest.raises(MassRemoval):
        synchroniser_of(claire, told).run()
    left = words_of(claire)
    assert min(left) >= MANY - 20, "as many as an ordinary day may take"
    told.tell(*[answering(root=FALSE_ROOT, cursor=9)] * 3)
    for _ in range(3):
        with unasked_nothing_goes(claire):
            synchroniser_of(claire, told).run()
    still_works(claire)


@pytest.mark.parametrize("cause", ["deleted", "erased"])
@pytest.mark.parametrize("kind", [FollowUp, ClinicalNote])
def test_the_words_of_many_dossiers_do_not_go_unasked_while_the_sheets_stay(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp], kind: type[FollowUp], cause: str
) -> None:
    gone = [Removal(0, item.id, 5, cause) for item in claire.store.records.select(kind)]
    told.tell(answering(kinds=[spec_of(kind).name], removals=gone, cursor=9))
    with unasked_nothing_goes(claire):
        synchroniser_of(claire, told).run()
    told.tell(answering(kinds=[spec_of(kind).name], removals=gone[:3], cursor=9))
    synchroniser_of(claire, told).run()  # what a colleague deletes goes as ever
    assert claire.store.records.count(spec_of(kind).name) == MANY - 3


def test_what_was_typed_in_many_dossiers_is_not_dropped_because_they_are_said_to_be_erased(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp]
) -> None:
    claire.clock.advance(minutes=1)
    for met in caseload:
        with claire.workplace.work() as work:
            work.save(replace(met, summary=f"TAPE {met.id}"))
    told.tell(
        lambda request: answering(
            results=[Result(n, "refused", ["erased"]) for n in range(len(request.ops))]
        )(request)
    )
    with unasked_nothing_goes(claire):
        synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == MANY
    synchroniser_of(claire, told).run()
    assert all_text(claire).count("TAPE") >= MANY


def test_dossiers_that_go_a_few_every_day_are_counted_over_a_week(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp]
) -> None:
    people = [met.person for met in caseload]
    told.tell(answering(dropped=people[:15], cursor=9))
    synchroniser_of(claire, told).run()
    claire.clock.advance(days=1)
    told.tell(answering(dropped=people[15:], cursor=10))
    with unasked_nothing_goes(claire):
        synchroniser_of(claire, told).run()
    # Once she has agreed, counting begins again.
    with claire.store.database.transaction():
        claire.store.state.set(ALLOWED, "30")
    told.tell(answering(dropped=people[15:29], cursor=10))
    synchroniser_of(claire, told).run()
    told.tell(answering(dropped=people[29:], cursor=11))
    synchroniser_of(claire, told).run()
    assert words_of(claire)[0] == 0


# -- words the office says it has put elsewhere -------------------------------------------------


def test_what_is_said_to_be_late_stays_until_its_dossier_really_leaves(
    claire: Desk, told: FalseOffice
) -> None:
    met = meet(claire, "NOTE", summary="MOTS")
    told.tell(
        lambda request: answering(results=[Result(n, "late", []) for n in range(len(request.ops))])(
            request
        )
    )
    synchroniser_of(claire, told).run()
    assert claire.follow_ups.timeline(met.person)[0].summary == "MOTS"
    assert claire.follow_ups.note(met.id) == "NOTE"  # type: ignore[arg-type]
    told.tell(answering(dropped=[met.person], cursor=9))
    synchroniser_of(claire, told).run()
    assert "MOTS" not in all_text(claire)
    assert note_of(claire, met).body, "my own notes are nobody's late contribution"


@pytest.mark.parametrize("cause", ["deleted", "x", ""])
def test_a_removal_does_not_take_what_waits_to_be_sent(
    claire: Desk, told: FalseOffice, cause: str
) -> None:
    met = meet(claire, "NOTE", summary="MOTS")
    note = note_of(claire, met)
    kinds = ["person", "follow_up", "clinical_note", "draft", "outbox", "sync_state"]
    gone = [
        Removal(number, rid, 5, cause)
        for number in range(len(kinds))
        for rid in (met.person, met.id, note.id)
    ]
    waiting = claire.store.outbox.pending_count()
    told.tell(answering(ack=0, kinds=kinds, removals=gone, pulled=True))
    sync(claire, told)
    assert claire.store.outbox.pending_count() == waiting
    sent = synchroniser_of(claire, told)
    sent.run()
    assert claire.store.outbox.pending_count() == 0
    assert claire.follow_ups.timeline(met.person)[0].summary == "MOTS"


def test_one_identifier_may_be_of_two_kinds_and_neither_takes_the_other_away(
    claire: Desk, told: FalseOffice
) -> None:
    met = meet(claire, "", summary="MOTS")
    synchroniser_of(claire, told).run()
    twin = {**to_wire(met), "starts_at": "2026-11-24T10:00:00Z", "professional": met.professional}
    twin = {k: twin[k] for k in ("created_at", "created_by", "person", "professional", "starts_at")}
    told.tell(page(("appointment", met.person, met.id, twin), cursor=9))
    synchroniser_of(claire, told).run()
    told.tell(answering(kinds=["appointment"], removals=[Removal(0, met.id, 10, "deleted")]))
    synchroniser_of(claire, told).run()
    assert claire.follow_ups.timeline(met.person)[0].summary == "MOTS"


def test_what_is_set_aside_goes_with_its_own_dossier_whatever_bucket_was_told(
    claire: Desk, told: FalseOffice
) -> None:
    met = meet(claire, "", summary="CANARI")
    synchroniser_of(claire, told).run()
    other = {**to_wire(met), "summary": "0autre"}
    told.tell(
        EpochChanged(EPOCH, seq=0, taken=2),
        page(yves(claire), ("follow_up", YVES, met.id, other), cursor=9),
    )
    sync(claire, told)
    assert "CANARI" in all_text(claire), "what stood here is kept aside"
    told.tell(answering(dropped=[met.person], cursor=12))
    synchroniser_of(claire, told).run()
    assert "CANARI" not in all_text(claire)


# -- an office that never agrees ----------------------------------------------------------------


def for_ever(told: ToldOffice, failure: SyncError) -> None:
    """Answer every sync with one refusal."""
    told.told = [failure] * 1_000


NEVER: dict[str, SyncError] = {
    "gap": OpGap(1),
    "gap beyond": OpGap(2**61),
    "epoch": EpochChanged(EPOCH, seq=0, taken=0),
    "epoch of the end of time": EpochChanged(EPOCH, seq=2**61, taken=2**61),
    "another epoch": EpochChanged("0199c0de-0000-7000-8000-0000000000ff", seq=3, taken=1),
    "forked": LaptopBehind(),
}


@pytest.mark.parametrize("lie", NEVER.values(), ids=NEVER.keys())
def test_an_office_that_never_counts_as_we_do_is_asked_a_few_times_and_nothing_is_lost(
    claire: Desk, told: FalseOffice, lie: SyncError
) -> None:
    met = meet(claire, "NOTE", summary="PREMIERS MOTS")
    synchroniser_of(claire, told).run()
    claire.clock.advance(minutes=1)
    with claire.workplace.work() as work:
        work.save(replace(met, summary="DERNIERS MOTS"))
    told.requests.clear()
    for _ in range(3):
        for_ever(told, lie)
        with pytest.raises(SyncError):
            synchroniser_of(claire, told).run()
        assert len(told.requests) <= 4
        told.requests.clear()
    assert claire.follow_ups.timeline(met.person)[0].summary == "DERNIERS MOTS"
    assert claire.follow_ups.note(met.id) == "NOTE"  # type: ignore[arg-type]

    told.told = [EpochChanged(EPOCH, seq=0, taken=0)]  # the true one is back
    for _ in range(2):
        sync(claire, told)
    assert claire.store.outbox.pending_count() == 0
    sent = repr([op.fields for request in told.requests for op in request.ops])
    assert "DERNIERS MOTS" in sent
    assert claire.follow_ups.timeline(met.person)[0].summary == "DERNIERS MOTS"
    still_works(claire)


def test_a_renewal_answered_for_another_or_refused_keeps_one_new_key_and_all_work(
    claire: Desk, told: FalseOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet(claire, "", summary="MOTS")
    answers: list[wire.RenewReply | SyncError] = [
        wire.RenewReply(somewhere(1), EPOCH),
        RequestRejected("too_many_attempts"),
        BadReply(ReplyFault.UNREADABLE),
    ]
    asked: list[wire.RenewRequest] = []

    def renew(request: wire.RenewRequest) -> wire.RenewReply:
        asked.append(request)
        answer = answers[len(asked) - 1]
        if isinstance(answer, SyncError):
            raise answer
        return answer

    monkeypatch.setattr(told, "renew", renew)
    for _ in answers:
        for_ever(told, LaptopBehind())
        with pytest.raises(SyncError):
            synchroniser_of(claire, told).run()
    assert len(asked) == len(answers)
    assert len({request.device_key for request in asked}) == 1
    assert len({request.device for request in asked}) == 1
    told.told.clear()
    synchroniser_of(claire, told).run()
    assert "MOTS" in repr(told.requests[-1].ops)


def test_a_false_root_for_ever_costs_little_and_changes_nothing(
    claire: Desk, told: FalseOffice, caseload: list[FollowUp]
) -> None:
    before = words_of(claire)
    told.held = [wire.BucketDigest(somewhere(n), 10**9, "0" * 32) for n in range(20_000)]
    for _ in range(2):
        told.tell(answering(root=FALSE_ROOT, cursor=9))
        told.questions = 0
        synchroniser_of(claire, told).run()
        assert told.questions < 500
    assert words_of(claire) == before
    assert claire.store.state.get("diverged")
    still_works(claire)


def test_an_office_that_says_it_holds_a_million_records_is_not_asked_for_each(
    claire: Desk, told: FalseOffice
) -> None:
    buckets = [somewhere(n) for n in range(150)]
    told.held = [wire.BucketDigest(bucket, 1, "1" * 32) for bucket in buckets]
    listed = [("follow_up", somewhere(n)) for n in range(PAGE_ROWS + 1)]
    told.listed = dict.fromkeys(buckets, listed)
    told.tell(answering(root=FALSE_ROOT, cursor=9))
    synchroniser_of(claire, told).run()
    assert told.questions <= MOST_REREADS + len(buckets) + 2
    assert MOST_REREADS * PAGE_ROWS <= 100_000
    still_works(claire)


def test_only_what_was_asked_is_taken_from_what_is_read_again(
    claire: Desk, told: FalseOffice
) -> None:
    met = meet(claire, "", summary="MOTS")
    synchroniser_of(claire, told).run()
    bucket, asked = met.person, ("follow_up", somewhere(7))
    told.held = [wire.BucketDigest(bucket, 1, "1" * 32)]
    told.listed = {bucket: [asked]}
    _, _, _, data = yves(claire)
    told.kinds, told.fields = ["person"], list(data)
    flat = [x for number, name in enumerate(data) for x in (number, data[name])]
    told.given = [Change(0, YVES, YVES, 5, True, flat)]
    told.tell(answering(root=FALSE_ROOT, cursor=9))
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert words_of(claire)[:2] == (1, 1)


@pytest.mark.parametrize(
    "digest", ["", "x", "f" * 31, "F" * 32, "0x" + "f" * 30, "-" + "f" * 31, "f" * 10**6, "é" * 32]
)
def test_a_digest_that_is_none_makes_the_answer_unreadable(
    claire: Desk, told: FalseOffice, digest: str
) -> None:
    told.held = [wire.BucketDigest(YVES, -1, digest)]
    told.tell(answering(root=Root(-(2**70), 2**70, digest), cursor=9))
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    still_works(claire)


def test_pages_without_end_are_read_for_a_while_and_taken_up_later(
    claire: Desk, told: FalseOffice
) -> None:
    def another(request: SyncRequest) -> SyncReply:
        seq = 1 if request.after is None else request.after.seq + 1
        return answering(more=Position(seq, 4, YVES))(request)

    told.told = [another] * (MOST_PAGES + 10)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert len(told.requests) <= MOST_PAGES + 1
    assert MOST_PAGES * PAGE_ROWS <= 1_000_000
    place = claire.store.state.progress().after
    assert place is not None
    told.told = [another]
    sync(claire, told)
    assert told.requests[-2].after == place, "an honest office of that size is read to its end"


def test_a_thousand_false_erasures_do_not_keep_the_laptop_out_of_a_true_office(
    claire: Desk, told: FalseOffice
) -> None:
    """Told back all at once, they would make every later request one that is refused."""
    gone = [Removal(0, somewhere(n), n + 1, "erased") for n in range(3 * MAX_OPS)]
    told.tell(answering(kinds=["xyz"], removals=gone, cursor=9))
    meet(claire, "", summary="MOTS")
    for _ in range(5):
        synchroniser_of(claire, told).run()
    assert max(len(request.erased) for request in told.requests) <= MAX_OPS
    assert {n for request in told.requests for n in request.erased} == set(range(1, 3_001))
    assert claire.store.state.erasures() == []


def test_an_erased_record_of_a_kind_this_version_does_not_know_goes_too(
    claire: Desk, told: FalseOffice
) -> None:
    rid = somewhere(3)
    told.tell(page(("vignette", YVES, rid, {"mots": "CANARI"}), cursor=9))
    synchroniser_of(claire, told).run()
    assert "CANARI" in all_text(claire)
    told.tell(answering(kinds=["vignette"], removals=[Removal(0, rid, 10, "erased")], cursor=10))
    synchroniser_of(claire, told).run()
    assert "CANARI" not in all_text(claire)


def test_a_reason_of_a_million_letters_is_no_reason(claire: Desk, told: FalseOffice) -> None:
    meet(claire, "", summary="MOTS")
    told.tell(answering(results=[Result(0, "refused", ["x" * 10**6])]))
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert not claire.store.outbox.refused()
    synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == 0


def test_a_verdict_on_fields_that_were_not_sent_changes_nothing(
    claire: Desk, told: FalseOffice
) -> None:
    met = meet(claire, "NOTE", summary="MOTS")

    def lie(request: SyncRequest) -> SyncReply:
        names = ["kept_by", "x", "id", "deleted"]
        found = [
            Result(n, outcome, names)
            for n in range(len(request.ops))
            for outcome in ("stale", "conflict")
        ]
        return answering(results=found)(request)

    told.tell(lie)
    synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == 0
    assert claire.follow_ups.timeline(met.person)[0].summary == "MOTS"
    assert claire.follow_ups.note(met.id) == "NOTE"  # type: ignore[arg-type]
    still_works(claire)


# -- a colleague, by the hand of another --------------------------------------------------------


def test_separating_two_dossiers_ends_no_place_that_joining_them_did_not_add(
    claire: Desk, told: FalseOffice
) -> None:
    """Mehdi has left Fatou's circle: he says that she is Yves, and whose places he wants empty."""
    met = meet(claire, "", summary="MOTS")
    (mine,) = claire.store.records.select(CircleMember, '"person" = ?', (met.person,))
    mehdi, rid = somewhere(11), somewhere(12)
    before = Before(places=(mine.id,), roles={mine.id: (mine.role.value, mine.role.value)})
    made = {"created_at": "2026-11-01T08:00:00Z", "created_by": mehdi}
    same = {"person": YVES, "into": met.person, "state": "merged", "before": "0" + before.to_json()}
    told.tell(page(yves(claire), ("same_person", YVES, rid, {**made, **same}), cursor=9))
    synchroniser_of(claire, told).run()
    claire.same_persons.separate(RecordId(rid))
    (place,) = claire.store.records.select(CircleMember, '"person" = ?', (met.person,))
    assert place.ended_on is None
