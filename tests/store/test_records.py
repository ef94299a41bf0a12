"""Records that are written again: whole, or only what differs from how they are known to be."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from desktop.store.records import Data
from desktop.store.replica import Gone, Incoming, Page
from desktop.store.state import Progress
from desktop.store.store import Store
from protocol.ids import uuid7
from protocol.kinds import SYNCED
from protocol.values import Wire

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DIAGNOSIS = SYNCED["mobility_diagnosis"]
ONE, OTHER, ME, SYLVIE = (uuid7(number, b"p" * 10) for number in range(1, 5))
GIVEN: Data = {
    "created_at": "2026-11-24T08:00:00Z",
    "created_by": ME,
    "person": SYLVIE,
    "insured": True,
    "max_minutes": 30,
    "obstacles": ["no_licence"],
    "hat": "béret",
}


@pytest.mark.parametrize(
    "edit",
    [
        {"max_minutes": 45},
        {"max_minutes": None},
        {"obstacles": ["cost", "no_licence"]},
        {"insured": False, "reads_map": True},
        {"shoe_size": 43},
        {},
    ],
    ids=["a number", "nothing any more", "a list", "two flags", "a newer field", "nothing"],
)
def test_what_differs_makes_the_row_that_the_whole_record_makes(
    store: Store, edit: Mapping[str, Wire]
) -> None:
    after = {name: value for name, value in {**GIVEN, **edit}.items() if value is not None}
    with store.database.transaction():
        store.records.put(DIAGNOSIS, [(ONE, GIVEN), (OTHER, GIVEN)])
        store.records.change(DIAGNOSIS, {ONE: GIVEN}, {ONE: after, OTHER: after})
    assert store.records.data(DIAGNOSIS, ONE) == after == store.records.data(DIAGNOSIS, OTHER)


def test_what_is_immutable_stays_whoever_says_otherwise(store: Store) -> None:
    claimed = GIVEN | {"created_by": OTHER, "max_minutes": 45}
    with store.database.transaction():
        store.records.put(DIAGNOSIS, [(ONE, GIVEN)])
        store.records.change(DIAGNOSIS, {ONE: GIVEN}, {ONE: claimed})
    assert store.records.data(DIAGNOSIS, ONE) == GIVEN | {"max_minutes": 45}


@pytest.mark.parametrize("minutes", [30, 45], ids=["the same", "another"])
def test_a_record_that_one_page_takes_out_and_gives_again_is_there(
    store: Store, minutes: int
) -> None:
    again = GIVEN | {"max_minutes": minutes}
    gone = (Gone(DIAGNOSIS.name, ONE),)
    for cursor, (data, removed) in enumerate(((GIVEN, ()), (again, gone)), start=1):
        whole = Incoming(DIAGNOSIS.name, SYLVIE, ONE, True, data)
        page = Page((), 0, {}, (), (whole,), removed, Progress("epoch", cursor, None))
        with store.database.transaction():
            store.replica.apply(page, NOW)
    assert store.records.data(DIAGNOSIS, ONE) == again
