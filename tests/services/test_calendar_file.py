"""A calendar of elsewhere may be enormous, or made to harm: it is read within bounds or not."""

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.agenda import Span
from desktop.services.calendar_file import (
    LARGEST_FILE,
    LONGEST_LINE,
    PATIENCE_S,
    OutsideEvent,
    ReadingStopped,
    read_events,
)
from desktop.services.errors import NotACalendar
from tests.support.agenda_week import MONDAY, at

NINE, TEN = at(MONDAY, 9), at(MONDAY, 10)
WHEN = "DTSTART:20261123T080000Z", "DTEND:20261123T090000Z"


def event(*lines: str, uid: str = "a") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"))


def calendar(*inside: str) -> bytes:
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *inside, "END:VCALENDAR", "")).encode()


def test_an_event_says_when_and_which_and_nothing_else() -> None:
    whole = event(*WHEN, "SUMMARY:Dentiste", "DESCRIPTION:en", " tre", "RRULE:FREQ=DAILY")
    [read] = read_events(calendar(whole))
    assert read == OutsideEvent("a", "", Span(NINE, TEN), repeats=True)


def test_a_folded_line_is_read_whole_and_an_alarm_is_not_the_event() -> None:
    alarm = "BEGIN:VALARM", "DURATION:P9D", "DTSTART:19700101T000000Z", "END:VALARM"
    folded = "DTSTART;TZID=Europe/\r\n Paris:20261123T\r\n\t090000", "DURATION:PT1H"
    [read] = read_events(calendar(event(*alarm, *folded)))
    assert read.span == Span(NINE, TEN)


def test_a_zone_of_its_own_making_is_not_unrolled() -> None:
    zone = (
        *("BEGIN:VTIMEZONE", "TZID:Sans fin", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
        *("RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:STANDARD"),
        "END:VTIMEZONE",
    )
    hours = "DTSTART;TZID=Sans fin:20261123T090000", "DTEND;TZID=Sans fin:20261123T100000"
    [read] = read_events(calendar(*zone, event(*hours)))
    assert read.span == Span(NINE, TEN)


@pytest.mark.parametrize(
    "content",
    [
        calendar(event(*WHEN, uid="a" * LONGEST_LINE)),
        calendar(event(*WHEN, "DTSTART:" + "\r\n 0" * LONGEST_LINE, uid="a").replace(WHEN[0], "")),
        b"BEGIN:VCALENDAR\r\n" * 100_000,
        calendar(event(*WHEN)) + calendar(event(*WHEN)),
        calendar(event(*WHEN)).ljust(LARGEST_FILE + 1),
        calendar(event(*WHEN)).replace(b"END:VEVENT", b"END:VTODO"),
    ],
    ids=["long line", "long folded line", "deep", "twice", "large", "crossed"],
)
def test_what_asks_too_much_or_holds_no_calendar_is_refused(content: bytes) -> None:
    with pytest.raises(NotACalendar):
        read_events(content)


def test_a_description_of_two_million_folds_costs_no_more_than_its_lines() -> None:
    folds = "DESCRIPTION:a" + "\r\n a" * (LARGEST_FILE // 8)
    assert len(read_events(calendar(event(*WHEN, folds)))) == 1


def test_it_is_stopped_when_asked_and_after_its_time() -> None:
    content = calendar(*(event(*WHEN, uid=str(n)) for n in range(10)))
    asked = count()
    with pytest.raises(ReadingStopped):
        read_events(content, lambda: next(asked) == 3)
    assert next(asked) == 4, "nothing is read once it has been stopped"
    hours = count(step=PATIENCE_S / 3)
    with pytest.raises(NotACalendar):
        read_events(content, ticks=lambda: next(hours))


@given(st.lists(st.sampled_from([*WHEN, "BEGIN:VEVENT", "END:VEVENT", "RRULE:", ":", "\r", " x"])))
def test_whatever_the_order_of_its_lines_it_is_read_or_refused(lines: list[str]) -> None:
    try:
        read = read_events(calendar(*lines))
    except NotACalendar:
        return
    assert len(read) <= lines.count("BEGIN:VEVENT")
