"""A vault that the Département has withdrawn: its keys are destroyed, then all that they opened.

The order is written down first, in a file of its own, so that whatever interrupts the destruction,
the next start ends it. It names the vault by its random identifier: an order left over from another
vault, put back by a restored folder, destroys nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from desktop.crypto.errors import DamagedHeader, UnsupportedHeader, VaultNotFound, VaultUnreachable
from desktop.crypto.files import TEMPORARY_SUFFIX, VaultFiles, write_atomic
from desktop.crypto.header_copies import NAMES, destroy_copies, read_copies
from desktop.crypto.left_in_keyring import LEFT
from desktop.crypto.quick_file import wipe_slot
from desktop.crypto.quick_slot import FILE_NAME as QUICK_SLOT
from desktop.crypto.randomness import Random

MARKER = "coffre.withdrawn"
_MAX_BYTES = 200
_OURS = "coffre."


@dataclass(frozen=True)
class Withdrawal:
    """Which vault goes, and what goes with it that the office never had."""

    vault_id: bytes
    unsent: int | None
    """Changes that had not been sent; ``None`` when nobody could count them."""
    had_code: bool = False
    """Whether a short code stood beside it: the system's keyring may hold half of its key."""


def order_withdrawal(files: VaultFiles, withdrawal: Withdrawal) -> None:
    """Write down, durably, that this vault is to be destroyed."""
    order = {
        "vault": withdrawal.vault_id.hex(),
        "unsent": withdrawal.unsent,
        "code": withdrawal.had_code,
    }
    write_atomic(files, MARKER, json.dumps(order).encode())


def is_withdrawn(files: VaultFiles) -> bool:
    """Whether the vault of this folder is being destroyed, or has no header any more."""
    names = files.names()
    return MARKER in names or not any(name in names for name in NAMES)


def ordered_withdrawal(files: VaultFiles) -> Withdrawal | None:
    """Return the destruction that was ordered and is not over, if it is of the vault that stands.

    Without a header nothing here can be opened any more: what is left is what it left.
    """
    written = files.read(MARKER, _MAX_BYTES)
    if written is None:
        return None
    order = _parsed(written)
    try:
        standing = read_copies(files).newest.vault_id
    except VaultNotFound:
        return order or Withdrawal(b"", None)
    except DamagedHeader:  # overwritten already
        return order
    except UnsupportedHeader:
        return None
    return order if order is not None and order.vault_id == standing else None


def holds_code(files: VaultFiles) -> bool:
    """Whether a short code was ever chosen here, as far as a file tells."""
    return any(name.startswith(QUICK_SLOT) for name in files.names())


def destroy(files: VaultFiles, random: Random, *, spared: str) -> None:
    """Destroy the keys, then remove every file of the vault but the order and ``spared``.

    What the keyring is to be asked for vaults that went before stays as well.
    """
    refusal: VaultUnreachable | None = None
    try:
        destroy_copies(files, random)
    except VaultUnreachable as failure:
        refusal = failure  # a copy that could not be overwritten is no reason to leave the database
    if holds_code(files):
        wipe_slot(files, random)
    for name in files.names():
        if name.startswith(_OURS) and name not in (MARKER, LEFT, spared):
            files.remove(name)
    files.sync_folder()
    if refusal is not None:
        raise refusal


def end_withdrawal(files: VaultFiles) -> None:
    """Forget the order: there is nothing left to destroy."""
    files.remove(MARKER + TEMPORARY_SUFFIX)
    files.remove(MARKER)
    files.sync_folder()


def _parsed(written: bytes) -> Withdrawal | None:
    try:
        order = json.loads(written)
        vault_id, unsent = bytes.fromhex(order["vault"]), order["unsent"]
        had_code = bool(order.get("code"))  # an order of an earlier Coffre says nothing of it
        return Withdrawal(vault_id, None if unsent is None else int(unsent), had_code)
    except (ValueError, TypeError, KeyError, OverflowError):  # « 1e999 » is no number of changes
        return None
