"""Passphrases: nothing is imposed but length, the meter is honest, and the proposal is good."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.crypto.errors import PassphraseProblem, UnusablePassphrase
from desktop.crypto.passphrase import (
    MAX_LENGTH,
    check_new_passphrase,
    passphrase_bytes,
    propose_passphrase,
)
from desktop.crypto.randomness import SystemRandom
from desktop.crypto.strength import Estimator, Hint, Level
from desktop.crypto.wordlists import phrase_words
from tests.crypto.doubles import SeededRandom

METER = Estimator()


@pytest.mark.parametrize(
    ("phrase", "hint"),
    [
        ("azertyuiopqsdfghjklm", Hint.RUN),
        ("motdepassemotdepasse", Hint.COMMON_PHRASE),
        ("Liberté, Égalité, Fraternité !", Hint.COMMON_PHRASE),
        ("correct horse battery staple", Hint.COMMON_PHRASE),
        ("Coffre Deux-Sèvres 2026!", Hint.COMMON_PHRASE),
        ("Psychologue79000!", Hint.COMMON_PHRASE),
        ("12/03/1985 12/03/1985", Hint.DATE),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", Hint.REPEATED),
        ("lavoir lavoir lavoir lavoir lavoir lavoir", Hint.REPEATED),
        ("01234567890123456789", Hint.RUN),
        ("1qaz2wsx3edc4rfv5tgb", Hint.RUN),
        ("aqwzsxedcrfvtgb", Hint.RUN),
        ("a1b2c3d4e5f6g7h8i9", Hint.RUN),
        ("2580147036925814", Hint.RUN),
        ("P@ssw0rdP@ssw0rd!", Hint.COMMON_PHRASE),
        ("M0td3P4ss3!Coffre", Hint.COMMON_PHRASE),
        ("Claire Martin psychologue Niort 1985", Hint.COMMON_PHRASE),
        ("clairemartin79000niort", Hint.COMMON_PHRASE),
        ("janvier février mars avril mai juin juillet", Hint.COMMON_PHRASE),
        ("lundi mardi mercredi jeudi vendredi", Hint.COMMON_PHRASE),
        ("Demain, dès l’aube, à l’heure où blanchit la campagne", Hint.COMMON_PHRASE),
    ],
)
def test_what_looks_long_and_is_not_strong_is_refused_with_its_reason(
    phrase: str, hint: Hint
) -> None:
    strength = METER.estimate(phrase)
    assert strength.level is Level.REFUSED
    assert hint in strength.hints
    with pytest.raises(UnusablePassphrase) as refused:
        check_new_passphrase(phrase)
    assert refused.value.problem is PassphraseProblem.TOO_EASY


OWN = ("Maëlys Kervoëlan-Dupré", "mkervoelan", "https://coffre.deux-sevres.fr", "PORTABLE-79-112")


@pytest.mark.parametrize(
    "phrase",
    [
        "Maëlys Kervoëlan-Dupré",
        "kervoelandupremaelys",
        "Dupré.Kervoëlan.Maëlys79",
        "M@elys K3rvoelan Dupré",
        "mkervoelan mkervoelan",
        "coffre.deux-sevres.fr",
        "https://coffre.deux-sevres.fr",
        "portable-79-112 Maëlys",
    ],
)
def test_what_everybody_knows_of_her_protects_nothing(phrase: str) -> None:
    strength = Estimator(OWN).estimate(phrase)
    assert strength.level is Level.REFUSED
    assert Hint.OWN in strength.hints
    with pytest.raises(UnusablePassphrase) as refused:
        check_new_passphrase(phrase, OWN)
    assert refused.value.problem is PassphraseProblem.TOO_EASY
    assert not [word for word in OWN if word in str(refused.value)]


def test_a_good_phrase_with_her_name_in_it_stays_good_and_the_name_adds_nothing() -> None:
    phrase = propose_passphrase(SystemRandom())
    alone = Estimator(OWN).estimate(phrase)
    named = Estimator(OWN).estimate(f"{phrase} maëlys")
    assert named.level is Level.STRONG
    assert named.bits - alone.bits < 4
    check_new_passphrase(phrase, OWN)


def test_two_letters_of_hers_are_no_word() -> None:
    assert Estimator(["Jo", " ", ""]).estimate("jojojojo").hints.isdisjoint({Hint.OWN})


@pytest.mark.parametrize(
    "phrase",
    [
        "trois moineaux gris boivent au lavoir de Melle",
        "tulipe lanterne bison crevette galet",
        "h7Kq9zRt4WpXm2Lc",
        "k9#mQ2!xZ7&pL4@w",
    ],
)
def test_no_class_of_signs_is_imposed(phrase: str) -> None:
    check_new_passphrase(phrase)


def test_a_sentence_counts_for_less_than_the_same_words_drawn_by_chance() -> None:
    sentence = METER.estimate("le cheval mange une pomme dans le jardin")
    assert Hint.SENTENCE in sentence.hints
    assert sentence.bits < 60


def test_signs_drawn_by_chance_are_not_read_as_words_in_disguise() -> None:
    assert METER.estimate("h7Kq9zRt4WpXm2Lc").bits > 70
    assert METER.estimate("k9#mQ2!xZ7&pL4@w").bits > 65


def test_a_word_is_not_cheap_because_a_name_is_in_it() -> None:
    with_names = METER.estimate("marinade jeannette paulownia clairon").bits
    assert with_names > 3 * METER.estimate("marine jeanne paul claire").bits / 2


def test_spaces_alone_are_worth_nothing() -> None:
    assert METER.estimate(" " * 40).bits == 0


@given(phrase=st.text(max_size=80), more=st.text(max_size=5))
def test_the_meter_takes_any_text_and_never_promises_more_than_its_signs(
    phrase: str, more: str
) -> None:
    bits = METER.estimate(phrase + more).bits
    assert 0 <= bits <= 8 * 4 * len(phrase + more)


def test_nothing_typed_is_trimmed_and_composed_forms_are_one() -> None:
    assert passphrase_bytes(" é ") == passphrase_bytes(" e\u0301 ")
    assert passphrase_bytes(" é ").reveal() == b" \xc3\xa9 "
    assert passphrase_bytes("é") != passphrase_bytes("é ")


def test_several_hundred_characters_are_welcome_and_thousands_are_not() -> None:
    assert len(passphrase_bytes("é" * MAX_LENGTH)) == 2 * MAX_LENGTH
    with pytest.raises(UnusablePassphrase):
        passphrase_bytes("é" * (MAX_LENGTH + 1))


def test_a_refusal_never_repeats_the_phrase() -> None:
    with pytest.raises(UnusablePassphrase) as refused:
        check_new_passphrase("azertyuiopazerty")
    assert "azerty" not in str(refused.value)


def test_the_words_we_propose_are_plain_and_numerous_enough_for_80_bits() -> None:
    words = phrase_words()
    assert len(words) == len(set(words)) == 4096
    assert all(word.isascii() and word.isalpha() and word.islower() for word in words)
    assert all(5 <= len(word) <= 8 for word in words)


def test_a_proposal_is_seven_different_words_that_our_own_meter_finds_strong() -> None:
    for n in range(30):
        phrase = propose_passphrase(SeededRandom(f"phrase {n}"))
        assert len(set(phrase.split(" "))) == 7
        assert METER.estimate(phrase).bits >= 80
        check_new_passphrase(phrase)


def test_the_same_randomness_proposes_the_same_phrase() -> None:
    assert propose_passphrase(SeededRandom("graine")) == propose_passphrase(SeededRandom("graine"))


def test_proposals_draw_from_the_whole_list() -> None:
    drawn = Counter(
        word for _ in range(150) for word in propose_passphrase(SystemRandom()).split(" ")
    )
    thirds = Counter(phrase_words().index(word) * 3 // 4096 for word in drawn)
    assert all(thirds[third] > 200 for third in range(3))
