"""Settling conflicts one after the other, while colleagues and synchronisations go on."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.ui.changes import ChangeBoard
from desktop.ui.sync_page.review_viewmodel import ReviewViewModel
from desktop.ui.sync_page.state import Side, Told
from protocol.ids import PersonId
from protocol.kinds import Conflict, Draft, Person
from protocol.kinds.conflicts import ConflictState
from tests.support.crossings import HERS, MINE, ROY, all_sent, crossed
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, bring, make_desk, professional, seed_small


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = make_desk(tmp_path)
    bring(desk.workplace, professional(desk.workplace, ROY, "Catherine Roy"))
    yield desk
    desk.store.database.close()


@pytest.fixture
def persons(desk: Desk) -> list[PersonId]:
    persons = seed_small(desk)
    for person in persons:
        bring(desk.workplace, replace(person_of(desk, person), request=HERS))
    all_sent(desk)
    return persons


@pytest.fixture
def background() -> InlineBackground:
    return InlineBackground()


@pytest.fixture
def review(background: InlineBackground, desk: Desk, qtbot: QtBot) -> ReviewViewModel:
    return ReviewViewModel(background, desk.conflicts, ChangeBoard())


def person_of(desk: Desk, person: PersonId) -> Person:
    found = desk.store.records.get(Person, person)
    assert found is not None
    return found


def shown(review: ReviewViewModel) -> tuple[str | None, str | None]:
    """Return which conflict is chosen, and whose two versions are in sight."""
    state = review.state
    return state.chosen, state.sheet.line.id if state.sheet else None


def three(desk: Desk, persons: list[PersonId]) -> list[str]:
    """Bring three conflicts, one minute apart."""
    return [
        crossed(desk, person, "request", "0" + MINE, shift=timedelta(minutes=at))
        for at, person in enumerate(persons[:3])
    ]


def read(review: ReviewViewModel, desk: Desk) -> None:
    """Show the list as it is now, as the page does after each synchronisation."""
    review.show_lines(desk.sync_reports.read().to_review)


def test_one_is_settled_after_the_other(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    first, second, third = three(desk, persons)
    read(review, desk)
    assert (review.state.chosen, review.place) == (first, (1, 3))
    review.keep(Side.LOST)
    assert (review.state.chosen, review.place) == (second, (1, 2))
    review.join()
    assert review.state.chosen == third
    review.keep(Side.KEPT)
    assert shown(review) == (None, None)
    assert review.state.lines == ()
    texts = [person_of(desk, person).request for person in persons[:3]]
    assert texts == [MINE, f"{MINE} FSL demandé le 20 novembre.", HERS]


def test_what_is_put_off_comes_back_only_when_it_is_asked_for(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    first, second, third = three(desk, persons)
    read(review, desk)
    for expected in (second, third, None):
        review.later()
        assert review.state.chosen == expected
    read(review, desk)
    assert shown(review) == (None, None)
    assert len(review.state.lines or ()) == 3
    review.choose(second)
    assert shown(review)[0] == second
    assert desk.sync_reports.read().pending == 0
    review.later()
    assert shown(review) == (None, None)
    review.resume()  # « Comparer », from the day
    assert shown(review)[0] == first


def test_taking_back_shows_the_conflict_again(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    first, *_ = three(desk, persons)
    offered: list[tuple[str, Callable[[], object]]] = []
    review.undo_offered.connect(lambda said, undo: offered.append((said, undo)))
    read(review, desk)
    review.keep(Side.LOST)
    [(said, undo)] = offered
    assert said == "Votre version est gardée."
    undo()
    read(review, desk)
    assert review.state.chosen == first
    assert person_of(desk, persons[0]).request == HERS


def test_a_colleague_who_was_faster_is_told_of_and_nothing_is_written(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    first, second, _ = three(desk, persons)
    read(review, desk)
    settle_elsewhere(desk, first)
    review.keep(Side.LOST)
    assert review.state.told is Told.SETTLED_ELSEWHERE
    assert review.state.chosen == second
    assert person_of(desk, persons[0]).request == HERS

    settle_elsewhere(desk, second)
    read(review, desk)
    assert review.state.chosen not in (first, second)
    assert review.state.told is Told.SETTLED_ELSEWHERE


def test_what_changed_in_place_is_shown_before_anything_is_written(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    first, *_ = three(desk, persons)
    read(review, desk)
    review.type("Les deux, à ma façon.")
    bring(desk.workplace, replace(person_of(desk, persons[0]), request="Nouveau."))
    review.join()
    assert review.state.told is Told.CHANGED_MEANWHILE
    assert review.state.chosen == first
    assert review.state.sheet is not None
    assert review.state.sheet.kept.value == "Nouveau."
    assert review.state.joined == "Les deux, à ma façon.", "nothing typed is lost"
    review.join()
    assert person_of(desk, persons[0]).request == "Les deux, à ma façon."


def test_a_joined_text_being_typed_is_kept_and_found_again_after_a_lock(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    first, *_ = three(desk, persons)
    read(review, desk)
    review.type("Menacé d’expulsion,")
    qtbot.waitUntil(lambda: len(desk.store.records.select(Draft)) == 1)
    review.type("Menacé d’expulsion, FSL")
    review.flush()

    again = ReviewViewModel(InlineBackground(), desk.conflicts, ChangeBoard())
    read(again, desk)
    assert (again.state.chosen, again.state.joined) == (first, "Menacé d’expulsion, FSL")
    again.join()
    assert person_of(desk, persons[0]).request == "Menacé d’expulsion, FSL"
    assert desk.store.records.select(Draft) == []


def test_going_to_another_conflict_keeps_the_words_of_each(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    first, second, _ = three(desk, persons)
    read(review, desk)
    review.type("Pour la première.")
    review.choose(second)
    assert review.state.joined.startswith("Locataire")
    review.type("Pour la deuxième.")
    review.choose(first)
    assert review.state.joined == "Pour la première."
    review.choose(second)
    assert review.state.joined == "Pour la deuxième."


def test_a_sheet_that_arrives_late_does_not_replace_the_one_in_sight(
    review: ReviewViewModel, background: InlineBackground, desk: Desk, persons: list[PersonId]
) -> None:
    _, second, third = three(desk, persons)
    read(review, desk)
    background.hold()
    review.choose(second)
    review.choose(third)
    assert shown(review) == (third, None)
    background.release()
    assert shown(review) == (third, third)


def test_two_presses_settle_once(
    review: ReviewViewModel, background: InlineBackground, desk: Desk, persons: list[PersonId]
) -> None:
    three(desk, persons)
    read(review, desk)
    background.hold()
    review.keep(Side.LOST)
    review.keep(Side.KEPT)
    background.release()
    states = sorted(str(conflict.state) for conflict in desk.store.records.select(Conflict))
    assert states == ["open", "open", "restored"]


def test_mine_comes_first_then_the_earlier(
    review: ReviewViewModel, desk: Desk, persons: list[PersonId]
) -> None:
    me = desk.workplace.me
    orders = []
    for lost_by, kept_by in ((me, ROY), (ROY, me), (ROY, ROY)):
        conflict = crossed(
            desk, persons[0], "request", "0" + MINE, lost_by=lost_by, kept_by=kept_by
        )
        read(review, desk)
        review.choose(conflict)
        orders.append(review.state.sides[0])
    assert orders == [Side.LOST, Side.KEPT, Side.LOST]


def settle_elsewhere(desk: Desk, conflict: str) -> None:
    """Have a colleague settle one."""
    known = desk.store.records.get(Conflict, conflict)
    assert known is not None
    bring(desk.workplace, replace(known, state=ConflictState.KEPT))
