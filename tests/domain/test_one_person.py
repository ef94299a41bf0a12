"""Several dossiers of one person: every laptop keeps the same one, whatever came first."""

import json

from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.one_person import Before, Link, before_from_json, one_person

DOSSIERS = "abcdefgh"
links_said = st.lists(
    st.tuples(st.sampled_from(DOSSIERS), st.sampled_from(DOSSIERS))
    .filter(lambda pair: pair[0] != pair[1])
    .map(lambda pair: Link(*pair)),
    max_size=10,
)


def neighbours(links: list[Link], start: str) -> set[str]:
    """Return who can be reached from a dossier, walking the links both ways."""
    reached = {start}
    while True:
        more = {end for link in links for end in link if reached & set(link)} - reached
        if not more:
            return reached
        reached |= more


@given(links=links_said, data=st.data())
def test_all_laptops_keep_the_same_dossier_whatever_order_the_links_came_in(
    links: list[Link], data: st.DataObject
) -> None:
    other = data.draw(st.permutations(links + links[:2]))
    here, there = one_person(links), one_person(other)
    for dossier in DOSSIERS:
        assert here.kept_of(dossier) == there.kept_of(dossier)
        assert here.all_of(dossier) == there.all_of(dossier)
    assert here.absorbed == there.absorbed


@given(links=links_said)
def test_dossiers_are_one_exactly_when_links_lead_from_one_to_the_other(links: list[Link]) -> None:
    together = one_person(links)
    for dossier in DOSSIERS:
        assert set(together.all_of(dossier)) == neighbours(links, dossier)
        assert together.all_of(dossier)[0] == together.kept_of(dossier)


@given(links=links_said)
def test_the_kept_dossier_was_absorbed_by_none_unless_all_were(links: list[Link]) -> None:
    together = one_person(links)
    absorbed = {link.person for link in links}
    for dossier in together.linked:
        group = set(together.all_of(dossier))
        free = group - absorbed
        assert together.kept_of(dossier) in (free or group)
        if free:
            assert together.kept_of(dossier) == min(free)


@given(links=links_said, held=st.sets(st.sampled_from(DOSSIERS)))
def test_a_laptop_shows_only_dossiers_it_holds_and_all_of_them(
    links: list[Link], held: set[str]
) -> None:
    together = one_person(links, held)
    shown = {together.kept_of(dossier) for dossier in held}
    assert shown <= held
    assert {one for dossier in shown for one in together.all_of(dossier)} == held


def test_a_chain_ends_at_its_last_dossier_and_a_crossing_at_the_oldest() -> None:
    assert one_person([Link("a", "b"), Link("b", "c")]).kept_of("a") == "c"
    assert one_person([Link("b", "a"), Link("a", "b")]).kept_of("b") == "a"
    assert one_person([Link("c", "a"), Link("c", "b")]).kept_of("c") == "a"
    assert one_person([]).kept_of("a") == "a"


def test_what_a_merge_changed_is_read_back_and_anything_else_puts_nothing_back() -> None:
    before = Before({"phone1": (None, "0549000000")}, {"p": ("a", "b")}, ("q",))
    assert before_from_json(before.to_json()) == before
    for text in (None, "", "[]", "{", '{"lines": 3}', json.dumps({"lines": {"a": [1]}})):
        assert before_from_json(text) == Before()
