"""Ctrl+K finds persons, lieux and pages, and never answers another question."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.errors import StoreBusy
from desktop.services.persons import PersonLine
from desktop.ui.background import Lane
from desktop.ui.errors import sentence
from desktop.ui.search.viewmodel import HitKind, SearchViewModel, place_facts
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk
from tests.ui.search.conftest import COMMANDS


def _titles(search: SearchViewModel) -> list[str]:
    return [hit.title for hit in search.state.hits]


def test_an_empty_search_offers_the_pages(search: SearchViewModel) -> None:
    assert _titles(search) == ["Aujourd’hui", "Personnes", "Réglages"]


@pytest.mark.parametrize("typed", ["morisset", "Yves M", "moriset"])
def test_yves_is_found_however_he_is_written(search: SearchViewModel, typed: str) -> None:
    search.type(typed)
    assert _titles(search)[0] == "Morisset Yves"
    assert search.state.hits[0].kind is HitKind.PERSON
    assert search.state.hits[0].subtitle == "Melle"


def test_choosing_a_person_asks_for_her_dossier(search: SearchViewModel, qtbot: QtBot) -> None:
    search.type("benali")
    hit = search.state.hits[0]
    with qtbot.waitSignal(search.person_requested, timeout=0) as asked:
        search.choose(hit)
    assert asked.args == [hit.key]


def test_a_page_is_found_by_its_name_or_by_what_it_does(
    search: SearchViewModel, qtbot: QtBot
) -> None:
    for typed in ("regl", "sombre"):
        search.type(typed)
        hit = search.state.hits[-1]
        assert (hit.kind, hit.key) == (HitKind.COMMAND, "settings")
        with qtbot.waitSignal(search.command_requested, timeout=0) as asked:
            search.choose(hit)
        assert asked.args == ["settings"]


def test_a_lieu_tells_what_one_asks_on_the_road(search: SearchViewModel, qtbot: QtBot) -> None:
    search.type("chef-bout")
    (hit,) = (hit for hit in search.state.hits if hit.kind is HitKind.PLACE)
    with qtbot.assertNotEmitted(search.person_requested):
        search.choose(hit)
    assert search.state.place is not None
    assert place_facts(search.state.place) == "Pas de réseau."


def test_an_answer_to_what_is_no_longer_typed_is_dropped(
    search: SearchViewModel, background: InlineBackground
) -> None:
    background.hold()
    search.type("beN")
    search.type("moris")
    assert not search.state.is_answered
    shown: list[str] = []
    search.changed.connect(lambda: shown.extend(_titles(search)))
    background.release()
    assert "Morisset Yves" in shown
    assert "Benali Nadia" not in shown


def test_the_former_answer_stays_until_the_new_one_comes(
    search: SearchViewModel, background: InlineBackground
) -> None:
    search.type("moris")
    background.hold()
    search.type("morisse")
    assert _titles(search) == ["Morisset Yves"]
    assert not search.state.has_found_nothing


def test_clearing_the_field_does_not_wait_for_the_store(
    search: SearchViewModel, background: InlineBackground
) -> None:
    background.hold()
    search.type("moris")
    search.type("")
    assert search.state.is_answered
    background.release()
    assert _titles(search) == ["Aujourd’hui", "Personnes", "Réglages"]


def test_nothing_found_is_said(search: SearchViewModel) -> None:
    search.type("xyzxyzxyz")
    assert search.state.has_found_nothing


def test_the_store_is_asked_on_its_lane(
    search: SearchViewModel, background: InlineBackground
) -> None:
    search.type("mor")
    assert background.asked == [Lane.STORE]


def test_closing_leaves_no_name_behind(search: SearchViewModel) -> None:
    search.type("moris")
    search.end()
    assert search.state.hits == ()
    assert search.state.typed == ""


class BusyStore:
    """A store that cannot answer now."""

    def search(self, text: str, *, limit: int = 50) -> list[PersonLine]:
        raise StoreBusy


def test_a_store_that_cannot_answer_leaves_the_pages_in_reach(desk: Desk) -> None:
    search = SearchViewModel(InlineBackground(), BusyStore(), desk.directory, COMMANDS)
    search.type("regl")
    assert search.state.problem == sentence(StoreBusy())
    assert _titles(search) == ["Réglages"]


def test_absurd_text_finds_nothing_and_breaks_nothing(search: SearchViewModel) -> None:
    for typed in ("'; DROP", "\u202e\u0627", "😀" * 50, "%%__", '"*', "a" * 5000):
        search.type(typed)
        assert search.state.problem is None
