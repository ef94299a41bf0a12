"""What everybody reads has room for everybody: no single author fills it, nor a workshop."""

from typing import Any

import pytest

from protocol import wire
from protocol.kinds import Absence, OpeningSlot, WorkshopSession, spec_of
from protocol.kinds.people import Job
from protocol.wire import DELETE
from server.services.shares import SPARE_PLACES
from tests.server.samples import CREATED_AT, edit, member, person
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id

MOST = spec_of(OpeningSlot).most or 0
FULL = wire.Result(0, "refused", ["too_many"])
NO_PLACE = wire.Result(0, "refused", ["too_many", "taken"])
LATER = 10**9


def slot(author: RawDevice, whose: str = "") -> Op:
    return made("opening_slot", author, whose, place=fresh_id(), minutes=180)


def made(kind: str, author: RawDevice, whose: str = "", **fields: Any) -> Op:
    signed = {"created_at": CREATED_AT, "created_by": author.professional}
    whose = whose or author.professional
    return Op(
        kind, fresh_id(), {**signed, "professional": whose, "starts_at": CREATED_AT, **fields}
    )


def workshop(author: RawDevice, **fields: Any) -> Op:
    return made("workshop_session", author, theme="digital", title="Mes démarches", **fields)


def place_in(session: Op, author: RawDevice, dossier: Op) -> Op:
    signed = {"created_at": CREATED_AT, "created_by": author.professional}
    given = {"person": dossier.rid, "professional": author.professional, "session": session.rid}
    return Op("workshop_place", fresh_id(), {**given, **signed})


@pytest.fixture
def full(claire: RawDevice) -> list[Op]:
    """Return as many permanences of Claire as the office keeps."""
    slots = [slot(claire) for _ in range(MOST)]
    for at in range(0, MOST, 500):
        assert claire.push(*slots[at : at + 500]).results == []
    return slots


def test_every_kind_that_belongs_to_somebody_and_is_read_by_all_has_its_bound() -> None:
    assert all(spec_of(kind).most for kind in (OpeningSlot, Absence, WorkshopSession))


def test_nobody_floods_what_everybody_reads(
    claire: RawDevice, mehdi: RawDevice, full: list[Op]
) -> None:
    assert claire.push(slot(claire)).results == [FULL]
    assert mehdi.push(slot(mehdi)).results == [], "a colleague has her own room"
    ended = Op("opening_slot", full[0].rid, verb=DELETE, base=LATER)
    assert claire.push(ended, slot(claire)).results == [], "what is removed makes room"
    back = edit(full[0], LATER, minutes=90)
    assert claire.push(back).results == [FULL], "what comes back takes room like what is new"


def test_an_administrator_makes_no_more_in_a_colleagues_name_than_she_could(
    claire: RawDevice, office: Office, full: list[Op]
) -> None:
    administration = enrol(office, "Secrétariat", Job.ADMIN)
    assert administration.push(slot(administration, claire.professional)).results == [FULL]
    assert administration.push(slot(administration)).results == []


def test_a_colleague_does_not_mark_a_workshop_full(claire: RawDevice, mehdi: RawDevice) -> None:
    morning = workshop(claire, capacity=10)
    claire.push(morning)
    assert mehdi.push(edit(morning, LATER, taken=10)).results == [NO_PLACE]
    for _ in range(SPARE_PLACES):
        assert mehdi.push(edit(morning, LATER, taken=1)).results == []
    assert mehdi.push(edit(morning, LATER, taken=1)).results == [NO_PLACE]
    assert mehdi.push(edit(morning, LATER, taken=-1)).results == [], "giving back is never refused"
    assert claire.push(edit(morning, LATER, taken=9)).results == [], "it is hers to say"


def test_who_registers_ten_persons_takes_ten_places_whatever_the_order(
    claire: RawDevice, mehdi: RawDevice
) -> None:
    morning = workshop(claire, capacity=20)
    claire.push(morning)
    dossier = person(mehdi)
    mehdi.push(dossier, member(mehdi, dossier.rid, mehdi.professional))
    places = [place_in(morning, mehdi, dossier) for _ in range(10)]
    assert mehdi.push(edit(morning, LATER, taken=10), *places).results == []
    refused = place_in(morning, mehdi, person(claire))
    counted = edit(morning, LATER, taken=1 + SPARE_PLACES)
    results = mehdi.push(counted, refused).results
    assert [(one.index, one.detail[0]) for one in results] == [(0, "too_many"), (1, "grant")]
