"""What an office that would read, or lie, does to the texts themselves: the first half of a list.

``ATTACKS`` has each under what it does; ``attacks_on_circles`` adds those on members and keys.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace

from desktop.crypto.circle_texts import CircleSecret, TextPlace
from protocol.ids import FollowUpId, uuid7
from protocol.kinds import FollowUp, spec_of
from tests.sync.circle_case import CANARY, Case

Attack = Callable[[Case], None]
ATTACKS: dict[str, Attack] = {}


def attack(named: str) -> Callable[[Attack], Attack]:
    """Declare an attack."""

    def declare(made: Attack) -> Attack:
        ATTACKS[named] = made
        return made

    return declare


# -- values in another place, or another value in their place -------------------------------------


@attack("two texts of one dossier are swapped")
def _(case: Case) -> None:
    one, two = case.meeting(f"{CANARY} un"), case.meeting(f"{CANARY} deux")
    first, second = case.envelope(one), case.envelope(two)
    case.put(one, summary=second)
    case.put(two, summary=first)


@attack("two fields of one record are swapped")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    case.put(one, summary=case.envelope(one, "next_step"), next_step=case.envelope(one))


@attack("a text comes from the dossier of somebody else")
def _(case: Case) -> None:
    one, three = case.meeting(f"{CANARY} un"), case.meeting(f"{CANARY} trois")
    case.put(one, summary=case.envelope(three))


@attack("a text comes from a record of another kind")
def _(case: Case) -> None:
    case.put(case.meeting(f"{CANARY} un"), summary=case.envelope(case.person, "request", "person"))


@attack("a whole meeting is given again under another number")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    held = case.claire.desk.store.records.data(spec_of(FollowUp), one)
    assert held is not None
    rid = uuid7(1_795_000_000_002, bytes(10))
    case.claire.given_quietly(("follow_up", case.person, rid, dict(held)))


@attack("an older text is given again")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    old = case.envelope(one)
    form = case.claire.desk.follow_ups.open(FollowUpId(one)).form
    case.claire.desk.follow_ups.finish(replace(form, summary=f"{CANARY} un, corrigé"))
    case.written[one, "summary"].add(f"{CANARY} un, corrigé")
    case.claire.given()
    case.put(one, summary=old)


@attack("a text is cut")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    case.put(one, summary=case.envelope(one)[:101])


@attack("a text is longer than what was sealed")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    sealed = b64decode(case.envelope(one)[1:])
    case.put(one, summary="2" + b64encode(sealed + bytes(256)).decode())


def flipped(case: Case, at: int) -> None:
    """Change one bit of a text."""
    one = case.meeting(f"{CANARY} un")
    sealed = bytearray(b64decode(case.envelope(one)[1:]))
    sealed[at] ^= 1
    case.put(one, summary="2" + b64encode(bytes(sealed)).decode())


@attack("a bit of a text is changed")
def _(case: Case) -> None:
    flipped(case, -40)


@attack("a bit of a seal is changed")
def _(case: Case) -> None:
    flipped(case, -1)


@attack("a bit of a nonce is changed")
def _(case: Case) -> None:
    flipped(case, 20)


@attack("a text says that it is under another key")
def _(case: Case) -> None:
    flipped(case, 5)


@attack("a text says that it is of another version")
def _(case: Case) -> None:
    flipped(case, 0)


@attack("a text in clear takes the place of a sealed one")
def _(case: Case) -> None:
    case.put(case.meeting(f"{CANARY} de Mehdi", case.mehdi), summary="0Je renonce à tout.")


@attack("a text is said to be sealed for its author")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    case.put(one, summary="1" + case.envelope(one)[1:])


@attack("a text is sealed under a key that the office drew")
def _(case: Case) -> None:
    one = case.meeting(f"{CANARY} un")
    secret = CircleSecret.generate(case.mallory.desk.workplace.random)
    case.secrets.append(secret)
    forged = secret.seal(b"Je renonce.", TextPlace(case.person, "follow_up", one, "summary"))
    case.put(one, summary="2" + b64encode(forged).decode())


@attack("a text is a million letters")
def _(case: Case) -> None:
    case.put(case.meeting(f"{CANARY} un"), summary="2" + "A" * 1_000_000)
