"""What somebody wrote on the road arrives, although she lost the dossier meanwhile."""

import msgspec
import pytest

from protocol import wire
from protocol.kinds.people import Job
from tests.server.samples import CREATED_AT, edit, follow_up, member, note, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id

GRANT = wire.Result(0, "refused", ["grant"])
CANARY = "0CANARI-EN-ROUTE"


@pytest.fixture
def dossier(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier of Claire's that Mehdi has on his laptop, and has just lost."""
    made = person(claire, phone1="00")
    place = member(claire, made.rid, mehdi.professional)
    claire.push(made, member(claire, made.rid, claire.professional), place)
    claire.pull()
    mehdi.pull()
    claire.push(edit(place, claire.cursor, ended_on="2020-01-01"))
    return made


def conflicts(device: RawDevice) -> list[dict[str, object]]:
    """Return the conflicts a device has received."""
    return [record for (kind, _rid), record in device.seen.items() if kind == "conflict"]


@pytest.mark.invariant(14)
def test_the_dossiers_present_holder_receives_it_at_her_next_sync(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(mehdi, dossier.rid, summary=CANARY)
    assert mehdi.push(met).results == [wire.Result(0, "late", [])]
    claire.pull()
    assert claire.seen["follow_up", met.rid]["summary"] == CANARY
    assert claire.seen["follow_up", met.rid]["professional"] == mehdi.professional


def test_the_one_who_lost_the_dossier_never_receives_anything_of_it(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(mehdi, dossier.rid, summary=CANARY)
    answered = mehdi.push(met, edit(dossier, mehdi.cursor, phone1="06"))
    claire.push(edit(dossier, 0, phone2="CANARI-DE-CLAIRE"))
    pages = mehdi.pull()
    mehdi.cursor = 0
    pages += mehdi.pull()

    assert pages[0].dropped == [dossier.rid]
    given = b"".join(wire.encode(page) for page in [*pages[1:], answered])
    assert b"CANARI" not in given
    assert met.rid.encode() not in given
    assert not any(change.bucket == dossier.rid for page in pages for change in page.changes)


def test_an_edit_becomes_a_conflict_and_overwrites_nothing(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    """Also when nobody touched the field meanwhile: it is not his to change any more."""
    answered = mehdi.push(edit(dossier, mehdi.cursor, phone1="06", first_name="Sylvie"))
    assert answered.results == [wire.Result(0, "late", ["phone1", "first_name"])]
    other = enrol(claire.office)
    other.pull()
    assert other.seen["person", dossier.rid]["phone1"] == "00"
    claire.pull()
    (kept,) = conflicts(claire)  # the name was the same: nothing to settle
    assert (kept["subject"], kept["field"], kept["state"]) == (dossier.rid, "phone1", "open")
    assert kept["lost_by"] == mehdi.professional
    assert msgspec.json.decode(str(kept["lost"])[1:]) == "06"


def test_choices_and_texts_that_come_late_are_kept_whole(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    made = person(claire)
    met = follow_up(mehdi, made.rid, summary="0avant")
    place = member(claire, made.rid, mehdi.professional)
    claire.push(made, member(claire, made.rid, claire.professional), place)
    mehdi.push(met)
    mehdi.pull()
    claire.pull()
    claire.push(edit(place, claire.cursor, ended_on="2020-01-01"))
    mehdi.push(edit(met, 0, summary="0et après", themes=[["housing"], []]))
    claire.pull()

    assert claire.seen["follow_up", met.rid]["summary"] == "0avant"
    lost = {x["field"]: msgspec.json.decode(str(x["lost"])[1:]) for x in conflicts(claire)}
    assert lost == {"summary": "0et après", "themes": ["health", "housing"]}


def test_an_edit_of_what_was_deleted_meanwhile_brings_it_back_to_be_settled(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    made = person(claire)
    met = follow_up(claire, made.rid, minutes=45)
    place = member(claire, made.rid, mehdi.professional)
    claire.push(made, member(claire, made.rid, claire.professional), place, met)
    mehdi.pull()
    claire.pull()
    claire.push(
        Op("follow_up", met.rid, verb=wire.DELETE, base=claire.cursor),
        edit(place, claire.cursor, ended_on="2020-01-01"),
    )
    mehdi.push(edit(met, mehdi.cursor, minutes=10))
    claire.pull()
    assert claire.seen["follow_up", met.rid]["minutes"] == 45
    assert {record["field"] for record in conflicts(claire)} == {"", "minutes"}


def test_nothing_is_deleted_and_nobody_comes_back_late(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    opened = {
        "created_at": CREATED_AT,
        "created_by": mehdi.professional,
        "person": dossier.rid,
        "into": fresh_id(),
        "state": "merged",
    }
    attempts = (
        Op("person", dossier.rid, verb=wire.DELETE, base=10**9),
        member(mehdi, dossier.rid, mehdi.professional),
        member(mehdi, dossier.rid, claire.professional),
        Op("same_person", fresh_id(), opened),
    )
    for attempt in attempts:
        assert mehdi.push(attempt).results == [GRANT]
    own = person(mehdi)
    signed = follow_up(claire, dossier.rid)
    answered = mehdi.push(own, edit(dossier, 0, created_by=mehdi.professional), signed)
    assert [result.detail for result in answered.results] == [
        ["immutable", "created_by"],
        ["author", "created_by"],
    ]


def test_after_ninety_days_the_dossier_is_closed_to_all_she_wrote(
    mehdi: RawDevice, dossier: Op, office: Office
) -> None:
    office.clock.advance(days=89)
    assert mehdi.push(follow_up(mehdi, dossier.rid)).results[0].outcome == "late"
    office.clock.advance(days=1)
    assert mehdi.push(follow_up(mehdi, dossier.rid)).results == [GRANT]
    assert mehdi.push(edit(dossier, 0, phone1="06")).results == [GRANT]


def test_ninety_days_start_when_the_overlap_ended_not_when_the_laptop_came_home(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    made = person(claire)
    until = office.clock().date()
    place = member(
        claire,
        made.rid,
        mehdi.professional,
        ended_on="2020-01-01",
        overlap_until=until.isoformat(),
    )
    claire.push(made, member(claire, made.rid, claire.professional), place)
    mehdi.pull()
    office.clock.advance(days=92)
    assert mehdi.push(follow_up(mehdi, made.rid)).results == [GRANT]


def test_somebody_who_never_had_the_dossier_is_refused_as_if_it_did_not_exist(
    claire: RawDevice, dossier: Op, office: Office
) -> None:
    stranger = enrol(office, "Paul Petit", Job.REFERENT)
    assert stranger.push(follow_up(stranger, dossier.rid)).results == [GRANT]
    assert stranger.push(edit(dossier, 0, phone1="06")).results == [GRANT]
    assert stranger.push(follow_up(stranger, fresh_id())).results == [GRANT]


def test_a_late_contribution_sent_again_is_taken_once(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    ops = (follow_up(mehdi, dossier.rid), edit(dossier, mehdi.cursor, phone1="06"))
    request = mehdi.request(ops, pull=False)
    first, again = mehdi.ask(request), mehdi.ask(request)
    assert first.results == again.results
    claire.pull()
    assert sum(kind == "follow_up" for kind, _rid in claire.seen) == 1
    assert len(conflicts(claire)) == 1


def test_who_comes_back_into_the_circle_writes_as_before(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    claire.push(member(claire, dossier.rid, mehdi.professional))
    mehdi.pull()
    assert mehdi.push(edit(dossier, mehdi.cursor, phone1="06")).results == []
    claire.pull()
    assert claire.seen["person", dossier.rid]["phone1"] == "06"


def test_a_laptop_of_the_first_protocol_is_told_simply_that_it_was_accepted(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    ops = (follow_up(mehdi, dossier.rid), edit(dossier, mehdi.cursor, phone1="06"))
    request = mehdi.request(ops, protocol=1)
    for _sent in range(2):
        answered = mehdi.ask(request)
        assert (answered.results, answered.ack) == ([], 2)
    claire.pull()
    assert len(conflicts(claire)) == 1


def test_her_own_notes_are_hers_whatever_she_lost(mehdi: RawDevice, dossier: Op) -> None:
    assert mehdi.push(note(mehdi, body="1c2VhbGVk")).results == []


def offer(
    author: RawDevice, about: Op, dossier: str, field: str, value: object, *, typed: int = 0
) -> Op:
    """Return a value as a laptop offers it of a dossier that leaves it.

    ``typed``: the hour, if it waited in a conflict.
    """
    values = {
        "created_at": CREATED_AT,
        "created_by": author.professional,
        "dossier": dossier,
        "subject_kind": about.kind,
        "subject": about.rid,
        "field": field,
        "lost": "0" + msgspec.json.encode(value).decode(),
        "lost_hlc": typed,
    }
    return Op("conflict", fresh_id(), values)


def told(conflict: dict[str, object]) -> tuple[object, ...]:
    """Return what a conflict is about, its other value, and what it says of what stands."""
    lost = msgspec.json.decode(str(conflict["lost"])[1:])
    return conflict["subject"], conflict["field"], lost, conflict.get("kept_mark") is not None


def test_what_stands_stood_or_waits_makes_nothing_of_what_is_offered(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid, minutes=50)
    claire.push(met, edit(dossier, claire.cursor, phone1="06"))
    claire.push(Op("follow_up", met.rid, verb=wire.DELETE, base=10**9))
    mehdi.push(edit(dossier, mehdi.cursor, phone1="07"))
    claire.pull()
    before = dict(claire.seen)
    known = [
        offer(mehdi, dossier, dossier.rid, "phone1", "06"),
        offer(mehdi, dossier, dossier.rid, "phone1", "00"),
        offer(mehdi, dossier, dossier.rid, "phone1", "07"),
        offer(mehdi, met, dossier.rid, "minutes", 50),
        # Said by saying nothing: of a record that was forgotten as well.
        offer(mehdi, Op("follow_up", fresh_id()), dossier.rid, "minutes", 45),
    ]
    answered = mehdi.push(*known)
    assert answered.results == [wire.Result(n, "late", []) for n in range(len(known))]
    claire.pull()
    assert claire.seen == before


def test_what_waited_in_a_conflict_is_told_once_though_it_stood_before(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    """Its author may have put it there herself, sending again what she had typed."""
    claire.push(edit(dossier, claire.cursor, phone1="06"))
    mehdi.push(
        offer(mehdi, dossier, dossier.rid, "phone1", "06", typed=7),
        offer(mehdi, dossier, dossier.rid, "phone1", "00", typed=7),
        offer(mehdi, dossier, dossier.rid, "phone1", "00", typed=7),
    )
    claire.pull()
    assert [told(one) for one in conflicts(claire)] == [(dossier.rid, "phone1", "00", True)]


def test_what_the_office_forgot_is_told_once_and_says_whether_anything_stands(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    gone, forgotten = follow_up(claire, dossier.rid), Op("follow_up", fresh_id())
    claire.push(gone)
    claire.push(Op("follow_up", gone.rid, verb=wire.DELETE, base=10**9))
    mehdi.push(
        offer(mehdi, dossier, dossier.rid, "phone1", "08"),
        offer(mehdi, dossier, dossier.rid, "phone1", "08"),
        offer(mehdi, gone, dossier.rid, "minutes", 50),
        offer(mehdi, forgotten, dossier.rid, "minutes", 50),
    )
    claire.pull()
    assert sorted(map(told, conflicts(claire)), key=str) == sorted(
        [
            (dossier.rid, "phone1", "08", True),
            (gone.rid, "minutes", 50, False),
            (forgotten.rid, "minutes", 50, False),
        ],
        key=str,
    )


def test_who_holds_the_dossier_opens_a_conflict_whatever_stands(
    claire: RawDevice, dossier: Op
) -> None:
    """Her laptop has it: the office may not make nothing of it behind its back."""
    opened = offer(claire, dossier, dossier.rid, "phone1", "00")
    assert claire.push(opened).results == []
    claire.pull()
    assert [told(one) for one in conflicts(claire)] == [(dossier.rid, "phone1", "00", True)]


def test_an_own_record_said_again_late_changes_nothing_that_followed(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    made = person(claire)
    place = member(claire, made.rid, mehdi.professional)
    claire.push(made, member(claire, made.rid, claire.professional), place)
    met = follow_up(mehdi, made.rid, summary="0avant", minutes=50)
    mehdi.push(met)
    claire.pull()
    changed = {"minutes": 60, "themes": [["housing"], []]}
    claire.push(
        edit(met, claire.cursor, **changed), edit(place, claire.cursor, ended_on="2020-01-01")
    )
    claire.pull()
    before = dict(claire.seen)
    assert mehdi.push(met).results[0].outcome == "late"
    claire.pull()
    assert claire.seen == before


def test_a_dossier_that_was_given_again_is_not_taken_away_when_all_is_read_anew(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    """His laptop may know more of it than an office put back from a backup."""
    claire.push(member(claire, dossier.rid, mehdi.professional))
    assert mehdi.ask(mehdi.request(cursor=0)).dropped == [dossier.rid]
    read_anew = mehdi.ask(mehdi.request(cursor=0, anew=True))
    assert read_anew.dropped == []
    assert dossier.rid in {change.rid for change in read_anew.changes}
