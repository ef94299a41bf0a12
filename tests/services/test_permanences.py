"""When I receive and when I do not: said, read back, corrected, ended, taken back."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from desktop.services.errors import InvalidInput, NotAllowed, NotFound
from desktop.services.permanences import OpeningForm, Repeat
from protocol.ids import PlaceId, ProfessionalId, RecordId
from protocol.kinds.agenda import OpeningSlot, Weekday
from tests.support.agenda_week import MONDAY, at, bring_colleague, bring_lieux
from tests.support.laptop import Desk

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def melle(claire: Desk) -> PlaceId:
    return bring_lieux(claire)["Melle"]


def said(place: PlaceId, repeat: Repeat, *days: Weekday) -> OpeningForm:
    return OpeningForm(place, TUESDAY, time(9), time(12), 45, repeat, frozenset(days))


def days_held(claire: Desk, weeks: int = 6) -> list[str]:
    read = claire.agenda.read(MONDAY, MONDAY + timedelta(days=7 * weeks))
    return [f"{one.span.starts_at:%d/%m}" for one in read.permanences]


@pytest.mark.parametrize(
    ("repeat", "days", "held"),
    [
        (Repeat.ONCE, (), ["24/11"]),
        (Repeat.WEEKLY, (), ["24/11", "01/12", "08/12", "15/12", "22/12", "29/12"]),
        (Repeat.FORTNIGHTLY, (), ["24/11", "08/12", "22/12"]),
        (Repeat.MONTHLY, (), ["24/11", "22/12"]),
        (
            Repeat.FORTNIGHTLY,
            (Weekday.FRIDAY, Weekday.MONDAY),
            ["27/11", "07/12", "11/12", "21/12"],
        ),
    ],
)
def test_a_permanence_comes_as_often_as_it_was_said_and_never_at_christmas(
    claire: Desk, melle: PlaceId, repeat: Repeat, days: tuple[Weekday, ...], held: list[str]
) -> None:
    claire.permanences.open(said(melle, repeat, *days))
    assert days_held(claire)[: len(held)] == held


@pytest.mark.parametrize("repeat", [Repeat.ONCE, Repeat.WEEKLY, Repeat.FORTNIGHTLY, Repeat.MONTHLY])
def test_what_was_said_is_read_back_as_it_was_said(
    claire: Desk, melle: PlaceId, repeat: Repeat
) -> None:
    until = None if repeat is Repeat.ONCE else date(2027, 6, 30)
    form = replace(said(melle, repeat), until=until)
    claire.permanences.open(form)
    [line] = claire.permanences.openings()
    assert line.form == form
    assert (line.place_name, line.is_over) == ("Melle", False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes": time(9, 30)}, "closes"),
        ({"closes": time(8)}, "closes"),
        ({"opens": time(6), "closes": time(20)}, "closes"),
        ({"slot_minutes": 17}, "slot_minutes"),
        ({"until": MONDAY}, "until"),
    ],
)
def test_what_cannot_be_held_is_refused_with_its_field(
    claire: Desk, melle: PlaceId, changes: dict[str, object], field: str
) -> None:
    form = replace(said(melle, Repeat.WEEKLY), **changes)  # type: ignore[arg-type]  # a field each
    with pytest.raises(InvalidInput) as refused:
        claire.permanences.open(form)
    assert refused.value.field == field
    assert claire.permanences.openings() == []


def test_a_corrected_permanence_is_still_the_same_one(claire: Desk, melle: PlaceId) -> None:
    made = claire.permanences.open(said(melle, Repeat.WEEKLY)).value
    claire.permanences.open(replace(said(melle, Repeat.FORTNIGHTLY), slot_minutes=60), made)
    [line] = claire.permanences.openings()
    assert (line.id, line.form.repeat, line.form.slot_minutes) == (made, Repeat.FORTNIGHTLY, 60)


def test_an_ended_permanence_stops_and_can_be_put_back(claire: Desk, melle: PlaceId) -> None:
    made = claire.permanences.open(said(melle, Repeat.WEEKLY)).value
    before = claire.permanences.end(made, date(2026, 12, 8)).value
    assert days_held(claire) == ["24/11", "01/12", "08/12"]
    claire.permanences.put_back(before)
    assert len(days_held(claire)) == 6


def test_a_permanence_ended_before_it_began_goes_away(claire: Desk, melle: PlaceId) -> None:
    made = claire.permanences.open(said(melle, Repeat.WEEKLY)).value
    claire.permanences.end(made, MONDAY)
    assert claire.permanences.openings() == []
    assert days_held(claire) == []


def test_a_permanence_that_is_over_comes_last_and_says_so(claire: Desk, melle: PlaceId) -> None:
    old = replace(said(melle, Repeat.WEEKLY), first=date(2026, 9, 1), until=date(2026, 10, 31))
    claire.permanences.open(old)
    claire.permanences.open(said(melle, Repeat.WEEKLY))
    assert [line.is_over for line in claire.permanences.openings()] == [False, True]


def test_nobody_ends_a_colleagues_permanence(claire: Desk, melle: PlaceId) -> None:
    bring_colleague(claire, melle, at(TUESDAY, 9))
    [theirs] = claire.store.records.select(OpeningSlot)
    with pytest.raises(NotAllowed):
        claire.permanences.end(theirs.id, TUESDAY)
    with pytest.raises(NotFound):
        claire.permanences.end(RecordId(claire.workplace.new_id()), TUESDAY)
    assert claire.permanences.openings() == []
    assert theirs.professional != ProfessionalId(claire.workplace.me)


def test_an_absence_is_written_corrected_and_taken_out(claire: Desk) -> None:
    made = claire.permanences.leave(at(TUESDAY, 0), at(TUESDAY + timedelta(days=1), 0)).value
    claire.permanences.leave(at(TUESDAY, 0), at(TUESDAY + timedelta(days=2), 0), made)
    [line] = claire.permanences.absences()
    assert (line.id, line.ends_at) == (made, at(TUESDAY + timedelta(days=2), 0))
    taken_out = claire.permanences.come_back(made).value
    assert claire.permanences.absences() == []
    assert claire.agenda.read(MONDAY, MONDAY + timedelta(days=7)).away == ()
    claire.permanences.leave(taken_out.starts_at, taken_out.ends_at, taken_out.id)
    assert claire.permanences.absences() == [line]


def test_an_absence_that_ends_before_it_begins_is_refused(claire: Desk) -> None:
    with pytest.raises(InvalidInput) as refused:
        claire.permanences.leave(at(TUESDAY, 9), at(TUESDAY, 9))
    assert refused.value.field == "ends_at"
