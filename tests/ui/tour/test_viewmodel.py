"""What « Ma tournée » decides, on a real store."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.config.clock import paris
from desktop.services.trips import TripForm
from desktop.ui.changes import ChangeBoard
from desktop.ui.tour import TourViewModel
from desktop.ui.tour.sheet import round_sheet
from desktop.ui.tour.words import (
    errands,
    last_note,
    overdue,
    stop_about,
    stop_hour,
    stop_warning,
    subtitle,
    title,
    who,
)
from protocol.kinds.agenda import Appointment, AppointmentStatus, Visibility
from tests.architecture.french import faults_of
from tests.support.inline_background import InlineBackground
from tests.support.laptop import TUESDAY, Desk, bring
from tests.support.road import a_day_on_the_road

DAY = TUESDAY.date()


@pytest.fixture
def model(desk: Desk, background: InlineBackground, board: ChangeBoard) -> TourViewModel:
    a_day_on_the_road(desk)
    model = TourViewModel(background, desk.tours, desk.trips, board, desk.clock)
    model.wake()
    return model


def veil(desk: Desk, visibility: Visibility) -> None:
    """Have the first appointment of the day kept from other eyes."""
    known = desk.store.records.get(Appointment, desk.appointments.of_day(DAY)[0].id)
    assert known is not None
    bring(desk.workplace, replace(known, visibility=visibility))


def shown(model: TourViewModel) -> tuple[date, int]:
    """The day in sight, and how many persons are met."""
    tour = model.state.tour
    assert tour is not None
    return tour.day, len(tour.meetings)


def test_a_day_is_told_in_one_line(model: TourViewModel) -> None:
    assert model.state.tour is not None
    assert title(model.state.tour) == "Tournée du mardi 24 novembre"
    assert subtitle(model.state.tour) == (
        "2 lieux · 4 rendez-vous · environ 103\u00a0km · 1\u00a0h\u00a050 de route"
    )


def test_each_stop_says_when_what_for_and_how(model: TourViewModel) -> None:
    assert model.state.tour is not None
    told = [(stop_hour(stop), stop.name, stop_about(stop)) for stop in model.state.tour.stops]
    assert told == [
        ("8\u00a0h\u00a010", "Niort", "Départ du bureau · synchronisez avant de partir"),
        ("8\u00a0h\u00a050", "Melle (CSC)", "3 rendez-vous · salle 2 · réseau faible"),
        ("13\u00a0h\u00a030", "Chef-Boutonne (mairie)", "1 rendez-vous · pas de réseau"),
        ("15\u00a0h\u00a005", "Niort", "Retour · synchronisation"),
    ]


def test_free_slots_workshops_and_short_roads_are_said(model: TourViewModel) -> None:
    assert model.state.tour is not None
    stop = replace(
        model.state.tour.stops[1], workshops=1, free_slots=2, is_tight=True, road_minutes=35
    )
    assert stop_about(stop) == (
        "3 rendez-vous · 1 atelier · 2 créneaux libres · salle 2 · réseau faible"
    )
    assert stop_warning(stop) == "Trop juste\u00a0: environ 35\u00a0min de route"


def test_papers_are_on_one_line_and_lieux_on_theirs(model: TourViewModel) -> None:
    assert model.state.tour is not None
    papers, others = errands(model.state.tour.bring)
    assert papers == "CER à signer (1) · Renouvellement à signer\u00a0: ASPIR (1)"
    assert others == [
        "Melle (CSC)\u00a0: pas d’imprimante, imprimez ces papiers avant de partir.",
        "Melle (CSC)\u00a0: Clé à l’accueil.",
        "Chef-Boutonne (mairie)\u00a0: Chauffage à allumer.",
        "Chef-Boutonne (mairie)\u00a0: pas de réseau, synchronisez avant de partir.",
    ]
    assert [fault for line in (papers, *others) for fault in faults_of(line)] == []


def test_the_last_note_and_what_is_late_are_said_before_the_door_opens(
    model: TourViewModel,
) -> None:
    tour = model.state.tour
    assert tour is not None
    nadia = tour.meetings[0]
    assert who(nadia) == "Nadia Benali"
    assert last_note(nadia, tour).startswith("3 nov., vous\u00a0: «\u00a0Dort mieux.")
    assert overdue(nadia, tour) == [
        ("En retard depuis le 20 nov.", "Prendre rendez-vous avec le médecin traitant.")
    ]


@pytest.mark.parametrize(
    ("visibility", "shown"),
    [(Visibility.DISCREET, "N. B."), (Visibility.HIDDEN, "Rendez-vous masqué")],
)
def test_what_is_discreet_shows_neither_name_nor_words(
    desk: Desk, model: TourViewModel, visibility: Visibility, shown: str
) -> None:
    veil(desk, visibility)
    model.refresh()
    tour = model.state.tour
    assert tour is not None
    assert who(tour.meetings[0]) == shown
    assert last_note(tour.meetings[0], tour) == ""
    assert overdue(tour.meetings[0], tour) == []


def test_in_discreet_mode_names_are_initials(desk: Desk, model: TourViewModel) -> None:
    desk.workplace.names.choose(discreet=True)
    model.refresh()
    assert model.state.tour is not None
    assert [who(meeting) for meeting in model.state.tour.meetings] == [
        "N. B.",
        "Y. M.",
        "J.-L. A.",
        "F. D.",
    ]


def test_the_day_before_and_after_are_one_key_away(model: TourViewModel) -> None:
    model.go(1)
    assert shown(model) == (DAY + timedelta(days=1), 0)
    model.go(-1)
    assert shown(model) == (DAY, 4)
    model.open(DAY - timedelta(days=1))
    assert shown(model) == (DAY - timedelta(days=1), 0)
    model.open()
    assert shown(model) == (DAY, 4)


def test_a_day_asked_for_meanwhile_is_the_one_shown(
    desk: Desk, board: ChangeBoard, model: TourViewModel, background: InlineBackground
) -> None:
    background.hold()
    model.go(1)
    model.go(1)
    background.release()
    assert model.state.tour is not None
    assert model.state.tour.day == DAY + timedelta(days=2)


def test_an_appointment_cancelled_elsewhere_leaves_the_round(
    desk: Desk, board: ChangeBoard, model: TourViewModel
) -> None:
    [*_, last] = desk.appointments.of_day(DAY)
    done = desk.appointments.qualify(last.id, AppointmentStatus.CANCELLED_BY_SERVICE)
    board.announce(done.touched)
    assert model.state.tour is not None
    assert [stop.name for stop in model.state.tour.stops] == ["Niort", "Melle (CSC)", "Niort"]


def test_a_page_out_of_sight_reads_nothing(
    desk: Desk, board: ChangeBoard, model: TourViewModel, background: InlineBackground
) -> None:
    model.rest()
    background.asked.clear()
    board.announce(desk.trips.note(TripForm(DAY, 98)).touched)
    assert background.asked == []


def test_kilometres_noted_show_at_once(
    desk: Desk, board: ChangeBoard, model: TourViewModel
) -> None:
    board.announce(desk.trips.note(TripForm(DAY, 98)).touched)
    assert model.state.noted_kilometres == 98


def test_the_map_is_read_once(model: TourViewModel) -> None:
    outlines = model.state.outlines
    model.go(1)
    assert model.state.outlines is outlines


def test_a_sheet_is_written_off_the_window_and_said(
    model: TourViewModel, background: InlineBackground, tmp_path: Path
) -> None:
    model.save(tmp_path / "tournee.pdf", lambda: b"%PDF")
    assert (tmp_path / "tournee.pdf").read_bytes() == b"%PDF"
    assert model.state.note == "Enregistré. Effacez ce fichier quand il aura été imprimé."
    assert {lane.value for lane in background.asked} == {"store"}


def test_a_folder_that_cannot_be_written_is_said(model: TourViewModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    model.save(tmp_path / "file" / "tournee.pdf", lambda: b"%PDF")
    assert model.state.problem is not None
    assert model.state.note == ""


def test_the_printed_sheet_has_initials_and_no_name(desk: Desk, model: TourViewModel) -> None:
    assert model.state.tour is not None
    sheet = round_sheet(model.state.tour)
    words = " ".join(
        [sheet.title, *sheet.foot, *(cell for row in sheet.rows for cell in row.cells)]
    )
    for name in ("Nadia", "Benali", "Morisset", "Audebert", "Diallo", "Claire", "Martin", "Dort"):
        assert name not in words
    told = [row.cells[:3] for row in sheet.rows if not row.is_heading]
    assert told == [
        ("8\u00a0h\u00a050", "N. B.", "Consultation"),
        ("9\u00a0h\u00a050", "Y. M.", "Signature du CER"),
        ("10\u00a0h\u00a050", "J.-L. A.", "Consultation"),
        ("13\u00a0h\u00a030", "F. D.", "Consultation"),
    ]


def test_the_printed_sheet_keeps_quiet_about_a_hidden_appointment(
    desk: Desk, model: TourViewModel
) -> None:
    veil(desk, Visibility.HIDDEN)
    model.refresh()
    assert model.state.tour is not None
    rows = [row for row in round_sheet(model.state.tour).rows if not row.is_heading]
    assert rows[0].cells == ("8\u00a0h\u00a050", "", "", "")


def test_the_hour_of_a_stop_is_that_of_paris(model: TourViewModel) -> None:
    assert model.state.tour is not None
    at = model.state.tour.stops[1].at
    assert at is not None
    assert paris(at).hour == 8
