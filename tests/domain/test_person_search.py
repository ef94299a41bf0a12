"""Finding people as they are asked for: misheard, miswritten, in any order, by date or by phone."""

from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop.domain.names import words
from desktop.domain.person_search import (
    BirthPattern,
    Candidate,
    keys_of,
    parse_query,
    rank,
)
from tests.domain.search_index import SearchIndex

TODAY = date(2026, 11, 22)
NAMES = [
    "Bernard", "Moreau", "Gauthier", "Lefebvre", "Roussel", "Mohamed", "Fatoumata", "Nguyen",
    "Goncalves", "Ozturk", "Coulibaly", "Delaunay", "Fontaine", "Benjelloun", "Yilmaz",
]  # fmt: skip


@pytest.fixture
def index() -> SearchIndex:
    """A small caseload."""
    people = SearchIndex()
    people.add("marie", "Dupont", "Martin", "Marie-Claire", born=date(1979, 3, 4))
    people.add("jean", "Dupond", "Jean", born=date(1981, 12, 25), phone="0612345618")
    people.add("mohamed", "Ben Ali", "Mohammed", born=date(1990, 1, 1), phone="0549123456")
    people.add("aissatou", "N’Diaye", "Aïssatou", born=date(1985, 7, 14))
    people.add("philippe", "Lefèvre", "Philippe")
    people.add("jeanne", "Jeannet", "Jeanne")
    people.add("thi", "Nguyễn", "Thị Hoa", born=date(1979, 11, 2))
    people.add("anna", "Петрова", "Анна")
    return people


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("dupont", ["marie", "jean"]),  # the exact name first, the one that sounds alike after
        ("dup", ["jean", "marie"]),
        ("marie dupont", ["marie"]),
        ("DUPONT Marie", ["marie"]),
        ("claire martin", ["marie"]),
        ("marieclaire", ["marie"]),
        ("mouhamed benali", ["mohamed"]),
        ("ben ali", ["mohamed"]),
        ("ali mohamed", ["mohamed"]),
        ("ndiaye", ["aissatou"]),
        ("n'diaye aisatou", ["aissatou"]),
        ("diaye", ["aissatou"]),
        ("filipe lefebvre", ["philippe"]),
        ("lefevrre", ["philippe"]),
        ("nguyen", ["thi"]),
        ("nguyen th", ["thi"]),
        ("nguyen 1979", ["thi"]),
        ("1979", ["marie", "thi"]),
        ("4/3/1979", ["marie"]),
        ("04031979", ["marie"]),
        ("4 mars 1979", ["marie"]),
        ("4 mars 79 dupont", ["marie"]),
        ("mars 1979", ["marie"]),
        ("25/12", ["jean"]),
        ("06 12 34", ["jean"]),
        ("06.12.34.56.18", ["jean"]),
        ("+33 6 12 34 56 18", ["jean"]),
        ("5618", ["jean"]),
        ("1er janvier 1990", ["mohamed"]),
        ("петр", ["anna"]),
        ("dupont 1985", []),
        ("durand", []),
        ("marie lefevre", []),
        ("", []),
        ("  -- ", []),
    ],
)
def test_people_are_found_as_they_are_asked_for(
    index: SearchIndex, typed: str, found: list[str]
) -> None:
    assert index.find(parse_query(typed, TODAY)) == found


def test_a_second_word_wants_a_second_name(index: SearchIndex) -> None:
    assert index.find(parse_query("jeanne j", TODAY))[0] == "jeanne"
    assert index.find(parse_query("jean j", TODAY))[0] == "jeanne"  # Jeannet and Jeanne


def test_every_beginning_of_a_name_finds_it_while_it_is_typed(index: SearchIndex) -> None:
    for length in range(1, len("aissatou") + 1):
        assert "aissatou" in index.find(parse_query("aissatou"[:length], TODAY))


def test_short_words_are_not_forgiven(index: SearchIndex) -> None:
    assert index.find(parse_query("alo", TODAY)) == []


def test_the_same_question_gets_the_same_order() -> None:
    people = [Candidate(str(n), ("martin",), "martin", None) for n in range(9)]
    query = parse_query("martin", TODAY)
    assert rank(query, people, 5) == rank(query, reversed(people), 5) == people[:5]


def test_a_date_is_understood_with_what_it_says_only() -> None:
    def births(typed: str) -> list[BirthPattern | None]:
        return [number.birth for number in parse_query(typed, TODAY).numbers]

    assert births("4/3/79") == [BirthPattern(4, 3, 1979)]
    assert births("1979-03-04") == [BirthPattern(4, 3, 1979)]
    assert births("03/1979") == [BirthPattern(None, 3, 1979)]
    assert births("99/99/1979") == [None]
    assert births("3012") == [None]  # digits of a telephone, not a year to come
    assert BirthPattern(4, None, 1979).like == "1979-__-04"


@settings(deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_one_slip_in_a_name_of_five_letters_still_finds_the_person(
    name: str, data: st.DataObject
) -> None:
    people = SearchIndex()
    for number, other in enumerate(NAMES):
        people.add(f"{number:02}", other, "Camille")
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    place = data.draw(st.integers(0, len(name) - 1))
    low = name.lower()
    slip = data.draw(
        st.sampled_from(
            [
                low[:place] + letter + low[place + 1 :],
                low[:place] + low[place + 1 :],
                low[:place] + letter + low[place:],
                low[:place] + low[place : place + 2][::-1] + low[place + 2 :],
            ]
        )
    )
    found = people.find(parse_query(slip, TODAY))
    assert f"{NAMES.index(name):02}" in found
    assert f"{NAMES.index(name):02}" in people.find(parse_query(f"camille {slip}", TODAY))


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=3))
def test_whoever_has_a_name_is_found_by_it_in_any_order(names: list[str]) -> None:
    people = SearchIndex()
    people.add("she", *names)
    typed = [word for name in names for word in words(name) if not any(map(str.isdigit, word))]
    assume(typed)
    asked = parse_query(" ".join(reversed(typed[:5])), TODAY)
    assume(not asked.is_empty and not asked.numbers)
    assert people.find(asked) == ["she"]


@given(st.text(max_size=200))
def test_any_text_is_a_question_of_bounded_size(typed: str) -> None:
    query = parse_query(typed, TODAY)
    assert len(query.words) <= 6
    assert len(query.numbers) <= 4
    assert all(len(word.variants) < 1_000 for word in query.words)
    rank(query, [Candidate("a", ("martin",), "martin", date(1979, 3, 4), ("0612345678",))])


@given(st.text(max_size=300))
def test_the_keys_of_any_name_are_bounded(name: str) -> None:
    keys = keys_of(name, None)
    assert len(keys) <= 60
    assert all(len(key.variants) <= 90 for key in keys)
