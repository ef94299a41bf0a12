"""Nobody is left who opens a dossier: two holders of the Département's key give it to a successor.

They give what the circle shares. Clinical notes and private drawers stay out of their reach, and
the circle is told.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.domain.closed_texts import NOT_YET
from protocol.ids import PersonId
from protocol.kinds import SYNCED
from protocol.kinds.people import Job
from server.admin.__main__ import main as admin
from tests.support.ceremony import Departments, laid_down, open_with, with_a_key
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office, office, premises
from tests.support.two_laptops import assert_honest, is_verified, meet, somebody, welcome

__all__ = ["office", "premises"]

KINDS = {spec.code: spec.name for spec in SYNCED.values()}
SHARED, CLINICAL = "Un canari dans la mine", "Rossignol clinique"
REASON = "Plus aucun membre de l’équipe n’a ses clés"


class Desk:
    """The office's terminal."""

    def __init__(self, office: Office, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.office = office
        self.request, self.grant = folder / "demande.json", folder / "reponse.json"
        self._capsys = capsys

    def types(self, *words: str) -> tuple[int, str]:
        """Run a command; return its code and what it says."""
        self._capsys.readouterr()
        code = admin(
            ["--department", self.office.department.code, *words],
            {"COFFRE_DATABASE_URL": self.office.premises.url},
            lambda _: "oui",
        )
        said = self._capsys.readouterr()
        return code, said.out + said.err

    def asks(self, person: PersonId, successor: str) -> tuple[int, str]:
        """Prepare an opening."""
        return self.types(
            *("demander-ouverture", person, "--pour", successor, "--motif", REASON),
            *("--par", "Chef de service", "--vers", str(self.request)),
        )

    def places(self) -> tuple[int, str]:
        """Place what the ceremony answered."""
        return self.types("ouvrir", str(self.grant), "--par", "DSI")


@pytest.fixture
def key() -> Departments:
    return with_a_key()


@pytest.fixture
def laptops(office: Office, tmp_path: Path, key: Departments) -> Iterator[list[Laptop]]:
    """Claire, Mehdi, and Sofia who will succeed them; each has the policy that IT laid."""
    policy = laid_down(tmp_path, key.public)
    people = (("claire", Job.PSYCHOLOGIST), ("mehdi", Job.REFERENT), ("sofia", Job.NURSE))
    made = [enrolled(office, tmp_path / name, name, job, policy=policy) for name, job in people]
    yield made
    for laptop in made:
        laptop.close()


@pytest.fixture
def desk(office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(office, tmp_path, capsys)


def words_of(laptop: Laptop) -> tuple[str, ...]:
    """Return what somebody reads on her own screen."""
    return laptop.session.services.identities.my_words()


def summaries(laptop: Laptop, person: PersonId) -> list[str]:
    return sorted(line.summary for line in laptop.desk.follow_ups.timeline(person))


def lived_in(claire: Laptop, mehdi: Laptop) -> PersonId:
    """Return a dossier with words of two, notes for one alone, and a drawer beside."""
    person = somebody(claire)
    meet(claire, person, SHARED, clinical=CLINICAL)
    welcome(claire, person, mehdi)
    claire.sync()
    mehdi.sync()
    meet(mehdi, person, f"{SHARED}, dit Mehdi")
    mehdi.sync()
    claire.sync()
    return person


def test_when_everybody_lost_their_keys_a_successor_reads_what_they_shared_and_no_note(
    office: Office, laptops: list[Laptop], key: Departments, desk: Desk
) -> None:
    claire, mehdi, sofia = laptops
    person = lived_in(claire, mehdi)
    claire.close()  # both laptops are at the bottom of the Sèvre, papers and all
    mehdi.close()
    assert desk.asks(person, "sofia")[0] == 0
    code, terminal = open_with(key.papers[1:], desk.request, desk.grant, words_of(sofia))
    assert code == 0
    assert "signature vérifiée" in "\n".join(terminal.shown)
    assert desk.places()[0] == 0
    sofia.sync(verify=True)
    assert summaries(sofia, person) == [SHARED, f"{SHARED}, dit Mehdi"]
    assert sofia.desk.persons.sheet(person).person.request == "Trouver un logement"
    assert CLINICAL not in sofia.store_text()
    assert is_verified(sofia)
    meet(sofia, person, "La suite, par Sofia")
    sofia.sync()
    assert "La suite, par Sofia" in summaries(sofia, person)
    assert_honest(sofia)
    assert "La suite" not in office.dump()
    (line,) = sofia.session.services.escrow.news().openings
    assert (line.is_me, line.reason) == (True, REASON)
    code, said = desk.types("ouvertures")
    assert all(it in said for it in (REASON, "Chef de service", "DSI", "sofia", person))
    again, refused = desk.places()
    assert (again, "déjà sa réponse" in refused) == (1, True)


def test_members_who_are_still_there_are_told_and_begin_a_new_key(
    laptops: list[Laptop], key: Departments, desk: Desk
) -> None:
    claire, mehdi, sofia = laptops
    person = lived_in(claire, mehdi)
    before = set(claire.session.workplace.store.texts.held(person))
    desk.asks(person, "sofia")
    open_with(key.papers[:2], desk.request, desk.grant, words_of(sofia))
    desk.places()
    claire.sync()
    reports = claire.session.services.escrow
    news = reports.news()
    (line,) = news.openings
    told = (line.dossier, line.name, line.successor, line.is_me, line.reason)
    assert told == (person, "Yves Morisset", "sofia", False, REASON)
    reports.read(news)
    assert not reports.news().openings
    assert reports.of(person) == news.openings, "and it stays in the dossier"
    meet(claire, person, "Après l’ouverture")
    claire.sync()
    assert len(set(claire.session.workplace.store.texts.held(person)) - before) == 1
    mehdi.sync()
    assert "Après l’ouverture" in summaries(mehdi, person)
    # Sofia knows nobody here: the word of a colleague is not taken before she took hers in.
    sofia.sync()
    assert NOT_YET in summaries(sofia, person)
    access = sofia.session.services.persons
    assert {it.name for it in access.unnamed(person)} == {"claire", "mehdi"}
    for colleague in access.unnamed(person):
        access.admit(person, colleague.id)
    sofia.sync()
    sofia.sync()
    assert "Après l’ouverture" in summaries(sofia, person)
    meet(sofia, person, "De Sofia")
    sofia.sync()
    claire.sync()
    assert "De Sofia" in summaries(claire, person)
