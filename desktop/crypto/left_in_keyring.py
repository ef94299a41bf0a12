"""Vaults that are no more, and whose half the system's keyring may still hold.

A keyring may not answer for as long as Coffre runs; what is to be asked of it again outlives that,
and the vault itself: the destruction of another one leaves this file. It holds random identifiers
and nothing else.
"""

from __future__ import annotations

import json

from desktop.crypto.files import TEMPORARY_SUFFIX, VaultFiles, write_atomic

LEFT = "coffre.keyring"
_ID_BYTES = 16
_MOST = 50
"""Vaults; beyond, the oldest are forgotten: nobody has so many withdrawn from one laptop."""
_MAX_BYTES = 4_000


def left_in_keyring(files: VaultFiles) -> list[bytes]:
    """Return their identifiers, the oldest first; a file that cannot be read names none."""
    written = files.read(LEFT, _MAX_BYTES)
    try:
        found = [bytes.fromhex(one) for one in json.loads(written or b"[]")]
    except (ValueError, TypeError, RecursionError):
        return []
    return [one for one in found if len(one) == _ID_BYTES][-_MOST:]


def note_left(files: VaultFiles, vault_id: bytes) -> None:
    """Remember, durably, that the keyring is to be asked; raise ``VaultUnreachable``."""
    known = left_in_keyring(files)
    if vault_id not in known:
        _write(files, [*known, vault_id])


def forget_left(files: VaultFiles, vault_id: bytes) -> None:
    """The keyring has let go of it; raise ``VaultUnreachable``."""
    _write(files, [one for one in left_in_keyring(files) if one != vault_id])


def _write(files: VaultFiles, vaults: list[bytes]) -> None:
    if vaults:
        text = json.dumps([one.hex() for one in vaults[-_MOST:]])
        write_atomic(files, LEFT, text.encode())
        return
    files.remove(LEFT + TEMPORARY_SUFFIX)
    files.remove(LEFT)
    files.sync_folder()
