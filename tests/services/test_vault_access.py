"""Into the vault and out again, as somebody does it on good and bad days."""

import errno
import shutil
from pathlib import Path

import pytest

from desktop.crypto.files import FolderFiles
from desktop.crypto.kdf import FLOOR
from desktop.crypto.randomness import SystemRandom
from desktop.crypto.withdrawal import MARKER, order_withdrawal
from desktop.services.errors import (
    DamagedHeader,
    DamagedStore,
    DatabaseMissing,
    NewerStore,
    StoreInUse,
    VaultNotFound,
    VaultUnreachable,
    WrongPassphrase,
    WrongRecoveryKey,
)
from desktop.services.vault_access import Found, VaultAccess, VaultPlace, Withdrawal
from tests.support.fleet import PASSPHRASE, access

NEW_PASSPHRASE = "trois moineaux gris boivent au lavoir de Melle"


def ready(folder: Path) -> str:
    """Make a vault whose paper is confirmed; return its words."""
    unlocked, recovery = access(folder).create(PASSPHRASE)
    words = " ".join(recovery.words())
    access(folder).confirm_recovery_key(unlocked, words)
    with unlocked.store.database.transaction():
        unlocked.store.state.set("kept", "oui")
    unlocked.close()
    return words


def test_the_passphrase_opens_what_was_written(tmp_path: Path) -> None:
    ready(tmp_path)
    unlocked = access(tmp_path).open(PASSPHRASE)
    assert unlocked.store.state.get("kept") == "oui"
    unlocked.close()


def test_wrong_passphrase_damaged_header_and_damaged_database_are_three_things(
    tmp_path: Path,
) -> None:
    ready(tmp_path)
    with pytest.raises(WrongPassphrase):
        access(tmp_path).open(NEW_PASSPHRASE)

    database = tmp_path / "coffre.db"
    content = database.read_bytes()
    database.write_bytes(content[:100] + b"\0" * 300 + content[400:])
    with pytest.raises(DamagedStore):
        access(tmp_path).open(PASSPHRASE)
    database.write_bytes(content)

    for name in ("coffre.hdr", "coffre.hdr.bak"):
        header = bytearray((tmp_path / name).read_bytes())
        header[40] ^= 0xFF
        (tmp_path / name).write_bytes(header)
    with pytest.raises(DamagedHeader):
        access(tmp_path).open(PASSPHRASE)
    assert access(tmp_path).look() is Found.DAMAGED


def test_a_missing_database_is_told_and_never_replaced_by_an_empty_one(tmp_path: Path) -> None:
    ready(tmp_path)
    (tmp_path / "coffre.db").unlink()
    with pytest.raises(DatabaseMissing):
        access(tmp_path).open(PASSPHRASE)
    assert not (tmp_path / "coffre.db").exists()


@pytest.mark.invariant(27)
def test_a_second_coffre_on_the_same_vault_is_turned_away(tmp_path: Path) -> None:
    ready(tmp_path)
    first = access(tmp_path).open(PASSPHRASE)
    with pytest.raises(StoreInUse):
        access(tmp_path).open(PASSPHRASE)
    first.close()
    access(tmp_path).open(PASSPHRASE).close()


def test_a_vault_of_a_newer_coffre_is_told_and_can_still_be_opened_by_it(tmp_path: Path) -> None:
    ready(tmp_path)
    unlocked = access(tmp_path).open(PASSPHRASE)
    unlocked.store.database.execute("PRAGMA user_version = 999")
    unlocked.close()
    for _ in range(2):  # the first refusal must let the lock go
        with pytest.raises(NewerStore):
            access(tmp_path).open(PASSPHRASE)


def test_the_paper_key_opens_and_sets_another_passphrase(tmp_path: Path) -> None:
    words = ready(tmp_path)
    unlocked = access(tmp_path).open_with_paper(words.upper(), NEW_PASSPHRASE)
    assert unlocked.store.state.get("kept") == "oui"
    unlocked.close()
    access(tmp_path).open(NEW_PASSPHRASE).close()
    with pytest.raises(WrongPassphrase):
        access(tmp_path).open(PASSPHRASE)


def test_a_wrong_word_on_the_paper_is_pointed_at(tmp_path: Path) -> None:
    words = ready(tmp_path).split()
    words[6] = "xylophonage"
    with pytest.raises(WrongRecoveryKey) as refused:
        access(tmp_path).open_with_paper(" ".join(words), NEW_PASSPHRASE)
    assert refused.value.position == 7


def test_changing_the_passphrase_asks_for_the_current_one(tmp_path: Path) -> None:
    ready(tmp_path)
    way = access(tmp_path)
    unlocked = way.open(PASSPHRASE)
    with pytest.raises(WrongPassphrase):
        way.change_passphrase(unlocked, "ce n’est pas la bonne phrase", NEW_PASSPHRASE)
    way.change_passphrase(unlocked, PASSPHRASE, NEW_PASSPHRASE)
    unlocked.close()
    way.open(NEW_PASSPHRASE).close()


def test_a_first_run_killed_before_the_paper_was_confirmed_says_so(tmp_path: Path) -> None:
    unlocked, _ = access(tmp_path).create(PASSPHRASE)
    unlocked.close()
    assert access(tmp_path).look() is Found.UNFINISHED
    again = access(tmp_path).open(PASSPHRASE)
    assert not again.is_enrolled
    again.close()


