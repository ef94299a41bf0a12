"""What the office says in a conflict, and how settling one goes when two people do it."""

import msgspec
import pytest

from protocol import wire
from protocol.kinds.conflicts import WHOLE_RECORD, value_mark
from protocol.wire import DELETE
from tests.server.samples import CREATED_AT, edit, follow_up, member, person
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id, now_hlc


@pytest.fixture
def dossier(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier that Claire and Mehdi both have."""
    made = person(claire, phone1="00")
    claire.push(
        made,
        member(claire, made.rid, claire.professional),
        member(claire, made.rid, mehdi.professional),
    )
    claire.pull()
    mehdi.pull()
    return made


def conflicts(device: RawDevice) -> dict[str, dict[str, object]]:
    """Return the conflicts a device has received, by identifier."""
    return {rid: record for (kind, rid), record in device.seen.items() if kind == "conflict"}


def conflict_op(author: RawDevice, dossier: str, subject: str, **fields: object) -> Op:
    """Return a conflict as a laptop opens one."""
    values = {
        "created_at": CREATED_AT,
        "created_by": author.professional,
        "dossier": dossier,
        "subject_kind": "follow_up",
        "subject": subject,
        "field": "summary",
        "lost": '0"0de Mehdi"',
        "lost_hlc": 1,
        "lost_by": author.professional,
        **fields,
    }
    return Op("conflict", fresh_id(), values)


def identifier(author: RawDevice, dossier: str) -> Op:
    """Return the creation of a number somebody is known by."""
    values = {
        "created_at": CREATED_AT,
        "created_by": author.professional,
        "person": dossier,
        "scheme": "caf",
        "value": "123",
    }
    return Op("person_identifier", fresh_id(), values)


def removal(op: Op, base: int) -> Op:
    """Return the deletion of the record that ``op`` created."""
    return Op(op.kind, op.rid, {}, base=base, verb=DELETE)


def crossed(claire: RawDevice, mehdi: RawDevice, dossier: Op) -> str:
    """Have both change the telephone; return the conflict, which both have received."""
    claire.push(Op("person", dossier.rid, {"phone1": "c"}, base=claire.cursor, hlc=now_hlc()))
    later = now_hlc(later_ms=1000)
    mehdi.push(Op("person", dossier.rid, {"phone1": "m"}, base=mehdi.cursor, hlc=later))
    claire.pull()
    mehdi.pull()
    (rid,) = conflicts(claire)
    return rid


def test_a_conflict_says_who_wrote_what_stands_and_when(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    rid = crossed(claire, mehdi, dossier)
    record = conflicts(mehdi)[rid]
    assert (record["kept_by"], record["lost_by"]) == (mehdi.professional, claire.professional)
    assert int(str(record["kept_hlc"])) > int(str(record["lost_hlc"]))
    assert record["kept_mark"] == value_mark("m") != value_mark("c")


def test_the_office_tells_whose_text_stands_in_a_conflict_that_a_laptop_opened(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid, summary="0de Claire")
    claire.push(met)
    mehdi.pull()
    opened = conflict_op(mehdi, dossier.rid, met.rid, kept_by=mehdi.professional, kept_hlc=1)
    assert mehdi.push(opened).results == []
    claire.pull()
    mehdi.pull()
    for device in (claire, mehdi):
        record = conflicts(device)[opened.rid]
        assert record["kept_by"] == claire.professional, "nobody signs for somebody else"
        assert record["kept_mark"] == value_mark("0de Claire")
        assert record["kept_hlc"] != 1


def test_a_conflict_about_another_dossiers_record_is_told_nothing_of_it(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    other = person(claire, phone1="secret")
    claire.push(other, member(claire, other.rid, claire.professional))
    opened = conflict_op(mehdi, dossier.rid, other.rid, subject_kind="person", field="phone1")
    mehdi.push(opened)
    claire.pull()
    record = conflicts(claire)[opened.rid]
    assert {"kept_by", "kept_hlc", "kept_mark"}.isdisjoint(record)


@pytest.mark.parametrize("claimed", [{"kept_by": None}, {"kept_hlc": 1}, {"kept_mark": "0"}])
def test_nobody_rewrites_what_the_office_said(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, claimed: dict[str, object]
) -> None:
    rid = crossed(claire, mehdi, dossier)
    reply = claire.push(Op("conflict", rid, claimed, base=claire.cursor, hlc=now_hlc()))
    assert [(item.outcome, item.detail[0]) for item in reply.results] == [("refused", "author")]


@pytest.mark.parametrize("claire_first", [True, False])
def test_two_people_who_settle_differently_open_no_conflict_about_the_conflict(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, claire_first: bool
) -> None:
    rid = crossed(claire, mehdi, dossier)
    kept = Op("conflict", rid, {"state": "kept"}, base=claire.cursor, hlc=now_hlc(later_ms=2000))
    restored = Op(
        "conflict", rid, {"state": "restored"}, base=mehdi.cursor, hlc=now_hlc(later_ms=3000)
    )
    back = Op("person", dossier.rid, {"phone1": "c"}, base=mehdi.cursor, hlc=now_hlc(later_ms=3000))
    pushes = [(claire, [kept]), (mehdi, [restored, back])]
    for device, ops in pushes if claire_first else reversed(pushes):
        device.push(*ops)
    for device in (claire, mehdi):
        device.pull()
        assert list(conflicts(device)) == [rid]
    fresh = enrol(claire.office)
    fresh.pull()
    assert [record["state"] for record in conflicts(fresh).values()] == ["restored"]
    assert fresh.seen["person", dossier.rid]["phone1"] == "c"


@pytest.mark.parametrize("delete_first", [True, False])
def test_an_edit_wins_over_a_deletion_and_the_circle_is_asked(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, delete_first: bool
) -> None:
    planned = identifier(claire, dossier.rid)
    claire.push(planned)
    mehdi.pull()
    deletion = Op(
        "person_identifier", planned.rid, {}, base=mehdi.cursor, hlc=now_hlc(), verb=DELETE
    )
    moved = edit(planned, claire.cursor, value="456")
    pushes = [(mehdi, deletion), (claire, moved)]
    replies = [dev.push(op) for dev, op in (pushes if delete_first else reversed(pushes))]
    told = [] if delete_first else [wire.Result(0, "conflict", ["deleted"])]
    assert [reply.results for reply in replies] == [[], told]
    fresh = enrol(claire.office)
    for device in (claire, mehdi, fresh):
        device.pull()
        assert device.seen["person_identifier", planned.rid]["value"] == "456"
        (record,) = conflicts(device).values()
        assert (record["subject"], record["field"]) == (planned.rid, WHOLE_RECORD)
        assert (record["lost_by"], record["kept_by"]) == (mehdi.professional, claire.professional)
        assert msgspec.json.decode(str(record["lost"])[1:]) is None


def test_deleting_after_all_is_no_conflict(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    planned = identifier(claire, dossier.rid)
    claire.push(planned)
    mehdi.pull()
    mehdi.push(removal(planned, mehdi.cursor))
    claire.push(edit(planned, claire.cursor, value="456"))
    mehdi.pull()
    (rid,) = conflicts(mehdi)
    again = removal(planned, mehdi.cursor)
    settled = Op("conflict", rid, {"state": "restored"}, base=mehdi.cursor, hlc=now_hlc())
    assert mehdi.push(again, settled).results == []
    claire.pull()
    assert ("person_identifier", planned.rid) not in claire.seen
    assert [record["state"] for record in conflicts(claire).values()] == ["restored"]


def test_who_changes_her_mind_about_her_own_deletion_is_asked_nothing(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    planned = identifier(claire, dossier.rid)
    claire.push(planned)
    claire.push(removal(planned, 0))
    claire.push(edit(planned, 0, value="456"))
    mehdi.pull()
    assert mehdi.seen["person_identifier", planned.rid]["value"] == "456"
    assert conflicts(mehdi) == {}


@pytest.mark.parametrize("lost", ["0pas du JSON", "0" + "[" * 100_000, "0[[1]]"], ids=len)
def test_what_an_author_planted_beside_her_follow_up_keeps_no_colleague_from_sending(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, lost: str
) -> None:
    met = follow_up(claire, dossier.rid, summary="0de Claire")
    claire.push(met)
    # Said to be of another field: what is lost there is not looked at when it comes.
    named = {"subject_kind": "nothing known", "field": "summary"}
    assert claire.push(conflict_op(claire, dossier.rid, met.rid, **named, lost=lost)).results == []
    mehdi.pull()
    before = mehdi.next_op
    mehdi.push(edit(met, mehdi.cursor, summary="0de Mehdi"))
    assert mehdi.next_op == before + 1
