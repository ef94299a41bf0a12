"""Words of names in the store: found, renamed, shared, forgotten."""

from datetime import date

import pytest

from desktop.domain.person_search import parse_query
from desktop.store.records import Data
from desktop.store.store import Store
from protocol.kinds import Person, spec_of

TODAY = date(2026, 11, 24)
YVES: Data = {"birth_name": "Morisset", "first_name": "Yves", "birth_date": "1979-03-04"}
LEA: Data = {"birth_name": "Morisset", "first_name": "Léa", "phone1": "0549000000"}


def remember(store: Store, **persons: Data) -> None:
    with store.database.transaction():
        store.records.put(spec_of(Person), list(persons.items()))
        store.persons.refresh(persons)


def found(store: Store, typed: str, limit: int = 50) -> list[str]:
    return [item.person for item in store.persons.find(parse_query(typed, TODAY), limit=limit)]


def kept_words(store: Store) -> tuple[set[str], int]:
    words = {str(row[0]) for row in store.database.rows('SELECT "word" FROM "name_word"')}
    (variants,) = store.database.row('SELECT count(*) FROM "name_variant"') or (0,)
    return words, int(variants)


@pytest.mark.parametrize(
    "typed", ["mori", "morisset", "yves morisset", "morriset yv", "moriset", "04/03/1979"]
)
def test_a_person_is_found_by_a_beginning_a_slip_a_sound_or_a_date(
    store: Store, typed: str
) -> None:
    remember(store, yves=YVES)
    assert found(store, typed) == ["yves"]


def test_every_word_typed_must_be_met(store: Store) -> None:
    remember(store, yves=YVES, lea=LEA)
    assert found(store, "morisset") == ["lea", "yves"]
    assert found(store, "morisset lea") == ["lea"]
    assert found(store, "morisset paul") == []


def test_an_exact_name_comes_before_one_that_sounds_like_it(store: Store) -> None:
    remember(
        store,
        a={"birth_name": "Dupond", "first_name": "Anne"},
        b={"birth_name": "Dupont", "first_name": "Zoé"},
    )
    assert found(store, "dupont") == ["b", "a"]
    assert found(store, "dupont", limit=1) == ["b"]


def test_a_corrected_name_is_found_under_the_new_one_only(store: Store) -> None:
    remember(store, yves=YVES)
    remember(store, yves={**YVES, "birth_name": "Baudry"})
    assert found(store, "baudry") == ["yves"]
    assert found(store, "morisset") == []


def test_a_name_that_did_not_change_writes_nothing(store: Store) -> None:
    remember(store, yves=YVES)
    before = store.database.changes
    with store.database.transaction():
        store.persons.refresh({"yves": {**YVES, "phone1": "0549111111"}})
    assert store.database.changes == before


def test_a_word_goes_with_the_last_person_who_bears_it(store: Store) -> None:
    remember(store, yves=YVES, lea=LEA)
    with store.database.transaction():
        store.persons.forget(["yves"])
    words, _ = kept_words(store)
    assert "morisset" in words
    assert "yves" not in words
    assert found(store, "morisset") == ["lea"]
    with store.database.transaction():
        store.persons.forget(["lea"])
    assert kept_words(store) == (set(), 0)
