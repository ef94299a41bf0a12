"""Texts that an office restored from a backup is sent again: as they were read last.

What was sent long ago knows nothing of the words that colleagues added since. Joined as it was with
what the office holds by then, it would seem to strike them.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from desktop.store.outbox import Outbox, PendingOp
from desktop.store.records import Data, Records
from protocol.kinds import SYNCED, Rule
from protocol.values import Wire
from protocol.wire import PUT


def tell_as_read(outbox: Outbox, records: Records, again: Collection[int]) -> None:
    """Let the operations planned again say of a text what was read of it last.

    ``again``: their identifiers. A text that was typed over since is said by what still waited.
    """
    said_later: set[tuple[str, str, str]] = set()
    for op in reversed(outbox.unanswered()):
        texts = {
            name: value
            for name, value in op.fields.items()
            if _is_text(op, name) and (op.kind, op.rid, name) not in said_later
        }
        said_later |= {(op.kind, op.rid, name) for name in texts}
        if op.id in again and op.verb == PUT and texts:
            shown = records.data(SYNCED[op.kind], op.rid) or {}
            read = outbox.mirror.get(op.kind, op.rid) or shown
            fresh = _read(texts, read)
            if fresh != texts:
                outbox.rewrite(replace(op, fields=op.fields | fresh))


def _is_text(op: PendingOp, name: str) -> bool:
    item = op.spec.by_name.get(name)
    return item is not None and item.rule is Rule.SEALED_TEXT


def _read(texts: Mapping[str, Wire], read: Data) -> dict[str, Wire]:
    """Return texts as they were read, where they are sealed as what was sent is."""
    found: dict[str, Wire] = {}
    for name, sent in texts.items():
        value = read.get(name)
        is_alike = isinstance(value, str) and isinstance(sent, str) and value[:1] == sent[:1]
        found[name] = value if is_alike else sent
    return found
