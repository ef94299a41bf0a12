"""Prose that two people changed: every word of both, or nothing joined."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.text_merge import merge_text

BASE = "Locataire du parc privé. Vient en car. Préfère le matin."
WORDS = st.lists(
    st.sampled_from(["un", "deux", "trois", "quatre", "cinq", "six.", "sept,", "huit"]), max_size=12
)


def test_changes_in_different_sentences_are_joined() -> None:
    first = BASE.replace("privé", "privé, menacé d’expulsion")
    second = BASE + " Audience le 12 janvier."
    merged = merge_text(BASE, first, second)
    assert merged == (
        "Locataire du parc privé, menacé d’expulsion. Vient en car. Préfère le matin."
        " Audience le 12 janvier."
    )


def test_two_additions_at_the_same_place_are_both_kept_in_order() -> None:
    merged = merge_text("Début.", "Début. Premier ajout.", "Début. Second ajout.")
    assert merged == "Début. Premier ajout. Second ajout."


def test_the_same_passage_rewritten_twice_is_not_joined() -> None:
    assert merge_text("Il dort mal.", "Il dort mieux.", "Il dort très peu.") is None


def test_one_side_alone_is_taken_as_it_is() -> None:
    assert merge_text(BASE, BASE, "Autre chose.") == "Autre chose."
    assert merge_text(BASE, "Autre chose.", BASE) == "Autre chose."
    assert merge_text(BASE, "Pareil.", "Pareil.") == "Pareil."


@given(WORDS, WORDS, WORDS)
@pytest.mark.invariant(9)
def test_a_join_holds_the_words_of_both_sides_and_no_others(
    base: list[str], first: list[str], second: list[str]
) -> None:
    texts = [" ".join(words) for words in (base, first, second)]
    merged = merge_text(*texts)
    if merged is None:
        return
    written = set(first) | set(second)
    assert set(merged.split()) <= written | set(base)
    added = (set(first) - set(base)) | (set(second) - set(base))
    assert added <= set(merged.split())


@pytest.mark.parametrize(
    ("base", "first", "second"),
    [
        ("a " * 2_900, "a " * 2_899 + "b ", "b " + "a " * 2_899),
        ("a b " * 1_490, "b a " * 1_490, "a a b b " * 740),
        ("." * 5_900, "." * 5_899 + "!", "!" + "." * 5_899),
    ],
    ids=["one word", "two words", "a line of dots"],
)
def test_a_text_that_repeats_itself_does_not_hold_whoever_waits(
    base: str, first: str, second: str
) -> None:
    started = time.monotonic()
    assert merge_text(base, first, second) is None
    assert time.monotonic() - started < 20, "it takes minutes when nothing bounds it"
