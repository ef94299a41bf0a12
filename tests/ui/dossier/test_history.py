"""A follow-up that was corrected says so, and shows what it said before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.ui.changes import ChangeBoard
from desktop.ui.dossier import DossierView
from desktop.ui.dossier.follow_up_detail import FollowUpDetail
from desktop.ui.kit import ROW_ROLE
from desktop.ui.text import NO_BREAK_SPACE as NBSP
from desktop.ui.theme import Mode, Theme
from protocol.ids import FollowUpId, PersonId, ProfessionalId, RecordId
from protocol.kinds.care import Correction
from protocol.kinds.follow_ups import FollowUp, Medium
from tests.support.accessibility import assert_accessible
from tests.support.laptop import Desk, bring

Wear = Callable[..., Theme]
BEFORE = (
    "Dort mal depuis l’été. Accepte un suivi mensuel à Melle, le mardi matin. Ne conduit plus :"
    " la voiture est en panne."
)
AFTER = (
    "Dort mal depuis l’été. Accepte un suivi mensuel à Melle, le jeudi matin. Conduit de nouveau :"
    " la voiture est réparée."
)


@pytest.fixture
def met(desk: Desk, yves: PersonId) -> FollowUpId:
    """Two meetings; the latest will be corrected."""
    latest = None
    for days in (9, 1):
        form = desk.follow_ups.begin(yves)
        at = desk.clock.moment - timedelta(days=days)
        latest = desk.follow_ups.finish(replace(form, starts_at=at, summary=BEFORE)).value
    assert latest is not None
    return latest


@pytest.fixture
def view(page: DossierView, yves: PersonId, met: FollowUpId) -> DossierView:
    page.open(yves)
    page.tabs.open("follow_ups")
    page.show()
    return page


def correct(desk: Desk, board: ChangeBoard, met: FollowUpId, *, at: str, **typed: object) -> None:
    """Correct a follow-up at some time of the 24th of November."""
    desk.clock.moment = desk.clock.moment.replace(hour=int(at[:2]) - 1, minute=int(at[3:]))
    form = desk.follow_ups.open(met).form
    done = desk.follow_ups.finish(replace(form, **typed))  # type: ignore[arg-type]  # form fields
    board.announce(done.touched)


def detail(view: DossierView) -> FollowUpDetail:
    return view.follow_ups.detail


def test_one_that_was_never_corrected_says_nothing_of_it(view: DossierView) -> None:
    assert not detail(view).corrected.isVisible()
    assert not detail(view).see_history.isVisible()
    assert not detail(view).history.isVisible()


def test_one_that_was_corrected_says_when_and_by_whom(
    view: DossierView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    correct(desk, board, met, at="09:45", summary=AFTER)
    said = f"Corrigé le 24 novembre à 9{NBSP}h{NBSP}45 par Claire Martin"
    assert detail(view).corrected.text() == said
    assert detail(view).corrected.isVisible()
    titles = [view.follow_ups.timeline.index(at).data(ROW_ROLE).title for at in range(2)]
    assert [title.endswith("· corrigé") for title in titles] == [True, False]


def test_its_history_opens_in_place_and_marks_what_changed(
    view: DossierView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    correct(desk, board, met, at="09:45", summary=AFTER)
    correct(desk, board, met, at="10:05", minutes=60, medium=Medium.PHONE)

    detail(view).see_history.click()

    history = detail(view).history
    assert history.isVisible()
    titles = [
        f"Le 24 novembre à {hour}{NBSP}h{NBSP}{minute}" for hour, minute in ((10, "05"), (9, 45))
    ]
    assert [card.title for card in history.cards] == [f"{it}, par Claire Martin" for it in titles]
    facts, words = history.cards
    assert facts.words == [
        f"1{NBSP}h, au lieu de 45{NBSP}min",
        f"{Medium.PHONE.label}, au lieu de {Medium.WALK_IN.label}",
    ]
    before, after = words.texts
    assert before.toPlainText() == BEFORE
    assert after.toPlainText() == AFTER
    marked = [span.text.strip() for span in before.spans if span.differs]
    assert "mardi" in marked
    assert "mardi" in before.accessibleDescription()

    detail(view).see_history.click()
    assert not history.isVisible()


def test_a_correction_made_while_the_history_is_open_joins_it(
    view: DossierView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    correct(desk, board, met, at="09:45", summary=AFTER)
    detail(view).see_history.click()
    correct(desk, board, met, at="10:05", minutes=60)
    assert len(detail(view).history.cards) == 2


def test_the_history_of_one_follow_up_is_never_shown_under_another(
    view: DossierView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    correct(desk, board, met, at="09:45", summary=AFTER)
    detail(view).see_history.click()
    QTest.keyClick(view.follow_ups.list, Qt.Key.Key_Down)
    assert not detail(view).history.isVisible()
    assert not detail(view).corrected.isVisible()
    QTest.keyClick(view.follow_ups.list, Qt.Key.Key_Up)
    assert detail(view).corrected.isVisible()
    assert not detail(view).history.isVisible()


def test_leaving_the_page_closes_it(
    view: DossierView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    correct(desk, board, met, at="09:45", summary=AFTER)
    detail(view).see_history.click()
    view.hide()
    view.show()
    assert not detail(view).history.isVisible()


def test_a_colleagues_correction_is_read_like_ones_own(
    view: DossierView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    roy = next(c for c in desk.directory.colleagues().values() if c.name == "Catherine Roy")
    known = desk.store.records.get(FollowUp, met)
    assert known is not None
    hers = replace(
        known,
        id=RecordId(desk.workplace.new_id()),
        professional=ProfessionalId(roy.id),
        starts_at=desk.clock.moment,
        summary=AFTER,
    )
    said = Correction(
        id=RecordId(desk.workplace.new_id()),
        created_at=desk.clock.moment,
        created_by=ProfessionalId(roy.id),
        person=known.person,
        professional=ProfessionalId(roy.id),
        follow_up=FollowUpId(hers.id),
        corrected_at=desk.clock.moment,
        before='{"summary": "Avant"}',
    )
    bring(desk.workplace, hers, said)
    view.open(known.person)
    QTest.keyClick(view.follow_ups.list, Qt.Key.Key_Home)
    assert detail(view).corrected.text().endswith("par Catherine Roy")
    assert not detail(view).correct.isVisible()
    detail(view).see_history.click()
    assert [text.toPlainText() for text in detail(view).history.cards[0].texts] == ["Avant", AFTER]


def test_what_this_laptop_cannot_read_is_said(
    view: DossierView, desk: Desk, board: ChangeBoard, met: FollowUpId
) -> None:
    correct(desk, board, met, at="09:45", summary=AFTER)
    (kept,) = desk.store.records.select(Correction)
    bring(desk.workplace, replace(kept, before="{"))
    detail(view).see_history.click()
    (card,) = detail(view).history.cards
    assert card.texts == []
    assert card.title.endswith("Claire Martin")


@pytest.mark.parametrize(("mode", "scale"), [(Mode.LIGHT, 100), (Mode.DARK, 200)])
def test_the_history_is_readable_by_everybody(
    view: DossierView,
    desk: Desk,
    board: ChangeBoard,
    met: FollowUpId,
    wear: Wear,
    qtbot: QtBot,
    mode: Mode,
    scale: int,
) -> None:
    correct(desk, board, met, at="09:45", summary=AFTER, minutes=60)
    wear(mode=mode, scale=scale)
    detail(view).see_history.click()
    qtbot.wait(100)
    assert_accessible(view)
