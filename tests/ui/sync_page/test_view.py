"""The synchronisation page as people see it, and as the keyboard walks it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.closed_texts import NOT_YET
from desktop.ui.changes import ChangeBoard
from desktop.ui.sync_page.state import SyncReceipt, SyncState
from desktop.ui.sync_page.view import SyncPageView
from desktop.ui.sync_page.viewmodel import SyncPageViewModel
from desktop.ui.theme import Theme
from protocol.ids import PersonId
from protocol.kinds.persons import Person
from tests.support.crossings import (
    HERS,
    MINE,
    ROY,
    all_sent,
    crossed,
    key_comes,
    offered,
    stands,
    unread,
)
from tests.support.inline_background import InlineBackground
from tests.support.laptop import Desk, make_desk
from tests.ui.sync_page.conftest import ForgetfulOffice


def test_the_receipt_shows_the_last_synchronisation_then_this_one(view: SyncPageView) -> None:
    assert view.receipt.heading.text() == "Dernière synchronisation"
    assert view.receipt.sent._value.text() == "43"
    view.viewmodel.show(SyncState.done(SyncReceipt(7, 2, 1_400)))
    assert view.receipt.heading.text() == "Cette synchronisation"
    assert view.receipt.volume._value.text() == "1\u00a0ko"


def test_the_journal_tells_each_ending_latest_first(view: SyncPageView) -> None:
    assert [when for when, _ in view.journal.lines] == [
        "7\u00a0h\u00a040", "lun. 17\u00a0h\u00a040", "lun. 11\u00a0h\u00a040",
        "sam. 18\u00a0h\u00a040",
    ]  # fmt: skip
    assert "réseau perdu" in view.journal.lines[2][1]


def test_a_refused_change_says_what_why_and_that_it_is_kept(view: SyncPageView) -> None:
    assert view.refused.isVisible()
    [line] = view.refused.lines
    assert line.title == "Rendez-vous · Nadia Benali"
    assert "équipe" in line.reason
    [span] = line.text.spans
    assert "Motif\u00a0: Consultation" in span.text


def test_both_versions_are_read_side_by_side_with_what_differs_marked(view: SyncPageView) -> None:
    review = view.review
    assert review.heading.text() == "À relire · Yves Morisset, champ «\u00a0Demande\u00a0»"
    assert review.first.title.text() == "Votre version · hier 16\u00a0h\u00a020"
    assert review.second.title.text() == "Catherine Roy · hier 17\u00a0h\u00a005"
    assert review.second.text.toPlainText() == HERS
    marked = [span.text for span in review.second.text.spans if span.differs]
    assert marked == ["FSL demandé le 20 novembre."]
    assert review.second.text.accessibleDescription().endswith("FSL demandé le 20 novembre.")
    cursor = review.second.text.textCursor()
    for word, differs in (("Locataire", False), ("FSL", True)):
        cursor.setPosition(HERS.index(word) + 1)
        drawn = cursor.charFormat()
        assert drawn.fontUnderline() is differs
        assert (drawn.background().style() is not Qt.BrushStyle.NoBrush) is differs
    assert review.joined.value == f"{MINE} FSL demandé le 20 novembre."


def test_what_is_left_of_a_record_the_office_forgot_is_read_copied_and_put_away_by_one_key(
    view: SyncPageView, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    review, met = view.review, desk.workplace.new_id()
    QTest.keyClick(review.joined, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    for field, value in (("summary", "0" + HERS), ("minutes", 50), ("professional", ROY)):
        offered(desk, persons[1], field, value, subject=met)
    view.viewmodel.refresh()
    forgotten = "À relire · Yves Morisset, fiche «\u00a0Suivi\u00a0» que le bureau n’a plus"
    qtbot.waitUntil(lambda: review.heading.text() == forgotten)
    (span,) = review.first.text.spans
    assert span.text.splitlines() == [
        "Professionnel\u00a0: Catherine Roy",
        "Durée\u00a0: 50\u00a0min",
        f"Synthèse partagée\u00a0: {HERS}",
    ]
    assert not review.second.isVisible()
    assert not review.joined.isVisible()
    assert review.first.keep.isVisible()
    QTest.mouseClick(review.first.keep, Qt.MouseButton.LeftButton)
    assert desk.conflicts.to_review() == []
    assert review.heading.text() == "À relire"


def test_what_cannot_be_read_yet_says_why_it_waits_and_opens_by_itself(
    view: SyncPageView, desk: Desk, persons: list[PersonId], qtbot: QtBot
) -> None:
    review = view.review
    secret, hers = unread(persons[1], "request", HERS)
    stands(desk, persons[1], "request", hers)
    view.viewmodel.refresh()
    assert review.explained.text().endswith(
        "Un de ces textes ne peut pas encore être lu sur ce poste\u00a0: sa clé arrive avec une"
        " prochaine synchronisation. «\u00a0Plus tard\u00a0» ne perd rien."
    )
    assert [span.text for span in review.second.text.spans] == [NOT_YET]
    assert review.second.text.accessibleDescription() == "", "nothing is marked as hers alone"
    for card in (review.first, review.second):
        assert card.keep.isVisible()
        assert not card.keep.isEnabled()
    assert not review.joined.isVisible()
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3):
        QTest.keyClick(review.first.text, key, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: "Remis à plus tard" in review.explained.text())
    assert len(desk.conflicts.to_review()) == 1

    key_comes(desk, persons[1], secret)
    view.viewmodel.review.resume()
    assert review.second.text.toPlainText() == HERS
    assert review.first.keep.isEnabled()
    assert review.joined.isVisible()


def test_what_has_not_opened_for_a_month_is_given_up_by_a_button_that_says_so(
    view: SyncPageView, desk: Desk, persons: list[PersonId]
) -> None:
    review = view.review
    stands(desk, persons[1], "request", unread(persons[1], "request", HERS)[1])
    desk.clock.advance(days=31)
    view.viewmodel.refresh()
    assert "vous pouvez y renoncer sans l’avoir lu" in review.explained.text()
    words = [card.keep.accessibleName() for card in (review.first, review.second)]
    assert words[0].startswith("Garder sans avoir lu l’autre, Votre version")
    assert words[1].startswith("Garder l’autre, Version en place")
    QTest.mouseClick(review.second.keep, Qt.MouseButton.LeftButton)
    assert desk.conflicts.to_review() == []


def test_the_dossier_can_be_opened_from_there(view: SyncPageView, persons: list[PersonId]) -> None:
    opened: list[str] = []
    view.person_requested.connect(opened.append)
    QTest.mouseClick(view.review.open_person, Qt.MouseButton.LeftButton)
    assert opened == [persons[1]]


@pytest.mark.parametrize(
    ("key", "modifier", "text"),
    [
        (Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier, MINE),
        (Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier, HERS),
        (Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier, f"{MINE} FSL demandé le 20 novembre."),
    ],
)
def test_a_conflict_is_settled_by_one_key_and_that_can_be_taken_back(
    view: SyncPageView,
    desk: Desk,
    persons: list[PersonId],
    qtbot: QtBot,
    key: Qt.Key,
    modifier: Qt.KeyboardModifier,
    text: str,
) -> None:
    offered: list[tuple[str, Callable[[], object]]] = []
    view.undo_offered.connect(lambda said, undo: offered.append((said, undo)))
    QTest.keyClick(view.review.joined, key, modifier)
    qtbot.waitUntil(lambda: len(offered) == 1)
    known = desk.store.records.get(Person, persons[1])
    assert known is not None
    assert known.request == text
    assert view.review.heading.text() == "À relire"
    assert view.sync_now.hasFocus(), "the keyboard is not lost with what it was on"
    offered[0][1]()
    assert view.review.first.isVisible()
    known = desk.store.records.get(Person, persons[1])
    assert known is not None
    assert known.request == HERS


def test_a_text_is_edited_before_it_is_saved(
    view: SyncPageView, desk: Desk, persons: list[PersonId]
) -> None:
    view.review.joined.set_value("Menacé d’expulsion ; FSL demandé.")
    QTest.mouseClick(view.review.join, Qt.MouseButton.LeftButton)
    known = desk.store.records.get(Person, persons[1])
    assert known is not None
    assert known.request == "Menacé d’expulsion ; FSL demandé."


def test_a_text_too_long_for_the_office_says_so_while_it_is_typed(view: SyncPageView) -> None:
    review = view.review
    review.joined.set_value("a" * 4_001)
    assert not review.join.isEnabled()
    assert "4\u202f000" in review._field.problem
    review.joined.set_value("Menacé d’expulsion.")
    assert review.join.isEnabled()
    assert review._field.problem == ""


def test_later_changes_nothing_and_it_is_found_again_in_the_list(view: SyncPageView) -> None:
    review = view.review
    QTest.mouseClick(review.later, Qt.MouseButton.LeftButton)
    assert not review.first.isVisible()
    assert "plus tard" in review.explained.text()
    [row] = review.model.rows
    assert (row.title, row.subtitle) == (
        "Yves Morisset",
        "Personne, champ «\u00a0Demande\u00a0»",
    )
    review.list.setFocus()
    review.list.setCurrentIndex(review.model.index(0))
    QTest.keyClick(review.list, Qt.Key.Key_Return)
    assert review.first.isVisible()


def test_a_code_has_two_choices_and_no_text_to_write(
    view: SyncPageView, desk: Desk, persons: list[PersonId]
) -> None:
    conflict = crossed(desk, persons[2], "birth_date", "1979-03-04", shift=timedelta(minutes=1))
    view.viewmodel.refresh()
    view.viewmodel.review.choose(conflict)
    review = view.review
    assert review.list.isVisible()
    assert review.first.value.text() == "4 mars 1979"
    assert review.second.value.text() == "(rien)"
    assert not review.joined.isVisible()
    assert not review.join.isVisible()
    assert "(2/2)" in review.heading.text()


def test_who_deleted_and_who_edited_is_said_in_words(
    view: SyncPageView, desk: Desk, persons: list[PersonId]
) -> None:
    subject = desk.appointments.of_person(persons[0])[0].id
    conflict = crossed(
        desk, persons[0], "", None, subject=subject, kind="appointment", lost_by=ROY,
        kept_by=desk.workplace.me,
    )  # fmt: skip
    view.viewmodel.refresh()
    view.viewmodel.review.choose(conflict)
    review = view.review
    assert review.explained.text().startswith("Catherine Roy a supprimé cette fiche pendant que")
    assert review.meeting.text() == "Rendez-vous du mardi 24 novembre à 9\u00a0h\u00a000, Melle"
    lines = [row.subtitle for row in review.model.rows]
    assert "Rendez-vous\u00a0: fiche supprimée par l’un, modifiée par l’autre" in lines
    assert [
        card.keep.accessibleName().partition(",")[0] for card in (review.first, review.second)
    ] == [
        "Garder la fiche",
        "Supprimer quand même",
    ]


def test_what_the_office_refused_is_copied_sent_again_or_let_go(
    view: SyncPageView, desk: Desk, qapp: QApplication
) -> None:
    [line] = view.refused.lines
    QTest.mouseClick(line.copy, Qt.MouseButton.LeftButton)
    assert "Motif\u00a0: Consultation" in qapp.clipboard().text()
    qapp.clipboard().clear()
    offered: list[Callable[[], object]] = []
    view.undo_offered.connect(lambda _, undo: offered.append(undo))
    line.withdraw.setFocus()
    QTest.mouseClick(line.withdraw, Qt.MouseButton.LeftButton)
    assert view.refused.isHidden()
    assert view.sync_now.hasFocus()
    offered[0]()
    [line] = view.refused.lines
    pending = desk.sync_reports.read().pending
    QTest.mouseClick(line.send_again, Qt.MouseButton.LeftButton)
    assert view.refused.isHidden()
    assert desk.sync_reports.read().pending == pending + 1


def test_nothing_is_said_of_a_proof_before_there_is_one(view: SyncPageView) -> None:
    assert view.receipt.verified.isHidden()
    assert view.receipt.diverged.isHidden()
    assert view.receipt.verify.isHidden()


def test_the_proof_is_told_and_a_difference_asks_for_a_new_one(
    view: SyncPageView, desk: Desk
) -> None:
    state = desk.store.state
    all_sent(desk)
    facts = {"verified_at": "2026-11-24T08:38:00Z", "verified_dossiers": "174"}
    with desk.store.database.transaction():
        for key, value in facts.items():
            state.set(key, value)
    view.viewmodel.refresh()
    assert view.receipt.verify.isVisible(), "whoever doubts may ask again"
    assert view.receipt.verified.text() == (
        "Vérifié\u00a0: vos 174 dossiers sont identiques à ceux du serveur (il y a 2 minutes)."
    )
    with desk.store.database.transaction():
        state.set("diverged", "1")
    view.viewmodel.refresh()
    assert view.receipt.verified.isHidden()
    assert "prévenez le service informatique" in view.receipt.diverged.sentence
    asked: list[bool] = []
    view.viewmodel.verify_requested.connect(lambda: asked.append(True))
    QTest.mouseClick(view.receipt.verify, Qt.MouseButton.LeftButton)
    assert asked == [True]


def test_it_is_started_by_one_key_and_stopped_by_a_button(view: SyncPageView, qtbot: QtBot) -> None:
    asked: list[str] = []
    view.sync_now_requested.connect(lambda: asked.append("start"))
    view.cancel_requested.connect(lambda: asked.append("stop"))
    QTest.keyClick(view.sync_now, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: asked == ["start"])
    view.viewmodel.show(SyncState.running(3, 7))
    assert view.progress.isVisible()
    assert not view.sync_now.isEnabled()
    QTest.mouseClick(view.progress.cancel, Qt.MouseButton.LeftButton)
    assert asked == ["start", "stop"]


def test_a_second_synchronisation_can_be_stopped_as_well(view: SyncPageView) -> None:
    asked: list[bool] = []
    view.cancel_requested.connect(lambda: asked.append(True))
    for _ in range(2):
        view.viewmodel.show(SyncState.running())
        QTest.mouseClick(view.progress.cancel, Qt.MouseButton.LeftButton)
        view.viewmodel.show(SyncState.offline())
    assert asked == [True, True]


def test_what_stands_in_the_way_is_said_with_its_remedy(view: SyncPageView) -> None:
    view.viewmodel.show(SyncState.in_trouble("Ce poste a été retiré.", "Appelez l’informatique."))
    assert view.notice.isVisible()
    assert view.notice.sentence == "Ce poste a été retiré. Appelez l’informatique."
    view.viewmodel.show(SyncState.idle())
    assert "retiré" not in view.notice.sentence


def test_a_laptop_that_never_synchronised_says_what_to_expect(
    tmp_path: Path, theme: Theme, qtbot: QtBot
) -> None:
    desk = make_desk(tmp_path / "new")
    view = SyncPageView(
        SyncPageViewModel(
            InlineBackground(), desk.sync_reports, desk.conflicts, ChangeBoard(), desk.clock
        ),
        ForgetfulOffice().asked(),
    )
    qtbot.addWidget(view)
    assert view.receipt.sent._value.text() == "—"
    assert view.journal.lines == ()
    assert view.refused.isHidden()
    assert view.review.model.rows == ()
    assert "jamais encore" in view.header.subtitle.text()
    desk.store.database.close()


def test_a_copied_change_is_still_named(view: SyncPageView, qapp: QApplication) -> None:
    [line] = view.refused.lines
    QTest.mouseClick(line.copy, Qt.MouseButton.LeftButton)
    qapp.clipboard().clear()
    assert line.copy.accessibleName() == "Copié, Rendez-vous · Nadia Benali"


def test_the_receipt_does_not_confirm_what_the_office_refused(
    view: SyncPageView, desk: Desk
) -> None:
    said = "Tout est confirmé par le bureau, sauf 1\u00a0modification refusée, gardée ici."
    assert view.receipt.said.text().startswith(said)
    [line] = view.refused.lines
    QTest.mouseClick(line.withdraw, Qt.MouseButton.LeftButton)
    assert view.receipt.said.text().startswith("Tout ce que vous avez écrit est confirmé")


def test_what_the_window_asks_is_not_said_twice(view: SyncPageView) -> None:
    problem = SyncState.in_trouble("Le serveur demande de retirer 120 dossiers.", "")
    view.viewmodel.show(replace(problem, is_asked_above=True))
    assert "120 dossiers" not in view.notice.sentence
    view.viewmodel.show(problem)
    assert "120 dossiers" in view.notice.sentence
