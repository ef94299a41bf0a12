"""Records the office itself writes: colleagues, structures, places.

They go through the same batch as those of the laptops, so that they take a number, keep their
history and reach every device the same way.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from protocol.clock import from_millis
from protocol.ids import made_at, uuid7
from protocol.kinds import KindSpec, Record, Rule, spec_of
from protocol.kinds.people import Job
from protocol.merge import set_change
from protocol.values import Wire, instant_to_wire, value_to_wire
from protocol.wire import PUT
from server.config.ports import Clock, Random, unix_ms
from server.services.authorship import Author
from server.services.errors import AdministrationRefused
from server.services.incoming import Incoming
from server.services.push import apply_operations
from server.store import records
from server.store.database import Connection

Given = Mapping[str, object]
"""Python values by field, as the kind declares them."""


class ReferenceDesk:
    """Writes reference records in the caller's transaction."""

    def __init__(self, server: str, clock: Clock, random: Random) -> None:
        self._server = server
        self._clock = clock
        self._random = random

    def new_id(self) -> str:
        """Return an identifier for a new record."""
        return uuid7(unix_ms(self._clock()), self._random(10))

    def create(self, connection: Connection, kind: type[Record], given: list[Given]) -> list[str]:
        """Add records; return their identifiers. All of them, or none."""
        return self._create(connection, spec_of(kind), [(self.new_id(), it) for it in given])

    def create_again(
        self, connection: Connection, kind: type[Record], rid: str, given: Given
    ) -> list[str]:
        """Add a record that a backup put back does not know, and laptops do; return its identifier.

        It is the same for them: its identifier says when it was first added.
        """
        spec = spec_of(kind)
        if _added_at(spec, rid) > self._clock():
            raise _no_identifier(spec, rid)
        if records.is_used(connection, rid):
            raise AdministrationRefused(f"{spec.label} : l’identifiant {rid} sert déjà.")
        return self._create(connection, spec, [(rid, given)])

    def _create(
        self, connection: Connection, spec: KindSpec, given: list[tuple[str, Given]]
    ) -> list[str]:
        created = []
        for rid, fields in given:
            signed = {"created_at": _added_at(spec, rid), "created_by": self._server, **fields}
            created.append((rid, _to_wire(spec, signed)))
        self._write(connection, spec, created)
        return [rid for rid, _values in created]

    def change(self, connection: Connection, kind: type[Record], rid: str, given: Given) -> None:
        """Change fields of a record that exists."""
        spec = spec_of(kind)
        values: dict[str, Any] = dict(_to_wire(spec, given))
        stored = records.load_records(connection, [(spec.code, rid)])[spec.code, rid]
        for name, value in values.items():
            if spec.by_name[name].rule is Rule.SET:
                values[name] = set_change(stored.data.get(name), value)
        self._write(connection, spec, [(rid, values)])

    def _write(
        self, connection: Connection, spec: KindSpec, changes: list[tuple[str, dict[str, Any]]]
    ) -> None:
        seq, _epoch = records.advance_sequence(connection)
        hlc = from_millis(unix_ms(self._clock()))
        operations = [
            Incoming(index, PUT, spec, rid, seq - 1, hlc, values)
            for index, (rid, values) in enumerate(changes)
        ]
        author = Author(None, self._server, Job.ADMIN)
        refused = apply_operations(
            connection, author, seq, operations, clock=self._clock, random=self._random
        )
        for result in refused:
            field = result.detail[-1]
            label = spec.by_name[field].label if field in spec.by_name else spec.label
            raise AdministrationRefused(
                f"« {label} » n’a pas la forme attendue (ligne {result.index + 1})."
            )


def _added_at(spec: KindSpec, rid: str) -> datetime:
    try:
        return datetime.fromtimestamp(made_at(rid) / 1000, UTC)
    except ValueError as failure:
        raise _no_identifier(spec, rid) from failure


def _no_identifier(spec: KindSpec, rid: str) -> AdministrationRefused:
    return AdministrationRefused(f"{spec.label} : « {rid} » n’est pas un identifiant.")


def _to_wire(spec: KindSpec, given: Given) -> dict[str, Wire]:
    return {name: _wire(spec, name, value) for name, value in given.items()}


def _wire(spec: KindSpec, name: str, value: object) -> Wire:
    if isinstance(value, datetime):
        return instant_to_wire(value)
    if isinstance(value, date):
        return value.isoformat()
    return value_to_wire(spec.by_name[name], value)
