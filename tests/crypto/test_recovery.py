"""The paper key survives handwriting, and a wrong word does not pass."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.crypto.errors import RecoveryProblem, WrongRecoveryKey
from desktop.crypto.recovery import RecoveryKey
from desktop.crypto.secret import Secret
from desktop.crypto.wordlists import recovery_words

LIST = recovery_words()
secrets = st.binary(min_size=32, max_size=32).map(lambda value: RecoveryKey(Secret(value)))
PINNED = RecoveryKey(Secret(bytes(range(32))))


def test_the_word_list_is_the_one_the_format_rests_on() -> None:
    assert len(LIST) == len(set(LIST)) == len({word[:4] for word in LIST}) == 2048
    assert all(word.isascii() and word.isalpha() and word.islower() for word in LIST)
    assert all(5 <= len(word) <= 8 for word in LIST)
    assert list(LIST) == sorted(LIST)
    assert (LIST[0], LIST[1024], LIST[2047]) == ("abaisser", "incendie", "zoologie")


def test_a_known_key_has_its_known_words_and_its_known_wrapping_keys() -> None:
    assert " ".join(PINNED.words()) == (
        "abaisser agreable inductif agreable eligible achat bolide boucle amateur exister derober "
        "bison abrasif justice echarpe inonder avancer piano adulte cobra papaye anonyme "
        "hangar tomate"
    )
    assert PINNED.vault_kek().reveal().hex() == (
        "3ea2757f28aeea9ea2101c48481529a8587d445a4257f4517929b9c57f0ecdca"
    )
    assert PINNED.account_kek().reveal().hex() == (
        "a0c46974cd8bd13f76bec891dcda6ceda49227c7d7602eb9d4223547667ec245"
    )


@given(key=secrets)
def test_words_read_back_as_the_same_key(key: RecoveryKey) -> None:
    assert len(key.words()) == 24
    assert RecoveryKey.from_words(" ".join(key.words())) == key


@given(key=secrets)
def test_reading_forgives_what_paper_does(key: RecoveryKey) -> None:
    words = key.words()
    numbered = "\n".join(f"{n:>2}. {word.upper()}" for n, word in enumerate(words, start=1))
    stuck = " ".join(f"{n}{word}" for n, word in enumerate(words, start=1))
    glued = " ".join(f"{n}){word}" for n, word in enumerate(words, start=1))
    short = "\t ".join(word[:4] for word in words) + " \n"
    accented = " ".join(word.replace("e", "é") for word in words)
    for typed in (numbered, glued, stuck, short, accented, unicodedata.normalize("NFD", accented)):
        assert RecoveryKey.from_words(typed) == key


@given(key=secrets, position=st.integers(0, 23), other=st.integers(0, 2047))
def test_a_word_changed_for_another_is_noticed_or_is_another_key(
    key: RecoveryKey, position: int, other: int
) -> None:
    words = list(key.words())
    if words[position] == LIST[other]:
        return
    words[position] = LIST[other]
    try:
        assert RecoveryKey.from_words(" ".join(words)) != key
    except WrongRecoveryKey as wrong:
        refusal = (wrong.problem, wrong.position)
    else:
        return
    assert refusal == (RecoveryProblem.CHECKSUM, None)


def test_the_checksum_notices_nearly_every_exchange_and_every_swap_of_neighbours() -> None:
    words = list(PINNED.words())
    exchanges = [
        [*words[:at], other, *words[at + 1 :]]
        for at in range(24)
        for other in LIST[:: 2048 // 50]
        if other != words[at]
    ]
    swaps = [
        [*words[:at], words[at + 1], words[at], *words[at + 2 :]]
        for at in range(23)
        if words[at] != words[at + 1]
    ]
    unnoticed = sum(_reads(attempt) for attempt in exchanges)
    assert unnoticed < len(exchanges) * 0.02
    assert sum(_reads(attempt) for attempt in swaps) <= 1


def _reads(words: list[str]) -> bool:
    try:
        RecoveryKey.from_words(" ".join(words))
    except WrongRecoveryKey:
        return False
    return True


@given(
    key=secrets,
    position=st.integers(0, 23),
    typo=st.sampled_from(["bonjourno", "abai55er", "zzzzz", "aba", "abaisserr", "кот"]),
)
def test_a_word_that_is_not_in_the_list_is_pointed_at(
    key: RecoveryKey, position: int, typo: str
) -> None:
    words = list(key.words())
    words[position] = typo
    with pytest.raises(WrongRecoveryKey) as wrong:
        RecoveryKey.from_words(" ".join(words))
    assert wrong.value.problem is RecoveryProblem.UNKNOWN_WORD
    assert wrong.value.position == position + 1


@pytest.mark.parametrize("kept", [0, 1, 23])
def test_missing_words_are_counted(kept: int) -> None:
    with pytest.raises(WrongRecoveryKey) as wrong:
        RecoveryKey.from_words(" ".join(PINNED.words()[:kept]))
    assert wrong.value.problem is RecoveryProblem.WORD_COUNT
    assert wrong.value.position is None


@given(typed=st.text(max_size=300))
def test_no_text_does_anything_but_be_refused(typed: str) -> None:
    with pytest.raises(WrongRecoveryKey):
        RecoveryKey.from_words(typed)


def test_a_novel_pasted_in_the_field_is_refused_at_once() -> None:
    with pytest.raises(WrongRecoveryKey):
        RecoveryKey.from_words("abaisser " * 1_000_000)


def test_a_refusal_never_repeats_what_was_typed() -> None:
    with pytest.raises(WrongRecoveryKey) as wrong:
        RecoveryKey.from_words("monsecret " * 24)
    assert "monsecret" not in str(wrong.value)
