"""How far the vault had come, signed by the vault key and kept beside the database.

A database whose side file was cut, or that was put back as it was last week, is whole in every
check that it can make of itself: only something outside it can tell. Bytes in, bytes out, as for
the header (``docs/vault-format.md``).
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass

from desktop.crypto.primitives import Purpose, mac
from desktop.crypto.secret import Secret

MAGIC = b"COFFREM\n"
VERSION = 1
_FIELDS = struct.Struct(">8sH16sQQ32s")
NO_PRINT = bytes(32)
_MAC = 32
SLOT_BYTES = 512
"""A sector: a write cut by the power leaves the old slot or the new one."""
SLOTS = 2
"""Written in turn: the other one is whole whatever happens to this one."""


@dataclass(frozen=True, order=True)
class Mark:
    """One commit that is known to have been durable."""

    commits: int
    """Its number in this vault."""
    at_ms: int
    """When, by this laptop's clock: for words, never for deciding."""
    file_print: bytes = NO_PRINT
    """Of the file as it was closed; ``NO_PRINT`` while it is open, or after a kill."""


def encode_slot(key: Secret, vault_id: bytes, mark: Mark) -> bytes:
    """Return the bytes of one slot."""
    told = (mark.commits, mark.at_ms, mark.file_print)
    fields = _FIELDS.pack(MAGIC, VERSION, vault_id, *told)
    return (fields + mac(key, Purpose.MARK_MAC, fields)).ljust(SLOT_BYTES, b"\0")


def newest_mark(key: Secret, vault_id: bytes, content: bytes) -> Mark | None:
    """Return the furthest mark that the vault key vouches for; ``None`` without any."""
    slots = (content[at : at + SLOT_BYTES] for at in range(0, SLOTS * SLOT_BYTES, SLOT_BYTES))
    marks = (_decoded(key, vault_id, slot) for slot in slots)
    return max((mark for mark in marks if mark is not None), default=None)


def _decoded(key: Secret, vault_id: bytes, slot: bytes) -> Mark | None:
    fields, signature = slot[: _FIELDS.size], slot[_FIELDS.size : _FIELDS.size + _MAC]
    if len(signature) != _MAC:
        return None
    if not hmac.compare_digest(signature, mac(key, Purpose.MARK_MAC, fields)):
        return None
    magic, version, of_vault, commits, at_ms, file_print = _FIELDS.unpack(fields)
    if (magic, version, of_vault) != (MAGIC, VERSION, vault_id):
        return None
    return Mark(commits, at_ms, file_print)
