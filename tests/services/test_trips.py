"""The kilometre log: proposed from the round, corrected, summed by month."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desktop.services.errors import InvalidInput, NotFound
from desktop.services.trips import UNREADABLE, TripForm
from protocol.ids import ProfessionalId, RecordId
from protocol.kinds.care import Trip
from protocol.kinds.declare import Sealed
from tests.support.laptop import TUESDAY, Desk, bring
from tests.support.road import a_day_on_the_road

DAY = TUESDAY.date()
_OPS = 'SELECT "fields" FROM "op_fields"'


def test_the_round_of_the_day_is_proposed_with_its_lieux(claire: Desk) -> None:
    a_day_on_the_road(claire)
    tour = claire.tours.read()

    proposed = claire.trips.propose(tour)

    assert proposed == TripForm(
        DAY, tour.kilometres, "Niort – Melle (CSC) – Chef-Boutonne (mairie) – Niort"
    )


def test_a_long_round_is_told_within_the_limit(claire: Desk) -> None:
    a_day_on_the_road(claire)
    tour = claire.tours.read()
    proposed = claire.trips.propose(replace(tour, stops=tour.stops * 5))
    assert len(proposed.detail) == 120
    claire.trips.note(proposed)


def test_a_month_holds_its_own_trips_in_order(claire: Desk) -> None:
    for day, kilometres in (
        (date(2026, 11, 30), 40),
        (date(2026, 11, 1), 12),
        (date(2026, 10, 31), 7),
        (date(2026, 12, 1), 9),
    ):
        claire.trips.note(TripForm(day, kilometres))

    log = claire.trips.of_month(DAY)

    assert [trip.driven_on.day for trip in log.trips] == [1, 30]
    assert log.kilometres == 52
    assert claire.trips.of_month(date(2026, 12, 25)).kilometres == 9


def test_a_trip_is_corrected_and_not_doubled(claire: Desk) -> None:
    made = claire.trips.note(TripForm(DAY, 103, "Niort – Melle – Niort")).value
    [noted] = claire.trips.of_day(DAY)

    claire.trips.note(replace(noted, kilometres=98, odometer=48_250))

    assert claire.trips.of_day(DAY) == [
        TripForm(DAY, 98, "Niort – Melle – Niort", 48_250, RecordId(made))
    ]


def test_a_trip_that_was_removed_can_be_noted_again(claire: Desk) -> None:
    made = claire.trips.note(TripForm(DAY, 103, "Niort – Melle – Niort", 48_250)).value

    said = claire.trips.remove(made).value
    assert claire.trips.of_day(DAY) == []

    claire.trips.note(said)
    [again] = claire.trips.of_day(DAY)
    assert (again.kilometres, again.detail, again.odometer) == (103, said.detail, 48_250)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (TripForm(DAY, 0), "kilometres"),
        (TripForm(DAY, 2_001), "kilometres"),
        (TripForm(DAY, 10, odometer=-1), "odometer"),
        (TripForm(DAY, 10, "x" * 121), "detail"),
    ],
)
def test_what_cannot_be_believed_is_refused(claire: Desk, form: TripForm, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        claire.trips.note(form)
    assert refused.value.field == field
    assert claire.trips.of_day(DAY) == []


def test_a_colleagues_trip_is_neither_shown_nor_touched(claire: Desk) -> None:
    theirs = Trip(
        id=RecordId(claire.workplace.new_id()),
        created_at=claire.clock.now(),
        created_by=ProfessionalId(claire.workplace.new_id()),
        driven_on=DAY,
        kilometres=500,
    )
    bring(claire.workplace, theirs)

    assert claire.trips.of_day(DAY) == []
    with pytest.raises(NotFound):
        claire.trips.remove(theirs.id)
    with pytest.raises(NotFound):
        claire.trips.note(TripForm(DAY, 10, id=theirs.id))


def test_trips_wait_to_be_sent_like_the_rest(claire: Desk) -> None:
    touched = claire.trips.note(TripForm(DAY + timedelta(days=1), 10)).touched
    assert {touch.kind for touch in touched} == {"trip"}
    assert claire.store.outbox.pending_count() == 1


# -- where she went is hers ------------------------------------------------------------------------


def test_nobody_but_her_reads_where_she_went_not_even_in_the_file_of_her_vault(
    claire: Desk,
) -> None:
    made = claire.trips.note(TripForm(DAY, 103, "Niort – Melle – Niort")).value
    (noted,) = claire.store.records.select(Trip)
    assert noted.detail is None
    assert noted.route is not None
    assert "Melle" not in repr(noted) + repr(claire.store.database.rows(_OPS))
    (shown,) = claire.trips.of_day(DAY)
    assert (shown.id, shown.detail) == (made, "Niort – Melle – Niort")


def test_a_trip_saved_as_it_was_is_not_sealed_again(claire: Desk) -> None:
    claire.trips.note(TripForm(DAY, 103, "Niort – Melle – Niort"))
    (before,) = claire.store.records.select(Trip)
    (noted,) = claire.trips.of_day(DAY)
    claire.trips.note(replace(noted, kilometres=98))
    (after,) = claire.store.records.select(Trip)
    assert after.route == before.route
    claire.trips.note(replace(noted, detail=""))
    assert claire.store.records.select(Trip)[0].route is None


def test_a_trip_of_an_older_coffre_is_read_and_is_sealed_as_it_is_corrected(claire: Desk) -> None:
    bring(claire.workplace, trip_of(claire, detail="Niort – Parthenay"))
    (noted,) = claire.trips.of_day(DAY)
    assert noted.detail == "Niort – Parthenay"
    claire.trips.note(replace(noted, kilometres=88))
    (kept,) = claire.store.records.select(Trip)
    assert kept.detail is None
    assert claire.trips.of_day(DAY) == [replace(noted, kilometres=88)]


def test_words_that_do_not_open_are_told_and_stay_as_they_are(claire: Desk) -> None:
    damaged = Sealed("QUFBQQ==")
    bring(claire.workplace, trip_of(claire, route=damaged))
    (noted,) = claire.trips.of_day(DAY)
    assert noted.detail == UNREADABLE
    claire.trips.note(replace(noted, kilometres=88))
    assert claire.store.records.select(Trip)[0].route == damaged
    claire.trips.note(replace(noted, detail="Niort – Melle"))
    assert claire.trips.of_day(DAY)[0].detail == "Niort – Melle"


def trip_of(desk: Desk, *, detail: str | None = None, route: Sealed | None = None) -> Trip:
    return Trip(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.now(),
        created_by=desk.workplace.me,
        driven_on=DAY,
        kilometres=87,
        detail=detail,
        route=route,
    )
