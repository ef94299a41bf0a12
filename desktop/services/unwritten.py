"""What was typed and no disk would take: kept in memory, sealed before that memory is let go of.

A full disk refuses a draft and says so; the page tries again. When the laptop locks meanwhile, the
process that holds the words ends (``desktop.app.relief``): it hands them, encrypted under a key of
the vault, to the one that takes over, and they are written after the next unlock.
"""

import json

from desktop.crypto.primitives import NONCE_BYTES, decrypt, encrypt
from desktop.crypto.randomness import Random
from desktop.crypto.vault import OpenVault
from desktop.store.store import Store
from protocol.ids import RecordId
from protocol.kinds.declare import spec_of
from protocol.kinds.follow_ups import Draft
from protocol.values import Wire, to_wire


class Unwritten:
    """The drafts of one unlocked laptop that its disk refused; used on the store's lane."""

    def __init__(self) -> None:
        self._drafts: dict[str, Draft] = {}

    def remember(self, draft: Draft) -> None:
        """The disk refused it: this is what its form holds now."""
        self._drafts[draft.target] = draft

    def forget(self, target: str) -> None:
        """It was written, finished or thrown away."""
        self._drafts.pop(target, None)

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """What is still nowhere but here."""
        return tuple(self._drafts.values())


def seal_unwritten(
    vault: OpenVault, drafts: tuple[Draft, ...], where: str | None, random: Random
) -> bytes | None:
    """Return drafts, and what the page in sight held, for this vault alone; none of them, nothing.

    ``where`` is what the disk refused of ``desktop.app.interrupted``.
    """
    if not drafts and where is None:
        return None
    told = {"drafts": [[draft.id, to_wire(draft)] for draft in drafts], "where": where}
    key = vault.handover_key()
    nonce = random.bytes(NONCE_BYTES)
    try:
        return nonce + encrypt(key, json.dumps(told).encode("ascii"), vault.vault_id, nonce)
    finally:
        key.forget()


def take_back(vault: OpenVault, store: Store, sealed: bytes) -> str | None:
    """Write what was sealed; return ``where``. What is not of this vault is let go of.

    Raises ``DiskFull`` and the like: then it is still to be written.
    """
    key = vault.handover_key()
    try:
        opened = decrypt(key, sealed[NONCE_BYTES:], vault.vault_id, sealed[:NONCE_BYTES])
    finally:
        key.forget()
    if opened is None:
        return None
    told = json.loads(opened)
    with store.database.transaction():
        for rid, data in told["drafts"]:
            _put(store, RecordId(rid), data)
    where = told["where"]
    return where if isinstance(where, str) else None


def _put(store: Store, rid: RecordId, data: dict[str, Wire]) -> None:
    spec = spec_of(Draft)
    same = store.records.select(
        Draft, '"subject" = ? AND "target" = ?', (data["subject"], data["target"])
    )
    store.records.put(spec, [(same[0].id if same else rid, data)])
