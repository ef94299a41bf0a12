"""The round of a day on a real laptop: stops, errands, and what to have in mind."""

from dataclasses import replace
from datetime import date, timedelta

from desktop.domain.tour import StopKind
from desktop.services.appointments import Plan
from desktop.services.tours import Bring, Errand
from protocol.ids import PersonId, ProfessionalId, RecordId
from protocol.kinds.agenda import Appointment, AppointmentStatus, Motive, OpeningSlot, Visibility
from protocol.kinds.persons import SamePerson, SamePersonState
from protocol.kinds.places import Place
from protocol.kinds.programmes import ProgrammeKind, StepState, WorkshopSession, WorkshopTheme
from tests.support.laptop import NIORT, TUESDAY, Desk, bring, seed_small
from tests.support.road import a_day_on_the_road, programme, step, work_in_niort

DAY = TUESDAY.date()


def test_a_day_on_the_road_goes_out_from_the_structure_and_back(claire: Desk) -> None:
    a_day_on_the_road(claire)

    tour = claire.tours.read()

    assert tour.day == DAY
    assert [(stop.kind.value, stop.name) for stop in tour.stops] == [
        ("departure", "Niort"),
        ("lieu", "Melle (CSC)"),
        ("lieu", "Chef-Boutonne (mairie)"),
        ("return", "Niort"),
    ]
    _, melle, chef, back = tour.stops
    assert (melle.appointments, melle.room, melle.keys_note) == (3, "salle 2", "Clé à l’accueil.")
    assert chef.appointments == 1
    assert tour.kilometres == sum(s.kilometres or 0 for s in (melle, chef, back))
    assert (tour.lieux, tour.nowhere) == (2, 0)


def test_without_a_structure_the_day_begins_at_its_first_lieu(claire: Desk) -> None:
    seed_small(claire)
    stops = claire.tours.read().stops
    assert [(stop.kind.value, stop.name) for stop in stops] == [
        ("lieu", "Melle"),
        ("lieu", "Chef-Boutonne"),
        ("return", "Melle"),
    ]


def test_a_day_without_anybody_is_no_round(claire: Desk) -> None:
    a_day_on_the_road(claire)
    tour = claire.tours.read(DAY + timedelta(days=1))
    assert (tour.stops, tour.meetings, tour.bring, tour.kilometres) == ((), (), (), 0)


def test_who_excused_herself_is_not_driven_to(claire: Desk) -> None:
    a_day_on_the_road(claire)
    [*_, last] = claire.appointments.of_day(DAY)
    claire.appointments.qualify(last.id, AppointmentStatus.EXCUSED)

    assert [s.name for s in claire.tours.read().stops] == ["Niort", "Melle (CSC)", "Niort"]


def test_what_to_bring_is_gathered_from_the_day(claire: Desk) -> None:
    a_day_on_the_road(claire)
    melle, chef = "Melle (CSC)", "Chef-Boutonne (mairie)"

    assert claire.tours.read().bring == (
        Bring(Errand.CER, 1),
        Bring(Errand.RENEWAL, 1, programme=ProgrammeKind.ASPIR),
        Bring(Errand.PRINT, place=melle),
        Bring(Errand.KEYS, place=melle, note="Clé à l’accueil."),
        Bring(Errand.KEYS, place=chef, note="Chauffage à allumer."),
        Bring(Errand.NO_NETWORK, place=chef),
    )


def test_where_there_is_a_printer_nothing_is_printed_before(claire: Desk) -> None:
    a_day_on_the_road(claire)
    for place in claire.store.records.select(Place):
        bring(claire.workplace, replace(place, has_printer=True))
    assert Errand.PRINT not in {item.what for item in claire.tours.read().bring}


def test_a_programme_that_ends_much_later_is_not_taken_along(claire: Desk) -> None:
    persons = seed_small(claire)
    bring(claire.workplace, programme(claire, persons[0], DAY + timedelta(days=60)))
    assert claire.tours.read().bring == (Bring(Errand.NO_NETWORK, place="Chef-Boutonne"),)


def test_the_last_shared_summary_and_the_late_steps_are_at_hand(claire: Desk) -> None:
    persons = a_day_on_the_road(claire)
    later = step(claire, persons[0], "Plus tard.", DAY + timedelta(days=1))
    done = replace(
        step(claire, persons[0], "Faite.", DAY - timedelta(days=9)), state=StepState.DONE
    )
    bring(claire.workplace, later, done)

    nadia, yves, *_ = claire.tours.read().meetings

    assert nadia.initials == "N. B."
    assert nadia.last is not None
    assert nadia.last.summary.startswith("Dort mieux.")
    assert [late.text for late in nadia.overdue] == [
        "Prendre rendez-vous avec le médecin traitant."
    ]
    assert (yves.last, yves.overdue) == (None, ())


