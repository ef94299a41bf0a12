"""An office that would read, or put words in somebody's mouth, and holds all that travels.

Mallory is its creature: a professional whom it invented, with keys of her own, and everything that
any laptop ever sends. Each attack says what is changed on the way to Claire's laptop, who then goes
on working. Whatever the attack: Mallory opens nothing, nothing that is shown was written by anybody
but where it shows, and Claire's laptop goes on. Attacks on messages, epochs, digests, erasures and
clinical notes are in the two modules beside this one.
"""

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.crypto import circle_statement
from desktop.crypto.circle_texts import CircleSecret, name_of
from desktop.crypto.escrow import ESCROW, Escrow
from desktop.domain import closed_texts
from desktop.store import circle_keys, sealed_texts
from desktop.store.circle_keys import CircleKeys
from desktop.store.circle_places import CirclePlaces
from desktop.store.circle_said import Circle, said_by
from desktop.store.known_identities import public_identity
from desktop.store.text_joining import TextJoining
from protocol.kinds import FollowUp, Professional, spec_of
from tests.support.circle import Carried, carry, introduce, member, welcome
from tests.sync.attacks_on_circles import leave
from tests.sync.attacks_on_texts import ATTACKS
from tests.sync.circle_case import CANARY, DEPARTMENT, SEED, Case, make_case, write


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """A fresh case."""
    made = make_case(tmp_path)
    yield made
    made.close()


def test_the_list_is_long_enough() -> None:
    assert len(ATTACKS) >= 25


@pytest.mark.parametrize("named", ATTACKS)
def test_whatever_the_office_does_it_reads_nothing_and_forges_nothing(
    case: Case, named: str
) -> None:
    ATTACKS[named](case)
    case.go_on()
    case.judge()


def test_a_newcomer_gives_nothing_to_who_left_before_she_came(case: Case, tmp_path: Path) -> None:
    """The office shows her that he is still there: she has seen no key made without him."""
    leave(case)
    nadia = member(tmp_path, "nadia", SEED + 9, Escrow(DEPARTMENT.public))
    introduce((case.claire, case.mehdi, nadia))
    welcome(case.claire, case.person, nadia)
    case.claire.given()

    def still_there(carried: list[Carried]) -> list[Carried]:
        return [
            (kind, bucket, rid, {k: v for k, v in data.items() if not k.startswith("end")})
            for kind, bucket, rid, data in carried
        ]

    carry(case.person, case.claire, nadia, still_there)
    nadia.given()
    write(case, nadia, case.person, f"{CANARY} de Nadia")
    nadia.given()
    said = [one for _, one in case.statements(nadia)]
    assert {one.recipient for one in said} <= {str(nadia.me), str(case.claire.me), ESCROW}
    (meeting,) = [
        one
        for one in nadia.desk.store.records.select(FollowUp)
        if one.summary == f"{CANARY} de Nadia"
    ]
    held = nadia.desk.store.records.data(spec_of(FollowUp), meeting.id) or {}
    keys = nadia.desk.store.texts.held(case.person)
    used = name_of(b64decode(str(held["summary"])[1:]))
    assert used in keys
    assert used not in case.mehdi.desk.store.texts.held(case.person)
    nadia.desk.store.close()


# -- what the list above must be able to see ------------------------------------------------------


def _anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CircleSecret, "_binding", lambda self, place: b"")


def _any_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circle_statement, "verify", lambda key, message, signature: True)


def _any_giver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CircleKeys, "_lets_me_in", lambda self, statement, circle: True)


def _who_left_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circle_keys, "said_by_who_left", lambda said, circle: said_by(said))


def _any_giver_of_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    _who_left_too(monkeypatch)
    monkeypatch.setattr(Circle, "holders", lambda self, key: set())


def _every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(self: CircleKeys, dossier: str) -> set[str]:
        return {who for who, _ in self._places.told(dossier)}

    monkeypatch.setattr(CircleKeys, "readers", told)


def _any_dossier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CirclePlaces, "readers_and_named", lambda self, dossier: (set(), {1}))


def _under_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextJoining, "_fresher", lambda self, place, theirs, mine: (theirs, mine))


def _any_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CirclePlaces, "note_left", lambda self, dossier, whom, epoch, circle: None)


def _any_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Circle, "readers", lambda self, key: set())
    monkeypatch.setattr(Circle, "holders", lambda self, key: set())


def _clear_is_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closed_texts, "unsealed", lambda text: text)
    monkeypatch.setattr(sealed_texts, "unsealed", lambda text: text)


def _any_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(self: CircleKeys, professional: str) -> object:
        data = self.store.records.data(spec_of(Professional), professional) or {}
        return public_identity(data.get("identity_key"), data.get("encryption_key"))

    monkeypatch.setattr(CircleKeys, "_keys_of", told)


CONTROLS = {
    "two texts of one dossier are swapped": _anywhere,
    "an invented member speaks in the name of a colleague": _any_signature,
    "an invented member signs that she is one": _any_giver,
    "the place of somebody who left is opened again": _any_place,
    "the place of somebody who left is opened again before anybody wrote": _any_place,
    "the newest key is taken back after somebody left": _any_reader,
    "a text in clear takes the place of a sealed one": _clear_is_fine,
    "the keys of a colleague are replaced in the directory": _any_keys,
    "the office tells keys of its own for the Département": _any_keys,
    "the office says that the Département opened the dossier to it": _any_signature,
    "an opening is shown again after its successor has left": _any_place,
    "an older text is given again, to be joined with words typed after a departure": _under_theirs,
    "a member is invented in a dossier that Claire then joins with another one": _every_place,
    "an invented dossier without a key is joined with a true one": _every_place,
    "an invented dossier is said to be of the same person as a true one": _any_dossier,
    "who left gives a key of his own to those who stayed": _any_giver_of_a_key,
    "who left gives himself a key of his own, and his place is opened again": _who_left_too,
    "who left names the office's creature a member": _who_left_too,
}


@pytest.mark.parametrize("named", CONTROLS)
def test_a_laptop_without_its_guard_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """Otherwise the attack proves nothing."""
    CONTROLS[named](monkeypatch)
    case = make_case(tmp_path)
    ATTACKS[named](case)
    case.go_on()
    with pytest.raises(AssertionError, match=r"opened a sentence|nobody wrote there"):
        case.judge()
    case.close()
