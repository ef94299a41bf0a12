"""When she receives, what she wrote, how it stood before: each professional's own to write."""

from typing import Any

import pytest

from protocol import wire
from protocol.kinds import SYNCED, WorkshopSession, spec_of
from protocol.kinds.people import Job
from protocol.values import check_value
from server.services.incoming import FIRST_WITHOUT_CLEAR
from tests.server.matrix.values import record
from tests.server.samples import CREATED_AT, edit, follow_up, member, note, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id

GRANT = wire.Result(0, "refused", ["grant"])
LATER = 10**9
"""A base that no write is after."""


@pytest.fixture
def administration(office: Office) -> RawDevice:
    """Return the laptop of an administrator."""
    return enrol(office, "Secrétariat", Job.ADMIN)


@pytest.fixture
def dossier(claire: RawDevice, mehdi: RawDevice) -> Op:
    """Return a dossier that Claire and Mehdi share."""
    made = person(claire)
    claire.push(
        made,
        member(claire, made.rid, claire.professional),
        member(claire, made.rid, mehdi.professional),
    )
    claire.pull()
    mehdi.pull()
    return made


def slot(author: RawDevice, **fields: Any) -> Op:
    """Return a permanence of its author."""
    return _made("opening_slot", author, place=fresh_id(), minutes=180, **fields)


def workshop(author: RawDevice, **fields: Any) -> Op:
    """Return a workshop of its author."""
    return _made("workshop_session", author, theme="digital", title="Mes démarches", **fields)


def trip(author: RawDevice, **fields: Any) -> Op:
    """Return a trip of its author."""
    common = {"created_at": CREATED_AT, "created_by": author.professional}
    return Op("trip", fresh_id(), {**common, "driven_on": "2026-11-24", "kilometres": 30, **fields})


def correction(author: RawDevice, met: Op, **fields: Any) -> Op:
    """Return what a follow-up said before its author corrected it."""
    values = {
        "created_at": CREATED_AT,
        "created_by": author.professional,
        "professional": author.professional,
        "person": met.fields["person"],
        "follow_up": met.rid,
        "corrected_at": CREATED_AT,
        "before": '0{"summary":"Avant"}',
        **fields,
    }
    return Op("correction", fresh_id(), values)


def _made(kind: str, author: RawDevice, **fields: Any) -> Op:
    mine = author.professional
    common = {"created_at": CREATED_AT, "created_by": mine, "professional": mine}
    return Op(kind, fresh_id(), {**common, "starts_at": CREATED_AT, **fields})


def deletion(op: Op) -> Op:
    """Return the deletion of a record, by somebody who has read all of it."""
    return Op(op.kind, op.rid, verb=wire.DELETE, base=LATER)


# -- when she receives ----------------------------------------------------------------------------


