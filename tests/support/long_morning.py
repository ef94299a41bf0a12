"""Mornings that put the pages to the test: a year of follow-ups, forty appointments, long names."""

from dataclasses import replace
from datetime import time, timedelta
from itertools import cycle, islice

from desktop.domain.document_files import media_of
from desktop.services.appointments import Plan
from desktop.services.documents import ChosenFile, NewDocument
from desktop.services.permanences import OpeningForm, Repeat
from desktop.services.persons import NewPerson
from desktop.services.waiting import Wait
from desktop.services.workshops import NewSession
from protocol.ids import PersonId, PlaceId, ProfessionalId, RecordId
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.documents import DocumentCategory
from protocol.kinds.follow_ups import Theme as Subject
from protocol.kinds.persons import CircleRole, Discretion, IdentifierScheme, Sex
from protocol.kinds.programmes import WorkshopTheme
from tests.support.laptop import MELLE, Desk, seed_small
from tests.support.scans import pdf

_LONG = (
    ("de La Rochefoucauld-Montmorency", "Marie-Hélène"),
    ("Vandenbroucke-Charpentier du Plessis", "Jean-Christophe"),
    ("Ó", "U"),
    ("Razafindrakotoarimanana", "Hanitriniaina Voahangy"),
)


def live_a_year(desk: Desk) -> list[PersonId]:
    """A year of follow-ups with Yves, a draft of each kind, some absences, a discreet contact."""
    persons = seed_small(desk)
    nadia, yves = persons[:2]
    lines = desk.appointments.of_day(desk.clock.moment.date())
    for months in range(12, 0, -1):
        form = desk.follow_ups.begin(yves)
        desk.follow_ups.finish(
            replace(
                form,
                starts_at=desk.clock.moment - timedelta(days=30 * months),
                themes=frozenset({Subject.PSYCHIC_HEALTH, Subject.MOBILITY, Subject.SOCIAL_LINK}),
                summary="Dort mieux. A repris contact avec sa sœur, qui peut le conduire le jeudi.",
                person_words="« Je voudrais revoir du monde, mais pas tout de suite. »",
                next_step="Appeler la plateforme mobilité du Mellois",
                clinical="Ruminations en baisse." if months % 2 else "",
                next_at=None,
            )
        )
    first = desk.follow_ups.begin(nadia, lines[0].id)
    desk.follow_ups.finish(replace(first, summary="Va mieux.", next_at=None))
    draft = desk.follow_ups.begin(persons[2], lines[2].id)
    desk.follow_ups.autosave(replace(draft, summary="Commence à"))
    new = desk.person_drafts.begin().person
    typed = {"birth_name": "Morisset", "first_name": "Yvette", "phone1": "06 12 34 56 01"}
    desk.person_drafts.autosave(new, typed, is_new=True)
    _tell_about(desk, yves)
    _leave_open(desk, persons[5])
    _attach(desk, yves)
    _gather(desk, persons)
    return persons


def live_a_crowd(desk: Desk) -> list[PersonId]:
    """Forty appointments in a day, and names as long as they come."""
    persons = live_a_year(desk)
    for last, first in _LONG:
        new = NewPerson(birth_name=last, first_name=first, commune=MELLE, phone1="0549290000")
        persons.append(desk.persons.create(new).value)
    place = desk.appointments.of_day(desk.clock.moment.date())[0].place
    start = desk.clock.moment.replace(hour=6, minute=0, second=0, microsecond=0)
    for at, person in enumerate(islice(cycle(reversed(persons)), 33)):
        moment = start + timedelta(minutes=15 * at)
        plan = Plan(person, moment, 15, place, Motive.PSY_CONSULTATION)
        desk.appointments.plan(plan)
    return persons


def _tell_about(desk: Desk, yves: PersonId) -> None:
    sheet = desk.persons.sheet(yves)
    desk.persons.edit(
        replace(
            sheet.person,
            sex=Sex.MALE,
            birth_date=desk.clock.moment.date().replace(year=1979, month=3, day=4),
            discretion=Discretion.DISCREET,
            postal_code="79500",
            safe_contact_note="Appeler le matin, sur le premier numéro seulement.",
        )
    )
    roy = next(c for c in desk.directory.colleagues().values() if c.name == "Catherine Roy")
    desk.persons.welcome(yves, ProfessionalId(roy.id), CircleRole.UNIQUE_REFERENT)
    desk.persons.set_identifier(yves, IdentifierScheme.CAF, "1234567A")


def _attach(desk: Desk, yves: PersonId) -> None:
    for title, category, pages in (
        ("Bail de la rue du Temple", DocumentCategory.PROOF, 3),
        ("Courrier de la CAF du 2 novembre", DocumentCategory.LETTER, 1),
    ):
        content = pdf(pages, "Page")
        file = ChosenFile(title, media_of(content), content)
        desk.documents.add(NewDocument(yves, title, category, file))


def _gather(desk: Desk, persons: list[PersonId]) -> None:
    """A workshop, and a permanence with free slots for which two persons wait."""
    moment = desk.clock.moment
    lieu = PlaceId(next(one.id for one in desk.directory.places() if one.name == "Melle"))
    title, starts_at = "Parler sans se fâcher", moment + timedelta(days=4)
    session = desk.workshops.create(
        NewSession(title, WorkshopTheme.WELLBEING, starts_at, 120, lieu, 8)
    ).value
    for person in persons[1:3]:
        desk.workshops.register(session, person, first_step_with=person == persons[1])
    first = moment.date() + timedelta(days=1)
    desk.permanences.open(OpeningForm(lieu, first, time(9), time(12), 45, Repeat.FORTNIGHTLY))
    for person in persons[3:5]:
        desk.waiting.add(Wait(person, lieu, Motive.PSY_CONSULTATION))


def _leave_open(desk: Desk, person: PersonId) -> None:
    for days in (7, 14):
        plan = desk.appointments.of_person(person)[0]
        with desk.workplace.work() as work:
            work.save(
                replace(
                    plan,
                    id=RecordId(desk.workplace.new_id()),
                    starts_at=plan.starts_at - timedelta(days=days),
                    status=AppointmentStatus.TO_QUALIFY,
                )
            )
