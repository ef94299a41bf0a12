"""A pairing through an office that lies: other words on the two screens, or nothing at all."""

from collections.abc import Callable
from typing import TypeVar, cast

import msgspec
import pytest

from desktop.crypto.errors import PairingBroken
from desktop.crypto.identity import Identity
from desktop.crypto.pairing import KnownLaptop, NewLaptop
from desktop.sync.errors import BadReply
from desktop.sync.own_keys import JOIN, PAIR, from_text, to_text
from desktop.sync.pairing import JoinedPairing, OfferedPairing
from protocol import wire_keys as wire
from tests.support.laptop import SeededRandom

M = TypeVar("M", bound=msgspec.Struct)
SERVER, INVITATION = "0199c0de-0000-7000-8000-0000000000f1", "79-ABCDE-FGHJK-MNPQR-STVWX"
MINE = Identity.generate(SeededRandom(5))


class CarryingOffice:
    """Passes on what each side says; a lie changes what the other hears."""

    def __init__(self) -> None:
        self.offered: list[str] = []
        self.joined: list[str] = []

    def ask_signed(self, target: str, request: msgspec.Struct, answer: type[M]) -> M:
        assert target == PAIR
        assert isinstance(request, wire.PairRequest)
        self.offered = max(self.offered, request.said, key=len)
        return cast(M, wire.PairReply(INVITATION, self.to_known(self.joined), 600))

    def ask_unsigned(self, target: str, request: msgspec.Struct, answer: type[M]) -> M:
        assert target == JOIN
        assert isinstance(request, wire.JoinRequest)
        self.joined = max(self.joined, request.said, key=len)
        return cast(M, wire.PairReply(INVITATION, self.to_new(self.offered), 600))

    def to_known(self, said: list[str]) -> list[str]:
        return said

    def to_new(self, said: list[str]) -> list[str]:
        return said


def both(office: CarryingOffice) -> tuple[OfferedPairing, JoinedPairing]:
    known = OfferedPairing(office, SERVER, MINE, SeededRandom(1))
    known.begin()
    return known, JoinedPairing(office, SERVER, INVITATION, SeededRandom(2))


def speak(known: OfferedPairing, new: JoinedPairing) -> None:
    """Each side asks a few times, as the pages do."""
    for _turn in range(3):
        new.step()
        known.step()


def test_an_honest_office_carries_the_identity() -> None:
    known, new = both(CarryingOffice())
    speak(known, new)
    assert known.words == new.words != ()
    known.agree()
    new.agree()
    new.step()
    assert new.keys is not None
    assert new.keys.signing.public == MINE.public.signing


def test_an_office_that_speaks_for_each_side_shows_two_sets_of_words() -> None:
    class InBetween(CarryingOffice):
        """Is the known laptop to the new one, and the new one to the known."""

        def __init__(self) -> None:
            super().__init__()
            self.as_new = NewLaptop(SERVER, INVITATION, SeededRandom(7))
            self.as_known: KnownLaptop | None = None

        def to_known(self, said: list[str]) -> list[str]:
            mine = [to_text(self.as_new.promise)]
            return (
                [*mine, to_text(self.as_new.hear(from_text(self.offered[0])))]
                if (self.offered)
                else mine
            )

        def to_new(self, said: list[str]) -> list[str]:
            promise = from_text(self.joined[0])
            self.as_known = self.as_known or KnownLaptop(
                SERVER, INVITATION, promise, SeededRandom(8)
            )
            return [to_text(self.as_known.answer)]

    office = InBetween()
    known, new = both(office)
    speak(known, new)

    assert known.words != ()
    assert new.words not in ((), known.words)


def altered(said: list[str]) -> list[str]:
    content = from_text(said[-1])
    return [*said[:-1], to_text(bytes([content[0] ^ 1]) + content[1:])]


@pytest.mark.parametrize(
    "lie",
    [
        altered,
        lambda said: [*said[:-1], to_text(bytes(64))],
        lambda said: [*said[:-1], to_text(from_text(said[-1])[:-1])],
        lambda said: said[::-1],
        lambda said: [said[0], said[0]],
    ],
    ids=["altered", "zeros", "cut", "reordered", "replayed"],
)
def test_what_the_new_laptop_opens_is_what_it_had_promised(
    lie: Callable[[list[str]], list[str]],
) -> None:
    class Lying(CarryingOffice):
        def to_known(self, said: list[str]) -> list[str]:
            return lie(said) if len(said) == 2 else said

    known, new = both(Lying())
    with pytest.raises(PairingBroken):
        speak(known, new)
    assert known.words == ()
    with pytest.raises(PairingBroken):
        known.agree()


@pytest.mark.parametrize("lie", [altered, lambda said: [said[0], said[0]]], ids=["altered", "old"])
def test_a_gift_that_was_changed_on_the_way_is_not_taken(
    lie: Callable[[list[str]], list[str]],
) -> None:
    class Lying(CarryingOffice):
        def to_new(self, said: list[str]) -> list[str]:
            return lie(said) if len(said) == 2 else said

    known, new = both(Lying())
    speak(known, new)
    known.agree()
    new.agree()
    with pytest.raises(PairingBroken):
        new.step()
    assert new.keys is None


def test_what_is_no_message_is_said_to_be_unreadable() -> None:
    class Babbling(CarryingOffice):
        def to_known(self, said: list[str]) -> list[str]:
            return ["not base64 !"]

    known, new = both(Babbling())
    new.step()
    with pytest.raises(BadReply):
        known.step()


def test_an_office_that_says_nothing_makes_both_wait() -> None:
    class Silent(CarryingOffice):
        def to_known(self, said: list[str]) -> list[str]:
            return []

        to_new = to_known

    known, new = both(Silent())
    speak(known, new)
    assert (known.words, new.words, new.keys) == ((), (), None)
