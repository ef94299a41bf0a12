"""The ceremony: three holders around a machine without a network, on a good day and on bad ones."""

import stat
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest
from nacl import bindings

from desktop.crypto.circle_statement import MAX_EPOCH, Statement, identity_digest
from desktop.crypto.circle_texts import CircleSecret
from desktop.crypto.errors import CertificateRefused
from desktop.crypto.escrow import ESCROW, EscrowKey
from desktop.crypto.identity import Identity
from desktop.crypto.identity_words import identity_words
from desktop.crypto.key_shares import KeyShare
from desktop.crypto.secret import Secret
from desktop.escrow.__main__ import main
from protocol.escrow import Giver, OpeningGrant, OpeningRequest
from tests.support.ceremony import DAY, Departments, Terminal, laid_down, open_with, with_a_key
from tests.support.departments_key import given_to_department, opening_request
from tests.support.laptop import SeededRandom

DOSSIER = "0199c0de-0000-7000-8000-0000000000a1"
CLAIRE = "0199c0de-0000-7000-8000-0000000000c1"
SOFIA = "0199c0de-0000-7000-8000-0000000000c3"
claire, sofia = (Identity.generate(SeededRandom(seed)) for seed in (11, 12))
SECRETS = [CircleSecret.generate(SeededRandom(seed)) for seed in (21, 22, 23)]
HERS = identity_words(sofia.public)


@pytest.fixture(scope="module")
def key() -> Departments:
    return with_a_key(SeededRandom(3))


def given(key: Departments, epoch: int, dossier: str = DOSSIER) -> Statement:
    """Return what Claire's laptop says to the Département's key."""
    return given_to_department(claire, CLAIRE, key.public, SECRETS[epoch - 1], dossier, epoch)


def asked(stated: Iterable[Statement], **changes: object) -> OpeningRequest:
    request = opening_request(stated, DOSSIER, SOFIA, sofia.public)
    givers = [Giver(CLAIRE, "Claire Martin", claire.public.signing.hex())]
    return msgspec.structs.replace(request, givers=givers, **changes)


@dataclass
class Held:
    """A second ceremony, and what came of it."""

    code: int
    terminal: Terminal
    said: str
    file: Path

    def grant(self) -> OpeningGrant:
        return msgspec.json.decode(self.file.read_bytes(), type=OpeningGrant)


