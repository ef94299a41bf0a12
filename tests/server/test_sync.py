"""What laptops send reaches the office once, and their colleagues."""

import pytest

from protocol import wire
from tests.server.samples import edit, follow_up, member, note, person, place
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, Refused, enrol, fresh_id


def test_a_person_recorded_by_claire_is_read_by_mehdi_once_in_the_circle(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    dossier = person(claire)
    reply = claire.push(dossier, member(claire, dossier.rid, claire.professional))
    assert (reply.ack, reply.results) == (2, [])

    mehdi.pull()
    assert ("person", dossier.rid) not in mehdi.seen

    met = follow_up(claire, dossier.rid)
    claire.push(member(claire, dossier.rid, mehdi.professional), met)
    mehdi.pull()
    assert mehdi.seen["person", dossier.rid]["birth_name"] == "Bernard"
    assert mehdi.seen["follow_up", met.rid]["themes"] == ["health"]


@pytest.mark.invariant(26)
def test_a_quiet_sync_writes_nothing_but_the_counter(claire: RawDevice, office: Office) -> None:
    claire.push(person(claire))
    claire.pull()
    before = office.dump()
    (page,) = claire.pull()

    def without_counter(dump: str) -> list[str]:
        return [line for line in dump.splitlines() if not line.startswith("request_counter")]

    assert without_counter(office.dump()) == without_counter(before)
    assert (page.changes, page.removals, page.dropped, page.more) == ([], [], [], None)


@pytest.mark.invariant(16)
def test_a_laptop_is_not_sent_back_what_it_sent(claire: RawDevice) -> None:
    dossier = person(claire)
    claire.push(dossier, member(claire, dossier.rid, claire.professional), note(claire))
    claire.push(edit(dossier, 0, phone1="05 49 00 00 00"))
    pages = claire.pull()

    own = [change for page in pages for change in page.changes if change.bucket == dossier.rid]
    assert own == []
    # The reference is not its own: colleagues and lieux came.
    assert {kind for kind, _rid in claire.seen} == {"professional"}


def test_only_the_fields_that_changed_are_sent(claire: RawDevice, mehdi: RawDevice) -> None:
    dossier = person(claire)
    claire.push(dossier, member(claire, dossier.rid, mehdi.professional))
    mehdi.pull()
    claire.push(edit(dossier, 0, phone1="05 49 00 00 00", request="0Se loger"))
    (page,) = mehdi.pull()

    (change,) = page.changes
    assert not change.whole
    assert sorted(page.fields) == ["phone1", "request"]


def test_a_cleared_field_is_sent_as_cleared(claire: RawDevice, mehdi: RawDevice) -> None:
    dossier = person(claire, phone1="05 49 00 00 00")
    claire.push(dossier, member(claire, dossier.rid, mehdi.professional))
    mehdi.pull()
    claire.push(edit(dossier, 0, phone1=None))
    mehdi.pull()
    assert "phone1" not in mehdi.seen["person", dossier.rid]


@pytest.mark.invariant(5)
def test_the_same_request_twice_is_applied_once_and_answered_the_same(
    claire: RawDevice, office: Office
) -> None:
    dossier = person(claire)
    request = claire.request(
        [dossier, edit(dossier, 0, birth_name=None), edit(dossier, 0, phone1="05 49")], pull=False
    )
    first = claire.ask(request)
    state = [line for line in office.dump().splitlines() if line.startswith("record")]
    again = claire.ask(request)

    assert first.results == [wire.Result(1, "refused", ["missing", "birth_name"])]
    assert (again.ack, again.results) == (first.ack, first.results)
    assert [line for line in office.dump().splitlines() if line.startswith("record")] == state


def test_operations_already_taken_in_are_skipped_and_the_others_applied(claire: RawDevice) -> None:
    dossier, other = person(claire), person(claire)
    claire.push(dossier)
    reply = claire.ask(claire.request([dossier, other], first_op=1, pull=False))
    claire.next_op = 3

    assert (reply.ack, reply.results) == (2, [])
    second = enrol(claire.office)
    second.pull()
    assert {("person", dossier.rid), ("person", other.rid)} <= second.seen.keys()


def test_what_was_refused_is_told_again_when_the_answer_was_lost_and_more_follows(
    claire: RawDevice,
) -> None:
    refused, good, other = person(claire, birth_name=None), person(claire), person(claire)
    claire.ask(claire.request([refused, good], pull=False))
    longer = claire.ask(claire.request([refused, good, other], pull=False))
    assert longer.ack == 3
    assert longer.results == [wire.Result(0, "refused", ["missing", "birth_name"])]
    again = claire.ask(claire.request([refused, good, other], pull=False))
    assert (again.ack, again.results) == (longer.ack, longer.results)


def test_a_missing_operation_is_asked_for(claire: RawDevice) -> None:
    with pytest.raises(Refused) as refused:
        claire.ask(claire.request([person(claire)], first_op=3))
    assert (refused.value.status, refused.value.code) == (409, "gap")
    assert refused.value.detail == {"expected": 1}


def test_a_cursor_of_other_data_is_refused_and_nothing_is_applied(
    claire: RawDevice, office: Office
) -> None:
    for wrong in ({"epoch": fresh_id()}, {"cursor": 10_000}):
        with pytest.raises(Refused) as refused:
            claire.ask(claire.request([], **wrong))
        assert (refused.value.status, refused.value.code) == (409, "epoch")
        assert refused.value.detail["epoch"] == claire.reply.epoch
    with pytest.raises(Refused):
        claire.ask(claire.request([person(claire)], epoch=fresh_id()))
    assert "Bernard" not in office.dump()


def test_a_refused_operation_does_not_hold_up_the_others(claire: RawDevice) -> None:
    good, unknown = person(claire), Op("horoscope", fresh_id(), {"sign": "lion"})
    reply = claire.push(
        unknown,
        person(claire, horoscope="lion"),
        person(claire, birth_name="x" * 101),
        person(claire, discretion="very"),
        Op("person", "not-an-id", {"birth_name": "Bernard"}),
        Op("person", fresh_id(), verb=7),
        Op("person", fresh_id(), {"birth_name": "Bernard"}),
        good,
    )
    assert reply.ack == 8
    assert [(result.index, result.detail) for result in reply.results] == [
        (0, ["unknown_kind"]),
        (1, ["unknown_field"]),
        (2, ["too_long", "birth_name"]),
        (3, ["unknown_code", "discretion"]),
        (4, ["not_an_id", "rid"]),
        (5, ["unknown_verb"]),
        (6, ["missing", "created_at"]),
    ]
    assert {result.outcome for result in reply.results} == {"refused"}


def test_the_draft_of_a_laptop_is_never_taken_in(claire: RawDevice, office: Office) -> None:
    reply = claire.push(Op("draft", fresh_id(), {"content": "canari"}))
    assert reply.results[0].detail == ["unknown_kind"]
    assert "canari" not in office.dump()


def test_nobody_signs_for_somebody_else(claire: RawDevice, mehdi: RawDevice) -> None:
    reply = claire.push(person(claire, created_by=mehdi.professional))
    assert reply.results == [wire.Result(0, "refused", ["author", "created_by"])]


def test_who_made_a_record_cannot_be_rewritten_and_the_edit_is_refused_whole(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    dossier = person(claire)
    claire.push(dossier)
    reply = claire.push(edit(dossier, 9, created_by=mehdi.professional, phone1="05 49"))
    assert reply.results == [wire.Result(0, "refused", ["immutable", "created_by"])]

    second = enrol(claire.office)
    second.pull()
    assert "phone1" not in second.seen["person", dossier.rid]


def test_a_second_laptop_of_the_same_person_receives_everything(
    claire: RawDevice, office: Office
) -> None:
    dossier, sealed = person(claire), note(claire)
    claire.push(dossier, member(claire, dossier.rid, claire.professional), sealed)
    second = enrol(office)
    second.pull()

    assert second.professional == claire.professional
    assert second.seen["clinical_note", sealed.rid]["body"] == "1c2VhbGVk"
    assert second.seen["person", dossier.rid]["first_name"] == "Sylvie"


def test_a_lieu_added_by_the_office_reaches_every_laptop(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    rid = office.add_place("CSC de Melle")
    for device in (claire, mehdi):
        device.pull()
        assert device.seen["place", rid]["name"] == "CSC de Melle"


def test_colleagues_learn_the_keys_of_a_new_colleague(claire: RawDevice, office: Office) -> None:
    claire.pull()
    newcomer = enrol(office, "Inès Robin", identity=("c3" * 32, "d4" * 32))
    claire.pull()
    assert claire.seen["professional", newcomer.professional]["encryption_key"] == "d4" * 32


def test_a_deleted_record_disappears_from_the_other_laptops(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    dossier = person(claire)
    met = follow_up(claire, dossier.rid)
    claire.push(dossier, member(claire, dossier.rid, mehdi.professional), met)
    mehdi.pull()
    claire.pull()
    claire.push(Op("follow_up", met.rid, verb=wire.DELETE, base=claire.cursor))
    (told,) = mehdi.pull()

    assert [(removal.rid, removal.cause) for removal in told.removals] == [(met.rid, "deleted")]
    assert ("follow_up", met.rid) not in mehdi.seen
    (not_echoed,) = claire.pull()
    assert not_echoed.removals == []
    fresh = enrol(office)
    assert all(page.removals == [] for page in fresh.pull())


@pytest.mark.invariant(11)
def test_an_edit_that_crosses_a_deletion_wins_and_everybody_has_the_record_again(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    dossier = person(claire)
    met = follow_up(claire, dossier.rid)
    claire.push(dossier, member(claire, dossier.rid, mehdi.professional), met)
    claire.pull()
    mehdi.pull()
    mehdi.push(edit(met, mehdi.cursor, minutes=30))
    reply = claire.push(Op("follow_up", met.rid, verb=wire.DELETE, base=claire.cursor))

    assert reply.results == [wire.Result(0, "conflict", ["deleted"])]
    claire.seen.pop(("follow_up", met.rid), None)
    claire.pull()
    assert claire.seen["follow_up", met.rid]["minutes"] == 30
    assert claire.seen["follow_up", met.rid]["themes"] == ["health"]


def test_an_edit_that_arrives_after_a_deletion_brings_the_record_back_whole(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    dossier = person(claire)
    met = follow_up(claire, dossier.rid)
    claire.push(dossier, member(claire, dossier.rid, mehdi.professional), met)
    mehdi.pull()
    claire.pull()
    claire.push(Op("follow_up", met.rid, verb=wire.DELETE, base=claire.cursor))
    mehdi.push(edit(met, mehdi.cursor, minutes=30))
    claire.seen.pop(("follow_up", met.rid), None)
    claire.pull()
    mehdi.pull()

    for device in (claire, mehdi):
        assert device.seen["follow_up", met.rid]["minutes"] == 30
        assert device.seen["follow_up", met.rid]["themes"] == ["health"]


@pytest.mark.invariant(21)
def test_a_laptop_set_to_2036_does_not_freeze_a_field(claire: RawDevice, mehdi: RawDevice) -> None:
    dossier = person(claire)
    claire.push(dossier, member(claire, dossier.rid, mehdi.professional))
    claire.pull()
    mehdi.pull()
    future = Op("person", dossier.rid, {"phone1": "2036"}, base=claire.cursor, hlc=2**62)
    claire.push(future)
    mehdi.pull()
    mehdi.push(edit(dossier, mehdi.cursor, phone1="2026"))
    claire.pull()
    assert claire.seen["person", dossier.rid]["phone1"] == "2026"


@pytest.mark.invariant(28)
def test_a_batch_may_be_split_anywhere_and_the_state_is_the_same(office: Office) -> None:
    states = []
    for split in (1, 2, 3, 7):
        device = enrol(office, f"Claire {split}", identity=(f"{split:064x}", f"{split:064x}"))
        dossier = person(device)
        own = member(device, dossier.rid, device.professional)
        ops = [
            dossier,
            own,
            follow_up(device, dossier.rid, minutes=20),
            edit(dossier, 0, phone1="05 49"),
            edit(own, 0, ended_on="2020-01-01"),
            edit(dossier, 0, phone2="06 12"),
            follow_up(device, dossier.rid, minutes=40),
        ]
        aside = []
        for start in range(0, len(ops), split):
            reply = device.push(*ops[start : start + split])
            aside += [(start + r.index, r.outcome, r.detail) for r in reply.results]
        states.append(aside)
    assert states == [[(5, "late", ["phone2"]), (6, "late", [])]] * 4


def test_a_laptop_that_only_pushes_is_given_nothing(claire: RawDevice, office: Office) -> None:
    office.add_place("CSC de Melle")
    reply = claire.push(person(claire))
    assert (reply.pulled, reply.changes, reply.cursor) == (False, [], 0)


def test_an_administrators_laptop_changes_a_lieu_and_a_psychologists_does_not(
    claire: RawDevice, office: Office
) -> None:
    from protocol.kinds.people import Job

    admin = enrol(office, "Paul", Job.ADMIN, identity=("e5" * 32, "f6" * 32))
    new = place(admin)
    assert admin.push(new).results == []
    assert claire.push(place(claire), edit(new, 99, room="12")).results == [
        wire.Result(0, "refused", ["grant"]),
        wire.Result(1, "refused", ["grant"]),
    ]
    claire.pull()
    assert claire.seen["place", new.rid]["name"] == "CSC"
