"""What « Kilomètres » decides, on a real store."""

from dataclasses import replace
from datetime import date

import pytest

from desktop.services.trips import TripForm
from desktop.ui.changes import ChangeBoard
from desktop.ui.trips import TripsViewModel
from desktop.ui.trips.words import month_words, read_kilometres, total_words, trip_row
from protocol.ids import RecordId
from tests.support.inline_background import InlineBackground
from tests.support.laptop import TUESDAY, Desk
from tests.support.road import a_day_on_the_road

DAY = TUESDAY.date()


@pytest.fixture
def model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> TripsViewModel:
    a_day_on_the_road(desk)
    model = TripsViewModel(background, desk.trips, desk.tours, board, desk.clock)
    model.open()
    return model


def shown(model: TripsViewModel) -> list[tuple[RecordId | None, int]]:
    """The trips of the month in sight, and their lengths."""
    log = model.state.log
    assert log is not None
    return [(trip.id, trip.kilometres) for trip in log.trips]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("88", 88),
        ("88 km", 88),
        (" 88km ", 88),
        ("48 250", 48_250),
        ("48\u202f250", 48_250),
        ("87,6", 88),
        ("12,5 km", 13),
        ("12.4", 12),
        ("12,500", None),
        ("", None),
        ("environ 88", None),
        ("-5", None),
        ("1 2", None),
    ],
)
def test_kilometres_are_read_as_people_write_them(typed: str, understood: int | None) -> None:
    assert read_kilometres(typed) == understood


def test_a_proposal_that_comes_late_does_not_wipe_what_is_being_typed(
    desk: Desk, background: InlineBackground, board: ChangeBoard
) -> None:
    a_day_on_the_road(desk)
    model = TripsViewModel(background, desk.trips, desk.tours, board, desk.clock)
    filled: list[bool] = []
    model.form_opened.connect(lambda: filled.append(True))
    background.hold()
    model.open()
    model.open()  # asked for from elsewhere, and shown
    model.keep_typed()
    background.release()
    model.open()
    assert model.is_typed
    assert filled == []


def test_the_round_of_the_day_is_proposed(model: TripsViewModel) -> None:
    state = model.state
    assert state.is_proposed
    assert state.form is not None
    assert state.form.kilometres == 103
    assert state.form.driven_on == DAY
    assert state.log is not None
    assert state.log.trips == ()


def test_once_noted_the_day_is_corrected_and_not_noted_twice(model: TripsViewModel) -> None:
    model.note(DAY, "Niort – Melle – Niort", 98, 48_250)
    assert model.state.note == "98\u00a0km notés."
    assert model.state.log is not None
    assert [trip.kilometres for trip in model.state.log.trips] == [98]

    model.open(DAY)
    assert not model.state.is_proposed
    model.note(DAY, "Niort – Melle – Niort", 97, 48_250)
    assert [trip.kilometres for trip in model.state.log.trips] == [97]


def test_another_trip_of_the_same_day_is_another_line(model: TripsViewModel) -> None:
    model.note(DAY, "Niort – Melle – Niort", 70, None)
    model.begin()
    model.note(DAY, "Niort – Parthenay – Niort", 84, None)
    assert model.state.log is not None
    assert model.state.log.kilometres == 154


@pytest.mark.parametrize(
    ("day", "kilometres", "is_read", "field"),
    [
        (None, 10, True, "driven_on"),
        (DAY, None, True, "kilometres"),
        (DAY, 0, True, "kilometres"),
        (DAY, 2_001, True, "kilometres"),
        (DAY, 10, False, "odometer"),
    ],
)
def test_what_cannot_be_noted_is_said_at_its_field(
    desk: Desk,
    model: TripsViewModel,
    day: date | None,
    kilometres: int | None,
    is_read: bool,
    field: str,
) -> None:
    model.note(day, "", kilometres, None, is_read=is_read)
    assert set(model.state.problems) == {field}
    assert desk.trips.of_month(DAY).trips == ()


def test_a_text_too_long_is_said_at_its_field(model: TripsViewModel) -> None:
    model.note(DAY, "x" * 200, 10, None)
    assert set(model.state.problems) == {"detail"}


def test_a_trip_taken_out_can_be_taken_back(model: TripsViewModel) -> None:
    offers: list[tuple[str, object]] = []
    model.undo_offered.connect(lambda words, undo: offers.append((words, undo)))
    model.note(DAY, "Niort – Melle – Niort", 98, 48_250)
    [(rid, _)] = shown(model)
    assert rid is not None

    model.remove(rid)
    assert shown(model) == []

    [(words, undo)] = offers
    assert words == "Trajet retiré."
    assert callable(undo)
    undo()
    assert [kilometres for _, kilometres in shown(model)] == [98]


def test_months_are_walked_over_the_year(desk: Desk, model: TripsViewModel) -> None:
    desk.trips.note(TripForm(date(2027, 1, 31), 12))
    for _ in range(2):
        model.go(1)
    assert model.state.month == date(2027, 1, 1)
    assert model.state.log is not None
    assert model.state.log.kilometres == 12
    for _ in range(3):
        model.go(-1)
    assert model.state.month == date(2026, 10, 1)


def test_what_comes_from_another_laptop_shows_at_once(
    desk: Desk, board: ChangeBoard, model: TripsViewModel
) -> None:
    board.announce(desk.trips.note(TripForm(date(2026, 11, 3), 62)).touched)
    assert model.state.log is not None
    assert model.state.log.kilometres == 62


def test_a_trip_is_one_line_of_the_month() -> None:
    row = trip_row(TripForm(DAY, 1_103, "Niort – Melle – Niort"))
    assert row.spoken == "Mardi 24 novembre, Niort – Melle – Niort, 1\u202f103\u00a0km"
    assert month_words(date(2026, 8, 1)) == "août 2026"
    assert total_words(62, 1) == "62\u00a0km · 1 trajet"


def test_a_store_that_cannot_be_read_is_said(desk: Desk, model: TripsViewModel) -> None:
    desk.store.close()
    model.note(DAY, "", 10, None)
    assert model.state.problem is not None
    assert replace(model.state, problem=None).note == ""
