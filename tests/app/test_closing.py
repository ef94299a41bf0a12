"""Closing the window keeps what is typed; when no disk takes it, she is told before it is lost."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop.app.writing_pages import FOLLOW_UP
from desktop.ui.background import Lane
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.lock import LockView
from protocol.kinds.follow_ups import Draft
from tests.app.conftest import Opened
from tests.support.fleet import PASSPHRASE, access

WORDS = "Elle dort mieux depuis qu’elle marche le soir. " * 200
_PLENTY = 1_000_000


def type_words(opened: Opened) -> FollowUpView:
    """Open a meeting and type at length."""
    opened.desk.workspace.open_meeting(opened.persons[1], "")
    editor = opened.desk.window.page(FOLLOW_UP)
    assert isinstance(editor, FollowUpView)
    opened.until(lambda: editor.viewmodel.state.form is not None)
    editor.shared.summary.text.set_value(WORDS)
    return editor


def fill_disk(opened: Opened, *, is_full: bool) -> None:
    """From now on the database grows no more, or does again."""
    database = opened.desk._session.workplace.store.database
    done: list[object] = []

    def limit() -> None:
        row = database.row("PRAGMA page_count")
        assert row is not None
        database.execute(f"PRAGMA max_page_count = {row[0] if is_full else _PLENTY}")

    opened.application.background.run(Lane.STORE, limit, done.append, done.append)
    opened.until(lambda: done == [None])


def close_window(opened: Opened) -> list[str]:
    """Close it as people do; return what is told of its end."""
    ended: list[str] = []
    opened.application.ended.connect(lambda: ended.append("ended"))
    window = opened.application.window
    assert window is not None
    window.close()
    return ended


def kept_words(folder: Path) -> list[str]:
    unlocked = access(folder).open(PASSPHRASE)
    drafts = unlocked.store.records.select(Draft)
    unlocked.close()
    return [repr(draft) for draft in drafts]


def test_closing_while_typing_keeps_the_words_and_ends(opened: Opened) -> None:
    opened.unlock()
    type_words(opened)
    ended = close_window(opened)
    opened.until(lambda: ended == ["ended"])
    opened.application.close()
    assert any("dort mieux" in words for words in kept_words(opened.folders.vault))


def test_when_the_disk_takes_nothing_closing_says_so_and_the_window_stays(
    opened: Opened, qtbot: QtBot
) -> None:
    opened.unlock()
    editor = type_words(opened)
    fill_disk(opened, is_full=True)
    editor.shared.summary.text.set_value(WORDS * 2)
    ended = close_window(opened)
    notice = opened.desk.window.notice
    opened.until(lambda: "fermer Coffre maintenant" in notice.sentence)
    assert opened.desk.window.isVisible()
    assert ended == []
    assert notice.remedy.text() == "Fermer quand même"

    fill_disk(opened, is_full=False)  # room was made
    ended = close_window(opened)
    opened.until(lambda: bool(ended))
    opened.application.close()
    assert any((WORDS * 2).strip() in words for words in kept_words(opened.folders.vault))


def test_whoever_insists_closes_all_the_same(opened: Opened) -> None:
    opened.unlock()
    editor = type_words(opened)
    fill_disk(opened, is_full=True)
    editor.shared.summary.text.set_value(WORDS * 2)
    ended = close_window(opened)
    notice = opened.desk.window.notice
    opened.until(lambda: "fermer Coffre maintenant" in notice.sentence)
    notice.remedy.click()
    assert ended == ["ended"]
    assert opened.desk.window.close()


def test_words_from_before_the_lock_are_not_lost_by_closing_either(opened: Opened) -> None:
    opened.application._keep_sealed(b"what a disk refused, sealed for another vault")
    lock = opened.application.window
    assert isinstance(lock, LockView)
    assert close_window(opened) == []
    assert lock.isVisible()
    assert "perdrait vos derniers mots" in lock._unwritten.sentence
    ended: list[str] = []
    opened.application.ended.connect(lambda: ended.append("ended"))
    lock._unwritten.remedy.click()
    assert ended == ["ended"]


def test_words_still_refused_after_the_unlock_are_told_as_well(opened: Opened) -> None:
    opened.unlock()
    opened.application._keep_sealed(b"what a disk refuses still")
    ended = close_window(opened)
    opened.until(lambda: "avant le verrouillage" in opened.desk.window.notice.sentence)
    assert ended == []
    opened.desk.window.notice.remedy.click()
    assert ended == ["ended"]


def test_a_lock_closes_at_once(opened: Opened) -> None:
    assert close_window(opened) == ["ended"]
