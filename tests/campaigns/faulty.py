"""Parts with a known fault: what campaigns must see. None of this is ever in the product."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from desktop.store.outbox import Outbox, PendingOp
from desktop.store.store import Store
from protocol.kinds.declare import KindSpec


class LateOutbox(Outbox):
    """Keeps what is to be sent for a second transaction."""

    _late: list[Callable[[], None]]

    def _append(
        self,
        spec: KindSpec,
        rid: str,
        verb: int,
        fields: Mapping[str, Any],
        hlc: int,
        *,
        creates: bool,
        base: int | None = None,
    ) -> None:
        self._late.append(
            partial(super()._append, spec, rid, verb, dict(fields), hlc, creates=creates, base=base)
        )

    def catch_up(self) -> None:
        """Write what was kept."""
        with self._database.transaction():
            while self._late:
                self._late.pop(0)()

    @classmethod
    def put_in(cls, store: Store) -> "LateOutbox":
        """Take the place of the outbox of a store."""
        store.outbox = outbox = cls(store.database, store.records, store.state)
        outbox._late = []
        return outbox


class ForgetfulOutbox(Outbox):
    """Forgets the batch it has sent, and numbers the same edits anew."""

    def freeze(self, *, max_ops: int, max_bytes: int) -> list[PendingOp]:
        self._database.execute(
            'UPDATE "outbox" SET "n" = NULL, "state" = \'pending\' WHERE "state" = \'sent\''
        )
        return super().freeze(max_ops=max_ops, max_bytes=max_bytes)

    @classmethod
    def put_in(cls, store: Store) -> None:
        """Take the place of the outbox of a store."""
        store.outbox = cls(store.database, store.records, store.state)
