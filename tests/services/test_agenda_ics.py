"""My agenda goes out discreet, and another calendar comes in once only, without its words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from desktop.services.agenda_ics import NOTHING, Imported
from desktop.services.calendar_file import MOST_EVENTS
from desktop.services.errors import NotACalendar
from protocol.kinds.agenda import Absence, AppointmentStatus
from tests.support.agenda_week import MONDAY, Week, at, plan_a_week, take_in
from tests.support.laptop import Desk

NAMES = ("Morisset", "Texier", "Guérin", "Diallo", "Fradin", "Benali", "Sow", "Audebert")
DENTIST = """BEGIN:VEVENT
UID:dentiste@agenda.example
DTSTART:20261201T090000Z
DTEND:20261201T100000Z
SUMMARY:Dentiste
END:VEVENT"""


@pytest.fixture
def week(claire: Desk) -> Week:
    return plan_a_week(claire)


def calendar_of(*events: str) -> bytes:
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//FR", *events, "END:VCALENDAR", "")
    return "\n".join(lines).replace("\n", "\r\n").encode()


def test_what_goes_out_says_a_lieu_and_never_a_name(claire: Desk, week: Week) -> None:
    content = claire.agenda_files.export(MONDAY, MONDAY + timedelta(days=7))
    text = content.decode()
    assert not [name for name in NAMES if name in text]
    events = Calendar.from_ical(content).walk("VEVENT")
    assert len(events) == len(week.appointments)
    assert {str(event["summary"]) for event in events} == {"Rendez-vous"}
    assert str(events[0]["location"]) == "Niort"
    assert events[0].decoded("dtstart") == at(MONDAY, 9)
    assert events[0].decoded("dtend") == at(MONDAY, 9, 45)


def test_initials_go_out_only_when_asked_for(claire: Desk, week: Week) -> None:
    text = claire.agenda_files.export(
        MONDAY, MONDAY + timedelta(days=7), with_initials=True
    ).decode()
    assert "Rendez-vous Y. M." in text
    assert not [name for name in NAMES if name in text]


def test_what_does_not_take_place_does_not_go_out(claire: Desk, week: Week) -> None:
    claire.appointments.qualify(week.appointments[0], AppointmentStatus.CANCELLED_BY_SERVICE)
    content = claire.agenda_files.export(MONDAY, MONDAY + timedelta(days=7))
    assert len(Calendar.from_ical(content).walk("VEVENT")) == len(week.appointments) - 1


def test_a_year_goes_out_whole(claire: Desk, week: Week) -> None:
    since = MONDAY - timedelta(days=200)
    content = claire.agenda_files.export(since, MONDAY + timedelta(days=200))
    assert len(Calendar.from_ical(content).walk("VEVENT")) == len(week.appointments)


def test_my_own_calendar_that_comes_back_brings_nothing(claire: Desk, week: Week) -> None:
    content = claire.agenda_files.export(MONDAY, MONDAY + timedelta(days=7))
    found = take_in(claire, content)
    assert found.value == NOTHING + Imported(0, 0, len(week.appointments), 0, 0)
    assert found.touched == frozenset()


def test_another_calendar_brings_an_absence_without_its_words_and_once(claire: Desk) -> None:
    first = take_in(claire, calendar_of(DENTIST)).value
    again = take_in(claire, calendar_of(DENTIST)).value
    assert (first.added, again.added, again.known) == (1, 0, 1)
    [absence] = claire.store.records.select(Absence)
    assert absence.starts_at == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert "Dentiste" not in repr(absence)


def test_an_event_that_moved_moves_its_absence(claire: Desk) -> None:
    take_in(claire, calendar_of(DENTIST))
    moved = take_in(claire, calendar_of(DENTIST.replace("T09", "T08"))).value
    assert (moved.added, moved.moved) == (0, 1)
    [absence] = claire.store.records.select(Absence)
    assert absence.starts_at.hour == 8


def test_what_was_taken_out_by_hand_stays_out(claire: Desk) -> None:
    take_in(claire, calendar_of(DENTIST))
    [line] = claire.permanences.absences()
    claire.permanences.come_back(line.id)
    assert take_in(claire, calendar_of(DENTIST)).value.known == 1
    assert claire.permanences.absences() == []


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (DENTIST.replace("SUMMARY", "RRULE:FREQ=WEEKLY\nSUMMARY"), Imported(0, 0, 0, 1, 0)),
        (DENTIST.replace("202612", "202512"), Imported(0, 0, 0, 0, 1)),
        (DENTIST.replace("202612", "203012"), Imported(0, 0, 0, 0, 1)),
        (DENTIST.replace("DTEND:2026", "DTEND:9998"), Imported(0, 0, 0, 0, 1)),
        (DENTIST.replace("SUMMARY", "STATUS:CANCELLED\nSUMMARY"), Imported(0, 0, 0, 0, 0)),
        (DENTIST.replace("SUMMARY", "TRANSP:TRANSPARENT\nSUMMARY"), Imported(0, 0, 0, 0, 0)),
        (DENTIST.replace("UID:dentiste@agenda.example\n", ""), Imported(1, 0, 0, 0, 0)),
    ],
)
def test_what_is_left_aside_is_counted(claire: Desk, event: str, expected: Imported) -> None:
    assert take_in(claire, calendar_of(event)).value == expected


def test_a_whole_day_is_a_day_of_paris_and_an_hour_without_zone_too(claire: Desk) -> None:
    day = "BEGIN:VEVENT\nUID:a\nDTSTART;VALUE=DATE:20261202\nEND:VEVENT"
    hour = "BEGIN:VEVENT\nUID:b\nDTSTART:20261203T090000\nDURATION:PT1H\nEND:VEVENT"
    take_in(claire, calendar_of(day, hour))
    spans = [(line.starts_at, line.ends_at) for line in claire.permanences.absences()]
    second, third = MONDAY + timedelta(days=9), MONDAY + timedelta(days=10)
    assert spans == [(at(second, 0), at(third, 0)), (at(third, 9), at(third, 10))]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 not a calendar",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n",
        calendar_of(DENTIST.replace("20261201T090000Z", "demain")),
        calendar_of(DENTIST.replace("DTSTART:20261201T090000Z\n", "")),
        b"\xff\xfe\x00" * 100,
    ],
)
def test_a_bad_file_is_refused_and_nothing_is_written(claire: Desk, content: bytes) -> None:
    with pytest.raises(NotACalendar):
        take_in(claire, content)
    assert claire.store.records.select(Absence) == []


def test_a_file_with_too_much_in_it_is_refused(claire: Desk) -> None:
    event = "BEGIN:VEVENT\nUID:{0}\nDTSTART:20261201T090000Z\nEND:VEVENT"
    with pytest.raises(NotACalendar):
        take_in(claire, calendar_of(*(event.format(n) for n in range(MOST_EVENTS + 1))))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.integers(0, 5))
def test_whatever_a_line_holds_the_file_is_read_or_refused(
    claire: Desk, text: str, line: int
) -> None:
    lines = DENTIST.split("\n")
    lines[line] = text
    try:
        take_in(claire, calendar_of(*lines))
    except NotACalendar:
        return
    assert len(claire.permanences.absences()) <= 60
