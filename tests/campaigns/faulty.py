"""Parts with a known fault: what campaigns must see. None of this is ever in the product."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any
from unittest.mock import patch

from desktop.store.outbox import Outbox, PendingOp
from desktop.store.store import Store
from desktop.sync.errors import SyncError
from desktop.sync.transport import Cancellation, Exchange, HttpOffice
from protocol.wire import SyncRequest
from server.services.push import Push, Pushed
from server.store import devices, records
from server.store.database import Connection
from server.store.devices import Caller, LastReply
from tests.support.fleet import Laptop
from tests.support.office import Office


class LateOutbox(Outbox):
    """Keeps what is to be sent for a second transaction."""

    _late: list[Callable[[], None]]

    def _append(self, *given: Any, **named: Any) -> None:  # handed on, whatever it is
        kept: list[Any] = [dict(item) if isinstance(item, Mapping) else item for item in given]
        self._late.append(partial(super()._append, *kept, **named))

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

    def freeze(
        self, *, max_ops: int, max_bytes: int, beside: Sequence[PendingOp] = ()
    ) -> list[PendingOp]:
        if not beside:
            self._database.execute(
                'UPDATE "outbox" SET "n" = NULL, "state" = \'pending\' WHERE "state" = \'sent\''
            )
        return super().freeze(max_ops=max_ops, max_bytes=max_bytes, beside=beside)

    @classmethod
    def put_in(cls, store: Store) -> None:
        """Take the place of the outbox of a store."""
        store.outbox = cls(store.database, store.records, store.state)


@contextmanager
def taking_everything_anew() -> Iterator[None]:
    """Make the office forget the numbers of the operations it has already taken."""
    real = Push.take

    def take(push: Push, schema: str, caller: Caller, request: SyncRequest) -> Pushed:
        return real(push, schema, replace(caller, last_op=request.first_op - 1), request)

    def nothing(connection: Connection, device: str) -> LastReply:
        return LastReply(0, None, None)

    with patch.object(Push, "take", take), patch.object(devices, "last_reply", nothing):
        yield


@contextmanager
def believing_unread_pages(laptop: Laptop) -> Iterator[None]:
    """Make a laptop move its cursor before it has the page, so that a cut leaves it moved."""
    real, state = HttpOffice.sync, laptop.session.workplace.store.state
    office = laptop.office

    def sync(
        road: HttpOffice,
        request: SyncRequest,
        cancelled: Cancellation | None = None,
        body: bytes | None = None,
    ) -> Exchange:
        try:
            return real(road, request, cancelled, body)
        except SyncError:
            with office.database.transaction(office.department.schema) as connection:
                seq, epoch = records.present_sequence(connection)
            with laptop.session.workplace.store.database.transaction():
                state.set_progress(replace(state.progress(), epoch=epoch, cursor=seq))
            raise

    with patch.object(HttpOffice, "sync", sync):
        yield


class Numbering(StrEnum):
    """Where an office that knows no better takes the numbers of changes."""

    NEXTVAL = "numbers from a PostgreSQL sequence, taken before the commit"
    CLOCK = "numbers from clock_timestamp()"


_BEYOND = 2**61
"""No cursor is: such an office does not know its last number in the same way."""
_NAIVE = {
    Numbering.NEXTVAL: (
        "SELECT nextval('naive'), epoch FROM sequence",
        "SELECT last_value, epoch FROM naive, sequence",
    ),
    Numbering.CLOCK: 2
    * ("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, epoch FROM sequence",),
}
"""How a writer takes its number, and how a reader learns the last one."""


@contextmanager
def numbers_from(numbering: Numbering, office: Office) -> Iterator[None]:
    """Make an office take its numbers so, and hold no lock until the commit."""
    with office.database.transaction(office.department.schema) as connection:
        connection.execute("CREATE SEQUENCE naive START 1000000")

    def answered(question: str) -> Callable[[Connection], tuple[int, str]]:
        def answer(connection: Connection) -> tuple[int, str]:
            row = connection.execute(question.encode()).fetchone()
            assert row is not None
            return row[0], row[1]

        return answer

    real = devices.find_caller

    def find_caller(connection: Connection, device: str, today: date) -> Caller | None:
        caller = real(connection, device, today)
        return None if caller is None else replace(caller, seq=_BEYOND)

    taking, reading = _NAIVE[numbering]
    with (
        patch.object(devices, "find_caller", find_caller),
        patch.object(records, "advance_sequence", answered(taking)),
        patch.object(records, "present_sequence", answered(reading)),
    ):
        yield
