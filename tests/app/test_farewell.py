"""What the process that takes over says of a withdrawn laptop, however the one before it ended."""

import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.app.farewell import Farewell
from desktop.app.relief import Fate, Order, Watch
from desktop.config.folders import Folders
from desktop.config.preferences import Preferences
from desktop.crypto.files import FolderFiles
from desktop.crypto.left_in_keyring import LEFT
from desktop.crypto.withdrawal import Withdrawal, order_withdrawal
from desktop.ui.withdrawn import WithdrawnView
from tests.app.writing import words_of
from tests.support.inline_background import InlineBackground
from tests.support.newcomer import CLAIRE_SAYS, vault_access

ORDER = Order((10, 20, 900, 600), fills=False, preferences=Preferences(), is_withdrawn=True)


@dataclass
class Successor:
    """The process that takes over, without a process: its page, its vault's folder."""

    bot: QtBot
    vault: Path
    shown: list[QWidget] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)
    forgotten: list[tuple[bytes, bool]] = field(default_factory=list)
    """The vaults of which the system's keyring may let go, and whether they had a code."""

    def hear(self, *lines: bytes) -> None:
        """Be told these lines, then that whoever told them is gone."""
        folders = Folders(self.vault, self.vault)
        farewell = Farewell(
            InlineBackground(),
            lambda: vault_access(self.vault),
            self._see,
            lambda: None,
            lambda: folders.hold_a_vault,
            lambda vault, had_code: self.forgotten.append((vault, had_code)),
        )
        watch = Watch(io.BytesIO(ORDER.line() + b"".join(lines)), io.BytesIO())
        farewell.relieve(ORDER, watch, lambda: self.locks.append("lock"))
        self.bot.addWidget(self.page)
        with self.bot.waitSignal(watch.relieved):
            watch.begin()

    def _see(self, window: QWidget) -> None:
        window.show()
        self.shown.append(window)

    @property
    def page(self) -> WithdrawnView:
        view = self.shown[-1]
        assert isinstance(view, WithdrawnView)
        return view

    def says(self) -> str:
        return words_of(self.page).replace("\u00a0", " ")


@pytest.fixture
def successor(qtbot: QtBot, tmp_path: Path) -> Successor:
    """It has before it a vault that is whole."""
    folder = tmp_path / "vault"
    folder.mkdir()
    unlocked, _ = vault_access(folder).create(CLAIRE_SAYS)
    unlocked.close()
    return Successor(qtbot, folder)


def ordered(folder: Path) -> None:
    """Write down that the vault is to be destroyed; then power is cut."""
    access = vault_access(folder)
    unlocked = access.open(CLAIRE_SAYS)
    vault_id = unlocked.vault.vault_id
    unlocked.close()
    order_withdrawal(FolderFiles(folder), Withdrawal(vault_id, 2, had_code=True))


def test_what_was_lost_is_told_by_whoever_takes_over(successor: Successor) -> None:
    shutil.rmtree(successor.vault)
    successor.hear(Fate(unsent=12).line())
    assert "brouillons compris" in successor.says()
    assert "12 modifications" in successor.says()
    assert successor.page.close_button.isEnabled()


def test_whoever_takes_over_has_the_keyring_let_go_of_the_vault(successor: Successor) -> None:
    shutil.rmtree(successor.vault)
    successor.hear(Fate(unsent=0, vault="0a" * 16, had_code=True).line())
    assert successor.forgotten == [(b"\n" * 16, True)]


def test_what_the_disk_refused_is_told_by_whoever_takes_over(successor: Successor) -> None:
    successor.hear(Fate(refusal="Le disque ne répond pas.").line())
    assert "n’a pas pu être effacée" in successor.says()
    assert "Le disque ne répond pas." in successor.says()


def test_a_destruction_that_its_process_did_not_live_to_end_is_ended(successor: Successor) -> None:
    ordered(successor.vault)
    successor.hear()
    assert [path.name for path in successor.vault.iterdir()] == [LEFT]
    assert "2 modifications" in successor.says()
    assert [had_code for _, had_code in successor.forgotten] == [True]


def spared(folder: Path) -> None:
    """Nothing was ordered."""


@pytest.mark.parametrize(("before", "locks"), [(shutil.rmtree, []), (spared, ["lock"])])
def test_a_process_that_ended_without_a_word_had_ended_all_or_begun_nothing(
    successor: Successor, before: Callable[[Path], None], locks: list[str]
) -> None:
    before(successor.vault)
    successor.vault.mkdir(exist_ok=True)
    successor.hear()
    assert successor.locks == locks
    assert successor.page.close_button.isEnabled() is not bool(locks)
