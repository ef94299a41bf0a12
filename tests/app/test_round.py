"""From « Aujourd’hui » to the road and its kilometres, in the real window."""

from datetime import time, timedelta

from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.road_pages import TOUR, TRIPS
from desktop.app.workspace import AGENDA, TODAY
from desktop.domain.holidays import holiday_name
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.waiting import Wait
from desktop.ui.agenda import AgendaView
from desktop.ui.background import Lane
from desktop.ui.kit import Notice, SecondaryButton
from desktop.ui.theme import Role
from desktop.ui.today import TodayView
from desktop.ui.tour import TourView
from desktop.ui.trips import TripsView
from protocol.ids import PlaceId
from protocol.kinds.agenda import Motive
from tests.app.conftest import Opened


def page(opened: Opened, key: str) -> QWidget:
    opened.until(lambda: opened.desk.window.current == key)
    return opened.desk.window.page(key)


def test_the_morning_shows_the_round_and_the_evening_notes_it(opened: Opened) -> None:
    opened.unlock()
    today = page(opened, TODAY)
    assert isinstance(today, TodayView)

    today.tour.click()
    tour = page(opened, TOUR)
    assert isinstance(tour, TourView)
    opened.until(
        lambda: [stop.name for stop in tour.stops.stops] == ["Melle", "Chef-Boutonne", "Melle"]
    )
    assert len(tour.map.markers) == 2
    assert not [notice for notice in tour.findChildren(Notice) if notice.role is Role.DANGER]

    tour.note_button.click()
    trips = page(opened, TRIPS)
    assert isinstance(trips, TripsView)
    opened.until(lambda: trips.kilometres.text() == "36")
    assert QApplication.focusWidget() is trips.kilometres
    trips.save.click()
    opened.until(lambda: trips.rows.rowCount() == 1)

    opened.desk.window.back()
    opened.until(lambda: "36\u00a0km notés" in tour.header.subtitle.text())


def test_the_round_of_another_day_opens_on_that_day(opened: Opened) -> None:
    opened.unlock()
    before = opened.clock.moment.date() - timedelta(days=3)
    opened.desk.workspace.road.open_tour(before)
    tour = page(opened, TOUR)
    assert isinstance(tour, TourView)
    opened.until(tour.empty.isVisible)

    opened.desk.window.open(TODAY)
    opened.desk.workspace.road.open_tour()
    opened.until(lambda: tour.stops.isVisible() and len(tour.stops.stops) == 3)


def test_a_day_of_the_agenda_shows_its_round(opened: Opened) -> None:
    opened.unlock()
    opened.desk.window.open(AGENDA)
    agenda = page(opened, AGENDA)
    assert isinstance(agenda, AgendaView)
    assert agenda.tour.isHidden()  # a week has no one round
    agenda.modes.chosen.emit("day")
    opened.until(agenda.tour.isVisible)
    agenda.tour.click()
    tour = page(opened, TOUR)
    assert isinstance(tour, TourView)
    opened.until(lambda: len(tour.stops.stops) == 3)


def test_a_slot_that_somebody_waits_for_goes_from_the_morning_to_the_agenda(
    opened: Opened,
) -> None:
    opened.unlock()
    services = opened.desk.workspace._parts.session.services
    days = (opened.clock.moment.date() + timedelta(days=ahead) for ahead in range(1, 7))
    day = next(day for day in days if not holiday_name(day))
    made: list[object] = []

    def receive() -> object:
        lieu = PlaceId(next(x.id for x in services.directory.places() if x.name == "Melle"))
        form = OpeningForm(lieu, day, time(9), time(10, 30), 45, Repeat.ONCE)
        wait = Wait(opened.persons[1], lieu, Motive.PSY_CONSULTATION)
        return services.permanences.open(form).touched | services.waiting.add(wait).touched

    opened.application.background.run(Lane.STORE, receive, made.append, made.append)
    opened.until(lambda: bool(made))
    today = page(opened, TODAY)
    assert isinstance(today, TodayView)
    today._viewmodel.refresh()

    def proposed() -> list[SecondaryButton]:
        found = today.reminders.findChildren(SecondaryButton)
        return [one for one in found if "1 personne attend" in one.accessibleName()]

    opened.until(lambda: len(proposed()) == 1)
    proposed()[0].click()
    agenda = page(opened, AGENDA)
    assert isinstance(agenda, AgendaView)
    opened.until(agenda.slot.isVisible)
    names = [button.accessibleName() for button in agenda.slot.buttons]
    assert names == ["Proposer ce créneau à Yves Morisset"]
