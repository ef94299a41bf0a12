"""Words the office says it has put elsewhere stay, or go where they should."""

from unittest.mock import patch

import pytest

from desktop.domain.one_person import Before
from desktop.sync import engine
from desktop.sync.errors import (
    BadReply,
    EpochChanged,
)
from protocol.ids import RecordId
from protocol.kinds import CircleMember, Conflict, spec_of
from protocol.limits import MAX_OPS
from protocol.values import to_wire
from protocol.wire import Removal, Result, SyncReply, SyncRequest
from tests.support.laptop import Desk
from tests.sync.false_office import FalseOffice, all_text, claire, somewhere, told
from tests.sync.test_lying_about_notes import note_of
from tests.sync.test_lying_office import YVES, meet, still_works, sync, yves
from tests.sync.told_office import EPOCH, answering, page, synchroniser_of

__all__ = ["claire", "told"]

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


def test_a_page_that_nobody_asked_for_is_not_read_and_the_work_stays_to_be_sent(
    claire: Desk, told: FalseOffice
) -> None:
    for number in range(2):
        meet(claire, "NOTE", name=f"Nom{number}", summary="MOTS")
    waiting, before = claire.store.outbox.pending_count(), claire.store.state.progress()
    told.tell(page(yves(claire), pulled=True, cursor=99))
    with patch.object(engine, "MAX_OPS", 2), pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert not told.requests[0].pull, "another batch was to follow"
    assert claire.store.outbox.pending_count() == waiting
    assert claire.store.state.progress() == before
    assert not claire.store.records.holds("person", YVES)
    sync(claire, told)
    assert claire.store.outbox.pending_count() == 0


def test_records_given_where_none_were_asked_for_bring_nothing_refused_back_to_life(
    claire: Desk, told: FalseOffice
) -> None:
    """Refused and given in one answer, two changes left one after the other without end."""
    for number in range(2):
        meet(claire, "NOTE", name=f"Nom{number}", summary="MOTS")
    waiting = claire.store.outbox.pending_count()
    told.tell(page(yves(claire), cursor=0))
    with patch.object(engine, "MAX_OPS", 1), pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.store.outbox.pending_count() == waiting


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


# -- conflicts ----------------------------------------------------------------------------------

OPEN = {
    "created_at": "2026-11-01T08:00:00Z",
    "created_by": YVES,
    "dossier": YVES,
    "subject_kind": "person",
    "subject": YVES,
    "field": "phone1",
    "lost": '0"0549000000"',
    "lost_hlc": 5,
    "state": "open",
}


def in_conflict(claire: Desk, told: FalseOffice, lost: str = str(OPEN["lost"])) -> str:
    """Have a page bring Yves, and a conflict about him; return its identifier."""
    rid = somewhere(21)
    told.tell(page(yves(claire), ("conflict", YVES, rid, {**OPEN, "lost": lost}), cursor=9))
    synchroniser_of(claire, told).run()
    return rid


@pytest.mark.parametrize("name", sorted(OPEN.keys() - {"state"}))
@pytest.mark.parametrize("how", ["left out", "emptied", "emptied alone"])
def test_a_conflict_is_whole_or_its_page_is_not_used(
    claire: Desk, told: FalseOffice, name: str, how: str
) -> None:
    """What a laptop offers again of it, were its dossier to leave, asks for each of these."""
    rid = in_conflict(claire, told)
    spec = spec_of(Conflict)
    before = claire.store.records.data(spec, rid)
    whole = how != "emptied alone"
    given: dict[str, object] = {**OPEN, name: None} if whole else {name: None}
    if how == "left out":
        del given[name]
    told.tell(page(("conflict", YVES, rid, given), whole=whole, cursor=10))
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert claire.store.records.data(spec, rid) == before
    told.tell(page(("conflict", YVES, somewhere(22), {name: OPEN[name]}), whole=False, cursor=10))
    synchroniser_of(claire, told).run()
    assert claire.store.records.count("conflict") == 1, "part of what is not here is no conflict"
    still_works(claire)


@pytest.mark.parametrize(
    "lost",
    ['0"\\ud800"', "0NaN", '0{"a":1}', "0[[1]]", "0" + "[" * 3_000, "01e999", "0" + "9" * 5_000],
    ids=lambda lost: lost[:12],
)
def test_a_value_that_is_none_goes_with_its_dossier_and_leaves_nothing_behind(
    claire: Desk, told: FalseOffice, lost: str
) -> None:
    """A restored office takes the dossier away at once: what waited there is offered first."""
    in_conflict(claire, told, lost)
    last = claire.store.state.last_op()
    told.tell(EpochChanged(EPOCH, seq=0, taken=last), answering(dropped=[YVES], cursor=12))
    synchroniser_of(claire, told).run()
    assert claire.persons.count() == claire.store.records.count("conflict") == 0
    assert claire.store.outbox.is_empty()
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
