"""Every kind there is goes from one real laptop to another, is proved, and leaves when it must."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from protocol.ids import PersonId, RecordId
from protocol.kinds import SYNCED, KindSpec
from protocol.kinds.agenda import OpeningSlot
from protocol.kinds.declare import Record
from protocol.kinds.people import Professional
from protocol.kinds.programmes import WorkshopSession
from protocol.values import CLEAR_KEY, Wire, from_wire
from tests.server.matrix.values import record
from tests.support.fleet import Laptop
from tests.support.office import Office, office, premises
from tests.support.two_laptops import (
    assert_honest,
    claire,
    end_place,
    followed_by_both,
    is_verified,
    mehdi,
    somebody,
)

__all__ = ["claire", "mehdi", "office", "premises"]

DECIDE_OR_DESCRIBE = {"person", "circle_member", "same_person", "professional"}
"""Kinds that are written by their own services; here they would open and close dossiers."""
OWNED = {"opening_slot", "absence", "workshop_session"}
DOSSIER = [
    spec
    for spec in SYNCED.values()
    if spec.is_in_dossier and spec.name not in {*DECIDE_OR_DESCRIBE, "conflict"}
]
DRAWER = [spec for spec in SYNCED.values() if spec.is_in_drawer and spec.name != "clinical_note"]


@pytest.fixture
def person(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Somebody whom Claire and Mehdi both follow."""
    claire.sync()
    return followed_by_both(claire, mehdi)


def typed(spec: KindSpec, fields: Mapping[str, Wire]) -> dict[str, Wire]:
    """Return a record as somebody types it: what the laptop seals is in clear."""
    texts = {item.name for item in spec.circle_texts}
    return {
        name: CLEAR_KEY + str(value)[1:] if name in texts else value
        for name, value in fields.items()
    }


def written(laptop: Laptop, spec: KindSpec, person: PersonId, mark: str = "CANARI") -> RecordId:
    """Write one record of a kind, every field filled that still is; return its identifier."""
    workplace = laptop.session.workplace
    made = record(spec, author=workplace.me, dossier=person, mark=mark, rid=workplace.new_id())
    retired = {item.name for item in spec.retired_texts}
    fields = {name: value for name, value in made.fields.items() if name not in retired}
    with workplace.work() as work:
        work.save(from_wire(spec.record, made.rid, typed(spec, fields)))
    return RecordId(made.rid)


def held(laptop: Laptop, kind: type[Record], rid: RecordId) -> Record | None:
    """Return a record as a laptop holds it."""
    return laptop.session.workplace.store.records.get(kind, rid)


def refused(laptop: Laptop) -> list[tuple[str, str | None]]:
    """Return what the office would not take of a laptop."""
    return [(op.kind, op.reason) for op in laptop.session.workplace.store.outbox.refused()]


def test_every_kind_of_a_dossier_reaches_a_colleague_and_leaves_with_his_place(
    claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    made = [(spec, written(claire, spec, person)) for spec in DOSSIER]
    claire.sync(verify=True)
    mehdi.sync(verify=True)
    assert refused(claire) == []
    for spec, rid in made:
        assert held(mehdi, spec.record, rid) == held(claire, spec.record, rid), spec.name
    for laptop in (claire, mehdi):
        assert is_verified(laptop)
        assert_honest(laptop)

    end_place(claire, person, mehdi)
    claire.sync()
    mehdi.sync(verify=True)
    assert [spec.name for spec, rid in made if held(mehdi, spec.record, rid) is not None] == []
    assert "CANARI" not in mehdi.store_text()
    assert is_verified(mehdi)
    assert_honest(mehdi)


def test_what_is_common_and_hers_reaches_everybody_and_a_drawer_nobody(
    claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    common = [(SYNCED[name], written(claire, SYNCED[name], person)) for name in sorted(OWNED)]
    own = [(spec, written(claire, spec, person, "TIROIR")) for spec in DRAWER]
    claire.sync(verify=True)
    mehdi.sync(verify=True)
    assert refused(claire) == []
    assert all(held(mehdi, spec.record, rid) for spec, rid in common)
    assert not any(held(mehdi, spec.record, rid) for spec, rid in own)
    assert "TIROIR" not in mehdi.store_text()
    assert is_verified(claire)
    assert is_verified(mehdi)
    assert_honest(claire)


def test_a_person_erased_takes_every_kind_along_and_leaves_the_rest(
    claire: Laptop, office: Office, person: PersonId
) -> None:
    other = somebody(claire, "Audebert")
    gone = [(spec, written(claire, spec, person)) for spec in DOSSIER]
    stays = [(spec, written(claire, spec, other, "AILLEURS")) for spec in [*DOSSIER, *DRAWER]]
    claire.sync()
    unsent = [(spec, written(claire, spec, person)) for spec in DOSSIER]
    office.erase(person)
    claire.sync()
    claire.sync(verify=True)
    found = claire.store_text()
    assert "CANARI" not in found
    assert [spec.name for spec, rid in [*gone, *unsent] if rid in found] == []
    assert all(held(claire, spec.record, rid) for spec, rid in stays)
    assert is_verified(claire)
    assert_honest(claire)


def test_places_taken_in_two_villages_add_up(
    claire: Laptop, mehdi: Laptop, office: Office, person: PersonId
) -> None:
    session = written(claire, SYNCED["workshop_session"], person)
    claire.sync()
    mehdi.sync()
    office.offline()
    for laptop in (claire, mehdi, mehdi):
        register(laptop, session)
    office.online()
    before = taken(claire, session) - 1
    for laptop in (mehdi, claire, mehdi):
        laptop.sync(verify=True)
    assert refused(mehdi) == []
    assert taken(claire, session) == taken(mehdi, session) == before + 3
    assert is_verified(mehdi)


def register(laptop: Laptop, session: RecordId) -> None:
    """Take one more place in a workshop."""
    known = held(laptop, WorkshopSession, session)
    assert isinstance(known, WorkshopSession)
    with laptop.session.workplace.work() as work:
        work.save(replace(known, taken=known.taken + 1))


def taken(laptop: Laptop, session: RecordId) -> int:
    """Return the places taken in a workshop, as a laptop shows it."""
    known = held(laptop, WorkshopSession, session)
    assert isinstance(known, WorkshopSession)
    return known.taken


def test_a_permanence_rewritten_by_a_colleague_is_refused_and_stays_as_it_was(
    claire: Laptop, mehdi: Laptop, person: PersonId
) -> None:
    slot = SYNCED["opening_slot"]
    rid = written(claire, slot, person)
    claire.sync()
    mehdi.sync()
    stood = held(claire, slot.record, rid)
    theirs = held(mehdi, slot.record, rid)
    assert isinstance(theirs, OpeningSlot)
    with mehdi.session.workplace.work() as work:
        work.save(replace(theirs, minutes=15))
    mehdi.sync()
    assert refused(mehdi) == [("opening_slot", "grant")]
    claire.sync()
    assert held(claire, slot.record, rid) == stood


def test_colleagues_are_still_written_by_the_office_alone(claire: Laptop, mehdi: Laptop) -> None:
    claire.sync()
    known = held(claire, Professional, RecordId(claire.session.workplace.me))
    assert isinstance(known, Professional)
    with claire.session.workplace.work() as work:
        work.save(replace(known, name="Docteur Martin"))
    claire.sync()
    assert refused(claire) == [("professional", "grant")]
