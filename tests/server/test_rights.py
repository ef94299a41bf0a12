"""No byte of a dossier reaches who is not in its circle, by whatever road."""

from datetime import timedelta

import pytest

from protocol import wire
from protocol.ids import REFERENCE_BUCKET
from protocol.kinds.people import Job
from tests.server.samples import CREATED_AT, edit, follow_up, member, note, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id

GRANT = ["grant"]


@pytest.fixture
def dossier(claire: RawDevice) -> Op:
    """Return a dossier of Claire's."""
    made = person(claire, birth_name="CANARI")
    claire.push(made, member(claire, made.rid, claire.professional))
    return made


def everything(device: RawDevice) -> bytes:
    """Return all that a device may be given, from the beginning."""
    device.cursor = 0
    return b"".join(wire.encode(page) for page in device.pull())


def test_a_colleague_outside_the_circle_gets_no_byte(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    claire.push(follow_up(claire, dossier.rid, summary="0CANARI"), note(claire, body="1CANARI"))
    given = everything(mehdi)
    assert b"CANARI" not in given
    assert dossier.rid.encode() not in given


@pytest.mark.invariant(22)
def test_a_note_is_given_to_its_author_alone_even_within_the_circle(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    sealed = note(claire, body="1CANARI-NOTE")
    claire.push(sealed, member(claire, dossier.rid, mehdi.professional))
    given = everything(mehdi)
    assert b"CANARI" in given
    assert b"CANARI-NOTE" not in given
    assert sealed.rid.encode() not in given


def test_every_write_into_a_closed_dossier_is_refused_alike(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid)
    claire.push(met)
    reply = mehdi.push(
        edit(dossier, 0, phone1="06"),
        edit(met, 0, minutes=3),
        Op("follow_up", met.rid, verb=wire.DELETE, base=99),
        Op("follow_up", fresh_id(), verb=wire.DELETE, base=99),
        follow_up(mehdi, dossier.rid),
        follow_up(mehdi, fresh_id()),
        member(mehdi, dossier.rid, mehdi.professional),
        person(mehdi, rid=dossier.rid),
        follow_up(mehdi, "not a dossier"),
        Op("follow_up", fresh_id(), {"minutes": 3}),
    )
    assert [result.detail for result in reply.results] == [GRANT] * 10


@pytest.mark.invariant(29)
def test_a_record_is_judged_by_where_it_is_not_by_what_the_message_says(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid)
    claire.push(met)
    own = person(mehdi)
    reply = mehdi.push(own, Op("follow_up", met.rid, {"person": own.rid, "minutes": 3}))
    assert [result.detail for result in reply.results] == [GRANT]


@pytest.mark.parametrize("bucket", ["reference", "own", "professional"])
def test_a_dossiers_record_cannot_be_put_where_everybody_reads(
    claire: RawDevice, mehdi: RawDevice, bucket: str
) -> None:
    target = {
        "reference": REFERENCE_BUCKET,
        "own": claire.professional,
        "professional": mehdi.professional,
    }[bucket]
    reply = claire.push(follow_up(claire, target), person(claire, rid=target))
    assert [result.detail for result in reply.results] == [GRANT, GRANT]


def test_nobody_writes_into_somebody_elses_private_drawer(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    theirs = note(claire)
    forged = Op("clinical_note", theirs.rid, {**theirs.fields, "created_by": mehdi.professional})
    assert [result.detail for result in claire.push(forged).results] == [GRANT]

    claire.push(theirs)
    assert mehdi.push(edit(theirs, 99, body="1forged")).results[0].detail == GRANT


@pytest.mark.invariant(13)
def test_leaving_a_circle_closes_the_dossier_and_coming_back_opens_it_whole(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    place = member(claire, dossier.rid, mehdi.professional)
    met = follow_up(claire, dossier.rid)
    claire.push(place, met)
    mehdi.pull()
    assert ("follow_up", met.rid) in mehdi.seen

    claire.pull()
    claire.push(edit(place, claire.cursor, ended_on="2020-01-01", end_reason="handover"))
    (page,) = mehdi.pull()
    assert page.dropped == [dossier.rid]
    assert not any(record["bucket"] == dossier.rid for record in mehdi.seen.values())
    assert mehdi.push(edit(met, 0, minutes=3)).results[0].outcome == "late"

    gone = follow_up(claire, dossier.rid)
    claire.push(gone)
    claire.push(Op("follow_up", gone.rid, verb=wire.DELETE, base=claire.cursor))
    claire.push(member(claire, dossier.rid, mehdi.professional))
    mehdi.pull()
    assert mehdi.seen["person", dossier.rid]["birth_name"] == "CANARI"
    assert "minutes" not in mehdi.seen["follow_up", met.rid]
    assert ("follow_up", gone.rid) not in mehdi.seen


def test_a_dossier_closed_and_opened_while_a_laptop_was_away_is_replaced(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    place, met = member(claire, dossier.rid, mehdi.professional), follow_up(claire, dossier.rid)
    claire.push(place, met)
    mehdi.pull()
    claire.pull()
    claire.push(edit(place, claire.cursor, ended_on="2020-01-01"))
    claire.push(Op("follow_up", met.rid, verb=wire.DELETE, base=claire.cursor))
    claire.push(edit(place, claire.cursor, ended_on=None))
    (page,) = mehdi.pull()

    assert page.dropped == [dossier.rid]
    assert ("follow_up", met.rid) not in mehdi.seen
    assert mehdi.seen["person", dossier.rid]["birth_name"] == "CANARI"


def test_two_places_in_a_circle_are_two_reasons_to_read(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    one = member(claire, dossier.rid, mehdi.professional)
    other = member(claire, dossier.rid, mehdi.professional, role="prescriber")
    claire.push(one, other)
    mehdi.pull()
    claire.push(edit(one, 0, ended_on="2020-01-01"))
    assert mehdi.pull()[0].dropped == []
    claire.push(Op("circle_member", other.rid, verb=wire.DELETE, base=99))
    assert mehdi.pull()[0].dropped == [dossier.rid]


def test_the_overlap_after_a_handover_ends_by_itself(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, office: Office
) -> None:
    last_day = office.clock().date() + timedelta(days=30)
    place = member(
        claire,
        dossier.rid,
        mehdi.professional,
        ended_on="2020-01-01",
        overlap_until=last_day.isoformat(),
    )
    claire.push(place)
    mehdi.pull()
    assert ("person", dossier.rid) in mehdi.seen

    office.clock.advance(days=400)
    assert mehdi.push(follow_up(mehdi, dossier.rid)).results[0].detail == GRANT
    assert mehdi.pull()[0].dropped == [dossier.rid]
    assert mehdi.pull()[0].dropped == []


def test_a_handover_in_one_batch_lets_the_last_words_pass(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    made = person(claire)
    own = member(claire, made.rid, claire.professional)
    claire.push(made, own)
    reply = claire.push(
        member(claire, made.rid, mehdi.professional, role="unique_referent"),
        follow_up(claire, made.rid),
        edit(own, 0, ended_on="2020-01-01", end_reason="handover"),
        follow_up(claire, made.rid),
    )
    assert reply.results == [wire.Result(3, "late", [])]
    assert claire.pull()[0].dropped == [made.rid]
    mehdi.pull()
    assert sum(kind == "follow_up" for kind, _rid in mehdi.seen) == 2


# -- who may write what in an open dossier (docs/decisions/0007) ----------------------------------


@pytest.fixture
def shared(claire: RawDevice, mehdi: RawDevice, dossier: Op) -> Op:
    """Return a dossier that Claire and Mehdi both have."""
    claire.push(member(claire, dossier.rid, mehdi.professional))
    claire.pull()
    mehdi.pull()
    return dossier


def on(office: Office, days: int) -> str:
    """Return the date in so many days."""
    return (office.clock().date() + timedelta(days=days)).isoformat()


def test_during_the_overlap_nobody_prolongs_her_own_access(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, office: Office
) -> None:
    place = member(
        claire,
        dossier.rid,
        mehdi.professional,
        ended_on=on(office, 0),
        overlap_until=on(office, 30),
    )
    taken_away = member(claire, dossier.rid, mehdi.professional, role="prescriber")
    claire.push(place, taken_away)
    claire.push(Op("circle_member", taken_away.rid, verb=wire.DELETE, base=99))
    mehdi.pull()
    attempts = (
        edit(place, mehdi.cursor, ended_on=None),
        edit(place, mehdi.cursor, ended_on=on(office, 60)),
        edit(place, mehdi.cursor, overlap_until=on(office, 31)),
        member(mehdi, dossier.rid, mehdi.professional, role="unique_referent"),
        edit(taken_away, mehdi.cursor, role="contributor"),
    )
    for attempt in attempts:
        assert mehdi.push(attempt).results == [wire.Result(0, "refused", GRANT)]
    sooner = edit(place, mehdi.cursor, overlap_until=on(office, 10), role="former")
    successor = member(mehdi, dossier.rid, office.hire("Nadia Roy", Job.NURSE))
    assert mehdi.push(sooner, successor).results == []
    assert claire.push(edit(place, 10**9, overlap_until=on(office, 40))).results == []


def test_whoever_holds_a_place_may_take_another_and_end_it(
    claire: RawDevice, shared: Op, office: Office
) -> None:
    second = member(claire, shared.rid, claire.professional, role="prescriber")
    answered = claire.push(
        second,
        edit(second, 10**9, ended_on=on(office, -1)),
        edit(second, 10**9, ended_on=None),
    )
    assert answered.results == []


def test_the_words_of_a_follow_up_are_its_authors(
    claire: RawDevice, mehdi: RawDevice, shared: Op
) -> None:
    met = follow_up(claire, shared.rid, summary="0de Claire", minutes=30)
    claire.push(met)
    mehdi.pull()
    for name in ("summary", "for_person", "person_words", "next_step", "orientation"):
        refused = mehdi.push(edit(met, mehdi.cursor, **{name: "0de Mehdi", "minutes": 20}))
        assert refused.results == [wire.Result(0, "refused", ["author", name])]
    facts = edit(met, mehdi.cursor, minutes=20, presence="excused", themes=[["housing"], []])
    assert mehdi.push(facts).results == []
    claire.pull()
    assert claire.seen["follow_up", met.rid]["minutes"] == 20
    assert claire.push(edit(met, claire.cursor, summary="0de Claire encore")).results == []


def test_only_its_author_deletes_a_follow_up(
    claire: RawDevice, mehdi: RawDevice, shared: Op
) -> None:
    met = follow_up(claire, shared.rid)
    claire.push(met)
    gone = Op("follow_up", met.rid, verb=wire.DELETE, base=10**9)
    assert mehdi.push(gone).results == [wire.Result(0, "refused", ["author"])]
    assert claire.push(gone).results == []


def test_a_colleague_puts_back_what_the_author_wrote_and_nothing_else(
    claire: RawDevice, mehdi: RawDevice, shared: Op
) -> None:
    """Mehdi left; what he wrote on the road waits in a conflict, and Claire puts it back."""
    met = follow_up(mehdi, shared.rid, summary="0avant")
    mehdi.push(met)
    other_laptop = enrol(claire.office)
    other_laptop.pull()
    for (kind, rid), data in other_laptop.seen.items():
        if kind == "circle_member" and data["professional"] == mehdi.professional:
            claire.push(Op(kind, rid, {"ended_on": "2020-01-01"}, base=10**9))
    assert mehdi.push(edit(met, 10**9, summary="0après")).results[0].outcome == "late"
    claire.pull()
    other = claire.push(edit(met, claire.cursor, summary="0autre chose"))
    assert other.results == [wire.Result(0, "refused", ["author", "summary"])]
    assert claire.push(edit(met, claire.cursor, summary="0après")).results == []
    assert claire.push(edit(met, 10**9, summary="0avant")).results == [], "she changed her mind"


def test_a_conflict_is_settled_by_the_circle_and_what_it_holds_is_changed_by_nobody(
    claire: RawDevice, mehdi: RawDevice, shared: Op
) -> None:
    claire.push(edit(shared, claire.cursor, phone1="un"))
    mehdi.push(edit(shared, mehdi.cursor, phone1="deux"))
    claire.pull()
    mehdi.pull()
    ((_kind, rid),) = [key for key in claire.seen if key[0] == "conflict"]
    for device in (claire, mehdi):
        changed = device.push(Op("conflict", rid, {"lost": '0"rien"'}, base=10**9))
        assert changed.results == [wire.Result(0, "refused", ["immutable", "lost"])]
        deleted = device.push(Op("conflict", rid, verb=wire.DELETE, base=10**9))
        assert deleted.results == [wire.Result(0, "refused", ["immutable", "lost"])]
    assert mehdi.push(Op("conflict", rid, {"state": "kept"}, base=10**9)).results == []


def test_an_overlap_does_not_open_by_saying_two_dossiers_are_one(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    own = person(mehdi)
    fields = {
        "created_at": CREATED_AT,
        "created_by": mehdi.professional,
        "person": own.rid,
        "into": dossier.rid,
        "state": "merged",
    }
    mehdi.push(own, Op("same_person", fresh_id(), fields))
    assert b"CANARI" not in everything(mehdi)


def test_a_refused_right_is_logged_with_identifiers_and_nothing_else(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, office: Office
) -> None:
    mehdi.push(edit(dossier, 0, phone1="CANARI-JOURNAL", birth_name="CANARI-NOM"))
    log = office.log()
    refusal = next(line for line in reversed(log.splitlines()) if "operation_refused" in line)
    assert mehdi.device in refusal
    assert dossier.rid in refusal
    assert "CANARI" not in log


def test_departements_do_not_see_each_other(office: Office, claire: RawDevice, dossier: Op) -> None:
    elsewhere = Office(office.premises, office.premises.new_department(), office.road)
    stranger = enrol(elsewhere, "Claire Morin", Job.ADMIN)
    given = everything(stranger)
    assert b"CANARI" not in given
    assert claire.professional.encode() not in given
    assert stranger.push(follow_up(stranger, dossier.rid)).results[0].detail == GRANT
    office.premises.forget(elsewhere.department)
