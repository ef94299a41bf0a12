"""What the office asks the holders of the Département's key, and does with their answer."""

from base64 import b64encode
from pathlib import Path

import msgspec
import pytest

from protocol.escrow import OpeningGrant, OpeningRequest
from protocol.kinds.people import Job
from tests.server.samples import follow_up, member, person
from tests.server.test_admin import Terminal
from tests.support.office import Office
from tests.support.raw_device import Op, RawDevice, enrol, fresh_id

REASON = "Départ de toute l’équipe"
IDENTITY = ("11" * 32, "22" * 32)


@pytest.fixture
def terminal(office: Office, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(office, capsys)


@pytest.fixture
def claire(office: Office) -> RawDevice:
    return enrol(office)


@pytest.fixture
def dossier(claire: RawDevice) -> str:
    """A dossier of Claire's, with a key."""
    rid = fresh_id()
    key = {
        "created_at": "2026-11-24T08:40:00Z",
        "created_by": claire.professional,
        "person": rid,
        "statement": b64encode(b"Je donne la cle").decode(),
    }
    place = member(claire, rid, claire.professional)
    reply = claire.push(person(claire, rid), place, Op("circle_key", fresh_id(), key))
    assert not reply.results
    return rid


def asks(terminal: Terminal, dossier: str, to: Path, **changes: str) -> tuple[str, ...]:
    said = {"pour": "Sofia Nguyen", "motif": REASON, "par": "Cheffe de service", **changes}
    options = [word for name, value in said.items() for word in (f"--{name}", value)]
    return ("demander-ouverture", dossier, *options, "--vers", str(to))


def answer(request: OpeningRequest, file: Path, **changes: object) -> tuple[str, ...]:
    grant = OpeningGrant(
        id=request.id,
        department=request.department,
        dossier=request.dossier,
        successor=request.successor,
        opened_on="2026-11-25",
        statements=[b64encode(b"Je vous donne la cle").decode()],
    )
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(grant, **changes)))
    return ("ouvrir", str(file), "--par", "DSI")


def asked(terminal: Terminal, dossier: str, folder: Path) -> OpeningRequest:
    to = folder / "demande.json"
    terminal.types(*asks(terminal, dossier, to))
    return msgspec.json.decode(to.read_bytes(), type=OpeningRequest)


def test_what_is_asked_names_one_dossier_one_person_and_why_and_holds_no_word(
    terminal: Terminal, claire: RawDevice, dossier: str, tmp_path: Path
) -> None:
    sofia = enrol(terminal.office, "Sofia Nguyen", Job.NURSE, identity=IDENTITY)
    claire.push(follow_up(claire, dossier))
    request = asked(terminal, dossier, tmp_path)
    assert (request.dossier, request.successor) == (dossier, sofia.professional)
    assert (request.reason, request.asked_by) == (REASON, "Cheffe de service")
    assert request.statements == [b64encode(b"Je donne la cle").decode()]
    assert [one.name for one in request.givers] == ["Claire Morin"]
    content = (tmp_path / "demande.json").read_text("utf-8")
    assert "Bernard" not in content
    assert "Sylvie" not in content
    assert "sans suite" in terminal.types("ouvertures")


def test_the_answer_gives_her_a_place_and_what_she_receives(
    terminal: Terminal, dossier: str, tmp_path: Path
) -> None:
    sofia = enrol(terminal.office, "Sofia Nguyen", Job.NURSE, identity=IDENTITY)
    request = asked(terminal, dossier, tmp_path)
    words = answer(request, tmp_path / "reponse.json")
    assert "Rien n’a été fait" in terminal.is_refused(*words, answer="non")
    assert "Clés placées : 1" in terminal.types(*words, answer="oui")
    assert REASON in terminal.asked[-1]
    sofia.pull()
    kinds = [kind for kind, _ in sofia.seen if kind in ("circle_key", "person")]
    assert sorted(kinds) == ["circle_key", "circle_key", "person"]
    said = terminal.types("ouvertures")
    assert all(it in said for it in ("Sofia Nguyen", "Cheffe de service", "DSI", REASON, dossier))
    assert "Toutes les empreintes sont justes" in terminal.types("verifier")
    assert "déjà sa réponse" in terminal.is_refused(*words, answer="oui")


@pytest.mark.parametrize("field", ["id", "dossier", "successor"])
def test_an_answer_to_another_question_is_refused(
    terminal: Terminal, dossier: str, tmp_path: Path, field: str
) -> None:
    enrol(terminal.office, "Sofia Nguyen", Job.NURSE, identity=IDENTITY)
    request = asked(terminal, dossier, tmp_path)
    words = answer(request, tmp_path / "reponse.json", **{field: fresh_id()})
    assert "aucune demande" in terminal.is_refused(*words, answer="oui")
    assert "sans suite" in terminal.types("ouvertures")


def test_what_cannot_be_asked_is_refused_in_a_sentence(
    terminal: Terminal, dossier: str, tmp_path: Path
) -> None:
    to = tmp_path / "demande.json"
    terminal.office.hire("Sofia Nguyen", Job.NURSE)
    assert "pas encore d’ordinateur" in terminal.is_refused(*asks(terminal, dossier, to))
    enrol(terminal.office, "Sofia Nguyen", Job.NURSE, identity=IDENTITY)
    assert "pas connu" in terminal.is_refused(*asks(terminal, fresh_id(), to))
    assert "« chercher »" in terminal.is_refused(*asks(terminal, "Bernard", to))
    assert "Le motif" in terminal.is_refused(*asks(terminal, dossier, to, motif=" "))
    assert "Qui le demande" in terminal.is_refused(*asks(terminal, dossier, to, par="x" * 201))
    assert "pas connu" in terminal.is_refused(*asks(terminal, dossier, to, pour="Personne"))
    assert not to.exists()
    assert "Aucune ouverture" in terminal.types("ouvertures")
    to.write_bytes(b"{}")
    assert "existe déjà" in terminal.is_refused(*asks(terminal, dossier, to))
    assert "n’est pas la réponse" in terminal.is_refused("ouvrir", str(to), "--par", "DSI")
    assert "ne peut pas être lu" in terminal.is_refused("ouvrir", str(tmp_path), "--par", "DSI")


def test_the_register_forgets_why_with_the_person(
    terminal: Terminal, dossier: str, tmp_path: Path
) -> None:
    enrol(terminal.office, "Sofia Nguyen", Job.NURSE, identity=IDENTITY)
    request = asked(terminal, dossier, tmp_path)
    terminal.office.erase(dossier)
    said = terminal.types("ouvertures")
    assert dossier in said
    assert REASON not in said
    assert REASON not in terminal.office.dump()
    words = answer(request, tmp_path / "reponse.json")
    assert "pas connu" in terminal.is_refused(*words, answer="oui")
