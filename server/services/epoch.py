"""Which data a laptop speaks of: ours, those of before a restored backup, or later ones than ours.

Nothing is concluded from data that are not the laptop's, and nothing is ever deleted because of
them (docs/protocol.md, "Epochs").
"""

from protocol.wire import SyncRequest
from server.config.ports import Clock
from server.services.answered import known_results
from server.services.errors import DatabaseBehind, EpochChanged, Gap
from server.store import devices, records
from server.store.database import Connection, Database, Mode
from server.store.devices import Ahead, Caller


class Epochs:
    """Tells laptops which data are served, and keeps the trace of a backup put back."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def check(self, schema: str, caller: Caller, request: SyncRequest) -> None:
        """Raise ``EpochChanged`` when a request speaks of other data than ours."""
        if (request.epoch or caller.epoch) != caller.epoch:
            raise self.changed(schema, caller, request)
        if request.cursor > caller.seq:
            self._note(schema, caller, "cursor", request.cursor, caller.seq)
            with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
                # Not to our end: from the backup on, the same numbers may be others by now.
                seq = min(devices.read_up_to(connection, caller.id), caller.seq)
                _check_numbers(connection, caller, request)
            raise DatabaseBehind(epoch=caller.epoch, seq=seq, last_op=caller.last_op)

    def changed(self, schema: str, caller: Caller, request: SyncRequest) -> EpochChanged:
        """Return what to raise: the epoch is another than the request’s, or changed meanwhile.

        What a laptop read of data that are gone says nothing of those that bear the same numbers.
        Raise ``Forked`` when other operations than its own bear the numbers that it gave.
        """
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            found = devices.find_caller(connection, caller.id, self._clock().date())
            seq = records.left_at(connection, request.epoch or caller.epoch)
            _check_numbers(connection, caller, request)
        now = found or caller
        return EpochChanged(epoch=now.epoch, seq=seq, last_op=now.last_op)

    def note_gap(self, schema: str, caller: Caller, request: SyncRequest, gap: Gap) -> None:
        """Note that a laptop was acknowledged operations that we do not hold."""
        self._note(schema, caller, "gap", request.first_op, int(gap.detail["expected"]))

    def begin(self, schema: str) -> str:
        """Begin a new epoch after a restoration; return it."""
        with self._database.transaction(schema) as connection:
            epoch = records.begin_epoch(connection)
            devices.forget_ahead(connection)
        return epoch

    def ahead(self, schema: str) -> list[Ahead]:
        """Return the laptops that know more than this database."""
        with self._database.transaction(schema, Mode.SNAPSHOT) as connection:
            return devices.all_ahead(connection)

    def _note(self, schema: str, caller: Caller, cause: str, claimed: int, held: int) -> None:
        with self._database.transaction(schema, Mode.HASTY) as connection:
            devices.note_ahead(connection, Ahead(caller.id, cause, claimed, held, self._clock()))


def _check_numbers(connection: Connection, caller: Caller, request: SyncRequest) -> None:
    """Raise ``Forked`` when a laptop put back from an old copy gives again numbers that we hold.

    Told how far we hold its operations, it would take its new ones for received.
    """
    if request.ops:
        last = devices.last_reply(connection, caller.id)
        if request.first_op <= last.last_op:
            known_results(last, request)
