"""Two copies of the header, so that one bad sector or one power cut never locks anybody out.

The copies are written one after the other, each atomically; a generation counter says which is
newer. A reader takes the newest intact one; the other is repaired after the vault has opened,
because only then is it known that the newest is genuine.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.crypto.errors import DamagedHeader, VaultNotFound, VaultUnreachable
from desktop.crypto.files import TEMPORARY_SUFFIX, VaultFiles, write_atomic
from desktop.crypto.header import MAX_SIZE, Header, decode, encode
from desktop.crypto.randomness import Random

MAIN = "coffre.hdr"
BACKUP = "coffre.hdr.bak"
NAMES = (MAIN, BACKUP)


@dataclass(frozen=True)
class Copies:
    """What was found on the disk: the newest intact header, and the copies that are not it."""

    newest: Header
    stale: tuple[str, ...]


def read_copies(files: VaultFiles) -> Copies:
    """Return the newest intact header.

    Raises ``VaultNotFound`` without any copy, ``DamagedHeader`` without an intact one, and
    ``UnsupportedHeader`` as soon as a newer Coffre wrote one: an older one must not touch it.
    """
    contents = {name: files.read(name, MAX_SIZE) for name in NAMES}
    if all(content is None for content in contents.values()):
        raise VaultNotFound
    headers = {name: _intact(content) for name, content in contents.items()}
    newest = max(
        (header for header in headers.values() if header is not None),
        key=lambda header: header.generation,
        default=None,
    )
    if newest is None:
        raise DamagedHeader
    stale = tuple(name for name in NAMES if contents[name] != encode(newest))
    return Copies(newest=newest, stale=stale)


def write_copies(files: VaultFiles, header: Header, *, stale: tuple[str, ...] = ()) -> bool:
    """Write both copies, those known to be stale first: the good one stays until they are whole.

    Once the first copy is durable the change has happened, so a disk that refuses the second is
    no failure: it returns ``False``, and the next unlock repairs it.
    """
    content = encode(header)
    first, second = sorted(NAMES, key=lambda name: name not in stale)
    write_atomic(files, first, content)
    return _written(files, second, content)


def repair(files: VaultFiles, copies: Copies) -> bool:
    """Bring the copies that are damaged, missing or behind up to the newest header.

    Returns whether all copies are good now: a read-only disk must not keep anybody out.
    """
    content = encode(copies.newest)
    return all(_written(files, name, content) for name in copies.stale)


def remove_copies(files: VaultFiles) -> None:
    """Remove both copies and what an interrupted write may have left."""
    for name in NAMES:
        files.remove(name + TEMPORARY_SUFFIX)
        files.remove(name)
    files.sync_folder()


def destroy_copies(files: VaultFiles, random: Random) -> None:
    """Write chance over every slot there is, then remove the files: nothing opens this vault again.

    Each copy is overwritten, on the disk itself, before any is removed: the place of a removed file
    can be read long after its name has gone. What one file refuses does not spare the others.
    """
    refusal: VaultUnreachable | None = None
    for name in [name + suffix for name in NAMES for suffix in ("", TEMPORARY_SUFFIX)]:
        try:
            content = files.read(name, MAX_SIZE)
            if content is not None:
                files.overwrite(name, random.bytes(len(content)))
                files.sync(name)
        except VaultUnreachable as failure:
            refusal = failure
    remove_copies(files)
    if refusal is not None:
        raise refusal


def _written(files: VaultFiles, name: str, content: bytes) -> bool:
    try:
        write_atomic(files, name, content)
    except VaultUnreachable:
        return False
    return True


def _intact(content: bytes | None) -> Header | None:
    if content is None:
        return None
    try:
        return decode(content)
    except DamagedHeader:  # UnsupportedHeader goes up
        return None
