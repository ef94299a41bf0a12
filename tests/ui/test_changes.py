"""Open screens hear of what was touched, and of nothing else."""

from pytestqt.qtbot import QtBot

from desktop.ui.changes import ChangeBoard


def test_screens_hear_what_was_touched_as_one_set(qtbot: QtBot) -> None:
    board = ChangeBoard()
    with qtbot.waitSignal(board.changed) as heard:
        board.announce([("person", "p1"), ("person", "p1"), ("follow_up", "f1")])
    assert heard.args == [frozenset({("person", "p1"), ("follow_up", "f1")})]


def test_a_sync_that_brought_nothing_disturbs_nobody(qtbot: QtBot) -> None:
    board = ChangeBoard()
    with qtbot.assertNotEmitted(board.changed):
        board.announce(frozenset())