def test_a_first_run_killed_before_its_database_starts_again(tmp_path: Path) -> None:
    unlocked, _ = access(tmp_path).create(PASSPHRASE)
    unlocked.close()
    (tmp_path / "coffre.db").unlink()
    again, _ = access(tmp_path).create(NEW_PASSPHRASE)
    again.close()
    access(tmp_path).open(NEW_PASSPHRASE).close()


class Killed(BaseException):
    """The process is gone, there and then: no handler of ours runs to its end."""


class MortalFiles(FolderFiles):
    """The real folder, under a process killed before its ``last``-th step."""

    def __init__(self, folder: Path, last: int | None = None) -> None:
        super().__init__(folder)
        self._left = last

    def _step(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                raise Killed

    def write(self, name: str, content: bytes) -> None:
        self._step()
        super().write(name, content)

    def overwrite(self, name: str, content: bytes) -> None:
        self._step()
        super().overwrite(name, content)

    def sync(self, name: str) -> None:
        self._step()
        super().sync(name)

    def rename(self, source: str, target: str) -> None:
        self._step()
        super().rename(source, target)

    def remove(self, name: str) -> None:
        self._step()
        super().remove(name)


def mortal(folder: Path, last: int) -> VaultAccess:
    """Return the way into a vault, under a process that will be killed."""
    place = VaultPlace(MortalFiles(folder, last), folder / "coffre.db", folder / "coffre.lock")
    return VaultAccess(place, SystemRandom(), FLOOR)


def test_a_withdrawn_vault_leaves_an_empty_folder_and_says_what_was_never_sent(
    tmp_path: Path,
) -> None:
    ready(tmp_path)
    unlocked = access(tmp_path).open(PASSPHRASE)
    assert access(tmp_path).finish_withdrawal() is None
    assert access(tmp_path).withdraw(unlocked).unsent == 0
    assert list(tmp_path.iterdir()) == []
    assert access(tmp_path).finish_withdrawal() is None


class UnlistedFiles(FolderFiles):
    """The real folder, on a disk that does not say what is in it."""

    def names(self) -> list[str]:
        raise VaultUnreachable(errno.EIO)


def test_a_folder_that_is_not_listed_saves_no_key(tmp_path: Path) -> None:
    ready(tmp_path)
    unlocked = access(tmp_path).open(PASSPHRASE)
    place = VaultPlace(UnlistedFiles(tmp_path), tmp_path / "coffre.db", tmp_path / "coffre.lock")
    with pytest.raises(VaultUnreachable):
        VaultAccess(place, SystemRandom(), FLOOR).withdraw(unlocked)
    unlocked.close()
    assert access(tmp_path).finish_withdrawal() is not None
    with pytest.raises(VaultNotFound):
        access(tmp_path).open(PASSPHRASE)


def test_a_withdrawal_killed_at_any_step_is_ended_at_the_next_start(tmp_path: Path) -> None:
    ready(tmp_path / "model")
    for last in range(60):
        folder = tmp_path / str(last)
        shutil.copytree(tmp_path / "model", folder)
        unlocked = access(folder).open(PASSPHRASE)
        try:
            mortal(folder, last).withdraw(unlocked)
        except Killed:
            unlocked.close()  # what the system does for a dead process
        else:
            assert last > 10
            assert list(folder.iterdir()) == []
            access(tmp_path / str(last - 1)).create(NEW_PASSPHRASE)[0].close()
            return
        was_ordered = (folder / MARKER).exists()
        access(folder).finish_withdrawal()
        if was_ordered:
            assert list(folder.iterdir()) == []
        else:
            access(folder).open(PASSPHRASE).close()
    raise AssertionError("the destruction never ends")


def test_a_vault_whose_destruction_began_is_never_opened_again(tmp_path: Path) -> None:
    words = ready(tmp_path)
    unlocked = access(tmp_path).open(PASSPHRASE)
    with pytest.raises(Killed):
        mortal(tmp_path, 4).withdraw(unlocked)
    unlocked.close()
    assert (tmp_path / MARKER).exists()
    assert (tmp_path / "coffre.hdr").exists()
    shutil.copytree(tmp_path, tmp_path / "again")
    with pytest.raises(VaultNotFound):
        access(tmp_path).open(PASSPHRASE)
    with pytest.raises(VaultNotFound):
        access(tmp_path / "again").open_with_paper(words, NEW_PASSPHRASE)


def test_a_vault_open_elsewhere_is_not_destroyed_under_anybody(tmp_path: Path) -> None:
    ready(tmp_path)
    first = access(tmp_path).open(PASSPHRASE)
    order_withdrawal(FolderFiles(tmp_path), Withdrawal(first.vault.vault_id, 0))
    with pytest.raises(StoreInUse):
        access(tmp_path).finish_withdrawal()
    assert first.store.state.get("kept") == "oui"
    first.close()
    assert access(tmp_path).finish_withdrawal() is not None


def test_an_order_restored_from_another_vault_is_thrown_away(tmp_path: Path) -> None:
    ready(tmp_path)
    order_withdrawal(FolderFiles(tmp_path), Withdrawal(b"\x07" * 16, 3))
    access(tmp_path).open(PASSPHRASE).close()
    assert not (tmp_path / MARKER).exists()


def test_a_damaged_store_is_destroyed_like_another(tmp_path: Path) -> None:
    ready(tmp_path)
    unlocked = access(tmp_path).open(PASSPHRASE)
    unlocked.store.database.execute('DROP TABLE "outbox"')
    assert access(tmp_path).withdraw(unlocked).unsent is None
    assert list(tmp_path.iterdir()) == []
