"""The Département withdraws a laptop: it forgets everything at once, and says so calmly."""

import pytest

from desktop.app.sync_runner import Phase
from desktop.app.workspace import TODAY
from desktop.crypto.files import FolderFiles
from desktop.crypto.withdrawal import Withdrawal, order_withdrawal
from desktop.sync.errors import Revoked, every_case
from desktop.sync.transport import HttpOffice
from desktop.ui.background import Lane
from desktop.ui.first_run import FirstRunView
from desktop.ui.lock import LockView
from desktop.ui.withdrawn import WithdrawnView
from tests.app.conftest import Opened
from tests.app.writing import words_of
from tests.architecture.french import faults_of
from tests.support.accessibility import assert_accessible
from tests.support.fleet import PASSPHRASE, access
from tests.support.office import Office
from tests.support.two_laptops import dropped


def left_in(opened: Opened) -> list[str]:
    """Return the names of the files of the vault."""
    return sorted(path.name for path in opened.folders.vault.iterdir())


def withdrawn_page(opened: Opened) -> WithdrawnView:
    """Wait until the laptop has said that it forgot everything; return the page."""
    opened.until(lambda: isinstance(opened.application.window, WithdrawnView))
    view = opened.application.window
    assert isinstance(view, WithdrawnView)
    opened.until(view.close_button.isEnabled)
    return view


def test_a_withdrawn_laptop_forgets_everything_at_its_next_contact(
    office: Office, opened: Opened
) -> None:
    office.revoke(office.devices()[0].id)
    opened.unlock()
    view = withdrawn_page(opened)
    assert opened.application.desk is None
    assert left_in(opened) == []
    said = words_of(view)
    assert "retiré par le Département" in said
    assert "brouillons compris" in said
    assert "n’en garde rien" in said  # the morning's round had never been sent
    assert "Morisset" not in said
    assert faults_of(said) == []
    assert_accessible(view)
    assert "Morisset" not in office.dump()


def test_a_laptop_destroys_nothing_before_the_office_has_said_who_it_is(
    office: Office, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody at its address answers that it was withdrawn, and then no more."""
    office.revoke(office.devices()[0].id)
    monkeypatch.setattr(HttpOffice, "hello", dropped)
    before = left_in(opened)
    opened.unlock()
    runner = opened.desk.runner
    opened.until(lambda: runner.progress.phase is Phase.OFFLINE)
    assert set(before) <= set(left_in(opened))
    assert opened.desk.window.isVisible()
    monkeypatch.undo()
    runner.sync_now()
    withdrawn_page(opened)
    assert left_in(opened) == []


def test_what_the_office_had_refused_is_told_as_lost_too(office: Office, opened: Opened) -> None:
    office.offline()
    opened.unlock()
    database, done = opened.desk._session.workplace.store.database, list[object]()

    def refuse() -> None:
        with database.transaction():
            database.execute("DELETE FROM outbox WHERE id > (SELECT min(id) FROM outbox)")
            database.execute("UPDATE outbox SET state = 'refused', reason = 'grant'")

    opened.application.background.run(Lane.STORE, refuse, done.append, opened.desk.report)
    opened.until(lambda: bool(done))
    opened.application.withdraw()
    said = words_of(withdrawn_page(opened))
    assert "1\u00a0modification n’était pas au bureau" in said.replace("1 m", "1\u00a0m")


def test_after_it_the_next_start_is_a_first_run(office: Office, opened: Opened) -> None:
    office.revoke(office.devices()[0].id)
    opened.unlock()
    with opened.bot.waitSignal(opened.application.ended):
        withdrawn_page(opened).close_button.click()
    opened.application.start()
    assert isinstance(opened.application.window, FirstRunView)


def test_a_destruction_that_was_interrupted_is_ended_before_anything_is_asked(
    opened: Opened,
) -> None:
    unlocked = access(opened.folders.vault).open(PASSPHRASE)
    vault_id = unlocked.vault.vault_id
    unlocked.close()
    order_withdrawal(FolderFiles(opened.folders.vault), Withdrawal(vault_id, 2))
    opened.application.start()
    view = withdrawn_page(opened)
    assert "2\u00a0modifications" in words_of(view) or "2 modifications" in words_of(view)
    assert left_in(opened) == []


def test_an_order_of_another_vault_leads_to_the_lock_as_usual(opened: Opened) -> None:
    order_withdrawal(FolderFiles(opened.folders.vault), Withdrawal(b"\x01" * 16, 2))
    opened.application.start()
    opened.until(lambda: isinstance(opened.application.window, LockView))
    opened.unlock()
    assert opened.desk.window.current == TODAY


def test_nothing_but_a_withdrawal_ever_destroys(opened: Opened) -> None:
    opened.unlock()
    opened.desk.runner.close()
    for failure in [*every_case(), RuntimeError("?"), OSError(28, "full"), ValueError("410")]:
        if not isinstance(failure, Revoked):
            opened.desk.runner._failed(failure)
    assert opened.desk.runner.progress.phase is Phase.STOPPED
    assert {"coffre.hdr", "coffre.hdr.bak", "coffre.db"} <= set(left_in(opened))


def test_a_destruction_the_disk_refuses_is_told_as_it_is(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: FolderFiles, name: str, content: bytes) -> None:
        from desktop.crypto.errors import VaultUnreachable

        raise VaultUnreachable(5)

    monkeypatch.setattr(FolderFiles, "overwrite", refused)
    opened.unlock()
    opened.application.withdraw()
    view = withdrawn_page(opened)
    assert "n’a pas pu être effacée" in words_of(view)
    monkeypatch.undo()
    opened.application.start()
    assert "a été effacé" in words_of(withdrawn_page(opened))
    assert left_in(opened) == []
