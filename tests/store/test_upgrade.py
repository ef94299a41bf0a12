"""An older vault becomes one of this version, by copy; stopped anywhere, the old or the new opens.

The histories are made up: the mechanism takes one, and this version has one step only.
"""

import contextlib
import errno
import os
import shutil
import sys
from pathlib import Path

import pytest

from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import FolderFiles
from desktop.store import upgrade
from desktop.store.driver import Database
from desktop.store.errors import DamagedStore, NewerStore, NoRoomForCopy, ReadOnlyStore
from desktop.store.migrations import HISTORY, VERSION, History, Migration, version_of
from desktop.store.store import Store
from desktop.store.upgrade import BEFORE, NEXT, prepare
from tests.store.conftest import KEY


def _add_a_table(database: Database) -> None:
    database.execute('CREATE TABLE "tomorrow" ("id" INTEGER PRIMARY KEY, "text" TEXT)')
    database.execute("INSERT INTO tomorrow SELECT rowid, value FROM sync_state")
    database.execute('ALTER TABLE "person" ADD COLUMN "pronoun" TEXT')


def _lose_rows(database: Database) -> None:
    database.execute("DELETE FROM sync_state WHERE key = 'kept'")


TOMORROW: History = (*HISTORY, Migration("m_tomorrow", _add_a_table))
FORGETFUL: History = (*HISTORY, Migration("m_forgetful", _lose_rows))
STEPS = ("clear", "copy", "apply", "verify", "sync", "keep", "swap", "sync folder")


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A store of today, closed; what it was when it was last opened."""
    store = Store.create(tmp_path / "coffre.db", KEY)
    with store.database.transaction():
        store.state.set("kept", "oui")
    store.close()
    return tmp_path / "coffre.db"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def opened(path: Path, history: History) -> tuple[int, str | None]:
    """Open as the product does: the version, and whether what was kept is kept."""
    store = Store.open(path, KEY, history)
    found = version_of(store.database), store.state.get("kept")
    store.close()
    return found


def test_an_older_vault_is_brought_to_this_version_and_loses_nothing(vault: Path) -> None:
    told: list[float] = []
    store = Store.open(vault, KEY, TOMORROW, told.append)
    assert version_of(store.database) == VERSION + 1
    assert store.state.get("kept") == "oui"
    assert store.database.row("SELECT count(*) FROM tomorrow") == store.database.row(
        "SELECT count(*) FROM sync_state"
    )
    store.close()
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert vault.read_bytes()[:6] != b"SQLite"


def test_the_old_vault_is_kept_until_the_new_one_has_been_opened_again(vault: Path) -> None:
    old = vault.read_bytes()
    before = vault.with_name(vault.name + BEFORE)
    opened(vault, TOMORROW)
    assert before.read_bytes() == old
    opened(vault, TOMORROW)
    assert sorted(contents(vault.parent)) == [vault.name]


@pytest.mark.parametrize("refused", ["names", "remove"])
def test_a_disk_that_does_not_let_the_old_vault_go_keeps_nobody_out(
    vault: Path, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise VaultUnreachable(errno.EIO)

    opened(vault, TOMORROW)
    with monkeypatch.context() as disk:
        disk.setattr(FolderFiles, refused, refuse)
        assert opened(vault, TOMORROW) == (VERSION + 1, "oui")
    assert (vault.parent / f"{vault.name}{BEFORE}").exists()
    opened(vault, TOMORROW)
    assert not (vault.parent / f"{vault.name}{BEFORE}").exists()


def test_a_new_vault_that_cannot_be_read_whole_keeps_the_old_one_beside_it(vault: Path) -> None:
    opened(vault, TOMORROW)
    content = bytearray(vault.read_bytes())
    content[-2_000] ^= 1
    vault.write_bytes(content)
    with contextlib.suppress(DamagedStore):
        opened(vault, TOMORROW)
    assert vault.with_name(vault.name + BEFORE).exists()


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_the_old_vault_or_the_new_one_opens(vault: Path, step: str) -> None:
    seen: list[str] = []

    def die(at: str) -> None:
        seen.append(at)
        if at == step:
            raise Killed

    with pytest.raises(Killed):
        prepare(vault, KEY, TOMORROW, on_step=die)
    assert tuple(seen) == STEPS[: STEPS.index(step) + 1]
    of_today = vault.with_name("today.db")
    is_old = STEPS.index(step) <= STEPS.index("swap")
    if is_old:  # an older Coffre still opens it, and an upgrade begins again
        shutil.copyfile(vault, of_today)
        assert opened(of_today, HISTORY) == (VERSION, "oui")
        of_today.unlink()
    assert opened(vault, TOMORROW) == (VERSION + 1, "oui")
    assert opened(vault, TOMORROW) == (VERSION + 1, "oui")
    assert not [name for name in contents(vault.parent) if NEXT in name]


@pytest.mark.parametrize("has_side_file", [False, True])
def test_a_newer_vault_is_refused_without_touching_a_byte(vault: Path, has_side_file: bool) -> None:
    opened(vault, TOMORROW)
    opened(vault, TOMORROW)
    if has_side_file:
        # As a newer Coffre that was killed leaves it.
        store = Store.open(vault, KEY, TOMORROW)
        with store.database.transaction():
            store.state.set("kept", "hier")
        killed = contents(vault.parent)
        store.close()
        for name, content in killed.items():
            (vault.parent / name).write_bytes(content)
        assert killed[f"{vault.name}-wal"]
    before = contents(vault.parent)
    with pytest.raises(NewerStore):
        Store.open(vault, KEY)
    assert contents(vault.parent) == before


def test_what_the_side_file_still_holds_goes_along(vault: Path) -> None:
    store = Store.open(vault, KEY)
    with store.database.transaction():
        store.state.set("kept", "dans le fichier d’à côté")
    killed = contents(vault.parent)
    store.close()
    for name, content in killed.items():
        (vault.parent / name).write_bytes(content)
    assert opened(vault, TOMORROW) == (VERSION + 1, "dans le fichier d’à côté")


def test_a_migration_that_loses_rows_is_not_taken(vault: Path) -> None:
    before = vault.read_bytes()
    with pytest.raises(DamagedStore):
        Store.open(vault, KEY, FORGETFUL)
    assert contents(vault.parent) == {vault.name: before}
    said = Migration("m_forgetful", _lose_rows, frozenset({"sync_state"}))
    assert opened(vault, (*HISTORY, said)) == (VERSION + 1, None)


@pytest.mark.skipif(sys.platform == "win32", reason="no path there is so long")
def test_a_file_that_cannot_be_opened_is_told_as_the_store_says_it(
    vault: Path, tmp_path: Path
) -> None:
    deep = tmp_path.joinpath(*["dossier" * 14] * 6)  # SQLite opens no path beyond 512 signs
    deep.mkdir(parents=True)
    shutil.copy(vault, deep / "coffre.db")
    with pytest.raises(ReadOnlyStore):
        prepare(deep / "coffre.db", KEY)


def test_a_disk_without_room_is_told_before_anything_is_written(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(vault)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=vault.stat().st_size))
    before = contents(vault.parent)
    with pytest.raises(NoRoomForCopy) as told:
        Store.open(vault, KEY, TOMORROW)
    assert told.value.needed > 2.2 * len(before[vault.name])
    assert contents(vault.parent) == before


def test_a_disk_without_links_keeps_a_copy_of_the_old_vault(
    vault: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refuse)
    old = vault.read_bytes()
    assert opened(vault, TOMORROW) == (VERSION + 1, "oui")
    assert vault.with_name(vault.name + BEFORE).read_bytes() == old


def test_the_new_vault_is_on_the_disk_before_it_takes_the_name(vault: Path) -> None:
    done: list[str] = []

    class Noted(FolderFiles):
        def sync(self, name: str) -> None:
            done.append(f"sync {name}")
            super().sync(name)

        def rename(self, source: str, target: str) -> None:
            done.append(f"rename {source} {target}")
            super().rename(source, target)

        def sync_folder(self) -> None:
            done.append("sync folder")
            super().sync_folder()

    prepare(vault, KEY, TOMORROW, files=Noted(vault.parent))
    new = vault.name + NEXT
    assert done == [
        f"sync {new}",
        "sync folder",
        f"rename {new} {vault.name}",
        "sync folder",
    ]


def test_a_copy_spoiled_on_the_way_never_becomes_the_vault(vault: Path) -> None:
    old = vault.read_bytes()

    def spoil(step: str) -> None:
        if step == "verify":
            copy = vault.with_name(vault.name + NEXT)
            content = bytearray(copy.read_bytes())
            content[len(content) // 2] ^= 1
            copy.write_bytes(content)

    with pytest.raises(DamagedStore):
        prepare(vault, KEY, TOMORROW, on_step=spoil)
    assert contents(vault.parent) == {vault.name: old}


def test_what_an_upgrade_left_goes_when_somebody_is_erased(vault: Path) -> None:
    opened(vault, TOMORROW)
    assert vault.with_name(vault.name + BEFORE).exists()
    upgrade.forget_former(vault)
    assert sorted(contents(vault.parent)) == [vault.name]
