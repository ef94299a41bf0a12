"""An invented département for figures: reproducible from its seed, French text, real communes."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from desktop.config.referentials import deux_sevres_text
from desktop.store.replica import Incoming
from protocol.ids import AppointmentId, PersonId, PlaceId, ProfessionalId, RecordId, uuid7
from protocol.kinds import Appointment, CircleMember, FollowUp, Person, spec_of
from protocol.kinds.agenda import AppointmentStatus, Motive, OpeningSlot, Waiting, WaitingState
from protocol.kinds.declare import Record
from protocol.kinds.follow_ups import Medium, StepOwner, Theme
from protocol.kinds.persons import CircleRole
from protocol.kinds.programmes import Cadence, Programme, ProgrammeKind, Step, StepState
from protocol.values import to_wire

START = datetime(2024, 11, 25, 8, 0, tzinfo=UTC)
_WORDS = Path(__file__).parent / "words.json"
_GAP = re.compile(r"\{(\w+)\}")


class Caseload:
    """Draws records, always the same for a seed."""

    def __init__(self, professional: ProfessionalId, seed: int = 79) -> None:
        self._random = Random(seed)  # invented data
        self._words = json.loads(_WORDS.read_text("utf-8"))
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
                id=self._new_id(at),
                created_at=at,
                created_by=self._professional,
                person=PersonId(person.id),
                professional=self._professional,
                starts_at=at,
                motive=Motive.PSY_CONSULTATION,
                status=AppointmentStatus.ATTENDED,
            )
            if index % 4 == 0:
                yield appointment
            yield self.follow_up(person, at, appointment.id)

    def engagements(self, persons: list[Person], mine: int, now: datetime) -> Iterator[Record]:
        """Yield a programme and two steps for each person, and absences of this month.

        The professional leads the first ``mine`` programmes, a colleague the others.
        """
        other = ProfessionalId(self._new_id(START))
        for index, person in enumerate(persons):
            who = self._professional if index < mine else other
            begun = (now - timedelta(days=self._random.randrange(20, 80))).date()
            yield Programme(
                id=self._new_id(now),
                created_at=now,
                created_by=who,
                person=PersonId(person.id),
                programme=ProgrammeKind.ASPIR,
                professional=who,
                started_on=begun,
                planned_end=begun + timedelta(days=91),
                cadence=Cadence.ASPIR,
            )
            for _ in range(2):
                yield self._step(person, who, now)
            if index < mine // 4:
                yield self._absence(person, now)

    def waits(self, persons: list[Person], now: datetime) -> Iterator[Record]:
        """Yield ten half-days of permanences a week; one person in a hundred waits, some still."""
        places = [PlaceId(self._new_id(START)) for _ in range(10)]
        monday = (now - timedelta(days=now.weekday())).replace(hour=8, minute=0, second=0)
        for index, place in enumerate(places):
            yield OpeningSlot(
                id=self._new_id(now),
                created_at=now,
                created_by=self._professional,
                professional=self._professional,
                place=place,
                starts_at=monday + timedelta(days=index // 2, hours=5 * (index % 2)),
                minutes=180,
                rule="FREQ=WEEKLY",
            )
        for index, person in enumerate(persons[::100]):
            yield Waiting(
                id=self._new_id(now),
                created_at=now,
                created_by=self._professional,
                person=PersonId(person.id),
                professional=self._professional,
                place=places[index % len(places)],
                since=now.date(),
                motive=Motive.PSY_CONSULTATION,
                state=WaitingState.SERVED if index % 3 else WaitingState.WAITING,
            )

    def follow_up(
        self, person: Person | PersonId, at: datetime, appointment: RecordId | None = None
    ) -> FollowUp:
        """Return a follow-up of about 1.3 kB."""
        subject = PersonId(person.id) if isinstance(person, Person) else person
        return FollowUp(
            id=self._new_id(at),
            created_at=at,
            created_by=self._professional,
            person=subject,
            professional=self._professional,
            appointment=AppointmentId(appointment) if appointment else None,
            starts_at=at,
            medium=Medium.PLANNED,
            themes=frozenset(self._random.sample(list(Theme), 3)),
            summary=self.text(7),
            for_person=self.text(2),
            person_words=self.text(1),
            next_step=self.text(1),
            next_step_due=at.date(),
            next_step_owner=StepOwner.BOTH,
            orientation=self.text(1),
        )

    def circle(self, person: Person, professional: ProfessionalId) -> CircleMember:
        """Return somebody's place in a circle."""
        return CircleMember(
            id=self._new_id(START),
            created_at=START,
            created_by=self._professional,
            person=PersonId(person.id),
            professional=professional,
            role=CircleRole.CONTRIBUTOR,
            started_on=START.date(),
        )

    def text(self, sentences: int) -> str:
        """Return some French; it compresses somewhat better than what people write."""
        return " ".join(self._sentence() for _ in range(sentences))

    def _step(self, person: Person, who: ProfessionalId, now: datetime) -> Step:
        is_done = self._random.random() < 0.9
        return Step(
            id=self._new_id(now),
            created_at=now,
            created_by=who,
            person=PersonId(person.id),
            professional=who,
            text=self.text(1),
            due_on=(now + timedelta(days=self._random.randrange(-300, 30))).date(),
            state=StepState.DONE if is_done else StepState.PLANNED,
        )

    def _absence(self, person: Person, now: datetime) -> Appointment:
        return Appointment(
            id=self._new_id(now),
            created_at=now,
            created_by=self._professional,
            person=PersonId(person.id),
            professional=self._professional,
            starts_at=now - timedelta(days=self._random.randrange(1, 30)),
            motive=Motive.ASPIR,
            status=AppointmentStatus.NO_SHOW,
        )

    def _person(self, index: int) -> Person:
        random = self._random
        name = "".join(random.choice(self._words[x]) for x in ("syllables", "syllables", "endings"))
        return Person(
            id=self._new_id(START),
            created_at=START,
            created_by=self._professional,
            birth_name=name.capitalize(),
            first_name=random.choice(self._words["first_names"]),
            birth_date=(START - timedelta(days=random.randrange(6_600, 24_000))).date(),
            commune=random.choice(self._communes),
            phone1=f"06{index:08d}",
        )

    def _sentence(self) -> str:
        return _GAP.sub(self._word, self._random.choice(self._words["sentences"]))

    def _word(self, gap: re.Match[str]) -> str:
        if gap[1] == "number":
            return str(self._random.randrange(2, 31))
        return str(self._random.choice(self._words["gaps"][gap[1]]))

    def _new_id(self, at: datetime) -> RecordId:
        return RecordId(uuid7(int(at.timestamp() * 1000), self._random.randbytes(10)))


def incoming(record: Record, bucket: str) -> Incoming:
    """Return a record as a page of the office brings it."""
    return Incoming(spec_of(type(record)).name, bucket, record.id, True, to_wire(record))
