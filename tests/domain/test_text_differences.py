"""Two versions of a text side by side: what is marked, and what is proposed to join them."""

import re
from time import perf_counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop.domain.text_differences import Compared, Span, compare, join, same_words

MINE = "Locataire du parc privé. Menacé d’expulsion, audience le 12 janvier."
HERS = "Locataire du parc privé. FSL demandé le 20 novembre."
TEXTS = st.lists(
    st.sampled_from(["Il ", "dort", " bien", ". ", "\n", "l’eau ", "42 ", "!", " Très\n\n"])
).map("".join)


def marked(spans: tuple[Span, ...]) -> list[str]:
    """Return what one version has and the other lacks."""
    return [span.text for span in spans if span.differs]


def test_a_sentence_written_otherwise_is_marked_whole() -> None:
    compared = compare(MINE, HERS)
    assert marked(compared.first) == ["Menacé d’expulsion, audience le 12 janvier."]
    assert marked(compared.second) == ["FSL demandé le 20 novembre."]


def test_a_word_changed_in_a_sentence_is_marked_alone() -> None:
    compared = compare("Il dort mieux. Vient en car.", "Il dort très peu. Vient en car.")
    assert marked(compared.first) == ["mieux"]
    assert marked(compared.second) == ["très peu"]


def test_a_sentence_that_was_added_is_marked_on_its_side_only() -> None:
    compared = compare("Vient en car.", "Vient en car. Préfère le matin.")
    assert marked(compared.first) == []
    assert marked(compared.second) == ["Préfère le matin."]


def test_line_ends_and_double_spaces_are_no_difference() -> None:
    assert same_words("Il dort  mieux.\n", "Il dort\nmieux.")
    assert not same_words("Il dort mieux.", "Il dort mieux")
    assert marked(compare("Un.\nDeux.", "Un.  Deux.").first) == []


def test_both_texts_are_proposed_one_after_the_other_over_what_they_share() -> None:
    assert join(MINE, HERS) == (
        "Locataire du parc privé. Menacé d’expulsion, audience le 12 janvier. "
        "FSL demandé le 20 novembre."
    )


def test_two_rewritings_of_a_sentence_are_never_mixed() -> None:
    assert join("Il dort mieux.", "Il dort très peu.") == "Il dort mieux. Il dort très peu."


def test_what_one_side_only_completed_is_not_said_twice() -> None:
    assert join("Vient en car.", "Vient en car le matin.") == "Vient en car le matin."
    assert join("Vient seule en car.", "Vient en car.") == "Vient seule en car."


def test_words_without_a_full_stop_are_put_on_lines_of_their_own() -> None:
    assert join("Sans bail", "Hébergée") == "Sans bail\nHébergée"


@pytest.mark.parametrize(("first", "second"), [("", "Un."), ("Un.", ""), ("", "")])
def test_an_empty_side_takes_nothing_from_the_other(first: str, second: str) -> None:
    assert join(first, second) == first + second
    assert compare(first, second) == Compared(
        tuple(Span(text, differs=True) for text in (first,) if text),
        tuple(Span(text, differs=True) for text in (second,) if text),
    )


def words_of(text: str) -> list[str]:
    """Words and signs: « dort » is the same word with a full stop after it and without."""
    return re.findall(r"\w+|[^\w\s]", text)


@given(first=TEXTS, second=TEXTS)
@example(first="dort", second="dort. ")
def test_nothing_is_added_to_what_is_shown_and_no_word_is_left_out_of_the_proposal(
    first: str, second: str
) -> None:
    compared = compare(first, second)
    assert "".join(span.text for span in compared.first) == first
    assert "".join(span.text for span in compared.second) == second
    proposed = join(first, second)
    for words in (words_of(first), words_of(second)):
        rest = iter(words_of(proposed))
        assert all(word in rest for word in words)
    assert set(words_of(proposed)) <= {*words_of(first), *words_of(second)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ok. " * 15_000, "ok! " * 15_000),
        ("ok. ah. " * 7_500, "ah. ok. " * 7_500),
        ("mot " * 12_000, "mot un " * 9_000),
        ("x" * 60_000, "y" * 60_000),
        ("- " * 30_000, " -" * 30_000),
        ("." * 60_000 + "x", "…" * 59_999 + "y"),
    ],
)
def test_the_longest_texts_are_compared_at_once(first: str, second: str) -> None:
    begun = perf_counter()
    compare(first, second)
    join(first, second)
    assert perf_counter() - begun < 2
