"""A week planned without a network reaches the office; a colleague sees when, and never whom."""

from datetime import datetime, time, timedelta

from desktop.config.clock import PARIS, paris
from desktop.services.agenda_days import Details, free_slots
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.persons import NewPerson
from desktop.services.waiting import Wait
from protocol.ids import PlaceId
from protocol.kinds.agenda import Motive
from tests.support.agenda_week import take_in
from tests.support.fleet import Laptop
from tests.support.office import Office

DENTIST = """BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//FR\r\nBEGIN:VEVENT\r
UID:dentiste@agenda.example\r\nDTSTART:{0:%Y%m%dT%H%M%S}\r\nDURATION:PT1H\r
SUMMARY:Dentiste\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""


def test_a_week_planned_in_a_village_hall_is_seen_by_colleagues_without_a_name(
    office: Office, claire: Laptop, mehdi: Laptop
) -> None:
    melle = PlaceId(office.add_place("Melle"))
    claire.sync()
    mehdi.sync()
    office.offline()
    desk = claire.desk
    monday = paris(desk.clock.now()).date()
    monday += timedelta(days=7 - monday.weekday())
    span = monday, monday + timedelta(days=7)

    # In the hall: a permanence every Tuesday, somebody who waits, an hour taken elsewhere.
    tuesday = monday + timedelta(days=1)
    form = OpeningForm(melle, tuesday, time(9), time(12), 45, Repeat.WEEKLY, on_holidays=True)
    opening = desk.permanences.open(form).value
    yves = desk.persons.create(NewPerson("Morisset", "Yves")).value
    waits = desk.waiting.add(Wait(yves, melle, Motive.PSY_CONSULTATION)).value
    busy = datetime.combine(tuesday, time(11, 15), PARIS)
    take_in(desk, DENTIST.format(busy).encode())
    [first, *_] = [slot for _, slot in free_slots(desk.agenda.read(*span))]
    details = Details(first.span.starts_at, 45, melle, Motive.PSY_CONSULTATION)
    made = desk.agenda.book(yves, details, waits).value
    assert len(free_slots(desk.agenda.read(*span))) == 2

    # Back at the office: all of it is taken, none of it is refused.
    office.online()
    claire.sync()
    assert desk.sync_reports.read().pending == 0
    assert desk.sync_reports.read().refused == ()
    mehdi.sync()
    mehdi.desk.permanences.open(form)  # he receives there too
    days = mehdi.desk.agenda.read(*span)
    theirs = [one for one in days.permanences if one.colleague is not None]
    assert [(one.opening, one.place_name) for one in theirs] == [(opening, "Melle")]
    assert theirs[0].colleague is not None
    assert theirs[0].colleague.name == "Claire Martin"
    assert days.meetings == ()
    assert "Morisset" not in repr(days)

    # She moves the appointment, comes back from the dentist and ends the permanence: all leaves.
    later = datetime.combine(tuesday, time(9, 45), PARIS)
    desk.agenda.change(made, Details(later, 45, melle, Motive.PSY_CONSULTATION))
    [absence] = desk.permanences.absences()
    desk.permanences.come_back(absence.id)
    desk.permanences.end(opening, tuesday)
    claire.sync()
    assert desk.sync_reports.read().pending == 0
    assert desk.sync_reports.read().refused == ()
    mehdi.sync()
    after = mehdi.desk.agenda.read(span[0] + timedelta(days=7), span[1] + timedelta(days=7))
    assert [one for one in after.permanences if one.colleague is not None] == []
