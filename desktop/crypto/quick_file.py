"""The file of the quick unlock: written whole, read whole, and overwritten before it goes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from desktop.crypto.errors import VaultUnreachable
from desktop.crypto.files import TEMPORARY_SUFFIX, VaultFiles, write_atomic
from desktop.crypto.quick_slot import (
    FILE_NAME,
    SIZE,
    Marker,
    QuickSlot,
    Reason,
    decode,
    encode_marker,
    encode_slot,
    is_vouched,
)
from desktop.crypto.randomness import Random
from desktop.crypto.secret import Secret


def read_slot(files: VaultFiles, secret: Secret | None = None) -> QuickSlot | Marker | None:
    """Return what stands in the file; with the keyring's secret, only what it vouches for."""
    content = files.read(FILE_NAME, SIZE)
    if content is None or (secret is not None and not is_vouched(content, secret)):
        return None
    return decode(content)


def write_slot(files: VaultFiles, slot: QuickSlot, secret: Secret) -> None:
    """Put the slot in its place; a cut leaves the former one, or this one."""
    write_atomic(files, FILE_NAME, encode_slot(slot, secret))


def write_marker(files: VaultFiles, marker: Marker) -> None:
    """Say why there is no slot; one that was turned off, and is tidy, leaves nothing."""
    if marker.reason is Reason.OFF and marker.is_tidy:
        files.remove(FILE_NAME)
        files.sync_folder()
    else:
        write_atomic(files, FILE_NAME, encode_marker(marker))


def cancel_slot(files: VaultFiles, reason: Reason, random: Random) -> None:
    """Write chance over the slot, then say why it is gone; nothing where there is none.

    Of two reasons the stricter stays: hours that end do not excuse wrong codes.
    """
    found = read_slot(files)
    if found is None:
        wipe_slot(files, random)  # whatever it is, it is no slot of ours
        return
    if isinstance(found, Marker):
        if reason is Reason.OFF or found.reason is Reason.OVER:
            write_marker(files, replace(found, reason=reason))
        return
    _overwrite(files, FILE_NAME, random)
    write_marker(files, Marker(found.vault_id, reason))


def wipe_slot(files: VaultFiles, random: Random) -> None:
    """Write chance over the file and remove it."""
    for name in (FILE_NAME + TEMPORARY_SUFFIX, FILE_NAME):
        _overwrite(files, name, random)
        files.remove(name)
    files.sync_folder()


def _overwrite(files: VaultFiles, name: str, random: Random) -> None:
    with suppress(VaultUnreachable):
        content = files.read(name, SIZE)
        if content is not None:
            files.overwrite(name, random.bytes(len(content)))
            files.sync(name)
