"""The dossier left this laptop while she wrote: the page tells the truth, and lets her words go."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.kit.labels import Text
from desktop.ui.theme import Mode, Theme
from desktop.ui.today.reminders import reminders_of
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.support.departure import leave
from tests.ui.follow_up.editor import Editor

WORDS = "Elle va réfléchir."


@pytest.fixture
def view(editor: Editor, qtbot: QtBot, qapp: QApplication) -> Iterator[FollowUpView]:
    Theme(qapp, mode=Mode.LIGHT, scale=100).install()
    view = FollowUpView(editor.model)
    view.resize(1110, 720)
    view.show()
    qtbot.waitExposed(view)
    yield view
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def shown_words(view: FollowUpView) -> str:
    return " ".join(one.text() for one in view.findChildren(Text) if one.isVisible())


def test_no_line_promises_readers_once_the_dossier_has_left(
    view: FollowUpView, editor: Editor
) -> None:
    editor.type(summary=WORDS)
    editor.board.announce(leave(editor.desk, editor.person))
    said = shown_words(view)
    assert "n’est plus sur ce poste" in said
    for promise in ("personne d’autre ne la lit", "lue par son équipe", "lu aussi par", "pourra"):
        assert promise not in said
    assert "chiffrée pour vous seule" in said, "that one is still true"
    assert faults_of(view.shared.summary.label.text()) == []
    assert editor.model.form.summary == WORDS
    assert_accessible(view)


def test_a_draft_opened_after_the_departure_is_named_in_words_and_thrown_away_in_one_gesture(
    view: FollowUpView, editor: Editor
) -> None:
    editor.type(summary=WORDS)
    target = editor.model.form.target
    editor.model.leave()
    editor.board.announce(leave(editor.desk, editor.person))
    [line] = reminders_of(editor.desk.today.read())[:1]
    assert line.words.startswith("Brouillon non terminé\u00a0: dossier parti, ")

    editor.model.open(target)
    assert view.header.title.text() == "Suivi · dossier parti"
    assert view.shared.summary.text.value == WORDS
    assert "n’est plus sur ce poste" in view.failure_notice.sentence
    assert not view.draft_notice.isVisible(), "one place to throw it away is enough"
    undo: list[Callable[[], object]] = []
    closed: list[bool] = []
    view.undo_offered.connect(lambda _, act: undo.append(act))
    editor.model.closed.connect(lambda: closed.append(True))
    view.failure_notice.remedy.click()
    assert closed == [True]
    assert editor.desk.follow_ups.drafts() == []
    undo[0]()
    assert [one.target for one in editor.desk.follow_ups.drafts()] == [target]


def test_what_was_typed_a_moment_before_it_is_thrown_away_comes_back_too(
    view: FollowUpView, editor: Editor
) -> None:
    editor.board.announce(leave(editor.desk, editor.person))
    editor.type(summary=WORDS)
    view.failure_notice.remedy.click()
    editor.model.undo_discard()
    [draft] = editor.desk.follow_ups.drafts()
    editor.model.open(draft.target)
    assert editor.model.form.summary == WORDS
