"""A day on the road for tests: an office in Niort, lieux all over, things to sign and to bring."""

from dataclasses import replace
from datetime import date, timedelta

from desktop.services.appointments import Plan
from desktop.services.persons import NewPerson
from protocol.ids import PersonId, PlaceId, RecordId, StructureId
from protocol.kinds.agenda import Motive
from protocol.kinds.people import Professional, Structure, StructureKind
from protocol.kinds.places import Network, Place
from protocol.kinds.programmes import Cadence, Programme, ProgrammeKind, Step
from tests.support.laptop import CHEF_BOUTONNE, MELLE, NIORT, Desk, bring, place

ELSEWHERE = {
    "Bressuire": "79049",
    "Thouars": "79329",
    "Parthenay": "79202",
    "Mauléon": "79079",
    "Airvault": "79005",
    "Cerizay": "79062",
    "Ménigoute": "79176",
    "Saint-Maixent-l’École": "79270",
    "Mauzé-sur-le-Mignon": "79170",
}
"""Lieux of the other days, by the INSEE code of their communes."""


def a_day_on_the_road(desk: Desk) -> list[PersonId]:
    """Give a laptop a round: Melle in the morning, Chef-Boutonne in the afternoon."""
    work_in_niort(desk)
    for name, commune in ELSEWHERE.items():
        bring(desk.workplace, place(desk.workplace, name, commune, Network.GOOD))
    melle = _lieu(desk, "Melle (CSC)", MELLE, Network.WEAK, "Clé à l’accueil.", "salle 2")
    chef = _lieu(
        desk, "Chef-Boutonne (mairie)", CHEF_BOUTONNE, Network.NONE, "Chauffage à allumer.", ""
    )
    names = (
        ("Nadia", "Benali"),
        ("Yves", "Morisset"),
        ("Jean-Luc", "Audebert"),
        ("Fatou", "Diallo"),
    )
    persons = [
        desk.persons.create(NewPerson(last, first, commune=MELLE)).value for first, last in names
    ]
    morning = desk.clock.moment.replace(hour=7, minute=50)
    for at, person in enumerate(persons):
        afternoon = at >= 3
        start = morning + (timedelta(hours=4, minutes=40) if afternoon else at * timedelta(hours=1))
        motive = Motive.CER_SIGNATURE if at == 1 else Motive.PSY_CONSULTATION
        desk.appointments.plan(Plan(person, start, 45, chef if afternoon else melle, motive))
    _live(desk, persons)
    return persons


def work_in_niort(desk: Desk) -> None:
    """Have the professional belong to a structure in Niort."""
    workplace = desk.workplace
    office = StructureId(workplace.new_id())
    me = desk.store.records.get(Professional, workplace.me)
    assert me is not None
    bring(
        workplace,
        Structure(
            id=RecordId(office),
            created_at=workplace.clock.now(),
            created_by=workplace.me,
            name="Maison du Département",
            category=StructureKind.DEPARTMENT,
            commune=NIORT,
        ),
        replace(me, structure=office),
    )


def programme(desk: Desk, person: PersonId, planned_end: date) -> Programme:
    """Return an ASPIR of hers, to be brought."""
    return Programme(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.now(),
        created_by=desk.workplace.me,
        person=person,
        programme=ProgrammeKind.ASPIR,
        professional=desk.workplace.me,
        started_on=planned_end - timedelta(days=91),
        planned_end=planned_end,
        cadence=Cadence.ASPIR,
    )


def step(desk: Desk, person: PersonId, text: str, due_on: date | None) -> Step:
    """Return something agreed, to be brought."""
    return Step(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.now(),
        created_by=desk.workplace.me,
        person=person,
        professional=desk.workplace.me,
        text=text,
        due_on=due_on,
    )


def _lieu(desk: Desk, name: str, commune: str, network: Network, keys: str, room: str) -> PlaceId:
    made: Place = place(desk.workplace, name, commune, network)
    bring(desk.workplace, replace(made, keys_note=keys, room=room or None))
    return PlaceId(made.id)


def _live(desk: Desk, persons: list[PersonId]) -> None:
    form = desk.follow_ups.begin(persons[0])
    before = desk.clock.moment - timedelta(days=21)
    said = "Dort mieux. A revu sa sœur, parle d’une reprise à temps partiel au printemps."
    desk.follow_ups.finish(replace(form, starts_at=before, summary=said, next_at=None))
    today = desk.clock.moment.date()
    bring(
        desk.workplace,
        programme(desk, persons[2], today + timedelta(days=10)),
        step(
            desk, persons[0], "Prendre rendez-vous avec le médecin traitant.", today - timedelta(4)
        ),
    )
