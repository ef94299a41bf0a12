"""An invented département for figures: reproducible from its seed, French text, real communes."""

import json
import re
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
    "Premier entretien à {place}, accepte un suivi {rhythm}.",
    "Souhaite reprendre une activité de {trade} ; {obstacle}.",
    "Le sommeil revient peu à peu, les démarches avec {office} sont {state}.",
    "A tenu {number} ans le même poste de {trade} à {place} et en parle avec {feeling}.",
    "Hésite à prendre la route depuis {event}, préfère venir {way}.",
    "Le dossier déposé auprès de {office} est {state}, réponse attendue avant {month}.",
    "{relative}, à {place}, peut la conduire le {day} ou le {day}.",
    "Point de situation avec {office} : le CER est signé jusqu’au {number} {month}.",
    "Parle de {event} avec {feeling}, et de {relative} pour la première fois.",
    "Rendez-vous pris le {day} {number} {month} à {place}, {way} si besoin.",
    "{obstacle} ; nous avons cherché ensemble ce qui tiendrait jusqu’à {month}.",
    "Demande {number} séances de plus, à un rythme {rhythm}, et le dit avec {feeling}.",
)
_WORDS = {
    "place": (
        "Melle", "Chef-Boutonne", "Celles-sur-Belle", "Lezay", "Sauzé-Vaussais", "Brioux",
        "Parthenay", "Airvault", "Thénezay", "Thouars", "Loudun", "Bressuire", "Mauléon",
        "Cerizay", "Niort", "Saint-Maixent", "La Crèche", "Mauzé", "Coulonges", "Frontenay",
    ),
    "rhythm": ("mensuel", "hebdomadaire", "tous les quinze jours", "plus souple", "régulier"),
    "trade": (
        "menuiserie", "aide à domicile", "cuisine", "maçonnerie", "secrétariat", "soudure",
        "maraîchage", "vente", "couture", "logistique", "petite enfance", "espaces verts",
    ),
    "obstacle": (
        "l’accès au car du matin est déterminant", "la garde des enfants n’est pas réglée",
        "le permis reste à repasser", "la fatigue vient vite l’après-midi",
        "le téléphone est coupé depuis la fin du mois", "la lecture des courriers inquiète",
        "le logement est humide et se dégrade", "les douleurs du dos limitent le port de charges",
    ),
    "office": (
        "la CAF", "la MSA", "France Travail", "la mission locale", "le CCAS", "la référente",
        "le bailleur", "le FSL", "la CPAM", "l’association", "le centre social", "la mairie",
    ),
    "state": ("faites", "en cours", "à reprendre", "bloquées", "complètes", "presque finies"),
    "feeling": ("fierté", "pudeur", "colère", "soulagement", "humour", "lassitude", "espoir"),
    "event": (
        "l’accident", "la séparation", "la fermeture de la scierie", "le déménagement",
        "l’hospitalisation", "le deuil", "la fin du contrat", "la naissance", "le jugement",
    ),
    "way": ("accompagnée", "par téléphone", "en covoiturage", "à pied", "avec le car", "seule"),
    "relative": ("Sa sœur", "Son frère", "Sa voisine", "Son fils", "Sa mère", "Un ami", "Sa tante"),
    "day": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"),
    "month": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
        "octobre", "novembre", "décembre",
    ),
}  # fmt: skip
_GAP = re.compile(r"\{(\w+)\}")


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
            summary=self.text(7),
            for_person=self.text(2),
            person_words=self.text(1),
            next_step=self.text(1),
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

    def text(self, sentences: int) -> str:
        """Return some French; it compresses somewhat better than what people write."""
        return " ".join(self._sentence() for _ in range(sentences))

    def _sentence(self) -> str:
        return _GAP.sub(self._word, self._random.choice(_SENTENCES))

    def _word(self, gap: re.Match[str]) -> str:
        if gap[1] == "number":
            return str(self._random.randrange(2, 31))
        return self._random.choice(_WORDS[gap[1]])

    def _made(self, at: datetime) -> dict[str, object]:
        rid = uuid7(int(at.timestamp() * 1000), self._random.randbytes(10))
        return {"id": rid, "created_at": at, "created_by": self._professional}


def incoming(record: Record, bucket: str) -> Incoming:
    """Return a record as a page of the office brings it."""
    return Incoming(spec_of(type(record)).name, bucket, record.id, True, to_wire(record))
