"""A stolen laptop is withdrawn: whatever interrupts it, its keys end destroyed, and its only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import TEMPORARY_SUFFIX, VaultFiles
from desktop.crypto.header import Header, RecoverySlot
from desktop.crypto.header_copies import BACKUP, MAIN, NAMES, read_copies, remove_copies
from desktop.crypto.kdf import FLOOR
from desktop.crypto.vault import VaultState, create_vault, vault_state
from desktop.crypto.withdrawal import (
    MARKER,
    Withdrawal,
    destroy,
    end_withdrawal,
    order_withdrawal,
    ordered_withdrawal,
)
from tests.crypto.conftest import CLAIRE_SAYS
from tests.crypto.doubles import Disk, PowerCut, SeededRandom

MAX_STEPS = 60
LOCK = "coffre.lock"
DATABASE = ("coffre.db", "coffre.db-wal")
Destroy = Callable[[VaultFiles], None]


def wrapped_keys(header: Header) -> list[bytes]:
    """Return the bytes that, with the passphrase or the paper, open the vault."""
    return [header.passphrase.wrapped, *([header.recovery.wrapped] if header.recovery else [])]


def withdraw(disk: Disk, act: Destroy) -> None:
    """Do what the program does: write the order down, destroy, forget the order."""
    vault_id = read_copies(disk).newest.vault_id
    order_withdrawal(disk, Withdrawal(vault_id, 3))
    act(disk)
    end_withdrawal(disk)


def finish(disk: Disk, act: Destroy) -> None:
    """Start the program again."""
    if ordered_withdrawal(disk) is not None:
        act(disk)
        end_withdrawal(disk)


def whole(files: VaultFiles) -> None:
    """Destroy as the program does."""
    destroy(files, SeededRandom("hasard"), spared=LOCK)


def traces(start: dict[str, bytes], act: Destroy) -> list[str]:
    """Return what is wrong after a cut at each step of a withdrawal, and the start that follows."""
    found: list[str] = []
    keys = wrapped_keys(read_copies(Disk.holding(start)).newest)
    for step in range(1, MAX_STEPS):
        disk = Disk.holding(start, cut_before=step)
        try:
            withdraw(disk, act)
        except PowerCut:
            ended = False
        else:
            ended = True
        for left in disk.survivors():
            again = Disk.holding(left)
            finish(again, act)
            blocks = [*disk.freed, *again.freed, *again.contents().values()]
            if again.contents() and MARKER not in left and set(left) >= set(NAMES):
                continue  # cut before the order was on the disk: the office will say it again
            if set(again.contents()) - {LOCK}:
                found.append(f"step {step}: files left")
            if any(key in block for key in keys for block in blocks):
                found.append(f"step {step}: a key can still be read")
        if ended:
            return found
    raise AssertionError("the destruction never ends")


@pytest.fixture
def vault(disk: Disk) -> dict[str, bytes]:
    """Return Claire's vault: two copies of its header, what a cut write left, a database."""
    start = disk.contents()
    return {
        **start,
        MAIN + TEMPORARY_SUFFIX: start[MAIN],
        "coffre.db": b"base",
        "coffre.db-wal": b"journal",
        LOCK: b"",
    }


def test_a_withdrawal_cut_anywhere_is_ended_by_the_next_start_and_leaves_no_key(
    vault: dict[str, bytes],
) -> None:
    assert traces(vault, whole) == []


def opened_too_late(start: dict[str, bytes], act: Destroy) -> list[int]:
    """Return the steps at which a cut leaves keys of a vault whose database has begun to go."""
    keys = wrapped_keys(read_copies(Disk.holding(start)).newest)
    found: list[int] = []
    for step in range(1, MAX_STEPS):
        disk = Disk.holding(start, cut_before=step)
        with suppress(PowerCut):
            withdraw(disk, act)
            return found
        for left in disk.survivors():
            is_whole = all(left.get(name) == start[name] for name in DATABASE)
            if not is_whole and any(key in block for key in keys for block in left.values()):
                found.append(step)
    raise AssertionError("the destruction never ends")


def test_the_keys_are_destroyed_before_anything_that_they_open(vault: dict[str, bytes]) -> None:
    """Whoever pulls the plug keeps a database that nothing opens, never keys and half of it."""
    assert opened_too_late(vault, whole) == []


