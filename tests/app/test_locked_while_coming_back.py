"""Locked again before she is back: whatever the moment, the next unlock finds her place."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtTest import QTest

from desktop.app.interrupted import FOLLOW_UP as AN_EDITOR
from desktop.app.interrupted import Interrupted
from desktop.app.workspace import DOSSIER, TODAY
from desktop.app.writing_pages import FOLLOW_UP
from desktop.ui.background import Lane
from desktop.ui.lock import LockView
from protocol.ids import FollowUpId
from tests.app.conftest import Opened
from tests.app.test_coming_back import dossier_of, editor_of, path_of, words_of_summary
from tests.app.writing import begin_to_write, summary_field
from tests.support.fleet import PASSPHRASE


@contextmanager
def behind_the_gate(opened: Opened) -> Iterator[None]:
    """Unlock; whatever is asked of the store once the desk is there waits until the end."""
    gate = threading.Event()

    def close_gate() -> None:
        opened.application.background.run(Lane.STORE, gate.wait, _ignore, _ignore)

    opened.application.unlocked.connect(close_gate)
    try:
        opened.unlock()
        yield
    finally:
        opened.application.unlocked.disconnect(close_gate)
        gate.set()


def as_the_desk_appears(opened: Opened) -> None:
    """Nothing of what was kept has been read."""
    lock_at_once = opened.application.lock
    opened.application.unlocked.connect(lock_at_once)
    view = opened.application.window
    assert isinstance(view, LockView)
    with opened.bot.waitSignal(opened.application.locked):
        view.field.line.setText(PASSPHRASE)
        view.open_button.click()
    opened.application.unlocked.disconnect(lock_at_once)


def while_the_editor_reads(opened: Opened) -> None:
    with opened.bot.waitSignal(opened.application.locked), behind_the_gate(opened):
        opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
        assert opened.desk.coming_back.interrupted() is None, "it was to be read still"
        opened.desk.lock_requested.emit()


def after_a_look_while_the_editor_reads(opened: Opened) -> None:
    with opened.bot.waitSignal(opened.application.locked), behind_the_gate(opened):
        opened.until(lambda: opened.desk.coming_back._is_back)
        opened.desk.coming_back.look()
        opened.desk.lock_requested.emit()


def once_more_was_typed(opened: Opened) -> None:
    opened.unlock()
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    editor_of(opened)
    before = words_of_summary(opened)
    QTest.keyClicks(summary_field(opened), ".")
    assert words_of_summary(opened) == before + "."
    opened.lock()


MOMENTS: tuple[Callable[[Opened], None], ...] = (
    as_the_desk_appears,
    while_the_editor_reads,
    after_a_look_while_the_editor_reads,
    once_more_was_typed,
)


def test_whatever_the_moment_of_the_next_lock_she_finds_her_words_and_her_way_back(
    opened: Opened,
) -> None:
    opened.unlock()
    path = path_of(opened, opened.persons[1])
    path.steps.open_form()
    QTest.keyClicks(path.steps.text, "Appeler la CAF")
    QTest.keyClicks(begin_to_write(opened), "Il dort mieux")
    opened.lock()
    for moment in MOMENTS:
        moment(opened)

    opened.unlock()
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    opened.until(lambda: words_of_summary(opened) == "Il dort mieux.")
    editor_of(opened).close_button.click()
    opened.until(lambda: opened.desk.window.current == DOSSIER)
    steps = dossier_of(opened).path.steps
    opened.until(lambda: steps.form.is_open)
    assert steps.text.text() == "Appeler la CAF"


def test_a_draft_that_was_finished_as_it_locked_is_told_to_be_none(opened: Opened) -> None:
    opened.unlock()
    QTest.keyClicks(begin_to_write(opened), "Il dort mieux")
    target = editor_of(opened).viewmodel.form.target
    editor_of(opened).finish_button.click()
    opened.until(lambda: opened.desk.window.current != FOLLOW_UP)
    was_open = Interrupted(AN_EDITOR, FollowUpId(target))
    opened.desk.coming_back.interrupted = lambda: was_open  # type: ignore[method-assign]  # the look before it was finished
    opened.lock()

    opened.unlock()
    opened.until(opened.desk.window.notice.isVisible)
    assert "n’est plus un brouillon" in opened.desk.window.notice.sentence
    assert opened.desk.window.current == TODAY


def _ignore(_: object) -> None:
    """The gate has nothing to say."""
