"""An invented département for figures: reproducible from its seed, French text, real communes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from desktop.config.referentials import deux_sevres_text
from desktop.store.replica import Incoming
from protocol.ids import uuid7
from protocol.kinds import Appointment, CircleMember, FollowUp, Person, spec_of
from protocol.kinds.agenda import AppointmentStatus, Motive
from protocol.kinds.declare import Record
from protocol.kinds.follow_ups import Medium, Theme
from protocol.kinds.persons import CircleRole
from protocol.values import to_wire

START = datetime(2024, 11, 25, 8, 0, tzinfo=UTC)
_SYLLABLES = "ba be bi bo bou cha che da de du fa fer gau gi jo la le lo ma mi mo na ni pa pe pi ra".split()
_ENDINGS = "ard eau et ier in ine on ot oux sset y ez ane elle ille and aud".split()
_FIRST = (
    "Yves Nadia Élodie Jean-Luc Fatou Sandrine Mohamed Aïcha Thi-Lan José Maria Ousmane Claire Léa"
    " Théo Inès Karim Lucie Hugo Chloé Marc Aline Paul Zoé Ismaël Olga Piotr Ana Driss Noé"
).split()
_SENTENCES = (
    "Premier entretien, accepte un suivi mensuel.",
    "Souhaite reprendre une activité régulière ; l’accès au car du matin est déterminant.",
    "Le sommeil revient peu à peu, les démarches avec la CAF sont faites.",
    "A tenu dix ans le même poste à la scierie et en parle avec fierté.",
    "Hésite à prendre la route depuis l’accident, préfère venir accompagnée.",
    "Le dossier FSL est déposé, réponse attendue avant la fin du mois.",
    "Sa sœur, à Celles-sur-Belle, peut la conduire le jeudi.",
    "Point de situation avec la référente : le CER est signé jusqu’au 30 avril.",
)


class Caseload:
    """Draws records, always the same for a seed."""

    def __init__(self, professional: str, seed: int = 79) -> None:
        self._random = Random(seed)  # noqa: S311  # invented data
        self._professional = professional
        self._communes = [c["code"] for c in json.loads(deux_sevres_text())["communes"]]

    def persons(self, count: int) -> list[Person]:
        """Return persons."""
        return [self._person(index) for index in range(count)]

    def meetings(self, persons: list[Person], count: int) -> Iterator[Record]:
        """Yield follow-ups with their appointments, spread over two years."""
        for index in range(count):
            person = persons[index % len(persons)]
            at = START + timedelta(days=self._random.randrange(730), hours=index % 9)
            appointment = Appointment(
                **self._made(at),
                person=person.id,
                professional=self._professional,
                starts_at=at,
                motive=Motive.PSY_CONSULTATION,
                status=AppointmentStatus.ATTENDED,
            )
            if index % 4 == 0:
                yield appointment
            yield self.follow_up(person, at, appointment.id)

    def follow_up(self, person: Person, at: datetime, appointment: str | None = None) -> FollowUp:
        """Return a follow-up of about 1.3 kB."""
        return FollowUp(
            **self._made(at),
            person=person.id,
            professional=self._professional,
            appointment=appointment,
            starts_at=at,
            medium=Medium.PLANNED,
            themes=frozenset(self._random.sample(list(Theme), 3)),
            summary=self._text(7),
            for_person=self._text(2),
            person_words=self._text(1),
            next_step=self._text(1),
            next_step_due=at.date(),
        )

    def circle(self, person: Person, professional: str) -> CircleMember:
        """Return somebody's place in a circle."""
        return CircleMember(
            **self._made(START),
            person=person.id,
            professional=professional,
            role=CircleRole.CONTRIBUTOR,
            started_on=START.date(),
        )

    def _person(self, index: int) -> Person:
        random = self._random
        name = random.choice(_SYLLABLES) + random.choice(_SYLLABLES) + random.choice(_ENDINGS)
        return Person(
            **self._made(START),
            birth_name=name.capitalize(),
            first_name=random.choice(_FIRST),
            birth_date=(START - timedelta(days=random.randrange(6_600, 24_000))).date(),
            commune=random.choice(self._communes),
            phone1=f"06{index:08d}",
        )

    def _text(self, sentences: int) -> str:
        return " ".join(self._random.choice(_SENTENCES) for _ in range(sentences))

    def _made(self, at: datetime) -> dict[str, object]:
        rid = uuid7(int(at.timestamp() * 1000), self._random.randbytes(10))
        return {"id": rid, "created_at": at, "created_by": self._professional}


def incoming(record: Record, bucket: str) -> Incoming:
    """Return a record as a page of the office brings it."""
    return Incoming(spec_of(type(record)).name, bucket, record.id, True, to_wire(record))