@dataclass
class Room:
    """Where the holders sit."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def hold(
        self,
        request: OpeningRequest | bytes,
        papers: tuple[str, ...],
        words: tuple[str, ...] = HERS,
    ) -> Held:
        file, to = self.folder / "demande.json", self.folder / "reponse.json"
        content = request if isinstance(request, bytes) else msgspec.json.encode(request)
        file.write_bytes(content)
        code, terminal = open_with(papers, file, to, words)
        return Held(code, terminal, self.capsys.readouterr().err, to)


@pytest.fixture
def room(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Room:
    return Room(tmp_path, capsys)


# -- making it -------------------------------------------------------------------------------------


def test_any_two_papers_make_the_key_that_laptops_know(key: Departments, tmp_path: Path) -> None:
    assert len(key.papers) == 3
    assert all(len(paper.split()) == 26 for paper in key.papers)
    shares = [KeyShare.from_words(paper) for paper in key.papers]
    for one, other in ((0, 1), (0, 2), (2, 1)):
        assert EscrowKey.joined(shares[one], shares[other]).public == key.public
    assert laid_down(tmp_path, key.public) == key.policy
    assert key.public.fingerprint in "\n".join(key.terminal.shown)


def test_each_paper_is_shown_alone_and_leaves_the_screen_before_it_is_typed_back(
    key: Departments,
) -> None:
    assert not key.terminal.words(), "and the last one left too"
    typed = [at for at, line in enumerate(key.terminal.asked) if "Retapez" in line]
    assert len(typed) == 3
    for paper in key.papers:
        others = [it for it in key.papers if it != paper]
        assert not any(it in paper for it in others)


def test_a_paper_copied_wrong_is_found_and_the_machine_writes_the_public_line_alone(
    tmp_path: Path,
) -> None:
    wrong = [3]

    def answer(question: str) -> str:
        if "recopiés" in question:
            paper.append(terminal.words())
        if "Retapez" in question:
            wrong[0] -= 1
            return "avion " + paper[-1] if wrong[0] > 0 else paper[-1]
        return "oui"

    paper: list[str] = []
    terminal = Terminal(answer)
    to = tmp_path / "ligne.toml"
    assert main(["creer", "--vers", str(to)], terminal.table(), SeededRandom(4)) == 0
    assert "il en manque, ou il y en a trop" in "\n".join(terminal.shown)
    written = to.read_text("utf-8")
    assert written.startswith('escrow = "')
    assert not any(word in written.split() for word in paper[0].split())
    assert [it.name for it in tmp_path.iterdir()] == ["ligne.toml"]


def test_whoever_cannot_read_the_paper_back_has_no_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal(lambda question: "avion" if "Retapez" in question else "oui")
    to = tmp_path / "ligne.toml"
    assert main(["creer", "--vers", str(to)], terminal.table(), SeededRandom(4)) == 1
    assert "cette clé ne sert pas" in capsys.readouterr().err
    assert not to.exists()


# -- opening with it -------------------------------------------------------------------------------


def test_two_holders_open_every_epoch_to_her_and_to_nobody_else(
    key: Departments, room: Room
) -> None:
    held = room.hold(asked([given(key, 2), given(key, 1)]), key.papers[:2])
    assert held.code == 0
    grant = held.grant()
    assert stat.S_IMODE(held.file.stat().st_mode) & 0o077 == 0
    read = [Statement.from_bytes(b64decode(text)) for text in grant.statements]
    for one, secret in zip(read, SECRETS, strict=False):
        assert one.is_signed_by(key_of(key).signing.public)
        assert one.taken(sofia.encryption).name == secret.name
        assert (one.giver, one.recipient, one.members) == (ESCROW, SOFIA, (SOFIA,))
        assert (one.reason, one.opened_on) == ("Plus personne n’a ses clés", DAY.isoformat())
        assert one.identity == identity_digest(sofia.public)
    assert [one.epoch for one in read] == [1, 2]
    shown = "\n".join(held.terminal.shown)
    assert "Claire Martin ; signature vérifiée" in shown
    assert not any(paper in shown for paper in key.papers)


def key_of(key: Departments) -> EscrowKey:
    return EscrowKey.joined(*map(KeyShare.from_words, key.papers[:2]))


def bad_papers(key: Departments) -> dict[str, tuple[tuple[str, ...], str]]:
    one, two, _ = key.papers
    other = with_a_key(SeededRandom(8)).papers[1]
    words = two.split()
    swapped = " ".join([words[1], words[0], *words[2:]])
    return {
        "a word that is in no list": ((one, " ".join(["xylophone", *words[1:]])), "Le mot n° 1"),
        "two words exchanged": ((one, swapped), "un mot a été pris pour un autre"),
        "a word missing": ((one, " ".join(words[1:])), "il en manque, ou il y en a trop"),
        "the same paper twice": ((one, one), "C’est deux fois la même part"),
        "the paper of another key": ((one, other), "pas été faites le même jour"),
    }


@pytest.mark.parametrize("named", bad_papers(with_a_key(SeededRandom(3))))
def test_a_paper_that_does_not_go_is_told_in_a_sentence_and_can_be_typed_again(
    key: Departments, room: Room, named: str
) -> None:
    papers, sentence = bad_papers(key)[named]
    held = room.hold(asked([given(key, 1)]), (*papers, key.papers[1]))
    assert held.code == 0, held.said
    assert sum(sentence in line for line in held.terminal.shown) == 1
    assert len(held.grant().statements) == 1


def test_two_papers_of_another_departements_key_open_nothing(key: Departments, room: Room) -> None:
    held = room.hold(asked([given(key, 1)]), with_a_key(SeededRandom(8)).papers[:2])
    assert (held.code, held.file.exists()) == (1, False)
    assert "ne sont pas celles de la clé de secours" in held.said
    assert held.said.count("\n") == 1


def test_words_that_she_does_not_read_on_her_screen_stop_everything(
    key: Departments, room: Room
) -> None:
    """The office tells its own keys under her name: nobody types a share."""
    office = Identity.generate(SeededRandom(13)).public
    changed = {
        "identity_key": office.signing.hex(),
        "encryption_key": office.encryption.hex(),
    }
    held = room.hold(asked([given(key, 1)], **changed), key.papers[:2])
    assert (held.code, held.file.exists()) == (1, False)
    assert "ne sont pas ceux des clés que dit le bureau" in held.said
    assert not any("part," in question for question in held.terminal.asked)


def test_a_key_of_another_dossier_is_not_given_with_this_one(key: Departments, room: Room) -> None:
    elsewhere = given(key, 2, "0199c0de-0000-7000-8000-0000000000a2")
    moved = replace(given(key, 3), dossier=elsewhere.dossier).signed(claire.signing)
    held = room.hold(asked([given(key, 1), elsewhere, moved]), key.papers[:2])
    assert len(held.grant().statements) == 1


def test_an_epoch_after_which_none_could_come_is_not_given(key: Departments, room: Room) -> None:
    last = replace(given(key, 2), epoch=MAX_EPOCH)
    last = last.giving(SECRETS[1], key.public, SeededRandom(2)).signed(claire.signing)
    held = room.hold(asked([given(key, 1), last]), key.papers[:2])
    (only,) = held.grant().statements
    assert Statement.from_bytes(b64decode(only)).epoch == 1


def test_who_gave_a_key_is_told_with_what_the_office_knows_of_her(
    key: Departments, room: Room
) -> None:
    forged = replace(given(key, 2), signature=bytes(64))
    held = room.hold(asked([given(key, 1), forged]), key.papers[:2])
    shown = [line for line in held.terminal.shown if "époque" in line]
    assert "signature vérifiée" in shown[0]
    assert "ne connaît plus" in shown[1]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{}", "n’est pas une demande"),
        (b"\xff", "n’est pas une demande"),
        (b"[" * 100_000, "n’est pas une demande"),
    ],
)
def test_a_file_that_is_no_request_is_refused_in_a_sentence(
    key: Departments, room: Room, content: bytes, sentence: str
) -> None:
    held = room.hold(content, key.papers[:2])
    assert held.code == 1
    assert sentence in held.said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": "coffre.escrow.request.2"}, "n’est pas une demande"),
        ({"identity_key": "zz"}, "n’est pas une demande"),
        ({"reason": " "}, "ne dit pas son motif"),
        ({"reason": "a\x1b[2J"}, "ne dit pas son motif"),
        ({"statements": []}, "Aucune clé de ce dossier"),
    ],
)
def test_a_request_that_lacks_something_is_refused_in_a_sentence(
    key: Departments, room: Room, changes: dict[str, object], sentence: str
) -> None:
    held = room.hold(asked([given(key, 1)], **changes), key.papers[:2])
    assert (held.code, sentence in held.said) == (1, True), held.said


def test_nothing_is_typed_for_a_file_that_cannot_be_written(key: Departments, room: Room) -> None:
    (room.folder / "reponse.json").write_text("déjà là", "utf-8")
    held = room.hold(asked([given(key, 1)]), key.papers[:2])
    assert (held.code, held.terminal.asked) == (1, [])
    assert held.file.read_text("utf-8") == "déjà là"


# -- the statement ---------------------------------------------------------------------------------


def opening(key: Departments) -> Statement:
    made = replace(
        given(key, 1), giver=ESCROW, recipient=SOFIA, members=(SOFIA,), reason="Parce que"
    )
    made = replace(made, opened_on="2026-11-24")
    return made.giving(SECRETS[0], sofia.public, SeededRandom(5)).signed(key_of(key).signing)


def test_an_opening_has_one_form_and_never_lacks_its_reason(key: Departments) -> None:
    said = opening(key)
    assert Statement.from_bytes(said.to_bytes()) == said
    for odd in (
        replace(said, reason=""),
        replace(said, reason="x" * 301),
        replace(said, reason="a\nb"),
        replace(said, opened_on="24/11/2026"),
        replace(said, opened_on=""),
        replace(said, giver=CLAIRE),
    ):
        with pytest.raises(CertificateRefused):
            Statement.from_bytes(odd.signed(key_of(key).signing).to_bytes())


@pytest.mark.parametrize("change", [{"reason": "Autre chose"}, {"opened_on": "2026-11-25"}])
def test_nobody_changes_why_or_when_a_dossier_was_opened(
    key: Departments, change: dict[str, str]
) -> None:
    changed = replace(opening(key), **change)  # type: ignore[arg-type]  # those of a statement
    assert not changed.is_signed_by(key.public.signing)


def test_another_program_derives_the_key_of_the_document_from_its_secret() -> None:
    secret = bytes(range(32))
    key = EscrowKey(Secret(secret))
    for purpose, public in (
        (b"coffre.escr.sign", lambda seed: bindings.crypto_sign_seed_keypair(seed)[0]),
        (b"coffre.escr.encr", bindings.crypto_scalarmult_base),
    ):
        seed = blake2b(b"", digest_size=32, key=secret, person=purpose).digest()
        assert public(seed) in (key.public.signing, key.public.encryption)
    assert key.public.fingerprint == "68696 72087 84675 09860 88956 81592 07539 63173"
