"""A colleague takes her off the team while she writes: her words stay hers, and are found."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtTest import QTest

from desktop.app.sync_runner import Phase, SyncProgress
from desktop.app.workspace import TODAY
from desktop.app.writing_pages import FOLLOW_UP
from desktop.ui.background import Lane
from desktop.ui.today import TodayView
from protocol.ids import PersonId, ProfessionalId
from protocol.kinds.people import Job
from protocol.kinds.persons import CircleEnd, CircleRole
from tests.app.conftest import Opened
from tests.app.test_coming_back import editor_of, words_of_summary
from tests.app.writing import begin_to_write
from tests.support.fleet import Laptop, enrolled
from tests.support.office import Office

T = TypeVar("T")


def in_store(opened: Opened, work: Callable[[], T]) -> T:
    """What the store's lane answers."""
    got: list[T] = []
    opened.application.background.run(Lane.STORE, work, got.append, opened.desk.report)
    opened.until(lambda: bool(got))
    return got[0]


def come_home(opened: Opened) -> None:
    """Synchronise from the window."""
    runner = opened.desk.runner
    opened.until(lambda: not runner.is_running)

    def is_home(progress: SyncProgress) -> bool:
        return progress.phase is Phase.IDLE

    with opened.bot.waitSignal(runner.changed, check_params_cb=is_home):
        runner.sync_now()


def test_a_draft_whose_dossier_has_left_is_told_opened_after_a_lock_and_thrown_away(
    office: Office, opened: Opened, tmp_path: Path
) -> None:
    mehdi = enrolled(office, tmp_path / "mehdi", "Mehdi Belkacem", Job.REFERENT, opened.clock)
    opened.unlock()
    yves = PersonId(opened.persons[1])
    come_home(opened)
    session = opened.desk._session
    his = ProfessionalId(mehdi.session.workplace.me)
    in_store(
        opened, lambda: session.services.persons.welcome(yves, his, CircleRole.UNIQUE_REFERENT)
    )
    come_home(opened)
    mehdi.sync()
    QTest.keyClicks(begin_to_write(opened), "Il dort mieux")
    target = editor_of(opened).viewmodel.form.target
    take_off(mehdi, yves, ProfessionalId(session.workplace.me))
    come_home(opened)
    editor = editor_of(opened)
    opened.until(lambda: editor.viewmodel.state.is_gone)
    opened.lock()

    opened.unlock()
    opened.until(lambda: opened.desk.window.current == FOLLOW_UP)
    editor = editor_of(opened)
    assert words_of_summary(opened) == "Il dort mieux"
    assert editor.header.title.text() == "Suivi · dossier parti"
    assert "n’est plus sur ce poste" in editor.failure_notice.sentence
    editor.close_button.click()

    today = opened.desk.window.page(TODAY)
    assert isinstance(today, TodayView)
    key = f"draft {target}"
    opened.until(lambda: key in [one.key for one in today.reminders.reminders])
    [line] = [one for one in today.reminders.reminders if one.key == key]
    assert "dossier parti" in line.words
    today.reminders.draft_asked.emit(target)
    editor = editor_of(opened)
    opened.until(editor.failure_notice.isVisible)
    assert words_of_summary(opened) == "Il dort mieux"
    editor.failure_notice.remedy.click()
    opened.until(lambda: opened.desk.window.current == TODAY)
    opened.until(lambda: key not in [one.key for one in today.reminders.reminders])
    mehdi.close()


def take_off(host: Laptop, person: PersonId, who: ProfessionalId) -> None:
    """End somebody's places in a circle, at the office too."""
    host.clock.advance(minutes=1)
    for place in host.desk.persons.sheet(person).circle:
        if place.colleague.id == who:
            host.desk.persons.end_membership(place.id, CircleEnd.END_OF_PROGRAM)
    host.sync()