def test_a_database_that_goes_before_its_keys_is_noticed(vault: dict[str, bytes]) -> None:
    def hasty(files: VaultFiles) -> None:
        for name in DATABASE:
            files.remove(name)
        files.sync_folder()
        whole(files)

    assert opened_too_late(vault, hasty)


def test_the_campaign_notices_a_key_that_is_removed_and_not_overwritten(
    vault: dict[str, bytes],
) -> None:
    def unlinked(files: VaultFiles) -> None:
        remove_copies(files)
        whole(files)

    assert any("a key can still be read" in trace for trace in traces(vault, unlinked))


@pytest.mark.parametrize("forgotten", [BACKUP, MAIN + TEMPORARY_SUFFIX])
def test_the_campaign_notices_a_copy_that_is_forgotten(
    vault: dict[str, bytes], forgotten: str
) -> None:
    class Blind:
        """Shows every file but one."""

        def __init__(self, files: VaultFiles) -> None:
            self._files = files

        def read(self, name: str, limit: int) -> bytes | None:
            return None if name == forgotten else self._files.read(name, limit)

        def __getattr__(self, name: str) -> object:
            return getattr(self._files, name)

    def forgetful(files: VaultFiles) -> None:
        whole(Blind(files))  # type: ignore[arg-type]  # the rest is handed on

    assert any("a key can still be read" in trace for trace in traces(vault, forgetful))


def test_the_order_tells_a_number_of_changes_and_nothing_of_anybody(disk: Disk) -> None:
    vault_id = read_copies(disk).newest.vault_id
    order_withdrawal(disk, Withdrawal(vault_id, 12))
    assert ordered_withdrawal(disk) == Withdrawal(vault_id, 12)
    expected = f'{{"vault": "{vault_id.hex()}", "unsent": 12, "code": false}}'
    assert disk.contents()[MARKER].decode() == expected


def test_an_order_of_another_vault_destroys_nothing(disk: Disk) -> None:
    order_withdrawal(disk, Withdrawal(b"\x01" * 16, 0))
    assert ordered_withdrawal(disk) is None
    assert vault_state(disk) is not VaultState.ABSENT


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'"oui"', b'{"vault": 3, "unsent": 1}'])
def test_an_order_that_cannot_be_read_destroys_no_vault_that_opens(
    disk: Disk, written: bytes
) -> None:
    disk.write(MARKER, written)
    assert ordered_withdrawal(disk) is None
    for name in NAMES:
        disk.write(name, b"rien qui vaille")
    assert ordered_withdrawal(disk) is None


def test_without_any_order_nothing_is_destroyed(disk: Disk) -> None:
    assert ordered_withdrawal(disk) is None
    assert ordered_withdrawal(Disk()) is None


def test_what_one_copy_refuses_spares_neither_the_other_nor_the_database(
    vault: dict[str, bytes],
) -> None:
    disk = Disk.holding(vault)
    disk.full_for = frozenset({MAIN})
    with pytest.raises(VaultUnreachable):
        withdraw(disk, whole)
    assert set(disk.contents()) == {LOCK, MARKER}
    finish(disk, whole)
    assert set(disk.contents()) == {LOCK}


def test_a_new_vault_can_be_made_where_one_was_withdrawn(disk: Disk) -> None:
    former = read_copies(disk).newest
    withdraw(disk, whole)
    create_vault(disk, CLAIRE_SAYS, SeededRandom("de nouveau"), FLOOR)
    made = read_copies(disk).newest
    assert made.vault_id != former.vault_id
    assert isinstance(made.recovery, RecoverySlot)


@pytest.mark.parametrize("unsent", ["Infinity", "1e999", "[]", '"many"', "-1.5e400"])
def test_an_order_that_somebody_made_up_keeps_nobody_from_her_vault(unsent: str) -> None:
    disk = Disk()
    create_vault(disk, CLAIRE_SAYS, SeededRandom("hasard"), FLOOR)
    vault_id = read_copies(disk).newest.vault_id.hex()
    disk.write(MARKER, f'{{"vault": "{vault_id}", "unsent": {unsent}}}'.encode())
    assert ordered_withdrawal(disk) is None
