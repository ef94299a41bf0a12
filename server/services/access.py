"""Access that ends by itself: closed when its professional next asks for anything."""

from server.config.ports import Clock, today_in_france
from server.store import grants, records
from server.store.database import Database
from server.store.devices import Caller


def close_expired(database: Database, schema: str, caller: Caller, clock: Clock) -> None:
    """Close the dossiers whose last day is over; it takes a number like any write."""
    if not caller.has_expired_access:
        return
    with database.transaction(schema) as connection:
        seq, _epoch = records.advance_sequence(connection)
        grants.close_expired(connection, caller.professional, today_in_france(clock), seq)