def test_dossiers_of_one_person_are_read_as_one(claire: Desk) -> None:
    persons = a_day_on_the_road(claire)
    now, me = claire.clock.now(), claire.workplace.me
    link = SamePerson(
        id=RecordId(claire.workplace.new_id()),
        created_at=now,
        created_by=me,
        person=persons[0],
        into=persons[1],
        state=SamePersonState.MERGED,
    )
    bring(claire.workplace, link)

    first, second, *_ = claire.tours.read().meetings

    assert first.line.person == second.line.person == persons[1]
    assert second.last is not None
    assert [late.text for late in second.overdue] == [late.text for late in first.overdue] != []


def test_free_slots_of_a_permanence_and_a_workshop_are_told_at_their_lieu(claire: Desk) -> None:
    a_day_on_the_road(claire)
    workplace = claire.workplace
    melle = next(p for p in claire.store.records.select(Place) if p.name == "Melle (CSC)")
    me = ProfessionalId(workplace.me)
    permanence = OpeningSlot(
        id=RecordId(workplace.new_id()),
        created_at=claire.clock.now(),
        created_by=me,
        professional=me,
        place=melle.id,  # type: ignore[arg-type]  # its own identifier
        starts_at=TUESDAY.replace(hour=15, minute=0),
        minutes=90,
        slot_minutes=45,
    )
    workshop = WorkshopSession(
        id=RecordId(workplace.new_id()),
        created_at=claire.clock.now(),
        created_by=me,
        professional=me,
        place=melle.id,  # type: ignore[arg-type]  # its own identifier
        theme=WorkshopTheme.WELLBEING,
        title="Dormir",
        starts_at=TUESDAY.replace(hour=10, minute=45),
        minutes=60,
    )
    bring(workplace, permanence, workshop)

    _, first, *_ = claire.tours.read().stops

    assert (first.appointments, first.workshops, first.free_slots) == (3, 1, 2)


def test_an_appointment_without_a_lieu_is_met_and_not_driven_to(claire: Desk) -> None:
    persons = a_day_on_the_road(claire)
    claire.appointments.plan(Plan(persons[3], TUESDAY, 30, None, Motive.FOLLOW_UP))
    tour = claire.tours.read()
    assert (tour.nowhere, len(tour.meetings), len(tour.stops)) == (1, 5, 4)


def test_lieux_stand_at_their_point_or_else_at_their_commune(claire: Desk) -> None:
    a_day_on_the_road(claire)
    melle = next(p for p in claire.store.records.select(Place) if p.name == "Melle (CSC)")
    bring(claire.workplace, replace(melle, latitude=46.25, longitude=-0.15))

    shown = {place.name: place for place in claire.tours.map_places()}

    assert len(shown) == 11
    assert tuple(shown["Melle (CSC)"].point) == (46.25, -0.15)
    assert shown["Thouars"].commune_name == "Thouars"


def test_the_map_knows_every_commune_and_its_epci(claire: Desk) -> None:
    outlines = claire.tours.outlines()
    assert len(outlines.contours.codes) == 252
    assert set(outlines.contours.codes) == set(outlines.epci) == set(outlines.commune_names)
    assert outlines.epci_names[outlines.epci[NIORT]] == "CA du Niortais"


def test_a_hidden_appointment_keeps_its_place_in_the_round(claire: Desk) -> None:
    a_day_on_the_road(claire)
    first = claire.appointments.of_day(DAY)[0]
    known = claire.store.records.get(Appointment, first.id)
    assert known is not None
    bring(claire.workplace, replace(known, visibility=Visibility.HIDDEN))
    assert claire.tours.read().stops[1].appointments == 3


def test_a_day_at_the_office_has_no_departure(claire: Desk) -> None:
    work_in_niort(claire)
    persons: list[PersonId] = seed_small(claire)
    [niort] = [
        replace(place, commune=NIORT, name="Niort")
        for place in claire.store.records.select(Place)
        if place.name == "Melle"
    ]
    bring(claire.workplace, niort)
    monday = TUESDAY - timedelta(days=1)
    claire.appointments.plan(Plan(persons[0], monday, 45, niort.id, Motive.FOLLOW_UP))  # type: ignore[arg-type]  # its own identifier

    tour = claire.tours.read(date(2026, 11, 23))

    assert [stop.kind for stop in tour.stops] == [StopKind.LIEU]
    assert tour.kilometres == 0
