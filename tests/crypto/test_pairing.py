"""Two laptops, and an office in between that would like to be one of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.crypto.errors import PairingBroken
from desktop.crypto.identity import Identity
from desktop.crypto.pairing import WORDS, KnownLaptop, NewLaptop
from tests.support.laptop import SeededRandom

SERVER, INVITATION = "0199c0de-0000-7000-8000-0000000000f1", "79-ABCDE-FGHJK-MNPQR-STVWX"


def new(seed: int = 1, *, server: str = SERVER, invitation: str = INVITATION) -> NewLaptop:
    return NewLaptop(server, invitation, SeededRandom(seed))


def known(promise: bytes, seed: int = 2) -> KnownLaptop:
    return KnownLaptop(SERVER, INVITATION, promise, SeededRandom(seed))


def test_both_screens_show_the_same_words_and_the_identity_arrives() -> None:
    identity, random = Identity.generate(SeededRandom(5)), SeededRandom(6)
    newcomer = new()
    there = known(newcomer.promise)
    words = there.hear(newcomer.hear(there.answer))

    assert newcomer.words == words
    assert len(words) == WORDS
    keys = newcomer.receive(there.give(identity, random))
    assert keys.signing.public == identity.public.signing
    assert keys.encryption.public == identity.public.encryption


@settings(max_examples=40)
@given(st.integers(1, 10**6))
def test_an_office_that_sits_in_between_shows_other_words(seed: int) -> None:
    """It must choose its own half before it knows the words of either side."""
    newcomer = new()
    to_known = new(seed + 7)  # what the office pretends to be, to the known laptop
    there = known(to_known.promise)
    to_new = known(newcomer.promise, seed + 8)
    shown_there = there.hear(to_known.hear(there.answer))
    newcomer.hear(to_new.answer)

    assert newcomer.words != shown_there
    with pytest.raises(PairingBroken):
        newcomer.receive(there.give(Identity.generate(SeededRandom(5)), SeededRandom(6)))


def test_a_promise_that_is_not_kept_is_found_out() -> None:
    newcomer = new()
    there = known(newcomer.promise)
    other = new(9)
    newcomer.hear(there.answer)

    with pytest.raises(PairingBroken):
        there.hear(other.hear(there.answer))


def test_the_same_messages_for_another_office_or_invitation_are_refused() -> None:
    for elsewhere in (new(server="another"), new(invitation="79-OTHER")):
        there = known(elsewhere.promise)
        with pytest.raises(PairingBroken):
            there.hear(elsewhere.hear(there.answer))


@pytest.mark.parametrize("answer", [b"", bytes(63), bytes(64), bytes(65)])
def test_what_is_no_answer_is_refused(answer: bytes) -> None:
    # Sixty-four zeros hold a key that every secret is the same with.
    with pytest.raises(PairingBroken):
        new().hear(answer)
    with pytest.raises(PairingBroken):
        known(answer)


def test_an_altered_gift_does_not_open() -> None:
    newcomer = new()
    there = known(newcomer.promise)
    there.hear(newcomer.hear(there.answer))
    gift = there.give(Identity.generate(SeededRandom(5)), SeededRandom(6))

    for altered in (gift[:-1], gift + b"x", bytes([gift[0] ^ 1]) + gift[1:], b""):
        with pytest.raises(PairingBroken):
            newcomer.receive(altered)


def test_nothing_is_given_before_the_other_was_heard() -> None:
    with pytest.raises(LookupError):
        known(new().promise).give(Identity.generate(SeededRandom(5)), SeededRandom(6))
    with pytest.raises(LookupError):
        new().receive(bytes(100))