def test_a_permanence_is_given_to_everybody_and_changed_by_whose_it_is(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    monday = slot(claire)
    assert claire.push(monday, edit(monday, LATER, minutes=120)).results == []
    mehdi.pull()
    assert mehdi.seen["opening_slot", monday.rid]["minutes"] == 120
    assert mehdi.push(edit(monday, LATER, minutes=15)).results == [GRANT]
    assert mehdi.push(deletion(monday)).results == [GRANT]
    assert claire.push(deletion(monday)).results == []


def test_nobody_opens_a_permanence_for_a_colleague_nor_gives_hers_away(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    assert claire.push(slot(claire, professional=mehdi.professional)).results == [GRANT]
    hers = slot(claire)
    claire.push(hers)
    (refused,) = claire.push(edit(hers, LATER, professional=mehdi.professional)).results
    assert refused.detail == ["immutable", "professional"]
    (refused,) = claire.push(slot(claire, created_by=mehdi.professional)).results
    assert refused.detail == ["author", "created_by"]


def test_an_administrator_opens_closes_and_moves_permanences_for_others(
    claire: RawDevice, administration: RawDevice
) -> None:
    theirs = slot(administration, professional=claire.professional)
    assert administration.push(theirs).results == []
    assert claire.push(edit(theirs, LATER, minutes=90)).results == []
    assert administration.push(edit(theirs, LATER, active=False), deletion(theirs)).results == []


def test_what_was_said_of_an_absence_is_judged_on_what_is_stored(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    away = _made("absence", claire, ends_at="2026-11-30T08:00:00Z")
    claire.push(away)
    forged = Op("absence", away.rid, {**away.fields, "professional": mehdi.professional})
    assert mehdi.push(forged).results == [GRANT]


# -- places in a workshop -------------------------------------------------------------------------


def test_places_given_on_two_laptops_at_once_are_both_counted(
    claire: RawDevice, mehdi: RawDevice, office: Office
) -> None:
    morning = workshop(claire, capacity=8, taken=1)
    claire.push(morning)
    mehdi.pull()
    nadia = enrol(office, "Nadia Roux", Job.NURSE)
    nadia.pull()
    assert mehdi.push(edit(morning, mehdi.cursor, taken=1)).results == []
    assert nadia.push(edit(morning, nadia.cursor, taken=1)).results == []
    assert nadia.push(edit(morning, nadia.cursor, taken=-1)).results == []
    claire.pull()
    assert claire.seen["workshop_session", morning.rid]["taken"] == 2


def test_whoever_registers_somebody_changes_nothing_else_of_a_workshop(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    morning = workshop(claire)
    claire.push(morning)
    assert mehdi.push(edit(morning, LATER, taken=1, capacity=30)).results == [GRANT]
    assert mehdi.push(edit(morning, LATER, cancelled=True)).results == [GRANT]
    assert mehdi.push(edit(morning, LATER)).results == [GRANT]
    other = enrol(claire.office)
    other.pull()
    assert "taken" not in other.seen["workshop_session", morning.rid]


def test_no_number_added_to_a_workshop_keeps_laptops_from_reading(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    morning = workshop(claire, capacity=8)
    claire.push(morning)
    for author in (claire, claire, claire, mehdi):
        author.push(edit(morning, LATER, taken=2**31 - 1))
    mehdi.pull()
    taken = mehdi.seen["workshop_session", morning.rid]["taken"]
    check_value(spec_of(WorkshopSession).by_name["taken"], taken, strict_codes=False)


# -- her trips ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["trip", "appointment"])
def test_words_that_the_office_could_read_are_taken_from_an_older_laptop_and_from_no_other(
    claire: RawDevice, dossier: Op, kind: str
) -> None:
    name = {"trip": "detail", "appointment": "cancel_reason"}[kind]
    made = record(
        SYNCED[kind], author=claire.professional, dossier=dossier.rid, mark="A", rid=fresh_id()
    )
    told = Op(kind, made.rid, {**made.fields, name: "Melle, chez Nadia"})
    reply = claire.ask(claire.request([told], pull=False, schema=FIRST_WITHOUT_CLEAR))
    assert reply.results == [wire.Result(0, "refused", ["not_sealed", name])]
    claire.next_op = reply.ack + 1
    older = claire.ask(claire.request([told], pull=False, schema=FIRST_WITHOUT_CLEAR - 1))
    assert older.results == []
    claire.next_op = older.ack + 1
    emptied = claire.request([edit(told, LATER, **{name: None})], schema=FIRST_WITHOUT_CLEAR)
    assert claire.ask(emptied).results == []


def test_a_trip_is_given_to_whoever_drove_and_to_nobody_else(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    driven = trip(claire, detail="CANARI")
    assert claire.push(driven).results == []
    second = enrol(claire.office)
    second.pull()
    assert second.seen["trip", driven.rid]["kilometres"] == 30
    mehdi.cursor = 0
    assert b"CANARI" not in b"".join(wire.encode(page) for page in mehdi.pull())
    assert mehdi.push(edit(driven, LATER, kilometres=900)).results == [GRANT]
    assert mehdi.push(trip(mehdi, created_by=claire.professional)).results == [GRANT]


def test_two_laptops_of_one_person_settle_a_trip_between_them(
    claire: RawDevice, office: Office
) -> None:
    """The later value stands: nobody else has it to look at, and the other is in the history."""
    driven = trip(claire)
    claire.push(driven)
    second = enrol(office)
    second.pull()
    first_base, second_base = claire.cursor, second.cursor
    claire.push(edit(driven, first_base, kilometres=31))
    second.push(edit(driven, second_base, kilometres=32))
    third = enrol(office)
    third.pull()
    assert third.seen["trip", driven.rid]["kilometres"] == 32
    assert [key for key in third.seen if key[0] == "conflict"] == []
    claire.push(edit(driven, LATER, kilometres=33))
    second.push(Op("trip", driven.rid, verb=wire.DELETE, base=second_base))
    third.pull()
    assert third.seen["trip", driven.rid]["kilometres"] == 33
    assert [key for key in third.seen if key[0] == "conflict"] == []


def test_the_sheet_of_a_lost_laptop_counts_trips_and_kinds_of_one_label_together(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    mine = claire.professional
    both = ("programme", "care_accompaniment")
    written = [
        record(SYNCED[kind], author=mine, dossier=dossier.rid, mark="Suite") for kind in both
    ]
    claire.push(trip(claire), trip(claire), note(claire), *written)
    claire.pull()
    sheet = office.administration.sheets.sheet(office.department, claire.device)
    assert (sheet.records["Trajet"], sheet.notes) == (2, 1)
    labels = [SYNCED[kind].label for kind in both]
    assert sum(sheet.records[label] for label in set(labels)) == 2


# -- how a follow-up stood ------------------------------------------------------------------------


def test_a_correction_is_its_follow_ups_authors_alone(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid, summary="0Avant")
    kept = correction(claire, met)
    assert claire.push(met, edit(met, 0, summary="0Après"), kept).results == []
    (refused,) = mehdi.push(correction(mehdi, met)).results
    assert refused.detail == ["author", "follow_up"]
    (refused,) = mehdi.push(correction(mehdi, met, professional=claire.professional)).results
    assert refused.detail == ["author", "professional"]
    mehdi.pull()
    assert mehdi.seen["correction", kept.rid]["before"] == '0{"summary":"Avant"}'


def test_a_correction_is_neither_edited_nor_deleted_even_by_its_author(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid)
    kept = correction(claire, met)
    claire.push(met, kept)
    for laptop in (claire, mehdi):
        (edited,) = laptop.push(edit(kept, LATER, before="0{}")).results
        assert edited.detail == ["immutable", "before"]
        (dated,) = laptop.push(edit(kept, LATER, corrected_at="2020-01-01T00:00:00Z")).results
        assert dated.detail == ["immutable", "corrected_at"]
        (gone,) = laptop.push(deletion(kept)).results
        assert gone.detail == ["immutable", "before"]


def test_the_second_laptop_of_the_author_corrects_too(claire: RawDevice, dossier: Op) -> None:
    met = follow_up(claire, dossier.rid)
    claire.push(met)
    second = enrol(claire.office)
    second.pull()
    assert second.push(correction(second, met)).results == []


def test_a_correction_made_on_the_road_reaches_those_who_now_hold_the_dossier(
    claire: RawDevice, mehdi: RawDevice, dossier: Op
) -> None:
    mehdi.pull()
    (place,) = [
        rid
        for (kind, rid), data in mehdi.seen.items()
        if kind == "circle_member" and data["professional"] == mehdi.professional
    ]
    met = follow_up(mehdi, dossier.rid, summary="0Avant")
    mehdi.push(met)
    claire.push(Op("circle_member", place, {"ended_on": "2020-01-01"}, base=LATER))
    kept = correction(mehdi, met)
    assert mehdi.push(kept).results == [wire.Result(0, "late", [])]
    claire.pull()
    assert ("correction", kept.rid) in claire.seen


def test_a_correction_may_arrive_before_the_follow_up_that_an_office_has_forgotten(
    claire: RawDevice, dossier: Op
) -> None:
    met = follow_up(claire, dossier.rid)
    assert claire.push(correction(claire, met)).results == []
    assert claire.push(met).results == []


# -- in her own name ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        "contact_attempt",
        "step",
        "workshop_place",
        "care_accompaniment",
        "relay",
        "mobility_diagnosis",
        "unmet_need",
        "handout",
    ],
)
def test_what_a_profession_records_is_signed_by_who_records_it(
    claire: RawDevice, mehdi: RawDevice, dossier: Op, kind: str
) -> None:
    signed = record(
        SYNCED[kind], author=claire.professional, dossier=dossier.rid, mark="Suite", rid=fresh_id()
    )
    forged = Op(kind, fresh_id(), {**signed.fields, "professional": mehdi.professional})
    (refused,) = claire.push(forged, signed).results
    assert refused == wire.Result(0, "refused", ["author", "professional"])


# -- erasure --------------------------------------------------------------------------------------


def test_no_word_of_any_kind_remains_of_somebody_erased_and_nothing_else_goes(
    claire: RawDevice, office: Office, dossier: Op
) -> None:
    mine = claire.professional
    written = [
        record(spec, author=mine, dossier=dossier.rid, mark="CANARI")
        for spec in SYNCED.values()
        if spec.is_in_dossier and spec.bucket_field != "id" and spec.name != "circle_member"
    ]
    kept = [trip(claire, detail="AILLEURS"), slot(claire), workshop(claire), note(claire)]
    assert claire.push(*written, *kept).results == []
    before = office.dump()
    assert all(op.rid in before for op in written)
    assert before.count("CANARI") >= 15, "the search would find nothing anyway"
    office.erase(dossier.rid)
    after = office.dump()
    assert "CANARI" not in after
    left = {line.split(":")[0] for line in after.splitlines() for op in written if op.rid in line}
    assert left == {"erased_record"}
    second = enrol(office)
    second.pull()
    assert {(op.kind, op.rid) for op in kept} <= second.seen.keys()
