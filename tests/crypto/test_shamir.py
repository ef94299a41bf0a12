"""Two of three shares make the key; one says nothing; others' vectors agree."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.crypto.errors import ShareProblem, WrongShare
from desktop.crypto.key_shares import WORD_COUNT, KeyShare, join_shares, split_new_key
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.secret import Secret
from desktop.crypto.shamir import combine_shares, split_secret
from tests.support.laptop import SeededRandom

# Published with the implementations of SLIP-0039's sharing (bc-shamir, split 2 of 7).
SECRET = bytes.fromhex("204188bfa6b440a1bdfd6753ff55a8241e07af5c5be943db917e3efabc184b1a")
SHARES = (
    "2dcd14c2252dc8489af3985030e74d5a48e8eff1478ab86e65b43869bf39d556",
    "a1dfdd798388aada635b9974472b4fc59a32ae520c42c9f6a0af70149b882487",
    "2ee99daf727c0c7773b89a18de64497ff7476dacd1015a45f482a893f7402cef",
    "a2fb5414d4d96ee58a109b3ca9a84be0259d2c0f9ac92bdd3199e0eed3f1dd3e",
    "2b851d188b8f5b3653659cc0f7fa45102dadf04b708767385cd803862fcb3c3f",
    "a797d4a32d2a39a4aacd9de48036478fff77b1e83b4f16a099c34bfb0b7acdee",
    "28a19475dcde9f09ba2e9e881979413592027216e60c8513cdee937c67b2c586",
)

secrets = st.binary(min_size=32, max_size=32)


class Counting:
    """What those vectors were drawn with: 00, 11, 22…"""

    def bytes(self, n: int) -> bytes:
        return bytes(17 * place % 256 for place in range(n))


def test_the_published_shares_are_made() -> None:
    assert [share.hex() for share in split_secret(SECRET, Counting(), 7)] == list(SHARES)


def test_any_two_of_the_published_shares_make_the_secret() -> None:
    for pair in combinations(range(7), 2):
        assert combine_shares({at: bytes.fromhex(SHARES[at]) for at in pair}) == SECRET


@settings(max_examples=40)
@given(secrets, st.integers())
def test_any_two_of_three_make_the_secret(secret: bytes, seed: int) -> None:
    shares = split_secret(secret, SeededRandom(seed))
    for pair in combinations(range(3), 2):
        assert combine_shares({at: shares[at] for at in pair}) == secret


@settings(max_examples=40)
@given(secrets, secrets, st.integers())
def test_shares_of_two_keys_make_none(one: bytes, other: bytes, seed: int) -> None:
    random = SeededRandom(seed)
    first, second = split_secret(one, random), split_secret(other, random)
    with pytest.raises(WrongShare):
        combine_shares({0: first[0], 1: second[1]})


def test_one_share_alone_is_as_likely_for_any_key() -> None:
    drawn = SeededRandom(7)
    for secret in (bytes(32), b"\xff" * 32):
        seen = Counter(split_secret(secret, drawn)[1][0] for _ in range(4_000))
        # 256 values, 15.6 of each on average: none is missing, none stands out.
        assert len(seen) == 256
        assert max(seen.values()) < 45


@settings(max_examples=40)
@given(st.integers())
def test_a_share_is_copied_by_hand_and_read_back(seed: int) -> None:
    key, shares = split_new_key(SeededRandom(seed))
    for share in shares:
        assert len(share.words()) == WORD_COUNT
        typed = " ".join(
            f"{place}. {word[:4].upper()}" for place, word in enumerate(share.words(), 1)
        )
        assert KeyShare.from_words(typed) == share
        assert KeyShare.from_bytes(share.to_bytes()) == share
    assert join_shares(shares[2], shares[0]) == key


def test_a_word_that_is_none_is_pointed_at_and_swapped_words_are_told() -> None:
    words = list(split_new_key(SeededRandom(3))[1][0].words())
    for typed, problem, position in (
        ([*words[:4], "zzzz", *words[5:]], ShareProblem.UNKNOWN_WORD, 5),
        ([words[1], words[0], *words[2:]], ShareProblem.CHECKSUM, None),
        (words[:-1], ShareProblem.WORD_COUNT, None),
        (["abaisser"] * 5_000, ShareProblem.WORD_COUNT, None),
    ):
        with pytest.raises(WrongShare) as wrong:
            KeyShare.from_words(" ".join(typed))
        assert (wrong.value.problem, wrong.value.position) == (problem, position)


def test_shares_that_do_not_go_together_say_so() -> None:
    random = SeededRandom(5)
    _, mine = split_new_key(random)
    _, former = split_new_key(random)
    for other, problem in (
        (mine[0], ShareProblem.SAME_SHARE),
        (former[1], ShareProblem.OTHER_SPLIT),
        (KeyShare(mine[0].split, 1, bytes(32)), ShareProblem.NOT_A_KEY),
    ):
        with pytest.raises(WrongShare) as wrong:
            join_shares(mine[0], other)
        assert wrong.value.problem is problem


@settings(max_examples=60)
@given(st.text(max_size=400) | st.binary(max_size=60).map(lambda it: it.hex()))
def test_whatever_is_typed_is_a_share_or_is_refused(typed: str) -> None:
    try:
        KeyShare.from_words(typed)
    except WrongShare:
        return
    raise AssertionError("nobody types a share by chance")


@settings(max_examples=60)
@given(st.binary(max_size=40))
def test_whatever_bytes_are_a_share_or_are_refused(content: bytes) -> None:
    try:
        share = KeyShare.from_bytes(content)
    except WrongShare:
        return
    assert share.to_bytes() == content


def test_a_share_is_not_written_where_it_is_printed_by_mistake() -> None:
    key, shares = split_new_key(SeededRandom(9))
    assert shares[1].value.hex() not in repr(shares)
    assert repr(key) == repr(RecoveryKey(Secret(bytes(32))))
