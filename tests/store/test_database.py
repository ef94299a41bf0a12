"""The encrypted file: never in clear, never half made, never opened by the wrong hands."""

import os
import stat
import sys
from pathlib import Path

import pytest

from desktop.store.database import create_database, open_database
from desktop.store.errors import (
    DamagedStore,
    DiskFull,
    InterruptedCreation,
    NewerStore,
    ReadOnlyStore,
    StoreInUse,
)
from desktop.store.store import Store
from desktop.store.vault_lock import VaultLock

KEY = "5a" * 48
OTHER = "a5" * 48


def test_a_new_database_is_encrypted_and_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "coffre.db"
    store = Store.create(path, KEY)
    with store.database.transaction():
        store.state.set("canary", "CANARI-EN-CLAIR")
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"SQLite format 3" not in content
        assert b"CANARI" not in content
        if sys.platform != "win32":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    store.close()
    assert [file.name for file in tmp_path.iterdir()] == ["coffre.db"]


def test_another_key_cannot_open_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "coffre.db"
    Store.create(path, KEY).close()
    before = path.read_bytes()
    with pytest.raises(DamagedStore):
        Store.open(path, OTHER)
    assert path.read_bytes() == before


@pytest.mark.parametrize("key", ["5a" * 47, "5A" * 48, "5a" * 32, "phrase de passe", ""])
def test_a_malformed_key_never_becomes_a_passphrase(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        create_database(tmp_path / "coffre.db", key)


def test_a_plaintext_database_is_never_taken_for_the_vault(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "coffre.db"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE person (name TEXT)")
    plain.commit()
    plain.close()
    with pytest.raises(DamagedStore):
        open_database(path, KEY)


def test_an_interrupted_creation_is_told_and_starts_again(tmp_path: Path) -> None:
    path = tmp_path / "coffre.db"
    path.touch()
    with pytest.raises(InterruptedCreation):
        Store.open(path, KEY)
    store = Store.create(path, KEY)
    assert store.state.enrolment() is None
    store.close()


def test_a_database_of_a_newer_version_is_left_untouched(tmp_path: Path) -> None:
    path = tmp_path / "coffre.db"
    store = Store.create(path, KEY)
    store.database.execute("PRAGMA user_version = 999")
    store.close()
    before = path.read_bytes()
    with pytest.raises(NewerStore):
        Store.open(path, KEY)
    assert path.read_bytes() == before


@pytest.mark.parametrize("cut", [1, 100, 4096])
def test_a_truncated_database_is_told_damaged(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "coffre.db"
    Store.create(path, KEY).close()
    content = path.read_bytes()
    path.write_bytes(content[: 4096 - cut] if cut < 4096 else b"\x01" * 4096)
    with pytest.raises(DamagedStore):
        Store.open(path, KEY)


def test_a_flipped_bit_in_the_first_page_is_told_damaged(tmp_path: Path) -> None:
    path = tmp_path / "coffre.db"
    Store.create(path, KEY).close()
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedStore):
        Store.open(path, KEY)


def test_every_pragma_the_data_rests_on_is_in_force(store: Store) -> None:
    seen = {
        name: store.database.row(f"PRAGMA {name}")
        for name in ("synchronous", "journal_mode", "foreign_keys", "temp_store", "secure_delete")
    }
    assert seen == {
        "synchronous": (2,),
        "journal_mode": ("wal",),
        "foreign_keys": (1,),
        "temp_store": (2,),
        "secure_delete": (1,),
    }
    assert store.database.row("PRAGMA trusted_schema") == (0,)


def test_what_fails_inside_a_transaction_leaves_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.database.transaction():
            store.state.set("half", "written")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.state.get("half") is None


def test_a_full_disk_is_told_and_loses_nothing_acknowledged(store: Store) -> None:
    with store.database.transaction():
        store.state.set("kept", "yes")
    pages = store.database.row("PRAGMA page_count")
    assert pages is not None
    store.database.execute(f"PRAGMA max_page_count = {pages[0]}")

    def fill() -> None:
        with store.database.transaction():
            store.state.set("big", "x" * 100_000)

    with pytest.raises(DiskFull):
        fill()
    assert store.state.get("kept") == "yes"
    assert store.state.get("big") is None
    store.database.execute("PRAGMA max_page_count = 1000000")
    fill()


def test_a_read_only_folder_is_told(tmp_path: Path) -> None:
    folder = tmp_path
    if sys.platform == "linux" and os.geteuid() == 0:
        folder = Path("/sys/kernel")  # nobody creates a file there, not even root
    else:
        folder.chmod(0o500)
    with pytest.raises(ReadOnlyStore):
        Store.create(folder / "coffre.db", KEY)


def test_a_second_coffre_on_the_same_vault_is_turned_away(tmp_path: Path) -> None:
    first = VaultLock(tmp_path / "coffre.lock")
    with pytest.raises(StoreInUse):
        VaultLock(tmp_path / "coffre.lock")
    first.release()
    VaultLock(tmp_path / "coffre.lock").release()
