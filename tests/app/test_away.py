"""A laptop long away, and a server that takes much back."""

from PySide6.QtTest import QTest

from desktop.app.sync_runner import SyncProgress, shown
from desktop.app.writing_pages import FOLLOW_UP
from desktop.services.errors import LeaseOver
from desktop.sync.brake import ALLOWED
from desktop.sync.errors import ClientTooOld, MassRemoval
from desktop.ui.background import Lane
from desktop.ui.errors import sentence
from desktop.ui.follow_up.view import FollowUpView
from desktop.ui.kit.labels import Text
from desktop.ui.sync_page.state import Phase
from tests.app.conftest import Opened
from tests.app.writing import begin_to_write, words_of
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.support.office import Office

# The lease


def turn(opened: Opened, days: float) -> None:
    """Let days pass without the office, then look."""
    opened.clock.advance(days=days)
    opened.desk.lease.look()


def test_three_weeks_away_a_banner_says_when_the_laptop_will_only_read(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    banner = opened.desk.window.lease
    turn(opened, 20)
    opened.settle()
    assert not banner.isVisible()
    turn(opened, 2)
    opened.until(banner.isVisible)
    assert "22 jours sans le bureau" in banner.sentence
    assert "ne fera plus que lire" in banner.sentence
    assert faults_of(banner.sentence) == []
    assert_accessible(opened.desk.window)


def test_after_thirty_days_typing_goes_on_as_a_draft_and_one_contact_lets_it_be_finished(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    field = begin_to_write(opened)
    turn(opened, 31)
    banner = opened.desk.window.lease
    opened.until(banner.isVisible)
    assert "Vos brouillons sont gardés" in banner.sentence

    QTest.keyClicks(field, "Il dort mieux")
    page = opened.desk.window.page(FOLLOW_UP)
    assert isinstance(page, FollowUpView)
    editor = opened.desk.workspace.writing._follow_up
    assert editor is not None
    editor.finish()
    opened.until(lambda: isinstance(editor.state.failure, LeaseOver))
    said = sentence(LeaseOver())
    opened.until(lambda: any(said.text in text.text() for text in page.findChildren(Text)))
    assert field.toPlainText() == "Il dort mieux"
    opened.until(lambda: editor.state.saved_at is not None and not editor.is_dirty)
    office.clock.offset = office.clock.offset + (opened.clock.now() - office.clock())
    office.online()
    opened.desk.runner.sync_now()
    opened.until(lambda: not banner.isVisible())
    with opened.bot.waitSignal(editor.finished):
        editor.finish()


# The brake


def allowed(opened: Opened) -> str | None:
    """Return the consent that is kept, once all that was asked before is done."""
    state, got = opened.desk._session.workplace.store.state, list[str | None]()
    opened.application.background.run(
        Lane.STORE, lambda: state.get(ALLOWED), got.append, opened.desk.report
    )
    opened.until(lambda: bool(got))
    return got[0]


def test_a_server_that_takes_much_back_asks_first_and_the_answer_is_kept_for_the_next_sync(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    runner, question = opened.desk.runner, opened.desk.window.removal
    runner._failed(MassRemoval(120, 174))
    opened.until(question.isVisible)
    assert "120 de vos 174 dossiers" in question.notice.sentence
    assert "120" in question.accept.text()
    assert opened.desk.sync_page.state.sync.is_asked_above, "its page need not say it again"
    assert faults_of(question.notice.sentence) == []
    opened.settle()
    assert_accessible(opened.desk.window)
    opened.until(lambda: "Synchronisation arrêtée" in words_of(opened.desk.window.sidebar))

    question.accept.click()
    assert allowed(opened) == "120"
    assert not question.isVisible()
    opened.until(lambda: "Hors connexion" in words_of(opened.desk.window.sidebar))


def test_whoever_waits_is_not_asked_again_until_she_synchronises_or_more_would_go(
    office: Office, opened: Opened
) -> None:
    office.offline()
    opened.unlock()
    runner, question = opened.desk.runner, opened.desk.window.removal
    runner._failed(MassRemoval(120, 174))
    question.wait.click()
    assert not question.isVisible()
    assert not opened.desk.sync_page.state.sync.is_asked_above
    assert allowed(opened) is None
    runner._failed(MassRemoval(120, 174))
    assert not question.isVisible()
    runner._failed(MassRemoval(130, 174))
    assert question.isVisible()
    question.wait.click()
    opened.desk.sync_page.sync_now_requested.emit()
    opened.until(lambda: not runner.is_running and runner.progress.failure is not None)
    runner._failed(MassRemoval(120, 174))
    assert question.isVisible()


# Small things


def test_before_the_first_try_nobody_says_that_the_network_is_missing(opened: Opened) -> None:
    said: list[str] = []
    opened.unlock()
    status = opened.desk.window.sidebar.status
    opened.desk.sync_page.changed.connect(lambda: said.append(status.state.words))
    opened.until(lambda: "À jour" in words_of(opened.desk.window.sidebar))
    assert shown(SyncProgress()).phase is Phase.SOON
    assert "Hors connexion" not in said


def test_a_coffre_too_old_says_that_work_still_leaves() -> None:
    assert "vos envois partent toujours" in sentence(ClientTooOld()).whole
