"""An office that never agrees costs little, and nothing is lost."""

from dataclasses import replace

import pytest

from desktop.sync import engine
from desktop.sync.engine import MOST_PAGES
from desktop.sync.errors import (
    BadReply,
    EpochChanged,
    LaptopBehind,
    OpGap,
    ReplyFault,
    RequestRejected,
    SyncError,
)
from desktop.sync.repair import MOST_REREADS
from protocol import wire
from protocol.kinds import FollowUp
from protocol.limits import PAGE_BODY, PAGE_ROWS
from protocol.wire import Change, Position, Root, SyncReply, SyncRequest
from tests.support.laptop import Desk
from tests.support.opened import sent_words
from tests.sync.false_office import (
    FALSE_ROOT,
    FalseOffice,
    caseload,
    claire,
    somewhere,
    told,
    words_of,
)
from tests.sync.test_lying_office import YVES, meet, still_works, sync, yves
from tests.sync.told_office import EPOCH, ToldOffice, answering, synchroniser_of

__all__ = ["caseload", "claire", "told"]

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
    assert "DERNIERS MOTS" in sent_words(claire.store, told.requests)
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
    assert "MOTS" in sent_words(claire.store, told.requests)


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


def test_the_largest_caseload_is_read_in_one_synchronisation() -> None:
    records, bytes_of_one = 200_000, 5_000  # sealed
    assert MOST_PAGES * min(PAGE_BODY, PAGE_ROWS * bytes_of_one) > 3 * records * bytes_of_one


def test_pages_without_end_are_read_for_a_while_and_taken_up_later(
    claire: Desk, told: FalseOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 200
    monkeypatch.setattr(engine, "MOST_PAGES", most)

    def another(request: SyncRequest) -> SyncReply:
        seq = 1 if request.after is None else request.after.seq + 1
        return answering(more=Position(seq, 4, YVES))(request)

    told.told = [another] * (most + 10)
    with pytest.raises(BadReply):
        synchroniser_of(claire, told).run()
    assert len(told.requests) <= most + 1
    place = claire.store.state.progress().after
    assert place is not None
    told.told = [another]
    sync(claire, told)
    assert told.requests[-2].after == place, "an honest office of that size is read to its end"
