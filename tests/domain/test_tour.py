"""A day's round holds together whatever the appointments: order, roads, and the way back."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as some

from desktop.domain import agenda
from desktop.domain.agenda import Point
from desktop.domain.tour import Round, StopKind, Visit, plan_round

NIORT, MELLE, CHEF = Point(46.323, -0.459), Point(46.222, -0.143), Point(46.108, -0.068)
SPOTS = {"niort": NIORT, "melle": MELLE, "chef": CHEF, "thouars": Point(46.976, -0.215)}
MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def visit(place: str, at: int, minutes: int = 45, key: str = "") -> Visit:
    return Visit(key or f"{place}{at}", place, MORNING + timedelta(minutes=at), minutes)


days = some.lists(
    some.builds(
        visit,
        some.sampled_from([*SPOTS, "nowhere"]),
        some.integers(0, 600),
        some.integers(15, 120),
        some.uuids().map(str),
    ),
    max_size=12,
)
offices = some.sampled_from([None, NIORT])


def crow_km(one: Point, other: Point) -> float:
    """The straight line, by the law of cosines: another formula than the product's."""
    here, there = math.radians(one.latitude), math.radians(other.latitude)
    apart = math.radians(other.longitude - one.longitude)
    cosine = math.sin(here) * math.sin(there) + math.cos(here) * math.cos(there) * math.cos(apart)
    return 6371 * math.acos(min(cosine, 1.0))


def there(planned: Round, at: int, office: Point | None) -> Point | None:
    stop = planned.stops[at]
    return SPOTS.get(stop.place) if stop.place else office


@given(days, offices)
def test_every_visit_is_on_one_stop_in_the_order_of_the_hours(
    visits: list[Visit], office: Point | None
) -> None:
    planned = plan_round(visits, SPOTS, office)
    lieux = [stop for stop in planned.stops if stop.kind is StopKind.LIEU]
    told = [held for stop in lieux for held in stop.visits]
    assert told == sorted(visits, key=lambda held: (held.starts_at, held.id))
    assert all({held.place for held in stop.visits} == {stop.place} for stop in lieux)
    assert all(one.place != other.place for one, other in pairwise(lieux))


@given(days, offices)
def test_each_road_is_the_straight_line_and_a_third(
    visits: list[Visit], office: Point | None
) -> None:
    planned = plan_round(visits, SPOTS, office)
    total = 0
    for at in range(1, len(planned.stops)):
        here, next_one = there(planned, at - 1, office), there(planned, at, office)
        kilometres = planned.stops[at].kilometres
        if here is None or next_one is None:
            assert kilometres is None
        else:
            assert kilometres is not None
            assert abs(kilometres - 1.3 * crow_km(here, next_one)) <= 0.51
            total += kilometres
    assert planned.kilometres == total


@given(days)
def test_who_leaves_the_office_comes_back_to_it(visits: list[Visit]) -> None:
    stops = plan_round(visits, SPOTS, NIORT).stops
    lieux = [stop for stop in stops if stop.kind is StopKind.LIEU]
    if lieux and lieux[0].place != "niort":
        assert stops[0].kind is StopKind.DEPARTURE
    if lieux and lieux[-1].place != "niort":
        assert stops[-1].kind is StopKind.RETURN
        assert stops[-1].place is None


@given(some.sampled_from(list(SPOTS)), some.sampled_from(list(SPOTS)))
def test_the_road_is_as_long_both_ways(one: str, other: str) -> None:
    there_and_back = plan_round([visit(one, 0), visit(other, 120), visit(one, 240)], SPOTS)
    if one == other:
        assert there_and_back.kilometres == 0
    else:
        out, back = there_and_back.stops[1], there_and_back.stops[2]
        assert (out.kilometres, out.road_minutes) == (back.kilometres, back.road_minutes)


@given(a=some.sampled_from(sorted(SPOTS)), b=some.sampled_from(sorted(SPOTS)))
def test_the_agenda_and_the_round_say_the_same_road(a: str, b: str) -> None:
    assume(a != b)
    leg = plan_round([visit(a, 0), visit(b, 300)], SPOTS).stops[1]
    spans = [agenda.lasting(MORNING + timedelta(minutes=at), 45) for at in (0, 46)]
    one, other = (
        agenda.Stop(lieu, span, lieu, SPOTS[lieu]) for lieu, span in zip((a, b), spans, strict=True)
    )
    assert leg.road_minutes == agenda.road_minutes(one, other)
    [clash] = agenda.clashes([one, other])
    assert clash.road == leg.road_minutes


def test_melle_in_the_morning_and_chef_boutonne_in_the_afternoon() -> None:
    visits = [visit("melle", 50), visit("melle", 110), visit("chef", 330), visit("melle", 0)]
    planned = plan_round(visits, SPOTS, NIORT)

    assert [stop.kind.value for stop in planned.stops] == ["departure", "lieu", "lieu", "return"]
    leave, melle, chef, back = planned.stops
    assert [len(stop.visits) for stop in (melle, chef)] == [3, 1]
    assert melle.kilometres == 35
    assert melle.road_minutes == 35
    assert leave.at == MORNING - timedelta(minutes=35)
    assert back.at == MORNING + timedelta(minutes=330 + 45 + 50)
    assert planned.lieux == ("melle", "chef")
    assert planned.road_minutes == sum(stop.road_minutes or 0 for stop in (melle, chef, back))


def test_without_an_office_the_day_closes_at_its_first_lieu() -> None:
    planned = plan_round([visit("melle", 0), visit("chef", 120)], SPOTS)
    assert [stop.kind.value for stop in planned.stops] == ["lieu", "lieu", "return"]
    assert planned.stops[0].kilometres is None
    assert planned.stops[-1].place == "melle"
    assert planned.stops[-1].kilometres == planned.stops[1].kilometres


def test_a_day_at_the_office_drives_nowhere() -> None:
    planned = plan_round([visit("niort", 0), visit("niort", 60)], SPOTS, NIORT)
    assert [stop.kind for stop in planned.stops] == [StopKind.LIEU]
    assert planned.kilometres == 0


def test_a_lieu_that_is_nowhere_has_no_road_and_no_hour_to_leave() -> None:
    planned = plan_round([visit("nowhere", 0)], SPOTS, NIORT)
    leave, lieu, back = planned.stops
    assert (leave.at, lieu.kilometres, back.at, back.kilometres) == (None, None, None, None)


def test_a_road_longer_than_the_time_for_it_is_told() -> None:
    tight = plan_round([visit("melle", 0), visit("thouars", 60)], SPOTS)
    assert [stop.is_tight for stop in tight.stops] == [False, True, False]
    easy = plan_round([visit("melle", 0), visit("thouars", 240)], SPOTS)
    assert not any(stop.is_tight for stop in easy.stops)


def test_nobody_to_meet_is_no_round() -> None:
    assert plan_round([], SPOTS, NIORT) == Round()
